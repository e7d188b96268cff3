"""Where one person lived when: statements of several agencies merged into stays.

Days are counted from 1970-01-01. Agencies differ in what they know: a tenancy has both ends, a practice the day an
address was given, the police the day the person was last seen there, a hospital no date at all; and an open end often
means only that nobody told that agency. An address given on the day of an event is a **sighting**: the person lived
there then, and did not come then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

# An end told of one place and a beginning at another so far apart are one move.
DAYS_OF_A_MOVE = 31


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of ``address_spell``; ``start`` None where the agency gives no date.

    ``is_seen``: the record took part in an event on that day, so that it is a sighting.
    """

    place_id: str
    start: int | None
    end: int | None
    record_id: str
    is_tenancy: bool = False
    is_seen: bool = False


@dataclass(slots=True)
class Stay:
    """A person's time at a place. ``start`` None: unknown; ``end`` None: still there as far as is known.

    ``confirmed`` is the latest day on which a dated statement begins: the last sign of life at the place;
    ``sightings`` are the days of those that are no more than that, and ``told_ends`` the days on which agencies say
    that the stay ended. ``weight``: how many records hold the place, a landlord counted twice.
    ``is_current_somewhere``: an agency without dates holds this as the address it has now. ``is_tenancy``: a
    landlord says so. ``is_inferred``: the day is not the person's own but family's. ``is_seen_first``: a sighting is
    the first that is known; the person came on a day before it.
    """

    place_id: str
    start: int | None
    end: int | None
    confirmed: int | None
    record_ids: set[str] = field(default_factory=set)
    is_current_somewhere: bool = False
    is_tenancy: bool = False
    is_inferred: bool = False
    is_seen_first: bool = False
    sightings: tuple[int, ...] = ()
    told_ends: tuple[int, ...] = ()
    weight: int = 1

    @property
    def is_vague(self) -> bool:
        """Whether the place was told without a postcode or a UPRN: too little to say that anyone moved there."""
        return ":" not in self.place_id.removeprefix("place:")


# Person to place to stay.
Stays = dict[str, dict[str, Stay]]


def stays_by_place(stays: Stays) -> dict[str, list[tuple[str, Stay]]]:
    """Place to (person, stay), persons in order."""
    at_place: dict[str, list[tuple[str, Stay]]] = defaultdict(list)
    for person in sorted(stays):
        for place_id, stay in stays[person].items():
            at_place[place_id].append((person, stay))
    return at_place


def dated_stays(statements: Iterable[Statement]) -> dict[str, Stay]:
    """Stays by place from the dated statements alone, each ended only by what was said of that very place.

    An end that one agency gives stands for the others that say nothing, unless one of them saw the person
    there afterwards. A place stated without a date is noted on a stay that is there, and is no stay itself.
    """
    dated: dict[str, list[tuple[int, Statement]]] = {}
    undated: list[Statement] = []
    for statement in statements:
        if statement.start is None:
            undated.append(statement)
        else:
            dated.setdefault(statement.place_id, []).append((statement.start, statement))
    stays = {place_id: _stay_at(place_id, here) for place_id, here in dated.items()}
    for statement in undated:
        if statement.place_id in stays:
            stay = stays[statement.place_id]
            stay.is_current_somewhere = True
            stay.weight += statement.record_id not in stay.record_ids
            stay.record_ids.add(statement.record_id)
    return stays


def _stay_at(place_id: str, here: list[tuple[int, Statement]]) -> Stay:
    start, confirmed = min(day for day, _ in here), max(day for day, _ in here)
    ends = sorted(
        statement.end
        for day, statement in here
        if statement.end is not None and day - start <= DAYS_OF_A_MOVE
    )
    records = {statement.record_id for _, statement in here}
    is_tenancy = any(statement.is_tenancy for _, statement in here)
    return Stay(
        place_id, start, ends[-1] if ends and ends[-1] >= confirmed else None, confirmed, records,
        is_tenancy=is_tenancy, is_seen_first=all(statement.is_seen for day, statement in here if day == start),
        sightings=tuple(sorted(day for day, statement in here if statement.is_seen)), told_ends=tuple(ends),
        weight=len(records) + is_tenancy,
    )  # fmt: skip


def close_left_places(stays: Collection[Stay], homes: Collection[str] = ()) -> None:
    """End each stay where the person next settles elsewhere.

    A stay ends on the day a stay at another place begins that is younger than every sign of life here, even
    where an agency gives a later end (its tenant moved out before the tenancy ran out); a stay elsewhere that
    itself ended while this one went on (a placement, a refuge) does not end it. Where two places were both
    confirmed after the other began, the one seen last stands. Sightings yield to more records that say otherwise.
    ``homes`` are places not to be ended so: the two homes of a child whose parents live apart.
    """
    _set_aside_sightings(stays, homes)
    for stay in stays:
        if stay.place_id in homes or stay.confirmed is None:
            continue
        moves = [
            other.start
            for other in stays
            if other is not stay
            and not other.is_vague
            and other.start is not None
            and other.start > stay.confirmed
            and (stay.end is None or other.start < stay.end)
            and not (stay.end is not None and other.end is not None and other.end <= stay.end)
        ]
        if moves:
            stay.end = min(moves)
        elif stay.end is None and any(_seen_later(other, stay) for other in stays if other is not stay):
            stay.end = stay.confirmed


def _set_aside_sightings(stays: Collection[Stay], homes: Collection[str]) -> None:
    """Let sightings at an old address yield where more records hold the place that the person had moved to.

    People give, and systems keep, the address of before. Where nothing else is known of the time before the move, a
    place seen only after it is taken for where the person came from.
    """
    ordered = sorted(stays, key=lambda stay: (stay.start is None, stay.start or 0, stay.place_id))
    for seen in ordered:
        if not seen.sightings or seen.place_id in homes or seen.start is None:
            continue
        for home in ordered:
            if home is seen or home.is_vague or home.is_inferred or home.is_seen_first or home.start is None:
                continue
            later = [day for day in seen.sightings if day > home.start]
            if not later or home.end is not None or seen.confirmed != later[-1]:
                continue
            left = any(abs(end - home.start) <= DAYS_OF_A_MOVE for end in seen.told_ends)
            if seen.start < home.start:
                arrived_again = seen.weight - len(later) < 0
                outweighed = home.weight + left > len(later) + seen.is_current_somewhere
                if outweighed and not arrived_again:
                    seen.confirmed = max(
                        (day for day in seen.sightings if day <= home.start), default=seen.start
                    )
                    seen.end = home.start
                    break
            elif seen.is_seen_first and home.weight > seen.weight:
                known_before = any(other.start is not None and other.start < home.start for other in ordered)
                seen.end = home.start if not known_before else seen.start
                seen.start = seen.confirmed = None if not known_before else seen.start
                break


def _seen_later(other: Stay, stay: Stay) -> bool:
    if other.is_vague or other.end is not None or other.start is None:
        return False
    if other.confirmed is None or stay.confirmed is None:
        return False
    return other.start <= stay.confirmed < other.confirmed
