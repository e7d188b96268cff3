"""Close groups on a given list of ties, and who stands where in them; by igraph, seeded."""

import random
from collections.abc import Iterable, Sequence

import igraph


def _graph(edges: Iterable[tuple[str, str, float]]) -> igraph.Graph:
    """An undirected graph without loops; weights of parallel ties add up. The order of ``edges`` plays no part."""
    weights: dict[tuple[str, str], float] = {}
    for one, other, weight in sorted(edges):
        if one != other:
            pair = (one, other) if one < other else (other, one)
            weights[pair] = weights.get(pair, 0.0) + weight
    names = sorted({name for pair in weights for name in pair})
    number = {name: place for place, name in enumerate(names)}
    graph = igraph.Graph(len(names), [(number[one], number[other]) for one, other in weights])
    graph.vs["name"] = names
    graph.es["weight"] = list(weights.values())
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
        objective_function="CPM", weights="weight", resolution=resolution, n_iterations=10
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
