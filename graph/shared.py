"""What and whom two people have in common."""

from dataclasses import dataclass
from datetime import date

from graph.adjacency import Window
from graph.evidence import trimmed_to
from graph.values import NetworkEdge, NetworkNode
from graph.view import GraphView


@dataclass(frozen=True, slots=True)
class SharedNeighbour:
    """Something both people are tied to, or someone; with each one's edges to it, and the product of their strengths.

    ``at_once`` says whether some edges of the two overlap in time, as far as their dates go.
    """

    node: NetworkNode
    edges_a: tuple[NetworkEdge, ...]
    edges_b: tuple[NetworkEdge, ...]
    strength: float
    at_once: bool


def shared_neighbours(view: GraphView, a: str, b: str, as_of: date | None = None) -> list[SharedNeighbour]:
    """What and whom two people are both tied to, strongest first; hubs come last by their discount.

    Raises NotThere when one of them is nobody of the scope.
    """
    graph = view.around([a, b], 1)
    window = Window(as_of=as_of)
    sides: list[dict[int, list[NetworkEdge]]] = []
    for person_id in (a, b):
        number = graph.number_of(person_id)
        assert number is not None  # noqa: S101 - around() has raised otherwise
        positions = graph.edges_from(number, window).tolist()
        edges = trimmed_to(view.connection, graph.edges([number] * len(positions), positions), as_of)
        side: dict[int, list[NetworkEdge]] = {}
        for edge in edges:
            target = graph.number_of(edge.target_id)
            assert target is not None  # noqa: S101 - an edge's ends are nodes
            side.setdefault(target, []).append(edge)
        sides.append(side)
    both = sorted(sides[0].keys() & sides[1].keys())
    shared = [
        SharedNeighbour(
            node,
            tuple(sides[0][number]),
            tuple(sides[1][number]),
            max(edge.strength for edge in sides[0][number]) * max(edge.strength for edge in sides[1][number]),
            any(_overlap(one, other) for one in sides[0][number] for other in sides[1][number]),
        )
        for number, node in zip(both, graph.nodes(both), strict=True)
    ]
    return sorted(shared, key=lambda found: (-found.strength, found.node.node_id))


def _overlap(one: NetworkEdge, other: NetworkEdge) -> bool:
    begins = [day for day in (one.valid_from, other.valid_from) if day is not None]
    ends = [day for day in (one.valid_to, other.valid_to) if day is not None]
    return not begins or not ends or max(begins) <= min(ends)
