"""When somebody came to a home where an agency only saw them: between the last sign of life elsewhere and that sighting."""

from collections.abc import Collection
from dataclasses import dataclass

from linkage.households.timeline import DAYS_OF_A_MOVE, Stay, Stays, stays_by_place


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """``seen``: last sign of life elsewhere before the sighting; ``left``: the day on which an earlier home is said to have ended."""

    seen: int | None
    left: int | None


def date_sightings(stays: Stays) -> None:
    """Give stays that begin with a sighting the day on which the person is most likely to have come.

    Whoever left a home on a day that an agency tells went straight to the next. Otherwise they came with the latest of those
    with whom they were found, if these came after the last sign of life elsewhere. Where neither is known, the
    day of the sighting stands.
    """
    at_place = stays_by_place(stays)
    found = []
    for person in sorted(stays):
        for stay in stays[person].values():
            if not stay.is_seen_first or stay.start is None or stay.is_vague:
                continue
            beside = [other for who, other in at_place[stay.place_id] if who != person]
            day = _day_of_arrival(stay.start, _elsewhere(stay, stays[person].values()), beside)
            if day is not None:
                found.append((person, stay, day))
    for person, stay, day in found:
        for other in stays[person].values():
            if other is not stay and other.end == stay.start:
                other.end = day
        stay.start, stay.is_seen_first, stay.is_inferred = day, False, True


def _elsewhere(stay: Stay, own: Collection[Stay]) -> _Elsewhere:
    sighted = stay.start or 0
    others = [other for other in own if other is not stay]
    signs = [
        day for other in others for day in (other.start, other.confirmed) if day is not None and day < sighted
    ]
    left = [day for other in others for day in other.told_ends if day <= sighted]
    seen = max(signs, default=None)
    gone = max(left, default=None)
    return _Elsewhere(seen, gone if gone is not None and (seen is None or gone >= seen) else None)


def _day_of_arrival(sighted: int, elsewhere: _Elsewhere, beside: Collection[Stay]) -> int | None:
    since = elsewhere.left if elsewhere.left is not None else elsewhere.seen
    arrivals = sorted(
        other.start
        for other in beside
        if other.start is not None
        and not other.is_inferred
        and not other.is_seen_first
        and other.start <= sighted
        and (other.end is None or other.end > sighted)
        and (since is None or other.start > since - (DAYS_OF_A_MOVE if elsewhere.left is not None else 0))
    )
    if elsewhere.left is not None:
        near = [day for day in arrivals if day - elsewhere.left <= DAYS_OF_A_MOVE]
        return near[0] if near else min(elsewhere.left, sighted)
    return arrivals[-1] if arrivals else None
