"""Rows about a few records or events are those of the scope, found another way."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import BadInput
from records.scope import Addition, Scope
from records.snapshot import about
from records.snapshot.about import RowsAbout, stored_about
from records.snapshot.schema import create_table
from records.snapshot.scoped import rows_in_scope

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
        for table in ("label", "household_spell", *ROWS):
            connection.execute(create_table(table))
        connection.execute(
            """INSERT INTO label SELECT id, 'h', 'a', 'shareable', if(id = 2, 'police_intelligence', 'ordinary')
               FROM range(3) t(id)"""
        )
        yield connection


@pytest.mark.parametrize("few", [about.FEW, 0])
@settings(deadline=None, max_examples=60)
@given(
    data=st.data(),
    scope=scopes,
    rows=st.fixed_dictionaries({name: st.lists(one, max_size=5) for name, (_, one) in ROWS.items()}),
)
def test_rows_about_some_ids_are_those_of_the_scope(tables, few, data, scope, rows):
    for table, (columns, _) in ROWS.items():
        tables.execute(f"DELETE FROM {table}")
        for row in rows[table]:
            tables.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", row)
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
