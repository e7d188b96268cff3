"""Rows of a scope about a few records or events, found without a walk over all of them.

The rule of the scope is that of ``records.snapshot.scoped`` and stands there alone: here it is asked of fewer rows. For
the length of one sub-query the names of the tables stand for those of their rows that can matter to the answer.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import duckdb

from records.errors import BadInput
from records.scope import Addition, Scope
from records.snapshot.schema import RESOLVED_TABLES
from records.snapshot.scoped import ENDS, condition, guarded_labels, rows_in_scope, told_columns

# More ids than this are no longer few: to list them in a query takes longer than to read the table.
FEW: Final = 2_000
# More rows than any table has.
_ALL: Final = 10**15
_HAS_SCOPE: Final = re.compile(r"\bscope VARCHAR")


def among(column: str, ids: Iterable[str]) -> str:
    """SQL that ``column`` is one of ``ids``, spelled out: an index is used for constants alone."""
    listed = ", ".join(_literal(one) for one in sorted(set(ids)))
    return f"{column} IN ({listed})" if listed else "FALSE"


class RowsAbout:
    """The rows of one scope about a few records or events, for the reads of one connection on one snapshot.

    What the scope holds of what the rows point at is asked first, by index, and of each record and event once: so the
    query that is left is short. To plan a long one takes ten times as long as to find the rows.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
        self._connection = connection
        self._scope = scope
        self._guarded_labels: frozenset[int] | None = None
        # Of each record and event that was asked about: whether it is held, and whether it is guarded.
        self._known: dict[str, dict[str, tuple[bool, bool]]] = {"record": {}, "event": {}}

    def rows(self, table: str, column: str, ids: Collection[str]) -> str:
        """SQL of a sub-query, in brackets: the rows of ``rows_in_scope(table, scope)`` whose ``column`` is one of ``ids``.

        ``column`` is one of the table's ends (``record_id``, ``other_record_id``, ``event_id``). What stands at the other
        ends is read at once, so the sub-query serves this connection's snapshot.

        Raises:
            BadInput: ``table`` is no row table with a label.
        """
        if len(ids) > FEW:
            return (
                f"(SELECT t.* FROM {rows_in_scope(table, self._scope)} t WHERE {among(f't.{column}', ids)})"
            )
        near = self._pointed_at(table, column, ids)
        held = self._held(table, near)
        scope = _narrowed(self._scope, near["record"], near["event"])
        named = {table: among(column, ids)}
        if table == "thing_use" and held.guarded_events:
            # Whether a phone in police intelligence is told to be somebody's rests on their own part in it.
            named["involvement"] = among(column, ids)
        read = ", ".join(f"{name} AS {_read_first(f'main.{name}', asked)}" for name, asked in named.items())
        return f"(WITH {read} SELECT {told_columns(table, held)} FROM {table} t WHERE {condition(table, scope, held)})"

    def _pointed_at(self, table: str, column: str, ids: Collection[str]) -> dict[str, set[str]]:
        """The records and events at the ends of the rows."""
        kinds = dict(zip(("record", "event"), ENDS.get(table, ((), ())), strict=True))
        found: dict[str, set[str]] = {"record": set(), "event": set()}
        for kind, ends in kinds.items():
            if column in ends:
                found[kind] |= set(ids)
        others = [(kind, end) for kind, ends in kinds.items() for end in ends if end != column]
        if others and ids:
            columns = ", ".join(end for _, end in others)
            rows = self._connection.execute(
                f"SELECT DISTINCT {columns} FROM main.{table} WHERE {among(column, ids)}"
            ).fetchall()
            for place, (kind, _) in enumerate(others):
                found[kind] |= {row[place] for row in rows} - {None}
        return found

    def _held(self, table: str, near: dict[str, set[str]]) -> "_Few":
        """What the scope holds, and guards, of the records and events that rows of the table point at."""
        labels = self._labels() if near["event"] else frozenset[int]()
        if table not in near:
            self._learn("record", near["record"])
            self._learn("event", near["event"])
        held = {
            kind: {one for one in ids if self._known[kind].get(one, _ASTRAY)[0]} for kind, ids in near.items()
        }
        guarded = {one for one in near["event"] if self._known["event"].get(one, _ASTRAY)[1]}
        return _Few(held, labels, guarded)

    def _labels(self) -> frozenset[int]:
        if self._guarded_labels is None:
            rows = self._connection.execute(guarded_labels(self._scope)).fetchall()
            self._guarded_labels = frozenset(label_id for (label_id,) in rows)
        return self._guarded_labels

    def _learn(self, kind: str, ids: set[str]) -> None:
        known = self._known[kind]
        new = ids - known.keys()
        if not new:
            return
        records, events = (new, set[str]()) if kind == "record" else (set[str](), new)
        asked = condition(kind, _narrowed(self._scope, records, events), _Few({}, frozenset(), set()))
        rows = self._connection.execute(
            f"""SELECT t.{kind}_id, t.label_id, {asked}
                FROM (SELECT {kind}_id, label_id FROM main.{kind} WHERE {among(f"{kind}_id", new)}) t"""
        ).fetchall()
        guarding = self._labels() if kind == "event" else frozenset[int]()
        for one, label_id, held in rows:
            before = known.get(one, _ASTRAY)
            known[one] = (before[0] or bool(held), before[1] or label_id in guarding)
        known.update(dict.fromkeys(new - known.keys(), _ASTRAY))


_ASTRAY: Final = (False, False)


@dataclass(frozen=True, slots=True)
class _Few:
    """What is held and guarded of a few records and events, spelled out; a ``Held``."""

    held: Mapping[str, Collection[str]]
    guarded_labels: frozenset[int]
    guarded_events: Collection[str]

    def holds(self, table: str, column: str) -> str:
        return among(column, self.held[table])

    def guards_label(self, column: str) -> str:
        listed = ", ".join(str(int(label_id)) for label_id in sorted(self.guarded_labels))
        return f"{column} IN ({listed})" if listed else "FALSE"

    def guards_event(self, column: str) -> str:
        return among(column, self.guarded_events)


def rows_about(
    connection: duckdb.DuckDBPyConnection, table: str, scope: Scope, column: str, ids: Collection[str]
) -> str:
    """``RowsAbout.rows``, where a read asks once."""
    return RowsAbout(connection, scope).rows(table, column, ids)


def _narrowed(scope: Scope, records: Collection[str], events: Collection[str]) -> Scope:
    """The scope with those of the ids that it names which are among the few."""
    return replace(
        scope,
        added_record_ids=scope.added_record_ids.intersection(records),
        removed_record_ids=scope.removed_record_ids.intersection(records),
        added_event_ids=scope.added_event_ids.intersection(events),
        removed_event_ids=scope.removed_event_ids.intersection(events),
        additions=tuple(
            Addition(one.record_ids.intersection(records), one.event_ids.intersection(events), one.label_ids)
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
    # By itself, since the database uses an index only where nothing else is asked of the table: no condition passes a
    # LIMIT. It is not materialised, as that reads every column of the rows, which costs five times what a page asks for.
    return f"NOT MATERIALIZED (SELECT * FROM {table} WHERE {condition} LIMIT {_ALL})"


def _literal(text: str) -> str:
    # Ids come from the agencies: a quote in one is doubled, so that it stays inside its literal.
    return "'" + text.replace("'", "''") + "'"
