"""From statements to stays for everybody at once: what one member's timeline says about another's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from linkage.households_children import place_children
from linkage.households_known import KnownPeople
from linkage.households_timeline import Statement, Stay, Stays, close_left_places, dated_stays


def stays_of_people(statements: Mapping[str, list[Statement]], known: KnownPeople) -> Stays:
    """Person to place to stay, from each person's statements and those of their family at the same places."""
    stays: Stays = {person: dated_stays(stated) for person, stated in statements.items()}
    at_place = _by_place(stays)
    borrowed = {
        person: _undated_stays(person, stated, stays[person], at_place, known)
        for person, stated in statements.items()
        if any(statement.start is None for statement in stated)
    }
    earlier = {person: _start_with_family(person, own, at_place, known) for person, own in stays.items()}
    for person, extra in borrowed.items():
        stays[person] |= {stay.place_id: stay for stay in extra}
    for person, start in earlier.items():
        if start is not None:
            (stay,) = (own for own in stays[person].values() if not own.is_inferred)
            stay.start = start
    # Adults first: where a child's parents went decides which homes the child has.
    for person in sorted(stays, key=lambda one: (_is_child(one, stays[one], known), one)):
        homes = _two_homes(person, stays, known) if _is_child(person, stays[person], known) else set()
        close_left_places(stays[person].values(), homes)
        _within_life(person, stays[person], known)
    place_children(stays, known)
    return stays


def _start_with_family(
    person: str, own: Mapping[str, Stay], at_place: Mapping[str, list[tuple[str, Stay]]], known: KnownPeople
) -> int | None:
    """The day that family came to the only place known of a person, where the person's own day is later.

    An agency that saw a child at home in March does not say that the child came in March. Adults move in with
    family now and then, so an adult's own day stands unless another agency holds the place without a day.
    """
    if len(own) != 1:
        return None
    (stay,) = own.values()
    if stay.start is None or not (stay.is_current_somewhere or known.is_child_on(person, stay.start)):
        return None
    starts = [
        other.start
        for who, other in at_place[stay.place_id]
        if who != person and other.start is not None and other.end is None and known.are_kin(person, who)
    ]
    earliest = max(min(starts, default=stay.start), known.born.get(person, min(starts, default=stay.start)))
    return earliest if earliest < stay.start else None


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
    family there, a person who has no dated address at all is taken to have come with the latest arrivals, and one
    whose every dated address has ended to have come when the last did; anyone else's undated address may be older
    or newer than the rest, and is left out.
    """
    born = known.born.get(person)
    is_settled = any(stay.end is None for stay in own.values())
    ended = max((stay.end for stay in own.values() if stay.end is not None), default=None)
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
        family = sorted(
            stay.start for who, stay in others if stay.start is not None and known.are_kin(person, who)
        )
        if family:
            start: int | None = family[0]
        elif not own:
            start = max((stay.start for _, stay in others if stay.start is not None), default=None)
        elif not is_settled:
            start = ended
        else:
            continue
        if start is not None and born is not None:
            start = max(start, born)
        found[place_id] = Stay(
            place_id,
            start,
            statement.end,
            start,
            {statement.record_id},
            is_current_somewhere=True,
            is_inferred=True,
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
