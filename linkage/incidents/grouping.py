"""Pairs of tellings grouped into happenings, best pairs first, never chaining two happenings into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# All tellings of one happening lie within so many days, however many agencies pass it on.
DAYS_OF_ONE_HAPPENING = 4
NAMED = 100


@dataclass(frozen=True, slots=True)
class Telling:
    """One event that tells of something; ``is_dated`` when its date is known to the day."""

    event_id: str
    agency: str
    kind: str
    started_at: datetime
    is_dated: bool


@dataclass(frozen=True, slots=True)
class TellingPair:
    """Two events that may be one happening; a score of 100 and more means that one names the other.

    ``why``: what the score is made of, in words.
    """

    score: int
    days_apart: int
    event_id_a: str
    event_id_b: str
    why: str = ""


def group_tellings(tellings: Mapping[str, Telling], pairs: Sequence[TellingPair]) -> dict[str, str]:
    """Event id to incident id, ``incident:`` and the earliest event; events that join none are left out.

    ``pairs`` come best first. Two groups join unless that would stretch over more than four days (a named pair
    may), or put two entries of one agency and kind together that are not themselves a pair: those are two
    happenings to the agency that was there.
    """
    group_of = {event_id: event_id for event_id in tellings}
    groups = {event_id: [event_id] for event_id in tellings}
    paired = {(pair.event_id_a, pair.event_id_b) for pair in pairs}
    for pair in pairs:
        one, other = group_of[pair.event_id_a], group_of[pair.event_id_b]
        if one == other or not _may_join(tellings, groups[one], groups[other], paired, pair.score):
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


def held_by(named: Mapping[str, str], pairs: Sequence[TellingPair]) -> dict[str, tuple[str, TellingPair]]:
    """Of each event told with others, the event that holds it to them best, and their pair; ``pairs`` best first."""
    held: dict[str, tuple[str, TellingPair]] = {}
    for pair in pairs:
        one, other = pair.event_id_a, pair.event_id_b
        if one in named and named[one] == named.get(other):
            held.setdefault(one, (other, pair))
            held.setdefault(other, (one, pair))
    return held


def _may_join(
    tellings: Mapping[str, Telling],
    one: Sequence[str],
    other: Sequence[str],
    paired: set[tuple[str, str]],
    score: int,
) -> bool:
    dated = [tellings[event_id].started_at for event_id in (*one, *other) if tellings[event_id].is_dated]
    if score < NAMED and max(dated) - min(dated) > timedelta(days=DAYS_OF_ONE_HAPPENING):
        return False
    for a in one:
        for b in other:
            same_source = (tellings[a].agency, tellings[a].kind) == (tellings[b].agency, tellings[b].kind)
            if same_source and (a, b) not in paired and (b, a) not in paired:
                return False
    return True
