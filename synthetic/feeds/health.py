"""Health: Parquet with ISO dates as text, one folder a system, and one list of staff."""

import numpy as np

from synthetic.describing import Descriptions
from synthetic.feeds.books import Books
from synthetic.feeds.codes import CONCERN_WORDS, NHS_ETHNICITY, coded, ethnicities, languages
from synthetic.feeds.spoiling import Sheet
from synthetic.feeds.texts import ISO, both, clock, dates, joined, numbers, picked, plain
from synthetic.options import AUTHORITIES, EXTRACTED_ON, NOBODY, OPEN_END, WINDOW_TO, Flags, Indices, Texts
from synthetic.population import FEMALE
from synthetic.registers import ACUTE, GP, MENTAL, SEXUAL

GENDERS = np.array(["2", "1", "9"], dtype=object)
ACUTE_TYPES = {
    "ed_attendance": "ED",
    "admission": "IP",
    "clinic_attendance": "OPD",
    "missed_appointment": "DNA",
    "midwifery_booking": "MAT",
}


def health_sheets(books: Books, hub: int) -> list[Sheet]:
    """Every health file of one hub."""
    return [
        _staff(books, hub),
        _gp_patients(books, hub),
        _gp_registrations(books, hub),
        _patients(books, hub, ACUTE, "acute/patients", "hospital_number"),
        _attendances(books, hub),
        _clients(books, hub),
        _visits(books, hub),
        _patients(books, hub, MENTAL, "mental_health/clients", "client_number"),
        _contacts(books, hub),
    ]


def _sheet(name: str, columns: dict[str, Texts], key: str = "", code: str = "") -> Sheet:
    return Sheet(f"health/{name}_{EXTRACTED_ON}.parquet", columns, key, code)


def authorities(authority: Indices) -> Texts:
    """Names of authorities."""
    return np.array([item.name for item in AUTHORITIES], dtype=object)[authority]


def _staff(books: Books, hub: int) -> Sheet:
    staff = books.world.staff
    rows = np.flatnonzero((staff.agency == "health") & ((staff.authority < 2) == (hub == 0)))
    doctor = np.isin(staff.post[rows].astype(str), ("GP", "consultant"))
    title = np.where(doctor, "Dr", "Ms").astype(object)
    code = both("Y", numbers(staff.authority[rows] * 1000 + rows % 40))
    return _sheet("staff", {
        "staff_id": books.staff_ids[rows], "name": joined(title, staff.given[rows], staff.family[rows]), "post": staff.post[rows],
        "organisation_code": code, "organisation_name": both(authorities(staff.authority[rows]), " NHS site ", numbers(rows % 40)),
        "authority": authorities(staff.authority[rows]),
    }, "staff_id")  # fmt: skip


def _title(d: Descriptions, adult: Flags, married: Flags) -> Texts:
    women = np.where(adult, np.where(married, "Mrs", "Ms"), "Miss")
    return np.where(d.sex == 2, "", np.where(d.sex == FEMALE, women, np.where(adult, "Mr", "Master"))).astype(
        object
    )


def _person_columns(books: Books, system: int, rows: Indices, key: str) -> dict[str, Texts]:
    d = books.describe(system, rows)
    registers, world = books.registers, books.world
    rng = world.streams.stream(f"health columns {system}")
    person = registers.person[rows]
    adult = world.people.age_on(WINDOW_TO, person) >= 16
    disability = np.where(
        rng.random(len(world.people)) < 0.05,
        rng.choice(
            np.array(["Learning disability", "Deaf", "Mobility", "Autism"], dtype=object), len(world.people)
        ),
        "",
    )
    given, family, maiden = joined(d.given, d.middle), d.family, d.maiden
    if system != GP:
        given, family, maiden = plain(given), plain(family), plain(maiden)
    addresses = world.addresses
    born = np.where(d.born_text != "", "2011-02-31", dates(d.born, ISO)).astype(object)
    # Deaths are told to health by the registrar; an adoption ends a record without one.
    return {
        key: registers.own_id[rows], "nhs_number": d.nhs, "title": _title(d, adult, world.people.married[person]), "given_names": given,
        "family_name": family, "previous_family_name": np.where(rng.random(len(world.people))[person] < 0.6, maiden, "").astype(object), "birth_date": born,
        "gender": GENDERS[d.sex], "ethnic_category": ethnicities(d.culture, d.ethnicity_known, NHS_ETHNICITY), "main_language": languages(d.culture),
        "disability": disability[person].astype(object), "death_date": dates(d.died, ISO),
        "address_line_1": picked(addresses.line_1, d.address), "address_line_2": picked(addresses.line_2, d.address), "town": picked(addresses.town, d.address),
        "postcode": d.postcode, "uprn": d.uprn, "mobile": d.phone, "authority": authorities(registers.authority[rows]),
    }  # fmt: skip


