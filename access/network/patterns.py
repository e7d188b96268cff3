"""Groups and patterns of the network as readers see them."""

from collections.abc import Iterable
from datetime import date

import graph
from access.network.drawing import NetworkDrawing
from access.sight import Sight
from access.values import (
    CloseGroup,
    GroupList,
    GroupPerson,
    GroupRequest,
    GroupTie,
    Match,
    MatchTie,
    PatternAnswer,
    PatternRequest,
)
from graph import GroupOptions, Pattern, PatternOptions, find_pattern, groups_around


class PatternViews:
    """Looks for groups and patterns in one scope for one reader."""

    def __init__(self, sight: Sight) -> None:
        self._drawing = NetworkDrawing(sight)

    def groups(self, name: str, request: GroupRequest) -> GroupList:
        """The close groups around a person, the person's own first."""
        options = GroupOptions(request.hops, request.resolution, request.as_of, request.since, request.kinds)
        found = groups_around(self._drawing.view, self._drawing.person_named(name), options)
        self._drawing.learn(
            node
            for group in found.groups
            for node in (*(one.node for one in group.members), *(node for node, _ in group.over))
        )
        return GroupList(tuple(self._group(group) for group in found.groups), found.remarks)

    def matches(self, pattern: Pattern, request: PatternRequest, today: date) -> PatternAnswer:
        """The people whom a pattern describes. ``today``: the day of a pattern that names none."""
        around = tuple(self._drawing.person_named(name) for name in request.around)
        options = PatternOptions(today, around, request.limit, request.page)
        found = find_pattern(self._drawing.view, pattern, options)
        self._drawing.learn(_nodes_of(found.matches))
        return PatternAnswer(
            words=found.words,
            matches=tuple(
                Match(
                    self._drawing.node(match.person),
                    match.count,
                    tuple(self._tie(tie, match) for tie in match.ties),
                )
                for match in found.matches
            ),
            total=found.total,
            left_out=found.left_out,
            remarks=found.remarks,
        )

    def _group(self, group: graph.Group) -> CloseGroup:
        return CloseGroup(
            members=tuple(
                GroupPerson(self._drawing.node(one.node), one.weight, one.core, one.between)
                for one in group.members
            ),
            closeness=group.closeness,
            over=tuple(GroupTie(self._drawing.node(node), people) for node, people in group.over),
        )

    def _tie(self, tie: graph.PatternTie, match: graph.PatternMatch) -> MatchTie:
        nodes = {node.node_id: node for node in (match.person, *tie.others)}
        if tie.thing is not None:
            nodes[tie.thing.node_id] = tie.thing
        return MatchTie(
            thing=None if tie.thing is None else self._drawing.node(tie.thing),
            others=tuple(self._drawing.node(node) for node in tie.others),
            edges=tuple(self._drawing.edge(edge) for edge in tie.edges),
            sentences=tuple(
                self._drawing.sentence(nodes[edge.source_id], nodes[edge.target_id], [edge])
                for edge in tie.edges
            ),
        )


def _nodes_of(matches: Iterable[graph.PatternMatch]) -> Iterable[graph.NetworkNode]:
    for match in matches:
        yield match.person
        for tie in match.ties:
            yield from tie.others
            if tie.thing is not None:
                yield tie.thing
