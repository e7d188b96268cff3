"""Seconds, memory and bytes of each stage of a build, beside bare Splink on the same accepted records in the same run.

What each stage wrote, what each table of the snapshot takes, and the most that was spilled at once are printed too.

``python -m benchmarks.whole_build --records 100000 --records 1000000 --runs 5``. Every build and every run of Splink is
a process of its own. From two sizes the exponent of growth is told: 1 where twice the records take twice the time; of
each stage too, by its seconds of processor, which other work on the machine changes least.
"""

import math
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from benchmarks.figures import Figure, Peer, screen, tell
from benchmarks.part import in_a_process, mashlink, options
from benchmarks.regions import Regions, count_records, current_snapshot
from benchmarks.room import table_megabytes, watching_spills

Found = Mapping[str, Any]
# A table of the snapshot gets a line of its own from this share of the file on.
_WORTH_A_LINE: Final = 0.01
OF_A_STAGE: Final = ("seconds", "processor_seconds", "peak_mb", "written_mb")


def measure(records: int, runs: int, regions: Regions, scratch: Path) -> dict[str, Any]:
    """Build a region of about ``records`` records ``runs`` times, bare Splink after each; medians of both."""
    feeds = regions.feeds(records)
    builds, splinks, kept, spilled = [], [], 0, 0.0
    tables: dict[str, float] = {}
    for number in range(runs):
        store = scratch / f"store-{records}-{number}"
        with watching_spills(store) as seen:
            builds.append(mashlink("build", "--feeds", str(feeds), "--store", str(store), "--full", "--json"))
        spilled = max(spilled, seen.peak_mb)
        snapshot = current_snapshot(store)
        splinks.append(in_a_process("benchmarks.bare_splink", "--snapshot", str(snapshot)))
        kept, tables = snapshot.stat().st_size, table_megabytes(snapshot)
        records_built = count_records(snapshot)
        regions.keep_store(records, store)
        shutil.rmtree(store, ignore_errors=True)
    return {
        "records": records_built,
        "rows_accepted": sum(feed["accepted"] for feed in builds[0]["feeds"].values()),
        "runs": runs,
        "snapshot_mb": round(kept / 2**20, 1),
        "tables_mb": tables,
        "spilled_mb": round(spilled, 1),
        "seconds_total": _median([build["seconds_total"] for build in builds]),
        "peak_mb": _median([build["peak_mb"] for build in builds]),
        "bare_splink": {key: _median([one[key] for one in splinks]) for key in ("seconds", "peak_mb")},
        "stages": [
            {
                "name": stage["name"],
                **{key: _median([build["stages"][place][key] for build in builds]) for key in OF_A_STAGE},
            }
            for place, stage in enumerate(builds[0]["stages"])
        ],
    }


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)


def figures(sizes: Sequence[Found]) -> list[Figure]:
    """The rows: each size, and how the time grows from the smallest to the largest."""
    told = []
    for found in sizes:
        splink = found["bare_splink"]
        for bar, ours, theirs in (
            ("build", found["seconds_total"], splink["seconds"]),
            ("build_memory", found["peak_mb"], splink["peak_mb"]),
        ):
            peer = Peer("bare Splink, links alone", theirs)
            told.append(Figure(bar, ours, found["records"], "records", runs=found["runs"], peers=(peer,)))
    small, large = (min(sizes, key=_records), max(sizes, key=_records))
    if _records(large) > _records(small):
        grown = math.log(_records(large) / _records(small))
        exponent, splinks = (
            math.log(slow / fast) / grown
            for slow, fast in (
                (large["seconds_total"], small["seconds_total"]),
                (large["bare_splink"]["seconds"], small["bare_splink"]["seconds"]),
            )
        )
        since, peer = f"from {_records(small):,}", Peer("bare Splink", splinks)
        told.append(Figure("build_growth", exponent, _records(large), "records", since, peers=(peer,)))
        told.append(Figure("build_growth_processor", _grown(small, large), _records(large), "records", since))
    return told


