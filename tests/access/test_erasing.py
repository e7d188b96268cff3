"""Erasure, holds, retention and subject access at the desk: from the next request on, and again after the next build."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from access import Description, Purpose, RetentionSchedule, SubjectAccess, as_plain
from records.erasure import ErasureKey
from records.errors import BadInput, Conflict, Denied, NotThere
from records.ledger import Actor, GrantTerms, hide, release, seal

WHY = Purpose("data_rights", "Request under Article 17")
MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
LENA = Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20))
KEEPER = Actor("keeper", "seal_keeper", "home", "safeguarding_s17", "Order of the court")
SCHEDULE = RetentionSchedule.of({"source": "Policy 3", "default": {"months": 2, "key_features_months": 72}})


def erase(scene: Any, record_id: str = "police:m1") -> Any:
    return scene.read(
        "operator", "erasure", lambda view: view.erase(record_id, "Request granted"), purpose=WHY
    )


def chronology(scene: Any, of: Description) -> str:
    handle = scene.find("decision_maker", of)
    answer = scene.read("decision_maker", "chronology", lambda view: view.chronology(handle))
    return json.dumps(as_plain(answer))


def test_an_erased_person_is_gone_with_the_next_request(own_family: Any) -> None:
    handle = own_family.find("decision_maker", MARTA)
    plan = own_family.read(
        "operator", "erasure_plan", lambda view: view.erasure_plan("police:m1"), purpose=WHY
    )
    assert (plan.records, plan.events_erased, plan.events_reduced) == (3, 1, 2)
    done = erase(own_family)
    assert (done.records, own_family.last().act) == (3, "erasure")

    assert own_family.find("decision_maker", MARTA) is None
    with pytest.raises(NotThere):
        own_family.read("decision_maker", "person", lambda view: view.person(handle))
    assert "Marta" not in chronology(own_family, LENA)
    # The old looks at her say no more whom they were at.
    assert own_family.ledger.entries(subject="police:m1") == []
    assert own_family.ledger.verify().sound
    with pytest.raises(NotThere):
        erase(own_family)


def test_somebody_hidden_keeps_an_event_and_no_count_says_so(
    open_scene: Any, make_family: Any, whole_hub: Any, tmp_path: Path
) -> None:
    def plan() -> Any:
        return scene.read(
            "operator", "erasure_plan", lambda view: view.erasure_plan("police:e1"), purpose=WHY
        )

    with open_scene(tmp_path, make_family(), stages=whole_hub) as scene:
        hide(scene.ledger, KEEPER, ["council:h1"], ["nobody-here"])
        told = plan()
        world = make_family()
        world.person("council:h1", given_name="Ada", family_name="Winterbourne")
        world.add("involvement", "council", event_id="police:i1", record_id="council:h1", role="subject")
        scene.rebuild(world)
        shown = plan()
        assert (shown.events_erased, shown.events_reduced) == (told.events_erased, told.events_reduced)
        done = erase(scene, "police:e1")
        assert (done.events, done.events_reduced) == (told.events_erased, told.events_reduced)
        kept = ErasureKey.of(scene.store.keys_path).digest("event", "police:i1")
        erasure = scene.ledger.state().erasures[-1]
        assert kept in erasure.reduced_events
        assert kept not in erasure.events


def test_a_hold_keeps_a_person_and_each_act_is_one_entry(own_family: Any) -> None:
    name = own_family.read(
        "operator", "hold", lambda view: view.hold("council:m1", "Family court 7", "Proceedings"), purpose=WHY
    )
    before = len(own_family.ledger.entries())
    with pytest.raises(Conflict, match="Family court 7"):
        erase(own_family)
    assert len(own_family.ledger.entries()) == before + 1
    assert own_family.last().outcome == "failed"
    own_family.read("operator", "hold", lambda view: view.lift_hold(name, "Ended"), purpose=WHY)
    erase(own_family)


@pytest.mark.parametrize("role", ["decision_maker", "analyst", "contributor", "auditor", "privacy_officer"])
@pytest.mark.parametrize("act", ["erasure", "erasure_plan", "hold", "subject_access"])
def test_only_the_operator_may(family: Any, role: str, act: str) -> None:
    with pytest.raises(Denied):
        family.read(role, act, lambda view: None)
    assert family.last().outcome == "denied"


@pytest.mark.parametrize("act", ["erase", "plan", "hold", "subject_access"])
def test_somebody_sealed_or_hidden_is_as_not_there(own_family: Any, act: str) -> None:
    seal(own_family.ledger, KEEPER, ["council:m1"], ["police:e1"])
    hide(own_family.ledger, KEEPER, ["police:e2"], ["nobody"])
    asked = {
        "erase": ("erasure", lambda view, one: view.erase(one, "Asked for")),
        "plan": ("erasure_plan", lambda view, one: view.erasure_plan(one)),
        "hold": ("hold", lambda view, one: view.hold(one, "Court", "Asked for")),
        "subject_access": ("subject_access", lambda view, one: view.subject_access(one)),
    }
    name, ask = asked[act]
    told = []
    for one in ("council:m1", "police:e2", "police:none"):
        with pytest.raises(NotThere) as refused:
            own_family.read("operator", name, lambda view, one=one: ask(view, one), purpose=WHY)
        told.append(str(refused.value))
    assert len(set(told)) == 1


def test_a_schedule_lets_go_what_is_due_and_keeps_open_cases_and_holds(
    open_scene: Any, make_family: Any, tmp_path: Path
) -> None:
    world = make_family()
    old = {"kind": "contact", "summary": "Old and closed", "status": "closed"}
    world.person("council:o1", given_name="Una", family_name="Lark", date_of_birth=date(2001, 6, 5))
    world.event("council:o1", date(2019, 3, 1), {"council:o1": "subject"}, **old)
    world.person("council:o2", given_name="Sid", family_name="Wren", date_of_birth=date(2002, 6, 5))
    world.event("council:o2", date(2025, 3, 1), {"council:o2": "subject"}, **old)
    world.person("council:o3", given_name="Ada", family_name="Crake", date_of_birth=date(2003, 6, 5))
    world.event("council:o3", date(2019, 3, 1), {"council:o3": "subject"}, **old)
    world.event("council:o4", date(2025, 3, 1), {"council:o3": "subject"}, kind="plan", status="open")
    world.person("council:o5", given_name="Ivo", family_name="Dunlin", date_of_birth=date(2004, 6, 5))
    world.event("council:o5", date(2019, 3, 1), {"council:o5": "subject"}, **old)
    with open_scene(tmp_path, world) as scene:
        scene.read("operator", "hold", lambda view: view.hold("council:o5", "Inquiry", "Asked"), purpose=WHY)
        plan = scene.read("operator", "erasure_plan", lambda view: view.retention_plan(SCHEDULE), purpose=WHY)
        council = next(one for one in plan.lines if one.agency == "council")
        assert (council.records_erased, council.events_erased) == (1, 1)
        assert (council.events_kept_by_hold, council.events_kept_by_open_case) == (1, 2)
        assert scene.find(
            "decision_maker",
            Description(given_name="Una", family_name="Lark", date_of_birth=date(2001, 6, 5)),
        )

        done = scene.read(
            "operator", "erasure", lambda view: view.retain(SCHEDULE, "Monthly run"), purpose=WHY
        )
        assert (done.records, done.events) == (1, plan.events_erased)
        key = ErasureKey.of(scene.store.keys_path)
        (act,) = scene.ledger.state().erasures
        assert act.records == key.digests("record", ["council:o1"])
        assert key.digest("event", "council:o2") in act.reduced_events
        assert not scene.find(
            "decision_maker",
            Description(given_name="Una", family_name="Lark", date_of_birth=date(2001, 6, 5)),
        )
        again = scene.read(
            "operator", "erasure", lambda view: view.retain(SCHEDULE, "Run again"), purpose=WHY
        )
        assert (again.records, again.events, again.events_reduced) == (0, 0, 0)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"default": {"months": 6}}, "source"),
        ({"source": "P", "gossip": {"months": 6}}, "gossip"),
        ({"source": "P", "default": {"months": 0}}, "months"),
        ({"source": "P", "default": {"months": True}}, "months"),
        ({"source": "P", "default": {"weeks": 2}}, "months"),
        ({"source": "P", "default": {"months": 6, "key_features_months": 6}}, "key_features_months"),
    ],
)
def test_a_schedule_that_does_not_hold_is_refused(stated: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        RetentionSchedule.of(stated)


def test_everything_held_about_one_person_and_nobody_else(own_family: Any) -> None:
    decider = Actor("dana", "decision_maker", "home", "safeguarding_s47", "Strategy meeting", "MASH-7")
    release(own_family.ledger, decider, ["council:l1"], GrantTerms(agencies=frozenset({"health"})))

    def ask() -> SubjectAccess:
        found = own_family.read(
            "operator", "subject_access", lambda view: view.subject_access("police:l1"), purpose=WHY
        )
        assert isinstance(found, SubjectAccess)
        return found

    held = ask()
    assert [one.record_id for one in held.records] == ["council:l1", "police:l1"]
    assert {one.value for record in held.records for one in record.statements} >= {
        "9990000026",
        "+447700900123",
    }
    assert held.relations == (("parent", 1),)
    assert {one.event_id for one in held.events} >= {"police:n1", "council:r1"}
    assert [(one.to, one.role) for one in held.recipients if one.to] == [("health", "decision_maker")]
    text = json.dumps(as_plain(held))
    for other in ("Marta", "Egon", "Thrupp", "police:e1", "9990000018", "+447700900456"):
        assert other not in text
    assert as_plain(ask()) == as_plain(held)


def test_police_intelligence_is_left_to_the_police(own_family: Any) -> None:
    held = own_family.read(
        "operator", "subject_access", lambda view: view.subject_access("police:e1"), purpose=WHY
    )
    assert held.withheld_rows == 2
    assert "police:e2" not in json.dumps(as_plain(held.records))
    assert "police:i1" not in json.dumps(as_plain(held.events))
