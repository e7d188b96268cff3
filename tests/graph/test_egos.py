"""Many surroundings in one walk are the surroundings of each, on any graph and any day."""

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import EgoOptions, GraphView, ego, egos, write_network
from records.errors import BadInput, NotThere
from records.scope import HUB, Scope
from records.snapshot.schema import create_table

FIRST = date(2025, 1, 1)
PEOPLE, THINGS = "abcdefgh", ("place:1", "phone:2", "incident:3", "organisation:4")
KINDS = {"place": "lived_at", "phone": "uses", "incident": "involved", "organisation": "attends"}
INVERSE = {"parent": "child", "partner": "partner"}
TIES = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.one_of(st.sampled_from(THINGS), st.sampled_from(PEOPLE)),
        st.sampled_from(sorted(INVERSE)),
        st.integers(0, 4),
        st.lists(st.integers(0, 5), max_size=3, unique=True),
        st.sampled_from([0.1, 0.25, 0.5]),
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture(scope="module")
def shared_connection():
    with duckdb.connect() as connection:
        yield connection


def drawn(connection, ties):
    """The tables of a graph with these ties, each from both ends, and an event a day for their evidence."""
    for table in ("edge", "node", "event"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(create_table(table))
    beside: dict[str, set[str]] = {person: set() for person in PEOPLE}
    rows = {}
    for source, target, relation, began, events, strength in ties:
        if source == target:
            continue
        kind = KINDS.get(target.partition(":")[0], relation)
        beside.setdefault(target, set()).add(source)
        beside[source].add(target)
        day = FIRST + timedelta(days=began)
        told = [f"e{number}" for number in events]
        for one, other, read in ((source, target, kind), (target, source, INVERSE.get(kind, kind))):
            rows[one, other, read] = (one, other, read, day, strength, told)
    connection.executemany(
        """INSERT INTO edge BY NAME SELECT 'hub' AS scope, $1 AS source_id, $2 AS target_id, $3 AS kind, $4 AS valid_from,
           $4 AS known_on, ['police'] AS agencies, $5 AS strength, ['r'] AS record_ids, $6::VARCHAR[] AS event_ids""",
        [rows[key] for key in sorted(rows)] or [("a", "b", "partner", FIRST, 0.5, [])],
    )
    connection.executemany(
        "INSERT INTO node BY NAME SELECT 'hub' AS scope, $1 AS node_id, $2 AS kind, $1 AS name, $3 AS degree",
        [(n, n.partition(":")[0] if ":" in n else "person", len(near)) for n, near in sorted(beside.items())],
    )
    connection.executemany(
        "INSERT INTO event BY NAME SELECT $1 AS event_id, $2 AS known_on, 0 AS label_id",
        [(f"e{number}", FIRST + timedelta(days=number)) for number in range(6)],
    )
    return GraphView(connection, Scope(HUB, frozenset({0}), standing=True))


@settings(deadline=None, max_examples=50)
@given(
    ties=TIES,
    hops=st.integers(1, 3),
    as_of=st.one_of(st.none(), st.integers(0, 5).map(lambda days: FIRST + timedelta(days=days))),
    limit=st.integers(2, 8),
    hub_cap=st.integers(1, 4),
)
def test_each_is_what_it_is_alone(shared_connection, ties, hops, as_of, limit, hub_cap):
    view = drawn(shared_connection, ties)
    options = EgoOptions(hops=hops, as_of=as_of, limit=limit, hub_cap=hub_cap)
    together = egos(view, PEOPLE, options)
    for person in PEOPLE:
        alone, found = ego(view, person, options), together.network(person)
        assert found.nodes == alone.nodes
        assert sorted(map(repr, found.edges)) == sorted(map(repr, alone.edges))
        assert (found.left_out, found.not_expanded) == (alone.left_out, alone.not_expanded)


def test_together_has_each_node_and_tie_once_at_its_least_distance(ash, tmp_path):
    view = GraphView(ash.draw(), ash.scope)
    whole = egos(view, ["a", "b"]).together()
    alone = [ego(view, person) for person in ("a", "b")]
    assert {node.node_id for node in whole.nodes} == {node.node_id for one in alone for node in one.nodes}
    assert len({(e.source_id, e.target_id, e.kind, e.role) for e in whole.edges}) == len(whole.edges)
    assert set(whole.edges) == {edge for one in alone for edge in one.edges}
    assert [node.node_id for node in whole.nodes if node.hop == 0] == ["a", "b"]
    assert write_network(whole, tmp_path / "both.graphml")[0].is_file()


def test_senseless_questions_are_refused(ash):
    view = GraphView(ash.draw(), ash.scope)
    with pytest.raises(BadInput, match="Name 1 to"):
        egos(view, [])
    with pytest.raises(BadInput, match="first page"):
        egos(view, ["a"], EgoOptions(page=2))
    with pytest.raises(BadInput, match="none of the centres"):
        egos(view, ["a"]).network("b")
    with pytest.raises(NotThere):
        egos(view, ["a", "nobody"])