def tables_printed(sizes: Sequence[Found]) -> list[Table]:
    """For each size a table of its stages and one of what its snapshot holds, for the screen."""
    made = []
    for found in sorted(sizes, key=_records):
        stages = Table(title=f"Stages of {_records(found):,} records", title_justify="left")
        for column in ("Stage", "Seconds", "Of the processor", "MB at most", "MB written"):
            stages.add_column(column, justify="left" if column == "Stage" else "right")
        for stage in found["stages"]:
            stages.add_row(stage["name"], *(f"{stage[key]:,.1f}" for key in OF_A_STAGE))
        held = Table(
            title=f"Snapshot of {_records(found):,} records: {found['snapshot_mb']:,.1f} MB",
            title_justify="left",
        )
        for column in ("Table", "MB", "Bytes a record"):
            held.add_column(column, justify="left" if column == "Table" else "right")
        large, small = {}, []
        for name, size in found["tables_mb"].items():
            if size >= found["snapshot_mb"] * _WORTH_A_LINE:
                large[name] = size
            else:
                small.append(size)
        for name, size in {**large, f"{len(small)} smaller tables": sum(small)}.items():
            held.add_row(name, f"{size:,.1f}", f"{size * 2**20 / _records(found):,.0f}")
        held.caption = f"At most {found['spilled_mb']:,.1f} MB were spilled at once."
        made += [stages, held]
    return made


def _grown(small: Found, large: Found) -> float:
    """The power of the records by which the processor seconds of all stages grow."""
    spent = [sum(stage["processor_seconds"] for stage in one["stages"]) for one in (small, large)]
    return math.log(spent[1] / spent[0]) / math.log(_records(large) / _records(small))


def growth_of_stages(sizes: Sequence[Found]) -> dict[str, float]:
    """The power of the records by which each stage's processor seconds grow, from the smallest size to the largest.

    Stages that take less than a second at the smallest are left out: their figure says nothing.
    """
    small, large = (min(sizes, key=_records), max(sizes, key=_records))
    grown = math.log(_records(large) / _records(small))
    before = {stage["name"]: stage["processor_seconds"] for stage in small["stages"]}
    return {
        stage["name"]: round(math.log(stage["processor_seconds"] / before[stage["name"]]) / grown, 2)
        for stage in large["stages"]
        if grown > 0 and before.get(stage["name"], 0) >= 1 and stage["processor_seconds"] > 0
    }


def growth_of_room(sizes: Sequence[Found]) -> dict[str, float]:
    """The power of the records by which the snapshot grows, and its tables that take a megabyte or more at the smallest size."""
    small, large = (min(sizes, key=_records), max(sizes, key=_records))
    grown = math.log(_records(large) / _records(small))
    if grown <= 0:
        return {}
    before, after = (
        {"The snapshot": found["snapshot_mb"]}
        | {f"Table {name}": size for name, size in found["tables_mb"].items()}
        for found in (small, large)
    )
    return {
        name: round(math.log(after[name] / size) / grown, 2)
        for name, size in before.items()
        if size >= 1 and after.get(name, 0) > 0
    }


def _records(found: Found) -> int:
    return int(found["records"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each size and print the rows."""
    parser = options(__doc__)
    parser.add_argument("--records", type=int, action="append", help="about how many records (repeatable)")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mashlink-builds-") as scratch:
        regions = Regions(Path(scratch))
        sizes = [
            measure(records, asked.runs, regions, Path(scratch))
            for records in asked.records or [100_000, 1_000_000]
        ]
    for table in tables_printed(sizes):
        screen().print(table)
    by_stage = growth_of_stages(sizes)
    for name, power in [*by_stage.items(), *growth_of_room(sizes).items()]:
        screen().print(f"{name}: grows by the power {power:.2f} of the records", highlight=False)
    tell(
        figures(sizes),
        asked.out,
        {"sizes": sizes, "growth": by_stage | growth_of_room(sizes)},
        "Whole builds, two standing scopes",
    )


if __name__ == "__main__":
    main()
