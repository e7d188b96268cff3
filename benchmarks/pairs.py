"""What grows with the records, and how fast: ``python -m benchmarks.pairs --records 50000 --records 100000``.

Of regions of several sizes: keys, pairs and links a record, bytes a record as they are handed to Spark, and processor
seconds a million pairs; then the power of the number of records that each grows by, fitted to all sizes (1 where twice the
records make twice as many). ``docs/scaling.md`` says what follows. ``--store DIR`` takes the snapshot of a store at hand.
"""

import argparse
import json
import math
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.part import in_a_process, options
from benchmarks.regions import Regions, current_snapshot
from linkage import shipped_calibration, standardise
from linkage.pairs.blocking import make_keys
from linkage.pairs.links import weigh_here
from linkage.spark.links import KEY_ROWS, RECORD_ROWS
from mashlink.stages import StageClock
from records.database import open_database

GROWING: Final = ("keys", "pairs", "links", "weighing_seconds")
THREADS: Final = 2


def measure(file: Path, scratch: Path) -> dict[str, float]:
    """Counts, bytes and processor seconds of one database with ``comparison_record``; its keys are made anew."""
    clock, calibration = StageClock(), shipped_calibration()
    with open_database(scratch / "weighed.duckdb") as connection:
        connection.execute(f"SET threads = {THREADS}")
        connection.execute(f"ATTACH '{file}' AS given (READ_ONLY)")
        connection.execute("CREATE TABLE comparison_record AS SELECT * FROM given.comparison_record")
        make_keys(connection)
        began = time.process_time()
        with clock("weighing"):
            blocking = weigh_here(connection, calibration, ())
        spent = time.process_time() - began
        records = _count(connection, "comparison_record")
        return {
            "records": records,
            "keys": _count(connection, "blocking_key"),
            "pairs": blocking.pairs,
            "links": _count(connection, "scored_pair"),
            "record_bytes": _written(connection, RECORD_ROWS, scratch / "records.parquet") / records,
            "key_bytes": _written(connection, KEY_ROWS, scratch / "keys.parquet") / records,
            "weighing_seconds": spent,
            "weighing_mb": clock.peak_mb,
        }


def make_comparable(rows: Path) -> None:
    """Fill what ``measure`` reads from the row tables of ``rows``."""
    with open_database(rows) as connection:
        standardise(connection, shipped_calibration())


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _written(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    return file.stat().st_size


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The slope of the line of least squares through the logarithms."""
    across, up = [math.log(size) for size in sizes], [math.log(value) for value in values]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    risen = sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True))
    return risen / sum((x - middle) ** 2 for x in across)


def tell(found: Sequence[Mapping[str, float]]) -> None:
    """A table, a line a size, and the exponents."""
    print(
        "| records | keys a record | pairs a record | links a record | bytes a record: row, keys | s a million pairs | MB |"
    )
    print("|---|---|---|---|---|---|---|")
    for one in found:
        records, pairs = one["records"], one["pairs"]
        print(
            f"| {records:,.0f} | {one['keys'] / records:.2f} | {pairs / records:.2f} | {one['links'] / records:.2f}"
            f" | {one['record_bytes']:.0f}, {one['key_bytes']:.0f} | {1e6 * one['weighing_seconds'] / pairs:.2f}"
            f" | {one['weighing_mb']:,.0f} |"
        )
    sizes = [one["records"] for one in found]
    for name in GROWING:
        print(f"{name} grow by the power {exponent(sizes, [one[name] for one in found]):.3f} of the records")


def main() -> None:
    """Measure each size in a process of its own, and print."""
    parser = options(__doc__, runs=None)
    parser.add_argument("--records", type=int, action="append", default=[])
    parser.add_argument("--store", type=Path, action="append", default=[])
    parser.add_argument("--on", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mashlink-pairs-") as scratch:
        if asked.on:
            print(json.dumps(measure(asked.on, Path(scratch))))
            return
        files = [current_snapshot(store) for store in asked.store]
        for records in asked.records:
            files.append(Path(scratch, f"compared-{records}.duckdb"))
            shutil.copy(Regions(Path(scratch)).rows(records), files[-1])
            make_comparable(files[-1])
        found = [in_a_process("benchmarks.pairs", "--on", str(file)) for file in files]
    found.sort(key=lambda one: one["records"])
    tell(found)
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
