"""Linkage alone beside bare Splink on the same records in the same run: ``python -m benchmarks.linkage --records 1000000``.

Every run is a process of its own, the two take turns, and what is told are medians: seconds of each stage, peak memory,
how much longer we take than Splink's train + predict + cluster, and seconds of learning the whole model anew.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import bare_splink as peer
from linkage import (
    carry_identity,
    describe_people,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
    train,
)
from mashlink.stages import StageClock
from records.intake import take_in
from records.mapping import load_mappings
from records.scope import Scope
from records.snapshot import TABLES, create_table
from synthetic import RegionOptions, make_region

# The region makes about this many records a person (docs/synthetic.md).
RECORDS_A_PERSON: Final = 2.7
SEED: Final = 5
MOST_TIMES_SPLINK: Final = 2.5
MOST_MEGABYTES: Final = 4000
MOST_TRAINING_SECONDS: Final = 60
_DESCRIBING: Final = "descriptions"


def make_rows(file: Path, records: int) -> int:
    """The row tables of a made-up region of about ``records`` records in a new database; gives how many there are."""
    with tempfile.TemporaryDirectory(prefix="mashlink-linkage-") as scratch, duckdb.connect(file) as rows:
        make_region(RegionOptions(round(records / RECORDS_A_PERSON), SEED), Path(scratch))
        for table in TABLES:
            rows.execute(create_table(table))
        feeds = Path(scratch, "feeds")
        take_in(rows, feeds, load_mappings(feeds), hub="home")
        return int(rows.execute("SELECT count(*) FROM record").fetchall()[0][0])


def link(file: Path) -> StageClock:
    """Every stage of linkage on the rows of ``file``."""
    clock, calibration = StageClock(), shipped_calibration()
    with duckdb.connect(file) as connection:
        labels = connection.execute("SELECT label_id FROM label").fetchall()
        scope = Scope("hub", frozenset(label for (label,) in labels), standing=True)
        with clock("standardise"):
            standardise(connection, calibration)
        with clock("block and score"):
            score_pairs(connection, calibration)
        with clock("people"):
            resolve_people(connection, scope, calibration)
        with clock("ids"):
            carry_identity(connection, scope, None, 1)
        with clock(_DESCRIBING):
            describe_people(connection, scope)
    return clock


def learn(file: Path) -> StageClock:
    """The whole model learnt anew from standardised records."""
    clock = StageClock()
    with duckdb.connect(file) as connection:
        standardise(connection, shipped_calibration())
        with clock("training"):
            train(connection)
    return clock


def splink(file: Path) -> StageClock:
    """Bare Splink on the same records."""
    clock = StageClock()
    with duckdb.connect(file) as connection:
        peer.take_records(connection)
        with clock("bare Splink"):
            peer.bare_splink(connection)
    return clock


WORK: Final = {"link": link, "splink": splink, "learn": learn}


def in_a_process(work: str, rows: Path, scratch: Path) -> dict[str, tuple[float, float]]:
    """Seconds and peak megabytes by stage of one kind of work on a copy of ``rows``, in a process of its own."""
    copy = scratch / f"{work}.duckdb"
    shutil.copy(rows, copy)
    command = [sys.executable, "-m", "benchmarks.linkage", "--work", work, "--on", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    copy.unlink()
    if done.returncode:
        sys.exit(f"{work} failed:\n{done.stderr[-3000:]}")
    stages: dict[str, tuple[float, float]] = json.loads(done.stdout.splitlines()[-1])
    return stages


def measure(records: int, runs: int, screen: Console) -> dict[str, Any]:
    """Medians over ``runs``."""
    with tempfile.TemporaryDirectory(prefix="mashlink-bench-") as scratch:
        rows = Path(scratch, "rows.duckdb")
        screen.print(f"Making about {records:,} records …")
        made = make_rows(rows, records)
        found: dict[str, list[dict[str, tuple[float, float]]]] = {name: [] for name in WORK}
        for run in range(runs):
            for name, results in found.items():
                results.append(in_a_process(name, rows, Path(scratch)))
            ours, theirs = _seconds(found["link"][-1]), _seconds(found["splink"][-1])
            screen.print(f"  run {run + 1} of {runs}: ours {ours:.1f} s, bare Splink {theirs:.1f} s")
    pairs = zip(found["link"], found["splink"], strict=True)
    return {
        "records": made,
        "runs": runs,
        "stages": {
            stage: tuple(statistics.median(run[stage][part] for run in found["link"]) for part in (0, 1))
            for stage in found["link"][0]
        },
        "seconds": statistics.median(map(_seconds, found["link"])),
        "peak_mb": statistics.median(max(peak for _, peak in run.values()) for run in found["link"]),
        "splink_seconds": statistics.median(map(_seconds, found["splink"])),
        "splink_peak_mb": statistics.median(max(peak for _, peak in run.values()) for run in found["splink"]),
        "ratio": statistics.median(_seconds(ours) / _seconds(theirs) for ours, theirs in pairs),
        "training_seconds": statistics.median(map(_seconds, found["learn"])),
    }


def _seconds(stages: dict[str, tuple[float, float]]) -> float:
    return sum(seconds for stage, (seconds, _) in stages.items() if stage != _DESCRIBING)


def show(screen: Console, result: dict[str, Any]) -> None:
    """The medians beside what they must reach."""
    title = f"Linkage of {result['records']:,} records, medians of {result['runs']} runs"
    table = Table(title=title, title_justify="left")
    for column in ("What", "Seconds", "Peak MB", "Must reach"):
        table.add_column(column, justify="left" if column == "What" else "right")
    for stage, (seconds, peak) in result["stages"].items():
        table.add_row(stage, f"{seconds:.1f}", f"{peak:,.0f}", "")
    table.add_section()
    table.add_row(
        "All but the descriptions",
        f"{result['seconds']:.1f}",
        f"{result['peak_mb']:,.0f}",
        f"{MOST_MEGABYTES:,} MB",
    )
    table.add_row(
        "Bare Splink: train, predict, cluster",
        f"{result['splink_seconds']:.1f}",
        f"{result['splink_peak_mb']:,.0f}",
        "",
    )
    table.add_row("Ours ÷ bare Splink", f"{result['ratio']:.2f}", "", f"{MOST_TIMES_SPLINK}")
    table.add_row(
        "Training from scratch", f"{result['training_seconds']:.1f}", "", f"{MOST_TRAINING_SECONDS} s"
    )
    screen.print(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; ``--work`` is one run inside its own process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", choices=tuple(WORK), help=argparse.SUPPRESS)
    parser.add_argument("--on", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.work:
        stages = WORK[asked.work](asked.on).stages
        print(json.dumps({stage.name: (stage.seconds, stage.peak_mb) for stage in stages}))
        return
    screen = Console()
    show(screen, measure(asked.records, asked.runs, screen))


if __name__ == "__main__":
    main()
