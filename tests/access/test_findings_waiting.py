"""Findings between an act of the ledger and the next build: kept from whom more is kept, shown to whom more is shown."""

import pytest

from access import FindingFilters, NotThere
from records.ledger import Actor, GrantTerms, end_grant, hide, lift_hide, restrict

MANAGER = "decision_maker"
OFFICER = Actor("po", "privacy_officer", "home", "audit", "In danger")
NAMED = GrantTerms(actors=frozenset({"mo"}))


def listed(scene, **who):
    return scene.read(MANAGER, "findings", lambda view: view.findings(FindingFilters(limit=200)), **who)


def test_an_order_keeps_findings_back_until_the_next_build_and_every_page_says_so(own_family):
    before = listed(own_family)
    (first, *_) = before.findings
    assert before.where == "stand"
    person = first.subjects[0].person.handle
    order = hide(own_family.ledger, OFFICER, ["police:none"], ["mo"])
    waiting = listed(own_family)
    assert (waiting.where, waiting.findings, waiting.total) == ("next_build", (), 0)
    page = own_family.read(MANAGER, "person", lambda view: view.person(person))
    assert (page.findings_where, page.findings) == ("next_build", ())
    with pytest.raises(NotThere, match="until the next one"):
        own_family.read(MANAGER, "finding", lambda view: view.finding(first.finding_id))
    lift_hide(own_family.ledger, OFFICER, f"hide-{order.sequence}")
    assert listed(own_family) == before


def test_who_is_named_keeps_the_findings_and_opens_each(own_family):
    before = listed(own_family, subject="mo")
    restrict(own_family.ledger, OFFICER, ["council:m1", "police:m1", "health:m1"], NAMED)
    assert listed(own_family).where == "next_build"
    assert listed(own_family, subject="mo") == before


def test_after_the_build_who_is_named_sees_the_findings_of_everybody_else(own_family, make_family):
    granted = restrict(own_family.ledger, OFFICER, ["council:m1", "police:m1", "health:m1"], NAMED)
    own_family.rebuild(make_family())
    everyone, named = listed(own_family), listed(own_family, subject="mo")
    assert (everyone.where, named.where) == ("stand", "stand")
    assert named.findings
    assert [one.finding_id for one in named.findings] == [one.finding_id for one in everyone.findings]
    for line in named.findings:
        page = own_family.read(
            MANAGER, "finding", lambda view, one=line: view.finding(one.finding_id), subject="mo"
        )
        assert page.line == line
        about = FindingFilters(person=line.subjects[0].person.handle)
        found = own_family.read(MANAGER, "findings", lambda view, one=about: view.findings(one), subject="mo")
        assert line.finding_id in {one.finding_id for one in found.findings}
    end_grant(own_family.ledger, OFFICER, f"restriction-{granted.sequence}")
    assert listed(own_family).where == "stand"
