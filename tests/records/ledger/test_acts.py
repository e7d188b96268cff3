"""What stands after acts, and the acts that cannot stand."""

from datetime import date

import pytest

from records.errors import BadInput, Conflict, Denied
from records.ledger import (
    Actor,
    Entry,
    FindingTerms,
    Grant,
    GrantTerms,
    HideOrder,
    Judgement,
    JudgementTerms,
    Ledger,
    LedgerState,
    Seal,
    break_glass,
    dispose,
    end_grant,
    end_suppression,
    hide,
    judge,
    lift_hide,
    lift_seal,
    list_for_meeting,
    release,
    restrict,
    reveal,
    seal,
    suppress,
    withdraw_judgement,
)
from records.ledger.folding import STATE_ACTS, fold

REVIEWER = Actor("lena", "link_reviewer", "home", "data_quality", "Weekly review")
KEEPER = Actor("sam", "seal_keeper", "home", "safeguarding_s47", "Adoption order")
MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion", "MASH-7")


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys") as opened:
        yield opened


def decisions(ledger):
    return {key: judgement.decision for key, judgement in ledger.state().judgements.items()}


def test_of_one_person_the_latest_judgement_on_a_pair_stands(ledger):
    judge(ledger, REVIEWER, "b:1", "a:1", "same")
    terms = JudgementTerms(frozenset({"a:1", "a:2", "b:1"}))
    receipt = judge(ledger, REVIEWER, "a:1", "b:1", "not_same", terms)
    assert ledger.state().judgements == {
        ("a:1", "b:1", "lena"): Judgement(
            "a:1", "b:1", "not_same", "lena", "Weekly review", receipt.at, terms.seen_record_ids
        )
    }
    judge(ledger, REVIEWER, "a:1", "b:1", "cannot_say")
    assert decisions(ledger) == {("a:1", "b:1", "lena"): "cannot_say"}
    withdraw_judgement(ledger, REVIEWER, "b:1", "a:1")
    assert ledger.state().judgements == {}
    with pytest.raises(Conflict):
        withdraw_judgement(ledger, REVIEWER, "b:1", "a:1")


def test_what_two_people_say_of_a_pair_stands_until_it_is_settled(ledger):
    judge(ledger, REVIEWER, "a:1", "b:1", "same")
    judge(ledger, MANAGER, "a:1", "b:1", "not_same")
    judge(ledger, MANAGER, "a:1", "c:1", "same")
    assert decisions(ledger) == {
        ("a:1", "b:1", "lena"): "same",
        ("a:1", "b:1", "mo"): "not_same",
        ("a:1", "c:1", "mo"): "same",
    }
    judge(ledger, REVIEWER, "a:1", "b:1", "same", JudgementTerms(settles=True))
    assert decisions(ledger) == {("a:1", "c:1", "mo"): "same", ("a:1", "b:1", "lena"): "same"}
    judge(ledger, MANAGER, "a:1", "b:1", "not_same")
    withdraw_judgement(ledger, KEEPER, "a:1", "b:1")
    assert decisions(ledger) == {("a:1", "c:1", "mo"): "same"}


def test_a_judgement_across_a_seal_is_taken_like_any_other(ledger):
    plain = judge(ledger, REVIEWER, "x:1", "y:1", "same")
    seal(ledger, KEEPER, ["a:1"], ["b:1"])
    sealed = judge(ledger, REVIEWER, "a:1", "b:1", "same")
    assert type(sealed) is type(plain)
    assert decisions(ledger)[("a:1", "b:1", "lena")] == "same"


def test_seals_and_hide_orders_stand_until_lifted(ledger):
    seal(ledger, KEEPER, ["a:1", "a:2"], ["b:1"])
    hide(ledger, MANAGER, ["c:1"], ["mo"])
    state = ledger.state()
    assert state.seals == (Seal("seal-1", frozenset({"a:1", "a:2"}), frozenset({"b:1"})),)
    assert state.hide_orders == (HideOrder("hide-2", frozenset({"c:1"}), frozenset({"mo"})),)
    lift_seal(ledger, KEEPER, "seal-1")
    lift_hide(ledger, MANAGER, "hide-2")
    assert (ledger.state().seals, ledger.state().hide_orders) == ((), ())
    with pytest.raises(Conflict):
        lift_seal(ledger, KEEPER, "seal-1")
    with pytest.raises(Conflict):
        lift_hide(ledger, MANAGER, "hide-2")
    with pytest.raises(BadInput):
        seal(ledger, KEEPER, ["a:1"], ["a:1"])
    with pytest.raises(BadInput):
        hide(ledger, MANAGER, [], ["mo"])


