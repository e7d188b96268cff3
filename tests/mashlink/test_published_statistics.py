"""The tables that hubs publish, from feed files made to match them, by mappings alone, through the real build.

Fifty-two cases of one year: each with a source and a step (Warwickshire), an initial and a final rating and a decision in
time or late (Westminster), and partners who knew the child or did not, one of whom joined half-way (Northumberland).
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from access import Desk, Principal, Purpose, StatisticCell, StatisticRequest
from mashlink.build import BuildRequest, build
from mashlink.settings import Settings
from mashlink.wiring import open_desk
from products import StatisticTable, extract_table, statistic_table
from records.snapshot import Store

pytestmark = pytest.mark.xdist_group("published")

CASES = 52
SINCE, UNTIL = date(2012, 4, 1), date(2013, 3, 31)
JOINED = date(2012, 10, 1)
# Source as written -> contacts alone, contacts that became referrals, referrals without a contact.
SOURCES = {"Polcie": (18, 9, 1), "Primary School": (8, 4, 0), "Zzyzx Qwv": (11, 1, 0)}
# Initial and final rating, in time or late.
RATINGS = (
    [("Red", "Red", True)] * 6 + [("Red", "Red", False)] * 2 + [("Red", "Amber", True)] * 3 + [("Red", "Green", False)]
    + [("Amber", "Red", True)] * 2 + [("Amber", "Amber", True)] * 14 + [("Amber", "Green", False)] * 8
    + [("Green", "Green", True)] * 15 + [("Green", "Amber", True)]
)  # fmt: skip
HUB = """
feed = "hub"
agency = "social_care"
authority = "=Westgate"
extracted_on = "=2013-03-31"
[label]
marking = "=shareable"
category = "=ordinary"
[files.cases]
path = "cases.csv"
[files.referrals]
path = "referrals.csv"
[[record]]
from = "cases"
id = "CHILD"
full_name = "NAME"
full_name_order = "given family"
date_of_birth = "BORN"
identifiers = { nhs_number = "NHS" }
[[event]]
from = "cases"
id = "ID"
kind = "KIND"
started_at = { column = "RECEIVED", dates = ["%Y-%m-%d %H:%M"] }
decided_at = { column = "DECIDED", dates = ["%Y-%m-%d %H:%M"] }
known_on = { column = "RECEIVED", dates = ["%Y-%m-%d %H:%M"] }
concern = "=neglect"
referrer = "SOURCE"
rag_initial = { column = "RAG_IN", codes = { Red = "red", Amber = "amber", Green = "green" } }
rag_final = { column = "RAG_OUT", codes = { Red = "red", Amber = "amber", Green = "green" } }
outcome = "OUTCOME"
[[event.involvement]]
record = "CHILD"
role = "=subject"
[[event]]
from = "referrals"
id = "ID"
kind = "=referral"
started_at = { column = "RECEIVED", dates = ["%Y-%m-%d %H:%M"] }
known_on = { column = "RECEIVED", dates = ["%Y-%m-%d %H:%M"] }
concern = "=neglect"
referrer = "SOURCE"
related_event = "CONTACT"
[[event.involvement]]
record = "CHILD"
role = "=subject"
"""
PARTNER = """
feed = "{0}"
agency = "{0}"
authority = "=Westgate"
extracted_on = "=2013-03-31"
[label]
marking = "=shareable"
category = "=ordinary"
[files.reports]
path = "{0}.csv"
[[record]]
from = "reports"
id = "PERSON"
full_name = "NAME"
full_name_order = "given family"
date_of_birth = "BORN"
identifiers = {{ nhs_number = "NHS" }}
[[event]]
from = "reports"
id = "ID"
kind = "=incident"
started_at = "ON"
known_on = "ON"
concern = "=violence"
[[event.involvement]]
record = "PERSON"
role = "=subject"
"""
GIVEN = (
    "Ada",
    "Bevan",
    "Carys",
    "Dafydd",
    "Eira",
    "Ffion",
    "Gethin",
    "Hefin",
    "Ioan",
    "Lowri",
    "Mabli",
    "Nia",
    "Owain",
)
FAMILY = ("Quillfeather", "Thrupp", "Marchbank", "Oddershaw")


def nhs_number(number: int) -> str:
    """A number of the range for tests whose check digit holds, the next one where there is none."""
    digits = f"999{number * 7:06d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return f"{digits}{check % 11}" if check != 10 else nhs_number(number + 1000)


def steps() -> list[tuple[str, str]]:
    names = ("contact only", "became", "alone")
    return [
        (source, step)
        for source, made in SOURCES.items()
        for step, count in zip(names, made, strict=True)
        for _ in range(count)
    ]


def write(path: Path, header: str, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


def make_feeds(folder: Path) -> None:
    folder.mkdir()
    cases, referrals, police, probation = [], [], [], []
    for number, ((source, step), (first, last, in_time)) in enumerate(zip(steps(), RATINGS, strict=True)):
        # A Wednesday morning; late is a week after.
        received = datetime(2012, 4, 4, 10) + timedelta(days=7 * number)  # noqa: DTZ001 - feeds hold local times
        decided = received + (timedelta(hours=2) if in_time else timedelta(days=7))
        child = (
            f"{GIVEN[number % 13]} {FAMILY[number % 4]}",
            date(2003, 1, 9) + timedelta(days=53 * number),
            nhs_number(number),
        )
        kind = "referral" if step == "alone" else "contact"
        at = received.isoformat(" ", "minutes")
        cases.append(
            (
                number,
                kind,
                at,
                decided.isoformat(" ", "minutes"),
                source,
                first,
                last,
                "Advice",
                f"C{number}",
                *child,
            )
        )
        if step == "became":
            referrals.append((f"R{number}", at, source, number, f"C{number}"))
        before = received.date() - timedelta(days=20)
        if number % 4:
            police.append((f"P{number}", before, f"N{number}", *child))
        if number % 2 and before >= JOINED:
            probation.append((f"B{number}", before, f"O{number}", *child))
    write(
        folder / "cases.csv",
        "ID,KIND,RECEIVED,DECIDED,SOURCE,RAG_IN,RAG_OUT,OUTCOME,CHILD,NAME,BORN,NHS",
        cases,
    )
    write(folder / "referrals.csv", "ID,RECEIVED,SOURCE,CONTACT,CHILD", referrals)
    # The police took part from the first day on.
    police.append(("P-first", SINCE, "N-other", "Wren Halloway", date(1980, 5, 5), nhs_number(900)))
    for name, rows in (("police", police), ("probation", probation)):
        write(folder / f"{name}.csv", "ID,ON,PERSON,NAME,BORN,NHS", rows)
        (folder / f"{name}.toml").write_text(PARTNER.format(name), encoding="utf-8")
    (folder / "hub.toml").write_text(HUB, encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("published")
    make_feeds(folder / "feeds")
    report = build(BuildRequest(feeds=folder / "feeds", store=folder / "store"), Settings())
    assert all(feed["quarantined"] == feed["fields_set_aside"] == 0 for feed in report.feeds.values()), (
        report.feeds
    )
    assert Store(folder / "store").current_path().exists()
    settings = Settings(
        statistics={"joined_on": {"probation": JOINED.isoformat()}, "front_door": ["social_care"]}
    )
    with open_desk(folder / "store", settings) as desk:
        yield desk


def table(desk: Desk, statistic: str) -> StatisticTable:
    """A statistic as the manager sees it; each figure is the number of rows that it opens."""
    manager = Principal("daniel", "Daniel", "decision_maker", "social_care", "home")
    asked = StatisticRequest(statistic, SINCE, UNTIL)
    with desk.open(manager, Purpose("safeguarding_s47", "Annual report"), "statistics") as view:
        found = statistic_table(view.statistic(asked), view.hub_figures())
        for _, cells in found.rows:
            for cell in cells[: found.counted]:
                assert cell.opens is not None
                assert view.statistic_rows(asked, StatisticCell(cell.opens)).count == cell.count
    return found


def shown(found: StatisticTable) -> dict[str, dict[str, str]]:
    return {
        label: dict(zip(found.header[1:], (cell.text for cell in cells), strict=True))
        for label, cells in found.rows
    }


def test_westminsters_turnaround_by_initial_rating(desk: Desk) -> None:
    found = table(desk, "turnaround")
    rows = shown(found)
    told = {rating: (one["within target"], one["late"], one["Total"]) for rating, one in rows.items()}
    assert told == {
        "red": ("9", "3", "12"),
        "amber": ("16", "8", "24"),
        "green": ("16", "0", "16"),
        "Total": ("41", "11", "52"),
    }
    assert rows["red"]["Share within target (95% interval)"].startswith("75.0% (")
    assert rows["green"]["Median working hours"].startswith("2.0 (quartiles 2.0")
    assert found.notes[0].startswith("Working hours are 09:00 to 17:00")


def test_westminsters_change_of_rating(desk: Desk) -> None:
    found = table(desk, "rag_change")
    told = {
        rating: [one[last] for last in ("red", "amber", "green", "Total")]
        for rating, one in shown(found).items()
    }
    assert told == {
        "red": ["8", "3", "1", "12"], "amber": ["2", "14", "8", "24"], "green": ["0", "1", "15", "16"], "Total": ["10", "18", "24", "52"],
    }  # fmt: skip
    assert "escalated" in found.definition.reads


def test_warwickshires_contacts_and_referrals_by_source_sum_where_the_published_ones_do_not(
    desk: Desk,
) -> None:
    found = table(desk, "cases")
    rows = {source: tuple(int(cell.text) for cell in cells[:4]) for source, cells in found.rows}
    assert rows == {
        "police": (18, 9, 1, 28),
        "school": (8, 4, 0, 12),
        "not resolved": (11, 1, 0, 12),
        "Total": (37, 14, 1, 52),
    }
    contacts, referrals = rows["Total"][0] + rows["Total"][1], rows["Total"][1] + rows["Total"][2]
    assert contacts + referrals == 66, "as published tables count: more than the 52 cases that there were"
    assert "contacts and referrals are never added up" in found.definition.reads
    assert shown(found)["police"]["Share contact that became a referral (95% interval)"].startswith("33.3% (")


def test_northumberlands_contributions_have_denominators_of_their_own(desk: Desk) -> None:
    found = table(desk, "contribution")
    rows = shown(found)
    assert (rows["police"]["contributed"], rows["police"]["Total"]) == ("39", "52")
    # 3 October is the first Wednesday after probation joined: 26 cases from then on.
    assert rows["probation"]["Total"] == "26"
    assert int(rows["probation"]["contributed"]) == sum(
        number % 2 and date(2012, 4, 4) + timedelta(days=7 * number - 20) >= JOINED for number in range(CASES)
    )
    assert "not held against it" in found.definition.reads


def test_the_audit_extract_tells_of_each_case_what_the_pan_london_pro_forma_asks(desk: Desk) -> None:
    manager = Principal("daniel", "Daniel", "decision_maker", "social_care", "home")
    with desk.open(manager, Purpose("safeguarding_s47", "Audit of thresholds"), "extract") as view:
        header, lines = extract_table(view.audit_extract(StatisticRequest("cases", SINCE, UNTIL)).rows)
    assert len(lines) == CASES
    told = dict(zip(header, lines[0], strict=True))
    assert told == {
        "Case": "social_care:0", "Received": "2012-04-04 10:00", "Who referred": "Police", "Referrer as written": "Polcie",
        "District": "Westgate", "Reason": "Neglect", "Initial rating": "Red", "Final rating": "Red", "Agencies involved": "Social care",
        "Outcome": "Advice", "Decided": "2012-04-04 12:00", "Turnaround, working hours": "2.00", "Previous referral": "", "Its outcome": "",
    }  # fmt: skip
    assert "Police, Social care" in {line[header.index("Agencies involved")] for line in lines}
