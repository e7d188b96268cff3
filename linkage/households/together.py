"""Moves made together: where somebody lived before, or went after, known from those who arrived or left with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from linkage.households.known import KnownPeople
from linkage.households.timeline import DAYS_OF_A_MOVE, Stay, Stays, stays_by_place

# Lived at one place for less, two people were not yet a household there.
DAYS_TOGETHER = 30


def move_together(stays: Stays, known: KnownPeople) -> None:
    """Give people the homes that those who moved with them had before, or took next.

    Only where nothing else is known: somebody who arrives on the very day on which all of one home arrive, and of whom
    nothing is known before, came from there too (where some stayed behind, kin alone: a new couple is as likely); somebody whose home an agency says ended, and of whom
    nothing is known after, went where those of the home who left then went, if that was one place.
    """
    before = _homes_before(stays, known)
    after = _homes_after(stays)
    for person, stay in (*before, *after):
        stays[person].setdefault(stay.place_id, stay)


def _homes_before(stays: Stays, known: KnownPeople) -> list[tuple[str, Stay]]:
    found = []
    at_place = stays_by_place(stays)
    for place_id, here in at_place.items():
        arrivals: dict[int, list[str]] = defaultdict(list)
        for person, stay in here:
            if stay.start is not None and not stay.is_inferred and not stay.is_vague:
                arrivals[stay.start].append(person)
        for day, together in arrivals.items():
            came_from = [_left_for(stays[person].values(), place_id, day) for person in together]
            origins = {home.place_id: home for home in came_from if home is not None}
            if len(origins) != 1:
                continue
            (home,) = origins.values()
            all_left = not any(_stayed(beside, day) for _, beside in at_place[home.place_id])
            movers = [one for one, left in zip(together, came_from, strict=True) if left is not None]
            for person in together:
                if not all_left and not any(known.are_kin(person, mover) for mover in movers):
                    continue
                if any(stay.start is None or stay.start < day for stay in stays[person].values()):
                    continue
                born = known.born.get(person)
                start = home.start if home.start is None or born is None else max(home.start, born)
                if home.place_id not in stays[person] and (start is None or day - start >= DAYS_TOGETHER):
                    records = stays[person][place_id].record_ids
                    found.append((person, _as_theirs(home, start, day, records)))
    return found


def _stayed(stay: Stay, day: int) -> bool:
    """Whether somebody lived on at a home that others left on ``day``."""
    return (stay.start is None or stay.start < day) and (stay.end is None or stay.end > day + DAYS_OF_A_MOVE)


def _left_for(own: Iterable[Stay], place_id: str, day: int) -> Stay | None:
    """The one home that a person left on ``day``."""
    left = [stay for stay in own if stay.end == day and stay.place_id != place_id and not stay.is_vague]
    return left[0] if len(left) == 1 else None


def _homes_after(stays: Stays) -> list[tuple[str, Stay]]:
    found = []
    for place_id, here in stays_by_place(stays).items():
        for person, stay in here:
            end = stay.end
            if end is None or not stay.told_ends or _is_known_after(stays[person].values(), stay, end):
                continue
            next_homes = {
                other.place_id: other
                for companion, beside in here
                if companion != person
                and beside.end is not None
                and abs(beside.end - end) <= DAYS_OF_A_MOVE
                and _days_shared(stay, beside) >= DAYS_TOGETHER
                for other in stays[companion].values()
                if other.start is not None
                and not other.is_vague
                and other.place_id != place_id
                and abs(other.start - end) <= DAYS_OF_A_MOVE
            }
            if len(next_homes) == 1:
                (home,) = next_homes.values()
                if home.place_id not in stays[person] and (home.end is None or home.end > end):
                    found.append((person, _as_theirs(home, home.start, home.end, stay.record_ids)))
    return found


def _is_known_after(own: Iterable[Stay], left: Stay, end: int) -> bool:
    return any(
        stay is not left
        and (stay.end is None or stay.end > end)
        and (stay.start is None or stay.start >= end - DAYS_OF_A_MOVE)
        for stay in own
    ) or any(stay is not left and stay.end is None for stay in own)


def _days_shared(one: Stay, other: Stay) -> int:
    starts = [stay.start for stay in (one, other) if stay.start is not None]
    ends = [stay.end for stay in (one, other) if stay.end is not None]
    return min(ends) - max(starts) if starts and ends else DAYS_TOGETHER


def _as_theirs(home: Stay, start: int | None, end: int | None, record_ids: Iterable[str]) -> Stay:
    return replace(
        home, start=start, end=end, confirmed=start, record_ids=set(record_ids), is_current_somewhere=False,
        is_tenancy=False, is_inferred=True, is_seen_first=False, sightings=(), told_ends=(),
    )  # fmt: skip
