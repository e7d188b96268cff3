"""Pairs of tellings grouped into happenings, best pairs first, never chaining two happenings into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from linkage.incidents.words import concern_pairs

# All tellings of one happening lie within so many days, however many agencies pass it on.
DAYS_OF_ONE_HAPPENING = 4
NAMED = 100
_KINDRED: Final = frozenset(concern_pairs())


@dataclass(frozen=True, slots=True)
class Telling:
    """One event that tells of something; ``is_dated`` when its date is known to the day.

    ``told_by``: the sector of who is said to have told it, ``concern``: what it is about, None where that is not known.
    """

    event_id: str
    agency: str
    kind: str
    started_at: datetime
    is_dated: bool
    told_by: str | None = None
    concern: str | None = None


@dataclass(frozen=True, slots=True)
class TellingPair:
    """Two events that may be one happening; a score of 100 and more means that one names the other.

    ``why``: what the score is made of, in words. ``is_told``: the one says that an agency such as the other's told it.
    """

    score: int
    days_apart: int
    event_id_a: str
    event_id_b: str
    why: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class _Evidence:
    """``paired``: both orders of every pair; ``heard``: of each event, those that it is said to have been told by."""

    tellings: Mapping[str, Telling]
    paired: frozenset[tuple[str, str]]
    heard: Mapping[str, frozenset[str]]


def group_tellings(tellings: Mapping[str, Telling], pairs: Sequence[TellingPair]) -> dict[str, str]:
    """Event id to incident id, ``incident:`` and the earliest event; events that join none are left out.

    ``pairs`` come best first. Two groups join unless that would stretch over more than four days (a named pair may, and
    a notice that was that long on its way), or put two entries of one agency and kind together that are not themselves a
    pair: those are two happenings to the agency that was there. Two reports to one agency that different agencies made,
    each of which tells the happening too, are no such entries: the hospital and the police both wrote to social care. What
    two or more tell of as one concern is not what another tells of as another, unless the one names the other.
    """
    evidence = _evidence(tellings, pairs)
    group_of = {event_id: event_id for event_id in tellings}
    groups = {event_id: [event_id] for event_id in tellings}
    for pair in pairs:
        one, other = group_of[pair.event_id_a], group_of[pair.event_id_b]
        if one == other or not _may_join(evidence, groups[one], groups[other], pair):
            continue
        if len(groups[one]) < len(groups[other]):
            one, other = other, one
        for event_id in groups[other]:
            group_of[event_id] = one
        groups[one] += groups.pop(other)
    named: dict[str, str] = {}
    for members in groups.values():
        if len(members) > 1:
            earliest = min(members, key=lambda event_id: (tellings[event_id].started_at, event_id))
            named.update((event_id, f"incident:{earliest}") for event_id in members)
    return dict(sorted(named.items()))


def _evidence(tellings: Mapping[str, Telling], pairs: Sequence[TellingPair]) -> _Evidence:
    heard: dict[str, set[str]] = {}
    paired = set()
    for pair in pairs:
        one, other = pair.event_id_a, pair.event_id_b
        paired |= {(one, other), (other, one)}
        if pair.is_told:
            heard.setdefault(one, set()).add(other)
            heard.setdefault(other, set()).add(one)
    return _Evidence(tellings, frozenset(paired), {event_id: frozenset(by) for event_id, by in heard.items()})


def held_by(named: Mapping[str, str], pairs: Sequence[TellingPair]) -> dict[str, tuple[str, TellingPair]]:
    """Of each event told with others, the event that holds it to them best, and their pair; ``pairs`` best first."""
    held: dict[str, tuple[str, TellingPair]] = {}
    for pair in pairs:
        one, other = pair.event_id_a, pair.event_id_b
        if one in named and named[one] == named.get(other):
            held.setdefault(one, (other, pair))
            held.setdefault(other, (one, pair))
    return held


def _may_join(evidence: _Evidence, one: Sequence[str], other: Sequence[str], pair: TellingPair) -> bool:
    tellings = evidence.tellings
    dated = [tellings[event_id].started_at for event_id in (*one, *other) if tellings[event_id].is_dated]
    longest = timedelta(days=max(DAYS_OF_ONE_HAPPENING, pair.days_apart + 1))
    if pair.score < NAMED and max(dated) - min(dated) > longest:
        return False
    if pair.score < NAMED and _tell_of_two_concerns(evidence, one, other):
        return False
    members = (*one, *other)
    return all(
        (a, b) in evidence.paired
        or (tellings[a].agency, tellings[a].kind) != (tellings[b].agency, tellings[b].kind)
        or _are_of_two_tellers(evidence, a, b, members)
        for a in one
        for b in other
    )


def _tell_of_two_concerns(evidence: _Evidence, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one side is several tellings of one concern, and the other speaks of others alone that are not even kindred."""
    said, beside = (
        {concern for event_id in group if (concern := evidence.tellings[event_id].concern)}
        for group in (one, other)
    )
    if not said or not beside or said & beside or any((a, b) in _KINDRED for a in said for b in beside):
        return False
    return (len(one) > 1 and len(said) == 1) or (len(other) > 1 and len(beside) == 1)


def _are_of_two_tellers(evidence: _Evidence, a: str, b: str, members: Sequence[str]) -> bool:
    """Whether two entries of one agency were told by two others, whose own tellings are both among ``members``."""
    by_a, by_b = evidence.tellings[a].told_by, evidence.tellings[b].told_by
    if by_a is None or by_b is None or by_a == by_b:
        return False
    none: frozenset[str] = frozenset()
    return not evidence.heard.get(a, none).isdisjoint(members) and not evidence.heard.get(b, none).isdisjoint(
        members
    )
