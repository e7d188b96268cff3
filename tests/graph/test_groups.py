"""Groups, betweenness and cores against networkx, and the same for any order of ties."""

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import betweenness, core_numbers, leiden_groups

TWO_GANGS = [(f"a{i}", f"a{j}", 1.0) for i in range(5) for j in range(i)] + [
    (f"b{i}", f"b{j}", 1.0) for i in range(4) for j in range(i)
]
EDGES = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"), st.just(1.0)), max_size=20)


def test_two_dense_groups_and_a_bridge_are_two_groups():
    groups = leiden_groups([*TWO_GANGS, ("a0", "b0", 1.0)], resolution=0.5, seed=1)
    assert groups == [frozenset(f"a{i}" for i in range(5)), frozenset(f"b{i}" for i in range(4))]


def test_a_finer_resolution_keeps_only_denser_groups():
    ring = [(str(i), str((i + 1) % 8), 1.0) for i in range(8)]
    assert all(len(group) <= 3 for group in leiden_groups(ring, resolution=0.6, seed=1))
    assert leiden_groups([], resolution=0.5, seed=1) == []


@given(EDGES, st.randoms(use_true_random=False))
def test_the_order_of_ties_plays_no_part(edges, random):
    shuffled = list(edges)
    random.shuffle(shuffled)
    assert leiden_groups(edges, 0.4, 7) == leiden_groups([(b, a, w) for a, b, w in shuffled], 0.4, 7)


@given(EDGES)
def test_betweenness_and_cores_agree_with_networkx(edges):
    graph = networkx.Graph([(a, b) for a, b, _ in edges if a != b])
    assert betweenness(edges) == pytest.approx(networkx.betweenness_centrality(graph))
    assert core_numbers(edges) == networkx.core_number(graph)
