"""The rule of a scope in SQL against the rule in plain Python."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import BadInput
from records.scope import Scope
from records.snapshot.schema import create_table
from records.snapshot.scoped import rows_in_scope

RECORDS = ["a:1", "a:2", "o'brien"]
EVENTS = ["a:e1", "b:e'2"]
PHONES = ["+441632960001", "+441632960002"]
# Rows of label 3 are police intelligence.
GUARDED = 3
labels = st.integers(0, 3)
some_records = st.frozensets(st.sampled_from(RECORDS))
some_events = st.frozensets(st.sampled_from(EVENTS))
scopes = st.builds(
    Scope,
    name=st.just("s"),
    label_ids=st.frozensets(labels),
    added_record_ids=some_records,
    removed_record_ids=some_records,
    added_event_ids=some_events,
    removed_event_ids=some_events,
    granted_label_ids=st.frozensets(labels),
    source_label_ids=st.sampled_from([frozenset(), frozenset({GUARDED})]),
)
parts_of_events = st.tuples(
    st.sampled_from(EVENTS), st.sampled_from(RECORDS), labels, st.sampled_from(["reporter", "suspect", None])
)
uses_of_things = st.tuples(
    st.sampled_from(RECORDS), st.sampled_from([None, *EVENTS]), labels, st.sampled_from(PHONES)
)


def holds(key: str, label: int, added: frozenset[str], removed: frozenset[str], scope: Scope) -> bool:
    return (label in scope.label_ids or key in added) and key not in removed


def has_label(ends: set[str | None], label: int, scope: Scope) -> bool:
    """Whether a row's own label lets it in, given the records and events at its ends."""
    return label in scope.label_ids or (
        label in scope.granted_label_ids and bool(ends & (scope.added_record_ids | scope.added_event_ids))
    )


COLUMNS = {
    "label": "label_id, category",
    "record": "record_id, label_id",
    "event": "event_id, label_id, referrer",
    "involvement": "event_id, record_id, label_id, role",
    "relationship": "record_id, other_record_id, label_id",
    "thing_use": "record_id, event_id, label_id, value",
}


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """The row tables, which each example empties and fills anew."""
    with duckdb.connect() as connection:
        for table in COLUMNS:
            connection.execute(create_table(table))
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Let the tables hold these rows alone, each with the columns that its table has here."""
    for table, columns in COLUMNS.items():
        connection.execute(f"DELETE FROM {table}")
        if rows[table]:
            marks = ", ".join(f"({', '.join('?' for _ in row)})" for row in rows[table])
            values = [value for row in rows[table] for value in row]
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES {marks}", values)


@settings(deadline=None, max_examples=150)
@given(
    scope=scopes,
    record_labels=st.lists(labels, min_size=3, max_size=3),
    event_labels=st.lists(labels, min_size=2, max_size=2),
    parts=st.lists(parts_of_events, max_size=6),
    kin=st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS), labels), max_size=4),
    uses=st.lists(uses_of_things, max_size=4),
)
def test_sql_and_the_rule_agree(
    tables: duckdb.DuckDBPyConnection,
    scope: Scope,
    record_labels: list[int],
    event_labels: list[int],
    parts: list[Any],
    kin: list[Any],
    uses: list[Any],
) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = {
        "label": [(one, "police_intelligence" if one == GUARDED else "ordinary") for one in range(4)],
        "record": list(zip(RECORDS, record_labels, strict=True)),
        "event": [(event, label, "A neighbour") for event, label in zip(EVENTS, event_labels, strict=True)],
        "involvement": parts,
        "relationship": kin,
        "thing_use": uses,
    }
    fill(tables, rows)
    shown = {
        table: tables.execute(f"SELECT {columns} FROM {rows_in_scope(table, scope)}").fetchall()
        for table, columns in COLUMNS.items()
        if table != "label"
    }
    kept_back = {GUARDED} - scope.source_label_ids
    guarded = {event for event, label in zip(EVENTS, event_labels, strict=True) if label in kept_back}
    records = {
        record
        for record, label in rows["record"]
        if holds(record, label, scope.added_record_ids, scope.removed_record_ids, scope)
    }
    events = {
        event
        for event, label, _ in rows["event"]
        if holds(event, label, scope.added_event_ids, scope.removed_event_ids, scope)
    }
    told_parts = [
        (event, record, label, role)
        for event, record, label, role in parts
        if event in events
        and record in records
        and has_label({event, record}, label, scope)
        and not (role == "reporter" and (label in kept_back or event in guarded))
    ]
    with_a_part = {(record, event) for event, record, _, _ in told_parts}
    expected: dict[str, list[tuple[Any, ...]]] = {
        "record": [row for row in rows["record"] if row[0] in records],
        "event": [
            (event, label, None if event in guarded else words)
            for event, label, words in rows["event"]
            if event in events
        ],
        "involvement": told_parts,
        "relationship": [
            (one, other, label)
            for one, other, label in kin
            if {one, other} <= records and has_label({one, other}, label, scope)
        ],
        "thing_use": [
            (record, event, label, phone)
            for record, event, label, phone in uses
            if record in records
            and event in {None, *events}
            and has_label({record, event}, label, scope)
            and (event not in guarded or (record, event) in with_a_part)
        ],
    }
    for table, found in shown.items():
        assert sorted(found, key=str) == sorted(expected[table], key=str), table


def test_only_tables_of_labelled_rows_can_be_asked_for() -> None:
    with pytest.raises(BadInput, match="quarantine"):
        rows_in_scope("quarantine", Scope("s", frozenset()))
