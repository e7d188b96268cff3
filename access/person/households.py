"""Households as readers see them: who lived with a person, when, and where if the reader may know."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final

from access.meetings.happenings import everyone_listed, households_of_everyone
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import Household, HouseholdList, HouseholdMember
from linkage import HouseholdSpell, households_of, records_around
from records.snapshot.about import among, stored_about

# A household depends on its neighbours, their kin, and who lived where those did (see linkage.households_of).
_ROUNDS: Final = 3
# Around an address that never ends (an institution), what was found first is what is shown.
_MOST_RECORDS: Final = 4_000
_EVER: Final = date.min
_STILL: Final = date.max


class HouseholdViews:
    """Reads the households of one scope."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def of(self, person: KnownPerson) -> HouseholdList:
        """The households of a person, latest first."""
        if self._sight.scope.standing:
            spells, people = self._stored(person)
        else:
            spells, people = self._formed(person)
        together: dict[str, list[HouseholdSpell]] = defaultdict(list)
        for spell in spells:
            if spell.person_id in people:
                together[spell.household_id].append(spell)
        told = {spell.person_id for spell in spells}
        residents = [known for person_id, known in people.items() if person_id in told]
        places = self._places({spell.place_id for spell in spells}, residents)
        latest_first = sorted(together.values(), key=lambda one: self._order(person, one), reverse=True)
        return HouseholdList(
            person=self._sight.cards.card(person),
            households=tuple(self._household(one, people, places) for one in latest_first),
        )

    def living_with(self, person: KnownPerson, on: date) -> dict[str, KnownPerson]:
        """The person, and everyone who lives in a household with them on a day, by person id."""
        spells, people = self._stored(person) if self._sight.scope.standing else self._formed(person)
        now = [
            spell
            for spell in spells
            if spell.person_id in people and (spell.valid_from or _EVER) <= on <= (spell.valid_to or _STILL)
        ]
        homes = {(spell.household_id, spell.place_id) for spell in now if spell.person_id == person.person_id}
        return {person.person_id: person} | {
            spell.person_id: people[spell.person_id]
            for spell in now
            if (spell.household_id, spell.place_id) in homes
        }

    def _stored(self, person: KnownPerson) -> tuple[list[HouseholdSpell], dict[str, KnownPerson]]:
        connection, scope = self._sight.connection, self._sight.scope
        own = stored_about("household_spell", scope, "person_id", [person.person_id])
        homes = connection.execute(f"SELECT DISTINCT household_id FROM {own}").fetchall()
        everyone = stored_about("household_spell", scope, "household_id", [home for (home,) in homes])
        rows = connection.execute(
            f"SELECT household_id, person_id, place_id, valid_from, valid_to, evidence_record_ids FROM {everyone}"
        ).fetchall()
        spells = [
            HouseholdSpell(household, member, place, valid_from, valid_to, tuple(evidence or ()))
            for household, member, place, valid_from, valid_to, evidence in rows
        ]
        return spells, self._sight.cards.people.with_ids({spell.person_id for spell in spells})

    def _formed(self, person: KnownPerson) -> tuple[list[HouseholdSpell], dict[str, KnownPerson]]:
        sight = self._sight
        of_listed = households_of_everyone(sight)
        if of_listed is not None:
            own = {spell.household_id for spell in of_listed if spell.person_id == person.person_id}
            spells = [spell for spell in of_listed if spell.household_id in own]
            return spells, {known.person_id: known for known in everyone_listed(sight)}
        members = dict.fromkeys(person.record_ids, person.person_id)
        people = {person.person_id: person}
        for _ in range(_ROUNDS):
            if len(members) >= _MOST_RECORDS:
                break
            for found in sight.cards.people.holding(
                records_around(sight.connection, sight.scope, members)
            ).values():
                people[found.person_id] = found
                members |= dict.fromkeys(found.record_ids, found.person_id)
        return households_of(sight.connection, sight.scope, members, [person.person_id]), people

    def _places(
        self, place_ids: set[str], people: Iterable[KnownPerson]
    ) -> dict[str, tuple[str | None, str | None]]:
        """Place -> (address, postcode) as most rows about these people write it."""
        connection = self._sight.connection
        records = {record_id for person in people for record_id in person.record_ids}
        rows = connection.execute(
            f"""SELECT p.place_id, a.address, a.postcode
                FROM {self._sight.cards.people.about.rows("address_spell", "record_id", records)} a
                JOIN (SELECT * FROM place_of WHERE {among("place_id", place_ids)}) p ON p.address IS NOT DISTINCT FROM a.address
                    AND p.postcode IS NOT DISTINCT FROM a.postcode AND p.uprn IS NOT DISTINCT FROM a.uprn
                GROUP BY p.place_id, a.address, a.postcode
                QUALIFY row_number() OVER (PARTITION BY p.place_id ORDER BY count(*) DESC, a.address, a.postcode) = 1"""
        ).fetchall()
        return {place_id: (address, postcode) for place_id, address, postcode in rows}

    def _household(
        self,
        spells: list[HouseholdSpell],
        people: dict[str, KnownPerson],
        places: dict[str, tuple[str | None, str | None]],
    ) -> Household:
        cards = self._sight.cards
        located = all(cards.shown(people[spell.person_id]).location for spell in spells)
        # A household that moved has spells at each of its homes; the latest home is the one shown.
        latest = max(spells, key=lambda spell: (spell.valid_from or _EVER, spell.place_id))
        address, postcode = places.get(latest.place_id, (None, None)) if located else (None, None)
        members = sorted(
            spells,
            key=lambda spell: (spell.valid_from or _EVER, people[spell.person_id].anchor, spell.place_id),
        )
        return Household(
            household=cards.handles.reference("household", spells[0].household_id),
            address=address,
            postcode=postcode,
            members=tuple(
                HouseholdMember(cards.card(people[spell.person_id]), spell.valid_from, spell.valid_to)
                for spell in members
            ),
        )

    @staticmethod
    def _order(person: KnownPerson, spells: list[HouseholdSpell]) -> tuple[date, date, str]:
        own = [spell for spell in spells if spell.person_id == person.person_id]
        return (
            max((spell.valid_to or _STILL for spell in own), default=_EVER),
            max((spell.valid_from or _EVER for spell in own), default=_EVER),
            spells[0].household_id,
        )
