"""What speaks against a finding is said beside it, by every detector from the same rows."""

from datetime import date

import pytest

from detectors.counter_evidence import counter_evidence
from detectors.facts import Facts, Settings


def against(world, parts, detector):
    with Facts(world.connection, world.scope, [world.today], Settings()) as facts:
        (found,) = counter_evidence(facts, [(parts, world.today)])
    return [one.sentence for one in found if one.detectors is None or detector in one.detectors]


@pytest.fixture
def told(world):
    """Two old events of one agency about one child, closed, brought by one neighbour, of no concern and low severity."""
    child = world.person("kit", date(2014, 1, 1))
    parts = []
    for days in (200, 150):
        event = world.event(
            "contact",
            world.days_ago(days),
            {child: "subject"},
            outcome="No further action",
            referrer="Neighbour at 12",
            severity=1,
        )
        parts.append((event, child, "subject"))
    return parts


def test_each_weakness_of_the_evidence_is_said_once(world, told):
    assert against(world, told, "bridging_adult") == [
        "All of it comes from one agency (police).",
        "Both of its events were closed with nothing to act on.",
        "One and the same private person brought both of its events.",
        "Quiet since: the latest of it happened on 31 January 2025, 150 days before this was raised.",
        "Nobody is recorded in it as a suspect or an offender.",
    ]
    assert "No event in it carries a concern about anybody." in against(world, told, "missing_from_view")
    assert "No event in it is graver than severity 1 of 5." in against(world, told, "cumulative_concern")
    assert "No agency has named exploitation as its concern in it." in against(
        world, told, "exploitation_network"
    )
    assert "No charge or conviction is recorded in it." in against(world, told, "gang_network")


def test_strong_evidence_has_nothing_said_against_it(world):
    child, man = world.person("kit", date(2014, 1, 1)), world.person("sam", agency="school")
    facts = {"concern": "sexual_exploitation", "severity": 5, "outcome": "Charged"}
    one = world.event("incident", world.days_ago(5), {child: "victim", man: "suspect"}, **facts)
    other = world.event("incident", world.days_ago(9), {man: "suspect"}, agency="school", **facts)
    parts = [(one, child, "victim"), (one, man, "suspect"), (other, man, "suspect")]
    for detector in ("exploitation_network", "gang_network", "missing_from_view", "cumulative_concern"):
        assert against(world, parts, detector) == []


def test_a_plan_in_force_is_said_and_an_ended_one_is_not(world, told):
    world.event(
        "plan", world.days_ago(300), {told[0][1]: "subject"}, plan_kind="cp", ended_on=world.days_ago(250)
    )
    assert not any("plan" in said for said in against(world, told, "repeat_marac"))
    world.event("plan", world.days_ago(40), {told[0][1]: "subject"}, plan_kind="cin")
    assert against(world, told, "repeat_marac")[-1] == (
        "Already worked with: 1 of its people has a plan in force, since 21 May 2025 at the earliest."
    )
