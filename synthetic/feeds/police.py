"""Police: CSV with semicolons in Windows-1252, dates as 31/08/2026, names as "SURNAME, Forename"."""

import numpy as np

from synthetic.feeds.books import Books
from synthetic.feeds.codes import CONCERN_POLICE, POLICE_ETHNICITY, coded, ethnicities
from synthetic.feeds.spoiling import Sheet
from synthetic.feeds.texts import UK, both, clock, dates, joined, numbers, picked, plain, upper
from synthetic.options import AUTHORITIES, EXTRACTED_ON, NOBODY, WINDOW_FROM, Indices, Texts
from synthetic.population import FEMALE
from synthetic.registers import POLICE

TYPES = {
    "contact": "PPN", "missing_episode": "MISPER", "custody": "CUST", "order": "ORD", "antisocial_behaviour": "ASB", "incident": "CRIME",
}  # fmt: skip
ROLES = {
    "victim": "VIC", "suspect": "SUS", "offender": "OFF", "witness": "WIT", "reporter": "INF", "subject": "SUBJ", "parent_carer": "PAR",
    "associate": "ASC",
}  # fmt: skip
SEXES = np.array(["F", "M", "U"], dtype=object)


def police_sheets(books: Books, hub: int) -> list[Sheet]:
    """Every police file of one hub."""
    records = books.registers.of(POLICE, hub)
    incidents = books.event_rows(hub, (books.events["agency"] == "police") & (books.events["system"] == ""))
    return [
        *_nominals(books, records),
        _vehicles(books, records),
        _incidents(books, incidents),
        _involvements(books, incidents),
        _associations(books, records),
        _intelligence(books, hub),
        _calls(books, hub),
    ]


def _sheet(name: str, columns: dict[str, Texts], key: str = "", code: str = "") -> Sheet:
    return Sheet(f"police/{name}_{EXTRACTED_ON}.csv", columns, key, code)


def districts(authority: Indices) -> Texts:
    """The force's district codes."""
    return np.array([item.police_code for item in AUTHORITIES], dtype=object)[authority]


def _nominals(books: Books, records: Indices) -> list[Sheet]:
    rng = books.world.streams.stream("police nominals")
    d = books.describe(POLICE, records)
    registers = books.registers
    ids = registers.own_id[records]
    born = np.where(d.born_text != "", d.born_text, dates(d.born, UK))
    name = both(upper(plain(d.family)), ", ", plain(joined(d.given, d.middle)))
    address = joined(
        picked(books.world.addresses.line_1, d.address),
        picked(books.world.addresses.line_2, d.address),
        picked(books.world.addresses.town, d.address),
        between=" ",
    )
    # Only people who were arrested or charged have these; a copy of a person shares them.
    known = (rng.random(len(books.world.people)) < 0.45)[registers.person[records]]
    charged = (rng.random(len(books.world.people)) < 0.3)[registers.person[records]]
    columns = {
        "NOMINAL_REF": ids, "NAME": name, "DOB": born, "SEX": SEXES[d.sex], "ETHNICITY": ethnicities(d.culture, d.ethnicity_known, POLICE_ETHNICITY),
        "PNC_ID": np.where(known, d.pnc, "").astype(object), "CRO_NO": np.where(known & charged, d.cro, "").astype(object), "ADDRESS": address, "POSTCODE": d.postcode,
        "PHONE": d.phone, "ADDRESS_SEEN": np.where(d.address == NOBODY, "", dates(registers.described_on[records], UK)).astype(object),
        "DISTRICT": districts(registers.authority[records]),
    }  # fmt: skip
    has_maiden = (d.maiden != "") & (rng.random(len(records)) < 0.3)
    has_alias = (d.alias != "") & (rng.random(len(records)) < 0.5)
    street = rng.random(len(records)) < 0.04
    nick = both(
        upper(plain(d.family)), ", ", np.array([text[:3] + "z" for text in plain(d.given)], dtype=object)
    )
    parts = (
        (has_maiden, "MAIDEN", both(upper(plain(d.maiden)), ", ", plain(d.given))),
        (has_alias, "ALIAS", both(upper(plain(d.family)), ", ", plain(d.alias))),
        (street, "ALIAS", nick),
    )
    aliases = {
        "NOMINAL_REF": np.concatenate([ids[flag] for flag, _, _ in parts]),
        "KIND": np.concatenate([np.full(int(flag.sum()), kind, dtype=object) for flag, kind, _ in parts]),
        "NAME": np.concatenate([names[flag] for flag, _, names in parts]),
    }
    return [_sheet("nominals", columns, "NOMINAL_REF"), _sheet("aliases", aliases)]


def _vehicles(books: Books, records: Indices) -> Sheet:
    rng = books.world.streams.stream("police vehicles")
    person = books.registers.person[records]
    drives = (rng.random(len(books.world.people)) < 0.22)[person] & (
        books.world.people.age_on(WINDOW_FROM, person) > 17
    )
    rows = records[drives]
    return _sheet("vehicles", {
        "NOMINAL_REF": books.registers.own_id[rows], "REG": books.world.identities.plate[books.registers.person[rows]],
        "SEEN": dates(books.registers.described_on[rows], UK),
    })  # fmt: skip


