"""The one place that says in SQL which rows a scope holds; every room filters through it."""

from collections.abc import Iterable
from typing import Final

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


def rows_in_scope(table: str, scope: Scope) -> str:
    """SQL of a sub-query, in brackets, that gives the rows of the row table ``table`` that ``scope`` holds.

    The rule is that of ``records.scope.Scope``. Use it wherever a table's name would stand after FROM or JOIN.

    Raises:
        BadInput: ``table`` is no row table with a label.
    """
    if table not in ENDS:
        raise BadInput(f"{table} is not a table of labelled rows; those are {', '.join(sorted(ENDS))}.")
    records, events = ENDS[table]
    if table in ("record", "event"):
        added, removed = (
            (scope.added_record_ids, scope.removed_record_ids)
            if table == "record"
            else (scope.added_event_ids, scope.removed_event_ids)
        )
        key = f"t.{table}_id"
        return (
            f"(SELECT t.* FROM {table} t WHERE ({_label(scope.label_ids)} OR {_among(key, added)}) "
            f"AND NOT {_among(key, removed)})"
        )
    usual = Addition(scope.added_record_ids, scope.added_event_ids, scope.granted_label_ids)
    opened = [_opened(addition, records, events) for addition in (usual, *scope.additions)]
    conditions = [f"({' OR '.join([_label(scope.label_ids), *opened])})"]
    conditions += [
        f"t.{column} IN (SELECT record_id FROM {rows_in_scope('record', scope)})" for column in records
    ]
    for column in events:
        inside = f"t.{column} IN (SELECT event_id FROM {rows_in_scope('event', scope)})"
        conditions.append(f"(t.{column} IS NULL OR {inside})")
    return f"(SELECT t.* FROM {table} t WHERE {' AND '.join(conditions)})"


def _opened(addition: Addition, records: tuple[str, ...], events: tuple[str, ...]) -> str:
    named = [_among(f"t.{column}", addition.record_ids) for column in records]
    named += [_among(f"t.{column}", addition.event_ids) for column in events]
    return f"({_label(addition.label_ids)} AND ({' OR '.join(named)}))"


def _label(label_ids: Iterable[int]) -> str:
    listed = ", ".join(str(int(label_id)) for label_id in sorted(label_ids))
    return f"t.label_id IN ({listed})" if listed else "FALSE"


def _among(column: str, ids: Iterable[str]) -> str:
    # Ids come from the agencies: a quote in one is doubled, so that it stays inside its literal.
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(ids))
    return f"coalesce({column} IN ({listed}), FALSE)" if listed else "FALSE"
