"""The one place where snapshot files are opened, and so where encryption at rest has its place."""

from pathlib import Path

import duckdb

from records.errors import StoreUnavailable
from records.snapshot.schema import TABLES


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open the snapshot file ``path``. Raises ``duckdb.Error`` when it is not one."""
    return duckdb.connect(str(path), read_only=read_only)


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published snapshot read-only. Raises ``StoreUnavailable`` when it is damaged."""
    try:
        connection = connect(path, read_only=True)
    except duckdb.Error as error:
        raise StoreUnavailable(_damaged(path, error)) from None
    try:
        missing = missing_tables(connection)
    except duckdb.Error as error:
        connection.close()
        raise StoreUnavailable(_damaged(path, error)) from None
    if missing:
        connection.close()
        raise StoreUnavailable(_damaged(path, f"it lacks the tables {', '.join(missing)}"))
    return connection


def missing_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the contract that the open snapshot does not have, sorted."""
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    return sorted(set(TABLES) - {str(row[0]) for row in found})


def _damaged(path: Path, reason: object) -> str:
    first = str(reason).splitlines()[0]
    return f"{path.name}: the snapshot cannot be used ({first}); run mashlink build again"
