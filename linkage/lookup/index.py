"""Tables that the build keeps for lookups, so that a description is answered without reading a column of every record.

``lookup_record`` holds what is compared of a record in one text, because a row of twenty columns costs a lookup twenty
reads, and beside it what else decides who is one person; ``lookup_key`` the keys that descriptions need beside those of blocking; ``lookup_label`` the labels of a record's
rows that are not the record's own, and the tables of ``PARTS`` the rows of such records; ``lookup_member`` and
``lookup_person`` the people of the standing scopes, named by their lowest record number; ``lookup_relationship``,
``lookup_involvement`` and ``lookup_event`` what people on demand are resolved by besides. All follow from other tables: where they are missing (a snapshot of an earlier
version, a database put together by hand) their queries stand in.
"""

import json
from collections.abc import Sequence
from typing import Final

import duckdb

from linkage.lookup.description import COLUMNS
from linkage.model.comparisons import COMPARED_COLUMNS
from linkage.pairs.blocking import BlockingRule
from linkage.pairs.moments import RESTS_ON_EVENTS
from linkage.pairs.scoring import BITS_COLUMNS
from linkage.values.comparison_rows import COMPARED_TABLES
from records.errors import StoreUnavailable

# Who says too little for the keys of blocking is still looked for; ``asks`` is said of the description here.
LOOKUP_RULES: Final = (
    BlockingRule("a phone in common", "hash('phone alone', member)", "phones"),
    BlockingRule(
        "both names, in either order",
        "CASE WHEN forename_sound IS NOT NULL AND surname_sound IS NOT NULL THEN hash('names alone',"
        " least(forename_sound, surname_sound), greatest(forename_sound, surname_sound)) END",
        asks="birth_year IS NULL",
    ),
)


def keys_expression(rules: Sequence[BlockingRule]) -> str:
    """SQL of the list of keys that ``rules`` give one comparison record; it may hold NULL."""
    lists = [
        f"[{rule.key}]" if rule.each is None else f"list_transform({rule.each}, lambda member: {rule.key})"
        for rule in rules
    ]
    return f"list_concat({', '.join(f'coalesce({keys}, [])' for keys in lists)})"


def packed(source: str) -> str:
    """SQL of what is compared of a row of ``source``, as JSON; members are named by their place in COMPARED_COLUMNS."""
    members = ", ".join(f"'{place}': {source}.{column}" for place, column in enumerate(COMPARED_COLUMNS))
    return f"to_json({{{members}}})::VARCHAR"


def json_type(kind: str) -> str | list[str]:
    """The SQL type ``kind`` as ``from_json`` writes it."""
    return [kind.removesuffix("[]")] if kind.endswith("[]") else kind


_TYPES: Final = {str(place): json_type(COLUMNS[column]) for place, column in enumerate(COMPARED_COLUMNS)}
# SQL that reads the column ``packed`` anew, and that names the columns in it.
PARSED: Final = f"from_json(packed, '{json.dumps(_TYPES)}') AS packed"
UNPACKED: Final = ", ".join(f'packed."{place}" AS {column}' for place, column in enumerate(COMPARED_COLUMNS))
# What else of a comparison record decides who is one person.
BESIDE: Final = {"feed": "VARCHAR", "duplicate_free": "BOOLEAN"} | {
    name: COLUMNS[name] for name in BITS_COLUMNS
}


def unpacked_records(source: str) -> str:
    """SQL of number, id and everything compared of ``source``: rows of ``lookup_record``, as the columns they came from."""
    beside = ", ".join(f"beside.{name}" for name in BESIDE)
    return (
        f"SELECT record_number, record_id, {UNPACKED}, {beside} FROM (SELECT record_number, record_id, {PARSED},"
        f" from_json(beside, '{json.dumps(BESIDE)}') AS beside FROM {source})"
    )


def _other_labels() -> str:
    """SQL of the labels that hold for a part of a record but not for the record: of its rows, and of events they name."""
    labels = [f"SELECT record_id, label_id FROM {name}" for name in COMPARED_TABLES if name != "record"]
    labels.append("SELECT t.record_id, e.label_id FROM thing_use t JOIN event e USING (event_id)")
    return (
        f"SELECT DISTINCT c.record_number, t.label_id FROM ({' UNION ALL '.join(labels)}) t"
        " JOIN comparison_record c ON c.record_id = t.record_id AND c.label_id <> t.label_id"
    )


_RECORD: Final = (
    f"SELECT record_number, record_id, label_id, {packed('c')} AS packed,"
    f" to_json({{{', '.join(f'{name}: c.{name}' for name in BESIDE)}}})::VARCHAR AS beside FROM comparison_record c"
)
_KEY: Final = (
    f"SELECT DISTINCT key, record_number FROM (SELECT unnest({keys_expression(LOOKUP_RULES)}) AS key, record_number"
    " FROM comparison_record) WHERE key IS NOT NULL"
)
_MEMBER: Final = """
    SELECT m.scope, c.record_number, min(c.record_number) OVER (PARTITION BY m.scope, m.person_id) AS first_number
    FROM membership m JOIN comparison_record c USING (record_id)"""
