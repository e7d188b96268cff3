"""A piece of the graph as one frozen value: for a screen, a notebook or a file."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from math import cos, pi, sin

import igraph
import networkx

from graph.chance import seeded
from graph.values import EdgeGroup, NetworkEdge, NetworkNode
from records.errors import BadInput

# A picture of more nodes cannot be read; expand from a node of it instead.
NODES_OF_A_PICTURE = 150


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and the edges between them, as of a day.

    ``left_out``: nodes within reach that this page does not show. ``not_expanded``: things shown with more people
    at them than a question follows (a school, a practice), each with how many.
    """

    centre: str | None
    as_of: date | None
    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    left_out: int = 0
    not_expanded: tuple[tuple[str, int], ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must be told about what the picture does not show, in plain sentences."""
        names = {node.node_id: node.name or node.node_id for node in self.nodes}
        said = [f"{self.left_out} more not shown."] if self.left_out else []
        said += [
            f"{names[node_id]}: {degree} people, not followed further."
            for node_id, degree in self.not_expanded
        ]
        return tuple(said)

    def grouped(self) -> tuple[EdgeGroup, ...]:
        """Parallel edges side by side, strongest group first; no edge is merged with another."""
        groups: dict[tuple[str, str], list[NetworkEdge]] = defaultdict(list)
        for edge in self.edges:
            first, second = sorted((edge.source_id, edge.target_id))
            groups[first, second].append(edge)
        made = [EdgeGroup(first, second, tuple(edges)) for (first, second), edges in groups.items()]
        return tuple(sorted(made, key=lambda group: (-group.strength, group.source_id, group.target_id)))

    def to_networkx(self) -> "networkx.MultiDiGraph[str]":
        """The same nodes and edges, every field an attribute; an edge's key is its kind and role.

        Dates stay ``datetime.date`` or None, agencies and evidence ids are tuples.
        """
        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
            centre=self.centre, as_of=self.as_of, left_out=self.left_out
        )
        for node in self.nodes:
            graph.add_node(node.node_id, kind=node.kind, name=node.name, degree=node.degree, hop=node.hop)
        for edge in self.edges:
            graph.add_edge(
                edge.source_id,
                edge.target_id,
                key=f"{edge.kind}:{edge.role}" if edge.role else edge.kind,
                kind=edge.kind,
                role=edge.role,
                valid_from=edge.valid_from,
                valid_to=edge.valid_to,
                known_on=edge.known_on,
                agencies=edge.agencies,
                strength=edge.strength,
                record_ids=edge.record_ids,
                event_ids=edge.event_ids,
                precision=edge.precision,
            )
        return graph

    def layout(self) -> dict[str, tuple[float, float]]:
        """A position in the unit square for every node, the same for the same network.

        Raises BadInput above 150 nodes: such a picture cannot be read.
        """
        if len(self.nodes) > NODES_OF_A_PICTURE:
            raise BadInput(
                f"A picture holds {NODES_OF_A_PICTURE} nodes and this network has {len(self.nodes)}."
                " Ask for fewer hops or a smaller limit."
            )
        if not self.nodes:
            return {}
        numbers = {node.node_id: number for number, node in enumerate(self.nodes)}
        pairs = sorted({(numbers[edge.source_id], numbers[edge.target_id]) for edge in self.edges})
        # A start on circles by hop makes pictures alike.
        with seeded(1):
            placed = igraph.Graph(len(self.nodes), pairs).layout_fruchterman_reingold(
                seed=_on_circles(self.nodes), niter=300, grid=False
            )
        return {
            node_id: _rounded(point) for node_id, point in zip(numbers, _fitted(placed.coords), strict=True)
        }


def _on_circles(nodes: tuple[NetworkNode, ...]) -> list[tuple[float, float]]:
    rings: dict[int, list[int]] = defaultdict(list)
    for number, node in enumerate(nodes):
        rings[node.hop].append(number)
    places = [(0.0, 0.0)] * len(nodes)
    for hop, ring in rings.items():
        for turn, number in enumerate(ring):
            angle = 2 * pi * turn / len(ring)
            places[number] = (
                (hop * cos(angle), hop * sin(angle)) if hop else (0.1 * cos(angle), 0.1 * sin(angle))
            )
    return places


def _fitted(points: list[list[float]]) -> list[tuple[float, float]]:
    left, low = (min(point[axis] for point in points) for axis in (0, 1))
    span = max(max(point[axis] for point in points) - edge for axis, edge in ((0, left), (1, low))) or 1.0
    return [((x - left) / span, (y - low) / span) for x, y in points]


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 4), round(point[1], 4)
