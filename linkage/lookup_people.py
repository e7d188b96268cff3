"""Who holds the records that a lookup found, as the build stored it for the standing scopes."""

from collections.abc import Mapping, Sequence

import duckdb

from linkage.people import ResolvedPerson
from records.scope import Scope


def stored_people(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], scope: Scope, found: Mapping[int, str]
) -> dict[str, ResolvedPerson] | None:
    """The people in a standing scope who hold the records ``found`` (number to id), by record id.

    They are those of the build, as every other answer shows them: a judgement binds from the next build on. None
    where the stored people do not fit the scope: a record has since been sealed, or none were stored. ``tables`` are
    the sources of ``lookup_index``.
    """
    listed = ", ".join(str(number) for number in sorted(found))
    rows = connection.execute(
        f"SELECT scope, record_number, first_number FROM {tables['lookup_member']} WHERE record_number IN ({listed})"
    ).fetchall()
    first_of = {number: first for name, number, first in rows if name == scope.name}
    if first_of.keys() != found.keys():
        return None
    firsts = ", ".join(str(first) for first in sorted(set(first_of.values())))
    held: dict[int, list[tuple[str, str, float | None]]] = {}
    for first, record_id, person_id, weight in connection.execute(
        f"SELECT first_number, record_id, person_id, weight FROM {tables['lookup_member']}"
        f" WHERE scope = ? AND first_number IN ({firsts})",
        [scope.name],
    ).fetchall():
        held.setdefault(first, []).append((record_id, person_id, weight))
    people = {first: _person(records) for first, records in held.items()}
    shown = {record_id for person in people.values() for record_id in person.record_ids}
    if not shown.isdisjoint(scope.removed_record_ids):
        return None
    return {found[number]: people[first] for number, first in first_of.items()}


def _person(held: Sequence[tuple[str, str, float | None]]) -> ResolvedPerson:
    in_order = sorted(held)
    record_ids = tuple(record_id for record_id, _, _ in in_order)
    return ResolvedPerson(
        in_order[0][1], record_ids[0], record_ids, tuple(weight for _, _, weight in in_order)
    )
