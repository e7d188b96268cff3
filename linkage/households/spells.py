"""Who lived with whom when: household spells of a scope, from addresses, tenancies and asserted family ties."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from linkage.households.chains import Dwelling, carried_household_ids, chain_moves, earlier_households
from linkage.households.events import HouseholdEvent, HouseholdSpell, events_of_households
from linkage.households.known import KnownPeople
from linkage.households.moves import stays_of_people
from linkage.households.rows import HouseholdRows, household_rows, known_people, statements_by_person
from linkage.households.sharing import Occupant, households_at
from linkage.scope_rows import scope_rows
from records.scope import Scope

_EPOCH = date(1970, 1, 1)
_LISTED = pa.list_(pa.string())
_SPELL_TYPES = {
    "household_id": pa.string(),
    "person_id": pa.string(),
    "place_id": pa.string(),
    "valid_from": pa.date32(),
    "valid_to": pa.date32(),
    "evidence_record_ids": _LISTED,
}
_EVENT_TYPES = {
    "household_id": pa.string(),
    "kind": pa.string(),
    "happened_on": pa.date32(),
    "person_ids": _LISTED,
    "place_id": pa.string(),
    "evidence_record_ids": _LISTED,
}


@dataclass(frozen=True, slots=True)
class HouseholdTables:
    """The rows of ``household_spell`` and ``household_event`` of one scope, without the scope, in the order they are kept in."""

    spells: pa.Table
    events: pa.Table


def resolve_households(
    connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None = None
) -> None:
    """Fill ``household_spell`` and ``household_event`` for a standing scope from its rows alone.

    A household's id follows its people: when most of them move it goes along, and of the households of the last build
    (``previous_path``) the one with most of its people hands on its id. A new one is ``household:<place>:<n>``, the
    n-th known to live at its first place.
    """
    with scope_rows(connection, scope):
        rows = household_rows(connection)
    store_households(
        connection, scope, worked_out(rows, earlier_households(connection, scope, previous_path))
    )


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
    with scope_rows(connection, scope, members, members_alone=True):
        rows = household_rows(connection)
    return _households_with(_spells(rows, known_people(rows)), person_ids)


def household_events_of(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    members: Mapping[str, str],
    person_ids: Collection[str],
) -> list[HouseholdEvent]:
    """What happened to the households of ``person_ids`` in a scope on demand; arguments as for ``households_of``.

    For a standing scope the same stands in ``household_event``.
    """
    with scope_rows(connection, scope, members, members_alone=True):
        rows = household_rows(connection)
    known = known_people(rows)
    return events_of_households(_households_with(_spells(rows, known), person_ids), known)


def _households_with(spells: list[HouseholdSpell], person_ids: Collection[str]) -> list[HouseholdSpell]:
    own = {spell.household_id for spell in spells if spell.person_id in set(person_ids)}
    return [spell for spell in spells if spell.household_id in own]


def _spells(rows: HouseholdRows, known: KnownPeople) -> list[HouseholdSpell]:
    stays = stays_of_people(statements_by_person(rows), known)
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


def _in_order(spell: HouseholdSpell) -> tuple[str, str, str, str]:
    return (spell.household_id, str(spell.valid_from or ""), spell.person_id, spell.place_id)


def worked_out(rows: HouseholdRows, earlier: Iterable[tuple[str, str, str]] | None) -> HouseholdTables:
    """The households of a standing scope; ``earlier``: as ``chains.earlier_households`` tells of the last build."""
    known = known_people(rows)
    spells = _spells(rows, known)
    lived: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for spell in spells:
        lived[spell.household_id].append((spell.person_id, spell.place_id))
    ids = carried_household_ids(lived, earlier)
    named = [replace(spell, household_id=ids[spell.household_id]) for spell in spells]
    events = events_of_households(named, known)
    named.sort(key=_in_order)
    return HouseholdTables(_table(_SPELL_TYPES, named), _table(_EVENT_TYPES, events))


def _table(types: Mapping[str, pa.DataType], rows: Iterable[HouseholdSpell | HouseholdEvent]) -> pa.Table:
    return pa.table(
        {name: pa.array([getattr(row, name) for row in rows], kind) for name, kind in types.items()}
    )


def store_households(connection: duckdb.DuckDBPyConnection, scope: Scope, found: HouseholdTables) -> None:
    """Put the households of a standing scope in the place of those that are there."""
    for table, rows in (("household_spell", found.spells), ("household_event", found.events)):
        connection.execute(f"DELETE FROM {table} WHERE scope = $1", [scope.name])
        connection.register("arriving", rows)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT $1 AS scope, * FROM arriving", [scope.name])
        connection.unregister("arriving")
