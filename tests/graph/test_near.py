"""What is read near people or things answers as the whole graph does, and the whole is read for whoever needs it."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import count

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import EgoOptions, GraphView, StandingGraph, ego, egos, shared_neighbours
from records.errors import NotThere
from records.scope import Scope
from records.snapshot.schema import create_table

PEOPLE = [f"p{number}" for number in range(6)]
THINGS = ["place:1", "phone:1", "incident:1", "incident:2", "organisation:1"]
SCOPES = count()
BEGINNING = date(2026, 1, 1)
INVERSE = {"parent": "child", "sibling": "sibling"}
ties = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from([*THINGS, *PEOPLE]),
        st.sampled_from(["parent", "sibling"]),
        st.sampled_from([0.1, 0.5, 0.9]),
        st.integers(0, 3),
    ),
    max_size=24,
    unique_by=lambda tie: frozenset(tie[:2]),
)
questions = st.builds(
    EgoOptions,
    hops=st.sampled_from([1, 2]),
    as_of=st.sampled_from([None, BEGINNING + timedelta(days=1)]),
    limit=st.sampled_from([3, 150]),
    page=st.just(1),
    hub_cap=st.sampled_from([1, 2, 50]),
)


@pytest.fixture(scope="module")
def snapshot():
    with duckdb.connect() as connection:
        for table in ("edge", "node", "event"):
            connection.execute(create_table(table))
        yield connection


def drawn(connection, stated):
    """A standing scope of its own with these ties, each stored from both ends as the build does."""
    scope = Scope(f"scope {next(SCOPES)}", frozenset(), standing=True)
    beside = defaultdict(set)
    edges = []
    for one, other, kind, strength, day in stated:
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
            told, inverse = (kind, INVERSE[kind]) if other in PEOPLE else ("tied_to", "tied_to")
            since = BEGINNING + timedelta(days=day)
            edges += [(one, other, told, strength, since), (other, one, inverse, strength, since)]
    for source, target, kind, strength, since in sorted(edges):
        connection.execute(
            """INSERT INTO edge (scope, source_id, target_id, kind, valid_from, known_on, agencies, strength, record_ids,
                                 event_ids) VALUES (?, ?, ?, ?, ?, ?, ['police'], ?, ['police:1'], [])""",
            [scope.name, source, target, kind, since, since, strength],
        )
    for node_id in sorted({*beside, *PEOPLE}):
        kind = node_id.split(":")[0] if ":" in node_id else "person"
        connection.execute(
            "INSERT INTO node VALUES (?, ?, ?, ?, ?)",
            [scope.name, node_id, kind, node_id, len(beside[node_id])],
        )
    return scope


def views(connection, scope):
    """The scope asked near what is named, and asked as a whole."""
    return GraphView(connection, scope, standing=StandingGraph(connection.cursor, scope)), GraphView(
        connection, scope
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=ties, question=questions, centres=st.permutations(PEOPLE))
def test_what_is_near_answers_as_the_whole_graph(snapshot, stated, question, centres):
    near, whole = views(snapshot, drawn(snapshot, stated))
    assert ego(near, centres[0], question) == ego(whole, centres[0], question)
    assert egos(near, centres[:3], question).together() == egos(whole, centres[:3], question).together()
    assert shared_neighbours(near, *centres[:2]) == shared_neighbours(whole, *centres[:2])


def test_a_thing_is_a_centre_however_many_are_at_it(snapshot):
    stated = [(person, "organisation:1", "parent", 0.5, 0) for person in PEOPLE]
    near, whole = views(snapshot, drawn(snapshot, stated))
    question = EgoOptions(hub_cap=2)
    found = ego(near, "organisation:1", question)
    assert found == ego(whole, "organisation:1", question)
    assert len(found.nodes) == 1 + len(PEOPLE)


def test_whoever_is_not_there_is_not_there_near_either(snapshot):
    near, _ = views(snapshot, drawn(snapshot, []))
    with pytest.raises(NotThere):
        ego(near, "p99")


def test_the_whole_is_read_beside_the_first_answer_and_serves_from_then_on(snapshot):
    scope = drawn(snapshot, [("p0", "place:1", "parent", 0.5, 0), ("p1", "place:1", "parent", 0.5, 0)])
    opened = []

    def cursor():
        opened.append(snapshot.cursor())
        return opened[-1]

    standing = StandingGraph(cursor, scope, loads_beside=True)
    first = standing.around(snapshot, ["p0"], 2, 50)
    whole = standing.whole()
    assert len(first) == 3 < len(whole)
    assert standing.around(snapshot, ["p0"], 2, 50) is whole
    assert standing.whole() is whole
    assert len(opened) == 1


def test_what_goes_far_or_names_nobody_or_comes_often_is_asked_of_the_whole(snapshot):
    scope = drawn(snapshot, [("p0", "place:1", "parent", 0.5, 0)])
    for asked in ((["p0"], 3, 50), ([], 1, None), (["p0"], 2, None)):
        standing = StandingGraph(snapshot.cursor, scope)
        assert standing.around(snapshot, *asked) is standing.whole()
    often = StandingGraph(snapshot.cursor, scope)
    answers = [often.around(snapshot, ["p0"], 1, None) for _ in range(60)]
    assert answers[0] is not answers[-1] is often.whole()


def test_what_was_given_up_is_not_read_beside(snapshot):
    standing = StandingGraph(snapshot.cursor, drawn(snapshot, []), loads_beside=True)
    standing.give_up()
    assert len(standing.around(snapshot, ["p0"], 1, None)) == 1
    with pytest.raises(duckdb.InterruptException):
        standing.whole()