def test_grants_stand_with_their_terms_until_ended(ledger):
    terms = GrantTerms(
        agencies=frozenset({"police"}), purposes=frozenset({"marac"}), ends_on=date(2026, 5, 1)
    )
    release(ledger, MANAGER, ["a:1"], terms)
    list_for_meeting(ledger, MANAGER, ["b:1"], GrantTerms(reference="MARAC-3"))
    break_glass(ledger, MANAGER, ["c:1"], date(2026, 4, 1))
    restrict(ledger, MANAGER, ["d:1"], GrantTerms(actors=frozenset({"mo"})))
    assert ledger.state().grants == (
        Grant(
            "release-1",
            "release",
            frozenset({"a:1"}),
            frozenset(),
            frozenset({"police"}),
            frozenset({"marac"}),
            date(2026, 5, 1),
        ),
        Grant("meeting_list-2", "meeting_list", frozenset({"b:1"}), reference="MARAC-3"),
        Grant(
            "break_glass-3",
            "break_glass",
            frozenset({"c:1"}),
            frozenset({"mo"}),
            purposes=frozenset({"safeguarding_s47"}),
            ends_on=date(2026, 4, 1),
        ),
        Grant("restriction-4", "restriction", frozenset({"d:1"}), frozenset({"mo"})),
    )
    end_grant(ledger, MANAGER, "release-1")
    assert [grant.grant_id for grant in ledger.state().grants] == [
        "meeting_list-2",
        "break_glass-3",
        "restriction-4",
    ]
    for refused in (
        lambda: end_grant(ledger, MANAGER, "release-1"),
        lambda: release(ledger, MANAGER, ["a:1"], GrantTerms()),
        lambda: list_for_meeting(ledger, MANAGER, ["a:1"], GrantTerms()),
        lambda: release(ledger, MANAGER, [], terms),
    ):
        with pytest.raises((BadInput, Conflict)):
            refused()


def test_the_latest_disposition_stands_with_person_and_reason(ledger):
    dispose(ledger, MANAGER, "f1", "watch", FindingTerms(frozenset({"a:1"})))
    receipt = dispose(ledger, MANAGER, "f1", "escalated_to_manager")
    standing = ledger.state().dispositions["f1"]
    assert (standing.decision, standing.by, standing.reason, standing.at) == (
        "escalated_to_manager",
        "mo",
        "Strategy discussion",
        receipt.at,
    )
    with pytest.raises(BadInput):
        dispose(ledger, MANAGER, "f1", "dismissed")
    with pytest.raises(BadInput, match="reason"):
        dispose(ledger, Actor("mo", "decision_maker", "home", "safeguarding_s47", " "), "f1", "watch")


def test_one_decision_covers_the_reasons_of_a_case_with_the_evidence_seen(ledger):
    seen = {"f1": frozenset({"b", "a"}), "f2": frozenset({"c"})}
    dispose(ledger, MANAGER, "f1", "confirmed", FindingTerms(frozenset({"a:1"}), seen))
    standing = ledger.state().dispositions
    assert {known: one.seen_evidence for known, one in standing.items()} == seen
    assert {one.decision for one in standing.values()} == {"confirmed"}


def test_a_finding_is_kept_out_until_a_day_or_until_new_evidence_and_let_back(ledger):
    seen = FindingTerms(frozenset({"a:1"}), {"f1": frozenset({"a"})})
    suppress(ledger, MANAGER, "f1", None, seen)
    suppress(ledger, MANAGER, "f2", date(2026, 5, 1), FindingTerms())
    standing = ledger.state().suppressions
    assert (standing["f1"].until, standing["f1"].seen_evidence) == (None, {"a"})
    assert (standing["f2"].until, standing["f2"].reason) == (date(2026, 5, 1), "Strategy discussion")
    end_suppression(ledger, MANAGER, "f1", seen)
    assert list(ledger.state().suppressions) == ["f2"]
    with pytest.raises(Conflict):
        end_suppression(ledger, MANAGER, "f1", seen)
    with pytest.raises(BadInput, match="which day"):
        suppress(ledger, MANAGER, "f1", None, FindingTerms())


def test_an_identity_is_revealed_for_a_case(ledger):
    with pytest.raises(Denied):
        reveal(ledger, REVIEWER, ["a:1"])
    reveal(ledger, MANAGER, ["a:1"])
    (standing,) = ledger.state().reveals
    assert (standing.actor, standing.record_ids, standing.case_reference) == (
        "mo",
        frozenset({"a:1"}),
        "MASH-7",
    )


def test_a_refused_act_leaves_no_entry(ledger):
    with pytest.raises(BadInput):
        judge(ledger, REVIEWER, "a:1", "a:1", "same")
    with pytest.raises(BadInput):
        judge(ledger, REVIEWER, "a:1", "b:1", "perhaps")
    with pytest.raises(Conflict):
        lift_seal(ledger, KEEPER, "seal-9")
    assert ledger.entries() == []


def test_the_state_read_bit_by_bit_is_the_state_of_all_entries(ledger):
    judge(ledger, REVIEWER, "a:1", "b:1", "same")
    ledger.state()
    seal(ledger, KEEPER, ["c:1"], ["d:1"])
    dispose(ledger, MANAGER, "f1", "watch")
    ledger.state()
    hide(ledger, MANAGER, ["e:1"], ["mo"])
    entries = [logged for logged in ledger.entries() if logged.entry.act in STATE_ACTS]
    assert ledger.state() == fold(LedgerState(), entries)


def test_an_erased_act_no_longer_stands(ledger):
    judge(ledger, REVIEWER, "a:1", "b:1", "same")
    judge(ledger, REVIEWER, "a:1", "c:1", "same")
    assert len(ledger.state().judgements) == 2
    ledger.erase(1, by=Entry("ola", "operator", "home", "erase", "answered", reason="Court order"))
    assert list(ledger.state().judgements) == [("a:1", "c:1", "lena")]


def test_a_denied_act_changes_nothing(ledger):
    facts = {"record_id_a": "a:1", "record_id_b": "b:1", "decision": "same"}
    ledger.append(Entry("eve", "analyst", "home", "judge", "denied", details=facts))
    assert ledger.state().judgements == {}
