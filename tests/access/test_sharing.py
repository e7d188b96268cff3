"""Releases, lists, restrictions, broken glass, consent, refusals and marks: each in force on the next request."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from access import (
    BadInput,
    Conflict,
    ConsentGiven,
    Denied,
    Description,
    Desk,
    GlassBroken,
    KeptToGiven,
    MarkGiven,
    MeetingListGiven,
    NotThere,
    Policies,
    Purpose,
    RefusalGiven,
    ReleaseGiven,
    as_plain,
)
from access.policy import DEFAULT_POLICIES
from records.ledger import Actor, hide, seal

MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
EGON = Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14))
TODAY = date(2026, 3, 2)
LATER = TODAY + timedelta(days=30)
S17 = Purpose("safeguarding_s17", "Early help plan", "MASH-7")
AUDIT = Purpose("audit", "Alert review")
WHY = "Agreed at the strategy discussion"


def handle_of(scene, description, role="decision_maker", **who):
    found = scene.find(role, description, **who)
    assert found is not None
    return found


def release_to_health(scene, description=MARTA, **changes):
    terms = ReleaseGiven((handle_of(scene, description),), ("health",), ("safeguarding_s47",), LATER, WHY)
    return scene.read("decision_maker", "release", lambda view: view.release(replace(terms, **changes)))


def seen_by_health(scene, description=MARTA, **who):
    """The agencies whose records of the person a health worker sees."""
    answer = scene.read(
        "contributor", "lookup", lambda view: view.lookup(description), agency="health", **who
    )
    return answer.candidates[0].person.agencies if answer.candidates else ()


def test_a_release_opens_shareable_rows_to_the_agency_named_for_the_purpose_named_until_it_ends(own_family):
    assert seen_by_health(own_family) == ("health",)
    taken = release_to_health(own_family)
    assert (taken.kind, taken.record_count, taken.ends_on) == ("release", 3, LATER)
    assert seen_by_health(own_family) == ("council", "health", "police")
    assert seen_by_health(own_family, purpose=S17) == ("health",)
    assert own_family.find("contributor", EGON, agency="health") is None
    assert own_family.last().outcome == "empty"
    listed = own_family.read("decision_maker", "grants", lambda view: view.grants())
    assert [(line.sharing, line.agencies, line.by) for line in listed.lines] == [
        (taken.sharing, ("health",), "decision_maker-1")
    ]
    own_family.read("decision_maker", "end_grant", lambda view: view.end_grant(taken.sharing, "Plan ended"))
    assert own_family.last().act == "end_grant"
    assert seen_by_health(own_family) == ("health",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"agencies": ()},
        {"purposes": ("curiosity",)},
        {"purposes": ()},
        {"ends_on": TODAY - timedelta(days=1)},
        {"handles": ()},
        {"grounds": " "},
    ],
)
def test_a_release_without_whom_why_or_until_when_is_refused(own_family, wrong):
    with pytest.raises(BadInput):
        release_to_health(own_family, **wrong)
    assert own_family.last().outcome == "failed"
    assert seen_by_health(own_family) == ("health",)


def test_where_consent_is_expected_a_release_waits_for_it_and_ends_with_it(own_family):
    def answer(said, act="consent"):
        given = ConsentGiven(handle_of(own_family, MARTA), said, WHY)
        own_family.read("decision_maker", act, lambda view: view.consent(given))

    with pytest.raises(Conflict, match="consent is expected"):
        release_to_health(own_family, purposes=("safeguarding_s17",))
    answer("given")
    release_to_health(own_family, purposes=("safeguarding_s17",))
    assert seen_by_health(own_family, purpose=S17) == ("council", "health", "police")
    answer("withdrawn")
    assert seen_by_health(own_family, purpose=S17) == ("health",)
    answer("overridden", act="override")
    assert own_family.last().act == "override"
    assert seen_by_health(own_family, purpose=S17) == ("council", "health", "police")
    with pytest.raises(BadInput):
        answer("perhaps")
    given = ConsentGiven(handle_of(own_family, MARTA, "contributor", agency="police"), "overridden", WHY)
    with pytest.raises(Denied):
        own_family.read("contributor", "consent", lambda view: view.consent(given), agency="police")


def test_an_agency_refuses_to_share_and_takes_it_back(own_family):
    release_to_health(own_family)
    marta = handle_of(own_family, MARTA, "contributor", agency="police")

    def refuse(view):
        return view.refuse_to_share(RefusalGiven(marta, "more_detrimental", WHY))

    taken = own_family.read("contributor", "refusal", refuse, agency="police")
    assert taken.record_count == 1
    assert seen_by_health(own_family) == ("council", "health")
    listed = own_family.read("decision_maker", "grants", lambda view: view.grants())
    assert [(line.kind, line.basis) for line in listed.lines] == [
        ("refusal", "more_detrimental"),
        ("release", None),
    ]
    own_family.read("decision_maker", "end_grant", lambda view: view.end_grant(taken.sharing, "Agreed now"))
    assert seen_by_health(own_family) == ("council", "health", "police")


def test_an_agency_speaks_for_its_own_records_alone(own_family):
    release_to_health(own_family, EGON)
    egon = handle_of(own_family, EGON, "contributor", agency="health")
    for act, ask in (
        ("refusal", lambda view: view.refuse_to_share(RefusalGiven(egon, "would_not_help", WHY))),
        ("mark", lambda view: view.mark(MarkGiven(egon, "restricted", WHY))),
    ):
        with pytest.raises(NotThere):
            own_family.read("contributor", act, ask, agency="health")


def test_a_mark_that_tightens_acts_at_once_and_one_that_loosens_lets_a_release_reach(own_family):
    def mark(marking):
        given = MarkGiven(
            handle_of(own_family, MARTA, "contributor", agency="police"), marking, "Source at risk"
        )
        own_family.read("contributor", "mark", lambda view: view.mark(given), agency="police")

    def seen_by_analyst():
        return (
            own_family.read("analyst", "lookup", lambda view: view.lookup(MARTA))
            .candidates[0]
            .person.agencies
        )

    release_to_health(own_family)
    assert seen_by_analyst() == ("council", "police")
    mark("restricted")
    assert seen_by_analyst() == ("council",)
    assert seen_by_health(own_family) == ("council", "health")
    mark("ask_originator")
    assert seen_by_analyst() == ("council", "police")
    assert seen_by_health(own_family) == ("council", "health")
    mark("shareable")
    assert seen_by_health(own_family) == ("council", "health", "police")


def test_a_loosened_mark_brings_the_rows_about_the_record_and_no_others(tmp_path, open_scene, make_family):
    world = make_family()
    for _, label, values in list(world.rows):
        if values.get("record_id") == "police:m1" and label[1] == "police":
            world.rows.remove(next(row for row in world.rows if row[2] is values))
            world.rows.append((_, (*label[:2], "ask_originator", "ordinary"), values))
    with open_scene(tmp_path, world) as family:
        release_to_health(family)
        assert seen_by_health(family) == ("council", "health")
        marta = handle_of(family, MARTA, "contributor", agency="police")
        family.read(
            "contributor",
            "mark",
            lambda view: view.mark(MarkGiven(marta, "shareable", "Asked and agreed")),
            agency="police",
        )
        marta = handle_of(family, MARTA, "contributor", agency="health")
        page = family.read("contributor", "person", lambda view: view.person(marta), agency="health")
        assert page.card.agencies == ("council", "health", "police")
        assert {one.agency for one in page.addresses} == {"council", "police"}


def test_once_the_duty_is_in_force_it_reaches_what_its_agency_wants_to_be_asked_about(
    tmp_path, open_scene, make_family
):
    world = make_family()
    world.rows[:] = [
        (table, (*label[:2], "ask_originator", "ordinary") if label[1] == "council" else label, values)
        for table, label, values in world.rows
    ]
    with open_scene(tmp_path, world) as family:
        release_to_health(family)
        assert seen_by_health(family) == ("health", "police")
        for first_day, seen in ((TODAY + timedelta(days=1), False), (TODAY, True)):
            policies = Policies.load(DEFAULT_POLICIES, first_day)
            desk = Desk(family.store, family.ledger, policies, family.desk._calibrations, family.desk._clock)
            later = replace(family, desk=desk)
            assert ("council" in seen_by_health(later)) == seen
            marta = handle_of(later, MARTA, "contributor", agency="police")

            def refuse(view, marta=marta):
                return view.refuse_to_share(RefusalGiven(marta, "other", WHY))

            if seen:
                with pytest.raises(BadInput, match="duty"):
                    later.read("contributor", "refusal", refuse, agency="police")
            else:
                later.read("contributor", "refusal", refuse, agency="police")
            desk.close()


def test_a_meeting_list_opens_the_people_on_it_and_those_tied_to_them(own_family):
    def coordinators(description):
        return own_family.find("marac_coordinator", description)

    def put(with_those_tied):
        given = MeetingListGiven((handle_of(own_family, MARTA),), "MARAC-3", LATER, WHY, with_those_tied)
        own_family.read("decision_maker", "meeting_list", lambda view: view.list_for_meeting(given))

    assert coordinators(MARTA) is None
    put(with_those_tied=False)
    assert (coordinators(MARTA) is not None, coordinators(EGON)) == (True, None)
    put(with_those_tied=True)
    assert coordinators(EGON) is not None


def test_a_restriction_keeps_people_to_the_workers_named_and_its_maker_can_end_it(own_family):
    given = KeptToGiven((handle_of(own_family, EGON),), ("mo",), None, "A colleague's brother")
    taken = own_family.read("decision_maker", "restriction", lambda view: view.restrict(given))
    assert own_family.find("decision_maker", EGON) is None
    assert own_family.find("analyst", EGON) is None
    assert own_family.find("decision_maker", EGON, subject="mo") is not None
    for subject, told in (("decision_maker-1", 1), ("mo", 1), ("somebody", 0)):
        listed = own_family.read("decision_maker", "grants", lambda view: view.grants(), subject=subject)
        assert len(listed.lines) == told
    with pytest.raises(NotThere):
        own_family.read(
            "decision_maker", "end_grant", lambda view: view.end_grant(taken.sharing, "Why"), subject="x"
        )
    own_family.read("decision_maker", "end_grant", lambda view: view.end_grant(taken.sharing, "Ended"))
    assert own_family.find("decision_maker", EGON) is not None


def test_broken_glass_opens_one_person_at_once_and_tells_the_privacy_officer_no_name(own_family):
    def broken(**given):
        ask = GlassBroken("Child said to be with him tonight", **given)
        return own_family.read(
            "contributor", "break_glass", lambda view: view.break_glass(ask), agency="health"
        )

    assert own_family.find("contributor", EGON, agency="health") is None
    opened = broken(description=EGON)
    assert opened.taken.ends_on == TODAY + timedelta(days=1)
    assert own_family.last().details["alerts"] == [{"kind": "break_glass"}]
    page = own_family.read("contributor", "person", lambda view: view.person(opened.handle), agency="health")
    assert page.card.name == "Egon Thrupp"
    assert own_family.find("contributor", EGON, agency="health", subject="other") is None
    officer = own_family.principal("privacy_officer")
    (line,) = own_family.desk.broken_glass(officer, AUDIT).lines
    assert (line.by, line.record_count, line.verdict) == ("contributor-1", 2, None)
    assert "police:e1" not in json.dumps(as_plain(line))
    assert own_family.last().act == "glass_reviews"
    reviewed = own_family.desk.review_glass(officer, AUDIT, (line.sharing, "not_justified", "No child there"))
    assert (reviewed.verdict, reviewed.reviewed_by) == ("not_justified", "privacy_officer-1")
    assert own_family.find("contributor", EGON, agency="health") is None
    for review in (("break_glass-999", "justified", "x"), (line.sharing, "fine", "x")):
        with pytest.raises(BadInput):
            own_family.desk.review_glass(officer, AUDIT, review)
    with pytest.raises(Denied):
        own_family.desk.broken_glass(own_family.principal("auditor"), AUDIT)


def test_broken_glass_opens_no_seal_and_no_hide_order_and_is_loud_all_the_same(own_family):
    keeper = Actor("sam", "seal_keeper", "home", "safeguarding_s47", "Order")
    seal(own_family.ledger, keeper, ["police:m1", "council:m1", "health:m1"], ["police:l1"])
    hide(own_family.ledger, keeper, ["police:e1", "police:e2"], ["mo"])
    for description in (MARTA, EGON):
        ask = GlassBroken("Child said to be with him tonight", description=description)
        with pytest.raises(NotThere):
            own_family.read(
                "contributor", "break_glass", lambda view, a=ask: view.break_glass(a), agency="health"
            )
        assert own_family.last().outcome == "empty"
        assert {"kind": "break_glass"} in own_family.last().details["alerts"]
    assert "hide_order" in {alert["kind"] for alert in own_family.last().details["alerts"]}


@pytest.mark.parametrize(
    "wrong", [{}, {"handle": "pnobody", "description": EGON}, {"description": EGON, "days": 8}]
)
def test_glass_is_broken_for_one_person_for_a_few_days(own_family, wrong):
    with pytest.raises(BadInput):
        own_family.read(
            "decision_maker", "break_glass", lambda view: view.break_glass(GlassBroken(WHY, **wrong))
        )
