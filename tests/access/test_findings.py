"""How people live with findings: decisions that stick, news that opens them again, suppression, cases, past precision."""

from datetime import date

import pytest

from access import BadInput, Conflict, FindingFilters, NotThere
from access.findings.standing import judged_words
from detectors import wilson_interval

MANAGER = "decision_maker"


def listed(scene, decision=None, detector=None, role=MANAGER):
    return scene.read(role, "findings", lambda view: view.findings(FindingFilters(detector, decision)))


def act(scene, done):
    return scene.read(MANAGER, "disposition", done)


def page_of(scene, finding_id, role=MANAGER):
    return scene.read(role, "finding", lambda view: view.finding(finding_id))


def more_harm(world):
    """One more incident between the two, after those of the family's world."""
    world.event("police:x9", date(2026, 2, 20), {"police:l1": "victim", "police:e1": "suspect"}, severity=5)
    return world


@pytest.fixture
def scene(tmp_path, make_family, open_scene):
    with open_scene(tmp_path, make_family()) as opened:
        yield opened


def test_a_decision_sticks_over_builds_and_new_evidence_opens_it_again_with_what_is_new(scene, make_family):
    line = listed(scene, detector="escalating_harm").findings[0]
    act(
        scene,
        lambda view: view.dispose(line.finding_id, "not_confirmed", "Both say they were rehearsing a play"),
    )
    scene.rebuild(make_family())
    kept = page_of(scene, line.finding_id)
    assert (kept.line.status, kept.line.news) == ("decided", None)
    assert not any(fact.is_new for fact in kept.evidence)
    scene.rebuild(more_harm(make_family()))
    opened = page_of(scene, line.finding_id)
    assert opened.line.status == "reopened"
    assert opened.line.news == (
        "New since 2 March 2026: 2 further facts from police, the latest recorded on 20 February 2026."
    )
    assert {(fact.happened_on, fact.role) for fact in opened.evidence if fact.is_new} == {
        (date(2026, 2, 20), "victim"),
        (date(2026, 2, 20), "suspect"),
    }
    assert opened.line.disposition is not None
    assert line.finding_id in {one.finding_id for one in listed(scene, "reopened").findings}
    assert line.finding_id in {one.finding_id for one in listed(scene, "open", "escalating_harm").findings}


def test_a_suppressed_finding_is_out_of_the_list_until_new_evidence(scene, make_family):
    line = listed(scene, detector="escalating_harm").findings[0]
    act(scene, lambda view: view.suppress(line.finding_id, "Trial listed; the team knows"))
    assert scene.last().act == "suppress"
    assert not listed(scene, detector="escalating_harm").findings
    (kept_out,) = listed(scene, "suppressed").findings
    assert (kept_out.finding_id, kept_out.suppression.reason) == (
        line.finding_id,
        "Trial listed; the team knows",
    )
    scene.rebuild(more_harm(make_family()))
    (back,) = listed(scene, detector="escalating_harm").findings
    assert (back.status, back.suppression) == ("open", None)
    assert back.news.startswith("New since 2 March 2026: 2 further facts")


def test_a_suppression_with_a_day_holds_until_then_or_until_it_is_ended(scene, make_family):
    line = listed(scene, detector="escalating_harm").findings[0]
    act(scene, lambda view: view.suppress(line.finding_id, "Hearing", until=date(2026, 3, 2)))
    scene.rebuild(more_harm(make_family()))
    assert page_of(scene, line.finding_id).line.status == "suppressed"
    act(scene, lambda view: view.end_suppression(line.finding_id, "Put off"))
    assert page_of(scene, line.finding_id).line.status == "open"
    with pytest.raises(Conflict):
        act(scene, lambda view: view.end_suppression(line.finding_id, "Put off"))
    for day in (date(2026, 3, 1), date(2027, 3, 3)):
        with pytest.raises(BadInput, match="year ahead"):
            act(scene, lambda view, until=day: view.suppress(line.finding_id, "Hearing", until))
    with pytest.raises(NotThere):
        act(scene, lambda view: view.suppress("no-such-finding", "Hearing"))


def test_findings_of_one_pair_are_one_case_decided_in_one_act(own_family):
    every = listed(own_family).findings
    case = next(line for line in every if line.detector == "escalating_harm" or line.also)
    detectors = {case.detector, *(reason.detector for reason in case.also)}
    assert "escalating_harm" in detectors
    assert len(detectors) >= 2
    act(own_family, lambda view: view.dispose(case.finding_id, "confirmed", "The evidence holds"))
    after = page_of(own_family, case.finding_id).line
    assert {reason.status for reason in after.also} == {"decided"}
    assert case.case_id not in {line.case_id for line in listed(own_family, "open").findings}
    assert listed(own_family).total == len(every)


def test_a_page_says_how_the_rule_fared_here_and_by_which_numbers_it_decided(own_family):
    line = listed(own_family, detector="escalating_harm").findings[0]
    before = page_of(own_family, line.finding_id)
    assert before.past_precision.words == "Nobody here has judged any of its findings yet."
    assert before.past_precision.interval is None
    act(
        own_family,
        lambda view: view.dispose(line.finding_id, "confirmed", "The evidence holds", whole_case=False),
    )
    after = page_of(own_family, line.finding_id)
    assert (after.past_precision.confirmed, after.past_precision.judged) == (1, 1)
    assert {"least_incidents", "window_days"} <= {one.name for one in after.thresholds}
    assert all(one.source and one.value == one.shipped for one in after.thresholds)
    assert {(one.agency, one.marking, one.category) for one in after.handling} == {
        ("police", "shareable", "ordinary"),
    }


def test_past_precision_is_honest_about_few():
    assert judged_words(2, 3).words == "2 of 3 judged at this hub were confirmed (95% interval 21% to 94%)."
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == 1.0
    with pytest.raises(ValueError, match="one trial"):
        wilson_interval(0, 0)
