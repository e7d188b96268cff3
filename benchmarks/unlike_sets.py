"""Data unlike the region, by mapping files alone, beside Splink with its threshold chosen on the truth.

``python -m benchmarks.unlike_sets [NAME ...]``: FEBRL 3 and 4 with and without the number, and the made-up lists of
``unlike_lists``. Each goes through the whole build, which learns its own calibration; nobody tells it the truth or a
threshold. FEBRL has recordlinkage's ECM classifier beside it too, which has no threshold to choose.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from benchmarks.figures import Figure, Peer, tell
from benchmarks.part import mashlink, options
from benchmarks.recordlinkage_ecm import f1_of_ecm
from benchmarks.regions import current_snapshot
from benchmarks.splink_at_best import best_on_febrl, best_on_rows
from benchmarks.unlike_lists import LISTS
from benchmarks.unlike_people import UnlikeSet
from examples.febrl.prepare import VARIANTS, prepare
from records.database import open_database

FEBRL: Final = ("febrl4", "febrl3")
SPLINK: Final = "Splink, threshold on the truth"
_PAIRS: Final = """
    WITH told AS (
        SELECT m.person_id, t.person FROM snapshot.membership m JOIN truth t USING (record_id) WHERE m.scope = 'hub'),
    cell AS (SELECT person_id, person, count(*) AS n FROM told GROUP BY ALL)
    SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY person_id)),
        (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY person)),
        (SELECT sum(n * (n - 1) / 2) FROM cell)"""


def our_quality(snapshot: Path, truth: Mapping[str, str]) -> dict[str, float]:
    """Precision, recall and F1 over pairs of records."""
    with open_database() as connection:
        connection.execute(f"ATTACH '{snapshot}' AS snapshot (READ_ONLY)")
        connection.register("truth", pa.table({"record_id": list(truth), "person": list(truth.values())}))
        found, true, right = connection.execute(_PAIRS).fetchall()[0]
    return {"precision": right / max(found, 1), "recall": right / true, "f1": 2 * right / (found + true)}


def build(feeds: Path, truth: Mapping[str, str]) -> tuple[Path, dict[str, float]]:
    """A first build on ``feeds`` without labels: its snapshot and its quality."""
    store = feeds.parent / "store"
    mashlink("build", "--feeds", str(feeds), "--store", str(store))
    snapshot = current_snapshot(store)
    return snapshot, our_quality(snapshot, truth)


def measure_febrl(root: Path, name: str, variant: str) -> tuple[Figure, dict[str, float]]:
    """One of FEBRL's data sets, with or without the number."""
    home, number = root / name / variant, variant == "with_number"
    rows = open_database().execute(
        "SELECT record_id, person_key FROM read_parquet(?)", [str(home / "truth" / "records.parquet")]
    )
    truth = dict(rows.fetchall())
    _, ours = build(home / "feeds", truth)
    peers = (Peer(SPLINK, best_on_febrl(name, number)), Peer("recordlinkage ECM", f1_of_ecm(name, number)))
    bar = f"{name}_number" if number else name
    return Figure(bar, ours["f1"], len(truth), "records", peers=peers), ours


def measure_list(root: Path, unlike: UnlikeSet) -> tuple[Figure, dict[str, float]]:
    """One of the made-up lists."""
    feeds = root / unlike.name / "feeds"
    feeds.mkdir(parents=True)
    truth = unlike.write(feeds)
    snapshot, ours = build(feeds, truth)
    splink = Peer(SPLINK, best_on_rows(snapshot, truth, unlike.duplicate_free))
    name = unlike.name.replace("_", " ")
    return Figure("unlike_set", ours["f1"], len(truth), "records", name, peers=(splink,)), ours


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row a data set."""
    parser = options(__doc__, runs=None)
    parser.add_argument("names", nargs="*", help="data sets; all where none is named")
    asked = parser.parse_args(arguments)
    told: list[Figure] = []
    details: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="mashlink-unlike-") as scratch:
        root = Path(scratch)
        prepare(root)
        for name in FEBRL:
            for variant in reversed(VARIANTS) if not asked.names or name in asked.names else ():
                figure, details[f"{name} {variant.replace('_', ' ')}"] = measure_febrl(root, name, variant)
                told.append(figure)
        for make in LISTS:
            if asked.names and make.__name__ not in asked.names:
                continue
            figure, details[make.__name__] = measure_list(root, make())
            told.append(figure)
    tell(told, asked.out, details, "Data unlike the region, by mapping files alone")


if __name__ == "__main__":
    main()
