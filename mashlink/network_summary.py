"""Answers about the network as an analyst reads them on a terminal: sentences first, the evidence under each."""

from collections.abc import Iterable
from datetime import date

from rich.console import Console

from access import (
    ChangeList,
    GroupList,
    NetworkEdge,
    NetworkNode,
    NetworkPicture,
    PathAnswer,
    PatternAnswer,
    PersonCard,
    SharedAnswer,
    StayList,
)
from graph import day_as_told, end_as_told


def show_network(screen: Console, answer: NetworkPicture) -> None:
    """Nodes by their hop, each with the ties that lead to it."""
    names = {node.node: _called(node) for node in answer.nodes}
    for node in answer.nodes:
        _line(screen, f"{'  ' * node.hop}{names[node.node]}  ({node.kind}, {_beside(node)})")
        own = [edge for edge in answer.edges if edge.target == node.node and edge.source in names]
        for edge in own if node.kind != "person" else own[:20]:
            _line(screen, f"{'  ' * node.hop}  {names[edge.source]}: {_told(edge)}")
    _remarks(screen, answer.remarks)


def show_paths(screen: Console, answer: PathAnswer) -> None:
    """Each way with its strength, a sentence a hop, and the evidence of it."""
    if not answer.paths:
        _line(screen, "No way was found.")
    for number, path in enumerate(answer.paths, start=1):
        _line(screen, f"Way {number}: {' - '.join(map(_called, path.nodes))}  (strength {path.strength:.4f})")
        for step in path.steps:
            _line(screen, f"  {step.sentence}")
            _evidence(screen, step.edges)


def show_shared(screen: Console, answer: SharedAnswer) -> None:
    """What two people share, with both sides of it."""
    if not answer.shared:
        _line(screen, "They share nothing.")
    for one in answer.shared:
        when = "at the same time" if one.at_once else "at different times"
        _line(screen, f"{_called(one.node)}  ({one.node.kind}, {when}, strength {one.strength:.4f})")
        for sentence, edges in zip(one.sentences, (one.edges_a, one.edges_b), strict=True):
            _line(screen, f"  {sentence}")
            _evidence(screen, edges)


def show_stays(screen: Console, answer: StayList) -> None:
    """Each stay with those who shared it."""
    _line(screen, _card(answer.person))
    for stay in answer.stays:
        _line(screen, f"  {_spell(stay.valid_from, stay.valid_to)}: {stay.name or stay.place}")
        for other in stay.with_people:
            _line(screen, f"    with {_card(other.person)}, {_spell(other.valid_from, other.valid_to)}")
        _line(screen, f"    by {', '.join(stay.records)}")


def show_changes(screen: Console, answer: ChangeList) -> None:
    """A line a change."""
    if not answer.changes:
        _line(screen, "Nothing became different.")
    for change in answer.changes:
        _line(screen, f"{day_as_told(change.on, change.precision)}  {change.kind}: {change.sentence}")
        _evidence(screen, [change.edge])
    _remarks(screen, answer.remarks)


def show_groups(screen: Console, answer: GroupList) -> None:
    """Each group with its people and what ties them."""
    if not answer.groups:
        _line(screen, "No group was found.")
    for number, group in enumerate(answer.groups, start=1):
        _line(screen, f"Group {number}: {len(group.members)} people, mean tie {group.closeness:.3f}")
        for member in group.members:
            _line(screen, f"  {_called(member.person)}  (ties {member.weight:.3f}, core {member.core})")
        for tie in group.over:
            _line(screen, f"    {tie.people} of them: {_called(tie.node)} ({tie.node.kind})")
    _remarks(screen, answer.remarks)


def show_matches(screen: Console, answer: PatternAnswer) -> None:
    """What was looked for, and each match with its sentences."""
    _line(screen, answer.words)
    _line(screen, f"{answer.total} found.")
    for match in answer.matches:
        _line(screen, f"{_called(match.person)}  ({match.count})")
        for tie in match.ties:
            if tie.thing is not None:
                _line(screen, f"  over {_called(tie.thing)} ({tie.thing.kind})")
            for sentence in tie.sentences:
                _line(screen, f"    {sentence}")
            _evidence(screen, tie.edges)
    _remarks(screen, answer.remarks)


def _line(screen: Console, text: str) -> None:
    screen.print(text, markup=False, highlight=False, soft_wrap=True)


def _remarks(screen: Console, remarks: Iterable[str]) -> None:
    for remark in remarks:
        _line(screen, remark)


def _evidence(screen: Console, edges: Iterable[NetworkEdge]) -> None:
    named = list(dict.fromkeys(one for edge in edges for one in (*edge.events, *edge.records)))
    _line(screen, f"    by {', '.join(named)}")


def _called(node: NetworkNode) -> str:
    return _card(node.person) if node.person is not None else node.name or node.node


def _beside(node: NetworkNode) -> str:
    if node.kind == "person":
        return f"tied to {node.degree}"
    return "1 person" if node.degree == 1 else f"{node.degree} people"


def _card(person: PersonCard) -> str:
    return person.name or person.handle


def _told(edge: NetworkEdge) -> str:
    role = f" ({edge.role.replace('_', ' ')})" if edge.role else ""
    when = _tie_dates(edge)
    return f"{edge.kind.replace('_', ' ')}{role}, {when}, {' and '.join(edge.agencies)}"


def _tie_dates(edge: NetworkEdge) -> str:
    """When a tie was, as exactly as it is told; that of a happening by its own precision, a spell's day by none."""
    if not edge.events:
        return _spell(edge.valid_from, edge.valid_to)
    if edge.valid_from is None:
        return "on a day not known"
    begins = day_as_told(edge.valid_from, edge.precision)
    is_over = edge.valid_to is None or edge.valid_to == edge.valid_from
    return begins if is_over else f"from {begins} to {day_as_told(edge.valid_to or edge.valid_from, None)}"


def _spell(begins: date | None, ends: date | None) -> str:
    if begins is not None and begins == ends:
        return end_as_told(begins)
    start = f"from {end_as_told(begins)}" if begins else "since a day not known"
    return f"{start} to {end_as_told(ends)}" if ends else start