def _gp_patients(books: Books, hub: int) -> Sheet:
    rows = books.registers.of(GP, hub)
    columns = _person_columns(books, GP, rows, "patient_id")
    registers, world = books.registers, books.world
    person, day = registers.person[rows], registers.described_on[rows]
    home = world.residences.at(person, day)
    before = world.residences.at(person, world.residences.begins[home] - 1)
    home = np.where((world.residences.address[home] < 0) & (before >= 0), before, home)
    begins = np.maximum(world.residences.begins[home], world.people.entered[person])
    here = world.residences.authority[home] == registers.authority[rows]
    ends = np.where(
        (world.residences.ends[home] < WINDOW_TO) & here, world.residences.ends[home] + 20, OPEN_END
    )
    practice = (
        np.where(home == NOBODY, 0, world.residences.address[home] % 23) + registers.authority[rows] * 100
    )
    columns |= {
        "address_from": np.where(columns["address_line_1"] == "", "", dates(begins, ISO)).astype(object), "practice_code": both("Y", numbers(practice + 90000)),
        "practice_name": both(authorities(registers.authority[rows]), " Surgery ", numbers(practice % 100 + 1)),
        "registered_on": dates(np.minimum(begins + 12, day), ISO), "deregistered_on": np.where(ends < WINDOW_TO, dates(ends, ISO), "").astype(object),
    }  # fmt: skip
    return _sheet("gp/patients", columns, "patient_id")


def _gp_registrations(books: Books, hub: int) -> Sheet:
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "health") & (events["system"] == "gp"))
    return _sheet("gp/registrations", {
        "registration_id": books.event_ids[rows], "patient_id": books.record_ids(books.record_in_role(rows, "subject")),
        "what": coded(events["kind"][rows], {"gp_registration": "REGISTERED", "gp_deregistration": "DEDUCTED"}), "on": dates(events["day"][rows], ISO),
        "reason": events["outcome"][rows], "staff_id": books.staff_of(rows), "authority": authorities(events["authority"][rows]),
    }, "registration_id", "what")  # fmt: skip


def _patients(books: Books, hub: int, system: int, name: str, key: str) -> Sheet:
    return _sheet(name, _person_columns(books, system, books.registers.of(system, hub), key), key)


def _when(books: Books, rows: Indices) -> Texts:
    minute = clock(books.events["minute"][rows])
    return joined(dates(books.events["day"][rows], ISO), minute, between="T")


def _attendances(books: Books, hub: int) -> Sheet:
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "health") & (events["system"] == "acute"))
    day, severity = events["day"][rows], events["severity"][rows]
    # The one treated is the subject, or the victim where somebody did it to them.
    subject, victim = books.record_in_role(rows, "subject"), books.record_in_role(rows, "victim")
    patient = np.where(subject == NOBODY, victim, subject)
    return _sheet("acute/attendances", {
        "attendance_id": books.event_ids[rows], "hospital_number": books.record_ids(patient),
        "patient_role": np.where(subject == NOBODY, "injured by another", "patient").astype(object),
        "type": coded(events["kind"][rows], ACUTE_TYPES), "arrived_at": _when(books, rows),
        "left_on": np.where(events["ended"][rows] < 0, "", dates(events["ended"][rows], ISO)).astype(object), "recorded_on": dates(day + events["delay"][rows], ISO),
        "complaint": events["offence"][rows], "safeguarding": coded(events["concern"][rows], CONCERN_WORDS),
        "acuity": np.where(severity > 0, numbers(6 - severity), "").astype(object), "outcome": events["outcome"][rows],
        "companion_hospital_number": books.record_ids(books.record_in_role(rows, "parent_carer")),
        "alleged_hospital_number": books.record_ids(books.record_in_role(rows, "suspect")), "staff_id": books.staff_of(rows),
        "authority": authorities(events["authority"][rows]), "note": events["note"][rows],
    }, "attendance_id", "type")  # fmt: skip


def _clients(books: Books, hub: int) -> Sheet:
    rows = books.registers.of(SEXUAL, hub)
    columns = _person_columns(books, SEXUAL, rows, "client_number")
    names = (
        "client_number",
        "given_names",
        "family_name",
        "birth_date",
        "gender",
        "ethnic_category",
        "postcode",
        "mobile",
        "authority",
    )
    return _sheet("sexual_health/clients", {name: columns[name] for name in names}, "client_number")


def _visits(books: Books, hub: int) -> Sheet:
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "health") & (events["system"] == "sexual_health"))
    return _sheet("sexual_health/visits", {
        "visit_id": books.event_ids[rows], "client_number": books.record_ids(books.record_in_role(rows, "subject")), "visited_at": _when(books, rows),
        "reason": events["offence"][rows], "safeguarding": coded(events["concern"][rows], CONCERN_WORDS), "staff_id": books.staff_of(rows),
        "authority": authorities(events["authority"][rows]),
    }, "visit_id")  # fmt: skip


def _contacts(books: Books, hub: int) -> Sheet:
    events = books.events
    rows = books.event_rows(hub, (events["agency"] == "health") & (events["system"] == "mental_health"))
    day = events["day"][rows]
    return _sheet("mental_health/contacts", {
        "contact_id": books.event_ids[rows], "client_number": books.record_ids(books.record_in_role(rows, "subject")),
        "type": coded(events["kind"][rows], {"clinic_attendance": "SEEN", "missed_appointment": "DNA"}), "on": dates(day, ISO),
        "recorded_on": dates(day + events["delay"][rows], ISO), "reason": events["offence"][rows], "safeguarding": coded(events["concern"][rows], CONCERN_WORDS),
        "staff_id": books.staff_of(rows), "authority": authorities(events["authority"][rows]),
    }, "contact_id", "type")  # fmt: skip
