"""Close groups on a given list of ties, and who stands where in them; by igraph, seeded."""

import random
from collections.abc import Sequence

import igraph
import numpy as np
import pandas as pd

# Later rounds move a person in a thousand; two is igraph's own default.
ROUNDS = 2


def _graph(edges: Sequence[tuple[str, str, float]]) -> igraph.Graph:
    """An undirected graph without loops; weights of parallel ties add up. The order of ``edges`` plays no part."""
    ends = np.array([(one, other) for one, other, _ in edges], dtype=object).reshape(-1, 2)
    weights = np.array([weight for _, _, weight in edges], dtype=float)
    numbers, names = pd.factorize(ends.ravel(), sort=True)
    pairs = np.sort(numbers.reshape(-1, 2), axis=1)
    # Weights too are put in order before they are added, so that not even a rounding depends on the rows.
    order = np.lexsort((weights, pairs[:, 1], pairs[:, 0]))
    order = order[pairs[order, 0] != pairs[order, 1]]
    pairs, weights = pairs[order], weights[order]
    first = np.flatnonzero(np.r_[True, np.any(pairs[1:] != pairs[:-1], axis=1)][: len(pairs)])
    tied, place = np.unique(pairs[first], return_inverse=True)
    graph = igraph.Graph(len(tied), place.reshape(-1, 2))
    graph.vs["name"] = [str(names[number]) for number in tied]
    graph.es["weight"] = np.add.reduceat(weights, first) if len(first) else []
    return graph


def leiden_groups(
    edges: Sequence[tuple[str, str, float]], resolution: float, seed: int
) -> list[frozenset[str]]:
    """Groups by the Leiden algorithm on the constant Potts model, largest first, then by the smallest name.

    A group is kept together while its ties weigh more than ``resolution`` for each pair in it, whatever the size
    of the whole graph: modularity, which compares with the whole, finds towns and not gangs. People of no group
    stand alone and are not listed.
    """
    graph = _graph(edges)
    if graph.vcount() == 0:
        return []
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 - a repeatable order of visits, not a secret
    found = graph.community_leiden(
        objective_function="CPM", weights="weight", resolution=resolution, n_iterations=ROUNDS
    )
    groups = [
        frozenset(graph.vs[member]["name"] for member in members) for members in found if len(members) > 1
    ]
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def betweenness(edges: Sequence[tuple[str, str, float]]) -> dict[str, float]:
    """For each end of a tie, the share of shortest ways between others that lead through it (0-1, unweighted)."""
    graph = _graph(edges)
    others = max(1, (graph.vcount() - 1) * (graph.vcount() - 2) / 2)
    return (
        dict(zip(graph.vs["name"], (value / others for value in graph.betweenness()), strict=True))
        if graph.vcount()
        else {}
    )


def core_numbers(edges: Sequence[tuple[str, str, float]]) -> dict[str, int]:
    """For each end of a tie, the largest k such that it lies in a group where everyone has k ties inside it."""
    graph = _graph(edges)
    return dict(zip(graph.vs["name"], graph.coreness(), strict=True)) if graph.vcount() else {}
