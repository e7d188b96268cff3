"""From comparison records to links: block, take sealed pairs out, score, keep what may matter, name the components."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from linkage.columns import column, count
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.blocking import BlockingReport, make_keys, make_pairs
from linkage.pairs.levels import NAMES, OF_EACH_PAIR, PLACES, compare_written, forget_written
from linkage.pairs.scoring import (
    RARE_HOUSEHOLDS,
    TWO_GIVEN_NAMES,
    component_numbers,
    levels_query,
    promising_query,
    weights_query,
)
from linkage.pairs.ties import make_tied_pairs
from linkage.people.rulings import Sealed, sealed_pairs


@dataclass(frozen=True, slots=True)
class ScoringReport:
    """What scoring did: how blocking went, and how many links were kept."""

    blocking: BlockingReport
    links: int


# From ``blocking_key`` and ``comparison_record`` to temporary ``scored_pair`` and ``left_out_key``.
Weigh = Callable[[duckdb.DuckDBPyConnection, LinkageCalibration, Sequence[Sealed]], BlockingReport]


def weigh_here(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, seals: Sequence[Sealed]
) -> BlockingReport:
    """Weigh the pairs of all records in this DuckDB."""
    blocking = make_pairs(connection, calibration.block_cap)
    score_candidates(connection, calibration, seals)
    return blocking


def score_all(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    seals: Sequence[Sealed],
    weigh: Weigh = weigh_here,
) -> ScoringReport:
    """Fill ``blocking_key``, ``link``, ``link_component``, ``tied_pair`` and ``circle`` from ``comparison_record``."""
    make_keys(connection, looks_widely(calibration))
    blocking = weigh(connection, calibration, seals)
    connection.execute("CREATE OR REPLACE TABLE crowded_key AS SELECT * FROM temp.left_out_key ORDER BY key")
    name_components(connection, f"SELECT number_a, number_b FROM scored_pair WHERE {joins(calibration)}")
    connection.execute(
        "CREATE OR REPLACE TABLE link_component AS SELECT * FROM temp.named_component ORDER BY component, record_number"
    )
    connection.execute(f"CREATE OR REPLACE TABLE link AS {link_query('comparison_record')}")
    for name in ("scored_pair", "left_out_key", "named_component"):
        connection.execute(f"DROP TABLE temp.{name}")
    make_tied_pairs(connection, calibration)
    return ScoringReport(blocking, count(connection, "link"))


def joins(calibration: LinkageCalibration) -> str:
    """SQL: whether a link ties its two records into one component.

    Given names of two traditions tie at any weight that is kept: what tells that they are one person's may stand on a third record,
    which no key brings together with both.
    """
    return f"(weight >= {calibration.join_bits:.9e} OR rule IS NOT DISTINCT FROM '{TWO_GIVEN_NAMES}')"


def link_query(records: str) -> str:
    """SQL of the rows of ``link``, in their order: ``scored_pair`` with the ids and components of its records."""
    return (
        "SELECT a.record_id AS record_id_a, b.record_id AS record_id_b, s.weight, s.rule, s.comparisons, s.number_a,"
        f" s.number_b, c.component FROM scored_pair s JOIN {records} a ON a.record_number = s.number_a"
        f" JOIN {records} b ON b.record_number = s.number_b"
        " LEFT JOIN link_component c ON c.record_number = s.number_a ORDER BY c.component, s.number_a, s.number_b"
    )


def name_components(connection: duckdb.DuckDBPyConnection, ties: str, first: int = 0) -> None:
    """Temporary ``named_component`` (record_number, component) of the records that ``ties`` (number_a, number_b) ties.

    Components are numbered from ``first`` on; a number says nothing but which records belong together.
    """
    found = connection.execute(ties).fetchnumpy()
    number_a, number_b = column(found, "number_a", np.int64), column(found, "number_b", np.int64)
    size = int(max(number_a.max(initial=-1), number_b.max(initial=-1))) + 1
    tied = np.zeros(size, dtype=bool)
    tied[number_a] = True
    tied[number_b] = True
    place = np.cumsum(tied) - 1
    numbers = np.flatnonzero(tied).astype(np.int32)
    components = component_numbers(len(numbers), place[number_a], place[number_b]) + np.int32(first)
    connection.register("arriving", {"record_number": numbers, "component": components})
    connection.execute("CREATE OR REPLACE TEMP TABLE named_component AS SELECT * FROM arriving")
    connection.unregister("arriving")


def looks_widely(calibration: LinkageCalibration) -> bool:
    """Whether wide keys are used too: where there are next to no families (a customer list), or no dwellings to find people by."""
    return calibration.household_ratio < RARE_HOUSEHOLDS or not calibration.shows_homes


def score_candidates(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    seals: Sequence[Sealed],
    records: str = "comparison_record",
) -> None:
    """Turn ``candidate_pair`` into temporary ``scored_pair`` (number_a, number_b, weight, rule, comparisons).

    Sealed pairs are never weighed. ``records``: the comparison records of all ends.
    """
    _take_out_sealed(connection, seals, records)
    named = compare_written(connection, NAMES, "candidate_pair", records)
    levels = levels_query(f"({named})", records, records, comparisons=OF_EACH_PAIR, carried=NAMES.fields)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE promising_pair AS {promising_query(levels, calibration, PLACES.comparisons)}"
    )
    connection.execute("DROP TABLE temp.candidate_pair")
    placed = compare_written(connection, PLACES, "promising_pair", records)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE scored_pair AS SELECT * FROM ({weights_query(placed, calibration)}) WHERE weight >= ?",
        [calibration.keep_bits],
    )
    forget_written(connection, (NAMES, PLACES))
    connection.execute("DROP TABLE temp.promising_pair")


def _take_out_sealed(connection: duckdb.DuckDBPyConnection, seals: Sequence[Sealed], records: str) -> None:
    sides = sealed_pairs(seals)
    if not sides:
        return
    connection.register(
        "sealed_pair", pa.table({"one": [one for one, _ in sides], "other": [other for _, other in sides]})
    )
    connection.execute(
        f"""
        DELETE FROM candidate_pair USING (
            SELECT a.record_number AS one, b.record_number AS other FROM sealed_pair s
            JOIN {records} a ON a.record_id = s.one JOIN {records} b ON b.record_id = s.other) sealed
        WHERE number_a = least(one, other) AND number_b = greatest(one, other)
            OR number_a = greatest(one, other) AND number_b = least(one, other)"""
    )
    connection.unregister("sealed_pair")
