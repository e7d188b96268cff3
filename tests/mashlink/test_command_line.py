"""The commands as people and scripts use them, over one small region."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pyarrow.parquet as pq
import pytest

from detectors import DETECTORS
from records.ledger import Ledger
from records.snapshot import Store

pytestmark = pytest.mark.xdist_group("walk")
WHY = ("--purpose", "safeguarding_s47", "--reason", "strategy meeting")


def entries(store: Path) -> list[Any]:
    opened = Store(store)
    with Ledger.open(opened.ledger_path, opened.keys_path) as ledger:
        return ledger.entries()


def test_a_build_accounts_for_every_row_and_stage(walked: Any) -> None:
    report = walked.report
    assert set(report) >= {
        "snapshot", "as_of", "seconds_total", "peak_mb", "stages", "feeds", "people", "households", "incidents",
        "links", "findings",
    }  # fmt: skip
    for count in report["feeds"].values():
        assert count["read"] == count["accepted"] + count["quarantined"]
    assert sum(count["quarantined"] for count in report["feeds"].values()) > 0
    assert sum(count["fields_set_aside"] for count in report["feeds"].values()) > 0
    assert set(report["findings"]) == {detector.name for detector in DETECTORS}
    assert all(stage["seconds"] >= 0 and stage["peak_mb"] > 0 for stage in report["stages"])
    assert 1000 < report["people"] < 1500


def test_what_the_truth_says_of_it_comes_as_json(walked: Any, mashlink: Callable[..., Any]) -> None:
    ran = mashlink("evaluate", "--store", walked.store, "--truth", walked.region / "truth", "--json")
    assert ran.status == 0, ran.complaints
    quality = ran.json
    assert quality["linkage"]["pairwise"]["precision"] > 0.98
    assert quality["linkage"]["pairwise"]["recall"] > 0.9
    assert (quality["linkage"]["twins_merged"], quality["linkage"]["seals_broken"]) == (0, 0)
    assert quality["roles_changed"] == 0
    assert set(quality["detectors"]) == {detector.name for detector in DETECTORS}
    assert set(quality["detectors"]["gang_network"]) == {
        "precision", "recall", "decoys_flagged", "findings", "per_week",
    }  # fmt: skip


def test_a_lookup_without_purpose_gives_no_data_and_leaves_a_denial(
    walked: Any, mashlink: Callable[..., Any]
) -> None:
    before = len(entries(walked.store))
    ran = mashlink("lookup", "--store", walked.store, "--family", "Smith", "--json")
    assert (ran.status, ran.output) == (2, "")
    assert "--purpose CODE" in ran.complaints
    left = entries(walked.store)[before:]
    assert [(one.entry.act, one.entry.outcome, one.entry.role) for one in left] == [
        ("lookup", "denied", "operator")
    ]


def test_a_lookup_finds_who_is_there_and_logs_who_was_shown(
    walked: Any, mashlink: Callable[..., Any]
) -> None:
    connection = Store(walked.store).open_current()
    given, family, born, person = connection.execute(
        """SELECT given_name, family_name, date_of_birth, person_id FROM person
           WHERE scope = 'hub' AND record_count > 3 AND date_of_birth IS NOT NULL AND NOT coalesce(is_professional, FALSE)
           ORDER BY person_id LIMIT 1"""
    ).fetchall()[0]
    before = len(entries(walked.store))
    ran = mashlink(
        "lookup", "--store", walked.store, *WHY, "--given", given, "--family", family, "--dob", born, "--json"
    )
    assert ran.status == 0, ran.complaints
    assert ran.json["status"] in {"Match", "ManyMatch"}
    assert ran.json["candidates"][0]["person"]["date_of_birth"] == born.isoformat()
    (left,) = entries(walked.store)[before:]
    assert (left.entry.purpose, left.entry.reason, left.entry.outcome) == (WHY[1], WHY[3], "answered")
    members = connection.execute(
        "SELECT record_id FROM membership WHERE scope = 'hub' AND person_id = ?", [person]
    ).fetchall()
    assert {record_id for (record_id,) in members} & set(left.entry.subjects)
    connection.close()


@pytest.mark.parametrize(
    ("what", "columns"),
    [
        ("memberships", ["record_id", "person_id"]),
        ("households", ["person_id", "household_id", "from", "to"]),
        ("incidents", ["event_id", "incident_id"]),
        ("findings", ["finding_id", "detector", "rank", "person_id", "role", "window_from", "window_to"]),
        ("findings_evidence", ["finding_id", "event_id", "record_id", "role"]),
    ],
)
def test_exports_have_the_columns_that_others_script_against(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path, what: str, columns: list[str]
) -> None:
    for ending in ("parquet", "csv"):
        ran = mashlink(
            "export", "--store", walked.store, *WHY, "--what", what, "--out", tmp_path / f"{what}.{ending}"
        )
        assert ran.status == 0, ran.complaints
    table = pq.read_table(tmp_path / f"{what}.parquet")
    assert table.column_names == columns
    with duckdb.connect() as connection:
        read = connection.read_csv(str(tmp_path / f"{what}.csv"), header=True)
        assert read.columns == columns
        assert len(read.fetchall()) == table.num_rows
    if what == "memberships":
        assert table.num_rows == walked.report["records"]


def test_the_graph_comes_as_files_that_other_programs_read(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    for ending in ("graphml", "csv"):
        ran = mashlink(
            "export", "--store", walked.store, *WHY, "--what", "graph", "--out", tmp_path / f"graph.{ending}"
        )
        assert ran.status == 0, ran.complaints
    graph = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    kinds = {kind for _, kind in graph.nodes(data="kind")}
    assert {"person", "place", "incident", "household"} <= kinds
    assert graph.number_of_edges() > walked.report["people"]
    assert (tmp_path / "graph.nodes.csv").is_file()
    assert (tmp_path / "graph.edges.csv").is_file()


def test_an_unknown_ending_is_refused_with_what_to_do(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    ran = mashlink(
        "export", "--store", walked.store, *WHY, "--what", "incidents", "--out", tmp_path / "x.xls"
    )
    assert ran.status == 2
    assert ".parquet or .csv" in " ".join(ran.complaints.split())
    assert not (tmp_path / "x.xls").exists()


def test_a_rebuild_changes_no_id_and_no_handle(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(walked.store, store)
    before = snapshot_rows(store)
    ran = mashlink("build", "--feeds", walked.region / "feeds", "--store", store, "--full", "--json")
    assert ran.status == 0, ran.complaints
    assert ran.json["snapshot"] != walked.report["snapshot"]
    assert snapshot_rows(store) == before


def snapshot_rows(store: Path) -> dict[str, list[Any]]:
    with Store(store).open_current() as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
            for table in (
                "membership",
                "person",
                "household_spell",
                "incident",
                "finding",
                "finding_evidence",
            )
        }


def test_the_ledger_verifies_and_a_changed_row_shows(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(walked.store, store)
    mashlink("lookup", "--store", store, *WHY, "--family", "Nobody")
    sound = mashlink("ledger", "verify", "--store", store, "--json")
    assert (sound.status, sound.json["sound"]) == (0, True)
    with duckdb.connect() as connection:
        connection.execute("SELECT 1")
    import sqlite3  # noqa: PLC0415 - only to tamper

    with sqlite3.connect(store / "ledger.sqlite") as tampering:
        changed = tampering.execute(
            "UPDATE ledger_entry SET actor = 'somebody else' WHERE sequence = 1"
        ).rowcount
    assert changed == 1
    broken = mashlink("ledger", "verify", "--store", store, "--json")
    assert (broken.status, broken.json["sound"]) == (1, False)


def test_a_feed_that_cannot_be_read_leaves_the_last_snapshot_serving(
    walked: Any, mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    feeds, store = tmp_path / "feeds", tmp_path / "store"
    shutil.copytree(walked.region / "feeds", feeds)
    shutil.copytree(walked.store, store)
    victim = next(feeds.glob("health/*.parquet"))
    victim.write_bytes(victim.read_bytes()[:100])
    before = (store / "CURRENT").read_bytes()
    ran = mashlink("build", "--feeds", feeds, "--store", store)
    assert ran.status == 2
    assert victim.name in "".join(ran.complaints.split())
    assert (store / "CURRENT").read_bytes() == before


def test_mapping_check_says_what_a_mapping_makes_of_its_files(
    walked: Any, mashlink: Callable[..., Any]
) -> None:
    shipped = Path(__file__).parents[2] / "records" / "mappings" / "police.toml"
    ran = mashlink("mapping", "check", shipped, "--feeds", walked.region / "feeds", "--sample", "2", "--json")
    assert ran.status == 0, ran.complaints
    assert ran.json["totals"]["record"] > 0
    assert len(ran.json["rows"]["record"]) == 2


def test_the_command_line_starts_as_a_process_of_its_own_and_refuses_with_a_status(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mashlink", "build", "--feeds", "nowhere", "--store", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "nowhere: no such directory" in ran.stderr


def test_every_command_says_what_it_does(mashlink: Callable[..., Any]) -> None:
    for command in (
        "synth",
        "build",
        "calibrate",
        "evaluate",
        "lookup",
        "export",
        "serve",
        "demo",
        "judge",
        "seal",
        "hide",
    ):
        ran = mashlink(command, "--help")
        assert ran.status == 0
        assert "Usage: mashlink" in ran.output


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("build", "--feeds", "nowhere", "--store", "STORE"), 2, "nowhere: no such directory"),
        (("evaluate", "--store", "NONE", "--truth", "TRUTH"), 1, "nothing has been built here yet"),
        (("evaluate", "--store", "STORE", "--truth", "FEEDS"), 2, "no records.parquet here"),
        (("serve", "--store", "STORE"), 2, "start with --demo"),
        (("serve", "--store", "NONE", "--demo"), 1, "nothing has been built here yet"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(
    walked: Any,
    mashlink: Callable[..., Any],
    tmp_path: Path,
    arguments: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    places = {
        "STORE": walked.store,
        "FEEDS": walked.region / "feeds",
        "TRUTH": walked.region / "truth",
        "NONE": tmp_path / "none",
    }
    ran = mashlink(*(places.get(one, one) for one in arguments))
    assert ran.status == status
    assert said in " ".join(ran.complaints.split())
    assert "Traceback" not in ran.complaints
