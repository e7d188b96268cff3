"""The measures against a plain reading of their definitions, on small random worlds."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import Finding, Subject
from mashlink.quality import (
    detector_quality,
    household_quality,
    incident_quality,
    linkage_quality,
    open_truth,
    roles_changed,
)
from records.errors import BadInput
from records.snapshot import TABLES, create_table

DAY = date(2026, 1, 1)


def world() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in TABLES:
        connection.execute(create_table(name))
    connection.execute("INSERT INTO build (as_of) VALUES (DATE '2026-08-31')")
    return connection


def write(folder: Path, name: str, **columns: Sequence[object]) -> None:
    pq.write_table(
        pa.table({key: list(values) for key, values in columns.items()}), folder / f"{name}.parquet"
    )


def link_world(folder: Path, rows: Sequence[tuple[int, int, str]]) -> duckdb.DuckDBPyConnection:
    """Rows (true key, found person, group), one a record."""
    connection = world()
    ids = [f"police:{n}" for n in range(len(rows))]
    for record_id, (_, person, _) in zip(ids, rows, strict=True):
        connection.execute(
            "INSERT INTO membership VALUES ('hub', ?, ?, NULL, NULL), ('hub_ordinary', ?, 'x', NULL, NULL)",
            [record_id, f"p{person}", record_id],
        )
    write(
        folder,
        "records",
        record_id=ids,
        person_key=[f"k{key}" for key, _, _ in rows],
        group=[group for _, _, group in rows],
    )
    return connection


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["a", "b"])), min_size=1, max_size=14
    )
)
def test_linkage_measures_agree_with_counting_pairs(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("truth")
    with link_world(folder, rows) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr("mashlink.quality.SMALL_GROUP_PAIRS", 1)
        open_truth(connection, folder)
        quality = linkage_quality(connection)
    pairs = list(combinations(rows, 2))
    true = [pair for pair in pairs if pair[0][0] == pair[1][0]]
    found = [pair for pair in pairs if pair[0][1] == pair[1][1]]
    both = [pair for pair in true if pair[0][1] == pair[1][1]]
    assert quality["pairwise"]["precision"] == pytest.approx(len(both) / len(found) if found else 1, abs=1e-5)
    assert quality["pairwise"]["recall"] == pytest.approx(len(both) / len(true) if true else 1, abs=1e-5)
    precision = sum(
        sum(o[0] == r[0] and o[1] == r[1] for o in rows) / sum(o[1] == r[1] for o in rows) for r in rows
    )
    assert quality["bcubed"]["precision"] == pytest.approx(precision / len(rows), abs=1e-5)
    for group, part in quality["by_group"].items():
        if group == "other":
            continue
        touching = [pair for pair in found if group in (pair[0][2], pair[1][2])]
        right = [pair for pair in touching if pair[0][0] == pair[1][0]]
        mine = [pair for pair in true if pair[0][2] == pair[1][2] == group]
        caught = [pair for pair in mine if pair[0][1] == pair[1][1]]
        assert part["precision"] == pytest.approx(len(right) / len(touching) if touching else 1, abs=1e-5)
        assert part["recall"] == pytest.approx(len(caught) / len(mine), abs=1e-5)


def test_twins_and_seals_count_when_any_record_of_the_two_meets(tmp_path: Path) -> None:
    connection = link_world(tmp_path, [(0, 0, "a"), (1, 0, "a"), (2, 1, "a"), (3, 2, "a")])
    write(tmp_path, "twins", person_key_a=["k0", "k2"], person_key_b=["k1", "k3"])
    write(tmp_path, "seals", record_id_a=["police:0", "police:2"], record_id_b=["police:1", "police:3"])
    open_truth(connection, tmp_path)
    quality = linkage_quality(connection)
    assert (quality["twins_merged"], quality["seals_broken"]) == (1, 1)


def test_households_need_thirty_days_and_half_of_the_spell(tmp_path: Path) -> None:
    connection = link_world(tmp_path, [(0, 0, "a"), (1, 1, "a"), (2, 2, "a")])
    spells = [("h1", "p0", -900, 100), ("h1", "p1", -900, 100), ("h2", "p1", 0, 20), ("h2", "p2", 0, 20)]
    for household, person, start, end in spells:
        connection.execute(
            "INSERT INTO household_spell VALUES ('hub', ?, ?, 'place:1', ?, ?, [])",
            [household, person, DAY + timedelta(start), DAY + timedelta(end)],
        )
    write(
        tmp_path,
        "households",
        person_key=["k0", "k1", "k0", "k2"],
        household_key=["t1", "t1", "t2", "t2"],
        **{"from": [DAY, DAY, DAY, DAY], "to": [DAY + timedelta(60), DAY + timedelta(60), None, None]},
    )
    open_truth(connection, tmp_path)
    # Found: p0+p1 for 100 days after the truth begins, 60 of them true. True: k0+k1 (found), k0+k2 (missed).
    assert household_quality(connection) == {"precision": 1.0, "recall": 0.5}


def test_incidents_are_measured_in_pairs_of_events(tmp_path: Path) -> None:
    connection = link_world(tmp_path, [(0, 0, "a")])
    for event, incident in (("a:1", "i1"), ("b:1", "i1"), ("c:1", "i2"), ("d:1", "i2")):
        connection.execute(
            "INSERT INTO incident (scope, event_id, incident_id) VALUES ('hub', ?, ?)", [event, incident]
        )
    write(
        tmp_path,
        "incidents",
        event_id=["a:1", "b:1", "c:1", "d:1", "gone:1"],
        incident_key=["x", "x", "x", "y", "x"],
    )
    open_truth(connection, tmp_path)
    assert incident_quality(connection) == {"precision": 0.5, "recall": pytest.approx(1 / 3, abs=1e-5)}


def test_a_role_that_nobody_stated_is_counted(tmp_path: Path) -> None:
    connection = link_world(tmp_path, [(0, 0, "a")])
    connection.execute("INSERT INTO involvement VALUES ('police:e', 'police:0', 'victim', 0)")
    edge = "INSERT INTO edge (scope, source_id, target_id, kind, role, event_ids) VALUES ('hub', 'p0', 'incident:1', 'involved', ?, ['police:e'])"
    connection.execute(edge, ["victim"])
    assert roles_changed(connection) == 0
    connection.execute(edge, ["suspect"])
    connection.execute(
        "INSERT INTO finding_evidence VALUES ('hub', 'f', 'police:e', 'police:0', 'associate')"
    )
    assert roles_changed(connection) == 2


def finding(
    name: str, people: Sequence[str], start: int, end: int, detector: str = "gang_network"
) -> Finding:
    return Finding(
        finding_id=name,
        detector=detector,
        version="1",
        rule="",
        subjects=tuple(Subject(person, "suspect") for person in people),
        window_from=DAY + timedelta(start),
        window_to=DAY + timedelta(end),
        raised_on=DAY,
        expires_on=DAY,
        observed=1,
        baseline=0,
        interval=(0, 0),
        excess=1,
        measure="",
        evidence=(),
        would_clear="",
    )


def test_a_finding_matches_on_half_of_the_subjects_and_an_overlapping_window(tmp_path: Path) -> None:
    connection = link_world(tmp_path, [(n, n, "a") for n in range(6)])
    plan = [
        ("g1", "planted", ["k0", "k1"]),
        ("g2", "planted", ["k2"]),
        ("g3", "natural", ["k3"]),
        ("g4", "decoy", ["k4"]),
        ("g5", "decoy", ["k0"]),
    ]
    flat = [(key, kind, person) for key, kind, people in plan for person in people]
    write(
        tmp_path,
        "patterns",
        pattern=["gang_network"] * len(flat),
        pattern_key=[key for key, _, _ in flat],
        kind=[kind for _, kind, _ in flat],
        person_key=[person for _, _, person in flat],
        role=["suspect"] * len(flat),
        window_from=[DAY] * len(flat),
        window_to=[DAY + timedelta(30)] * len(flat),
    )
    open_truth(connection, tmp_path)
    findings = [
        finding("half of g1, and the decoy g5 in passing", ["p0"], 0, 5),
        finding("g2 but too late", ["p2"], 31, 40),
        finding("g3", ["p3", "p5"], 20, 50),
        finding("the decoy g4", ["p4"], 0, 5),
        finding("another detector's", ["p2"], 0, 5, "repeat_marac"),
    ]
    assert detector_quality(connection, ["gang_network"], findings, weeks=4) == {
        "gang_network": {
            "precision": 0.5,
            "recall": 0.5,
            "decoys_flagged": 0.5,
            "findings": 4,
            "per_week": 1.0,
        }
    }


def test_truth_without_records_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no records\.parquet"):
        open_truth(world(), tmp_path)
