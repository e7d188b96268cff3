"""All detectors on one day of a large store: ``python -m benchmarks.detectors --records 1000000 --runs 5``.

Every run is a process of its own that opens the store and runs what a build runs on its last day, with the store's
baselines. ``--store DIR`` takes a store that is there already.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from access import standing_scopes
from benchmarks.figures import Figure, tell
from benchmarks.part import WorkFailed, in_a_process, options
from benchmarks.regions import Regions, count_records, current_snapshot
from detectors import Settings, Thresholds, run_all
from mashlink.calibration import load_calibration
from mashlink.evaluate import events_window
from mashlink.resources import limit_resources
from mashlink.settings import load_settings
from mashlink.stages import StageClock
from records.scope import HUB
from records.snapshot import Store

Found = Mapping[str, Any]


def one_day(folder: Path) -> dict[str, Any]:
    """Seconds and peak megabytes of all detectors on the last day, seconds of each, and how much was found."""
    store, clock = Store(folder), StageClock()
    settings = Settings(Thresholds(), load_calibration(store.calibration_path).detectors)
    with store.open_current() as connection:
        limit_resources(connection, load_settings())
        scope = next(scope for scope in standing_scopes(connection) if scope.name == HUB)
        (_, last) = events_window(connection)
        with clock("all detectors"):
            report = run_all(connection, scope, [last], settings)
    if report.failed:
        raise WorkFailed("; ".join(f"{name}: {why}" for name, why in sorted(report.failed.items())))
    return {
        "seconds": clock.seconds_total,
        "peak_mb": clock.peak_mb,
        "findings": len(report.findings),
        "by_detector": {name: round(seconds, 3) for name, seconds in report.seconds.items()},
    }


def figures(runs: Sequence[Found], records: int) -> list[Figure]:
    """The rows, as medians."""
    return [
        Figure(bar, statistics.median(run[key] for run in runs), records, "records", runs=len(runs))
        for bar, key in (("detectors", "seconds"), ("detectors_memory", "peak_mb"))
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; ``--work`` is one run inside its own process."""
    parser = options(__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.work:
        print(json.dumps(one_day(asked.store)))
        return
    with tempfile.TemporaryDirectory(prefix="mashlink-detectors-") as scratch:
        store = asked.store or Regions(Path(scratch)).store(asked.records)
        runs = [
            in_a_process("benchmarks.detectors", "--work", "--store", str(store)) for _ in range(asked.runs)
        ]
        records = count_records(current_snapshot(store))
    tell(figures(runs, records), asked.out, {"runs": runs}, f"All detectors, {records:,} records")


if __name__ == "__main__":
    main()
