"""Where nodes stand: the same on every visit, apart from each other, the person in the middle."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access import NetworkEdge, NetworkNode, NetworkPicture, PersonCard
from api.console.picture import LABELLED, elements, positions, without_lone_happenings
from api.console.ties import tie_rows


def picture(ends: list[tuple[int, int]], count: int) -> NetworkPicture:
    def node(number: int) -> NetworkNode:
        card = PersonCard(f"h{number:04}", None, None, "10-15", "female", ("police",), 1, False)
        return NetworkNode(f"h{number:04}", "person", None, card, 1, min(number, 2))

    def edge(one: int, other: int) -> NetworkEdge:
        return NetworkEdge(
            f"h{one:04}", f"h{other:04}", "associate", None, date(2025, 1, 1), None, ("police",), 0.5, 1
        )

    return NetworkPicture("h0000", tuple(map(node, range(count))), tuple(edge(*pair) for pair in ends), 0)


PICTURES = st.integers(1, 40).flatmap(
    lambda count: st.builds(
        picture,
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=80),
        st.just(count),
    )
)


@settings(deadline=None)
@given(PICTURES)
def test_every_node_has_a_place_of_its_own_and_the_person_is_in_the_middle(shown: NetworkPicture) -> None:
    places = positions(shown)
    assert places.shape == (len(shown.nodes), 2)
    assert np.isfinite(places).all()
    assert tuple(places[0]) == (0.0, 0.0)
    assert len({(round(x, 1), round(y, 1)) for x, y in places}) == len(shown.nodes)
    assert (positions(shown) == places).all()


@pytest.mark.parametrize("count", [8, 24])
def test_no_label_lies_over_another_where_there_is_room(count: int) -> None:
    homes = [(0, home) for home in range(1, 4)]
    places = positions(picture(homes + [(number % 3 + 1, number) for number in range(4, count)], count))
    across, down = np.abs(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1)
    covered = (across < LABELLED[0] - 1) & (down < LABELLED[1] - 1)
    assert (covered == np.eye(count, dtype=bool)).all()


def test_a_happening_stays_when_it_ties_two_people() -> None:
    shown = picture([(0, 1), (1, 2), (1, 3), (4, 3), (0, 5), (0, 3)], 6)
    happenings = {"h0002", "h0003", "h0005"}
    nodes = tuple(replace(node, kind="incident") if node.node in happenings else node for node in shown.nodes)
    left = without_lone_happenings(replace(shown, nodes=nodes))
    assert [node.node for node in left.nodes] == ["h0000", "h0001", "h0003", "h0004"]
    assert all({edge.source, edge.target} <= {node.node for node in left.nodes} for edge in left.edges)


@settings(deadline=None)
@given(PICTURES)
def test_the_table_and_the_picture_say_the_same(shown: NetworkPicture) -> None:
    drawn = {frozenset((line["data"]["source"], line["data"]["target"])) for line in elements(shown)["edges"]}
    rows = tie_rows(shown, "strength")
    assert drawn == {frozenset((row.one.node, row.other.node)) for row in rows}
    assert sum(len(row.edges) for row in rows) == len(shown.edges)


@pytest.mark.parametrize("order", ["strength", "name", "kind"])
def test_the_table_does_not_depend_on_the_order_of_the_ties(order: str) -> None:
    ends = [(0, 1), (1, 2), (0, 3), (2, 3), (3, 0)]
    forward, backward = tie_rows(picture(ends, 4), order), tie_rows(picture(ends[::-1], 4), order)
    assert [(row.one.node, row.other.node) for row in forward] == [
        (row.one.node, row.other.node) for row in backward
    ]
    assert forward[0].one.node == "h0000"
