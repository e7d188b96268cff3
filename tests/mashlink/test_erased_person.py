"""After an erasure and a build, no byte of the person is left: snapshot, ledger, exports, answers, logs."""

import json
import logging
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from access import Description, Principal, Purpose, as_plain
from mashlink.build import BuildRequest, build
from mashlink.calibration import load_calibration, save_calibration
from mashlink.cli import app
from mashlink.settings import Settings
from mashlink.wiring import open_desk, store_at
from records.errors import LedgerUnavailable

MAPPING = """
feed = "test"
agency = "council"
[label]
marking = "=shareable"
category = "=ordinary"
[files.people]
path = "people*.csv"
[files.visits]
path = "visits*.csv"
[[record]]
from = "people"
id = "ID"
full_name = "NAME"
full_name_order = "family, given"
date_of_birth = "DOB"
identifiers = { nhs_number = "NHS" }
address = [{ address = "HOME", postcode = "POSTCODE" }]
[[event]]
from = "visits"
id = "VISIT"
kind = "=contact"
started_at = "ON"
summary = "NOTE"
[[involvement]]
from = "visits"
event = "VISIT"
record = "ID"
role = "=subject"
"""
WHY = ("--purpose", "data_rights", "--reason", "Request granted")
TRACES = (
    "Zebedee",
    "Quillfeather",
    "2011-03-02",
    "02/03/2011",
    "9990000018",
    "kd-7741",
    "kd-7742",
    "vst-90",
    "Lapwing Yard",
)
SERVED = Purpose("safeguarding_s47", "Strategy meeting")
DECIDER = Principal("dana", "Dana", "decision_maker", "council", "home")


def write_feeds(folder: Path) -> Path:
    folder.mkdir()
    (folder / "m.toml").write_text(MAPPING)
    person = "QUILLFEATHER, Zebedee,02/03/2011,9990000018,3 Lapwing Yard,ZZ1 4AB"
    quoted = person.replace("QUILLFEATHER, Zebedee", '"QUILLFEATHER, Zebedee"')
    others = [f'kd-{n},"LARK, Una{n}",0{n + 1}/06/2001,,{n} Wren Row,ZZ2 5AB' for n in range(6)]
    rows = [f"kd-7741,{quoted}", f"kd-7741,{quoted}", f"kd-7742,{quoted}", *others]
    (folder / "people.csv").write_text("\n".join(["ID,NAME,DOB,NHS,HOME,POSTCODE", *rows]) + "\n")
    visits = [
        "vst-90,kd-7741,2025-05-01,Zebedee came alone",
        "v2,kd-7741,2025-06-01,Zebedee and Una1",
        "v2,kd-1,2025-06-01,Zebedee and Una1",
        "v3,kd-2,2025-07-01,Una2 alone",
    ]
    (folder / "visits.csv").write_text("\n".join(["VISIT,ID,ON,NOTE", *visits]) + "\n")
    return folder


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def found(store: Path, family: str) -> str:
    with open_desk(store, Settings()) as desk, desk.open(DECIDER, SERVED, "lookup") as view:
        return json.dumps(
            as_plain(view.lookup(Description(given_name=None, family_name=family, postcode="ZZ1 4AB")))
        )


def test_nothing_of_an_erased_person_is_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    feeds, store = write_feeds(tmp_path / "feeds"), tmp_path / "store"
    store.mkdir()
    # A calibrated hub: its builds carry on from the last one.
    save_calibration(store / "calibration.json", load_calibration(store / "none.json"))
    build(BuildRequest(feeds=feeds, store=store), Settings())
    record = ("--store", store, "--record", "council:kd-7741")
    before = found(store, "Quillfeather")
    assert "Zebedee" in before
    page = tmp_path / "held.html"
    run("subject-access", *record, "--out", page, *WHY)
    assert all(one in page.read_text() for one in ("QUILLFEATHER", "9990000018", "3 Lapwing Yard"))
    assert "Una1" not in page.read_text()
    run("subject-access", *record, "--out", tmp_path / "held.docx", *WHY)
    for_word = Document(str(tmp_path / "held.docx"))
    cells = " ".join(cell.text for table in for_word.tables for row in table.rows for cell in row.cells)
    assert all(one in cells for one in ("QUILLFEATHER", "9990000018", "3 Lapwing Yard"))
    assert "Una1" not in cells
    assert "Heading 1" in {one.style.name for one in for_word.paragraphs if one.style}

    told = json.loads(run("erase", *record, *WHY, "--dry-run", "--json"))
    assert (told["records"], told["events_erased"], told["events_reduced"], told["done"]) == (2, 1, 1, None)
    assert "Zebedee" in found(store, "Quillfeather")
    run("erase", *record, *WHY)
    caplog.clear()
    assert "Zebedee" not in found(store, "Quillfeather")

    report = build(BuildRequest(feeds=feeds, store=store), Settings())
    assert (report.records, report.linkage["kind"]) == (6, "full")
    for what in ("memberships", "incidents", "findings_evidence"):
        run("export", "--store", store, "--what", what, "--out", tmp_path / "out" / f"{what}.csv", *WHY)
    run("export", "--store", store, "--what", "graph", "--out", tmp_path / "out" / "graph.graphml", *WHY)
    answer = found(store, "Lark") + found(store, "Quillfeather")
    run("ledger", "verify", "--store", store)

    written = [
        path for folder in (store, tmp_path / "out") for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    assert len(written) >= 8
    for path in written:
        content = path.read_bytes().lower()
        assert [one for one in TRACES if one.lower().encode() in content] == [], path.name
    for one in TRACES:
        assert one not in answer
        assert one.lower() not in caplog.text.lower()
    with store_at(store, Settings()).open_current() as connection:
        everything = [
            connection.execute(f'SELECT * FROM "{table}"').fetchall()
            for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        assert connection.execute("SELECT summary FROM event ORDER BY event_id").fetchall() == [
            (None,),
            ("Una2 alone",),
        ]
    # Columns are compressed in the file, so the rows are looked through as well.
    text = json.dumps(everything, default=str).lower()
    assert [one for one in TRACES if one.lower() in text] == []

    # Without the key nobody could tell what is to stay out.
    (store / "keys" / "erasure.key").unlink()
    with pytest.raises(LedgerUnavailable, match=r"erasure\.key"):
        build(BuildRequest(feeds=feeds, store=store), Settings())


def test_a_schedule_is_needed_to_retain(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["retain", "--store", str(tmp_path), *WHY])
    assert "docs/retention.md" in str(done.exception)
