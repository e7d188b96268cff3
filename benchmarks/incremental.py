"""One in a hundred records new, linked beside the others: ``python -m benchmarks.incremental --records 1000000 --runs 5``.

A region is made and read once. All but a hundredth of its records are linked; then the rest arrives, is linked onto
them, and beside it everything is linked from scratch: each in a process of its own, taking turns. Both must tell the
same links, people and ids.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from benchmarks.figures import Figure, Peer, tell
from benchmarks.part import in_a_process, options
from benchmarks.regions import Regions, count_records
from linkage import (
    carry_identity,
    find_extent,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from mashlink.stages import StageClock
from records.database import open_database
from records.scope import Scope
from records.snapshot import TABLES, create_table

ROWS: Final = ("record", "name", "identifier", "address_spell", "thing_use", "relationship", "involvement")
NEW: Final = "hash(record_id) % 100 = 0"
COPYING: Final = "copy the last build"
# What a run tells; each is compared by a checksum of its rows in any order.
_TOLD: Final = {
    "link": "SELECT record_id_a, record_id_b, weight, rule, comparisons FROM link",
    "membership": "SELECT * FROM membership",
    "identity": "SELECT * FROM identity",
}
# Of one run: seconds by stage, the peak in megabytes, how many records were linked, and the checksums.
Run = Mapping[str, Any]


def lay_rows(connection: duckdb.DuckDBPyConnection, rows: Path, without_new: bool = False) -> Scope:
    """Put the rows of the region into the row tables, in place of what was there; gives the scope of all rows."""
    connection.execute(f"ATTACH '{rows}' AS given (READ_ONLY)")
    for table in ("label", "event", *ROWS):
        connection.execute(create_table(table))
        left_out = f" WHERE NOT ({NEW})" if without_new and table in ROWS else ""
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} SELECT * FROM given.{table}{left_out}")
    connection.execute("DETACH given")
    for table in TABLES:
        connection.execute(create_table(table))
    labels = connection.execute("SELECT label_id FROM label").fetchall()
    return Scope("hub", frozenset(label for (label,) in labels), standing=True)


def link(file: Path, rows: Path, former: Path | None, without_new: bool) -> dict[str, Any]:
    """Lay the rows into ``file`` and link what changed, which is everything where the file is new."""
    calibration, clock = shipped_calibration(), StageClock()
    with open_database(file) as connection:
        scope = lay_rows(connection, rows, without_new)
        with clock("find what changed"):
            extent = find_extent(connection, calibration)
        with clock("standardise"):
            standardise(connection, calibration, extent)
        with clock("block and score"):
            score_pairs(connection, calibration, extent=extent)
        with clock("people"):
            resolve_people(connection, scope, calibration, extent=extent)
        with clock("ids"):
            carry_identity(connection, scope, former, 2 if former else 1)
        told = {name: _checksum(connection, query) for name, query in _TOLD.items()}
        linked = extent.records if extent.is_full else extent.touched
    seconds = {stage.name: stage.seconds for stage in clock.stages}
    return {"seconds": seconds, "peak_mb": clock.peak_mb, "linked": linked, "told": told}


def _checksum(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    checksum = "SELECT count(*), bit_xor(hash(told)), sum(hash(told))"
    return [str(value) for value in connection.execute(f"{checksum} FROM ({query}) told").fetchall()[0]]


def measure(rows: Path, runs: int) -> dict[str, list[Run]]:
    """What increments and full runs took and told, run by run."""
    found: dict[str, list[Run]] = {"increment": [], "full": []}
    with tempfile.TemporaryDirectory(prefix="mashlink-incremental-") as scratch:
        former, file = Path(scratch, "former.duckdb"), Path(scratch, "linked.duckdb")
        _in_a_process(former, rows, "--without-new")
        for _ in range(runs):
            clock = StageClock()
            with clock(COPYING):
                shutil.copyfile(former, file)
            done = _in_a_process(file, rows, "--former", str(former))
            done["seconds"] = {COPYING: clock.seconds_total, **done["seconds"]}
            found["increment"].append(done)
            file.unlink()
            found["full"].append(_in_a_process(file, rows, "--former", str(former)))
            file.unlink()
    return found


def _in_a_process(file: Path, rows: Path, *more: str) -> dict[str, Any]:
    done: dict[str, Any] = in_a_process(
        "benchmarks.incremental", "--into", str(file), "--rows", str(rows), *more
    )
    return done


def figures(found: Mapping[str, Sequence[Run]], records: int) -> list[Figure]:
    """The rows, as medians; the peer of an increment is our own full run."""
    seconds = {kind: [sum(run["seconds"].values()) for run in runs] for kind, runs in found.items()}
    both = list(zip(found["increment"], found["full"], strict=True))
    differing = max(sum(one["told"][name] != other["told"][name] for name in _TOLD) for one, other in both)
    ratios = [mine / full for mine, full in zip(seconds["increment"], seconds["full"], strict=True)]
    runs = len(both)
    full_run = Peer("full run", statistics.median(seconds["full"]))
    return [
        Figure(
            "increment",
            statistics.median(seconds["increment"]),
            records,
            "records",
            f"{found['increment'][0]['linked']:,} touched",
            runs,
            (full_run,),
            statistics.median(ratios),
        ),
        Figure("increment_differences", differing, records, "records", "links, people, ids"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; ``--into`` is one run inside its own process."""
    parser = options(__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    for hidden in ("--into", "--rows", "--former"):
        parser.add_argument(hidden, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--without-new", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.into:
        print(json.dumps(link(asked.into, asked.rows, asked.former, asked.without_new)))
        return
    with tempfile.TemporaryDirectory(prefix="mashlink-incremental-") as scratch:
        rows = Regions(Path(scratch)).rows(asked.records)
        found, records = measure(rows, asked.runs), count_records(rows)
    tell(figures(found, records), asked.out, found, "One in a hundred records new")


if __name__ == "__main__":
    main()
