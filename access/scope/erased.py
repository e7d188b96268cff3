"""What the ledger erased that the snapshot at hand still holds: no reader is shown it, from the next request on."""

from collections.abc import Collection

import duckdb
import pyarrow as pa

from records.erasure import ErasedRows
from records.snapshot import LeftOut


def left_out_of(connection: duckdb.DuckDBPyConnection, erased: ErasedRows | None) -> LeftOut:
    """The erased rows that a snapshot holds: one look at each of its ids."""
    if erased is None:
        return LeftOut()
    gone_events = _held(connection, erased, "event", erased.events)
    inactive = _held(connection, erased, "record", erased.inactive_records)
    if inactive:
        seen_again = connection.execute(
            """SELECT DISTINCT record_id FROM involvement WHERE record_id IN (SELECT unnest($1::VARCHAR[]))
               AND event_id NOT IN (SELECT unnest($2::VARCHAR[]))""",
            [sorted(inactive), sorted(gone_events)],
        ).fetchall()
        inactive -= {record_id for (record_id,) in seen_again}
    return LeftOut(
        inactive | _held(connection, erased, "record", erased.records),
        gone_events,
        _held(connection, erased, "event", erased.reduced_events),
    )


def _held(
    connection: duckdb.DuckDBPyConnection, erased: ErasedRows, kind: str, digests: Collection[str]
) -> frozenset[str]:
    """The ids of a table, ``record`` or ``event``, that these digests stand for."""
    if not digests:
        return frozenset()
    connection.register("known_digest", pa.table({"digest": pa.array(sorted(digests), pa.string())}))
    try:
        rows = connection.execute(
            f"""SELECT {kind}_id FROM {kind}
                WHERE {erased.key.sql(kind, f"{kind}_id")} IN (SELECT digest FROM known_digest)"""
        ).fetchall()
    finally:
        connection.unregister("known_digest")
    return frozenset(one for (one,) in rows)
