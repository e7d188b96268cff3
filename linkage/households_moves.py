"""From statements to stays for everybody at once: what one member's timeline says about another's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from linkage.households_known import KnownPeople
from linkage.households_timeline import Statement, Stay, close_left_places, dated_stays

Stays = dict[str, dict[str, Stay]]


def stays_of_people(statements: Mapping[str, list[Statement]], known: KnownPeople) -> Stays:
    """Person to place to stay, from each person's statements and those of their family at the same places."""
    stays: Stays = {person: dated_stays(stated) for person, stated in statements.items()}
    at_place = _by_place(stays)
    borrowed = {
        person: _undated_stays(person, stated, stays[person], at_place, known)
        for person, stated in statements.items()
        if any(statement.start is None for statement in stated)
    }
    for person, extra in borrowed.items():
        for stay in extra:
            stays[person][stay.place_id] = stay
    # Adults first: where a child's parents went decides which homes the child has.
    for person in sorted(stays, key=lambda one: (_is_child(one, stays[one], known), one)):
        homes = _two_homes(person, stays, known) if _is_child(person, stays[person], known) else set()
        close_left_places(stays[person].values(), homes)
        _within_life(person, stays[person], known)
    _children_follow(stays, known)
    return stays


def _by_place(stays: Stays) -> dict[str, list[tuple[str, Stay]]]:
    at_place: dict[str, list[tuple[str, Stay]]] = defaultdict(list)
    for person, own in stays.items():
        for place_id, stay in own.items():
            at_place[place_id].append((person, stay))
    return at_place


def _undated_stays(
    person: str,
    statements: Iterable[Statement],
    own: Mapping[str, Stay],
    at_place: Mapping[str, list[tuple[str, Stay]]],
    known: KnownPeople,
) -> list[Stay]:
    """Stays at places that an agency states without a date.

    The day comes from family at that place (a child's school knows the flat, the tenancy knows since when). With no
    family there, a person who has no dated address at all is taken to have come with the latest arrivals; anyone
    else's undated address may be older or newer than the rest, and is left out.
    """
    found: dict[str, Stay] = {}
    for statement in statements:
        place_id = statement.place_id
        if statement.start is not None or place_id in own:
            continue
        if place_id in found:
            found[place_id].record_ids.add(statement.record_id)
            continue
        others = [
            (who, stay)
            for who, stay in at_place.get(place_id, ())
            if who != person and stay.start is not None
        ]
        family = [stay for who, stay in others if known.are_kin(person, who)]
        if not family and own:
            continue
        starts = sorted(
            stay.start for stay in family or [stay for _, stay in others] if stay.start is not None
        )
        start = (starts[0] if family else starts[-1]) if starts else None
        born = known.born.get(person)
        if start is not None and born is not None:
            start = max(start, born)
        found[place_id] = Stay(
            place_id, start, statement.end, start, {statement.record_id}, is_current_somewhere=True
        )
    return list(found.values())


def _is_child(person: str, own: Mapping[str, Stay], known: KnownPeople) -> bool:
    starts = [stay.start for stay in own.values() if stay.start is not None]
    return bool(starts) and known.is_child_on(person, max(starts))


def _two_homes(person: str, stays: Stays, known: KnownPeople) -> set[str]:
    """Places of a child where different parents live, each still stated by an agency after the other began."""
    own = stays[person]
    parents = known.parents.get(person)
    if not parents or len(own) < 2:
        return set()
    homes: dict[str, set[str]] = {}
    for place_id, stay in own.items():
        here = {
            parent
            for parent in parents
            if place_id in stays.get(parent, ()) and stays[parent][place_id].end is None
        }
        if here and stay.end is None:
            homes[place_id] = here
    if len(homes) < 2:
        return set()
    kept = set()
    for place_id, here in homes.items():
        for other_id, there in homes.items():
            if (
                other_id != place_id
                and here - there
                and there - here
                and _is_kept_up(own[place_id], own[other_id])
            ):
                kept.add(place_id)
    return kept


def _is_kept_up(stay: Stay, other: Stay) -> bool:
    if stay.is_current_somewhere or other.start is None or stay.confirmed is None:
        return True
    return stay.confirmed >= other.start


def _within_life(person: str, own: dict[str, Stay], known: KnownPeople) -> None:
    born, died = known.born.get(person), known.died.get(person)
    for stay in own.values():
        if born is not None and stay.start is not None:
            stay.start = max(stay.start, born)
        if died is not None and (stay.end is None or stay.end > died):
            stay.end = died


def _children_follow(stays: Stays, known: KnownPeople) -> None:
    """A child whose parents have all left for one new home went along, whatever an agency still says."""
    for person in sorted(stays):
        parents = known.parents.get(person)
        if not parents:
            continue
        for place_id, stay in sorted(stays[person].items()):
            if stay.end is not None or stay.is_current_somewhere:
                continue
            here = [
                (parent, stays[parent][place_id])
                for parent in sorted(parents)
                if place_id in stays.get(parent, ())
            ]
            ends = [own.end for _, own in here]
            if not here or any(end is None for end in ends):
                continue
            left = max(end for end in ends if end is not None)
            if (stay.confirmed is not None and stay.confirmed > left) or not known.is_child_on(person, left):
                continue
            went_to = {
                other.place_id: other
                for parent, _ in here
                for other in stays[parent].values()
                if other.start is not None and abs(other.start - left) <= 1 and other.place_id != place_id
            }
            if len(went_to) != 1:
                continue
            (new_home,) = went_to.values()
            stay.end = left
            if new_home.place_id not in stays[person]:
                stays[person][new_home.place_id] = Stay(
                    new_home.place_id, left, new_home.end, left, set(stay.record_ids)
                )
