"""Nodes, ties and sentences of the graph as one reader sees them: people under handles, the rest under references."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import graph
from access.people import KnownPerson
from access.sight import Sight
from access.values import NetworkEdge, NetworkNode
from graph import GraphView, sentence_of
from records.errors import NotThere
from records.snapshot.scoped import rows_in_scope

# Which kind of field the name of a node is; what an incident was is told to everyone who sees it.
_NAMED_BY: Final[dict[str, str]] = {
    "place": "location",
    "household": "location",
    "organisation": "location",
    "phone": "identity",
    "vehicle": "identity",
}
# As much of a reference as tells two nodes of one answer apart in a sentence.
_SHORT: Final = 7
_SOURCE_ROLE: Final = "reporter"


class NetworkDrawing:
    """Turns values of the graph into answers for one reader, and what the reader names into nodes."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.view = GraphView(
            sight.connection, sight.scope, sight.calibration, sight.rulings, sight.adjacency()
        )
        self._people: dict[str, KnownPerson] = {}

    def node_named(self, name: str) -> str:
        """The node that a reader means by a person's handle, a record as answers name it, or a node's reference.

        Raises NotThere for any name that leads nowhere in the scope.
        """
        handles = self.sight.cards.handles
        node_id = handles.value_of("node", name)
        return node_id if node_id is not None else self.person_named(name)

    def person_named(self, name: str) -> str:
        """The person that a reader means by a handle, or by a record as answers name it."""
        cards = self.sight.cards
        if cards.handles.record_of(name) is not None:
            return self.view.person_of(cards.behind(name).anchor)
        record_id = cards.record_named(name)
        person = None if record_id is None else cards.people.holding([record_id]).get(record_id)
        if person is None:
            raise NotThere("There is no such person, or not for you.")
        return self.view.person_of(cards.behind(cards.handles.of_record(person.anchor)).anchor)

    def learn(self, nodes: Iterable[graph.NetworkNode]) -> None:
        """Who the people among the nodes are, each by the records held in the scope."""
        ids = {node.node_id for node in nodes if node.kind == "person"} - self._people.keys()
        members = self.view.members_of(ids)
        holders = self.sight.cards.people.holding(list(members))
        self._people |= {members[record_id]: holder for record_id, holder in holders.items()}

    def person(self, person_id: str) -> KnownPerson | None:
        """Someone whom ``learn`` met."""
        return self._people.get(person_id)

    def reference(self, node_id: str) -> str:
        """What stands for a node in answers."""
        person = self._people.get(node_id)
        handles = self.sight.cards.handles
        return handles.reference("node", node_id) if person is None else handles.of_record(person.anchor)

    def node(self, node: graph.NetworkNode) -> NetworkNode:
        """A node with as much of its name as the reader may see."""
        person = self._people.get(node.node_id)
        return NetworkNode(
            node=self.reference(node.node_id),
            kind=node.kind,
            name=self._name(node) if person is None else None,
            person=None if person is None else self.sight.cards.card(person),
            degree=node.degree,
            hop=node.hop,
        )

    def edge(self, edge: graph.NetworkEdge) -> NetworkEdge:
        """A tie with its evidence."""
        identity = self.sight.cards.mask.usual.identity
        cards = self.sight.cards
        return NetworkEdge(
            source=self.reference(edge.source_id),
            target=self.reference(edge.target_id),
            kind=edge.kind,
            role=edge.role,
            valid_from=edge.valid_from,
            valid_to=edge.valid_to,
            agencies=edge.agencies,
            strength=edge.strength,
            evidence_count=len(edge.record_ids) + len(edge.event_ids),
            known_on=edge.known_on,
            records=tuple(cards.record_reference(one, identity) for one in edge.record_ids),
            events=tuple(
                one if identity else cards.handles.reference("event", one) for one in edge.event_ids
            ),
        )

    def edges(
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

        return tuple(self.edge(edge) for edge in sorted(edges, key=order))

    def sentence(
        self, source: graph.NetworkNode, target: graph.NetworkNode, edges: Sequence[graph.NetworkEdge]
    ) -> str:
        """What ties two nodes, under the names that this reader has for them."""
        return sentence_of(self.called(source), self.called(target), edges)

    def called(self, node: graph.NetworkNode) -> graph.NetworkNode:
        """The node under the name that this reader has for it: a person's name or kind and handle, a thing's likewise."""
        person = self._people.get(node.node_id)
        name = self._name(node) if person is None else self.sight.cards.card(person).name
        return replace(node, name=name or f"{node.kind} {self.reference(node.node_id)[:_SHORT]}")

    def _name(self, node: graph.NetworkNode) -> str | None:
        field = _NAMED_BY.get(node.kind)
        if field is None:
            # Of a person whom nobody could be learnt of, not even a name is told.
            return None if node.kind == "person" else node.name
        if field == "location" and self._keeps_place(node.node_id):
            return None
        return node.name if getattr(self.sight.cards.mask.usual, field) else None

    def _keeps_place(self, node_id: str) -> bool:
        """Whether the name of a place, household or organisation would tell where a protected person is.

        It is kept wherever such a person, or somebody close, is in the same answer: whoever stands beside a school
        or a home gives it away, and in one answer anybody may.
        """
        whereabouts = self.sight.cards.mask.whereabouts
        return node_id in whereabouts.place_ids or any(
            whereabouts.concerns(person.record_ids) for person in self._people.values()
        )

    def without_sources(self, edges: Sequence[graph.NetworkEdge]) -> list[graph.NetworkEdge]:
        """The edges without those that say who gave a piece of police intelligence, where that is kept back."""
        reporting = sorted({event for edge in edges if edge.role == _SOURCE_ROLE for event in edge.event_ids})
        if not reporting:
            return list(edges)
        rows = self.sight.connection.execute(
            f"""SELECT event_id, label.agency FROM {rows_in_scope("event", self.sight.scope)} t
                JOIN label USING (label_id)
                WHERE category = 'police_intelligence' AND event_id IN (SELECT unnest($1::VARCHAR[]))""",
            [reporting],
        ).fetchall()
        mask = self.sight.cards.mask
        kept = {event_id for event_id, agency in rows if not mask.of_row(agency).intelligence_source}
        return [edge for edge in edges if edge.role != _SOURCE_ROLE or kept.isdisjoint(edge.event_ids)]


def joined(
    nodes: Sequence[graph.NetworkNode], edges: Sequence[graph.NetworkEdge], centres: Sequence[str]
) -> tuple[tuple[graph.NetworkNode, ...], list[graph.NetworkEdge]]:
    """The nodes that edges still lead to from any of the centres, and the edges between those."""
    beside: dict[str, set[str]] = {}
    for edge in edges:
        beside.setdefault(edge.source_id, set()).add(edge.target_id)
        beside.setdefault(edge.target_id, set()).add(edge.source_id)
    reached, ahead = set(centres), list(centres)
    while ahead:
        new = beside.get(ahead.pop(), set()) - reached
        reached |= new
        ahead += sorted(new)
    return (
        tuple(node for node in nodes if node.node_id in reached),
        [edge for edge in edges if {edge.source_id, edge.target_id} <= reached],
    )
