"""The one place that says in SQL which rows a scope holds; every room filters through it.

Who gave a piece of police intelligence is kept back here too, and not where answers are made: so no edge, count, finding,
file or sentence is ever made of it, in the build or on demand.
"""

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

INTELLIGENCE: Final = "police_intelligence"
SOURCE_ROLE: Final = "reporter"


def rows_in_scope(table: str, scope: Scope) -> str:
    """SQL of a sub-query, in brackets, that gives the rows of the row table ``table`` that ``scope`` holds.

    The rule is that of ``records.scope.Scope``. Use it wherever a table's name would stand after FROM or JOIN.

    Raises:
        BadInput: ``table`` is no row table with a label.
    """
    if table not in ENDS:
        raise BadInput(f"{table} is not a table of labelled rows; those are {', '.join(sorted(ENDS))}.")
    told = "t.*"
    if table == "event":
        told = f"""t.* REPLACE (CASE WHEN t.label_id IN ({_guarded_labels(scope)}) THEN NULL
            ELSE t.referrer END AS referrer)"""
    return f"(SELECT {told} FROM {table} t WHERE {' AND '.join(_conditions(table, scope))})"


def source_parts(scope: Scope) -> str:
    """SQL of a sub-query, in brackets: (event_id, record_id, label_id) of the parts that ``scope`` holds back as a source's.

    Whatever its label, whoever gave a piece of police intelligence has no such part for the reader.
    """
    return (
        f"(SELECT event_id, record_id, label_id FROM involvement t WHERE t.role = '{SOURCE_ROLE}' AND "
        f"(t.label_id IN ({_guarded_labels(scope)}) OR t.event_id IN ({_guarded_events(scope)})))"
    )


def _conditions(table: str, scope: Scope) -> list[str]:
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
    conditions += [f"t.{column} IN {_keys('record', scope)}" for column in records]
    conditions += [f"(t.{column} IS NULL OR t.{column} IN {_keys('event', scope)})" for column in events]
    if table == "involvement":
        conditions.append(_tells_no_source(scope))
    if table == "thing_use":
        conditions.append(_used_by_no_source(scope))
    return conditions


def _keys(table: str, scope: Scope) -> str:
    """SQL of the ids of the records, or events, of a scope; fewer columns for the database to carry along."""
    return f"(SELECT t.{table}_id FROM {table} t WHERE {' AND '.join(_conditions(table, scope))})"


def _allowed(table: str, scope: Scope) -> str:
    """That a row's own label is allowed, or opened by an addition that names one of its ends."""
    usual = Addition(scope.added_record_ids, scope.added_event_ids, scope.granted_label_ids)
    opened = [_opened(addition, *ENDS[table]) for addition in (usual, *scope.additions)]
    return f"({' OR '.join([_label(scope.label_ids), *opened])})"


def _tells_no_source(scope: Scope) -> str:
    """That a part is not that of whoever gave a piece of police intelligence, told by its own label or the event's."""
    return (
        f"(t.role IS DISTINCT FROM '{SOURCE_ROLE}' OR NOT (t.label_id IN ({_guarded_labels(scope)}) "
        f"OR t.event_id IN ({_guarded_events(scope)})))"
    )


def _used_by_no_source(scope: Scope) -> str:
    """That a phone or vehicle of a piece of police intelligence is that of somebody with a part in it that is told.

    Its record and event are in the scope by the conditions before; what is left to ask is the part.
    """
    events = _guarded_events(scope)
    return (
        f"(t.event_id IS NULL OR t.event_id NOT IN ({events}) OR (t.record_id, t.event_id) IN ("
        f"SELECT (t.record_id, t.event_id) FROM involvement t WHERE {_allowed('involvement', scope)} "
        f"AND t.role IS DISTINCT FROM '{SOURCE_ROLE}' AND t.event_id IN ({events})))"
    )


def _guarded_labels(scope: Scope) -> str:
    open_to_reader = ", ".join(str(int(label_id)) for label_id in sorted(scope.source_label_ids))
    but = f" AND label_id NOT IN ({open_to_reader})" if open_to_reader else ""
    return f"SELECT label_id FROM label WHERE category = '{INTELLIGENCE}'{but}"


def _guarded_events(scope: Scope) -> str:
    return f"SELECT event_id FROM event WHERE label_id IN ({_guarded_labels(scope)})"


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
