"""Person ids that outlive a build, with the history of merges and splits."""

from pathlib import Path

import duckdb
import pyarrow as pa

from linkage.increment.scope import redone_records
from linkage.people.people import derived_person_id
from linkage.people.rulings import NO_RULINGS, Rulings
from records.scope import Scope
from records.snapshot import attach_snapshot


def carry_identity(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    previous_path: Path | None,
    build_number: int,
    rulings: Rulings = NO_RULINGS,
) -> None:
    """Give the people of ``membership`` the ids of the previous build and write ``identity`` for the scope.

    The person who keeps most of the records of an earlier one keeps the id; among equals the lower id and the
    lower record id win. Rows of the past are carried along: a record whose person changed has its row closed at
    this build and a new one with the cause; a record that is gone gets a closed row with the cause ``removed``.
    A merge or split that one of the judgements in ``rulings`` asked for has the cause ``judgement``; seals are no
    cause, since no output may tell of one. Where ``resolve_people`` left temporary ``redone_record``, ``identity`` was
    carried over from the last build with the rest, and the people of all other records keep the rows they have.
    """
    redone = redone_records(connection)
    among = f" AND m.record_id IN (SELECT record_id FROM {redone})" if redone else ""
    if redone:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE earlier AS SELECT * EXCLUDE (scope) FROM identity WHERE scope = ?",
            [scope.name],
        )
    else:
        _read_previous(connection, scope, previous_path)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE resolved_now AS"
        f" SELECT m.record_id, m.person_id FROM membership m WHERE m.scope = ?{among}",
        [scope.name],
    )
    renamed = _assign_ids(connection)
    connection.execute("CREATE OR REPLACE TEMP TABLE renamed (derived_id VARCHAR, person_id VARCHAR)")
    if renamed:
        connection.register(
            "arriving", pa.table({"derived_id": list(renamed), "person_id": list(renamed.values())})
        )
        connection.execute("INSERT INTO renamed SELECT * FROM arriving")
        connection.unregister("arriving")
        connection.execute(
            f"UPDATE membership AS m SET person_id = r.person_id FROM renamed r"
            f" WHERE m.scope = ? AND m.person_id = r.derived_id{among}",
            [scope.name],
        )
        connection.execute(
            "UPDATE resolved_now AS m SET person_id = r.person_id FROM renamed r WHERE m.person_id = r.derived_id"
        )
    _list_judged(connection, rulings)
    _write_identity(connection, scope, build_number, among)
    for name in ("earlier", "current_identity", "resolved_now", "renamed", "judged_pair", "redone_record"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _read_previous(connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None) -> None:
    """Temporary ``earlier``: the identity rows of the scope in the previous build, none for a first build.

    Records in temporary ``forgotten_record``, where the build made one, were erased: nothing of them is carried on.
    """
    columns = "record_id VARCHAR, person_id VARCHAR, since_build INTEGER, until_build INTEGER, cause VARCHAR"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE earlier ({columns})")
    if previous_path is None:
        return
    attach_snapshot(connection, previous_path, "previous_build")
    forgotten = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = 'forgotten_record'"
    ).fetchall()
    kept = " AND record_id NOT IN (SELECT record_id FROM temp.forgotten_record)" if forgotten else ""
    try:
        connection.execute(
            "INSERT INTO earlier SELECT record_id, person_id, since_build, until_build, cause"
            f" FROM previous_build.identity WHERE scope = ?{kept}",
            [scope.name],
        )
    finally:
        connection.execute("DETACH previous_build")


