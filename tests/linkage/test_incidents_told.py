"""Who is said to have told whom, and in what words, days and numbers: the habits of hubs differ, the happening is one."""

from datetime import datetime

import pytest
from told_incidents import empty_tables

from linkage import resolve_incidents
from linkage.agencies.resolve import sector_of_agency
from records.scope import HUB, Scope


def told(*rows: dict[str, object]) -> list[list[str]]:
    """The incidents of more than one event; a row: id, kind, at, who, and any column of ``event``."""
    connection = empty_tables()
    people = set()
    for row in rows:
        values = dict(row)
        event_id, at, who = str(values.pop("id")), str(values.pop("at")), str(values.pop("who"))
        agency = event_id.split(":", maxsplit=1)[0]
        values |= {
            "event_id": event_id,
            "agency": agency,
            "started_at": datetime.fromisoformat(at),
            "date_precision": "time" if len(at) > 10 else "day",
            "label_id": 0,
        }
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO event ({', '.join(values)}) VALUES ({marks})", list(values.values()))
        for part in who.split():
            person, role = part.split("=")
            record_id = f"{agency}:{person}"
            if record_id not in people:
                people.add(record_id)
                connection.execute(
                    "INSERT INTO record (record_id, agency, label_id) VALUES (?, ?, 0)", [record_id, agency]
                )
                connection.execute(
                    "INSERT INTO membership (scope, record_id, person_id) VALUES (?, ?, ?)",
                    [HUB, record_id, person],
                )
            connection.execute(
                "INSERT INTO involvement (event_id, record_id, role, label_id) VALUES (?, ?, ?, 0)",
                [event_id, record_id, role],
            )
    resolve_incidents(connection, Scope(HUB, frozenset({0}), standing=True))
    found = connection.execute(
        "SELECT list_sort(list(event_id)) FROM incident GROUP BY incident_id HAVING count(*) > 1"
    ).fetchall()
    return sorted(row[0] for row in found)


def notice(
    concern: str | None = "other", at: str = "2025-03-06 21:10", **values: object
) -> dict[str, object]:
    return {"id": "police:1", "kind": "contact", "at": at, "who": "ben=subject", "concern": concern} | values


def contact(concern: str | None, at: str = "2025-03-07", **values: object) -> dict[str, object]:
    row = {"id": "council:1", "kind": "contact", "at": at, "who": "ben=subject", "concern": concern}
    return row | {"referrer": "Police"} | values


@pytest.mark.parametrize(
    ("first", "then", "are_one"),
    [
        # The notice says no more than "child coming to notice"; the council files it under its own heading.
        (notice("other"), contact("neglect"), True),
        (notice(None), contact("emotional", at="2025-03-09"), True),
        (notice("domestic_abuse"), contact("emotional", at="2025-03-09"), True),
        # Words that have nothing in common: only at once, and only on the other's word.
        (notice("weapons"), contact("neglect"), True),
        (notice("weapons"), contact("neglect", at="2025-03-09"), False),
        (notice("weapons"), contact("neglect", referrer="School"), False),
        (notice("weapons"), contact("neglect", referrer=None), False),
        # Who is told first has not told.
        (notice("other", at="2025-03-08 21:10"), contact("neglect"), False),
        (notice("other", at="2025-03-07 21:10"), contact("neglect", at="2025-03-07 09:00"), False),
        # A notice that was held up over a holiday, in the same words.
        (notice("neglect"), contact("neglect", at="2025-03-12"), True),
        (notice("neglect"), contact("neglect", at="2025-03-20"), False),
        (notice("other"), contact("neglect", at="2025-03-12"), False),
    ],
)
def test_a_contact_on_another_agencys_word_is_that_agencys_notice(
    first: dict[str, object], then: dict[str, object], are_one: bool
) -> None:
    assert bool(told(first, then)) is are_one


