"""What a Spark task does: the very steps of a build on DuckDB, on a share of the keys or of the pairs.

A task opens a DuckDB of its own, in memory, and runs the functions that a build on one machine runs. So the model, the
caps and the rules are defined once, and both engines make the same links. Nothing here needs Spark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from linkage.increment.extent import model_digest
from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARED_COLUMNS
from linkage.pairs.blocking import make_pairs
from linkage.pairs.links import score_candidates
from linkage.pairs.scoring import BITS_COLUMNS
from linkage.people.rulings import Sealed
from records.database import open_database

# What a pair's comparison needs of each of its two records; the id is what seals name.
WEIGHED_COLUMNS: Final = ("record_number", "record_id", *COMPARED_COLUMNS, *BITS_COLUMNS)
# A pair to compare, or where its numbers are NULL a key some of whose pairs the cap leaves out.
FOUND: Final = "number_a INT, number_b INT, key BIGINT, rule INT, records BIGINT"
WEIGHED: Final = "number_a INT, number_b INT, weight DOUBLE, rule STRING, comparisons STRING"
# Spark has no unsigned numbers: a hash travels less by this.
KEY_OFFSET: Final = 2**63


class UnlikePrograms(RuntimeError):
    """A machine of the cluster has another mashlink, DuckDB or calibration than the one that asks."""


@dataclass(frozen=True, slots=True)
class SealedSides:
    """A seal as it travels to a task: plain values, so that no ledger is needed to read it."""

    protected_record_ids: tuple[str, ...]
    other_record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that tasks are told: the calibration as JSON, the seals, and the digest of the program that asks."""

    calibration: dict[str, Any]
    seals: tuple[SealedSides, ...]
    digest: str

    @classmethod
    def of(cls, calibration: LinkageCalibration, seals: Sequence[Sealed]) -> "Model":
        """What the tasks of one build are told."""
        sides = tuple(
            SealedSides(tuple(sorted(seal.protected_record_ids)), tuple(sorted(seal.other_record_ids)))
            for seal in seals
        )
        return cls(calibration.to_json(), sides, model_digest(calibration))

    def opened(self) -> LinkageCalibration:
        """The calibration, once this machine is known to have the same program.

        Raises:
            UnlikePrograms: it has not; its links would be other ones.
        """
        calibration = LinkageCalibration.from_json(self.calibration)
        if model_digest(calibration) != self.digest:
            raise UnlikePrograms(
                f"this machine has DuckDB {duckdb.__version__} or a mashlink unlike the build's: install the same"
                " versions of both on every machine of the cluster"
            )
        return calibration


def find_pairs(model: Model, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of ``FOUND`` from some keys: every row of each of them, as ``spark_links`` hands them over."""
    held = list(batches)
    if not held:
        return
    calibration = model.opened()
    with _workplace() as connection:
        _take(connection, "arriving_key", pa.Table.from_batches(held))
        del held
        connection.execute(
            "CREATE TEMP TABLE blocking_key AS SELECT key, rule, record_number, asks FROM arriving_key;"
            # Only of a feed without duplicates does it matter which one it is.
            "CREATE TEMP TABLE comparison_record AS SELECT DISTINCT record_number, label_id, feed,"
            " feed IS NOT NULL AS duplicate_free FROM arriving_key; DROP TABLE arriving_key"
        )
        make_pairs(connection, calibration.block_cap)
        yield from connection.execute(
            "SELECT number_a, number_b, NULL::BIGINT AS key, NULL::INTEGER AS rule, NULL::BIGINT AS records FROM candidate_pair"
            " UNION ALL SELECT NULL, NULL, key, rule, records FROM left_out_key"
        ).to_arrow_reader()


def weigh_pairs(model: Model, pairs: pa.Table, records: pa.Table) -> pa.Table:
    """The rows of ``WEIGHED`` from ``pairs`` (number_a, number_b), whose ends are among ``records``."""
    calibration = model.opened()
    with _workplace() as connection:
        _take(connection, "candidate_pair", pairs.select(["number_a", "number_b"]))
        _take(connection, "comparison_record", records.select(list(WEIGHED_COLUMNS)))
        score_candidates(connection, calibration, model.seals)
        return connection.execute(
            "SELECT number_a, number_b, weight, rule, comparisons FROM scored_pair"
        ).to_arrow_table()


def _workplace() -> duckdb.DuckDBPyConnection:
    # Spark counts on one thread a task.
    return open_database(config={"threads": "1"})


def _take(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("arriving", rows)
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM arriving")
    connection.unregister("arriving")
