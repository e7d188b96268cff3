"""Close groups on a given list of ties, and who stands where in them; by igraph, seeded."""

from collections.abc import Sequence

import igraph
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.chance import seeded
from records.collecting import without_collecting

# Later rounds move a person in a thousand; two is igraph's own default.
ROUNDS = 2

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]


def leiden_groups(
    edges: Sequence[tuple[str, str, float]], resolution: float, seed: int
) -> list[frozenset[str]]:
    """Groups by the Leiden algorithm on the constant Potts model, largest first, then by the smallest name.

    A group is kept together while its ties weigh more than ``resolution`` for each pair in it, whatever the size
    of the whole graph: modularity, which compares with the whole, finds towns and not gangs. People of no group
    stand alone and are not listed. Ties may come in any order and either way round; those between the same two
    add up, and a tie to oneself counts for nothing.
    """
    names, ends, weights = _coded(edges)
    if not len(ends):
        return []
    member_of = leiden_membership(ends, weights, resolution, seed)
    order = np.argsort(member_of, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(member_of[order]) != 0])
    groups = [
        frozenset(names[number] for number in members.tolist())
        for members in np.split(order, starts[1:])
        if len(members) > 1
    ]
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def leiden_membership(ends: Numbers, weights: Weights, resolution: float, seed: int) -> Numbers:
    """The group of each node, for callers who hold their ties as arrays; groups as ``leiden_groups`` finds them.

    ``ends``: (ties, 2) node numbers from 0. ``weights``: (ties,), above 0. Returns (nodes,), a number a group.
    """
    count = int(ends.max()) + 1 if len(ends) else 0
    ends, weights = _joined(ends, weights)
    # Whoever has no tie above the resolution gains nothing in any group (each member costs as much as such a tie
    # brings), so that they stand alone in a best division, and a division of the others is one of all.
    held = np.zeros(count, dtype=np.bool_)
    held[ends[weights > resolution].ravel()] = True
    inside = held[ends].all(axis=1)
    numbers = np.flatnonzero(held)
    place = np.cumsum(held) - 1
    graph = _graph(place[ends[inside]], len(numbers))
    member_of = np.arange(count, dtype=np.int64)
    if graph.ecount():
        with seeded(seed):
            found = graph.community_leiden(
                objective_function="CPM",
                weights=weights[inside].tolist(),
                resolution=resolution,
                n_iterations=ROUNDS,
            )
        member_of[numbers] = count + np.array(found.membership, dtype=np.int64)
    return member_of


def betweenness(edges: Sequence[tuple[str, str, float]]) -> dict[str, float]:
    """For each end of a tie, the share of shortest ways between others that lead through it (0-1, unweighted)."""
    names, graph = _whole(edges)
    others = max(1, (len(names) - 1) * (len(names) - 2) / 2)
    return dict(zip(names, (value / others for value in graph.betweenness()), strict=True)) if names else {}


def core_numbers(edges: Sequence[tuple[str, str, float]]) -> dict[str, int]:
    """For each end of a tie, the largest k such that it lies in a group where everyone has k ties inside it."""
    names, graph = _whole(edges)
    return dict(zip(names, graph.coreness(), strict=True)) if names else {}


def _whole(edges: Sequence[tuple[str, str, float]]) -> tuple[list[str], igraph.Graph]:
    names, ends, weights = _coded(edges)
    ends, _ = _joined(ends, weights)
    return names, _graph(ends, len(names))


def _coded(edges: Sequence[tuple[str, str, float]]) -> tuple[list[str], Numbers, Weights]:
    """The names that stand in a tie to another, sorted; the ties as numbers of these; their weights.

    Arrow codes a million names several times as fast as Python or pandas do.
    """
    ends = pa.chunked_array(
        [
            pa.array([edge[0] for edge in edges], pa.string()),
            pa.array([edge[1] for edge in edges], pa.string()),
        ]
    )
    coded = ends.combine_chunks().dictionary_encode()
    order = pc.sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    pairs = rank[coded.indices.to_numpy()].reshape(2, -1).T
    weights = np.array([edge[2] for edge in edges], dtype=np.float64)
    is_tie = pairs[:, 0] != pairs[:, 1]
    pairs, weights = pairs[is_tie], weights[is_tie]
    tied = np.zeros(len(order), dtype=np.bool_)
    tied[pairs.ravel()] = True
    names: list[str] = coded.dictionary.take(pa.array(order[tied])).to_pylist()
    return names, (np.cumsum(tied) - 1)[pairs], weights


def _joined(ends: Numbers, weights: Weights) -> tuple[Numbers, Weights]:
    """Each two ends once, the smaller first, with the sum of their ties' weights; the order of rows plays no part."""
    if not len(ends):
        return ends, weights
    count = int(ends.max()) + 1
    pair = ends.min(axis=1) * count + ends.max(axis=1)
    # Weights too are put in order before they are added, so that not even a rounding depends on the rows.
    order = np.lexsort((weights, pair))
    order = order[(ends[order, 0] != ends[order, 1])]
    pair, weights = pair[order], weights[order]
    first = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]][: len(pair)])
    pair = pair[first]
    joined = np.add.reduceat(weights, first) if len(first) else weights
    return np.column_stack((pair // count, pair % count)), joined


def _graph(ends: Numbers, count: int) -> igraph.Graph:
    """An undirected graph of ``count`` nodes, from pairs of Python numbers: igraph reads an array a number at a time."""
    with without_collecting():
        return igraph.Graph(count, list(zip(ends[:, 0].tolist(), ends[:, 1].tolist(), strict=True)))