def _incidents(books: Books, rows: Indices) -> Sheet:
    events = books.events
    day = events["day"][rows]
    kind = coded(events["kind"][rows], TYPES)
    concern = events["concern"][rows]
    kind[(kind == "CRIME") & (concern == "domestic_abuse")] = "DOM"
    return _sheet("incidents", {
        "INC_REF": books.event_ids[rows], "TYPE": kind, "CONCERN": coded(concern, CONCERN_POLICE), "OFFENCE": events["offence"][rows],
        "GRAVITY": numbers(events["severity"][rows], 1), "OCCURRED": joined(dates(day, UK), clock(events["minute"][rows])),
        "ENDED": np.where(events["ended"][rows] < 0, "", dates(events["ended"][rows], UK)).astype(object), "RECORDED": dates(day + events["delay"][rows], UK),
        "LOCATION": joined(books.place(rows, "line_1"), books.place(rows, "line_2"), books.place(rows, "town")), "LOC_POSTCODE": books.place(rows, "postcode"),
        "LOC_UPRN": books.place(rows, "uprn"), "RESULT": events["outcome"][rows], "REPORTED_BY": events["referrer"][rows],
        "DISTRICT": districts(events["authority"][rows]), "SUMMARY": events["note"][rows],
    }, "INC_REF", "TYPE")  # fmt: skip


def _involvements(books: Books, rows: Indices) -> Sheet:
    parts = books.parts_of(rows)
    parts = parts[books.registers.part_record[parts] != NOBODY]
    return _sheet("involvements", {
        "INC_REF": books.event_ids[books.events.part_event[parts]],
        "NOMINAL_REF": books.record_ids(books.registers.part_record[parts]),
        "ROLE": coded(books.events.part_role[parts], ROLES),
    }, "INC_REF", "ROLE")  # fmt: skip


def _associations(books: Books, records: Indices) -> Sheet:
    """Family ties that officers noted, between people who both are nominals."""
    rng = books.world.streams.stream("police associations")
    registers, people = books.registers, books.world.people
    person = registers.person[records]
    area = registers.area[records]
    pairs: list[tuple[Indices, Indices, str]] = []
    for relative, relation in (
        (people.mother[person], "PARENT"),
        (people.father[person], "PARENT"),
        (people.twin[person], "SIBLING"),
    ):
        known = np.flatnonzero((relative != NOBODY) & (rng.random(len(person)) < 0.5))
        other = registers.find(POLICE, area[known], relative[known])
        good = other != NOBODY
        pairs.append((other[good], records[known[good]], relation))
    return _sheet("associations", {
        "NOMINAL_REF": np.concatenate([registers.own_id[one] for one, _, _ in pairs]),
        "OTHER_REF": np.concatenate([registers.own_id[other] for _, other, _ in pairs]),
        "RELATION": np.concatenate([np.full(len(one), relation, dtype=object) for one, _, relation in pairs]),
    })  # fmt: skip


def _intelligence(books: Books, hub: int) -> Sheet:
    rng = books.world.streams.stream("police intelligence")
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "police") & (events["system"] == "intelligence"))
    gradings = np.array(["B2P", "A1P", "C3C", "B1P", "D2P"], dtype=object)[rng.integers(0, 5, len(events))]
    columns = {
        "INTEL_REF": books.event_ids[rows], "DATED": dates(events["day"][rows], UK), "GRADING": gradings[rows],
        "CONCERN": coded(events["concern"][rows], CONCERN_POLICE),
    }  # fmt: skip
    for nth in range(4):
        columns[f"NOMINAL_{nth + 1}"] = books.record_ids(books.record_in_role(rows, "associate", nth))
    columns |= {
        "VEHICLE": events["vehicle"][rows], "PHONE": events["phone"][rows],
        "LOCATION": joined(books.place(rows, "line_1"), books.place(rows, "line_2")), "LOC_POSTCODE": books.place(rows, "postcode"),
        "DISTRICT": districts(events["authority"][rows]), "TEXT": np.where(events["note"][rows] == "", "Seen together", events["note"][rows]).astype(object),
    }  # fmt: skip
    return _sheet("intelligence", columns, "INTEL_REF")


def _calls(books: Books, hub: int) -> Sheet:
    rng = books.world.streams.stream("police calls")
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "police") & (events["system"] == "calls"))
    parts = books.parts_of(rows)
    caller = np.full(len(events), NOBODY)
    caller[events.part_event[parts]] = events.part_person[parts]
    person = caller[rows]
    people, names = books.world.people, books.world.names
    title = np.where(people.sex[person] == FEMALE, "Mrs", "Mr").astype(object)
    leaves_name = rng.random(len(events))[rows] < 0.93
    given = np.where(rng.random(len(events))[rows] < 0.7, names.given[person], "").astype(object)
    called = joined(title, given, names.family[person])
    return _sheet("calls", {
        "CALL_REF": books.event_ids[rows], "CALLED_AT": joined(dates(events["day"][rows], UK), clock(events["minute"][rows])),
        "CALLER": np.where(leaves_name, plain(called), "Anonymous").astype(object), "CALLER_NO": books.world.identities.phone[person],
        "WAIT_SECONDS": numbers(events["wait"][rows]), "TALK_SECONDS": numbers(events["talk"][rows]),
        "ABOUT": coded(events["concern"][rows], CONCERN_POLICE), "ADVICE": events["outcome"][rows], "DISTRICT": districts(events["authority"][rows]),
    }, "CALL_REF")  # fmt: skip