_PERSON: Final = """
    SELECT m.scope, min(c.record_number) AS first_number, to_json({
        'person_id': m.person_id, 'record_ids': list(m.record_id ORDER BY m.record_id),
        'weights': list(m.weight ORDER BY m.record_id)})::VARCHAR AS held
    FROM membership m JOIN comparison_record c USING (record_id) GROUP BY m.scope, m.person_id"""
# Every relationship from both of its ends, by the number of the one it is found by.
_RELATIONSHIP: Final = """
    SELECT a.record_number, b.record_number AS other_number, t.* FROM relationship t
    JOIN comparison_record a ON a.record_id = t.record_id JOIN comparison_record b ON b.record_id = t.other_record_id
    UNION ALL SELECT b.record_number, a.record_number, t.* FROM relationship t
    JOIN comparison_record a ON a.record_id = t.record_id JOIN comparison_record b ON b.record_id = t.other_record_id"""
# The parts and events of the few records that a moment may tie to another.
_INVOLVEMENT: Final = f"""
    SELECT c.record_number, i.* FROM involvement i JOIN comparison_record c USING (record_id) WHERE c.record_number IN (
        SELECT number_a FROM tied_pair WHERE {RESTS_ON_EVENTS} UNION SELECT number_b FROM tied_pair WHERE {RESTS_ON_EVENTS})"""
_EVENT: Final = f"SELECT * FROM event WHERE event_id IN (SELECT event_id FROM ({_INVOLVEMENT}))"
# By row table, the table of its rows about records that bear more than one label.
PARTS: Final = {name: f"lookup_{name}_part" for name in COMPARED_TABLES}
_SORTED: Final = {
    "lookup_record": (_RECORD, "record_number"),
    "lookup_key": (_KEY, "key, record_number"),
    "lookup_label": (_other_labels(), "record_number, label_id"),
    "lookup_member": (_MEMBER, "record_number, scope"),
    "lookup_person": (_PERSON, "first_number, scope"),
    "lookup_relationship": (_RELATIONSHIP, "record_number, other_number, COLUMNS(*)"),
    "lookup_involvement": (_INVOLVEMENT, "record_number, event_id, COLUMNS(*)"),
    "lookup_event": (_EVENT, "event_id"),
}
_LAYOUT: Final = [*COMPARED_COLUMNS, *BESIDE, *_SORTED]
_INDEXED: Final = {
    "lookup_record": "record_number",
    "lookup_member": "record_number",
    "lookup_person": "first_number",
    "lookup_relationship": "record_number",
}


def _part(name: str, labels: str) -> str:
    """SQL of the rows of the row table ``name`` about the records in ``labels``, a source of ``lookup_label``."""
    records = f"SELECT record_id FROM comparison_record SEMI JOIN {labels} USING (record_number)"
    return f"SELECT * FROM {name} WHERE record_id IN ({records})"


def index_for_lookup(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the tables of this module, once every standing scope has its people with the ids they keep."""
    for name, (query, order) in _SORTED.items():
        made = f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM ({query}) ORDER BY {order}"
        if name == "lookup_record":
            # Ids compressed together would take as long to read one by one as all the rest of the row.
            connection.execute(
                "CREATE OR REPLACE TABLE lookup_record (record_number INTEGER, record_id VARCHAR USING COMPRESSION"
                " uncompressed, label_id USMALLINT, packed VARCHAR, beside VARCHAR)"
            )
            made = f"INSERT INTO lookup_record {query} ORDER BY {order}"
        connection.execute(made)
    for name, part in PARTS.items():
        connection.execute(
            f"CREATE OR REPLACE TABLE {part} AS {_part(name, 'lookup_label')} ORDER BY record_id, COLUMNS(*)"
        )
    for name, column in _INDEXED.items():
        connection.execute(f"CREATE INDEX {name}_by_number ON {name} ({column})")
    connection.execute("CREATE OR REPLACE TABLE lookup_layout AS SELECT ?::VARCHAR[] AS packed", [_LAYOUT])


def forget_lookup_index(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the queries stand in for the tables, which are not those of the links to come."""
    connection.execute("DROP TABLE IF EXISTS lookup_layout")


def lookup_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By table of this module, what to read: its name where the tables were built, else its query in brackets.

    Raises StoreUnavailable where an earlier version built the snapshot and did not compare what this one does.
    """
    try:
        # Made last, so that where it is the others are; another model's packed rows would be read amiss.
        kept = connection.execute("SELECT packed FROM lookup_layout").fetchall()[0][0] == _LAYOUT
    except duckdb.CatalogException:
        kept = False
    if kept:
        return {name: name for name in (*_SORTED, *PARTS.values())}
    try:
        told = connection.execute("SELECT * FROM comparison_record LIMIT 0").description or []
    except duckdb.CatalogException:
        told = []
    lacking = sorted({*COMPARED_COLUMNS, *BESIDE} - {name for name, *_ in told})
    if lacking:
        raise StoreUnavailable(
            f"The snapshot was built by an earlier version, which did not compare {', '.join(lacking)}; run mashlink build again."
        )
    queries = {name: f"({query})" for name, (query, _) in _SORTED.items()}
    labels = queries["lookup_label"]
    return queries | {part: f"({_part(name, labels)})" for name, part in PARTS.items()}
