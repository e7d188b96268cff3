"""Rows of a scope about a few records or events, found without a walk over all of them.

The rule of the scope is that of ``records.snapshot.scoped`` and stands there alone: here it is asked of fewer rows. For
the length of one sub-query the names of the tables stand for those of their rows that can matter to the answer.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

import duckdb

from records.errors import BadInput
from records.scope import Scope
from records.snapshot.schema import RESOLVED_TABLES
from records.snapshot.scoped import ENDS, rows_in_scope

# More ids than this are no longer few: to list them in a query takes longer than to read the table.
FEW: Final = 2_000
_HAS_SCOPE: Final = re.compile(r"\bscope VARCHAR")


def among(column: str, ids: Iterable[str]) -> str:
    """SQL that ``column`` is one of ``ids``, spelled out: an index is used for constants alone."""
    listed = ", ".join(_literal(one) for one in sorted(set(ids)))
    return f"{column} IN ({listed})" if listed else "FALSE"


def rows_about(
    connection: duckdb.DuckDBPyConnection, table: str, scope: Scope, column: str, ids: Collection[str]
) -> str:
    """SQL of a sub-query, in brackets: the rows of ``rows_in_scope(table, scope)`` whose ``column`` is one of ``ids``.

    ``column`` is one of the table's ends (``record_id``, ``other_record_id``, ``event_id``). What stands at the other
    ends is read from the snapshot at once, so the sub-query serves this connection's snapshot.

    Raises:
        BadInput: ``table`` is no row table with a label.
    """
    if len(ids) > FEW:
        return f"(SELECT t.* FROM {rows_in_scope(table, scope)} t WHERE {among(f't.{column}', ids)})"
    records, events = ENDS[table]
    known = {column: set(ids)}
    others = [end for end in (*records, *events) if end != column]
    if others:
        rows = connection.execute(
            f"SELECT DISTINCT {', '.join(others)} FROM main.{table} WHERE {among(column, ids)}"
        ).fetchall()
        known |= {end: {row[place] for row in rows} - {None} for place, end in enumerate(others)}
    narrowed = {table: among(column, ids)}
    for name, ends in (("record", records), ("event", events)):
        if ends and name != table:
            narrowed[name] = among(f"{name}_id", set[str]().union(*(known[end] for end in ends)))
    if table == "thing_use":
        # Whether a phone in police intelligence is told to be somebody's rests on their own part in it.
        narrowed["involvement"] = among(column, ids)
    named = ", ".join(
        f"{name} AS {_read_first(f'main.{name}', condition)}" for name, condition in narrowed.items()
    )
    asked = _asked_of(
        scope,
        set[str]().union(*(known[end] for end in records)),
        set[str]().union(*(known[end] for end in events)),
    )
    return f"(WITH {named} SELECT t.* FROM {rows_in_scope(table, asked)} t)"


def _asked_of(scope: Scope, record_ids: Collection[str], event_ids: Collection[str]) -> Scope:
    """The scope as far as it speaks of these ids: the same rule for their rows, in a query as long as they are many.

    A meeting's list names thousands of records; a query about three of them would take longer to read than to answer.
    """
    return replace(
        scope,
        added_record_ids=scope.added_record_ids.intersection(record_ids),
        added_event_ids=scope.added_event_ids.intersection(event_ids),
        removed_record_ids=scope.removed_record_ids.intersection(record_ids),
        removed_event_ids=scope.removed_event_ids.intersection(event_ids),
        additions=tuple(
            replace(
                one,
                record_ids=one.record_ids.intersection(record_ids),
                event_ids=one.event_ids.intersection(event_ids),
            )
            for one in scope.additions
        ),
    )


def stored_about(table: str, scope: Scope, column: str, ids: Collection[str]) -> str:
    """SQL of a sub-query, in brackets: what the build made for a standing scope, where ``column`` is one of ``ids``.

    Raises:
        BadInput: ``table`` holds nothing by scope.
    """
    if not _HAS_SCOPE.search(RESOLVED_TABLES.get(table, "")):
        raise BadInput(f"{table} does not hold what was made for a scope.")
    of_scope = f"scope = {_literal(scope.name)}"
    if len(ids) > FEW:
        return f"(SELECT * FROM {table} WHERE {of_scope} AND {among(column, ids)})"
    return f"(WITH found AS {_read_first(table, among(column, ids))} SELECT * FROM found WHERE {of_scope})"


def _read_first(table: str, condition: str) -> str:
    # By itself, since the database uses an index only where nothing else is asked of the table.
    return f"MATERIALIZED (SELECT * FROM {table} WHERE {condition})"


def _literal(text: str) -> str:
    # Ids come from the agencies: a quote in one is doubled, so that it stays inside its literal.
    return "'" + text.replace("'", "''") + "'"
