"""One read, one entry, written before the answer leaves; and what each role gets."""

import errno
import json
from collections import Counter
from datetime import date

import pytest

from access import (
    PURPOSES,
    ROLES,
    BadInput,
    Conflict,
    Denied,
    Description,
    FindingFilters,
    LedgerFilters,
    LedgerUnavailable,
    NetworkRequest,
    NotThere,
    Purpose,
    PurposeMissing,
    Question,
    StoreUnavailable,
    as_plain,
)
from access.handles import Handles, handle_key
from access.scope.scoping import namespace_of
from records.ledger import (
    Actor,
    Entry,
    seal,
)

MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
EGON = Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14))
TODAY = date(2026, 3, 2)
SAFEGUARDING = Purpose("safeguarding_s47", "Strategy discussion called for today", "MASH-7")
MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")


def names_in(answer):
    return json.dumps(as_plain(answer))


ROUTES = {
    "lookup": lambda view, handle: view.lookup(MARTA),
    "person": lambda view, handle: view.person(handle),
    "chronology": lambda view, handle: view.chronology(handle),
    "network": lambda view, handle: view.network(handle, NetworkRequest(hops=2)),
    "households": lambda view, handle: view.households(handle),
    "links": lambda view, handle: view.links(handle),
    "paths": lambda view, handle: view.path(handle, "pnobody"),
    "findings": lambda view, handle: view.findings(FindingFilters()),
    "finding": lambda view, handle: view.finding("nothing"),
    "explain_link": lambda view, handle: view.explain_link("police:m1", "council:m1"),
    "disposition": lambda view, handle: view.dispose("nothing", "watch", "Known to the team"),
    "reveal": lambda view, handle: view.reveal(handle),
}


@pytest.mark.parametrize("role", ROLES)
def test_every_read_of_every_role_leaves_exactly_one_entry(own_family, role):
    handle = "pnobody"
    if role in ("decision_maker", "analyst", "contributor", "operator"):
        handle = own_family.find(role, MARTA, agency="police")
    outcomes = Counter()
    for act, ask in ROUTES.items():
        before = len(own_family.ledger.entries())
        try:
            own_family.read(role, act, lambda view, ask=ask: ask(view, handle), agency="police")
            expected = {"answered", "empty"}
        except Denied:
            expected = {"denied"}
        except NotThere:
            expected = {"empty"}
        (logged,) = own_family.ledger.entries()[before:]
        assert logged.entry.outcome in expected, act
        assert (logged.entry.actor, logged.entry.role, logged.entry.hub) == (f"{role}-1", role, "home")
        assert (logged.entry.purpose, logged.entry.reason) == (
            own_family.purpose_of(role).code,
            own_family.purpose_of(role).reason,
        )
        assert logged.entry.act == act
        outcomes[logged.entry.outcome] += 1
    assert own_family.ledger.verify().sound
    assert outcomes["denied"] == {
        "decision_maker": 1,
        "analyst": 1,
        "operator": 2,
        "contributor": 7,
        "marac_coordinator": 6,
        "exchange_officer": 11,
        "link_reviewer": 11,
    }.get(role, len(ROUTES))


def test_an_answer_names_its_subjects_in_the_ledger_and_not_in_the_act(family):
    handle = family.find("decision_maker", MARTA)
    family.read("decision_maker", "person", lambda view: view.person(handle))
    entry = family.last()
    assert {"police:m1", "council:m1", "health:m1"} <= set(entry.subjects)
    assert family.ledger.entries(subject="health:m1")[-1].entry == entry


@pytest.mark.parametrize(
    "purpose", [None, Purpose("", "Because"), Purpose("marac", "  "), Purpose("curiosity", "I wondered")]
)
def test_no_purpose_no_answer_but_an_entry(family, purpose):
    before = len(family.ledger.entries())
    with (
        pytest.raises(PurposeMissing),
        family.desk.open(family.principal("decision_maker"), purpose, "lookup") as view,
    ):
        view.lookup(MARTA)
    (logged,) = family.ledger.entries()[before:]
    assert logged.entry.outcome == "denied"


def test_a_view_opened_for_one_act_still_refuses_what_the_role_may_not_do(family):
    handle = family.find("contributor", MARTA, agency="police")
    with pytest.raises(Denied):
        family.read("contributor", "person", lambda view: view.links(handle), agency="police")
    assert family.last().outcome == "denied"


