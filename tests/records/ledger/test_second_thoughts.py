"""Taking back one's own decision or judgement: what stood before stands again, and nobody takes back another's."""

import pytest

from records.errors import BadInput, Conflict
from records.ledger import (
    Actor,
    FindingTerms,
    dispose,
    judge,
    pictures_of,
    save_picture,
    withdraw_disposition,
    withdraw_own_judgement,
)

MO = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion", "CASE-1")
JO = Actor("jo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")


def test_what_was_decided_before_stands_again_case_by_case(ledger):
    dispose(ledger, JO, "f1", "watch")
    seen = {"f1": frozenset({"a"}), "f2": frozenset({"b"})}
    dispose(ledger, MO, "f1", "confirmed", FindingTerms(frozenset({"a:1"}), seen))
    with pytest.raises(Conflict, match="Only who decided"):
        withdraw_disposition(ledger, JO, "f1")
    withdraw_disposition(ledger, MO, "f2")
    standing = ledger.state().dispositions
    assert {known: (one.decision, one.by) for known, one in standing.items()} == {"f1": ("watch", "jo")}
    with pytest.raises(Conflict):
        withdraw_disposition(ledger, MO, "f2")
    withdraw_disposition(ledger, JO, "f1")
    assert ledger.state().dispositions == {}
    assert len(ledger.entries()) == 4


def test_only_ones_own_judgement_is_taken_back(ledger):
    judge(ledger, MO, "a:1", "b:2", "same")
    judge(ledger, JO, "b:2", "a:1", "not_same")
    withdraw_own_judgement(ledger, MO, "b:2", "a:1")
    assert [(one.by, one.decision) for one in ledger.state().judgements.values()] == [("jo", "not_same")]
    with pytest.raises(Conflict):
        withdraw_own_judgement(ledger, MO, "a:1", "b:2")


def test_pictures_are_kept_by_case_the_latest_first(ledger):
    facts = {"terms": [("hops", "2")], "places": {"n1": (1.0, -2.5)}, "namespace": "home"}
    save_picture(ledger, MO, "a:1", facts)
    save_picture(ledger, MO, "a:2", facts)
    first, second = pictures_of(ledger, "CASE-1")
    assert (first.centre, second.centre) == ("a:2", "a:1")
    assert (second.terms, second.places) == ((("hops", "2"),), {"n1": (1.0, -2.5)})
    assert pictures_of(ledger, "CASE-2") == []
    with pytest.raises(BadInput):
        save_picture(ledger, JO, "a:1", facts)