def test_a_force_is_known_by_its_name_run_on_or_by_what_it_writes_down() -> None:
    assert sector_of_agency("northpolice") == "police"
    assert sector_of_agency("fenland_housing") == "housing"
    assert sector_of_agency("kestrel") is None
    assert sector_of_agency("united") is None
    custody = {"id": "kestrel:9", "kind": "custody", "at": "2024-01-01", "who": "dee=subject"}
    assert told(notice(id="kestrel:1"), contact("neglect")) == []
    assert told(notice(id="kestrel:1"), contact("neglect"), custody) == [["council:1", "kestrel:1"]]


def test_three_agencies_that_each_wrote_to_the_council_told_one_happening() -> None:
    night = {
        "id": "police:1",
        "kind": "incident",
        "at": "2025-03-07 22:00",
        "who": "amy=victim ben=victim",
        "concern": "physical",
    }
    hospital = {
        "id": "trust:1",
        "kind": "ed_attendance",
        "at": "2025-03-07 23:30",
        "who": "ben=subject",
        "concern": "physical",
    }
    by_police = contact("physical", at="2025-03-08")
    by_hospital = contact("physical", at="2025-03-09", id="council:2", referrer="Hospital A&E")
    by_nobody_there = contact("physical", at="2025-03-09", id="council:3", referrer="Housing officer")
    assert told(night, hospital, by_police, by_hospital, by_nobody_there) == [
        ["council:1", "council:2", "police:1", "trust:1"]
    ]


def test_of_somebody_told_of_again_and_again_days_apart_say_little() -> None:
    concern = {"kind": "school_concern", "concern": "neglect", "who": "ben=subject"}
    pair = (notice("neglect", at="2025-03-05 12:00"), concern | {"id": "school:1", "at": "2025-03-07"})
    others = [concern | {"id": f"school:{n}", "at": f"2025-0{n}-20"} for n in (2, 4)]
    assert told(*pair) == [["police:1", "school:1"]]
    assert told(*pair, *others) == []


@pytest.mark.parametrize(
    ("words", "who", "are_one"),
    [
        ({"referrer": "Police, ref 2403/11872"}, "ben=subject", True),
        ({"summary": "Report no. 240311872 received from officer."}, "ben=parent_carer", True),
        ({"reference": "2403-11872"}, "ben=subject", True),
        ({"summary": "Report no. 240311872"}, "dee=subject", False),
        ({"summary": "Report no. 240311873"}, "ben=subject", False),
    ],
)
def test_a_number_in_the_words_of_a_report_names_what_it_reports(
    words: dict[str, object], who: str, are_one: bool
) -> None:
    first = {
        "id": "police:2403/11872",
        "kind": "incident",
        "at": "2025-03-01 10:00",
        "who": "ben=witness",
        "concern": "weapons",
    }
    then = contact("neglect", at="2025-03-12", who=who, referrer=None) | words
    assert bool(told(first, then)) is are_one


def test_two_entries_within_the_hour_on_the_word_of_two_agencies_are_two_reports() -> None:
    first = contact("neglect", at="2025-03-07 09:00")
    assert told(first, contact("neglect", at="2025-03-07 09:20", id="council:2")) != []
    assert told(first, contact("neglect", at="2025-03-07 09:20", id="council:2", referrer="School")) == []


def test_a_midwife_tells_nothing_of_a_night_at_the_hospital() -> None:
    night = {
        "id": "trust:1",
        "kind": "ed_attendance",
        "at": "2025-03-07 23:30",
        "who": "ben=subject",
        "concern": None,
    }
    assert told(night, contact("neglect", at="2025-03-08", referrer="Midwife")) == []
    assert told(night, contact("neglect", at="2025-03-08", referrer="Hospital A&E")) != []


def test_a_flagged_attendance_and_a_vague_notice_of_one_day_are_one_an_ordinary_one_is_not() -> None:
    visit = {"id": "trust:1", "kind": "ed_attendance", "at": "2025-03-06", "who": "ben=subject"}
    assert told(notice("other"), visit | {"concern": "physical"}) == [["police:1", "trust:1"]]
    assert told(notice("other"), visit | {"concern": None}) == []
