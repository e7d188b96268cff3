import hashlib
import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from records.vocabulary import DETECTORS, ROLES
from synthetic import RegionOptions, RegionReport, make_region

Made = tuple[Path, RegionReport]
TRUTH = {
    "records": [("record_id", "VARCHAR"), ("person_key", "VARCHAR"), ("group", "VARCHAR")],
    "households": [
        ("person_key", "VARCHAR"),
        ("household_key", "VARCHAR"),
        ("from", "DATE"),
        ("to", "DATE"),
    ],
    "incidents": [("event_id", "VARCHAR"), ("incident_key", "VARCHAR")],
    "patterns": [
        ("pattern", "VARCHAR"),
        ("pattern_key", "VARCHAR"),
        ("kind", "VARCHAR"),
        ("person_key", "VARCHAR"),
        ("role", "VARCHAR"),
        ("window_from", "DATE"),
        ("window_to", "DATE"),
    ],
    "seals": [("record_id_a", "VARCHAR"), ("record_id_b", "VARCHAR")],
    "twins": [("person_key_a", "VARCHAR"), ("person_key_b", "VARCHAR")],
}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def truth(made: Made, name: str) -> str:
    return f"read_parquet('{made[0] / 'truth' / name}.parquet')"


def count(query: str) -> int:
    return int(duckdb.sql(query).fetchall()[0][0])


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("first", 3), ("second", 3), ("other", 4)):
        make_region(RegionOptions(300, seed), tmp_path / name)
    assert digests(tmp_path / "first") == digests(tmp_path / "second")
    assert digests(tmp_path / "first") != digests(tmp_path / "other")


@pytest.mark.parametrize(("people", "seed"), [(199, 1), (500, -1)])
def test_a_region_that_cannot_be_is_refused(people: int, seed: int) -> None:
    with pytest.raises(ValueError, match="region"):
        RegionOptions(people, seed)


@pytest.mark.parametrize("folder", ["truth", "neighbour/truth"])
def test_truth_tables_have_the_columns_that_others_read(region: Made, folder: str) -> None:
    for name, columns in TRUTH.items():
        described = duckdb.sql(f"DESCRIBE SELECT * FROM '{region[0] / folder / name}.parquet'").fetchall()
        assert [(row[0], row[1]) for row in described] == columns


def test_every_format_is_there(region: Made) -> None:
    endings = {path.suffix for path in (region[0] / "feeds").rglob("*") if path.is_file()}
    assert endings == {".csv", ".parquet", ".jsonl", ".xlsx"}


def test_records_a_person_and_report(region: Made) -> None:
    _, report = region
    # 2.5 to 3 in a region of 20,000; in one so small the stories and their staff weigh more.
    assert 2.5 <= report.records / report.people <= 3.5
    assert report.records == count(f"SELECT count(DISTINCT record_id) FROM {truth(region, 'records')}")
    assert report.events == count(f"SELECT count(DISTINCT event_id) FROM {truth(region, 'incidents')}")


def test_every_detector_has_planted_patterns_and_decoys_with_known_people(region: Made) -> None:
    _, report = region
    for detector in DETECTORS:
        assert report.patterns[detector, "planted"] >= 3
        assert report.patterns[detector, "decoy"] >= 3
    patterns, records = truth(region, "patterns"), truth(region, "records")
    assert (
        count(f"SELECT count(*) FROM {patterns} WHERE person_key NOT IN (SELECT person_key FROM {records})")
        == 0
    )
    assert count(f"SELECT count(*) FROM {patterns} WHERE window_from > window_to") == 0
    assert {row[0] for row in duckdb.sql(f"SELECT DISTINCT role FROM {patterns}").fetchall()} <= ROLES


def test_sealed_sides_are_different_people_and_each_adoption_has_both(region: Made) -> None:
    seals, records = truth(region, "seals"), truth(region, "records")
    joined = f"{seals} s JOIN {records} a ON a.record_id = s.record_id_a JOIN {records} b ON b.record_id = s.record_id_b"
    assert count(f"SELECT count(*) FROM {seals}") == count(
        f"SELECT count(*) FROM {joined} WHERE a.person_key <> b.person_key"
    )
    assert count(f"SELECT count(*) FROM {seals}") > 0


def test_some_happenings_are_told_by_several_agencies(region: Made) -> None:
    several = f"SELECT incident_key FROM {truth(region, 'incidents')} GROUP BY ALL HAVING count(DISTINCT split_part(event_id, ':', 1)) >= 3"
    assert count(f"SELECT count(*) FROM ({several})") > 5


def test_children_of_parted_parents_live_in_two_homes_at_once(region: Made) -> None:
    households = truth(region, "households")
    overlapping = f"""
        SELECT DISTINCT a.person_key FROM {households} a JOIN {households} b USING (person_key)
        WHERE a.household_key < b.household_key AND a."from" < coalesce(b."to", DATE '2100-01-01') AND b."from" < coalesce(a."to", DATE '2100-01-01')"""
    assert count(f"SELECT count(*) FROM ({overlapping})") > 3


def test_the_spreadsheet_is_one_that_others_can_open(region: Made) -> None:
    path = next((region[0] / "feeds" / "education").glob("exclusions_*.xlsx"))
    rows = list(openpyxl.load_workbook(path, read_only=True)["exclusions"].iter_rows(values_only=True))
    assert rows[0][:3] == ("Ref", "PupilID", "Start")
    assert rows[1][2].year in {2023, 2024, 2025, 2026}


def test_nothing_could_be_a_real_person(region: Made) -> None:
    feeds = region[0] / "feeds"
    patients = f"read_parquet('{feeds}/health/gp/patients_*.parquet')"
    # Mistyped digits are mistakes by design; the rest is in the range kept for tests.
    assert (
        count(
            f"SELECT count(*) FROM {patients} WHERE nhs_number IS NOT NULL AND nhs_number NOT LIKE '99%' AND nhs_number NOT LIKE '9_9%'"
        )
        <= 5
    )
    assert count(f"SELECT count(*) FROM {patients} WHERE uprn NOT LIKE '999%'") == 0
    assert (
        count(
            f"SELECT count(*) FROM {patients} WHERE NOT regexp_matches(postcode, '^[QVX]') AND length(postcode) > 5"
        )
        <= 12
    )
    for line in next((feeds / "social_care").glob("persons_*.jsonl")).read_bytes().splitlines()[:200]:
        try:
            phone = json.loads(line).get("phone", "0")
        except (UnicodeDecodeError, json.JSONDecodeError):
            continue
        assert phone[:7] in {"0"} | {
            number[:7] for number in ("07700900", "01632960", "02079460", "02896496", "02920180", "03069990")
        } or phone[1:3] in {"11", "12", "13", "14", "15", "16", "19"}
