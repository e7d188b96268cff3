"""Seconds and peak memory of each stage of a build, beside bare Splink on the same accepted records in the same run.

``python -m benchmarks.whole_build --records 100000 --records 1000000 --runs 5``
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

# The region makes about this many records a person (docs/synthetic.md).
RECORDS_A_PERSON = 2.7
SEED = 5
# The stages that answer to Splink's train + predict + cluster.
LINKAGE_STAGES = ("Standardising", "Comparing", "Resolving people (hub)")

_BARE_SPLINK = """
import json, sys, time, duckdb
from benchmarks.bare_splink import bare_splink_clusters
from mashlink.stages import StageClock
clock = StageClock()
with clock("Bare Splink"):
    bare_splink_clusters(sys.argv[1])
print(json.dumps({"seconds": clock.stages[0].seconds, "peak_mb": clock.stages[0].peak_mb}))
"""


def run(*command: str) -> dict[str, Any]:
    """Run a Python child and read the JSON document it ends with."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stderr[-3000:]}")
    printed: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return printed


def measure(records: int, runs: int, screen: Console) -> dict[str, Any]:
    """Build a region of about ``records`` records ``runs`` times, bare Splink after each; medians of both."""
    with tempfile.TemporaryDirectory(prefix="mashlink-bench-") as scratch:
        region, builds, peers = Path(scratch, "region"), [], []
        people = round(records / RECORDS_A_PERSON)
        screen.print(f"Making {people:,} people (about {records:,} records) …")
        run(
            "-m",
            "mashlink",
            "synth",
            "--people",
            str(people),
            "--seed",
            str(SEED),
            "--out",
            str(region),
            "--json",
        )
        for number in range(runs):
            store = Path(scratch, f"store-{number}")
            command = [
                "-m",
                "mashlink",
                "build",
                "--feeds",
                str(region / "feeds"),
                "--store",
                str(store),
                "--full",
                "--json",
            ]
            builds.append(run(*command))
            snapshot = next((store / "snapshots").glob("*.duckdb"))
            peers.append(run("-c", _BARE_SPLINK, str(snapshot)))
            screen.print(
                f"  run {number + 1} of {runs}: build {builds[-1]['seconds_total']:.1f} s, "
                f"bare Splink {peers[-1]['seconds']:.1f} s"
            )
        accepted = sum(feed["accepted"] for feed in builds[0]["feeds"].values())
    return {
        "records": _records_of(builds[0]),
        "rows_accepted": accepted,
        "runs": runs,
        "stages": [
            {
                "name": stage["name"],
                "seconds": _median([build["stages"][index]["seconds"] for build in builds]),
                "peak_mb": _median([build["stages"][index]["peak_mb"] for build in builds]),
            }
            for index, stage in enumerate(builds[0]["stages"])
        ],
        "seconds_total": _median([build["seconds_total"] for build in builds]),
        "peak_mb": _median([build["peak_mb"] for build in builds]),
        "bare_splink": {key: _median([peer[key] for peer in peers]) for key in ("seconds", "peak_mb")},
        "linkage_ratio": _median(
            [linkage_seconds(build) / peer["seconds"] for build, peer in zip(builds, peers, strict=True)]
        ),
    }


def linkage_seconds(build: dict[str, Any]) -> float:
    """Seconds of the stages that bare Splink does too."""
    return sum(stage["seconds"] for stage in build["stages"] if stage["name"].startswith(LINKAGE_STAGES))


def _records_of(build: dict[str, Any]) -> int:
    return int(build.get("records", 0))


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)


def show(screen: Console, result: dict[str, Any]) -> None:
    """The medians as a table."""
    table = Table(
        title=f"{result['records']:,} records, medians of {result['runs']} runs", title_justify="left"
    )
    for column in ("Stage", "Seconds", "Peak MB"):
        table.add_column(column, justify="left" if column == "Stage" else "right")
    for stage in result["stages"]:
        table.add_row(stage["name"], f"{stage['seconds']:.1f}", f"{stage['peak_mb']:,.0f}")
    table.add_section()
    table.add_row("Whole build", f"{result['seconds_total']:.1f}", f"{result['peak_mb']:,.0f}")
    peer = result["bare_splink"]
    table.add_row("Bare Splink: train, predict, cluster", f"{peer['seconds']:.1f}", f"{peer['peak_mb']:,.0f}")
    table.add_row("Our linkage ÷ bare Splink", f"{result['linkage_ratio']:.2f} times", "")
    screen.print(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each size and print it; ``--out`` keeps the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, action="append", help="about how many records (repeatable)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    screen = Console()
    results = [measure(records, options.runs, screen) for records in options.records or [100_000, 1_000_000]]
    for result in results:
        show(screen, result)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
