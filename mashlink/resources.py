"""How much of the machine a DuckDB connection may use."""

import duckdb

from mashlink.settings import Settings


def limit_resources(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Bound threads and memory; beyond the memory DuckDB spills to a folder beside the snapshot instead of dying."""
    connection.execute(f"SET threads = {settings.threads}")
    connection.execute(f"SET memory_limit = '{settings.memory_limit_gb:g}GB'")


def shared_by(processes: int, settings: Settings) -> Settings:
    """The settings of one of several processes that serve together: each takes its share of the threads."""
    return settings.model_copy(update={"threads": max(1, settings.threads // processes)})
