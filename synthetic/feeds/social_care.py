"""Social care: JSON Lines, nested, ISO dates; people, addresses, relationships, events and involvements apart."""

import numpy as np

from synthetic.adoption import ADOPTION_SUPPORT
from synthetic.feeds.books import Books
from synthetic.feeds.codes import CONCERN_WORDS, WORDS_ETHNICITY, coded, ethnicities, languages
from synthetic.feeds.health import authorities
from synthetic.feeds.marac_forms import marac_forms
from synthetic.feeds.spoiling import Sheet
from synthetic.feeds.texts import ISO, clock, dates, joined, numbers, picked
from synthetic.options import EXTRACTED_ON, NOBODY, WINDOW_TO, Indices, Texts
from synthetic.registers import SOCIAL

TYPES = {
    "contact": "Contact", "referral": "Referral", "assessment": "Assessment", "strategy_discussion": "Strategy discussion", "s47_enquiry": "Section 47",
    "marac_referral": "MARAC",
}  # fmt: skip
PLANS = {"cin": "CIN plan", "cp": "CP plan", "early_help": "Early help plan", "looked_after": "Looked after"}
ROLES = {
    "subject": "subject", "victim": "victim", "suspect": "alleged perpetrator", "parent_carer": "parent or carer", "associate": "associate",
    "professional": "worker", "reporter": "referrer", "witness": "witness",
}  # fmt: skip
# DfE, Characteristics of children in need 2024: 13% have a recorded disability.
DISABLED_SHARE = 0.13
OPENS, CLOSES = 9 * 60, 18 * 60
DISABILITIES = ("Learning", "Autism or Asperger syndrome", "Mobility", "Hearing", "Vision", "Communication")


def social_care_sheets(books: Books, hub: int) -> list[Sheet]:
    """Every social-care file of one hub."""
    records = books.registers.of(SOCIAL, hub)
    events = books.event_rows(hub, books.events["agency"] == "social_care")
    return [
        _persons(books, records), _addresses(books, records), _relationships(books, records), _events(books, events), _involvements(books, events), _workers(books, hub), marac_forms(books, events),
    ]  # fmt: skip


def _sheet(name: str, columns: dict[str, Texts], key: str = "", code: str = "") -> Sheet:
    return Sheet(f"social_care/{name}_{EXTRACTED_ON}.jsonl", columns, key, code)


def _persons(books: Books, records: Indices) -> Sheet:
    registers = books.registers
    d = books.describe(SOCIAL, records)
    born = np.where(
        d.year_only, np.array([text[:4] for text in dates(d.born, ISO)], dtype=object), dates(d.born, ISO)
    )
    known_as = np.where(d.alias != "", joined(d.alias, d.family), "").astype(object)
    return _sheet("persons", {
        "id": registers.own_id[records], "name.first": joined(d.given, d.middle), "name.last": d.family, "name.known_as": known_as, "name.previous": d.maiden,
        "born": np.where(d.born_text != "", "2011-02-31", born).astype(object), "sex": np.array(["Female", "Male", "Unknown"], dtype=object)[d.sex],
        "ethnicity": ethnicities(d.culture, d.ethnicity_known, WORDS_ETHNICITY), "language": languages(d.culture), "died": dates(d.died, ISO),
        "ids.nhs": d.nhs, "ids.upn": np.where(registers.person[records] % 3 == 0, d.upn, "").astype(object), "phone": d.phone,
        "disability": _disabilities(books)[records], "authority": authorities(registers.authority[records]), "category": books.category[records],
    }, "id")  # fmt: skip


def _disabilities(books: Books) -> Texts:
    """What each register row says of a disability: the same whichever hub asks."""
    rng = books.world.streams.stream("disability")
    known = rng.random(len(books.registers.person)) < DISABLED_SHARE
    said = rng.choice(np.array(DISABILITIES, dtype=object), len(known))
    return np.where(known, said, "").astype(object)


def _addresses(books: Books, records: Indices) -> Sheet:
    registers, addresses, residences = books.registers, books.world.addresses, books.world.residences
    d = books.describe(SOCIAL, records)
    rows = np.flatnonzero(d.address != NOBODY)
    held = residences.at(registers.person[records[rows]], registers.described_on[records[rows]])
    current = residences.address[held] == d.address[rows]
    ends = np.where(
        current & (residences.ends[held] < WINDOW_TO), dates(residences.ends[held], ISO), ""
    ).astype(object)
    return _sheet("addresses", {
        "person": registers.own_id[records[rows]], "kind": np.full(len(rows), "Home", dtype=object),
        "address": joined(picked(addresses.line_1, d.address[rows]), picked(addresses.line_2, d.address[rows]), picked(addresses.town, d.address[rows]), between=", "),
        "postcode": d.postcode[rows], "uprn": d.uprn[rows], "from": dates(d.address_from[rows], ISO), "to": ends,
    })  # fmt: skip


