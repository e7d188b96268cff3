"""Where somebody lived by addresses that agencies state without a date: the day comes from others, or from the dated homes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from linkage.households.known import KnownPeople
from linkage.households.timeline import DAYS_OF_A_MOVE, Statement, Stay

# A home that so many more records hold than the undated one is not left for it: the form was out of date.
RECORDS_THAT_OUTVOTE = 2


@dataclass(frozen=True, slots=True)
class _Dated:
    """What a person's dated stays say.

    ``first``: the earliest day known; ``ended``: when the last home ended that did; ``weight``: how many records hold
    the home they have now, 0 where every home has ended.
    """

    first: int | None
    ended: int | None
    weight: int

    @classmethod
    def of(cls, own: Collection[Stay]) -> "_Dated":
        return cls(
            min((stay.start for stay in own if stay.start is not None), default=None),
            max((stay.end for stay in own if stay.end is not None), default=None),
            max((stay.weight for stay in own if stay.end is None), default=0),
        )


def undated_stays(
    person: str,
    statements: Iterable[Statement],
    own: Mapping[str, Stay],
    at_place: Mapping[str, list[tuple[str, Stay]]],
    known: KnownPeople,
) -> list[Stay]:
    """Stays at places that are stated without a date alone.

    The day comes from family at that place (a child's school knows the flat, the tenancy knows since when), unless the
    home that the person has is held by two records more. With no family there, a person who has no dated address at
    all is taken to have come with the latest arrivals, and one whose every dated address has ended to have come when
    the last did; a single undated address of anyone else is where they lived before the first day that is known.
    """
    undated: dict[str, set[str]] = defaultdict(set)
    for statement in statements:
        if statement.start is None and statement.place_id not in own:
            undated[statement.place_id].add(statement.record_id)
    dated, born = _Dated.of(own.values()), known.born.get(person)
    found = []
    for place_id, record_ids in undated.items():
        others = [(who, stay.start) for who, stay in at_place.get(place_id, ()) if who != person]
        arrivals = [start for _, start in others if start is not None]
        family = [start for who, start in others if start is not None and known.are_kin(person, who)]
        end = None
        if family and dated.weight >= len(record_ids) + RECORDS_THAT_OUTVOTE:
            continue
        if family:
            start: int | None = min(family)
        elif not own:
            start = max(arrivals, default=None)
        elif not dated.weight:
            start = _arrival_about(dated.ended, arrivals)
        elif len(undated) == 1 and dated.first is not None:
            end = dated.first
            start = max((arrival for arrival in arrivals if arrival < end), default=None)
        else:
            continue
        if start is not None and born is not None:
            start = max(start, born)
        found.append(
            Stay(place_id, start, end, start, record_ids, is_current_somewhere=True, is_inferred=True)
        )
    return found


def _arrival_about(day: int | None, arrivals: Collection[int]) -> int | None:
    """The arrival of others that is one move with a departure on ``day``, else that day: agencies learn of it late."""
    if day is None:
        return None
    near = [arrival for arrival in arrivals if abs(arrival - day) <= DAYS_OF_A_MOVE]
    return min(near, key=lambda arrival: (abs(arrival - day), arrival), default=day)
