"""Regions, their rows and their stores: made once for all parts of a run, or for a part that runs alone.

``python -m benchmarks.regions --feeds DIR --rows FILE`` takes feeds in as a process of its own.
"""

import argparse
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.part import FROM_A_RUN, in_a_process, mashlink
from benchmarks.plan import SHARED_SEED
from records.database import open_database
from records.intake import take_in
from records.mapping import load_mappings
from records.snapshot import TABLES, create_table

# The region makes about so many records a person (docs/synthetic.md).
RECORDS_A_PERSON: Final = 2.7


class Regions:
    """Regions of about so many records, below the run's folder or, where a part runs alone, below ``scratch``."""

    def __init__(self, scratch: Path) -> None:
        self._folder = Path(os.environ.get(FROM_A_RUN, scratch))

    def feeds(self, records: int) -> Path:
        """The agency files."""
        people = round(records / RECORDS_A_PERSON)

        def make(target: Path) -> None:
            mashlink("synth", "--people", str(people), "--seed", str(SHARED_SEED), "--out", str(target))

        return self._made(f"region-{records}", make) / "feeds"

    def rows(self, records: int) -> Path:
        """A database with the row tables filled and the others empty; to be copied before it is written to."""
        feeds = self.feeds(records)
        return self._made(
            f"rows-{records}.duckdb",
            lambda target: in_a_process("benchmarks.regions", "--feeds", str(feeds), "--rows", str(target)),
        )

    def store(self, records: int) -> Path:
        """A store with one full build."""
        feeds = self.feeds(records)
        return self._made(
            f"store-{records}",
            lambda target: mashlink("build", "--feeds", str(feeds), "--store", str(target), "--full"),
        )

    def keep_store(self, records: int, store: Path) -> None:
        """Take a store built by a part over, for the parts that follow."""
        if not (self._folder / f"store-{records}").exists():
            store.rename(self._folder / f"store-{records}")

    def _made(self, name: str, make: Callable[[Path], object]) -> Path:
        target, growing = self._folder / name, self._folder / f"growing-{name}"
        if not target.exists():
            # A part that was ended while it made something leaves a piece of it.
            shutil.rmtree(growing, ignore_errors=True)
            growing.unlink(missing_ok=True)
            make(growing)
            growing.rename(target)
        return target


def count_records(database: Path) -> int:
    """How many records ``database`` holds."""
    with open_database(database, read_only=True) as connection:
        return int(connection.execute("SELECT count(*) FROM record").fetchall()[0][0])


def copied(store: Path, target: Path) -> Path:
    """A copy of a store to serve: its ledger and keys its own, its snapshots, which nothing writes to, the same files."""

    def copy(source: str, destination: str) -> str:
        if source.endswith(".duckdb"):
            try:
                os.link(source, destination)
            except OSError:  # Another file system, or one without links.
                shutil.copy2(source, destination)
            return destination
        return str(shutil.copy2(source, destination))

    return Path(shutil.copytree(store, target, copy_function=copy))


def current_snapshot(store: Path) -> Path:
    """The one snapshot of a store that was built once."""
    return next((store / "snapshots").glob("*.duckdb"))


def main() -> None:
    """Take feeds in with their mappings, or the shipped ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=Path, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    asked = parser.parse_args()
    with open_database(asked.rows) as rows:
        for table in TABLES:
            rows.execute(create_table(table))
        take_in(rows, asked.feeds, load_mappings(asked.feeds), hub="home")
    print(json.dumps({"records": count_records(asked.rows)}))


if __name__ == "__main__":
    main()
