"""Education: CSV with commas in UTF-8 with a byte order mark, dates as 31/08/2026; exclusions in a spreadsheet."""

import numpy as np

from synthetic.feeds.books import Books
from synthetic.feeds.codes import (
    CONCERN_SCHOOL,
    DFE_ETHNICITY,
    EXCLUSION_REASONS,
    coded,
    ethnicities,
    languages,
)
from synthetic.feeds.spoiling import Sheet
from synthetic.feeds.texts import ISO, UK, both, dates, joined, numbers, picked
from synthetic.options import AUTHORITIES, EXTRACTED_ON, NOBODY, OPEN_END, WINDOW_TO, Indices, Texts
from synthetic.population import FEMALE
from synthetic.registers import PUPIL, hub_of

EXCLUSION_ROWS = 4_500  # a spreadsheet stays small: the latest ones
RELATIONS = np.array(["MOT", "FAT"], dtype=object)
SCHOOL_WORDS = (
    "Hill",
    "Park",
    "Wood",
    "Mill",
    "Church",
    "Bridge",
    "Brook",
    "Field",
    "Abbey",
    "Lane",
    "Marsh",
    "Well",
)


def education_sheets(books: Books, hub: int) -> list[Sheet]:
    """Every CSV file of one hub's schools; the spreadsheet is apart."""
    return [
        _pupils(books, hub), _contacts(books, hub), _attendance(books, hub), _off_roll(books, hub), _concerns(books, hub), _staff(books, hub),
    ]  # fmt: skip


def _sheet(name: str, columns: dict[str, Texts], key: str = "", code: str = "") -> Sheet:
    return Sheet(f"education/{name}_{EXTRACTED_ON}.csv", columns, key, code)


def local_authorities(authority: Indices) -> Texts:
    """Three-digit numbers of authorities."""
    return np.array([str(item.number) for item in AUTHORITIES], dtype=object)[authority]


