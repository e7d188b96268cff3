"""Where one person lived when: statements of several agencies merged into stays.

Days are counted from 1970-01-01. Agencies differ in what they know: a tenancy has both ends, a practice the day an
address was given, the police the day it was last seen, a hospital no date at all; and an open end often means
only that nobody told that agency.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of ``address_spell``; ``start`` None where the agency gives no date."""

    place_id: str
    start: int | None
    end: int | None
    record_id: str
    is_tenancy: bool = False


@dataclass(slots=True)
class Stay:
    """A person's time at a place. ``start`` None: unknown; ``end`` None: still there as far as is known.

    ``confirmed`` is the latest day on which a dated statement begins: the last sign of life at the place.
    ``is_current_somewhere``: an agency without dates holds this as the address it has now. ``is_tenancy``: a
    landlord says so. ``is_inferred``: the day is not the person's own but family's.
    """

    place_id: str
    start: int | None
    end: int | None
    confirmed: int | None
    record_ids: set[str] = field(default_factory=set)
    is_current_somewhere: bool = False
    is_tenancy: bool = False
    is_inferred: bool = False

    @property
    def is_vague(self) -> bool:
        """Whether the place was told without a postcode or a UPRN: too little to say that anyone moved there."""
        return ":" not in self.place_id.removeprefix("place:")


# Person to place to stay.
Stays = dict[str, dict[str, Stay]]


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
    stays: dict[str, Stay] = {}
    for place_id, here in dated.items():
        confirmed = max(start for start, _ in here)
        ends = [statement.end for _, statement in here if statement.end is not None]
        end = max(ends) if ends and max(ends) >= confirmed else None
        records = {statement.record_id for _, statement in here}
        stay = Stay(place_id, min(start for start, _ in here), end, confirmed, records)
        stay.is_tenancy = any(statement.is_tenancy for _, statement in here)
        stays[place_id] = stay
    for statement in undated:
        if statement.place_id in stays:
            stays[statement.place_id].is_current_somewhere = True
            stays[statement.place_id].record_ids.add(statement.record_id)
    return stays


def close_left_places(stays: Collection[Stay], homes: Collection[str] = ()) -> None:
    """End each stay where the person next settles elsewhere.

    A stay ends on the day a stay at another place begins that is younger than every sign of life here, even
    where an agency gives a later end (its tenant moved out before the tenancy ran out); a stay elsewhere that
    itself ended while this one went on (a placement, a refuge) does not end it. Where two places were both
    confirmed after the other began, the one seen last stands. ``homes`` are places not to be ended so: the two
    homes of a child whose parents live apart.
    """
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


def _seen_later(other: Stay, stay: Stay) -> bool:
    if other.is_vague or other.end is not None or other.start is None:
        return False
    if other.confirmed is None or stay.confirmed is None:
        return False
    return other.start <= stay.confirmed < other.confirmed
