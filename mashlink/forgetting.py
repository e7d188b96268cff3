"""What a build does the first time after an erasure, so that nothing of the erased comes over from the last snapshot."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa

from records.erasure import ErasedRows
from records.snapshot import SnapshotBuild, attach_snapshot


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Whether the last snapshot (``previous_path``) holds what was erased since.

    Then everything is linked anew, because a copied file keeps old bytes in its free room; the history of ids leaves
    the erased records out; and publishing removes the snapshots before.
    """

    is_due: bool
    previous_path: Path | None
    erased: ErasedRows | None

    @classmethod
    def of(cls, snapshot: SnapshotBuild, erasures: int, erased: ErasedRows | None) -> Self:
        """Compare the ledger's number of erasures with the one that the last snapshot carried out."""
        path = snapshot.previous_path
        is_due = path is not None and erasures > _carried_out(snapshot.connection, path)
        snapshot.forgets_previous = is_due
        return cls(is_due, path, erased)

    def list_records(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Fill temporary ``forgotten_record`` with what the last snapshot's history of ids must not hand on."""
        erased = self.erased
        if not self.is_due or erased is None or self.previous_path is None:
            return
        digests = sorted(erased.records | erased.inactive_records)
        connection.register("known_digest", pa.table({"digest": pa.array(digests, pa.string())}))
        attach_snapshot(connection, self.previous_path, "previous_build")
        try:
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE forgotten_record AS
                    SELECT record_id FROM (SELECT DISTINCT record_id FROM previous_build.identity)
                    WHERE {erased.key.sql("record", "record_id")} IN (SELECT digest FROM known_digest)"""
            )
        finally:
            connection.execute("DETACH previous_build")
            connection.unregister("known_digest")


def _carried_out(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    attach_snapshot(connection, path, "previous_build")
    try:
        known = connection.execute(
            "SELECT 1 FROM duckdb_columns() WHERE database_name = 'previous_build' AND table_name = 'build'"
            " AND column_name = 'erasures'"
        ).fetchall()
        if not known:  # a snapshot of an earlier version
            return 0
        row = connection.execute("SELECT coalesce(max(erasures), 0) FROM previous_build.build").fetchone()
        return int(row[0]) if row else 0
    finally:
        connection.execute("DETACH previous_build")