def test_a_search_that_finds_nobody_is_logged_as_empty(family):
    nobody = Description(given_name="Zebedee", family_name="Nowhere", date_of_birth=date(1950, 1, 2))
    answer = family.read("decision_maker", "lookup", lambda view: view.lookup(nobody))
    assert (answer.status, answer.hit, answer.candidates) == ("NoMatch", False, ())
    assert family.last().outcome == "empty"
    with pytest.raises(BadInput):
        family.read("decision_maker", "lookup", lambda view: view.lookup(Description()))
    assert family.last().outcome == "failed"


def test_a_read_that_breaks_is_logged_as_failed(family):
    with pytest.raises(ZeroDivisionError):
        family.read("decision_maker", "lookup", lambda view: 1 / 0)
    assert family.last().outcome == "failed"


def test_what_cannot_be_logged_is_not_answered(own_family, monkeypatch):
    handle = own_family.find("decision_maker", MARTA)

    def refuse(entry, check=None):
        raise LedgerUnavailable("The ledger cannot be written.")

    monkeypatch.setattr(own_family.ledger, "append", refuse)
    answered = []
    with pytest.raises(LedgerUnavailable):
        answered.append(own_family.read("decision_maker", "person", lambda view: view.person(handle)))
    assert answered == []


def test_without_a_snapshot_the_desk_says_so_and_logs_it(tmp_path, own_family):
    own_family.desk.check_ready()
    (tmp_path / "CURRENT").unlink()
    with pytest.raises(StoreUnavailable):
        own_family.desk.check_ready()
    with pytest.raises(StoreUnavailable):
        own_family.find("decision_maker", MARTA)
    assert own_family.last().outcome == "failed"


def test_an_act_the_desk_does_not_know_is_refused(family):
    with pytest.raises(BadInput):
        family.read("decision_maker", "snoop", lambda view: None)


def test_a_handle_of_another_role_is_as_good_as_none(family):
    handle = family.find("decision_maker", MARTA)
    said = set()
    for wrong in (handle, "pnonsense", "", "police:m1"):
        with pytest.raises(NotThere) as caught:
            family.read("analyst", "person", lambda view, wrong=wrong: view.person(wrong))
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_former_handle_leads_to_who_now_holds_the_record(family):
    page = family.read(
        "decision_maker", "person", lambda view: view.person(family.find("decision_maker", MARTA))
    )
    handles = Handles(handle_key(family.store.keys_path), namespace_of(family.principal("decision_maker")))
    for record_id in ("police:m1", "council:m1", "health:m1"):
        again = family.read(
            "decision_maker", "person", lambda view, one=record_id: view.person(handles.of_record(one))
        )
        assert again == page


def test_the_auditor_reads_the_ledger_and_that_is_logged_too(own_family):
    own_family.find("analyst", MARTA)
    auditor, audit = own_family.principal("auditor"), own_family.purpose_of("auditor")
    (line,) = own_family.desk.ledger_entries(auditor, audit).lines
    assert (line.act, line.outcome, line.subject_count, line.did) == (
        "lookup",
        "answered",
        1,
        "Looked for a person by description.",
    )
    assert "police:m1" not in names_in(line)
    assert own_family.desk.verify_ledger(auditor, audit).sound
    assert [logged.entry.act for logged in own_family.ledger.entries()] == ["lookup", "ledger", "ledger"]
    with pytest.raises(Denied):
        own_family.desk.ledger_entries(own_family.principal("analyst"), SAFEGUARDING)
    with pytest.raises(BadInput):
        own_family.desk.ledger_entries(auditor, audit, LedgerFilters(limit=0))
    assert [logged.entry.outcome for logged in own_family.ledger.entries()[-2:]] == ["denied", "failed"]


def test_an_explanation_names_the_rule_and_is_the_same_whether_or_not_anything_is_there(own_family):
    contributor = own_family.principal("contributor", "police")

    def ask(**question):
        return own_family.desk.explain(contributor, SAFEGUARDING, Question(**question))

    rows = {"kind": "rows", "agency": "health", "marking": "restricted", "category": "sexual_health"}
    before = ask(**rows)
    assert not before.allowed
    assert [rule.rule for rule in before.rules] == ["restricted-rows"]
    seal(
        own_family.ledger,
        Actor("sam", "seal_keeper", "home", "safeguarding_s47", "Order"),
        ["health:m1"],
        ["police:m1"],
    )
    assert ask(**rows) == before
    assert ask(kind="rows", agency="police").rules[0].rule == "own-agency"
    assert not ask(kind="act", name="findings").rules
    assert ask(kind="field", name="identity").allowed
    for wrong in ({"kind": "person"}, {"kind": "act", "name": "snoop"}, rows | {"category": "secret"}):
        with pytest.raises(BadInput):
            ask(**wrong)


