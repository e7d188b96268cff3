"""Groups in small graphs: what hangs together, and small dense groups by the constant Potts model."""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import igraph

Edge = tuple[str, str, float]
"""Two people and the weight of what ties them, undirected."""


def connected(neighbours: Mapping[str, Iterable[str]], start: Iterable[str]) -> list[list[str]]:
    """The connected groups that contain any of ``start``, each in order of its members, groups by first member."""
    seen: set[str] = set()
    groups = []
    for first in sorted(set(start)):
        if first in seen:
            continue
        seen.add(first)
        group, waiting = [first], [first]
        while waiting:
            for other in neighbours.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    group.append(other)
                    waiting.append(other)
        groups.append(sorted(group))
    return groups


def dense_groups(edges: Sequence[Edge], resolution: float, seed: int) -> list[list[str]]:
    """Groups whose inner weight a pair exceeds ``resolution`` (Leiden, constant Potts model; modularity finds towns).

    A set of groups that is best for a graph is best for each group alone (the model has no resolution limit),
    so that a group is found again from its own edges. Same edges and seed give the same groups, in order.
    """
    if not edges:
        return []
    ordered = sorted(edges)
    names = sorted({name for one, other, _ in ordered for name in (one, other)})
    number = {name: index for index, name in enumerate(names)}
    graph: Any = igraph.Graph(
        n=len(names), edges=[(number[one], number[other]) for one, other, _ in ordered], directed=False
    )
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # repeatable grouping, no secret
    try:
        found = graph.community_leiden(
            objective_function="CPM",
            weights=[weight for *_, weight in ordered],
            resolution=resolution,
            n_iterations=-1,
        )
    finally:
        igraph.set_random_number_generator(random)
    return sorted(sorted(names[index] for index in group) for group in found)
