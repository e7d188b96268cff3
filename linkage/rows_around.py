"""The few rows that decide on the people around some records, in place of the tables that hold all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from linkage.lookup.candidates import rows_numbered
from linkage.lookup.index import lookup_sources, unpacked_records
from linkage.pairs.moments import RESTS_ON_EVENTS

_NUMBERS: Final = "(SELECT record_number FROM resolving)"


@contextmanager
def relatives_around(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let ``relationship`` hold nothing but the rows with an end in temporary ``resolving``, and the records their ends.

    A temporary table hides the stored one of its name, so the rule of scope and every query on relatives read a few
    rows each and stay as they are. ``record`` has what the rule asks of it, ``comparison_record`` number and id.
    """
    made: list[str] = []
    try:
        _hide_relatives(connection, lookup_sources(connection), made)
        _hide(connection, made, "comparison_record", "SELECT record_number, record_id FROM temp.record")
        yield
    finally:
        _show(connection, made)


@contextmanager
def rows_around(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """As ``relatives_around``, with all of ``comparison_record``; and ``tied_pair``, ``involvement`` and ``event`` likewise.

    A call and a case tie two records only where ``tied_pair`` says that they may, so only the parts of such records
    are looked up.
    """
    made: list[str] = []
    try:
        tables = lookup_sources(connection)
        _hide_relatives(connection, tables, made)
        _hide_moments(connection, tables, made)
        _hide(connection, made, "comparison_record", unpacked_records("temp.record"))
        yield
    finally:
        _show(connection, made)


def _hide_relatives(connection: duckdb.DuckDBPyConnection, tables: dict[str, str], made: list[str]) -> None:
    # A row about two records of these is there twice, which counts as once for whoever asks.
    asked = _numbers(connection, "SELECT record_number FROM resolving")
    near = rows_numbered(tables["lookup_relationship"], asked)
    _hide(connection, made, "near_relationship", f"SELECT * FROM {near}")
    ends = _numbers(
        connection, "SELECT record_number FROM resolving UNION SELECT other_number FROM near_relationship"
    )
    # Its texts are parsed in a table of their own: one by one is how DuckDB reads rows through an index.
    _hide(connection, made, "record", f"SELECT * FROM {rows_numbered(tables['lookup_record'], ends)}")
    _hide(
        connection,
        made,
        "relationship",
        "SELECT * EXCLUDE (record_number, other_number) FROM near_relationship",
    )


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    return sorted(number for (number,) in connection.execute(query).fetchall())


def _hide_moments(connection: duckdb.DuckDBPyConnection, tables: dict[str, str], made: list[str]) -> None:
    _hide(
        connection,
        made,
        "tied_pair",
        f"SELECT * FROM tied_pair WHERE number_a IN {_NUMBERS} AND number_b IN {_NUMBERS}",
    )
    (meets,) = connection.execute(f"SELECT count(*) FROM temp.tied_pair WHERE {RESTS_ON_EVENTS}").fetchall()[
        0
    ]
    if not meets:
        return
    asked = f"temp.tied_pair WHERE {RESTS_ON_EVENTS}"
    _hide(
        connection,
        made,
        "involvement",
        f"SELECT * EXCLUDE record_number FROM {tables['lookup_involvement']} WHERE record_number IN ("
        f"SELECT number_a FROM {asked} UNION SELECT number_b FROM {asked})",
    )
    _hide(
        connection,
        made,
        "event",
        f"SELECT * FROM {tables['lookup_event']} WHERE event_id IN (SELECT event_id FROM temp.involvement)",
    )


def _hide(connection: duckdb.DuckDBPyConnection, made: list[str], name: str, query: str) -> None:
    connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
    made.append(name)


def _show(connection: duckdb.DuckDBPyConnection, made: list[str]) -> None:
    for name in made:
        connection.execute(f"DROP TABLE temp.{name}")
