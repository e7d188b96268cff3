"""Levels of very many pairs: two names or two addresses that meet again and again are compared once.

The records of one household bring the same two names together over and over, and the same two addresses. What takes
long to compare is therefore compared between the records that stand for all that say the same, and looked up for the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from linkage.model.comparisons import COMPARISONS, Comparison
from linkage.pairs.scoring import levels_query


@dataclass(frozen=True, slots=True)
class Written:
    """Comparisons whose levels follow from the same few columns; ``name`` begins the names of their temporary tables."""

    name: str
    fields: tuple[str, ...]

    @property
    def comparisons(self) -> list[Comparison]:
        """The comparisons of ``fields``."""
        return [comparison for comparison in COMPARISONS if comparison.field in self.fields]

    @property
    def columns(self) -> list[str]:
        """The columns of ``comparison_record`` that they read."""
        return sorted({column for comparison in self.comparisons for column in comparison.columns})


# A given name may stand where the family name should, so the two are compared together.
NAMES: Final = Written("name", ("forename", "surname"))
PLACES: Final = Written("place", ("place",))
# The comparisons that are made of each pair by itself.
OF_EACH_PAIR: Final = tuple(
    comparison for comparison in COMPARISONS if comparison.field not in (*NAMES.fields, *PLACES.fields)
)


def compare_written(connection: duckdb.DuckDBPyConnection, written: Written, pairs: str, records: str) -> str:
    """SQL of the table ``pairs`` (number_a, number_b and more) with the levels of ``written`` between its records.

    ``records``: the comparison records of all ends. The temporary tables that the SQL reads are dropped by
    ``forget_written``.
    """
    stand_in, met, level = (f"{written.name}_{part}" for part in ("stand_in", "met", "level"))
    fields = ", ".join(written.fields)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {stand_in} AS"
        " SELECT unnest(alike) AS record_number, stand_in FROM (SELECT list(record_number) AS alike, min(record_number) AS stand_in"
        f" FROM {records} GROUP BY {', '.join(written.columns)})"
    )
    # A table, so that nothing joins those that a record stands in for to levels before it is known which pairs there are:
    # all who share a tower's address, with each other, are very many.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {met} AS SELECT p.*, a.stand_in AS stand_in_a, b.stand_in AS stand_in_b"
        f" FROM {pairs} p JOIN {stand_in} a ON a.record_number = p.number_a"
        f" JOIN {stand_in} b ON b.record_number = p.number_b"
    )
    connection.execute(f"DROP TABLE temp.{stand_in}")
    asked = f"(SELECT DISTINCT stand_in_a AS number_a, stand_in_b AS number_b FROM {met})"
    levels = levels_query(asked, records, records, comparisons=written.comparisons)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {level} AS SELECT number_a, number_b, {fields} FROM ({levels})"
    )
    found = ", ".join(f"v.{field}" for field in written.fields)
    return (
        f"SELECT p.* EXCLUDE (stand_in_a, stand_in_b), {found} FROM {met} p"
        f" JOIN {level} v ON v.number_a = p.stand_in_a AND v.number_b = p.stand_in_b"
    )


def forget_written(connection: duckdb.DuckDBPyConnection, written: Sequence[Written]) -> None:
    """Drop the temporary tables of ``written``."""
    for one in written:
        connection.execute(f"DROP TABLE temp.{one.name}_met; DROP TABLE temp.{one.name}_level")
