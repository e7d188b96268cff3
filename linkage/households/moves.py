"""From statements to stays for everybody at once: what one member's timeline says about another's."""

from collections.abc import Mapping

from linkage.households.arrivals import date_sightings
from linkage.households.children import place_children
from linkage.households.known import KnownPeople
from linkage.households.timeline import (
    Statement,
    Stay,
    Stays,
    close_left_places,
    dated_stays,
    stays_by_place,
)
from linkage.households.together import move_together
from linkage.households.undated import undated_stays


def stays_of_people(statements: Mapping[str, list[Statement]], known: KnownPeople) -> Stays:
    """Person to place to stay, from each person's statements and those of their family at the same places."""
    stays: Stays = {person: dated_stays(stated) for person, stated in statements.items()}
    at_place = stays_by_place(stays)
    borrowed = {
        person: undated_stays(person, stated, stays[person], at_place, known)
        for person, stated in statements.items()
        if any(statement.start is None for statement in stated)
    }
    earlier = [_start_with_family(person, own, at_place, known) for person, own in stays.items()]
    for person, extra in borrowed.items():
        stays[person] |= {stay.place_id: stay for stay in extra}
    for found in earlier:
        if found is not None:
            stay, start = found
            stay.start = start
    _know_elders(stays, known)
    # Adults first: where a child's parents went decides which homes the child has.
    for person in sorted(stays, key=lambda one: (_is_child(one, stays[one], known), one)):
        homes = _two_homes(person, stays, known) if _is_child(person, stays[person], known) else set()
        close_left_places(stays[person].values(), homes)
        _within_life(person, stays[person], known)
    date_sightings(stays)
    move_together(stays, known)
    place_children(stays, known)
    return stays


def _start_with_family(
    person: str, own: Mapping[str, Stay], at_place: Mapping[str, list[tuple[str, Stay]]], known: KnownPeople
) -> tuple[Stay, int] | None:
    """The first place known of a person, with the day that family came there, where the person's own day is later.

    An agency that saw somebody at home in March does not say that they came in March, nor does one that noted a
    child then. Adults move in with family now and then, so an adult's own day stands unless it is a sighting or another
    agency holds the place without a day.
    """
    starts = [stay.start for stay in own.values() if stay.start is not None]
    first = [stay for stay in own.values() if stay.start is not None and stay.start == min(starts)]
    if len(first) != 1:
        return None
    (stay,) = first
    day = min(starts)
    is_open = stay.is_seen_first or (
        len(own) == 1 and (stay.is_current_somewhere or known.is_child_on(person, day))
    )
    if not is_open:
        return None
    came = [
        other.start
        for who, other in at_place[stay.place_id]
        if who != person
        and other.start is not None
        and (other.end is None or other.end > day)
        and known.are_kin(person, who)
    ]
    if not came:
        return None
    earliest = max(min(came), known.born.get(person, min(came)))
    return (stay, earliest) if earliest < day else None


def _know_elders(stays: Stays, known: KnownPeople) -> None:
    """Fill ``known.elders``: of each child its parents and carers, and the grown-ups of its family name at its places."""
    at_place = stays_by_place(stays)
    for person, own in stays.items():
        if not _is_child(person, own, known):
            continue
        elders = set(known.parents.get(person, ()))
        for place_id in own:
            for other, stay in at_place[place_id]:
                if not known.is_child_on(other, stay.confirmed or 0) and known.are_kin(person, other):
                    elders.add(other)
        known.elders[person] = elders - {person}


def _is_child(person: str, own: Mapping[str, Stay], known: KnownPeople) -> bool:
    starts = [stay.start for stay in own.values() if stay.start is not None]
    return bool(starts) and known.is_child_on(person, max(starts))


def _two_homes(person: str, stays: Stays, known: KnownPeople) -> set[str]:
    """Places of a child where different grown-up relatives live, each still stated by an agency after the other began.

    Relatives are parents and carers by what agencies state, or share the child's family name.
    """
    own = stays[person]
    if len(own) < 2:
        return set()
    homes: dict[str, set[str]] = {}
    for place_id, stay in own.items():
        here = {
            relative
            for relative in known.elders.get(person, ())
            if place_id in stays.get(relative, ()) and stays[relative][place_id].end is None
        }
        if here and stay.end is None:
            homes[place_id] = here
    return {
        place_id
        for place_id, here in homes.items()
        for other_id, there in homes.items()
        if other_id != place_id
        and here - there
        and there - here
        and _is_kept_up(own[place_id], own[other_id])
    }


def _is_kept_up(stay: Stay, other: Stay) -> bool:
    if stay.is_current_somewhere or stay.is_tenancy or other.is_inferred:
        return True
    if other.start is None or stay.confirmed is None:
        return True
    return stay.confirmed >= other.start


def _within_life(person: str, own: dict[str, Stay], known: KnownPeople) -> None:
    born, died = known.born.get(person), known.died.get(person)
    for stay in own.values():
        if born is not None and stay.start is not None:
            stay.start = max(stay.start, born)
        if died is not None and (stay.end is None or stay.end > died):
            stay.end = died
