"""Pairs of a few records compared afresh, from the rows of these records alone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from linkage.lookup.candidates import rows_numbered
from linkage.lookup.index import lookup_sources
from linkage.model.calibration import LinkageCalibration
from linkage.review.prepared import borrowed_comparison
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
    numbers = sorted({number for pair in pairs for number in pair})
    packed = connection.execute(
        f"SELECT record_number, record_id, packed, beside FROM {rows_numbered(records, numbers)}"
    ).fetchall()
    with borrowed_comparison() as comparison:
        rows = comparison.compared(list(dict.fromkeys(pairs)), packed, calibration)
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
