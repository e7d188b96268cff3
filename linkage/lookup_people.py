"""Who holds the records that a lookup found: read where the build has stored it, resolved on demand elsewhere."""

from collections.abc import Collection, Mapping, Sequence

import duckdb

from linkage.calibration import LinkageCalibration
from linkage.lookup_index import lookup_sources
from linkage.people import ResolvedPerson, people_of
from linkage.rulings import Rulings
from records.scope import Scope


def people_holding(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    found: Mapping[int, str],
    calibration: LinkageCalibration,
    rulings: Rulings,
) -> dict[str, ResolvedPerson]:
    """The people in ``scope`` who hold the records ``found`` (number to id), by record id.

    In a standing scope they are those of the build, as every other answer shows them: a judgement binds from the next
    build on. A scope whose stored people do not fit it (a record has since been sealed, or none were stored) is
    resolved on demand.
    """
    if scope.standing and found:
        stored = _stored(connection, scope, sorted(found))
        people = {found[number]: person for number, person in stored.items()}
        shown = {record_id for person in people.values() for record_id in person.record_ids}
        if len(people) == len(found) and shown.isdisjoint(scope.removed_record_ids):
            return people
    return people_of(connection, scope, list(found.values()), calibration, rulings)


def _stored(
    connection: duckdb.DuckDBPyConnection, scope: Scope, numbers: Sequence[int]
) -> dict[int, ResolvedPerson]:
    """By record number asked for, the person whom the build stored."""
    tables = lookup_sources(connection)
    listed = ", ".join(str(number) for number in numbers)
    firsts = connection.execute(
        f"SELECT scope, record_number, first_number FROM {tables['lookup_member']} WHERE record_number IN ({listed})"
    ).fetchall()
    first_of = {number: first for name, number, first in firsts if name == scope.name}
    if not first_of:
        return {}
    rows = _members(connection, tables, scope, sorted(set(first_of.values())))
    people = {first: _person(held) for first, held in rows.items()}
    return {number: people[first] for number, first in first_of.items()}


def _members(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], scope: Scope, firsts: Collection[int]
) -> dict[int, list[tuple[str, str, float | None]]]:
    """By the lowest record number of a person: record id, person id and weight of each of its records."""
    listed = ", ".join(str(first) for first in firsts)
    rows = connection.execute(
        f"SELECT first_number, record_number, person_id, weight FROM {tables['lookup_member']}"
        f" WHERE scope = ? AND first_number IN ({listed})",
        [scope.name],
    ).fetchall()
    numbers = ", ".join(str(number) for _, number, _, _ in rows)
    named = dict(
        connection.execute(
            f"SELECT record_number, record_id FROM {tables['lookup_record']} WHERE record_number IN ({numbers})"
        ).fetchall()
    )
    held: dict[int, list[tuple[str, str, float | None]]] = {}
    for first, number, person_id, weight in rows:
        held.setdefault(first, []).append((named[number], person_id, weight))
    return held


def _person(held: Sequence[tuple[str, str, float | None]]) -> ResolvedPerson:
    in_order = sorted(held)
    record_ids = tuple(record_id for record_id, _, _ in in_order)
    return ResolvedPerson(
        in_order[0][1], record_ids[0], record_ids, tuple(weight for _, _, weight in in_order)
    )
