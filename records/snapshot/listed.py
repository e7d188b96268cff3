"""The few rows of a scope that names each of its records and events, in place of the tables that hold everybody's.

The rule of the scope stays that of ``records.snapshot.scoped``, and so does every query: they meet fewer rows. A meeting's
list is such a scope; without this, each question about its people would walk through the rows of the whole hub.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.about import FEW, among
from records.snapshot.scoped import ENDS

# Beyond this, to set rows apart costs what it saves.
MOST_LISTED: Final = 20_000


def is_listed(scope: Scope) -> bool:
    """Whether the scope holds no rows but those about records and events that it names, and these are few."""
    named = len(scope.added_record_ids) + len(scope.added_event_ids)
    return not scope.label_ids and not scope.standing and named <= MOST_LISTED


@contextmanager
def listed_rows(connection: duckdb.DuckDBPyConnection, scope: Scope) -> Iterator[None]:
    """Let each row table hold nothing but rows whose first end the scope names, where ``is_listed`` says so of it.

    A temporary table hides the stored one of its name, so rows outside the scope are not met within; one such block does
    not hold another.
    """
    if not is_listed(scope):
        yield
        return
    made: list[str] = []
    try:
        for table, (records, _) in ENDS.items():
            column, ids = (
                (records[0], scope.added_record_ids) if records else ("event_id", scope.added_event_ids)
            )
            _set_apart(connection, table, column, ids)
            made.append(table)
        yield
    finally:
        for table in made:
            connection.execute(f"DROP TABLE temp.{table}")


def _set_apart(connection: duckdb.DuckDBPyConnection, table: str, column: str, ids: Collection[str]) -> None:
    kept = f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} WHERE"
    if len(ids) <= FEW:
        connection.execute(f"{kept} {among(column, ids)}")
    else:
        connection.execute(f"{kept} {column} IN (SELECT unnest($1::VARCHAR[]))", [sorted(ids)])
