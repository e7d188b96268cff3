"""Which records are resolved together: those around some records asked for, or around what a build touched."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import numpy as np

from linkage.columns import column, count
from linkage.lookup.candidates import rows_numbered
from linkage.lookup.index import lookup_sources
from linkage.people.rulings import Rulings
from linkage.rows_around import relatives_around, rows_around
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope


@contextmanager
def listed_around(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: list[str], rulings: Rulings
) -> Iterator[None]:
    """Temporary ``resolving``: records of the scope that may share a person with one asked for, and what decides it.

    Within, the row tables hold what is said of these records alone.
    """
    records = lookup_sources(connection)["lookup_record"]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE resolving AS SELECT record_number, record_id FROM {records}"
        " WHERE record_id IN (SELECT unnest(?::VARCHAR[]))",
        [record_ids],
    )
    _take_in_neighbours(connection, rulings, "circle", "circle", records)
    with relatives_around(connection):
        _take_in_relatives(connection, rows_in_scope("relationship", scope))
    _take_in_neighbours(connection, rulings, "link_component", "component", records)
    with rows_around(connection):
        keep_within(connection, scope)
        yield


def list_moved(connection: duckdb.DuckDBPyConnection, rulings: Rulings) -> None:
    """Temporary ``resolving`` and ``redone_record``: as ``listed_around``, for all whose person may be another than before.

    That is what ``moved`` lists and whose events changed; those whose relative was touched, since the age of a child says
    who can be a parent; those whose relative may be somebody else by that; and all who share a circle with one of these.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE resolving AS
        SELECT record_number, record_id FROM comparison_record WHERE record_number IN (SELECT record_number FROM moved)
            OR record_id IN (
                SELECT record_id FROM stirred_record UNION ALL
                SELECT other_record_id FROM relationship SEMI JOIN touched_record USING (record_id) UNION ALL
                SELECT record_id FROM relationship WHERE other_record_id IN (SELECT record_id FROM touched_record))"""
    )
    _take_in_neighbours(connection, rulings, "link_component", "component")
    _take_in_relatives(connection, "relationship")
    _take_in_neighbours(connection, rulings, "circle", "circle")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE redone_record AS SELECT record_id FROM resolving"
        " UNION SELECT record_id FROM touched_record"
    )
    _take_in_deciding(connection, rulings, "relationship")


def _take_in_deciding(connection: duckdb.DuckDBPyConnection, rulings: Rulings, relationships: str) -> None:
    """Add to ``resolving``, which holds whole circles, what decides on them besides: who their relatives are.

    Circles are those of all rows, so that they hold every person of the scope; a judgement that two records are the
    same ties their circles. Who a relative is decides too, so relatives come with the records that may be theirs.
    """
    _take_in_relatives(connection, relationships)
    _take_in_neighbours(connection, rulings, "link_component", "component")


def _take_in_relatives(connection: duckdb.DuckDBPyConnection, relationships: str) -> None:
    connection.execute(
        f"""
        INSERT INTO resolving SELECT record_number, record_id FROM comparison_record
        WHERE record_id NOT IN (SELECT record_id FROM resolving) AND record_id IN (
            SELECT other_record_id FROM {relationships} WHERE record_id IN (SELECT record_id FROM resolving) UNION
            SELECT record_id FROM {relationships} WHERE other_record_id IN (SELECT record_id FROM resolving))"""
    )


def keep_within(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Leave in ``resolving`` the records of the scope, in the order of their ids."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE resolving AS SELECT c.record_number, c.record_id FROM temp.resolving c"
        f" JOIN {rows_in_scope('record', scope)} r ON r.record_id = c.record_id ORDER BY c.record_id"
    )


def _take_in_neighbours(
    connection: duckdb.DuckDBPyConnection,
    rulings: Rulings,
    table: str,
    group: str,
    records: str = "comparison_record",
) -> None:
    """Add to ``resolving`` all records of the same ``group`` of ``table``, and of those that judgements tie to them."""
    held = -1
    while (held_now := count(connection, "resolving")) != held:
        held = held_now
        tied = _tied_to_listed(connection, rulings)
        judged_near = (
            f"UNION SELECT record_number FROM {records} WHERE record_id IN (SELECT unnest($1::VARCHAR[]))"
        )
        near = connection.execute(
            f"""
            WITH asked AS (SELECT record_number FROM resolving {judged_near if tied else ""})
            SELECT record_number FROM asked UNION
            SELECT record_number FROM {table} WHERE {group} IN (SELECT {group} FROM {table} JOIN asked USING (record_number))""",
            [tied] if tied else [],
        ).fetchnumpy()
        numbers = np.sort(column(near, "record_number", np.int64)).tolist()
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE resolving AS"
            f" SELECT record_number, record_id FROM {rows_numbered(records, numbers)}"
        )
        if not rulings.same():
            return


def _tied_to_listed(connection: duckdb.DuckDBPyConnection, rulings: Rulings) -> list[str]:
    """The records that judgements tie to those in ``resolving``, and that are not in it."""
    ties = rulings.same()
    if not ties:
        return []
    judged = sorted({one for pair in ties for one in pair})
    found = connection.execute(
        "SELECT record_id FROM resolving WHERE record_id IN (SELECT unnest(?::VARCHAR[]))", [judged]
    ).fetchall()
    known = {str(record_id) for (record_id,) in found}
    return sorted({one for pair in ties for one in pair if not known.isdisjoint(pair)} - known)
