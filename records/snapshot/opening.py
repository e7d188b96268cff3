"""The one place where snapshot files are opened, plain or encrypted."""

import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

import duckdb

from records.database import open_database
from records.errors import StoreUnavailable
from records.snapshot.encryption import (
    ATTACHED_AS,
    SnapshotKeys,
    SnapshotLocked,
    is_encrypted,
    open_by_some_key,
    open_with_key,
)
from records.snapshot.schema import TABLES

# The database in memory that stands before a snapshot from which rows are left out (records/snapshot/remaining.py).
REMAINING = "remaining"
# The variable of a connection that holds the keys it may attach other snapshots with, so that they need not be passed
# through every stage of a build.
_KEYS_VARIABLE = "snapshot_keys"
SPILL_ENDING: Final = ".spill"
_PROCESS: Final = secrets.token_hex(4)


def connect_new(path: Path, keys: SnapshotKeys) -> duckdb.DuckDBPyConnection:
    """Open ``path`` for writing, made when not there, encrypted when there are keys. Raises ``duckdb.Error``."""
    if not keys.keys:
        return _spilling_apart(open_database(path), path)
    connection = open_with_key(path, keys.keys[0], read_only=False)
    _remember(connection, keys)
    return _spilling_apart(connection, path)


def connect_to_read(path: Path, keys: SnapshotKeys) -> duckdb.DuckDBPyConnection:
    """Open ``path`` read-only. Raises ``duckdb.Error`` when it is no snapshot, SnapshotLocked when no key fits."""
    if path.is_file() and is_encrypted(path):
        connection = open_by_some_key(path, keys)
        _remember(connection, keys)
    else:
        connection = open_database(path, read_only=True)
    return _spilling_apart(connection, path)


def spill_folder(path: Path) -> Path:
    """Where this process puts what its queries on the snapshot ``path`` cannot hold in memory; made when it is needed.

    Beside the snapshot, so that it is as private, and goes with it when the process was killed.
    """
    return path.with_name(f"{path.name}.{os.getpid()}-{_PROCESS}{SPILL_ENDING}")


def connect_beside(path: Path, keys: SnapshotKeys) -> duckdb.DuckDBPyConnection:
    """Open ``path`` read-only beside a database in memory, which a plain file opened by itself allows none of.

    Raises as ``connect_to_read``.
    """
    if is_encrypted(path):
        return open_by_some_key(path, keys)
    connection = open_database()
    quoted = str(path).replace("'", "''")
    # Where a query that needs more than memory would spill by itself is the folder that the process was started in.
    connection.execute(f"SET temp_directory = '{quoted}.tmp'")
    connection.execute(f"ATTACH '{quoted}' AS {ATTACHED_AS} (READ_ONLY)")
    connection.execute(f"USE {ATTACHED_AS}")
    return connection


def open_published(
    path: Path, keys: SnapshotKeys, needed: Collection[str] = TABLES
) -> duckdb.DuckDBPyConnection:
    """Open a published snapshot that has the tables ``needed`` read-only.

    Raises StoreUnavailable when it is damaged, SnapshotLocked when it is encrypted and no key fits.
    """
    try:
        connection = connect_to_read(path, keys)
    except (duckdb.Error, OSError) as error:
        raise StoreUnavailable(_damaged(path, error)) from None
    try:
        missing = missing_tables(connection, needed)
    except duckdb.Error as error:
        connection.close()
        raise StoreUnavailable(_damaged(path, error)) from None
    if missing:
        connection.close()
        raise StoreUnavailable(
            _damaged(path, f"another version of mashlink made it, without the tables {', '.join(missing)}")
        )
    return connection


def open_to_serve(path: Path, keys: SnapshotKeys) -> duckdb.DuckDBPyConnection:
    """As ``open_published``, for readers: raises SnapshotLocked also for a plain file where keys are set.

    Otherwise whoever can write to the store could put a file of their own making in the place of an encrypted one.
    """
    connection = open_published(path, keys)
    if keys.keys and not is_encrypted(path):
        connection.close()
        raise SnapshotLocked(
            f"{path.name}: the snapshot is not encrypted, though snapshot_key_file is set; run mashlink build, "
            "which writes an encrypted one"
        )
    return connection


def cursor_on(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A second cursor on the same snapshot, or on what remains of it.

    DuckDB's own begins in the first database of the process, which neither those nor an encrypted snapshot are.
    """
    cursor = connection.cursor()
    # Asked for, not tried: an error looks through the whole catalogue for names like it, at every read.
    attached = "SELECT database_name FROM duckdb_databases() WHERE database_name IN (?, ?) ORDER BY 1"
    found = cursor.execute(attached, [REMAINING, ATTACHED_AS]).fetchone()
    if found is not None:
        cursor.execute(f"USE {found[0]}")
    return cursor


def attach_snapshot(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach another snapshot of the store, read-only, as ``name``, with the keys that the connection was opened with.

    Raises SnapshotLocked when it is encrypted and none of them fits.
    """
    quoted = str(path).replace("'", "''")
    if not is_encrypted(path):
        connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        return
    row = connection.execute("SELECT getvariable(?)", [_KEYS_VARIABLE]).fetchone()
    for key in (row[0] if row else None) or []:
        with suppress(duckdb.InvalidInputException):
            connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY, ENCRYPTION_KEY '{key}')")
            return
    raise SnapshotLocked(f"{path.name}: none of the keys in snapshot_key_file opens the snapshot")


def missing_tables(connection: duckdb.DuckDBPyConnection, needed: Collection[str] = TABLES) -> list[str]:
    """The tables that the open snapshot does not have, sorted; without ``needed``, of the contract."""
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    return sorted(set(needed) - {str(row[0]) for row in found})


def _remember(connection: duckdb.DuckDBPyConnection, keys: SnapshotKeys) -> None:
    # Base64 holds no quote.
    listed = ", ".join(f"'{key}'" for key in keys.keys)
    connection.execute(f"SET VARIABLE {_KEYS_VARIABLE} = [{listed}]")


def _spilling_apart(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyConnection:
    """The connection, spilling to a folder of this process's own.

    DuckDB's own choice is one folder for each file: two processes that read it write over each other's rows there.
    """
    folder = str(spill_folder(path))
    # Asked for first: connections of one process to one file share their settings, which may be in use.
    if connection.execute("SELECT current_setting('temp_directory')").fetchone() != (folder,):
        connection.execute("SET temp_directory = ?", [folder])
    return connection


def _damaged(path: Path, reason: object) -> str:
    first = str(reason).splitlines()[0]
    return f"{path.name}: the snapshot cannot be used ({first}); run mashlink build again"