def school_names(school: Indices) -> tuple[Texts, Texts]:
    """Code (authority and establishment number) and name of each school; empty for ``NOBODY``."""
    known = school != NOBODY
    authority, number = np.divmod(np.maximum(school, 0), 10_000)
    secondary = number >= 5_000
    code = both(local_authorities(authority), "/", numbers(np.where(secondary, 4000, 2000) + number % 5_000))
    words = np.array(SCHOOL_WORDS, dtype=object)
    name = joined(
        words[number % len(words)], words[(number // len(words) * 5 + 3) % len(words)], np.where(secondary, "Academy", "Primary School").astype(object),
        np.where(number % 5_000 >= len(words), numbers(number % 5_000), "").astype(object),
    )  # fmt: skip
    return np.where(known, code, "").astype(object), np.where(known, name, "").astype(object)


def _pupils(books: Books, hub: int) -> Sheet:
    rows = books.registers.of(PUPIL, hub)
    d = books.describe(PUPIL, rows)
    rng = books.world.streams.stream("pupils")
    registers, rolls, addresses = books.registers, books.rolls, books.world.addresses
    person, authority = registers.person[rows], registers.authority[rows]
    code = authority * len(books.world.people) + person
    order = np.lexsort((rolls.begins, rolls.authority * len(books.world.people) + rolls.person))
    keys = (rolls.authority * len(books.world.people) + rolls.person)[order]
    last = np.searchsorted(keys, code, side="right") - 1
    roll = order[np.maximum(last, 0)]
    on_roll = (last >= 0) & (keys[np.maximum(last, 0)] == code)
    school = np.where(on_roll, rolls.school[roll], NOBODY)
    entry, leaving = (
        np.where(on_roll, rolls.begins[roll], -(10**6)),
        np.where(on_roll, rolls.ends[roll], OPEN_END),
    )
    school_code, school_name = school_names(school)
    sen = np.where(rng.random(len(books.world.people)) < 0.16, "SEN support", "").astype(object)
    former = np.where(
        (rng.random(len(books.world.people)) < 0.015)[person] & (d.upn != ""), both(d.upn, ""), ""
    ).astype(object)
    return _sheet("pupils", {
        "PupilID": registers.own_id[rows], "UPN": d.upn, "FormerUPN": former, "Surname": d.family, "Forename": d.given, "MiddleNames": d.middle,
        "PreferredForename": d.alias, "DOB": np.where(d.born_text != "", d.born_text, dates(d.born, UK)).astype(object),
        "Gender": np.array(["F", "M", ""], dtype=object)[d.sex], "Ethnicity": ethnicities(d.culture, d.ethnicity_known, DFE_ETHNICITY),
        "HomeLanguage": languages(d.culture), "SEN": sen[person],
        "HouseAndStreet": joined(picked(addresses.line_1, d.address), picked(addresses.line_2, d.address), between=", "), "Town": picked(addresses.town, d.address),
        "Postcode": d.postcode, "UPRN": d.uprn, "SchoolCode": school_code, "SchoolName": school_name, "EntryDate": dates(entry, UK),
        "LeavingDate": np.where(leaving < WINDOW_TO, dates(leaving, UK), "").astype(object), "LA": local_authorities(authority),
    }, "PupilID")  # fmt: skip


def _contacts(books: Books, hub: int) -> Sheet:
    rng = books.world.streams.stream("contact details")
    contacts, registers, world = books.contacts, books.registers, books.world
    count = len(contacts.person)
    apart = rng.random(count) < 0.05
    wrong = rng.random(count)
    rows = np.flatnonzero(hub_of(registers.authority[contacts.pupil_record]) == hub)
    pupil, person = contacts.pupil_record[rows], contacts.person[rows]
    day = registers.described_on[pupil]
    here = world.residences.address_of(person, day)
    same = here == world.residences.address_of(registers.person[pupil], day)
    as_pupil = (same | (here == NOBODY)) & ~apart[rows]
    female = world.people.sex[person] == FEMALE
    title = np.where(female, np.where(world.people.married[person], "Mrs", "Ms"), "Mr").astype(object)
    given = world.names.given[person]
    called = joined(
        title,
        np.where(wrong[rows] < 0.04, np.array([name[:1] for name in given], dtype=object), given).astype(
            object
        ),
        world.names.family[person],
    )
    address = joined(
        picked(world.addresses.line_1, here), picked(world.addresses.line_2, here), picked(world.addresses.town, here), picked(world.addresses.postcode, here),
        between=", ",
    )  # fmt: skip
    return _sheet("contacts", {
        "ContactID": contacts.own_id[rows], "PupilID": registers.own_id[pupil], "Relation": np.where(female, "MOT", "FAT").astype(object), "ContactName": called,
        "Telephone": np.where(wrong[rows] < 0.8, world.identities.phone[person], "").astype(object), "AddressAsPupil": np.where(as_pupil, "Y", "N").astype(object),
        "Address": np.where(as_pupil, "", address).astype(object), "Priority": numbers(contacts.priority[rows]),
    }, "ContactID")  # fmt: skip


def _subject(books: Books, rows: Indices) -> Texts:
    return books.record_ids(books.record_in_role(rows, "subject"))


def _attendance(books: Books, hub: int) -> Sheet:
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "education") & (events["kind"] == "attendance"))
    return _sheet("attendance", {
        "AttendanceRef": books.event_ids[rows], "PupilID": _subject(books, rows), "HalfTermStart": dates(events["day"][rows], UK),
        "HalfTermEnd": dates(events["ended"][rows], UK), "SessionsPossible": numbers(events["possible"][rows]), "SessionsMissed": numbers(events["absent"][rows]),
        "LA": local_authorities(events["authority"][rows]),
    }, "AttendanceRef")  # fmt: skip


def exclusion_rows(books: Books, hub: int) -> Indices:
    """Event rows of the exclusions that the spreadsheet holds: the latest ones."""
    events = books.events
    return books.event_rows(hub, (events["agency"] == "education") & (events["kind"] == "exclusion"))[
        -EXCLUSION_ROWS:
    ]


