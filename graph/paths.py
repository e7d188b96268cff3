"""The strongest ways from one person to another, with the sentence that explains each hop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise
from math import exp

from graph.adjacency import Adjacency, Window
from graph.edge_sources import INVERSE_KINDS
from graph.evidence import trimmed_to
from graph.search import Search, toll
from graph.sentences import sentence_of
from graph.values import NetworkEdge, NetworkNode
from graph.view import GraphView
from records.errors import BadInput

# Ways are sought between each two: eight people are 28 searches.
MOST_PEOPLE = 8
MOST_WAYS = 10
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class PathOptions:
    """``most``: ways to find, each through other nodes than the last. ``hub_cap``: things with more people are no way.

    ``most_steps``: edges of a way; person to person over a thing is two. ``kinds``, ``as_of`` and ``since`` as in
    ``EgoOptions``.
    """

    most: int = 3
    hub_cap: int = 200
    most_steps: int = 8
    kinds: frozenset[str] | None = None
    as_of: date | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.most <= MOST_WAYS or not 1 <= self.most_steps <= MOST_STEPS:
            raise BadInput(f"Ask for 1 to {MOST_WAYS} ways of 1 to {MOST_STEPS} steps.")


@dataclass(frozen=True, slots=True)
class Step:
    """One hop: the strongest edge between two nodes in this window, all edges between them, and a sentence."""

    source: NetworkNode
    target: NetworkNode
    edges: tuple[NetworkEdge, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Path:
    """A way from end to end. ``strength``: the product of the edges', less the toll of much-connected people between."""

    strength: float
    nodes: tuple[NetworkNode, ...]
    steps: tuple[Step, ...]


def strongest_paths(view: GraphView, a: str, b: str, options: PathOptions | None = None) -> list[Path]:
    """Up to ``most`` ways between two people, strongest first, no two through the same node; empty when none.

    Evidence decides, not length: a way over a shared flat and two agencies' word beats a shorter one over a
    crowded place, since every edge to a thing is divided by the logarithm of the people at it.

    Raises NotThere when one of them is nobody of the scope.
    """
    options = options or PathOptions()
    graph = view.around([a, b], options.most_steps)
    start, end = graph.number_of(a), graph.number_of(b)
    assert start is not None and end is not None  # noqa: S101, PT018 - around() has raised otherwise
    window = Window.over(options.kinds, options.as_of, options.since)
    search = Search(graph, window, options.hub_cap, options.most_steps)
    found: list[Path] = []
    while start != end and len(found) < options.most:
        numbers = search.strongest_way(start, end)
        if numbers is None:
            break
        path = _told(view, graph, numbers, window)
        if path is not None:
            found.append(path)
        search.bar(numbers)
    return sorted(found, key=lambda path: (-path.strength, [node.node_id for node in path.nodes]))


def paths_among(view: GraphView, person_ids: Sequence[str], options: PathOptions | None = None) -> list[Path]:
    """The strongest ways between each two of several people, strongest first; two without a way have none in it.

    Raises BadInput for fewer than two people or more than ``MOST_PEOPLE``, NotThere as ``strongest_paths`` does.
    """
    people = sorted(set(person_ids))
    if not 2 <= len(people) <= MOST_PEOPLE:
        raise BadInput(f"Name 2 to {MOST_PEOPLE} different people to find the ways among them.")
    found = [
        path for one, other in combinations(people, 2) for path in strongest_paths(view, one, other, options)
    ]
    return sorted(found, key=lambda path: (-path.strength, [node.node_id for node in path.nodes]))


def turned(path: Path) -> Path:
    """The same way told from its other end."""
    steps = [
        Step(
            step.target,
            step.source,
            tuple(_from_other_end(edge) for edge in step.edges),
            sentence_of(step.target, step.source, [_from_other_end(edge) for edge in step.edges]),
        )
        for step in reversed(path.steps)
    ]
    return Path(path.strength, tuple(reversed(path.nodes)), tuple(steps))


def _from_other_end(edge: NetworkEdge) -> NetworkEdge:
    kind = INVERSE_KINDS.get(edge.kind, edge.kind)
    return replace(edge, source_id=edge.target_id, target_id=edge.source_id, kind=kind)


def _told(view: GraphView, graph: Adjacency, numbers: list[int], window: Window) -> Path | None:
    nodes = graph.nodes(numbers)
    steps: list[Step] = []
    strength = 1.0
    for place, (number, following) in enumerate(pairwise(numbers)):
        positions = graph.edges_from(number, window)
        positions = positions[graph.target[positions] == following]
        edges = trimmed_to(
            view.connection, graph.edges([number] * len(positions), positions.tolist()), window.as_of
        )
        if not edges:
            return None
        edges.sort(key=lambda edge: (-edge.strength, edge.kind, edge.role or ""))
        strength *= edges[0].strength
        steps.append(
            Step(
                nodes[place],
                nodes[place + 1],
                tuple(edges),
                sentence_of(nodes[place], nodes[place + 1], edges),
            )
        )
    strength *= exp(-sum(toll(node.kind, node.degree) for node in nodes[1:-1]))
    return Path(round(strength, 6), tuple(nodes), tuple(steps))
