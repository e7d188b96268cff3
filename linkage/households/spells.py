"""Who lived with whom when: household spells of a scope, from addresses, tenancies and asserted family ties."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb

from linkage.households.chains import Dwelling, carry_household_ids, chain_moves
from linkage.households.events import HouseholdEvent, HouseholdSpell, events_of_households
from linkage.households.known import KnownPeople
from linkage.households.moves import stays_of_people
from linkage.households.rows import known_people, statements_by_person
from linkage.households.sharing import Occupant, households_at
from linkage.scope_rows import scope_rows
from records.scope import Scope

_EPOCH = date(1970, 1, 1)


def resolve_households(
    connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None = None
) -> None:
    """Fill ``household_spell`` and ``household_event`` for a standing scope from its rows alone.

    A household's id follows its people: when most of them move it goes along, and of the households of the last build
    (``previous_path``) the one with most of its people hands on its id. A new one is ``household:<place>:<n>``, the
    n-th known to live at its first place.
    """
    with scope_rows(connection, scope):
        known = known_people(connection)
        spells = _spells(connection, known)
    lived: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for spell in spells:
        lived[spell.household_id].append((spell.person_id, spell.place_id))
    ids = carry_household_ids(connection, scope, previous_path, lived)
    named = [_renamed(spell, ids[spell.household_id]) for spell in spells]
    _store_spells(connection, scope, sorted(named, key=_in_order))
    _store_events(connection, scope, events_of_households(named, known))


def households_of(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    members: Mapping[str, str],
    person_ids: Collection[str],
) -> list[HouseholdSpell]:
    """The households of ``person_ids`` in a scope on demand, with all who lived in them.

    ``members`` maps record id to person id and holds all records of each person in it. The spells are those of
    ``resolve_households`` when it holds what ``records_around`` finds from the people in question, taken three
    times (their neighbours, the neighbours' kin, and who lived where those did); the ids too, but for what an earlier
    build handed on, and for a household that moved more often than that before any of them joined it.
    """
    with scope_rows(connection, scope, members):
        spells = _spells(connection, known_people(connection))
    return _households_with(spells, person_ids)


def household_events_of(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    members: Mapping[str, str],
    person_ids: Collection[str],
) -> list[HouseholdEvent]:
    """What happened to the households of ``person_ids`` in a scope on demand; arguments as for ``households_of``.

    For a standing scope the same stands in ``household_event``.
    """
    with scope_rows(connection, scope, members):
        known = known_people(connection)
        spells = _spells(connection, known)
    return events_of_households(_households_with(spells, person_ids), known)


def _households_with(spells: list[HouseholdSpell], person_ids: Collection[str]) -> list[HouseholdSpell]:
    own = {spell.household_id for spell in spells if spell.person_id in set(person_ids)}
    return [spell for spell in spells if spell.household_id in own]


def _spells(connection: duckdb.DuckDBPyConnection, known: KnownPeople) -> list[HouseholdSpell]:
    stays = stays_of_people(statements_by_person(connection), known)
    at_place: dict[str, list[Occupant]] = defaultdict(list)
    for person_id, own in stays.items():
        for place_id, stay in own.items():
            at_place[place_id].append(Occupant(person_id, stay))
    dwellings = [
        Dwelling(place_id, number, tuple(household))
        for place_id in sorted(at_place)
        for number, household in enumerate(households_at(at_place[place_id], known), start=1)
    ]
    ids = chain_moves(dwellings)
    return [
        HouseholdSpell(
            ids[dwelling.place_id, dwelling.number],
            member.person_id,
            dwelling.place_id,
            _day(member.stay.start),
            _day(member.stay.end),
            tuple(sorted(member.stay.record_ids)),
        )
        for dwelling in dwellings
        for member in sorted(dwelling.occupants, key=lambda occupant: occupant.person_id)
    ]


def _day(number: int | None) -> date | None:
    return None if number is None else _EPOCH + timedelta(days=number)


def _renamed(spell: HouseholdSpell, household_id: str) -> HouseholdSpell:
    return HouseholdSpell(
        household_id,
        spell.person_id,
        spell.place_id,
        spell.valid_from,
        spell.valid_to,
        spell.evidence_record_ids,
    )


def _in_order(spell: HouseholdSpell) -> tuple[str, str, str, str]:
    return (spell.household_id, str(spell.valid_from or ""), spell.person_id, spell.place_id)


def _store_spells(connection: duckdb.DuckDBPyConnection, scope: Scope, spells: list[HouseholdSpell]) -> None:
    connection.execute("DELETE FROM household_spell WHERE scope = $1", [scope.name])
    connection.execute(
        """INSERT INTO household_spell BY NAME
           SELECT $1 AS scope, unnest($2::VARCHAR[]) AS household_id, unnest($3::VARCHAR[]) AS person_id,
                  unnest($4::VARCHAR[]) AS place_id, unnest($5::DATE[]) AS valid_from, unnest($6::DATE[]) AS valid_to,
                  unnest($7::VARCHAR[][]) AS evidence_record_ids""",
        [
            scope.name,
            [spell.household_id for spell in spells],
            [spell.person_id for spell in spells],
            [spell.place_id for spell in spells],
            [spell.valid_from for spell in spells],
            [spell.valid_to for spell in spells],
            [list(spell.evidence_record_ids) for spell in spells],
        ],
    )


def _store_events(connection: duckdb.DuckDBPyConnection, scope: Scope, events: list[HouseholdEvent]) -> None:
    connection.execute("DELETE FROM household_event WHERE scope = $1", [scope.name])
    connection.execute(
        """INSERT INTO household_event BY NAME
           SELECT $1 AS scope, unnest($2::VARCHAR[]) AS household_id, unnest($3::VARCHAR[]) AS kind,
                  unnest($4::DATE[]) AS happened_on, unnest($5::VARCHAR[][]) AS person_ids,
                  unnest($6::VARCHAR[]) AS place_id, unnest($7::VARCHAR[][]) AS evidence_record_ids""",
        [
            scope.name,
            [event.household_id for event in events],
            [event.kind for event in events],
            [event.happened_on for event in events],
            [list(event.person_ids) for event in events],
            [event.place_id for event in events],
            [list(event.evidence_record_ids) for event in events],
        ],
    )
