"""Housing: tab-separated CSV, dates as 03-Nov-2024, a tenancy a row with its people in repeated columns."""

import numpy as np

from synthetic.feeds.books import Books
from synthetic.feeds.codes import CONCERN_WORDS, coded
from synthetic.feeds.health import authorities
from synthetic.feeds.spoiling import Sheet
from synthetic.feeds.texts import NAMED, both, dates, joined, numbers, picked, plain
from synthetic.options import EXTRACTED_ON, NOBODY, WINDOW_TO, Flags, Indices, Texts
from synthetic.population import CHILD, FEMALE, GRANDPARENT
from synthetic.registers import HOUSING, tenancy_members

SEATS = ("tenant1", "tenant2", "member1", "member2", "member3", "member4", "member5", "member6")
ROLES = {
    "subject": "subject", "suspect": "alleged perpetrator", "victim": "victim", "reporter": "complainant", "witness": "witness", "associate": "household member",
    "parent_carer": "parent or carer",
}  # fmt: skip
CASES = {"antisocial_behaviour": "ASB", "arrears": "ARR", "homelessness": "HOM"}


def housing_sheets(books: Books, hub: int) -> list[Sheet]:
    """Every housing file of one hub."""
    seated = _seats(books)
    return [
        _tenancies(books, hub, seated),
        _cases(books, hub),
        _applicants(books, hub, seated),
        _officers(books, hub),
    ]


def _sheet(name: str, columns: dict[str, Texts], key: str = "", code: str = "") -> Sheet:
    return Sheet(f"housing/{name}_{EXTRACTED_ON}.csv", columns, key, code)


def _seats(books: Books) -> tuple[Indices, Indices, Indices]:
    """(record, tenancy, seat) of everybody on a tenancy's form, seats as in ``SEATS``."""
    tenancies = books.tenancies
    person, tenancy = tenancy_members(books.world.residences, tenancies)
    record = books.registers.find(HOUSING, tenancies.authority[tenancy], person)
    start = np.searchsorted(tenancy, np.arange(len(tenancies.tenant)))
    seat = np.arange(len(tenancy)) - start[tenancy]
    single = tenancies.second[tenancy] == NOBODY
    seat = np.where(single & (seat > 0), seat + 1, seat)
    return record, tenancy, seat


def _tenancies(books: Books, hub: int, seated: tuple[Indices, Indices, Indices]) -> Sheet:
    tenancies, addresses, registers = books.tenancies, books.world.addresses, books.registers
    record, tenancy, seat = seated
    rows = np.flatnonzero((tenancies.authority < 2) == (hub == 0))
    everyone = np.flatnonzero(registers.system == HOUSING)
    d = books.describe(HOUSING, everyone)
    at = np.searchsorted(everyone, record)
    address = tenancies.address
    ended = tenancies.ends < WINDOW_TO
    joined_up = joined(
        addresses.line_1[address],
        addresses.line_2[address],
        addresses.town[address],
        addresses.postcode[address],
        between=", ",
    )
    columns = {
        "tenancy_ref": books.tenancy_refs[rows], "authority": authorities(tenancies.authority[rows]),
        "landlord": np.where(address[rows] % 3 == 0, "Quayside Homes", "Council").astype(object), "uprn": addresses.uprn[address[rows]], "address": joined_up[rows],
        "starts": dates(tenancies.begins[rows], NAMED), "ends": np.where(ended[rows], dates(tenancies.ends[rows], NAMED), "").astype(object),
        "end_reason": np.where(ended[rows], "tenant left", "").astype(object), "recorded": dates(np.minimum(tenancies.begins[rows] + 3, WINDOW_TO), NAMED),
    }  # fmt: skip
    name = plain(joined(d.given, d.middle, d.family))
    born = np.where(d.born_text != "", "31-Feb-2011", dates(d.born, NAMED)).astype(object)
    sexes = np.array(["F", "M", ""], dtype=object)[d.sex]
    lead = np.full(len(tenancies.tenant), NOBODY)
    lead[tenancy[seat == 0]] = registers.person[record[seat == 0]]
    relation = _relations(books, registers.person[record], lead[tenancy])
    for number, label in enumerate(SEATS):
        holder = np.full(len(tenancies.tenant), NOBODY)
        here = np.flatnonzero(seat == number)
        holder[tenancy[here]] = here
        found = holder[rows]
        columns[f"{label}_ref"] = picked(registers.own_id[record], found)
        columns[f"{label}_name"] = picked(name[at], found)
        columns[f"{label}_dob"] = picked(born[at], found)
        columns[f"{label}_sex"] = picked(sexes[at], found)
        if number < 2:
            columns[f"{label}_phone"] = picked(d.phone[at], found)
            columns[f"{label}_ni_last4"] = np.where(found == NOBODY, "", numbers(found % 9000 + 1000)).astype(
                object
            )
        else:
            columns[f"{label}_relation"] = picked(relation, found)
    return _sheet("tenancies", columns, "tenancy_ref")


