"""The rule of a scope in SQL against the rule in plain Python."""

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
)


def holds(key: str, label: int, added: frozenset[str], removed: frozenset[str], scope: Scope) -> bool:
    return (label in scope.label_ids or key in added) and key not in removed


@settings(deadline=None, max_examples=150)
@given(
    scope=scopes,
    record_labels=st.lists(labels, min_size=3, max_size=3),
    event_labels=st.lists(labels, min_size=2, max_size=2),
    parts=st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from(RECORDS), labels), max_size=6),
    kin=st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS), labels), max_size=4),
)
def test_sql_and_the_rule_agree(
    scope: Scope, record_labels: list[int], event_labels: list[int], parts: list[Any], kin: list[Any]
) -> None:
    with duckdb.connect() as connection:
        for table in ("record", "event", "involvement", "relationship"):
            connection.execute(create_table(table))
        for record, label in zip(RECORDS, record_labels, strict=True):
            connection.execute("INSERT INTO record (record_id, label_id) VALUES (?, ?)", [record, label])
        for event, label in zip(EVENTS, event_labels, strict=True):
            connection.execute("INSERT INTO event (event_id, label_id) VALUES (?, ?)", [event, label])
        for event, record, label in parts:
            connection.execute(
                "INSERT INTO involvement (event_id, record_id, label_id) VALUES (?, ?, ?)",
                [event, record, label],
            )
        for one, other, label in kin:
            connection.execute(
                "INSERT INTO relationship (record_id, other_record_id, label_id) VALUES (?, ?, ?)",
                [one, other, label],
            )
        shown = {
            table: sorted(
                connection.execute(f"SELECT {columns} FROM {rows_in_scope(table, scope)}").fetchall()
            )
            for table, columns in (
                ("record", "record_id"),
                ("event", "event_id"),
                ("involvement", "event_id, record_id, label_id"),
                ("relationship", "record_id, other_record_id, label_id"),
            )
        }
    records = {
        record
        for record, label in zip(RECORDS, record_labels, strict=True)
        if holds(record, label, scope.added_record_ids, scope.removed_record_ids, scope)
    }
    events = {
        event
        for event, label in zip(EVENTS, event_labels, strict=True)
        if holds(event, label, scope.added_event_ids, scope.removed_event_ids, scope)
    }
    assert shown["record"] == sorted((record,) for record in records)
    assert shown["event"] == sorted((event,) for event in events)
    assert shown["involvement"] == sorted(
        (event, record, label)
        for event, record, label in parts
        if event in events
        and record in records
        and (
            label in scope.label_ids
            or (
                label in scope.granted_label_ids
                and (record in scope.added_record_ids or event in scope.added_event_ids)
            )
        )
    )
    assert shown["relationship"] == sorted(
        (one, other, label)
        for one, other, label in kin
        if {one, other} <= records
        and (
            label in scope.label_ids
            or (label in scope.granted_label_ids and {one, other} & scope.added_record_ids)
        )
    )


def test_only_tables_of_labelled_rows_can_be_asked_for() -> None:
    with pytest.raises(BadInput, match="quarantine"):
        rows_in_scope("quarantine", Scope("s", frozenset()))
