"""Rows that no agency should hand in and some will: the whole pipeline takes them and raises nothing by them."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mashlink.build import BuildRequest, build
from mashlink.build_report import BuildReport
from mashlink.calibration import save_calibration, shipped
from mashlink.settings import Settings
from records.snapshot import Store

MAPPING = """
feed = "odd"
agency = "odd"
authority = "=Larkhaven"
dates = ["%Y-%m-%d", "%Y"]
extracted_on = "=2026-08-31"
[label]
marking = "=shareable"
category = "=ordinary"
[files.people]
path = "people.csv"
[files.ties]
path = "ties.csv"
[files.events]
path = "events.csv"
[files.parts]
path = "parts.csv"
[[record]]
from = "people"
id = "ID"
full_name = "NAME"
full_name_order = "given family"
date_of_birth = "BORN"
[[record.address]]
address = "ADDRESS"
postcode = "POSTCODE"
[[record.thing]]
kind = "=phone"
value = "PHONE"
[[relationship]]
from = "ties"
record = "ONE"
other = "OTHER"
kind = "KIND"
[[event]]
from = "events"
id = "ID"
kind = "KIND"
concern = "CONCERN"
started_at = { column = "ON", dates = ["%Y-%m-%d", "%Y"] }
known_on = "KNOWN"
[[involvement]]
from = "parts"
event = "EVENT"
record = "PERSON"
role = "ROLE"
"""
LAST = date(2026, 8, 31)
GIVEN = ("Amina", "Bryn", "Carys", "Dafydd", "Esther", "Farid", "Grace", "Hamza", "Isla", "Jonah")
FAMILY = ("Ackroyd", "Bellweather", "Chowdhury", "Draycott", "Eastlake", "Farrow", "Greystoke", "Holloway")


def write(folder: Path, name: str, head: str, rows: Iterable[tuple[object, ...]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head.split())
        writer.writerows(rows)


def person(number: int, born: str, phone: str = "", address: str = "") -> tuple[object, ...]:
    name = f"{GIVEN[number % 10]} {FAMILY[number % 8]}{'aeiou'[number % 5]}{number}n"
    where = address or f"{number} High Street"
    return number, name, born, where, f"QD{number % 9 + 1} {number % 9}AA", phone


class Feeds:
    """Rows by file, written as one agency would hand them in."""

    def __init__(self) -> None:
        self.people: list[tuple[object, ...]] = []
        self.ties: list[tuple[object, ...]] = []
        self.events: list[tuple[object, ...]] = []
        self.parts: list[tuple[object, ...]] = []

    def event(
        self, kind: str, on: str, parts: dict[int, str], concern: str = "neglect", known: str = ""
    ) -> None:
        number = len(self.events)
        self.events.append((number, kind, concern, on, known or on))
        self.parts += [(number, who, role) for who, role in parts.items()]

    def build(self, folder: Path) -> tuple[BuildReport, list[tuple[Any, ...]]]:
        """Build a store from these rows; (the report, (detector, person's record) of each finding's subject)."""
        feeds = folder / "feeds"
        feeds.mkdir()
        (feeds / "odd.toml").write_text(MAPPING, encoding="utf-8")
        write(feeds, "people", "ID NAME BORN ADDRESS POSTCODE PHONE", self.people)
        write(feeds, "ties", "ONE OTHER KIND", self.ties)
        write(feeds, "events", "ID KIND CONCERN ON KNOWN", self.events)
        write(feeds, "parts", "EVENT PERSON ROLE", self.parts)
        (folder / "store").mkdir()
        save_calibration(
            folder / "store" / "calibration.json", shipped()
        )  # so that the odd rows teach nothing
        report = build(BuildRequest(feeds=feeds, store=folder / "store", as_of=LAST), Settings())
        with Store(folder / "store").open_current() as connection:
            found = connection.execute(
                """SELECT DISTINCT f.detector, m.record_id FROM finding f JOIN finding_subject s USING (scope, finding_id)
                   JOIN membership m ON m.scope = f.scope AND m.person_id = s.person_id
                   WHERE f.scope = 'hub' ORDER BY ALL"""
            ).fetchall()
        return report, found


def ago(days: int) -> str:
    return (LAST - timedelta(days=days)).isoformat()


def test_odd_rows_break_nothing_and_raise_nothing(tmp_path: Path) -> None:
    feeds = Feeds()
    feeds.people = [person(number, "2014-02-03") for number in range(6)] + [person(6, "1985-05-05")]
    feeds.ties = [(0, 0, "sibling"), (1, 2, "carer"), (2, 3, "carer"), (3, 1, "carer"), (0, 999, "parent")]
    for year in range(4):
        feeds.event("contact", f"{1980 + year}-06-01", {0: "subject"})  # long before the birth
    for _ in range(4):
        feeds.event("missing_episode", "2024", {1: "subject"}, known=ago(30))  # some time in 2024
        feeds.event("incident", ago(30), {})  # nobody in it
    feeds.event("incident", ago(20), {6: "suspect"}, "domestic_abuse")
    feeds.parts.append((len(feeds.events) - 1, 6, "victim"))  # harms themselves
    for number in range(5_000):
        feeds.event("contact", ago(number % 360), {3: "subject"})
    report, found = feeds.build(tmp_path)
    assert not [warning for warning in report.warnings if "failed" in warning]
    assert report.findings["repeat_notifications"] == 1
    assert {who for name, who in found if name == "repeat_notifications"} == {"odd:3"}
    assert {who for _, who in found} <= {"odd:3"}


@pytest.mark.faults
def test_one_phone_home_and_incident_of_fifty_thousand_ties_nobody(tmp_path: Path) -> None:
    feeds = Feeds()
    feeds.people = [
        person(
            number, f"{1950 + number % 65}-0{number % 9 + 1}-1{number % 9}", "07700900123", "1 Tower Court"
        )
        for number in range(50_000)
    ]
    crowd = {number: ("suspect", "victim", "associate")[number % 3] for number in range(50_000)}
    for days in (10, 20, 30, 40):
        feeds.event("incident", ago(days), crowd, "violence")
    report, _ = feeds.build(tmp_path)
    assert not [warning for warning in report.warnings if "failed" in warning]
    assert {name: count for name, count in report.findings.items() if count} == {}
    assert report.peak_mb < 4_000
