"""Databases that print nothing of their own accord."""

from collections.abc import Mapping
from pathlib import Path

import duckdb


def open_database(
    path: Path | str = ":memory:", *, read_only: bool = False, config: Mapping[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection without a progress bar. Raises ``duckdb.Error`` as ``duckdb.connect`` does.

    DuckDB draws one on standard output for whatever takes over two seconds, wherever it takes the program for an
    interactive one: a program started by ``python -m`` too, whose file is not known yet when DuckDB is loaded. Standard
    output is where our processes answer.
    """
    connection = duckdb.connect(str(path), read_only=read_only, config=dict(config or {}))
    # Not by ``config``: two connections of one process to one file may not differ in what they are opened with.
    connection.execute("SET enable_progress_bar = false")
    return connection