def _assign_ids(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The ids to take over: derived id of this build to person id, for those that differ."""
    overlaps = connection.execute(
        """
        SELECT m.person_id AS derived_id, e.person_id AS earlier_id, count(*) AS held, min(m.record_id) AS first_record
        FROM resolved_now m JOIN earlier e ON e.record_id = m.record_id AND e.until_build IS NULL
        GROUP BY m.person_id, e.person_id ORDER BY held DESC, earlier_id, first_record"""
    ).fetchall()
    taken: dict[str, str] = {}
    keepers: set[str] = set()
    for derived_id, earlier_id, _, _ in overlaps:
        if derived_id not in taken and earlier_id not in keepers:
            taken[derived_id] = earlier_id
            keepers.add(earlier_id)
    return _with_fresh_ids(connection, taken)


def _with_fresh_ids(connection: duckdb.DuckDBPyConnection, taken: dict[str, str]) -> dict[str, str]:
    """``taken`` and, for people who are new, an id that nobody ever had."""
    found = connection.execute(
        "SELECT m.person_id, min(m.record_id) FROM resolved_now m"
        " WHERE m.person_id IN (SELECT person_id FROM earlier) GROUP BY m.person_id ORDER BY m.person_id"
    ).fetchall()
    clashes = [(derived_id, anchor) for derived_id, anchor in found if derived_id not in taken]
    used: set[str] = set()
    if clashes:
        ever = connection.execute("SELECT DISTINCT person_id FROM earlier").fetchall()
        used = {str(person_id) for (person_id,) in ever}
    for derived_id, anchor in clashes:
        attempt = 1
        while (fresh := derived_person_id(f"{anchor}#{attempt}")) in used:
            attempt += 1
        used.add(fresh)
        taken[derived_id] = fresh
    return {derived_id: person_id for derived_id, person_id in taken.items() if derived_id != person_id}


def _list_judged(connection: duckdb.DuckDBPyConnection, rulings: Rulings) -> None:
    """Temporary ``judged_pair``: the pairs judged, in both directions, and whether as one person."""
    pairs = [(a, b, True) for a, b in rulings.same()] + [(a, b, False) for a, b in rulings.not_same()]
    both = sorted({(one, other, same) for a, b, same in pairs for one, other in ((a, b), (b, a))})
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE judged_pair AS
           SELECT unnest($1::VARCHAR[]) AS record_id, unnest($2::VARCHAR[]) AS other_record_id, unnest($3::BOOLEAN[]) AS same""",
        [[pair[0] for pair in both], [pair[1] for pair in both], [pair[2] for pair in both]],
    )


def _causes(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary ``current_identity``: every record with its person now and before, and why they differ.

    ``merge``: the person now holds records of two or more earlier people. ``split``: the record left a person
    whose id went on elsewhere. ``judgement`` stands in place of either where a human said so: of a record whose earlier
    person a "same" ties to another one of those merged, or whose earlier person a "not same" parted on its side.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE current_identity AS
        WITH held AS (
            SELECT m.record_id, m.person_id, e.person_id AS earlier_id, e.since_build, e.cause AS earlier_cause
            FROM resolved_now m LEFT JOIN earlier e ON e.record_id = m.record_id AND e.until_build IS NULL),
        sources AS (
            SELECT person_id, count(DISTINCT earlier_id) AS people FROM held GROUP BY person_id),
        judged AS (
            SELECT DISTINCT one.person_id, one.earlier_id
            FROM judged_pair j JOIN held one ON one.record_id = j.record_id
            JOIN held other ON other.record_id = j.other_record_id
            WHERE (j.same AND one.person_id = other.person_id AND one.earlier_id <> other.earlier_id)
               OR (NOT j.same AND one.person_id <> other.person_id AND one.earlier_id = other.earlier_id))
        SELECT h.*, CASE
            WHEN h.earlier_id IS NULL THEN 'new'
            WHEN h.earlier_id = h.person_id THEN 'unchanged'
            WHEN j.person_id IS NOT NULL THEN 'judgement'
            WHEN s.people > 1 THEN 'merge' ELSE 'split' END AS cause
        FROM held h JOIN sources s ON s.person_id = h.person_id
        LEFT JOIN judged j ON j.person_id = h.person_id AND j.earlier_id = h.earlier_id"""
    )


def _write_identity(
    connection: duckdb.DuckDBPyConnection, scope: Scope, build_number: int, among: str
) -> None:
    _causes(connection)
    # What others say of those who stay where they are stands as it is: writing a million rows takes longer than all the rest.
    closed = f"m.until_build IS NULL{among}"
    connection.execute(
        f"DELETE FROM identity AS m WHERE m.scope = ?{f' AND {closed}' if among else ''}", [scope.name]
    )
    connection.execute(
        f"""
        INSERT INTO identity
        SELECT $scope, * FROM (
            SELECT m.* FROM earlier m WHERE until_build IS NOT NULL AND {"false" if among else "true"}
            UNION ALL
            SELECT record_id, person_id, coalesce(since_build, $build), NULL, coalesce(earlier_cause, cause)
            FROM current_identity WHERE cause IN ('new', 'unchanged')
            UNION ALL
            SELECT record_id, earlier_id, since_build, $build, earlier_cause
            FROM current_identity WHERE cause IN ('merge', 'split', 'judgement')
            UNION ALL
            SELECT record_id, person_id, $build, NULL, cause FROM current_identity WHERE cause IN ('merge', 'split', 'judgement')
            UNION ALL
            SELECT record_id, person_id, since_build, $build, 'removed' FROM earlier m
            WHERE {closed} AND m.record_id NOT IN (SELECT record_id FROM resolved_now))
        ORDER BY record_id, since_build, until_build""",
        {"scope": scope.name, "build": build_number},
    )
