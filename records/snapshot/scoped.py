"""The one place that says in SQL which rows a scope holds; every room filters through it.

Who gave a piece of police intelligence is kept back here too, and not where answers are made: so no edge, count, finding,
file or sentence is ever made of it, in the build or on demand.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Protocol

from records.errors import BadInput
from records.scope import Addition, Scope

# The columns of each row table that point at a record or an event: its ends, in the order (records, events).
ENDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "record": (("record_id",), ()),
    "name": (("record_id",), ()),
    "identifier": (("record_id",), ()),
    "address_spell": (("record_id",), ()),
    "thing_use": (("record_id",), ("event_id",)),
    "organisation_tie": (("record_id",), ()),
    "relationship": (("record_id", "other_record_id"), ()),
    "event": ((), ("event_id",)),
    "involvement": (("record_id",), ("event_id",)),
    "risk_answer": (("record_id",), ("event_id",)),
    "contact_arrangement": (("record_id",), ()),
}

INTELLIGENCE: Final = "police_intelligence"
SOURCE_ROLE: Final = "reporter"


class Held(Protocol):
    """How it is asked whether what a row points at is held, and guarded; SQL conditions on a column of ``t``."""

    def holds(self, table: str, column: str) -> str:
        """That the scope holds the record, or event, which the column names."""
        ...

    def guards_label(self, column: str) -> str:
        """That the label is one of police intelligence whose source the reader is not told."""
        ...

    def guards_event(self, column: str) -> str:
        """That the event is such a piece of police intelligence; never NULL where the column is not."""
        ...


def rows_in_scope(table: str, scope: Scope) -> str:
    """SQL of a sub-query, in brackets, that gives the rows of the row table ``table`` that ``scope`` holds.

    The rule is that of ``records.scope.Scope``. Use it wherever a table's name would stand after FROM or JOIN.

    Raises:
        BadInput: ``table`` is no row table with a label.
    """
    everywhere = _Everywhere(scope)
    return f"(SELECT {told_columns(table, everywhere)} FROM {table} t WHERE {condition(table, scope, everywhere)})"


def told_columns(table: str, held: Held) -> str:
    """SQL of what a row ``t`` of ``table`` tells: the words for a source are not among it."""
    if table != "event":
        return "t.*"
    return (
        f"t.* REPLACE (CASE WHEN {held.guards_label('t.label_id')} THEN NULL ELSE t.referrer END AS referrer)"
    )


def condition(table: str, scope: Scope, held: Held) -> str:
    """SQL of whether ``scope`` holds the row ``t`` of the row table ``table``; ``held`` says of what it points at.

    Raises:
        BadInput: ``table`` is no row table with a label.
    """
    if table not in ENDS:
        raise BadInput(f"{table} is not a table of labelled rows; those are {', '.join(sorted(ENDS))}.")
    return " AND ".join(_conditions(table, scope, held))


def source_parts(scope: Scope) -> str:
    """SQL of a sub-query, in brackets: (event_id, record_id, label_id) of the parts that ``scope`` holds back as a source's.

    Whatever its label, whoever gave a piece of police intelligence has no such part for the reader.
    """
    return (
        f"(SELECT event_id, record_id, label_id FROM involvement t WHERE t.role = '{SOURCE_ROLE}' AND "
        f"({_Everywhere(scope).guards_label('t.label_id')} OR {_Everywhere(scope).guards_event('t.event_id')}))"
    )


class _Everywhere:
    """Asks the whole tables."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def holds(self, table: str, column: str) -> str:
        # The ids alone: fewer columns for the database to carry along.
        return f"{column} IN (SELECT t.{table}_id FROM {table} t WHERE {condition(table, self._scope, self)})"

    def guards_label(self, column: str) -> str:
        return f"{column} IN ({guarded_labels(self._scope)})"

    def guards_event(self, column: str) -> str:
        return f"{column} IN (SELECT event_id FROM event WHERE {self.guards_label('label_id')})"


