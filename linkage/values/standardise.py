"""Row tables to ``comparison_record``: one row a record, everything that is compared, in comparable form.

Distinct written values go through the pure functions of ``names`` and ``places_lived`` once; the rest is SQL.
"""

import math
from collections.abc import Mapping
from typing import Final

import duckdb
import pyarrow as pa

from linkage.increment.extent import EVERYTHING, Extent
from linkage.increment.keys import take_out_touched
from linkage.model.calibration import FREQUENCY_FLOOR, LinkageCalibration
from linkage.values.comparison_rows import (
    COMPARED_TABLES,
    COMPARISON_RECORD,
    NUMBERED_AFRESH,
    RECORD_IDENTIFIERS,
    RECORD_NAMES,
    RECORD_PHONES,
    RECORD_PLACES,
)
from linkage.values.names import markers
from linkage.values.written import WRITTEN_VALUES, split_names, split_places, store_values
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

__all__ = [
    "COMPARED_TABLES",
    "frequency_bits",
    "household_bits",
    "standardise",
    "standardise_within",
    "together_bits",
]

_GATHERED: Final = ("record_names", "record_places", "record_identifiers", "record_phones")


def standardise(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, extent: Extent = EVERYTHING
) -> None:
    """Fill ``comparison_record`` from the row tables; records are numbered from 0 in the order of their ids.

    A record is described by its own rows and the calibration alone. So where ``extent`` asks for the touched records
    only, the others stand as they are, numbers and all; these are in temporary ``arrived_record`` too.
    """
    sources = {name: name for name in COMPARED_TABLES}
    sources["number"] = NUMBERED_AFRESH.format(record="record")
    target = "CREATE OR REPLACE TABLE comparison_record AS"
    if not extent.is_full:
        take_out_touched(connection)
        touched = "WHERE record_id IN (SELECT record_id FROM touched_record WHERE is_there)"
        sources = {name: f"(SELECT * FROM {name} {touched})" for name in COMPARED_TABLES}
        sources["number"] = "touched_record"
        target = "CREATE OR REPLACE TEMP TABLE arrived_record AS"
    # Otherwise rows would stand as a join of several threads left them, in another order in each build of the same feeds.
    _standardise(connection, calibration, sources, target, "ORDER BY record_number")
    if not extent.is_full:
        connection.execute("INSERT INTO comparison_record BY NAME SELECT * FROM arrived_record")


def standardise_within(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    asked: str,
    into: str,
) -> None:
    """Temporary ``into``: the records listed in the table ``asked`` as ``scope``'s rows alone describe them.

    Columns are those of ``comparison_record``, but records are numbered among themselves.
    """
    sources = {
        name: f"(SELECT * FROM {rows_in_scope(name, scope)} WHERE record_id IN (SELECT record_id FROM {asked}))"
        for name in COMPARED_TABLES
    }
    sources["number"] = NUMBERED_AFRESH.format(record=sources["record"])
    _standardise(connection, calibration, sources, f"CREATE OR REPLACE TEMP TABLE {into} AS")


def _standardise(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    sources: Mapping[str, str],
    target: str,
    order: str = "",
) -> None:
    """Run ``target`` with the comparison records of ``sources`` in ``order``: row tables by name, and ``number``."""
    split_names(connection, sources, calibration)
    split_places(connection, sources)
    _weigh_names(connection, calibration)
    for name, query, over_common in zip(
        _GATHERED,
        (RECORD_NAMES, RECORD_PLACES, RECORD_IDENTIFIERS, RECORD_PHONES),
        (None, "postcode", "identifier", "phone"),
        strict=True,
    ):
        values = [_listed(calibration, over_common) if over_common else list(markers())]
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query.format(**sources)}", values)
    connection.execute(f"{target} {COMPARISON_RECORD.format(**sources)} {order}")
    for name in (*WRITTEN_VALUES, "name_bits", *_GATHERED):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


def frequency_bits(calibration: LinkageCalibration, column: str, value: str) -> float:
    """Bits by which agreement on ``value`` counts for more (or less) than agreement on the average value."""
    listed = calibration.frequencies.get(column)
    if not listed:
        return 0.0
    share = max(listed.get(value, FREQUENCY_FLOOR), FREQUENCY_FLOOR)
    return math.log2(calibration.chances[column].strangers[0] / share)


def together_bits(calibration: LinkageCalibration, forename: str | None, surname: str | None) -> float:
    """Bits to take off because given and family names keep company (Ghanaian with Ghanaian); never above 0.

    Several people are known by this very name, so that its two parts do not count as if they met by chance.
    """
    share = calibration.frequencies.get("full_name", {}).get(f"{forename} {surname}")
    if share is None or forename is None or surname is None:
        return 0.0
    chances = calibration.chances
    met = math.log2(chances["forename"].strangers[0] * chances["surname"].strangers[0] / share)
    apart = frequency_bits(calibration, "forename", forename) + frequency_bits(
        calibration, "surname", surname
    )
    return min(0.0, met - apart)


def household_bits(calibration: LinkageCalibration, forename: str) -> float:
    """Bits to take off where two of one household may well share so common a forename; never above 0."""
    share = calibration.frequencies.get("forename", {}).get(forename, FREQUENCY_FLOOR)
    return min(0.0, math.log2(calibration.chances["forename"].same_household[0] / share))


def _listed(calibration: LinkageCalibration, kind: str) -> list[str]:
    return list(calibration.over_common.get(kind, ()))


def _weigh_names(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    values, kinds, bits, together = [], [], [], []
    for column in ("forename", "surname"):
        for value in sorted(calibration.frequencies.get(column, {})):
            values.append(value)
            kinds.append(column)
            bits.append(frequency_bits(calibration, column, value))
            together.append(household_bits(calibration, value) if column == "forename" else 0.0)
        # The last row of a kind answers for names that are not listed.
        values.append("")
        kinds.append(column)
        bits.append(frequency_bits(calibration, column, ""))
        together.append(0.0)
    for value in sorted(calibration.frequencies.get("full_name", {})):
        forename, _, surname = value.partition(" ")
        values.append(value)
        kinds.append("full_name")
        bits.append(together_bits(calibration, forename, surname))
        together.append(0.0)
    floats = pa.float32()
    columns = {"value": pa.array(values, pa.string()), "kind": pa.array(kinds, pa.string())}
    store_values(
        connection,
        "name_bits",
        columns | {"bits": pa.array(bits, floats), "together": pa.array(together, floats)},
    )
