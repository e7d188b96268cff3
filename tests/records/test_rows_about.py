"""Rows about a few records or events are those of the scope, found another way."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import BadInput
from records.scope import Addition, Scope
from records.snapshot import about, listed
from records.snapshot.about import RowsAbout, stored_about
from records.snapshot.listed import is_listed, listed_rows
from records.snapshot.near import parts_near
from records.snapshot.schema import create_table
from records.snapshot.scoped import ENDS, rows_in_scope

RECORDS = ["a:1", "a:2", "o'brien"]
EVENTS = ["a:e1", "b:e'2"]
labels = st.integers(0, 2)
roles = st.sampled_from(["reporter", "suspect"])
records, events = st.sampled_from(RECORDS), st.sampled_from(EVENTS)
scopes = st.builds(
    Scope,
    name=st.just("s"),
    label_ids=st.frozensets(labels),
    added_record_ids=st.frozensets(records),
    removed_record_ids=st.frozensets(records),
    added_event_ids=st.frozensets(events),
    removed_event_ids=st.frozensets(events),
    granted_label_ids=st.frozensets(labels),
    additions=st.lists(
        st.builds(Addition, st.frozensets(records), st.frozensets(events), st.frozensets(labels)), max_size=2
    ).map(tuple),
)
ROWS = {
    "record": ("record_id, label_id", st.tuples(records, labels)),
    "event": ("event_id, label_id", st.tuples(events, labels)),
    "involvement": ("event_id, record_id, label_id, role", st.tuples(events, records, labels, roles)),
    "relationship": ("record_id, other_record_id, label_id", st.tuples(records, records, labels)),
    "thing_use": ("record_id, event_id, label_id", st.tuples(records, st.none() | events, labels)),
    "identifier": ("record_id, label_id", st.tuples(records, labels)),
}
ASKED = [
    *((table, "record_id", RECORDS) for table in ROWS if table != "event"),
    ("relationship", "other_record_id", RECORDS),
    *((table, "event_id", EVENTS) for table in ("event", "involvement", "thing_use")),
]


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for table in ("label", "household_spell", *ENDS):
            connection.execute(create_table(table))
        connection.execute(
            """INSERT INTO label SELECT id, 'h', 'a', 'shareable', if(id = 2, 'police_intelligence', 'ordinary')
               FROM range(3) t(id)"""
        )
        yield connection


def fill(tables, rows):
    for table, (columns, _) in ROWS.items():
        tables.execute(f"DELETE FROM {table}")
        for row in rows.get(table, ()):
            tables.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", row)


@pytest.mark.parametrize("few", [about.FEW, 0])
@settings(deadline=None, max_examples=60)
@given(
    data=st.data(),
    scope=scopes,
    rows=st.fixed_dictionaries({name: st.lists(one, max_size=5) for name, (_, one) in ROWS.items()}),
)
def test_rows_about_some_ids_are_those_of_the_scope(tables, few, data, scope, rows):
    fill(tables, rows)
    # One for all, as a read has it: what it learnt for one table serves the next.
    near = RowsAbout(tables, scope)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(about, "FEW", few)
        for table, column, ids in ASKED:
            asked = data.draw(st.lists(st.sampled_from([*ids, "nobody"]), max_size=3))
            shown = "SELECT {} FROM {} t WHERE {} ORDER BY ALL".format(ROWS[table][0], "{}", "{}")
            found = tables.execute(shown.format(near.rows(table, column, asked), "true")).fetchall()
            wanted = tables.execute(
                shown.format(rows_in_scope(table, scope), f"{column} IN (SELECT unnest($1::VARCHAR[]))"),
                [asked],
            ).fetchall()
            assert found == wanted


@settings(deadline=None, max_examples=60)
@given(
    scope=scopes,
    rows=st.fixed_dictionaries({name: st.lists(one, max_size=5) for name, (_, one) in ROWS.items()}),
    label=labels,
)
def test_parts_near_a_query_are_those_of_the_scope(tables, scope, rows, label):
    fill(tables, rows)
    for column, table in (("event_id", "event"), ("record_id", "record")):
        ids = f"SELECT {column} FROM {table} WHERE label_id >= {label}"
        found, wanted = (
            tables.execute(
                f"SELECT {ROWS['involvement'][0]} FROM {parts} t WHERE {column} IN ({ids}) ORDER BY ALL"
            ).fetchall()
            for parts in (parts_near(scope, column, ids), rows_in_scope("involvement", scope))
        )
        assert found == wanted


def test_parts_are_near_an_event_or_a_record_alone():
    with pytest.raises(BadInput, match="role"):
        parts_near(Scope("s", frozenset()), "role", "SELECT 'suspect'")


@pytest.mark.parametrize("few", [listed.FEW, 0])
@settings(deadline=None, max_examples=30)
@given(
    scope=scopes.map(lambda scope: replace(scope, label_ids=frozenset())),
    rows=st.fixed_dictionaries({name: st.lists(one, max_size=5) for name, (_, one) in ROWS.items()}),
)
def test_rows_of_a_scope_that_lists_them_are_the_same_set_apart(tables, few, scope, rows):
    fill(tables, rows)

    def held():
        return [
            tables.execute(f"SELECT {columns} FROM {rows_in_scope(table, scope)} t ORDER BY ALL").fetchall()
            for table, (columns, _) in ROWS.items()
        ]

    wanted = held()
    assert is_listed(scope)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "FEW", few)
        with listed_rows(tables, scope):
            found = held()
            beside = tables.execute(
                "SELECT record_id FROM record WHERE record_id NOT IN (SELECT unnest($1::VARCHAR[]))",
                [sorted(scope.added_record_ids)],
            ).fetchall()
    assert found == wanted
    assert beside == []
    assert held() == wanted


@pytest.mark.parametrize(
    "scope",
    [
        Scope("s", frozenset({1}), frozenset({"a:1"})),
        Scope("hub", frozenset(), frozenset({"a:1"}), standing=True),
        Scope("s", frozenset(), frozenset(map(str, range(listed.MOST_LISTED + 1)))),
    ],
)
def test_tables_stay_where_a_scope_holds_more_than_it_lists(tables, scope):
    fill(tables, {"record": [("o'brien", 1)]})
    with listed_rows(tables, scope):
        assert tables.execute("SELECT record_id FROM record").fetchall() == [("o'brien",)]


def test_what_was_made_for_a_scope_is_that_of_the_scope(tables):
    tables.execute(
        "INSERT INTO household_spell (scope, household_id, person_id) VALUES ('s', 'h1', 'p'), ('t', 'h2', 'p')"
    )
    found = f"SELECT household_id FROM {stored_about('household_spell', Scope('s', frozenset()), 'person_id', ['p'])}"
    assert tables.execute(found).fetchall() == [("h1",)]
    tables.execute("DELETE FROM household_spell")


@pytest.mark.parametrize("table", ["record", "place_of", "nothing"])
def test_only_what_was_made_for_a_scope_is_asked_by_its_name(table):
    with pytest.raises(BadInput):
        stored_about(table, Scope("s", frozenset()), "record_id", ["a:1"])
