"""Worlds that are changed where no reader of a kind may look, and every read that such a reader can come to."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from access import (
    Description,
    FindingFilters,
    MashlinkError,
    NetworkRequest,
    PathRequest,
    Pattern,
    PatternRequest,
    StatisticRequest,
    as_plain,
)
from records.ledger import (
    Actor,
    CaseTerms,
    GrantTerms,
    add_case,
    hide,
    judge,
    list_for_meeting,
    plan_meeting,
    protect_location,
    release,
    restrict,
    seal,
)

OUTSIDE_LABELS = (
    ("restricted", "ordinary"),
    ("restricted", "sexual_health"),
    ("shareable", "police_intelligence"),
    ("ask_originator", "adoption"),
    ("shareable", "protected_address"),
)
SOUGHT = (
    Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2)),
    Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20)),
    Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14)),
    Description(given_name="Nora", family_name="Thrupp", date_of_birth=date(1990, 2, 3)),
    Description(family_name="Quillfeather", postcode="ZZ1 4AB", date_of_birth=date(2013, 5, 2)),
    Description(identifiers=(("nhs_number", "9990000018"),)),
)
# Records that every reader may see, by their label or by a grant.
VISIBLE_RECORDS = ("council:l1", "council:m1", "police:e1", "police:l1", "police:m1")
# Records that a seal, a hide order and a restriction take from every reader here, once rows bring them.
KEPT_BACK = ("council:h1", "police:h1", "health:s1", "council:s1", "police:r1")
PEOPLE = (
    ("Marta", "Quillfeather", date(2013, 5, 2), "female"),
    ("Lena", "Quillfeather", date(1986, 11, 20), "female"),
    ("Egon", "Thrupp", date(1984, 7, 14), "male"),
    ("Nora", "Thrupp", date(1990, 2, 3), "female"),
)
HOMES = (None, ("12 Larch Row", "ZZ1 4AB", date(2024, 6, 1)), ("3 Elm Close", "ZZ2 9XY", None))
PHONES = (None, "+447700900123", "+447700900456")
NUMBERS = (None, "9990000018", "9990000026")
MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")
YEAR = (date(2025, 3, 1), date(2026, 2, 28))
MET = Pattern.model_validate({"tied": [{"over": ["incident", "place"], "to": {"age_to": 17}}]})
BESIDE = NetworkRequest(hops=2)
Change = Callable[[Any, tuple[str, ...], random.Random], None]

OF_A_PERSON: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "person": ("person", lambda view, one: view.person(one)),
    "chronology": ("chronology", lambda view, one: view.chronology(one)),
    "network": ("network", lambda view, one: view.network(one, BESIDE)),
    "households": ("households", lambda view, one: view.households(one)),
    "factors": ("households", lambda view, one: view.factors(one)),
    "lived": ("households", lambda view, one: view.lived(one)),
    "links": ("links", lambda view, one: view.links(one)),
    "changes": ("network", lambda view, one: view.changes(one, *YEAR)),
    "groups": ("network", lambda view, one: view.groups(one)),
    "pattern": ("patterns", lambda view, one: view.match(MET, PatternRequest(around=(one,)))),
    "sharing": ("grants", lambda view, one: view.sharing_about(one)),
}
OF_THE_SCOPE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "conflicts": ("review", lambda view: view.conflicts()),
    "everywhere": ("patterns", lambda view: view.match(MET)),
    "grants": ("grants", lambda view: view.grants()),
    "contributions": ("contributions", lambda view: view.contributions()),
    "meetings": ("meetings", lambda view: view.meetings()),
    "outcomes": ("outcomes", lambda view: view.outcomes()),
    "pictures": ("network", lambda view: view.pictures()),
    "precision": ("findings", lambda view: view.track_records()),
    "vehicle": ("lookup", lambda view: view.vehicle_users("AB12CDE")),
    **{
        f"statistic {name}": (
            "statistics",
            lambda view, one=name: view.statistic(StatisticRequest(one, *YEAR)),
        )
        for name in ("cases", "re_referrals", "contribution", "disabilities", "calls", "costed_families")
    },
}


@dataclass(frozen=True)
class Asked:
    """One read: in which role, of which agency, what, and what was answered in the world as it was."""

    role: str
    agency: str
    name: str
    act: str
    question: Callable[[Any], Any]
    answered: str = ""

    def now(self, scene: Any) -> str:
        """The answer as it is now, as JSON, or the error in words."""
        try:
            return json.dumps(as_plain(scene.read(self.role, self.act, self.question, agency=self.agency)))
        except MashlinkError as error:
            return f"{error.status} {error}"


def every_read(scene: Any, role: str, agency: str) -> list[Asked]:
    """Every read that this reader can come to from a few searches, with its answer; and one that is refused."""
    asked: list[Asked] = []
    allowed = scene.desk.offers(scene.principal(role, agency))[scene.purpose_of(role).code]

    def ask(name: str, act: str, question: Callable[[Any], Any]) -> dict[str, Any]:
        if act not in allowed and any(one.act not in allowed for one in asked):
            return {}
        one = Asked(role, agency, name, act, question)
        asked.append(replace(one, answered=one.now(scene)))
        return json.loads(asked[-1].answered) if asked[-1].answered[:1] == "{" else {}

    handles: dict[str, None] = {}
    for number, sought in enumerate(SOUGHT):
        answer = ask(f"lookup {number}", "lookup", lambda view, one=sought: view.lookup(one))
        handles |= dict.fromkeys(one["person"]["handle"] for one in answer.get("candidates", ()))
    first, *others = handles or ["nobody"]
    for handle in (first, *others[:1]):
        for name, (act, of_person) in OF_A_PERSON.items():
            answer = ask(f"{name} {handle}", act, lambda view, one=handle, put=of_person: put(view, one))
            if name == "links" and len(held := answer.get("records", ())) > 1:
                ask("explain own", "explain_link", lambda view, two=held[:2]: view.explain_link(*two))
    for other in others:
        ask(f"person {other}", "person", lambda view, one=other: view.person(one))
        ask("paths", "paths", lambda view, one=other: view.paths([one, first], PathRequest(most=2)))
        ask("shared", "paths", lambda view, one=other: view.shared(one, first))
    for name, (act, question) in OF_THE_SCOPE.items():
        ask(name, act, question)
    for line in ask("findings", "findings", lambda view: view.findings(FindingFilters())).get("findings", ()):
        ask("finding", "finding", lambda view, one=line["finding_id"]: view.finding(one))
    for line in ask("review", "review", lambda view: view.review()).get("lines", ()):
        ask("pair", "review", lambda view, one=line["pair"]: view.review_pair(one))
    for record in ("health:m1", "police:e2", "health:new0", "police:m1", "council:h1"):
        ask(
            f"explain {record}", "explain_link", lambda view, one=record: view.explain_link("council:l1", one)
        )
    planned = scene.ledger.state().meetings
    for meeting in planned.meetings:
        ask("meeting", "meetings", lambda view, one=meeting.meeting_id: view.meeting(one))
        ask("candidates", "meeting_candidates", lambda view, one=meeting.meeting_id: view.candidates(one))
    for case in planned.cases:
        ask("case file", "marac_pack", lambda view, one=case.case_id: view.case_file(one))
    return asked


def acts_before(ledger: Any) -> None:
    """What people did before anybody reads: a release, a meeting with a case, and what keeps records back."""
    people = ["council:m1", "council:l1", "health:m1"]
    release(ledger, MANAGER, people, GrantTerms(agencies=frozenset({"police"})))
    named = ["council:m1", "council:l1", "police:l1", "police:e1", "police:e2", "health:m1"]
    list_for_meeting(ledger, MANAGER, named, GrantTerms(reference="MARAC-3"))
    planned = plan_meeting(ledger, MANAGER, "MARAC-3", date(2026, 3, 6), "North")
    case = CaseTerms(
        meeting_id=f"meeting-{planned.sequence}",
        reference="MARAC-3",
        victim_record_ids=frozenset({"council:l1", "police:l1"}),
        perpetrator_record_ids=frozenset({"police:e1"}),
        record_ids=frozenset(named),
        origin="referral",
        event_id=None,
        ends_on=date(2026, 4, 3),
    )
    add_case(ledger, MANAGER, case)
    keeper, officer = replace(MANAGER, role="seal_keeper"), replace(MANAGER, role="privacy_officer")
    judge(ledger, replace(MANAGER, role="link_reviewer"), "council:h1", "council:l1", "same")
    judge(ledger, replace(MANAGER, role="link_reviewer"), "council:m1", "health:s1", "same")
    hide(ledger, officer, ["council:h1", "police:h1"], ["nobody-here"])
    seal(ledger, keeper, ["health:s1", "council:s1"], ["council:m1"])
    restrict(ledger, MANAGER, ["police:r1"], GrantTerms(actors=frozenset({"nobody-here"})))
    protect_location(ledger, MANAGER, ["council:h1"], GrantTerms(actors=frozenset({"nobody-here"})))


def change_outside(world: Any, agencies: tuple[str, ...], chance: random.Random) -> None:
    """Take away, alter and add rows that no reader of these outside agencies may use."""

    def is_outside(label: tuple[str, str, str, str]) -> bool:
        _, agency, *handling = label
        return tuple(handling) in OUTSIDE_LABELS or agency in agencies

    gone = {
        values["record_id"]
        for _, label, values in world.rows
        if is_outside(label) and "given_name" in values and chance.random() < 0.5
    }
    world.rows[:] = [row for row in world.rows if row[2].get("record_id") not in gone]
    for _, label, values in world.rows:
        if is_outside(label) and "summary" in values:
            values["summary"] = f"Changed {chance.random()}"
    known = sorted({values["record_id"] for table, _, values in world.rows if table == "record"})
    for number in range(chance.randint(1, 5)):
        agency = chance.choice(agencies) if agencies else chance.choice(("police", "health", "council"))
        label = chance.choice(OUTSIDE_LABELS)
        if agency in agencies and chance.random() < 0.5:
            label = ("ask_originator", "ordinary")
        record_id = f"{agency}:new{number}"
        _somebody(world, record_id, label, chance)
        other = chance.choice(known)
        parts = {
            record_id: chance.choice(("victim", "suspect", "subject")),
            other: chance.choice(("suspect", "witness")),
        }
        day = date(2026, 2, 1) - timedelta(days=chance.randint(0, 300))
        kind = chance.choice(("incident", "referral", "marac_referral", "call"))
        world.event(f"{agency}:newevent{number}", day, parts, label, kind=kind)
        if chance.random() < 0.5:
            ends = {"record_id": record_id, "other_record_id": other}
            world.add("relationship", agency, label, kind="partner", **ends)


# Names, addresses, phones and numbers of a visible record take part in the weights of its links, which are computed
# once for all scopes (docs/access.md): those added here repeat what the record says.
def add_to_what_is_seen(world: Any, agencies: tuple[str, ...], chance: random.Random) -> None:
    """Add rows with a label outside the scope whose ends are records and events that the reader sees."""
    # A contributor sees rows of their own agency, and what is shareable about the people released to them.
    labels = (*OUTSIDE_LABELS, ("ask_originator", "ordinary")) if agencies else OUTSIDE_LABELS

    def add(table: str, **values: Any) -> None:
        owner = chance.choice(agencies or ("police", "health", "council"))
        world.add(table, owner, chance.choice(labels), **values)

    day = date(2021, 1, 1) + timedelta(days=chance.randint(0, 1500))
    for record_id in VISIBLE_RECORDS:
        _more_about(world, (record_id, *VISIBLE_RECORDS), add, chance)
    for table, _, values in list(world.rows):
        if values.get("record_id") not in VISIBLE_RECORDS:
            continue
        if table == "record":
            spoken = {name: values[name] for name in ("record_id", "given_name", "family_name", "full_name")}
            add("name", kind="alias", valid_from=day, **spoken)
        if table == "identifier":
            add("identifier", **values)
        if table == "thing_use" and values["kind"] == "phone":
            add("thing_use", **(values | {"valid_from": day}))
        if table == "address_spell":
            add("address_spell", **(values | {"kind": "temporary", "valid_from": day, "valid_to": day}))


def bring_who_is_kept_back(world: Any, _: tuple[str, ...], chance: random.Random) -> None:
    """Add people whom a seal, a hide order or a restriction keeps back, with all that could be known of them.

    Their rows have labels that every reader may see: what takes them away is the ledger alone.
    """
    brought = [one for one in KEPT_BACK if chance.random() < 0.7] or [KEPT_BACK[0]]
    for record_id in brought:
        _somebody(world, record_id, ("shareable", "ordinary"), chance)
    for record_id in brought:
        owner = record_id.split(":", maxsplit=1)[0]

        def add(table: str, agency: str = owner, **values: Any) -> None:
            world.add(table, agency, ("shareable", "ordinary"), **values)

        _more_about(world, (record_id, *VISIBLE_RECORDS, *brought), add, chance)


def _somebody(world: Any, record_id: str, label: tuple[str, str], chance: random.Random) -> None:
    """A record that says what some record of the family says."""
    given, family, born, sex = chance.choice(PEOPLE)
    world.person(
        record_id,
        label,
        given_name=given,
        family_name=family,
        full_name=f"{given} {family}",
        date_of_birth=born,
        sex=sex,
        nhs=chance.choice(NUMBERS),
        home=chance.choice(HOMES),
        phone=chance.choice(PHONES),
    )


def _more_about(
    world: Any, records: tuple[str, ...], add: Callable[..., None], chance: random.Random
) -> None:
    """Parts in events, vehicles, a school of the first of these records, and its tie to another of them."""
    record_id = records[0]
    day = date(2021, 1, 1) + timedelta(days=chance.randint(0, 1500))
    events = sorted(values["event_id"] for table, _, values in world.rows if table == "event")
    about = {"record_id": record_id}
    add("involvement", **about, event_id=chance.choice(events), role=chance.choice(("suspect", "subject")))
    add("involvement", **about, event_id=chance.choice(events), role="reporter")
    add("thing_use", **about, kind="vehicle", value="AB12CDE", valid_from=day)
    add("thing_use", **about, kind="vehicle", value="AB13CDE", event_id=chance.choice(events))
    tie = {"kind": "school", "organisation_key": "s9", "organisation_name": "Far Lane", "valid_from": day}
    add("organisation_tie", **about, **tie)
    other = chance.choice([one for one in records if one != record_id])
    add("relationship", **about, other_record_id=other, kind="sibling", valid_from=day)


@pytest.fixture(scope="session")
def ask_everything() -> Callable[[Any, str, str], list[Asked]]:
    """Every read that a reader can come to, with its answer."""
    return every_read


@pytest.fixture(scope="session")
def act_before() -> Callable[[Any], None]:
    """What people did before anybody reads, put on a ledger."""
    return acts_before


@pytest.fixture(scope="session")
def changes() -> dict[str, Change]:
    """The ways to change a world where some readers may not look."""
    return {
        "others": change_outside,
        "more of the seen": add_to_what_is_seen,
        "the kept back": bring_who_is_kept_back,
    }
