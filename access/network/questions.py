"""The questions of the network that start from people or things: what is around them, between them, and became different."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import graph
from access.network.drawing import NetworkDrawing, joined
from access.sight import Sight
from access.values import (
    ChangeLine,
    ChangeList,
    ConnectionPath,
    NetworkPicture,
    NetworkRequest,
    PathAnswer,
    PathRequest,
    PathStep,
    SharedAnswer,
    SharedNode,
    Stay,
    StayCompanion,
    StayList,
)
from graph import (
    EgoOptions,
    PathOptions,
    changes,
    ego,
    egos,
    household_history,
    paths_among,
    shared_neighbours,
)
from records.errors import BadInput

# Surroundings of so many people still make a picture that somebody can read.
MOST_CENTRES: Final = 20


class NetworkViews:
    """Draws the graph of one scope for one reader."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._drawing = NetworkDrawing(sight)
        self._view = self._drawing.view

    def around(self, names: Sequence[str], request: NetworkRequest) -> NetworkPicture:
        """The surroundings of a person or thing, or of several as one picture that has the first named for its centre.

        Raises BadInput for hops, a page or a cap out of range, and for another page than the first of several.
        """
        centres = list(dict.fromkeys(self._drawing.node_named(name) for name in names))
        if len(centres) > MOST_CENTRES:
            raise BadInput(f"A picture has at most {MOST_CENTRES} centres; ask for fewer.")
        options = _ego_options(request)
        several = len(centres) > 1
        network = (
            egos(self._view, centres, options).together() if several else ego(self._view, centres[0], options)
        )
        self._drawing.learn(network.nodes)
        nodes = network.nodes
        edges = [edge for edge in network.edges if not self._drawing.gives_away(edge)]
        if len(edges) < len(network.edges):
            nodes, edges = joined(nodes, edges, centres)
        named = tuple(self._drawing.called(node) for node in nodes)
        return NetworkPicture(
            centre=self._drawing.reference(centres[0]),
            nodes=tuple(self._drawing.node(node) for node in nodes),
            edges=self._drawing.edges(nodes, edges),
            left_out=network.left_out,
            remarks=graph.Network(
                network.centre, network.as_of, named, (), network.left_out, network.not_expanded
            ).remarks,
        )

    def among(self, names: Sequence[str], request: PathRequest) -> PathAnswer:
        """The strongest ways between each two of some people. Raises BadInput where fewer than two are meant."""
        people = [self._drawing.person_named(name) for name in names]
        options = PathOptions(
            most=request.most, kinds=request.kinds, as_of=request.as_of, since=request.since
        )
        paths = paths_among(self._view, people, options)
        self._drawing.learn(node for path in paths for node in path.nodes)
        paths = [
            path
            for path in paths
            if not any(self._drawing.gives_away(edge) for step in path.steps for edge in step.edges)
        ]
        first = {person: place for place, person in reversed(list(enumerate(people)))}
        return PathAnswer(tuple(self._path(_from_the_first_named(path, first)) for path in paths))

    def shared(self, name_a: str, name_b: str, as_of: date | None) -> SharedAnswer:
        """What and whom two people have in common. Raises BadInput when the two are one."""
        ends = [self._drawing.person_named(name) for name in (name_a, name_b)]
        found = shared_neighbours(self._view, ends[0], ends[1], as_of)
        around = self._view.around(ends, 1)
        numbers = [around.number_of(person) for person in ends]
        people = around.nodes([number for number in numbers if number is not None])
        self._drawing.learn([*people, *(one.node for one in found)])
        found = [
            one
            for one in found
            if not any(self._drawing.gives_away(edge) for edge in (*one.edges_a, *one.edges_b))
        ]
        return SharedAnswer(
            tuple(
                SharedNode(
                    self._drawing.node(one.node),
                    tuple(self._drawing.edge(edge) for edge in one.edges_a),
                    tuple(self._drawing.edge(edge) for edge in one.edges_b),
                    tuple(
                        self._drawing.sentence(person, one.node, edges)
                        for person, edges in zip(people, (one.edges_a, one.edges_b), strict=True)
                    ),
                    one.strength,
                    one.at_once,
                )
                for one in found
            )
        )

    def lived(self, name: str, as_of: date | None) -> StayList:
        """Where, when and with whom a person lived, oldest first."""
        person_id = self._drawing.person_named(name)
        stays = household_history(self._view, person_id, as_of)
        graph_here = self._view.around([person_id], 1)
        companions = sorted({other for stay in stays for other, _, _ in stay.with_people})
        self._drawing.learn(graph.NetworkNode(one, "person", None, 0) for one in (person_id, *companions))
        names = {}
        for place in sorted({stay.place_id for stay in stays}):
            number = graph_here.number_of(place)
            if number is not None:
                names[place] = self._drawing.node(graph_here.nodes([number])[0]).name
        identity = self._sight.cards.mask.usual.identity
        centre = self._drawing.person(person_id)
        assert centre is not None  # noqa: S101 - person_named() has raised otherwise
        return StayList(
            self._sight.cards.card(centre),
            tuple(
                Stay(
                    place=self._drawing.reference(stay.place_id),
                    name=names.get(stay.place_id),
                    household=self._drawing.reference(stay.household_id),
                    valid_from=stay.valid_from,
                    valid_to=stay.valid_to,
                    records=tuple(
                        self._sight.cards.record_reference(one, identity) for one in stay.evidence_record_ids
                    ),
                    with_people=self._companions(stay),
                )
                for stay in stays
            ),
        )

    def changes(self, name: str, after: date, until: date, request: NetworkRequest) -> ChangeList:
        """What became different around a person or thing after one day and up to another."""
        found = changes(self._view, self._drawing.node_named(name), after, until, _ego_options(request))
        nodes = {node.node_id: node for one in found.changes for node in (one.source, one.target)}
        self._drawing.learn(nodes.values())
        told = [one for one in found.changes if not self._drawing.gives_away(one.edge)]
        nodes = {node.node_id: node for one in told for node in (one.source, one.target)}
        return ChangeList(
            tuple(
                ChangeLine(
                    one.kind,
                    one.on,
                    self._drawing.sentence(one.source, one.target, [one.edge]),
                    self._drawing.edge(one.edge),
                    one.precision,
                )
                for one in told
            ),
            tuple(self._drawing.node(node) for node in nodes.values()),
            found.remarks,
        )

    def _companions(self, stay: graph.HouseholdStay) -> tuple[StayCompanion, ...]:
        known = [(self._drawing.person(one), begins, ends) for one, begins, ends in stay.with_people]
        return tuple(
            StayCompanion(self._sight.cards.card(person), begins, ends)
            for person, begins, ends in known
            if person is not None
        )

    def _path(self, path: graph.Path) -> ConnectionPath:
        return ConnectionPath(
            strength=path.strength,
            nodes=tuple(self._drawing.node(node) for node in path.nodes),
            edges=self._drawing.edges(path.nodes, [edge for step in path.steps for edge in step.edges]),
            steps=tuple(
                PathStep(
                    self._drawing.reference(step.source.node_id),
                    self._drawing.reference(step.target.node_id),
                    self._drawing.sentence(step.source, step.target, step.edges),
                    tuple(self._drawing.edge(edge) for edge in step.edges),
                )
                for step in path.steps
            ),
        )


def _from_the_first_named(path: graph.Path, place: dict[str, int]) -> graph.Path:
    """The way told from the one of its ends whom the reader named first."""
    if place[path.nodes[0].node_id] <= place[path.nodes[-1].node_id]:
        return path
    return graph.turned(path)


def _ego_options(request: NetworkRequest) -> EgoOptions:
    return EgoOptions(
        hops=request.hops,
        kinds=request.kinds,
        as_of=request.as_of,
        since=request.since,
        limit=request.node_cap,
        page=request.page,
    )