def test_a_new_snapshot_is_taken_up_with_the_next_read_and_a_reader_keeps_theirs(
    tmp_path, make_family, open_scene
):
    with open_scene(tmp_path, make_family()) as family:
        handle = family.find("decision_maker", EGON)
        world = make_family()
        world.person(
            "health:e3",
            given_name="Egon",
            family_name="Thrupp",
            full_name="Egon Thrupp",
            date_of_birth=date(1984, 7, 14),
            sex="male",
            phone="+447700900456",
        )
        with family.desk.open(family.principal("decision_maker"), SAFEGUARDING, "person") as view:
            family.rebuild(world)
            assert view.person(handle).card.agencies == ("police",)
        assert family.read("decision_maker", "person", lambda view: view.person(handle)).card.agencies == (
            "health",
            "police",
        )


def test_purposes_and_roles_each_have_a_sentence():
    assert all(text.endswith(".") for text in (*PURPOSES.values(), *ROLES.values()))


def test_a_disposition_is_the_entry_and_shows_on_the_finding(own_family):
    listed = own_family.read("decision_maker", "findings", lambda view: view.findings())
    finding_id = listed.findings[0].finding_id
    before = len(own_family.ledger.entries())
    decided = own_family.read(
        "decision_maker", "disposition", lambda view: view.dispose(finding_id, "watch", "Known to the team")
    )
    (logged,) = own_family.ledger.entries()[before:]
    assert (logged.entry.act, logged.entry.reason, logged.entry.details["decision"]) == (
        "dispose",
        "Known to the team",
        "watch",
    )
    page = own_family.read("decision_maker", "finding", lambda view: view.finding(finding_id))
    assert page.line.disposition == decided
    assert (
        own_family.read(
            "decision_maker", "findings", lambda view: view.findings(FindingFilters(decision="open"))
        ).total
        == listed.total - 1
    )
    for decision, reason in (("dismissed", "No"), ("watch", " ")):
        with pytest.raises((BadInput, Conflict)):
            own_family.read(
                "decision_maker",
                "disposition",
                lambda view, d=decision, r=reason: view.dispose(finding_id, d, r),
            )
        assert own_family.last().outcome == "failed"


def test_entries_say_nothing_that_an_erasure_could_not_blank(own_family):
    own_family.find("decision_maker", MARTA)
    sequence = own_family.ledger.entries()[-1].sequence
    own_family.ledger.erase(
        sequence, by=Entry("ola", "operator", "home", "erase", "answered", reason="Court order")
    )
    blank = own_family.ledger.entries()[sequence - 1].entry
    assert (blank.reason, blank.case_reference, blank.subjects, blank.details) == (None, None, (), {})


def test_an_export_that_cannot_be_logged_writes_no_file(own_family, monkeypatch, tmp_path):
    out = tmp_path / "out" / "memberships.csv"

    def export(what="memberships", to=out):
        return own_family.read("operator", "export", lambda view: view.export(what, to))

    before = len(own_family.ledger.entries())
    assert export() == [out]
    assert len(out.read_text().splitlines()) == 8
    with pytest.raises(BadInput):
        export(to=tmp_path / "out.docx")
    with pytest.raises(BadInput):
        export(what="everything")
    assert [logged.entry.outcome for logged in own_family.ledger.entries()[before:]] == [
        "answered",
        "failed",
        "failed",
    ]
    assert own_family.ledger.entries()[before].entry.details == {
        "exported": "memberships",
        "file": "memberships.csv",
    }
    out.unlink()

    def refuse(entry, check=None):
        raise LedgerUnavailable("The ledger cannot be written.")

    monkeypatch.setattr(own_family.ledger, "append", refuse)
    with pytest.raises(LedgerUnavailable):
        export()
    assert not out.exists()


def test_an_export_that_breaks_off_says_so_and_leaves_no_file(own_family, monkeypatch, tmp_path):
    told = []

    def breaks(names, node):
        told.append(node)
        if len(told) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return "a place"

    monkeypatch.setattr("access.network.node_names.NodeNames.of", breaks)
    before = len(own_family.ledger.entries())
    for ending in ("graphml", "gexf", "csv"):
        told.clear()
        with pytest.raises(OSError, match="No space"):
            own_family.read(
                "operator",
                "export",
                lambda view, ending=ending: view.export("graph", tmp_path / f"out.{ending}"),
            )
    assert list(tmp_path.glob("out*")) == []
    assert list(tmp_path.glob(".graph-*")) == []
    entries = [logged.entry for logged in own_family.ledger.entries()[before:]]
    assert [(one.act, one.outcome, one.details.get("broke_off")) for one in entries] == [
        ("export", "answered", None),
        ("export", "failed", True),
    ] * 3
