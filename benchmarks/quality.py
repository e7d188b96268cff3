"""Quality of a whole build against known truth, seed by seed, bare Splink beside it: ``python -m benchmarks.quality --seed 11 --seed 12``."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.bare_splink import bare_splink, pairwise, take_records

Figures = dict[str, Any]


def _gap(figures: Figures) -> float:
    recalls = [group["recall"] for group in figures["linkage"]["by_group"].values()]
    return float(max(recalls) - min(recalls))


# What is told, how it is read out of `mashlink evaluate --json`, and what it must reach.
TOLD: Final[tuple[tuple[str, Callable[[Figures], float], str], ...]] = (
    ("pairwise precision", lambda found: found["linkage"]["pairwise"]["precision"], "≥ 0.999"),
    ("pairwise recall", lambda found: found["linkage"]["pairwise"]["recall"], "≥ 0.985"),
    ("B-cubed F1", lambda found: found["linkage"]["bcubed"]["f1"], "≥ 0.993"),
    ("recall, best group less worst", _gap, "≤ 0.010"),
    ("twins merged", lambda found: found["linkage"]["twins_merged"], "0"),
    ("seals broken", lambda found: found["linkage"]["seals_broken"], "0"),
    ("households precision", lambda found: found["households"]["precision"], "≥ 0.97"),
    ("households recall", lambda found: found["households"]["recall"], "≥ 0.95"),
    ("incidents precision", lambda found: found["incidents"]["precision"], "≥ 0.98"),
    ("incidents recall", lambda found: found["incidents"]["recall"], "≥ 0.92"),
    ("bare Splink precision", lambda found: found["bare_splink"]["precision"], ""),
    ("bare Splink recall", lambda found: found["bare_splink"]["recall"], ""),
)


def measure(people: int, seed: int) -> Figures:
    """Make a region, build it, and hold the build and bare Splink to the truth."""
    with tempfile.TemporaryDirectory(prefix="mashlink-quality-") as scratch:
        region, store = Path(scratch, "region"), Path(scratch, "store")
        mashlink("synth", "--people", str(people), "--seed", str(seed), "--out", str(region))
        mashlink("build", "--feeds", str(region / "feeds"), "--store", str(store))
        truth = region / "truth"
        found: Figures = json.loads(
            mashlink("evaluate", "--store", str(store), "--truth", str(truth), "--json")
        )
        snapshot = next((store / "snapshots").glob("*.duckdb"))
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
            for table in ("record", "address_spell", "identifier"):
                connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM snapshot.{table}")
            take_records(connection)
            bare_splink(connection)
            return found | {"bare_splink": pairwise(connection, truth)}


def mashlink(*arguments: str) -> str:
    """Run the command line in a process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "mashlink", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"mashlink {arguments[0]} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def show(screen: Console, people: int, by_seed: dict[int, Figures]) -> None:
    """One column a seed; then recall by group."""
    table = Table(title=f"Regions of {people:,} people", title_justify="left")
    table.add_column("Measure")
    for seed in by_seed:
        table.add_column(f"seed {seed}", justify="right")
    table.add_column("Must reach", justify="right")
    for name, read, target in TOLD:
        values = [read(found) for found in by_seed.values()]
        shown = [f"{value:.4f}" if isinstance(value, float) else str(value) for value in values]
        table.add_row(name, *shown, target)
    table.add_section()
    groups = sorted({group for found in by_seed.values() for group in found["linkage"]["by_group"]})
    for group in groups:
        recalls = [found["linkage"]["by_group"].get(group, {}).get("recall") for found in by_seed.values()]
        shown = ["" if recall is None else f"{recall:.4f}" for recall in recalls]
        table.add_row(f"recall, {group.replace('_', ' ')}", *shown, "")
    screen.print(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each seed and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--seed", type=int, action="append", required=True, help="repeatable")
    asked = parser.parse_args(arguments)
    show(Console(), asked.people, {seed: measure(asked.people, seed) for seed in asked.seed})


if __name__ == "__main__":
    main()
