"""Pairs of a few records compared afresh, from the rows of these records alone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from linkage.lookup.candidates import rows_numbered
from linkage.lookup.index import lookup_sources, unpacked_records
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import levels_query, weights_query
from records.snapshot.about import among


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records compared: a row of ``scoring.levels_query``, and of ``scoring.weights_query`` the weight and the rule."""

    levels: dict[str, Any]
    weight: float
    rule: str | None


def numbers_of(connection: duckdb.DuckDBPyConnection, record_ids: Collection[str]) -> dict[str, int]:
    """The record numbers of those of the ids that are compared at all."""
    records = lookup_sources(connection)["lookup_record"]
    return dict(
        connection.execute(
            f"SELECT record_id, record_number FROM {records} WHERE {among('record_id', record_ids)}"
        ).fetchall()
    )


def compare(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[int, int]], calibration: LinkageCalibration
) -> dict[tuple[int, int], Compared]:
    """Pairs of record numbers, each compared as it stands: the rarity of names is that of the first one's."""
    if not pairs:
        return {}
    records = lookup_sources(connection)["lookup_record"]
    asked = rows_numbered(records, sorted({number for pair in pairs for number in pair}))
    listed = ", ".join(f"({int(one)}, {int(other)})" for one, other in dict.fromkeys(pairs))
    levels = levels_query(f"(FROM (VALUES {listed}) v(number_a, number_b))", "compared", "compared")
    cursor = connection.execute(
        f"""WITH compared AS MATERIALIZED ({unpacked_records(f"(SELECT * FROM {asked})")}),
            levels AS MATERIALIZED ({levels})
            SELECT levels.*, weight, rule FROM levels
            JOIN ({weights_query("FROM levels", calibration)}) USING (number_a, number_b)"""
    )
    columns = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return {
        (row["number_a"], row["number_b"]): Compared(row, float(row.pop("weight")), row.pop("rule"))
        for row in rows
    }


def links_among(
    connection: duckdb.DuckDBPyConnection, record_ids: Collection[str], also: str = "TRUE"
) -> list[tuple[str, str]]:
    """The stored links between these records, heaviest first; ``also``: an SQL condition on columns of ``link``."""
    numbers = numbers_of(connection, record_ids)
    # Links are stored by component, so that by it a few are found without reading all.
    components = connection.execute(
        f"SELECT DISTINCT component FROM link_component WHERE record_number IN ({_listed(numbers.values())})"
    ).fetchall()
    return connection.execute(
        f"""SELECT record_id_a, record_id_b FROM link
            WHERE component IN ({_listed(one for (one,) in components)}) AND ({also})
              AND {among("record_id_a", record_ids)} AND {among("record_id_b", record_ids)}
            ORDER BY weight DESC, record_id_a, record_id_b"""
    ).fetchall()


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in sorted(numbers)) or "NULL"
