"""Groups, betweenness and cores against networkx, igraph and the objective itself; the same for any order of ties."""

import random
from itertools import combinations, pairwise

import igraph
import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import betweenness, core_numbers, leiden_groups, leiden_membership

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


def potts(edges, groups, resolution):
    """The objective of the constant Potts model: weight inside groups, less the resolution for each pair in one."""
    group_of = {name: number for number, group in enumerate(groups) for name in group}
    inside = sum(w for a, b, w in edges if a != b and a in group_of and group_of[a] == group_of.get(b))
    return inside - resolution * sum(len(group) * (len(group) - 1) / 2 for group in groups)


def every_division(names):
    if not names:
        yield []
        return
    first, *rest = names
    for division in every_division(rest):
        yield [[first], *division]
        for place in range(len(division)):
            yield [*division[:place], [first, *division[place]], *division[place + 1 :]]


WEIGHTED = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.sampled_from([0.05, 0.2, 0.3, 0.5, 1.0])
    ),
    min_size=1,
    max_size=12,
)


@given(WEIGHTED, st.sampled_from([0.1, 0.2, 0.4]))
def test_people_without_a_strong_tie_are_alone_in_a_best_division(edges, resolution):
    joined: dict[tuple[str, str], float] = {}
    for a, b, w in edges:
        if a != b:
            joined[min(a, b), max(a, b)] = joined.get((min(a, b), max(a, b)), 0.0) + w
    loose = {name for pair in joined for name in pair} - {
        name for pair, weight in joined.items() if weight > resolution for name in pair
    }
    best = max(potts(edges, division, resolution) for division in every_division(list("abcdef")))
    apart = max(
        potts(edges, division, resolution)
        for division in every_division(list("abcdef"))
        if all(len(group) == 1 or not loose & set(group) for group in division)
    )
    assert apart == pytest.approx(best)
    assert not loose & {name for group in leiden_groups(edges, resolution, 1) for name in group}


@pytest.mark.parametrize("resolution", [0.05, 0.1, 0.3])
def test_what_is_left_out_beforehand_costs_nothing_of_the_objective(resolution):
    draw = random.Random(5)
    edges = [
        (f"{draw.randrange(700):04}", f"{draw.randrange(700):04}", draw.choice([0.02, 0.1, 0.2, 0.5]))
        for _ in range(2500)
    ]
    edges += [(f"{a:04}", f"{b:04}", 0.6) for a, b in combinations(range(12), 2)]
    edges += [(f"x{a}", f"x{b}", 0.5) for a, b in pairwise(range(300))]
    names = sorted({name for a, b, _ in edges for name in (a, b)})
    plain = igraph.Graph(
        len(names),
        [(names.index(a), names.index(b)) for a, b, _ in edges],
        edge_attrs={"weight": [w for *_, w in edges]},
    )
    plain = plain.simplify(combine_edges="sum")
    ours, theirs = 0.0, 0.0
    for seed in range(60):  # one division more or less is luck; sixty draws are not
        igraph.set_random_number_generator(random.Random(seed))
        found = plain.community_leiden(
            objective_function="CPM", weights="weight", resolution=resolution, n_iterations=2
        )
        theirs += potts(edges, [[names[number] for number in group] for group in found], resolution)
        ours += potts(edges, leiden_groups(edges, resolution, seed), resolution)
    igraph.set_random_number_generator(random)
    assert ours >= theirs * 0.999


def test_arrays_give_the_groups_that_names_give():
    edges = [*TWO_GANGS, ("a0", "b0", 1.0)]
    names = sorted({name for a, b, _ in edges for name in (a, b)})
    ends = np.array([(names.index(a), names.index(b)) for a, b, _ in edges])
    member_of = leiden_membership(ends, np.ones(len(edges)), 0.5, 1)
    groups = {
        frozenset(name for name, group in zip(names, member_of, strict=True) if group == one)
        for one in set(member_of.tolist())
    }
    assert groups == set(leiden_groups(edges, 0.5, 1))
    assert len(leiden_membership(np.empty((0, 2), dtype=np.int64), np.empty(0), 0.5, 1)) == 0