def guarded_labels(scope: Scope) -> str:
    """SQL of the labels of police intelligence whose source ``scope`` does not tell."""
    open_to_reader = ", ".join(str(int(label_id)) for label_id in sorted(scope.source_label_ids))
    but = f" AND label_id NOT IN ({open_to_reader})" if open_to_reader else ""
    return f"SELECT label_id FROM label WHERE category = '{INTELLIGENCE}'{but}"


def _conditions(table: str, scope: Scope, held: Held) -> list[str]:
    records, events = ENDS[table]
    if table in ("record", "event"):
        added, removed = (
            (scope.added_record_ids, scope.removed_record_ids)
            if table == "record"
            else (scope.added_event_ids, scope.removed_event_ids)
        )
        key = f"t.{table}_id"
        return [f"({_label(scope.label_ids)} OR {_among(key, added)})", f"NOT {_among(key, removed)}"]
    conditions = [_allowed(table, scope)]
    conditions += [held.holds("record", f"t.{column}") for column in records]
    conditions += [f"(t.{column} IS NULL OR {held.holds('event', f't.{column}')})" for column in events]
    if table == "involvement":
        conditions.append(_tells_no_source(held))
    if table == "thing_use":
        conditions.append(_used_by_no_source(scope, held))
    return conditions


def _allowed(table: str, scope: Scope) -> str:
    """That a row's own label is allowed, or opened by an addition that names one of its ends."""
    usual = Addition(scope.added_record_ids, scope.added_event_ids, scope.granted_label_ids)
    opened = [_opened(addition, *ENDS[table]) for addition in (usual, *scope.additions)]
    return f"({' OR '.join([_label(scope.label_ids), *opened])})"


def _tells_no_source(held: Held) -> str:
    """That a part is not that of whoever gave a piece of police intelligence, told by its own label or the event's."""
    return (
        f"(t.role IS DISTINCT FROM '{SOURCE_ROLE}' OR NOT ({held.guards_label('t.label_id')} "
        f"OR {held.guards_event('t.event_id')}))"
    )


def _used_by_no_source(scope: Scope, held: Held) -> str:
    """That a phone or vehicle of a piece of police intelligence is that of somebody with a part in it that is told.

    Its record and event are in the scope by the conditions before; what is left to ask is the part.
    """
    guarded = held.guards_event("t.event_id")
    return (
        f"(t.event_id IS NULL OR NOT ({guarded}) OR (t.record_id, t.event_id) IN ("
        f"SELECT (t.record_id, t.event_id) FROM involvement t WHERE {_allowed('involvement', scope)} "
        f"AND t.role IS DISTINCT FROM '{SOURCE_ROLE}' AND {guarded}))"
    )


def _opened(addition: Addition, records: tuple[str, ...], events: tuple[str, ...]) -> str:
    named = [_among(f"t.{column}", addition.record_ids) for column in records]
    named += [_among(f"t.{column}", addition.event_ids) for column in events]
    return f"({_label(addition.label_ids)} AND ({' OR '.join(named)}))"


def _label(label_ids: Iterable[int]) -> str:
    # As ranges: of a list of more than a few numbers the database makes a table and a join.
    listed = sorted(int(label_id) for label_id in label_ids)
    if not listed:
        return "FALSE"
    breaks = [place for place, (one, two) in enumerate(pairwise(listed), 1) if two - one > 1]
    starts, ends = [0, *breaks], [*breaks, len(listed)]
    ranges = [
        f"t.label_id BETWEEN {listed[first]} AND {listed[end - 1]}"
        for first, end in zip(starts, ends, strict=True)
    ]
    return f"({' OR '.join(ranges)})"


def _among(column: str, ids: Iterable[str]) -> str:
    # Ids come from the agencies: a quote in one is doubled, so that it stays inside its literal.
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(ids))
    return f"coalesce({column} IN ({listed}), FALSE)" if listed else "FALSE"
