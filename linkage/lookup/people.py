"""Who holds the records that a lookup found, as the build stored it for the standing scopes."""

import json
from collections.abc import Collection, Mapping

import duckdb

from linkage.people.people import ResolvedPerson
from records.scope import Scope


def stored_people(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], scope: Scope, numbers: Collection[int]
) -> dict[int, ResolvedPerson] | None:
    """The people in a standing scope who hold the records of these numbers, by number.

    They are those of the build, as every other answer shows them: a judgement binds from the next build on. None
    where the stored people do not fit the scope: a record has since been sealed, or none were stored. ``tables`` are
    the sources of ``lookup_index``.
    """
    first_of = {
        number: first
        for name, number, first in connection.execute(
            "SELECT scope, record_number, first_number FROM"
            f" {tables['lookup_member']} WHERE record_number IN ({_listed(numbers)})"
        ).fetchall()
        if name == scope.name
    }
    if first_of.keys() != set(numbers):
        return None
    people = {
        first: _person(held)
        for name, first, held in connection.execute(
            "SELECT scope, first_number, held FROM"
            f" {tables['lookup_person']} WHERE first_number IN ({_listed(first_of.values())})"
        ).fetchall()
        if name == scope.name
    }
    shown = {record_id for person in people.values() for record_id in person.record_ids}
    if not shown.isdisjoint(scope.removed_record_ids):
        return None
    return {number: people[first] for number, first in first_of.items()}


def _listed(numbers: Collection[int]) -> str:
    return ", ".join(str(int(number)) for number in sorted(set(numbers)))


def _person(held: str) -> ResolvedPerson:
    stored = json.loads(held)
    record_ids = tuple(stored["record_ids"])
    return ResolvedPerson(stored["person_id"], record_ids[0], record_ids, tuple(stored["weights"]))
