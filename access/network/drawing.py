"""Nodes, ties and sentences of the graph as one reader sees them: people under handles, the rest under references."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import graph
from access.network.node_names import NodeNames
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import NetworkEdge, NetworkNode
from graph import GraphView, sentence_of
from records.errors import NotThere

# As much of a reference as tells two nodes of one answer apart in a sentence.
_SHORT: Final = 7


class NetworkDrawing:
    """Turns values of the graph into answers for one reader, and what the reader names into nodes."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.view = GraphView(
            sight.connection,
            sight.scope,
            standing=sight.standing_graph(sight.scope),
            kept=sight.cards.people.kept,
        )
        self._people: dict[str, KnownPerson] = {}
        self._names = NodeNames(sight)

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
        """Who the people among the nodes are, each by the records held in the scope, and what the incidents may be called."""
        nodes = list(nodes)
        self._names.learn(nodes)
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
            precision=edge.precision,
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
        located = node.kind in ("place", "household", "organisation")
        return None if located and self._keeps_place() else self._names.of(node)

    def _keeps_place(self) -> bool:
        """Whether the names of places, households and organisations would tell where a protected person is.

        They are kept wherever such a person, or somebody close, is in the same answer: whoever stands beside a school
        or a home gives it away, and in one answer anybody may.
        """
        return any(self._is_concerned(person.person_id) for person in self._people.values())

    def _is_concerned(self, person_id: str) -> bool:
        person = self._people.get(person_id)
        return person is not None and self.sight.cards.mask.whereabouts.concerns(person.record_ids)

    def gives_away(self, edge: graph.NetworkEdge) -> bool:
        """Whether a tie says at which school, practice or employer a protected person, or somebody close, is found.

        A name left out would not do: the same node stands beside others, whose own pages name it.
        """
        organisations = self.sight.cards.mask.whereabouts.organisation_ids
        ends = (edge.source_id, edge.target_id)
        return not organisations.isdisjoint(ends) and any(self._is_concerned(end) for end in ends)


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