def _relations(books: Books, person: Indices, lead: Indices) -> Texts:
    """What each member is to the first tenant, as the form says."""
    people = books.world.people
    child: Flags = (people.mother[person] == lead) | (people.father[person] == lead)
    elder = (
        (people.mother[lead] == person)
        | (people.father[lead] == person)
        | (people.place_in_household[person] == GRANDPARENT)
    )
    of_partner = (people.place_in_household[person] == CHILD) & (
        people.household[person] == people.household[lead]
    )
    kin = np.where(people.sex[person] == FEMALE, "Daughter", "Son")
    return np.where(child | of_partner, kin, np.where(elder, "Parent", "Friend")).astype(object)


def _cases(books: Books, hub: int) -> Sheet:
    events, addresses = books.events, books.world.addresses
    rows = books.event_rows(hub, (events["agency"] == "housing") & (events["system"] != "tenancies"))
    day = events["day"][rows]
    at = events["address"][rows]
    address = joined(
        picked(addresses.line_1, at),
        picked(addresses.line_2, at),
        picked(addresses.town, at),
        picked(addresses.postcode, at),
        between=", ",
    )
    columns = {
        "case_ref": books.event_ids[rows], "authority": authorities(events["authority"][rows]), "case_type": coded(events["kind"][rows], CASES),
        "concern": coded(events["concern"][rows], CONCERN_WORDS), "severity": numbers(events["severity"][rows], 1), "opened": dates(day, NAMED),
        "closed": np.where(events["ended"][rows] < 0, "", dates(events["ended"][rows], NAMED)).astype(object), "recorded": dates(day + events["delay"][rows], NAMED),
        "status": events["status"][rows], "outcome": events["outcome"][rows], "reported_by": events["referrer"][rows], "address": address, "uprn": books.place(rows, "uprn"),
    }  # fmt: skip
    parts = books.parts_of(rows)
    parts = parts[books.registers.part_record[parts] != NOBODY]
    event = events.part_event[parts]
    rank = np.arange(len(parts)) - np.searchsorted(event, event)
    for nth in range(MOST_PEOPLE_OF_A_CASE):
        holder = np.full(len(events), NOBODY)
        holder[event[rank == nth]] = parts[rank == nth]
        found = holder[rows]
        columns[f"person{nth + 1}_ref"] = picked(books.record_ids(books.registers.part_record), found)
        columns[f"person{nth + 1}_role"] = picked(coded(events.part_role, ROLES), found)
    columns |= {"officer_ref": books.staff_of(rows), "notes": events["note"][rows]}
    return _sheet("cases", columns, "case_ref", "case_type")


MOST_PEOPLE_OF_A_CASE = 4


def _applicants(books: Books, hub: int, seated: tuple[Indices, Indices, Indices]) -> Sheet:
    registers, addresses = books.registers, books.world.addresses
    records = registers.of(HOUSING, hub)
    on_tenancy = np.zeros(len(registers.person), dtype=bool)
    on_tenancy[seated[0]] = True
    rows = records[~on_tenancy[records]]
    d = books.describe(HOUSING, rows)
    address = joined(
        picked(addresses.line_1, d.address),
        picked(addresses.line_2, d.address),
        picked(addresses.town, d.address),
        d.postcode,
        between=", ",
    )
    born = np.where(d.born_text != "", "31-Feb-2011", dates(d.born, NAMED)).astype(object)
    return _sheet("applicants", {
        "person_ref": registers.own_id[rows], "name": plain(joined(d.given, d.middle, d.family)), "dob": born, "sex": np.array(["F", "M", ""], dtype=object)[d.sex],
        "phone": d.phone, "address": address, "since": dates(registers.described_on[rows], NAMED), "authority": authorities(registers.authority[rows]),
    }, "person_ref")  # fmt: skip


def _officers(books: Books, hub: int) -> Sheet:
    staff = books.world.staff
    rows = np.flatnonzero((staff.agency == "housing") & ((staff.authority < 2) == (hub == 0)))
    return _sheet("officers", {
        "officer_ref": books.staff_ids[rows], "officer_name": both(staff.given[rows], " ", staff.family[rows]), "post": staff.post[rows],
        "authority": authorities(staff.authority[rows]),
    }, "officer_ref")  # fmt: skip
