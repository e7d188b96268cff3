"""Networks and paths as readers see them: people under handles, everything else under references."""

from collections.abc import Iterable, Sequence
from typing import Final

import graph
from access.people import KnownPerson
from access.sight import Sight
from access.values import (
    ConnectionPath,
    NetworkEdge,
    NetworkNode,
    NetworkPicture,
    NetworkRequest,
    PathAnswer,
)
from graph import EgoOptions, GraphView, ego, strongest_paths

# Which kind of field the name of a node is; what an incident was is told to everyone who sees it.
_NAMED_BY: Final[dict[str, str]] = {
    "place": "location",
    "household": "location",
    "organisation": "location",
    "phone": "identity",
    "vehicle": "identity",
}


class NetworkViews:
    """Draws the graph of one scope for one reader."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._view = GraphView(
            sight.connection, sight.scope, sight.calibration, sight.rulings, sight.adjacency()
        )
        self._people: dict[str, KnownPerson] = {}

    def around(self, person: KnownPerson, request: NetworkRequest) -> NetworkPicture:
        """The surroundings of a person. Raises BadInput for hops or a cap out of range."""
        options = EgoOptions(hops=request.hops, as_of=request.as_of, limit=request.node_cap)
        network = ego(self._view, self._view.person_of(person.anchor), options)
        self._learn(network.nodes)
        return NetworkPicture(
            centre=self._sight.cards.handles.of_record(person.anchor),
            nodes=self._nodes(network.nodes),
            edges=self._edges(network.nodes, network.edges),
            left_out=network.left_out,
        )

    def between(self, person_a: KnownPerson, person_b: KnownPerson) -> PathAnswer:
        """The strongest ways from one person to another, strongest first."""
        ends = [self._view.person_of(person.anchor) for person in (person_a, person_b)]
        paths = strongest_paths(self._view, ends[0], ends[1])
        self._learn(node for path in paths for node in path.nodes)
        return PathAnswer(
            tuple(
                ConnectionPath(
                    strength=path.strength,
                    nodes=self._nodes(path.nodes),
                    edges=self._edges(path.nodes, [edge for step in path.steps for edge in step.edges]),
                )
                for path in paths
            )
        )

    def _learn(self, nodes: Iterable[graph.NetworkNode]) -> None:
        """Who the people among the nodes are, each by the records held in the scope."""
        ids = {node.node_id for node in nodes if node.kind == "person"}
        members = self._view.members_of(ids)
        holders = self._sight.cards.people.holding(list(members))
        self._people |= {members[record_id]: holder for record_id, holder in holders.items()}

    def _nodes(self, nodes: Iterable[graph.NetworkNode]) -> tuple[NetworkNode, ...]:
        return tuple(self._node(node) for node in nodes)

    def _node(self, node: graph.NetworkNode) -> NetworkNode:
        person = self._people.get(node.node_id)
        field = _NAMED_BY.get(node.kind)
        named = person is None and (field is None or getattr(self._sight.cards.mask.usual, field))
        return NetworkNode(
            node=self._reference(node.node_id),
            kind=node.kind,
            name=node.name if named else None,
            person=None if person is None else self._sight.cards.card(person),
            degree=node.degree,
            hop=node.hop,
        )

    def _edges(
        self, nodes: Sequence[graph.NetworkNode], edges: Iterable[graph.NetworkEdge]
    ) -> tuple[NetworkEdge, ...]:
        """Edges in the order of their nodes, so that the order tells nothing but the graph of the scope."""
        place = {node.node_id: number for number, node in enumerate(nodes)}

        def order(edge: graph.NetworkEdge) -> tuple[object, ...]:
            told = (
                edge.kind,
                edge.role,
                edge.valid_from,
                edge.valid_to,
                edge.known_on,
                edge.record_ids,
                edge.event_ids,
            )
            return place[edge.source_id], place[edge.target_id], *(str(one) for one in told)

        return tuple(
            NetworkEdge(
                source=self._reference(edge.source_id),
                target=self._reference(edge.target_id),
                kind=edge.kind,
                role=edge.role,
                valid_from=edge.valid_from,
                valid_to=edge.valid_to,
                agencies=edge.agencies,
                strength=edge.strength,
                evidence_count=len(edge.record_ids) + len(edge.event_ids),
            )
            for edge in sorted(edges, key=order)
        )

    def _reference(self, node_id: str) -> str:
        person = self._people.get(node_id)
        handles = self._sight.cards.handles
        return handles.reference("node", node_id) if person is None else handles.of_record(person.anchor)
