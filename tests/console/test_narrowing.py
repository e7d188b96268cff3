"""A narrowed network holds the ties chosen and nothing that only others led to; differences choose no version."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from access import NameLine, NetworkEdge, NetworkNode, NetworkPicture, PersonCard, PersonPage, StatedFact
from api.console.differences import differences_of
from api.console.narrowing import Choices, choices_of, narrowed

KINDS, ROLES, AGENCIES = ["parent", "uses", "involved"], ["victim", "suspect", None], ["police", "health"]
CARD = PersonCard("p", None, None, "10-15", "female", ("police",), 1, False)


def node(number: int) -> NetworkNode:
    return NetworkNode(f"n{number}", "person", None, CARD, 1, min(number, 2))


EDGES = st.builds(
    lambda ends, kind, role, agencies, strength: NetworkEdge(
        f"n{ends[0]}", f"n{ends[1]}", kind, role, date(2025, 1, 1), None, tuple(agencies), strength, 1
    ),
    st.tuples(st.integers(0, 7), st.integers(0, 7)),
    st.sampled_from(KINDS),
    st.sampled_from(ROLES),
    st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=2, unique=True),
    st.sampled_from([0.1, 0.5, 0.9]),
)
PICTURES = st.builds(
    lambda edges: NetworkPicture("n0", tuple(map(node, range(8))), tuple(edges), 0),
    st.lists(EDGES, max_size=20),
)
CHOICES = st.builds(
    Choices,
    st.frozensets(st.sampled_from(KINDS)),
    st.frozensets(st.sampled_from(["victim", "suspect"])),
    st.frozensets(st.sampled_from(AGENCIES)),
    st.sampled_from([0.0, 0.4, 0.8]),
)


@settings(deadline=None)
@given(PICTURES, CHOICES)
def test_what_is_left_was_chosen_and_is_reached_from_the_middle(
    whole: NetworkPicture, choices: Choices
) -> None:
    left = narrowed(whole, choices)
    kept = {one.node for one in left.nodes}
    assert left.nodes[0].node == "n0"
    assert all(choices.keeps(edge) and {edge.source, edge.target} <= kept for edge in left.edges)
    if choices == Choices():
        assert left == whole
        return
    reached = {"n0"}
    while (
        more := {
            end
            for edge in whole.edges
            if choices.keeps(edge) and {edge.source, edge.target} & reached
            for end in (edge.source, edge.target)
        }
        - reached
    ):
        reached |= more
    assert kept == reached
    assert sum(choices.keeps(edge) and edge.source in reached for edge in whole.edges) == len(left.edges)


@settings(deadline=None)
@given(PICTURES)
def test_every_choice_offered_leaves_something(whole: NetworkPicture) -> None:
    offered = choices_of(whole)
    for kind in offered.kinds:
        assert any(Choices(kinds=frozenset({kind})).keeps(edge) for edge in whole.edges)
    for agency in offered.agencies:
        assert any(Choices(agencies=frozenset({agency})).keeps(edge) for edge in whole.edges)


def test_versions_that_agencies_state_stand_side_by_side() -> None:
    page = PersonPage(
        CARD,
        *(None,) * 3,
        names=(
            NameLine("current", "AMIR  KHAN", "police"),
            NameLine("current", "Amir Khan", "health"),
            NameLine("current", "Aamir Khan", "housing"),
            NameLine("alias", "Buster", "police"),
        ),
        identifiers=(),
        addresses=(),
        things=(),
        organisations=(),
        relations=(),
        findings=(),
        stated=(
            StatedFact("date_of_birth", "2010-02-03", "police"),
            StatedFact("date_of_birth", "2010-03-02", "health"),
            StatedFact("sex", "male", "police"),
            StatedFact("sex", "male", "health"),
        ),
    )
    told = {
        one.fact: [(version.value, version.agencies) for version in one.versions]
        for one in differences_of(page)
    }
    assert told == {
        "name": [("Amir Khan", ("health", "police")), ("Aamir Khan", ("housing",))],
        "date_of_birth": [("2 March 2010", ("health",)), ("3 February 2010", ("police",))],
    }
