"""Children's homes, where what agencies say of the child alone is behind what they say of the parents."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from linkage.households.known import ADULT_AGE_DAYS, KnownPeople
from linkage.households.timeline import Stay, Stays


def place_children(stays: Stays, known: KnownPeople) -> None:
    """Let children go where their parents went, and live where they lived before an agency took note."""
    _children_follow(stays, known)
    _children_live_with_parents(stays, known)


def _children_follow(stays: Stays, known: KnownPeople) -> None:
    """A child whose parents left for one new home went along, unless a grown-up relative stayed."""
    at_place: dict[str, list[tuple[str, Stay]]] = defaultdict(list)
    for person, own in stays.items():
        for place_id, stay in own.items():
            at_place[place_id].append((person, stay))
    for person in sorted(stays):
        for place_id, stay in sorted(stays[person].items()):
            if stay.end is not None:
                continue
            here = [
                (parent, stays[parent][place_id])
                for parent in sorted(known.parents.get(person, ()))
                if place_id in stays.get(parent, ())
            ]
            ends = [own.end for _, own in here if own.end is not None]
            if not here or len(ends) < len(here) or not known.is_child_on(person, max(ends)):
                continue
            left = max(ends)
            seen_since = stay.confirmed is not None and stay.confirmed > left
            if seen_since or _family_stayed(person, left, at_place[place_id], known):
                continue
            new_homes = {
                other.place_id: other
                for parent, _ in here
                for other in stays[parent].values()
                if other.start is not None and abs(other.start - left) <= 1 and other.place_id != place_id
            }
            if len(new_homes) != 1:
                continue
            (new_home,) = new_homes.values()
            stay.end = left
            if new_home.place_id not in stays[person]:
                stays[person][new_home.place_id] = _as_theirs(new_home, left, stay.record_ids)


def _family_stayed(child: str, day: int, occupants: Iterable[tuple[str, Stay]], known: KnownPeople) -> bool:
    """Whether an adult relative who lived there before ``day`` lived there after it."""
    return any(
        (stay.start is None or stay.start < day) and (stay.end is None or stay.end > day)
        for person, stay in occupants
        if not known.is_child_on(person, day) and known.are_kin(child, person)
    )


def _children_live_with_parents(stays: Stays, known: KnownPeople) -> None:
    """Before the first address that any agency gives of a child, it lives where the parents do, if at one place."""
    for child in sorted(known.parents):
        born = known.born.get(child)
        homes = [stays[parent] for parent in sorted(known.parents[child]) if stays.get(parent)]
        if born is None or not homes or any(home.keys() != homes[0].keys() for home in homes):
            continue
        own = stays.get(child, {})
        first = min(
            (stay.start for stay in own.values() if stay.start is not None), default=born + ADULT_AGE_DAYS
        )
        if any(stay.start is None for stay in own.values()) or first <= born:
            continue
        records = known.records.get(child, set())
        for place_id, stay in homes[0].items():
            start = born if stay.start is None else max(born, stay.start)
            end = stay.end if not own else min(first, stay.end if stay.end is not None else first)
            if place_id not in own and start < first and (end is None or end > start):
                stays.setdefault(child, {})[place_id] = replace(_as_theirs(stay, start, records), end=end)


def _as_theirs(home: Stay, start: int, record_ids: Collection[str]) -> Stay:
    return Stay(home.place_id, start, home.end, start, set(record_ids), is_inferred=True)