def exclusions_sheet(books: Books, hub: int) -> Sheet:
    """The spreadsheet's one sheet; its dates are true date cells."""
    events, rows = books.events, exclusion_rows(books, hub)
    pupil = books.record_in_role(rows, "subject")
    school = books.rolls.at(books.registers.person[pupil], events["day"][rows])
    columns = {
        "Ref": books.event_ids[rows], "PupilID": books.record_ids(pupil), "Start": dates(events["day"][rows], ISO),
        "End": np.where(events["ended"][rows] < 0, "", dates(events["ended"][rows], ISO)).astype(object), "Type": events["outcome"][rows],
        "Reason": coded(events["concern"][rows], EXCLUSION_REASONS, "MT"), "School": school_names(school)[1], "LA": local_authorities(events["authority"][rows]),
    }  # fmt: skip
    return Sheet(f"education/exclusions_{EXTRACTED_ON}.xlsx", columns, "Ref")


def _off_roll(books: Books, hub: int) -> Sheet:
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "education") & (events["kind"] == "off_roll"))
    day = events["day"][rows]
    return _sheet("off_roll", {
        "Ref": books.event_ids[rows], "PupilID": _subject(books, rows), "LeftOn": dates(day, UK), "Recorded": dates(day + events["delay"][rows], UK),
        "Reason": events["outcome"][rows], "Destination": events["note"][rows], "LA": local_authorities(events["authority"][rows]),
    }, "Ref")  # fmt: skip


def _concerns(books: Books, hub: int) -> Sheet:
    events, contacts = books.events, books.contacts
    rows = books.event_rows(hub, (events["agency"] == "education") & (events["kind"] == "school_concern"))
    day = events["day"][rows]
    pupil = books.record_in_role(rows, "subject")
    return _sheet("concerns", {
        "ConcernRef": books.event_ids[rows], "PupilID": books.record_ids(pupil), "OtherPupilID": books.record_ids(books.record_in_role(rows, "subject", 1)),
        "AboutContactID": picked(contacts.own_id, contact_in_role(books, rows, pupil)), "RaisedOn": dates(day + events["delay"][rows], UK), "OccurredOn": dates(day, UK),
        "Category": coded(events["concern"][rows], CONCERN_SCHOOL), "Level": numbers(events["severity"][rows], 1), "Action": events["outcome"][rows],
        "StaffID": books.staff_of(rows), "Note": events["note"][rows], "LA": local_authorities(events["authority"][rows]),
    }, "ConcernRef")  # fmt: skip


def contact_in_role(books: Books, rows: Indices, pupil: Indices) -> Indices:
    """The contact of the pupil's whom the concern is about, ``NOBODY`` where no contact is."""
    events, contacts = books.events, books.contacts
    parts = books.parts_of(rows)
    parts = parts[events.part_role[parts] == "suspect"]
    person = np.full(len(events), NOBODY)
    person[events.part_event[parts]] = events.part_person[parts]
    span = len(books.world.people) + 1
    keys = contacts.pupil_record * span + contacts.person
    order = np.argsort(keys, kind="stable")
    wanted = pupil * span + person[rows]
    place = order[np.minimum(np.searchsorted(keys[order], wanted), len(order) - 1)]
    return np.asarray(
        np.where((keys[place] == wanted) & (person[rows] != NOBODY), place, NOBODY), dtype=np.int64
    )


def _staff(books: Books, hub: int) -> Sheet:
    staff = books.world.staff
    rows = np.flatnonzero((staff.agency == "education") & ((staff.authority < 2) == (hub == 0)))
    code, name = school_names(staff.authority[rows] * 10_000 + rows % 2)
    return _sheet("staff", {
        "StaffID": books.staff_ids[rows], "StaffName": joined(np.full(len(rows), "Ms", dtype=object), staff.given[rows], staff.family[rows]), "Post": staff.post[rows],
        "SchoolCode": code, "SchoolName": name, "LA": local_authorities(staff.authority[rows]),
    }, "StaffID")  # fmt: skip
