"""Linkage alone beside bare Splink on the same records in the same run: ``python -m benchmarks.linkage --records 1000000``.

Every run is a process of its own, the two take turns, and what is told are medians: seconds of each stage, peak memory,
how much longer we take than Splink's train + predict + cluster, and seconds of learning the whole model anew.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import bare_splink as peer
from benchmarks.figures import Figure, Peer, tell
from benchmarks.part import in_a_process, options
from benchmarks.regions import Regions, count_records
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
from records.database import open_database
from records.scope import Scope

# Not among what bare Splink does, nor in the row; told beside.
_DESCRIBING: Final = "descriptions"
# Of one run: by stage, seconds and peak megabytes.
Stages = Mapping[str, tuple[float, float]]


def link(file: Path) -> StageClock:
    """Every stage of linkage on the rows of ``file``."""
    clock, calibration = StageClock(), shipped_calibration()
    with open_database(file) as connection:
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
    with open_database(file) as connection:
        standardise(connection, shipped_calibration())
        with clock("training"):
            train(connection)
    return clock


def splink(file: Path) -> StageClock:
    """Bare Splink on the same records."""
    clock = StageClock()
    with open_database(file) as connection:
        peer.take_records(connection)
        with clock("bare Splink"):
            peer.bare_splink(connection)
    return clock


WORK: Final = {"link": link, "splink": splink, "learn": learn}


def on_a_copy(work: str, rows: Path, scratch: Path) -> Stages:
    """One kind of work on a copy of ``rows``, in a process of its own."""
    copy = scratch / f"{work}.duckdb"
    shutil.copy(rows, copy)
    stages: Stages = in_a_process("benchmarks.linkage", "--work", work, "--on", str(copy))
    copy.unlink()
    return stages


def measure(rows: Path, runs: int) -> dict[str, list[Stages]]:
    """What each kind of work took, run by run; they take turns."""
    found: dict[str, list[Stages]] = {name: [] for name in WORK}
    with tempfile.TemporaryDirectory(prefix="mashlink-linkage-") as scratch:
        for _ in range(runs):
            for name, results in found.items():
                results.append(on_a_copy(name, rows, Path(scratch)))
    return found


def figures(found: Mapping[str, Sequence[Stages]], records: int) -> list[Figure]:
    """The rows, as medians."""
    ours, theirs = found["link"], found["splink"]
    runs = len(ours)

    def figure(bar: str, value: float, *peers: Peer, ratio: float | None = None) -> Figure:
        return Figure(bar, value, records, "records", runs=runs, peers=peers, ratio=ratio)

    ratio = statistics.median(_seconds(mine) / _seconds(its) for mine, its in zip(ours, theirs, strict=True))
    splink_seconds = statistics.median(map(_seconds, theirs))
    splink_peak = statistics.median(map(_peak, theirs))
    return [
        figure(
            "linkage",
            statistics.median(map(_seconds, ours)),
            Peer("bare Splink", splink_seconds),
            ratio=ratio,
        ),
        figure("linkage_memory", statistics.median(map(_peak, ours)), Peer("bare Splink", splink_peak)),
        figure("training", statistics.median(map(_seconds, found["learn"]))),
    ]


def stages_in_short(runs: Sequence[Stages]) -> dict[str, dict[str, float]]:
    """Median seconds and megabytes of each stage."""
    return {
        stage: {
            name: round(statistics.median(run[stage][place] for run in runs), 3)
            for place, name in enumerate(("seconds", "peak_mb"))
        }
        for stage in runs[0]
    }


def _seconds(stages: Stages) -> float:
    return sum(seconds for stage, (seconds, _) in stages.items() if stage != _DESCRIBING)


def _peak(stages: Stages) -> float:
    return max(peak for stage, (_, peak) in stages.items() if stage != _DESCRIBING)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; ``--work`` is one run inside its own process."""
    parser = options(__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--work", choices=tuple(WORK), help=argparse.SUPPRESS)
    parser.add_argument("--on", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.work:
        stages = WORK[asked.work](asked.on).stages
        print(json.dumps({stage.name: (stage.seconds, stage.peak_mb) for stage in stages}))
        return
    with tempfile.TemporaryDirectory(prefix="mashlink-linkage-") as scratch:
        rows = Regions(Path(scratch)).rows(asked.records)
        found, records = measure(rows, asked.runs), count_records(rows)
    details: dict[str, Any] = {name: stages_in_short(stages) for name, stages in found.items()}
    tell(figures(found, records), asked.out, details, f"{records:,} records linked")


if __name__ == "__main__":
    main()