def _relationships(books: Books, records: Indices) -> Sheet:
    """Parents, brothers and sisters, and grandparents who are all known to the same authority."""
    registers, people = books.registers, books.world.people
    person, area = registers.person[records], registers.area[records]
    ties: list[tuple[Indices, str, Indices]] = []
    mother, father = people.mother[person], people.father[person]
    grand = np.where(mother == NOBODY, NOBODY, people.mother[mother])
    for relative, word in (
        (mother, "parent of"),
        (father, "parent of"),
        (people.twin[person], "sibling of"),
        (grand, "grandparent of"),
    ):
        known = np.flatnonzero(relative != NOBODY)
        other = registers.find(SOCIAL, area[known], relative[known])
        ties.append((other[other != NOBODY], word, records[known[other != NOBODY]]))
    order = np.lexsort((records, mother))
    same = np.flatnonzero(
        (mother[order][1:] == mother[order][:-1])
        & (mother[order][1:] != NOBODY)
        & (area[order][1:] == area[order][:-1])
    )
    same = same[person[order][same] != person[order][same + 1]]
    ties.append((records[order[same]], "sibling of", records[order[same + 1]]))
    one, other = np.concatenate([tie[0] for tie in ties]), np.concatenate([tie[2] for tie in ties])
    words = np.concatenate([np.full(len(first), said, dtype=object) for first, said, _ in ties])
    # Twins who also stand next to each other among the children are one tie, not two.
    low, high = np.minimum(one, other), np.maximum(one, other)
    _, first = np.unique(np.stack([low, high], axis=1), axis=0, return_index=True)
    kept = np.sort(first)
    own_id = registers.own_id
    return _sheet(
        "relationships", {"person": own_id[one[kept]], "is": words[kept], "of": own_id[other[kept]]}
    )


def _events(books: Books, rows: Indices) -> Sheet:
    events, addresses = books.events, books.world.addresses
    rng = books.world.streams.stream("social care events")
    day = events["day"][rows]
    kind = coded(events["kind"][rows], TYPES)
    plan = events["kind"][rows] == "plan"
    kind[plan] = coded(events["plan_kind"][rows][plan], PLANS)
    at = events["address"][rows]
    told = events["kind"][rows] == "contact"
    hours = np.array([2, 8, 20, 30], dtype=np.int64)[rng.integers(0, 4, len(events))][rows]
    # Decided in the hours after it came, within the day's work: what would fall into the night is decided next morning.
    moment = events["minute"][rows] + hours * 60
    at_night = (moment % 1440 < OPENS) | (moment % 1440 > CLOSES)
    decided_on = day + moment // 1440 + (moment % 1440 > CLOSES)
    decided = joined(
        dates(decided_on, ISO),
        clock(np.where(told, np.where(at_night, OPENS + moment % 50, moment % 1440), -1)),
        between="T",
    )
    opinion = np.array(["", "", "Worker believes the account", "Account is disputed"], dtype=object)[
        rng.integers(0, 4, len(events))
    ][rows]
    return _sheet("events", {
        "id": books.event_ids[rows], "type": kind, "concern": coded(events["concern"][rows], CONCERN_WORDS), "severity": numbers(events["severity"][rows], 1),
        "at": joined(dates(day, ISO), clock(events["minute"][rows]), between="T"),
        "end": np.where(events["ended"][rows] < 0, "", dates(events["ended"][rows], ISO)).astype(object), "recorded": dates(day + events["delay"][rows], ISO),
        "status": events["status"][rows], "outcome": events["outcome"][rows], "rag.initial": events["rag_initial"][rows], "rag.final": events["rag_final"][rows],
        "decided": np.where(told, decided, "").astype(object), "source": events["referrer"][rows],
        "from_event": picked(books.event_ids, events["related"][rows]),
        "address": joined(picked(addresses.line_1, at), picked(addresses.line_2, at), picked(addresses.town, at), between=", "),
        "postcode": books.place(rows, "postcode"), "uprn": books.place(rows, "uprn"), "summary": events["note"][rows],
        "opinion": np.where(told, opinion, "").astype(object),
        "flags": np.where((events["severity"][rows] >= 4) & told, "high risk|strategy", "").astype(object), "authority": authorities(events["authority"][rows]),
            "category": np.where(events["note"][rows] == ADOPTION_SUPPORT, "adoption", "").astype(object),
    }, "id", "type")  # fmt: skip


def _involvements(books: Books, rows: Indices) -> Sheet:
    events, registers, staff = books.events, books.registers, books.world.staff
    parts = books.parts_of(rows)
    person = events.part_person[parts]
    worker = np.where(person >= staff.first_person, person - staff.first_person, NOBODY)
    who = np.where(
        worker == NOBODY, books.record_ids(registers.part_record[parts]), picked(books.staff_ids, worker)
    ).astype(object)
    return _sheet("involvements", {
        "event": books.event_ids[events.part_event[parts]], "person": who, "role": coded(events.part_role[parts], ROLES),
    }, "event", "role")  # fmt: skip


def _workers(books: Books, hub: int) -> Sheet:
    staff = books.world.staff
    rows = np.flatnonzero((staff.agency == "social_care") & ((staff.authority < 2) == (hub == 0)))
    return _sheet("workers", {
        "id": books.staff_ids[rows], "name": joined(staff.given[rows], staff.family[rows]), "post": staff.post[rows], "authority": authorities(staff.authority[rows]),
    }, "id")  # fmt: skip
