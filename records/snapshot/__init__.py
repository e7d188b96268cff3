"""The snapshot: one immutable DuckDB file per build, its tables, and the store that publishes it."""

from records.snapshot.encryption import SnapshotKeys, SnapshotLocked
from records.snapshot.opening import attach_snapshot, cursor_on
from records.snapshot.remaining import RemainingSnapshot
from records.snapshot.remaining_lists import LeftOut
from records.snapshot.schema import RESOLVED_TABLES, ROW_TABLES, TABLES, create_table
from records.snapshot.scoped import rows_in_scope
from records.snapshot.store import SnapshotBuild, Store

__all__ = [
    "RESOLVED_TABLES",
    "ROW_TABLES",
    "TABLES",
    "LeftOut",
    "RemainingSnapshot",
    "SnapshotBuild",
    "SnapshotKeys",
    "SnapshotLocked",
    "Store",
    "attach_snapshot",
    "create_table",
    "cursor_on",
    "rows_in_scope",
]
