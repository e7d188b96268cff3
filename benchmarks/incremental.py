"""One in a hundred records new, linked beside the others: ``python -m benchmarks.incremental [--records N] [--runs R]``.

A region is made and read once. All but a hundredth of its records are linked; then the rest arrives, is linked onto
them, and beside it everything is linked from scratch. Both must tell the same links and people.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from linkage import (
    LinkageCalibration,
    carry_identity,
    find_extent,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from records.intake import take_in
from records.mapping import load_mappings
from records.scope import Scope
from records.snapshot import TABLES, create_table
from synthetic import RegionOptions, make_region

RECORDS_A_PERSON = 2.73
SEED = 41
# The share of a full run that an increment of a hundredth may take.
MOST = 0.15
ROWS = ("record", "name", "identifier", "address_spell", "thing_use", "relationship", "involvement")
NEW = "hash(record_id) % 100 = 0"


@dataclass(slots=True)
class Laps:
    """Seconds of each stage of one run."""

    seconds: dict[str, float]

    def time(self, stage: str, work: Callable[[], object]) -> object:
        """Do ``work`` and note how long it took."""
        started = time.perf_counter()
        done = work()
        self.seconds[stage] = time.perf_counter() - started
        return done


def read_region(people: int, scratch: Path) -> Path:
    """A file with the row tables of a region of so many people."""
    make_region(RegionOptions(people=people, seed=SEED), scratch / "region", lambda _stage: None)
    file = scratch / "rows.duckdb"
    with duckdb.connect(str(file)) as connection:
        for table in TABLES:
            connection.execute(create_table(table))
        feeds = scratch / "region" / "feeds"
        take_in(connection, feeds, load_mappings(feeds), hub="home")
    return file


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


def link(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    previous: Path | None,
    laps: Laps,
) -> str:
    """Every stage of linkage; says how many records it linked."""
    started = time.perf_counter()
    extent = find_extent(connection, calibration)
    laps.seconds["find what changed"] = time.perf_counter() - started
    laps.time("standardise", lambda: standardise(connection, calibration, extent))
    laps.time("block and score", lambda: score_pairs(connection, calibration, extent=extent))
    laps.time("people", lambda: resolve_people(connection, scope, calibration, extent=extent))
    laps.time("ids", lambda: carry_identity(connection, scope, previous, 2))
    return "everything" if extent.is_full else f"{extent.touched:,} of {extent.records:,} records"


def result(connection: duckdb.DuckDBPyConnection) -> list[object]:
    """What a run tells, as checksums of its rows in any order."""
    queries = (
        "SELECT record_id_a, record_id_b, weight, rule, comparisons FROM link",
        "SELECT * FROM membership",
        "SELECT * FROM identity",
    )
    return [
        connection.execute(
            f"SELECT count(*), bit_xor(hash(told)), sum(hash(told)) FROM ({query}) told"
        ).fetchall()
        for query in queries
    ]


def measure(people: int, runs: int, screen: Console) -> dict[str, dict[str, list[float]]]:
    """Seconds by kind of run and stage, of each run."""
    calibration = shipped_calibration()
    taken: dict[str, dict[str, list[float]]] = {"increment": {}, "full": {}}
    with tempfile.TemporaryDirectory(prefix="mashlink-bench-") as scratch:
        rows, former = read_region(people, Path(scratch)), Path(scratch, "former.duckdb")
        with duckdb.connect(str(former)) as connection:
            scope = lay_rows(connection, rows, without_new=True)
            link(connection, scope, calibration, None, Laps({}))
        for _ in range(runs):
            told = []
            for kind, laps in (("increment", Laps({})), ("full", Laps({}))):
                file = Path(scratch, f"{kind}.duckdb")
                if kind == "increment":
                    laps.time("copy the last build", partial(shutil.copyfile, former, file))
                with duckdb.connect(str(file)) as connection:
                    scope = lay_rows(connection, rows)
                    screen.print(f"  {kind}: {link(connection, scope, calibration, former, laps)}")
                    told.append(result(connection))
                file.unlink()
                for stage, seconds in laps.seconds.items():
                    taken[kind].setdefault(stage, []).append(seconds)
            if told[0] != told[1]:
                sys.exit("The increment and the full run tell different links or people.")
    return taken


def main(arguments: list[str] | None = None) -> None:
    """Measure and print medians; fails when the results differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args(arguments)
    screen = Console()
    taken = measure(round(asked.records / RECORDS_A_PERSON), asked.runs, screen)
    table = Table("Stage", "Increment (s)", "Full (s)", title="One in a hundred records new")
    stages = dict.fromkeys([*taken["increment"], *taken["full"]])
    totals = {
        kind: statistics.median([sum(run) for run in zip(*laps.values(), strict=True)])
        for kind, laps in taken.items()
    }
    for stage in stages:
        shown = [
            f"{statistics.median(taken[kind][stage]):.2f}" if stage in taken[kind] else "" for kind in taken
        ]
        table.add_row(stage, *shown)
    table.add_row("together", f"{totals['increment']:.2f}", f"{totals['full']:.2f}")
    screen.print(table)
    ratio = totals["increment"] / totals["full"]
    screen.print(f"Increment / full: {ratio:.3f} (at most {MOST}); links, people and ids are the same.")


if __name__ == "__main__":
    main()
