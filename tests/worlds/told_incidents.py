"""The tables that incidents are read from, empty."""

import duckdb

from records.snapshot.schema import create_table

TABLES = (
    "label",
    "record",
    "membership",
    "event",
    "involvement",
    "incident",
    "place",
    "place_of",
    "address_spell",
    "thing_use",
    "organisation_tie",
    "relationship",
    "agency_name",
)


def empty_tables() -> duckdb.DuckDBPyConnection:
    """A connection on which each of them stands."""
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(create_table(table))
    return connection
