"""What happened to households: formed, joined, left, moved, a child born, parted, dissolved; with date and evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from linkage.households.known import KnownPeople

# Arrivals and departures so far apart are one happening to the household: agencies learn of a move one by one.
DAYS_OF_ONE_CHANGE: Final = 31
_EPOCH: Final = date(1970, 1, 1)
_ONE_CHANGE: Final = timedelta(days=DAYS_OF_ONE_CHANGE)


@dataclass(frozen=True, slots=True)
class HouseholdSpell:
    """A person's time in a household; ``valid_from`` None is unknown, ``valid_to`` None is still there."""

    household_id: str
    person_id: str
    place_id: str
    valid_from: date | None
    valid_to: date | None
    evidence_record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdEvent:
    """Something that happened to a household, as its members' spells and what is known of them say.

    ``kind``: formed, joined, left, moved_together, child_born, died, separated or dissolved. ``person_ids``: whom it
    happened to; for ``separated`` both who parted. ``place_id`` is where, for a move the new home.
    """

    household_id: str
    kind: str
    happened_on: date
    person_ids: tuple[str, ...]
    place_id: str
    evidence_record_ids: tuple[str, ...]


def events_of_households(spells: Iterable[HouseholdSpell], known: KnownPeople) -> list[HouseholdEvent]:
    """The events of all households in ``spells``, in the order of household, day and kind."""
    by_household: dict[str, list[HouseholdSpell]] = defaultdict(list)
    for spell in spells:
        by_household[spell.household_id].append(spell)
    found = [event for own in by_household.values() for event in _events(own, known)]
    return sorted(
        found, key=lambda event: (event.household_id, event.happened_on, event.kind, event.person_ids)
    )


def _events(spells: Sequence[HouseholdSpell], known: KnownPeople) -> Iterator[HouseholdEvent]:
    by_person: dict[str, list[HouseholdSpell]] = defaultdict(list)
    for spell in sorted(spells, key=lambda one: (one.valid_from or date.min, one.place_id)):
        by_person[spell.person_id].append(spell)
    yield from _beginnings(by_person, known)
    yield from _moves(by_person)
    yield from _endings(by_person, known)


def _beginnings(
    by_person: Mapping[str, Sequence[HouseholdSpell]], known: KnownPeople
) -> Iterator[HouseholdEvent]:
    firsts = {person: own[0] for person, own in by_person.items()}
    known_days = [spell.valid_from for spell in firsts.values() if spell.valid_from is not None]
    began = min(known_days) if len(known_days) == len(firsts) else None
    founders = {
        person: spell
        for person, spell in firsts.items()
        if spell.valid_from is not None and began is not None and spell.valid_from - began <= _ONE_CHANGE
    }
    if began is not None:
        yield _event("formed", began, founders)
    for person, spell in sorted(firsts.items()):
        day = spell.valid_from
        if day is None or person in founders:
            continue
        born = known.born.get(person)
        is_birth = born is not None and abs((day - _day(born)).days) <= DAYS_OF_ONE_CHANGE
        yield _event("child_born" if is_birth else "joined", day, {person: spell})


def _moves(by_person: Mapping[str, Sequence[HouseholdSpell]]) -> Iterator[HouseholdEvent]:
    moves: dict[str, dict[str, HouseholdSpell]] = defaultdict(dict)
    for person, own in by_person.items():
        for before, after in pairwise(own):
            if (
                before.place_id != after.place_id and before.valid_to is not None
                and after.valid_from is not None and abs(after.valid_from - before.valid_to) <= _ONE_CHANGE
            ):  # fmt: skip
                moves[after.place_id][person] = after
    for movers in moves.values():
        day = min(spell.valid_from for spell in movers.values() if spell.valid_from is not None)
        yield _event("moved_together", day, movers)


def _endings(
    by_person: Mapping[str, Sequence[HouseholdSpell]], known: KnownPeople
) -> Iterator[HouseholdEvent]:
    lasts = {person: max(own, key=lambda one: one.valid_to or date.max) for person, own in by_person.items()}
    open_days = [spell.valid_to or date.max for spell in lasts.values()]
    last_day = max(open_days)
    for person, spell in sorted(lasts.items()):
        day = spell.valid_to
        if day is None:
            continue
        died = known.died.get(person)
        if died is not None and abs((day - _day(died)).days) <= DAYS_OF_ONE_CHANGE:
            yield _event("died", _day(died), {person: spell})
            continue
        if last_day - day <= _ONE_CHANGE:
            continue
        yield _event("left", day, {person: spell})
        for other in sorted(lasts):
            stayed = lasts[other]
            if (
                other != person
                and (stayed.valid_to is None or stayed.valid_to > day)
                and known.are_couple(person, other)
            ):
                yield _event("separated", day, {person: spell, other: stayed})
    if last_day != date.max:
        together = {
            person: spell
            for person, spell in lasts.items()
            if spell.valid_to is not None and last_day - spell.valid_to <= _ONE_CHANGE
        }
        yield _event("dissolved", last_day, together)


def _event(kind: str, day: date, people: Mapping[str, HouseholdSpell]) -> HouseholdEvent:
    spells = [people[person] for person in sorted(people)]
    records = sorted({record_id for spell in spells for record_id in spell.evidence_record_ids})
    return HouseholdEvent(
        spells[0].household_id, kind, day, tuple(sorted(people)), spells[0].place_id, tuple(records)
    )


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
