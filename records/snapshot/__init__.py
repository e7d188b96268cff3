"""The snapshot: one immutable DuckDB file per build, its tables, and the store that publishes it."""

from records.snapshot.schema import RESOLVED_TABLES, ROW_TABLES, TABLES, create_table
from records.snapshot.scoped import rows_in_scope
from records.snapshot.store import SnapshotBuild, Store

__all__ = [
    "RESOLVED_TABLES",
    "ROW_TABLES",
    "TABLES",
    "SnapshotBuild",
    "Store",
    "create_table",
    "rows_in_scope",
]
