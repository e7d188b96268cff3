"""Both engines on the same records: ``python -m benchmarks.spark --records 100000 --runs 1``.

A region is made, read and standardised once. Its records are then compared by DuckDB and by Spark on this machine, on as
many threads, each in a process of its own and in turns: wall seconds, processor seconds and peak memory of the process
with all it started. The links of both must have one checksum. On one machine Spark is the slower one, since it starts a
Java and moves every record between processes; what it is for is more machines. ``--master`` runs it on a cluster.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.part import in_a_process, options
from benchmarks.regions import Regions
from linkage import Cluster, score_pairs, shipped_calibration, standardise
from records.database import open_database

THREADS: Final = 2
ENGINES: Final = ("duckdb", "spark")


class Usage:
    """Processor seconds and peak memory of this process and all that it started, looked at ten times a second."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._seconds: dict[int, float] = {}
        self._over = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch while the block lasts."""
        watching = threading.Thread(target=self._watch, daemon=True)
        watching.start()
        yield
        self._look()
        self._over.set()
        watching.join()

    @property
    def seconds(self) -> float:
        """Processor seconds of every process seen, as far as they were seen."""
        return sum(self._seconds.values())

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self._look()

    def _look(self) -> None:
        here, memory = psutil.Process(), 0
        for process in (here, *here.children(recursive=True)):
            try:
                # Unshared memory: the Python of a task begins as a copy of another and shares most of it.
                memory += process.memory_full_info().uss
                times = process.cpu_times()
            except psutil.Error:
                continue
            self._seconds[process.pid] = times.user + times.system
        self.peak_mb = max(self.peak_mb, memory / 2**20)


def compare(engine: str, master: str, rows: Path) -> dict[str, Any]:
    """Make the links of standardised ``rows`` on one engine."""
    cluster = Cluster(master, rows.parent / "spark") if engine == "spark" else None
    with open_database(rows) as connection:
        connection.execute(f"SET threads = {THREADS}")
        usage, began = Usage(), time.perf_counter()
        with usage.watched():
            report = score_pairs(connection, shipped_calibration(), cluster=cluster)
        wall = time.perf_counter() - began
        told = connection.execute("SELECT sum(hash(l)) FROM link l").fetchall()[0][0]
    return {
        "wall": wall,
        "processor": usage.seconds,
        "peak_mb": usage.peak_mb,
        "pairs": report.blocking.pairs,
        "links": report.links,
        "checksum": str(told),
    }


def measure(rows: Path, runs: int, master: str) -> dict[str, list[dict[str, Any]]]:
    """Both engines on copies of ``rows``, in turns."""
    found: dict[str, list[dict[str, Any]]] = {engine: [] for engine in ENGINES}
    for _ in range(runs):
        for engine, results in found.items():
            copy = rows.with_name(f"{engine}.duckdb")
            shutil.copy(rows, copy)
            on = ("--engine", engine, "--master", master, "--on", str(copy))
            results.append(in_a_process("benchmarks.spark", *on))
            copy.unlink()
    return found


def tell(records: int, found: dict[str, list[dict[str, Any]]]) -> None:
    """A line an engine, and how the two compare."""
    first = found["duckdb"][0]
    same = {one["checksum"] for results in found.values() for one in results} == {first["checksum"]}
    print(
        f"{records:,} records, {first['pairs']:,} pairs, {first['links']:,} links; load {os.getloadavg()[0]:.1f}"
    )
    for engine, results in found.items():
        wall, processor, peak = (
            statistics.median(one[name] for one in results) for name in ("wall", "processor", "peak_mb")
        )
        print(f"{engine}: {wall:.1f} s, {processor:.1f} s of processor, {peak:,.0f} MB at most")
    ratio = statistics.median(
        theirs["processor"] / ours["processor"]
        for ours, theirs in zip(found["duckdb"], found["spark"], strict=True)
    )
    print(
        f"Spark ÷ DuckDB, seconds of processor: {ratio:.2f}; the links are {'the same' if same else 'NOT THE SAME'}"
    )


def main() -> None:
    """Measure and print; ``--on`` is one run inside its own process."""
    parser = options(__doc__, runs=1)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument(
        "--master", default=f"local[{THREADS}]", help="where Spark runs (default: %(default)s)"
    )
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--on", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.engine:
        print(json.dumps(compare(asked.engine, asked.master, asked.on)))
        return
    with tempfile.TemporaryDirectory(prefix="mashlink-spark-") as scratch:
        rows = Regions(Path(scratch)).rows(asked.records)
        ready = Path(scratch, "standardised.duckdb")
        shutil.copy(rows, ready)
        with open_database(ready) as connection:
            standardise(connection, shipped_calibration())
            records = int(connection.execute("SELECT count(*) FROM comparison_record").fetchall()[0][0])
        found = measure(ready, asked.runs, asked.master)
    tell(records, found)
    if asked.out:
        asked.out.write_text(json.dumps({"records": records, **found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
