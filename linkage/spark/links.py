"""Linkage on Spark: what grows faster than the records, from blocking keys to weighed pairs.

Keys and comparison records go out as Parquet, weighed pairs come back as Parquet. Between the two Spark brings together
the rows of each key, then each share of the pairs with the records of its ends; ``spark_tasks`` does the work.
"""

import math
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from linkage.columns import count
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.blocking import BlockingReport, blocking_report
from linkage.people.rulings import Sealed
from linkage.spark.cluster import Cluster, spark_session
from linkage.spark.tasks import FOUND, KEY_OFFSET, WEIGHED, WEIGHED_COLUMNS, Model, find_pairs, weigh_pairs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What a task takes at once: some 100 MB of its Python's memory, and a few seconds of work.
KEYS_A_TASK: Final = 500_000
PAIRS_A_TASK: Final = 250_000

# The feed matters where it is free of duplicates alone, so that no other goes along with every key.
KEY_ROWS: Final = f"""
    SELECT (k.key::HUGEINT - {KEY_OFFSET})::BIGINT AS key, k.rule::INTEGER AS rule, k.record_number, k.asks,
        c.label_id::INTEGER AS label_id, CASE WHEN c.duplicate_free THEN c.feed END AS feed
    FROM blocking_key k JOIN comparison_record c ON c.record_number = k.record_number"""
RECORD_ROWS: Final = f"SELECT {', '.join(WEIGHED_COLUMNS)} FROM comparison_record"
LEFT_OUT: Final = (
    f"SELECT (key::HUGEINT + {KEY_OFFSET})::UBIGINT AS key, rule::UTINYINT AS rule, records FROM {{found}}"
    " WHERE key IS NOT NULL"
)
_SCORED: Final = "SELECT number_a, number_b, weight, rule, comparisons FROM read_parquet(?)"


def weigh_on_spark(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    seals: Sequence[Sealed],
    cluster: Cluster,
) -> BlockingReport:
    """Fill temporary ``scored_pair`` and ``left_out_key`` from ``blocking_key`` and ``comparison_record``, as DuckDB would.

    Raises:
        BadInput: Spark cannot be started from here.
        EngineUnavailable: it did not finish.
    """
    model = Model.of(calibration, seals)
    folder = _emptied(cluster.folder.resolve())
    try:
        _write(connection, KEY_ROWS, folder / "keys")
        _write(connection, RECORD_ROWS, folder / "records")
        with spark_session(cluster) as spark:
            _find(spark, folder, model, count(connection, "blocking_key"))
            pairs = _rows_in(connection, folder / "pairs")
            _weigh(spark, folder, model, pairs)
        for name, query, rows in (
            ("left_out_key", LEFT_OUT.format(found="read_parquet(?)"), "found"),
            ("scored_pair", _SCORED, "weighed"),
        ):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", [_files(folder / rows)])
        return blocking_report(connection, "temp.left_out_key", pairs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _emptied(folder: Path) -> Path:
    """The folder, readable for its owner alone, without what a build that was killed left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def _at(folder: Path) -> str:
    # Without a scheme a cluster would look for it in its own file system (HDFS).
    return f"file://{folder}"


def _files(folder: Path) -> str:
    return str(folder / "*.parquet")


def _write(connection: duckdb.DuckDBPyConnection, query: str, folder: Path) -> None:
    folder.mkdir()
    target = str(folder / "rows.parquet").replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


def _rows_in(connection: duckdb.DuckDBPyConnection, folder: Path) -> int:
    found = connection.execute("SELECT count(*) FROM read_parquet(?)", [_files(folder)]).fetchall()
    return int(found[0][0])


def _shares(spark: "SparkSession", rows: int, at_once: int) -> int:
    """Into how many shares Spark parts its rows: as many as fit a task each, and no fewer than can work at a time."""
    shares: int = max(spark.sparkContext.defaultParallelism, math.ceil(rows / at_once))
    spark.conf.set("spark.sql.shuffle.partitions", str(shares))
    return shares


def _find(spark: "SparkSession", folder: Path, model: Model, rows: int) -> None:
    """Leave in ``found`` what ``find_pairs`` makes of so many rows of keys, and in ``pairs`` each pair once."""
    keys = spark.read.parquet(_at(folder / "keys")).repartition(_shares(spark, rows, KEYS_A_TASK), "key")
    keys.mapInArrow(partial(find_pairs, model), FOUND).write.parquet(_at(folder / "found"))
    pairs = spark.read.parquet(_at(folder / "found")).where("number_a IS NOT NULL")
    pairs.select("number_a", "number_b").distinct().write.parquet(_at(folder / "pairs"))


def _weigh(spark: "SparkSession", folder: Path, model: Model, rows: int) -> None:
    """Leave in ``weighed`` those of so many pairs that are kept; a record goes once to each share that needs it."""
    share = f"pmod(number_a, {_shares(spark, rows, PAIRS_A_TASK)})"
    pairs = spark.read.parquet(_at(folder / "pairs")).selectExpr("*", f"{share} AS share")
    ends = pairs.selectExpr("share AS needed_by", "explode(array(number_a, number_b)) AS record_number")
    records = ends.distinct().join(spark.read.parquet(_at(folder / "records")), "record_number")
    together = pairs.groupBy("share").cogroup(records.groupBy("needed_by"))
    together.applyInArrow(partial(weigh_pairs, model), WEIGHED).write.parquet(_at(folder / "weighed"))
