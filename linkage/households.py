"""Who lived with whom when: household spells of a scope, from addresses, tenancies and asserted family ties."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from linkage.households_known import KnownPeople
from linkage.households_moves import stays_of_people
from linkage.households_rows import known_people, statements_by_person
from linkage.households_sharing import Occupant, households_at
from linkage.scope_rows import scope_rows
from records.scope import Scope

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class HouseholdSpell:
    """A person's time in a household; ``valid_from`` None is unknown, ``valid_to`` None is still there."""

    household_id: str
    person_id: str
    place_id: str
    valid_from: date | None
    valid_to: date | None
    evidence_record_ids: tuple[str, ...]


def resolve_households(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Fill ``household_spell`` for a standing scope from its rows alone.

    Households live at one place: a family that moves together is, in its new home, a household of its own, and
    ``household:<place>:<n>`` is the n-th known to live there.
    """
    with scope_rows(connection, scope):
        spells = _spells(connection)
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


def households_of(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    members: Mapping[str, str],
    person_ids: Collection[str],
) -> list[HouseholdSpell]:
    """The households of ``person_ids`` in a scope on demand, with all who lived in them.

    ``members`` maps record id to person id and holds all records of each person in it. The result is that of
    ``resolve_households`` when it holds what ``records_around`` finds from the people in question, taken three
    times (their neighbours, the neighbours' kin, and who lived where those did).
    """
    with scope_rows(connection, scope, members):
        spells = _spells(connection)
    own = {spell.household_id for spell in spells if spell.person_id in set(person_ids)}
    return [spell for spell in spells if spell.household_id in own]


def _spells(connection: duckdb.DuckDBPyConnection) -> list[HouseholdSpell]:
    known = known_people(connection)
    stays = stays_of_people(statements_by_person(connection), known)
    at_place: dict[str, list[Occupant]] = defaultdict(list)
    for person_id, own in stays.items():
        for place_id, stay in own.items():
            at_place[place_id].append(Occupant(person_id, stay))
    return [
        spell for place_id in sorted(at_place) for spell in _spells_at(place_id, at_place[place_id], known)
    ]


def _spells_at(place_id: str, occupants: list[Occupant], known: KnownPeople) -> Iterable[HouseholdSpell]:
    for number, household in enumerate(households_at(occupants, known), start=1):
        for member in sorted(household, key=lambda occupant: occupant.person_id):
            yield HouseholdSpell(
                f"household:{place_id.removeprefix('place:')}:{number}",
                member.person_id,
                place_id,
                _day(member.stay.start),
                _day(member.stay.end),
                tuple(sorted(member.stay.record_ids)),
            )


def _day(number: int | None) -> date | None:
    return None if number is None else _EPOCH + timedelta(days=number)
