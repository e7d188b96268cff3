"""Rows that were erased and are handed in again: none of them, and no text of them, comes in."""

import json
from typing import Any

import pytest

from records.erasure import ErasedRows, ErasureKey

KEY = ErasureKey(bytes(range(64)))
MAPPING = """
feed = "test"
agency = "a"
[label]
marking = "=shareable"
category = "=ordinary"
[files.people]
path = "people*.csv"
[files.visits]
path = "visits*.csv"
[files.ties]
path = "ties*.csv"
[[record]]
from = "people"
id = "ID"
full_name = "NAME"
full_name_order = "family, given"
date_of_birth = "DOB"
identifiers = { nhs_number = "NHS" }
[[event]]
from = "visits"
id = "VISIT"
kind = "=contact"
started_at = "ON"
summary = "NOTE"
outcome = "OUTCOME"
[[involvement]]
from = "visits"
event = "VISIT"
record = "ID"
role = "=subject"
[[relationship]]
from = "ties"
record = "ID"
other = "OTHER"
kind = "=sibling"
both_ways = true
"""
FILES = {
    "m.toml": MAPPING,
    # Fay's row twice, and once more with a birth date that no calendar knows.
    "people.csv": 'ID,NAME,DOB,NHS\n1,"QUILL, Fay",02/03/2011,9990000018\n1,"QUILL, Fay",02/03/2011,9990000018\n'
    '2,"THRUPP, Sid",31/02/2010,9990000026\n3,"LARK, Una",05/06/2001,\n',
    "visits.csv": "VISIT,ID,ON,NOTE,OUTCOME\nv1,1,2024-05-01,Fay came alone,closed\nv2,2,2024-06-01,Fay and Sid,closed\n"
    "v3,3,2017-01-01,Una long ago,closed\n",
    "ties.csv": "ID,OTHER\n1,2\n",
}


def erased(**ids: list[str]) -> ErasedRows:
    kinds = {"records": "record", "inactive_records": "record", "events": "event", "reduced_events": "event"}
    return ErasedRows(KEY, **{name: KEY.digests(kinds[name], found) for name, found in ids.items()})


def everything(taken: Any) -> str:
    tables = taken.rows("SELECT table_name FROM duckdb_tables() ORDER BY ALL")
    return json.dumps([taken.rows(f'SELECT * FROM "{table}"') for (table,) in tables], default=str)


@pytest.fixture
def taken(take: Any) -> Any:
    return take(FILES, erased(records=["a:1"], events=["a:v1"], reduced_events=["a:v2"]))


def test_nothing_of_an_erased_person_comes_in_again(taken: Any) -> None:
    assert taken.rows("SELECT record_id FROM record ORDER BY ALL") == [("a:2",), ("a:3",)]
    assert taken.rows("SELECT event_id, record_id FROM involvement ORDER BY ALL") == [
        ("a:v2", "a:2"),
        ("a:v3", "a:3"),
    ]
    assert taken.rows("SELECT * FROM relationship") == []
    text = everything(taken)
    for trace in ("Fay", "QUILL", "2011-03-02", "9990000018", "a:1", "a:v1"):
        assert trace not in text


def test_a_quarantined_copy_stays_counted_without_its_text(taken: Any) -> None:
    assert taken.rows("SELECT raw FROM quarantine") == [("(erased)",)]
    read = taken.rows("SELECT rows_read, rows_accepted, rows_quarantined FROM file_count ORDER BY ALL")
    assert all(rows == accepted + quarantined for rows, accepted, quarantined in read)


def test_an_event_of_others_keeps_its_key_features_alone(taken: Any) -> None:
    assert taken.rows(
        "SELECT kind, started_at::DATE::VARCHAR, outcome, summary FROM event WHERE event_id = 'a:v2'"
    ) == [("contact", "2024-06-01", "closed", None)]
    # What was set aside of somebody else stays.
    assert taken.rows("SELECT row_id, original FROM set_aside") == [("a:2", "31/02/2010")]


def test_a_record_whose_time_ran_out_comes_back_with_a_new_event(take: Any) -> None:
    gone = erased(inactive_records=["a:3"], events=["a:v3"])
    assert ("a:3",) not in take(FILES, gone).rows("SELECT record_id FROM record")
    again = FILES | {"visits2.csv": "VISIT,ID,ON,NOTE,OUTCOME\nv9,3,2026-01-01,Una again,open\n"}
    back = take(again, gone)
    assert ("a:3",) in back.rows("SELECT record_id FROM record")
    assert back.rows("SELECT event_id FROM involvement WHERE record_id = 'a:3'") == [("a:v9",)]
