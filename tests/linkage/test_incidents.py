"""One happening told by several agencies is one incident; two happenings of the same people are two."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told_incidents import empty_tables

from linkage import incidents_of, resolve_incidents, resolve_places
from linkage.agencies.resolve import sector_of
from records.scope import HUB, Scope

SCOPE = Scope(HUB, frozenset({0}), standing=True)


class Diary:
    """Events of a few people; the record ``<agency>:<person>`` is the person's."""

    def __init__(self) -> None:
        self.connection = empty_tables()
        self.members: dict[str, str] = {}

    def tell(
        self,
        event_id: str,
        kind: str,
        at: str,
        parts: dict[str, str],
        concern: str | None = "domestic_abuse",
        label_id: int = 0,
        **values: object,
    ) -> None:
        agency = event_id.split(":", maxsplit=1)[0]
        row = {
            "event_id": event_id,
            "agency": agency,
            "kind": kind,
            "concern": concern,
            "label_id": label_id,
            "started_at": datetime.fromisoformat(at),
            "date_precision": "time" if len(at) > 10 else "day",
            **values,
        }
        self._add("event", row)
        for person, role in parts.items():
            record_id = f"{agency}:{person}"
            if record_id not in self.members:
                self.members[record_id] = person
                professional = person.startswith("worker")
                self._add(
                    "record",
                    {
                        "record_id": record_id,
                        "agency": agency,
                        "is_professional": professional,
                        "label_id": 0,
                    },
                )
                self._add("membership", {"scope": HUB, "record_id": record_id, "person_id": person})
            self._add(
                "involvement",
                {"event_id": event_id, "record_id": record_id, "role": role, "label_id": label_id},
            )

    def name(self, record_id: str, **names: str) -> None:
        """The name that a record gives."""
        for column, name in names.items():
            self.connection.execute(f"UPDATE record SET {column} = ? WHERE record_id = ?", [name, record_id])

    def _add(self, table: str, row: dict[str, object]) -> None:
        marks = ", ".join("?" for _ in row)
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values())
        )

    def incidents(self) -> list[list[str]]:
        resolve_incidents(self.connection, SCOPE)
        rows = self.connection.execute(
            "SELECT list_sort(list(event_id)) FROM incident WHERE scope = 'hub' GROUP BY incident_id"
        ).fetchall()
        return sorted(row[0] for row in rows)


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_three_agencies_telling_one_night_is_one_incident(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 23:10", {"amira": "victim", "cal": "suspect"})
    diary.tell("health:1", "ed_attendance", "2025-03-08 00:20", {"amira": "subject"}, concern="physical")
    diary.tell(
        "care:1",
        "contact",
        "2025-03-10",
        {"ben": "subject", "amira": "parent_carer"},
        referrer="Police, public protection",
    )
    assert diary.incidents() == [["care:1", "health:1", "police:1"]]


def test_a_week_later_it_is_another_incident_even_with_a_report_between(diary: Diary) -> None:
    for number, day in enumerate(("01", "08")):
        diary.tell(
            f"police:{number}", "incident", f"2025-03-{day} 22:00", {"amira": "victim", "cal": "suspect"}
        )
        diary.tell(
            f"care:{number}",
            "contact",
            f"2025-03-{int(day) + 3:02}",
            {"amira": "parent_carer", "cal": "associate"},
        )
    assert diary.incidents() == [["care:0", "police:0"], ["care:1", "police:1"]]


def test_two_police_entries_of_one_day_are_two_unless_their_clocks_agree(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 09:00", {"amira": "victim", "cal": "suspect"})
    diary.tell("police:2", "incident", "2025-03-07 20:00", {"amira": "victim", "cal": "suspect"})
    diary.tell("police:3", "incident", "2025-03-07 20:20", {"amira": "victim"})
    diary.tell("care:1", "contact", "2025-03-07", {"amira": "subject", "cal": "associate"})
    found = diary.incidents()
    assert not any({"police:1", "police:2"} <= set(group) for group in found)
    assert any({"police:2", "police:3"} <= set(group) for group in found)


def test_victim_here_and_suspect_there_are_two_happenings(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 23:00", {"amira": "victim"})
    diary.tell("health:1", "ed_attendance", "2025-03-07 23:30", {"amira": "suspect"})
    assert diary.incidents() == [["health:1"], ["police:1"]]


def test_a_shared_worker_or_reporter_ties_nothing(diary: Diary) -> None:
    diary.tell(
        "care:1", "contact", "2025-03-07", {"ben": "subject", "worker1": "professional", "nan": "reporter"}
    )
    diary.tell(
        "care:2", "referral", "2025-03-07", {"dee": "subject", "worker1": "professional", "nan": "reporter"}
    )
    diary.tell("health:1", "ed_attendance", "2025-03-07", {"eve": "subject", "worker1": "subject"})
    assert len(diary.incidents()) == 3


def test_concerns_that_have_nothing_in_common_stay_apart(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 23:00", {"ben": "subject"}, concern="weapons")
    diary.tell("health:1", "ed_attendance", "2025-03-08 09:00", {"ben": "subject"}, concern="self_harm")
    assert len(diary.incidents()) == 2


def test_a_shared_reference_joins_what_names_alone_would_not(diary: Diary) -> None:
    diary.tell(
        "police:1", "incident", "2025-03-07 23:00", {"cal": "suspect"}, concern="violence", reference="XK/123"
    )
    diary.tell(
        "housing:1",
        "antisocial_behaviour",
        "2025-03-20",
        {"dee": "subject"},
        concern="neglect",
        reference="XK/123",
    )
    assert diary.incidents() == [["housing:1", "police:1"]]


def test_an_agencys_own_acts_are_incidents_of_their_own(diary: Diary) -> None:
    diary.tell("care:1", "assessment", "2025-03-07", {"ben": "subject"})
    diary.tell("care:2", "plan", "2025-03-07", {"ben": "subject"})
    diary.tell("school:1", "attendance", "2025-03-07", {"ben": "subject"}, concern=None)
    assert len(diary.incidents()) == 3


def test_an_event_of_a_vague_date_or_no_people_stands_alone(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-01-01 12:00", {"amira": "victim"})
    diary.tell("care:1", "contact", "2025-01-01", {"amira": "subject"})
    diary.connection.execute("UPDATE event SET date_precision = 'year' WHERE event_id = 'care:1'")
    diary.tell("police:2", "incident", "2025-01-01 12:00", {})
    assert len(diary.incidents()) == 3


def test_rows_outside_the_scope_change_nothing(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 23:10", {"amira": "victim"})
    diary.tell("care:1", "contact", "2025-03-10", {"amira": "subject"})
    before = diary.incidents()
    diary.tell("health:9", "ed_attendance", "2025-03-08", {"amira": "victim"}, label_id=3)
    assert diary.incidents() == before


@pytest.mark.parametrize(
    ("caller", "subject", "opened", "joined"),
    [
        ("Marek Jaworski", "JAWORSKI, Marek", "2025-03-07 10:25", True),
        ("Bill Ashworth", "William Ashworth", "2025-03-07 10:25", True),
        ("M Jaworskj", "Marek Jaworski", "2025-03-07 11:40", True),
        ("Marek Jaworski", "Marek Jaworski", "2025-03-07 17:00", True),
        ("Marek Jaworski", "Marek Jaworski", "2025-03-08 09:00", False),
        ("Marek Jaworskj", "Marek Jaworski", "2025-03-07 17:00", False),
        ("Jaworski", "Marek Jaworski", "2025-03-07 10:25", False),
        ("Marek Jaworski", "Marek Kowal", "2025-03-07 10:25", False),
        ("Marek Jaworski", "Marek Jaworski", "2025-03-07 07:00", False),
    ],
)
def test_a_call_and_the_case_opened_on_it_share_a_name_and_the_hour(
    diary: Diary, caller: str, subject: str, opened: str, joined: bool
) -> None:
    diary.tell("phones:1", "call", "2025-03-07 10:00", {"caller": "reporter"}, concern=None)
    diary.name("phones:caller", full_name=caller)
    diary.tell("care:1", "contact", opened, {"someone": "subject"}, concern=None)
    diary.name("care:someone", full_name=subject)
    assert (diary.incidents() == [["care:1", "phones:1"]]) is joined
    assert len(set(incidents_of(diary.connection, SCOPE, {"care:someone": "someone"}).values())) == 1
    if joined:
        via, score, why = diary.connection.execute(
            "SELECT via_event_id, score, why FROM incident WHERE event_id = 'care:1'"
        ).fetchall()[0]
        assert via == "phones:1"
        assert score >= 5
        assert "name" in why


def test_the_same_phone_or_concern_carries_a_call_to_the_next_morning(diary: Diary) -> None:
    diary.tell("phones:1", "call", "2025-03-07 16:00", {"caller": "reporter"}, concern=None)
    diary.name("phones:caller", given_name="Marek", family_name="Jaworski")
    diary.tell("care:1", "contact", "2025-03-08 09:00", {"someone": "subject"}, concern=None)
    diary.name("care:someone", given_name="Marek", family_name="Jaworski")
    assert len(diary.incidents()) == 2
    for record_id in ("phones:caller", "care:someone"):
        diary.connection.execute(
            "INSERT INTO thing_use (record_id, kind, value, label_id) VALUES (?, 'phone', '+447700900123', 0)",
            [record_id],
        )
    assert len(diary.incidents()) == 1


@pytest.mark.parametrize(
    ("case", "others", "joined"),
    [
        ({"referrer": "Neighbour"}, [], True),
        ({"referrer": "School"}, [], False),
        ({"referrer": "Neighbour", "authority": "elsewhere"}, [], False),
        ({"referrer": "Neighbour", "concern": "neglect"}, [], False),
        ({"referrer": "Neighbour"}, [("phones:2", "call", {})], False),
        ({"referrer": "Neighbour"}, [("care:2", "contact", {"referrer": "Member of public"})], False),
        ({"referrer": "Neighbour"}, [("care:2", "contact", {"referrer": "GP"})], True),
        ({"referrer": "Neighbour", "parts": {"someone": "subject", "else": "reporter"}}, [], False),
        # Nobody opens a case of a call that is still to come.
        ({"referrer": "Neighbour", "at": "2025-03-07 09:50"}, [], False),
    ],
)
def test_the_only_call_belongs_to_the_only_case_of_the_public(
    diary: Diary, case: dict[str, object], others: list[tuple[str, str, dict[str, object]]], joined: bool
) -> None:
    told = {"authority": "here", "concern": "violence", "parts": {"someone": "subject"}} | case
    diary.tell("phones:1", "call", "2025-03-07 10:00", {}, concern="violence", authority="here")
    at = str(told.pop("at", "2025-03-07 10:40"))
    diary.tell("care:1", "contact", at, told.pop("parts"), told.pop("concern"), **told)  # type: ignore[arg-type]  # a row's values
    for event_id, kind, values in others:
        diary.tell(event_id, kind, "2025-03-07 10:20", {}, concern="violence", authority="here", **values)  # type: ignore[arg-type]  # as above
    assert (["care:1", "phones:1"] in diary.incidents()) is joined


@pytest.mark.parametrize(
    ("opened", "days", "joined"), [("10:30", 2, True), ("10:30", 20, False), ("16:30", 20, True)]
)
def test_where_cases_are_opened_at_that_hour_every_day_the_clock_says_little(
    diary: Diary, opened: str, days: int, joined: bool
) -> None:
    here = {"concern": "violence", "authority": "here"}
    diary.tell("phones:1", "call", "2025-03-27 10:00", {}, **here)
    for day in range(1, days + 1):
        diary.tell(
            f"care:{100 + day}", "contact", f"2025-03-{day:02} {opened}", {}, referrer="Neighbour", **here
        )
    diary.tell("care:1", "contact", "2025-03-27 10:40", {"someone": "subject"}, referrer="Neighbour", **here)
    assert (["care:1", "phones:1"] in diary.incidents()) is joined


def test_a_case_that_another_agency_told_is_not_of_a_call_by_the_clock_alone(diary: Diary) -> None:
    here = {"concern": "violence", "authority": "here"}
    diary.tell("police:1", "incident", "2025-03-07 09:00", {"amira": "victim"}, **here)
    diary.tell("phones:1", "call", "2025-03-07 10:00", {}, **here)
    diary.tell("care:1", "contact", "2025-03-07 10:40", {"amira": "subject"}, referrer="Neighbour", **here)
    assert diary.incidents() == [["care:1", "police:1"], ["phones:1"]]


@pytest.mark.parametrize(
    ("concern", "joined"), [("missing", False), ("physical", True), ("domestic_abuse", True)]
)
def test_what_two_tell_of_as_one_concern_another_does_not_tell_of_as_another(
    diary: Diary, concern: str, joined: bool
) -> None:
    home = {"place": "1 Mill Lane", "postcode": "ZQ1 1AA"}
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim", "cal": "suspect"}, **home)
    told = {"referrer": "Police"} | home
    diary.tell("care:1", "contact", "2025-03-08 10:00", {"amira": "subject", "cal": "suspect"}, **told)
    diary.tell("police:2", "missing_episode", "2025-03-07 21:40", {"amira": "subject"}, concern, **home)
    together = next(members for members in diary.incidents() if "care:1" in members)
    assert set(together) >= {"care:1", "police:1"}
    assert ("police:2" in together) is joined


def test_what_holds_tellings_together_is_told(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim", "cal": "suspect"})
    diary.tell("care:1", "contact", "2025-03-08", {"amira": "subject"}, referrer="Polcie")
    diary.tell("care:2", "plan", "2025-03-08", {"amira": "subject"})
    diary.incidents()
    rows = diary.connection.execute(
        "SELECT event_id, via_event_id, score, why FROM incident ORDER BY event_id"
    ).fetchall()
    assert rows == [
        (
            "care:1",
            "police:1",
            10,
            "one person in both; the same concern; a day apart; the one says the other told it",
        ),
        ("care:2", None, None, None),
        (
            "police:1",
            "care:1",
            10,
            "one person in both; the same concern; a day apart; the one says the other told it",
        ),
    ]


def test_a_referral_of_the_same_people_days_after_the_agencys_contact_is_its_next_step(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim"})
    diary.tell("care:1", "contact", "2025-03-08", {"amira": "subject"})
    diary.tell("care:2", "referral", "2025-03-09", {"amira": "subject"})
    assert diary.incidents() == [["care:1", "police:1"], ["care:2"]]


def test_where_no_concern_is_stated_they_agree_on_who_was_harmed(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim"})
    diary.tell("health:1", "ed_attendance", "2025-03-07 22:00", {"amira": "subject"}, concern=None)
    diary.tell("police:2", "incident", "2025-06-07 20:00", {"amira": "victim"})
    diary.tell("health:2", "ed_attendance", "2025-06-07 22:00", {"amira": "parent_carer"}, concern=None)
    assert diary.incidents() == [["health:1", "police:1"], ["health:2"], ["police:2"]]


KINDS = ("incident", "contact", "ed_attendance", "missing_episode", "referral", "school_concern")
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("police", "care", "health")),
        st.sampled_from(KINDS),
        st.integers(0, 14),
        st.integers(0, 23),
        st.dictionaries(
            st.sampled_from("abcd"), st.sampled_from(("victim", "suspect", "subject")), min_size=1, max_size=3
        ),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(EVENTS, st.randoms(use_true_random=False))
def test_incidents_are_short_ordered_by_no_row_and_the_same_on_demand(events: list, random) -> None:
    def write(order: list[int]) -> Diary:
        diary = Diary()
        for index in order:
            agency, kind, day, hour, parts = events[index]
            at = datetime(2025, 3, 1) + timedelta(days=day, hours=hour)  # noqa: DTZ001 - events carry local time without a zone
            diary.tell(f"{agency}:{index}", kind, at.isoformat(" "), parts)
        return diary

    order = list(range(len(events)))
    diary = write(order)
    found = diary.incidents()
    random.shuffle(order)
    assert write(order).incidents() == found
    for group in found:
        days = [events[int(event_id.split(":")[1])][2] for event_id in group]
        assert max(days) - min(days) <= 5
    stored = dict(diary.connection.execute("SELECT event_id, incident_id FROM incident").fetchall())
    assert incidents_of(diary.connection, SCOPE, diary.members) == stored


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("Polcie", "police"),
        ("NHS - ED", "health"),
        ("Hospital A&E", "health"),
        ("Sch00l", "education"),
        ("Housing officer", "housing"),
        ("Member of public", "public"),
        ("Other LA", "social_care"),
        ("police and school", None),
        ("999 call", None),
        ("", None),
    ],
)
def test_who_a_referrer_stands_for(text: str, sector: str | None) -> None:
    assert sector_of(text) == sector


def test_a_contact_told_by_a_neighbour_is_not_the_police_report(diary: Diary) -> None:
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim"})
    diary.tell("care:1", "contact", "2025-03-09", {"amira": "subject"}, referrer="Neighbour")
    diary.tell("police:2", "incident", "2025-06-07 20:00", {"amira": "victim"})
    diary.tell("care:2", "contact", "2025-06-09", {"amira": "subject"}, referrer="Polcie")
    assert diary.incidents() == [["care:1"], ["care:2", "police:2"], ["police:1"]]


def test_a_report_is_not_dated_before_the_happening(diary: Diary) -> None:
    diary.tell("care:1", "contact", "2025-03-06", {"amira": "subject"}, referrer="Police")
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim"})
    assert len(diary.incidents()) == 2


def test_one_dwelling_and_concern_join_what_shares_no_person(diary: Diary) -> None:
    home = {"place": "Flat 2, 9 Quay Street", "postcode": "ZQ1 1AA"}
    diary.tell("police:1", "incident", "2025-03-07 20:00", {"amira": "victim"}, **home)
    diary.tell("care:1", "contact", "2025-03-08", {"ben": "subject"}, referrer="Police", **home)
    diary.tell(
        "care:2",
        "contact",
        "2025-03-08",
        {"dee": "subject"},
        referrer="Police",
        place="Flat 7, 9 Quay Street",
        postcode="ZQ1 1AA",
    )
    resolve_places(diary.connection)
    assert diary.incidents() == [["care:1", "police:1"], ["care:2"]]


def test_kindred_concerns_of_one_person_are_two_happenings_but_not_in_one_night(diary: Diary) -> None:
    diary.tell("police:1", "missing_episode", "2025-03-07 20:00", {"ben": "subject"}, concern="missing")
    diary.tell(
        "care:1",
        "contact",
        "2025-03-08",
        {"ben": "subject"},
        concern="sexual_exploitation",
        referrer="School",
    )
    assert diary.incidents() == [["care:1"], ["police:1"]]
    diary.tell("police:2", "incident", "2025-04-07 23:00", {"amira": "victim"})
    diary.tell("health:2", "ed_attendance", "2025-04-08 01:00", {"amira": "subject"}, concern="physical")
    assert ["health:2", "police:2"] in diary.incidents()


def test_two_complaints_of_different_days_that_others_told_are_two(diary: Diary) -> None:
    parts = {"ben": "subject", "amira": "parent_carer"}
    diary.tell("housing:1", "antisocial_behaviour", "2025-03-07", parts, concern="neglect")
    diary.tell("care:1", "contact", "2025-03-09", parts, concern="neglect", referrer="Neighbour")
    assert diary.incidents() == [["care:1"], ["housing:1"]]
    diary.tell("care:2", "contact", "2025-03-07", parts, concern="neglect", referrer="Housing officer")
    assert ["care:2", "housing:1"] in diary.incidents()


def test_an_agencys_next_step_is_not_another_report(diary: Diary) -> None:
    diary.tell("care:1", "contact", "2025-03-08", {"ben": "subject"})
    diary.tell("care:2", "referral", "2025-03-08", {"ben": "subject"}, related_event_id="care:1")
    diary.tell("police:1", "custody", "2025-03-08 23:00", {"ben": "subject"})
    assert len(diary.incidents()) == 3
