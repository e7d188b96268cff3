"""A build that carries on from the last one, on the command line."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from records.snapshot import Store

pytestmark = pytest.mark.xdist_group("walk")
TABLES = ("membership", "identity", "person", "review_pair", "household_spell", "incident", "finding")


def rows_of(store: Path) -> dict[str, list[Any]]:
    with Store(store).open_current() as connection:
        rows = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES
        }
        rows["link"] = connection.execute(
            "SELECT record_id_a, record_id_b, weight, rule, comparisons FROM link ORDER BY ALL"
        ).fetchall()
        return rows


def test_a_build_carries_on_and_equals_a_full_one(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    feeds, carried, full = tmp_path / "feeds", tmp_path / "carried", tmp_path / "full"
    shutil.copytree(walked.region / "feeds", feeds)
    for store in (carried, full):
        shutil.copytree(walked.store, store)
    (nominals,) = feeds.glob("police/nominals_*.csv")
    lines = nominals.read_bytes().splitlines(keepends=True)
    nominals.write_bytes(b"".join(lines[:-5]))
    ran = mashlink("build", "--feeds", feeds, "--store", carried, "--json")
    assert ran.status == 0, ran.complaints
    assert ran.json["linkage"]["kind"] == "incremental"
    assert ran.json["linkage"]["removed"] == 5
    assert ran.json["linkage"]["records"] == ran.json["records"]
    again = mashlink("build", "--feeds", feeds, "--store", full, "--full", "--json")
    assert again.json["linkage"]["kind"] == "full"
    assert again.json["linkage"]["why_full"]
    assert rows_of(carried) == rows_of(full)
