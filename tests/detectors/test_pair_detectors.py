"""Rules about one person harming another: escalating harm, repeat MARAC, serial perpetrator."""

from datetime import date

import pytest

from detectors import Baselines, Settings, shipped_harm_weights
from detectors.harm_tables import HarmRow

ADULT = date(1990, 5, 1)


@pytest.fixture
def pair(world):
    return world.person("ann", ADULT), world.person("bob", ADULT)


def harm(world, pair, days, **event):
    victim, suspect = pair
    filled = {"concern": "domestic_abuse", "severity": 3} | event
    return world.event("incident", world.days_ago(days), {victim: "victim", suspect: "suspect"}, **filled)


def test_five_incidents_that_come_faster_escalate(world, pair):
    for days in (300, 100, 60, 40, 20):
        harm(world, pair, days)
    (finding,) = world.find("escalating_harm")
    assert {(s.person_id, s.role) for s in finding.subjects} == {("ann", "victim"), ("bob", "suspect")}
    assert finding.observed == 5
    assert finding.excess > 0


def test_incidents_that_slow_down_do_not_escalate(world, pair):
    for days in (340, 320, 300, 280, 20):
        harm(world, pair, days)
    assert world.find("escalating_harm") == []


@pytest.mark.parametrize("apart", [10, 40, 60, 80])
def test_incidents_that_go_on_evenly_do_not_escalate_however_lately_they_began(world, pair, apart):
    for number in range(5):
        harm(world, pair, 5 + apart * number)
    assert world.find("escalating_harm") == []


@pytest.mark.parametrize("slip", [-4, 0, 4])
def test_a_few_days_more_or_less_do_not_make_even_incidents_come_faster(world, pair, slip):
    for days in (302, 227, 152 - slip, 77, 2):
        harm(world, pair, days)
    assert world.find("escalating_harm") == []


def test_graver_crimes_escalate_though_they_come_no_faster(world, pair):
    for days, severity in ((300, 2), (250, 3), (100, 4), (20, 5)):
        harm(world, pair, days, severity=severity)
    (finding,) = world.find("escalating_harm")
    assert "times as much harm in each" in finding.measure


def test_one_grave_outlier_is_no_escalation(world, pair):
    for days, severity in ((300, 3), (200, 3), (90, 5), (20, 3)):
        harm(world, pair, days, severity=severity)
    assert world.find("escalating_harm") == []


def test_more_incidents_that_grow_milder_do_not_escalate(world, pair):
    for days, severity in ((300, 5), (100, 4), (60, 2), (40, 1), (20, 1)):
        harm(world, pair, days, severity=severity)
    assert world.find("escalating_harm") == []


def test_an_offence_weighs_what_the_hubs_table_says_whatever_its_severity(world, pair):
    for days, offence in ((300, "Criminal damage"), (200, "Harassment"), (60, "Robbery"), (20, "Rape")):
        harm(world, pair, days, offence=offence, severity=3)
    (finding,) = world.find("escalating_harm")
    assert "0 of 4 weighed by severity alone" in finding.measure
    alike = HarmRow("Rape", 2, "Harm panel"), HarmRow("Robbery", 2, "Harm panel")
    settings = Settings(baselines=Baselines(), harm=shipped_harm_weights().with_rows(alike))
    assert world.find("escalating_harm", settings=settings) == []


def test_an_incident_recorded_as_no_crime_is_no_crime(world, pair):
    for days, severity in ((300, 1), (200, 2), (20, 2)):
        harm(world, pair, days, severity=severity, offence="Domestic incident - non-crime")
    assert world.find("escalating_harm") == []


def test_one_incident_told_by_three_agencies_is_one(world, pair):
    for agency in ("police", "health", "housing"):
        harm(world, pair, 20, agency=agency, incident_id="i1")
    harm(world, pair, 200)
    assert world.find("escalating_harm") == []


def test_what_is_known_later_does_not_count_yet(world, pair):
    for days in (300, 100, 60, 40):
        harm(world, pair, days, severity=2)
    harm(world, pair, 20, severity=2, known_on=world.days_ago(5))
    assert world.find("escalating_harm", world.days_ago(6)) == []
    assert len(world.find("escalating_harm", world.days_ago(5))) == 1


def test_abuse_after_a_referral_is_a_repeat(world, pair):
    world.event("marac_referral", world.days_ago(100), {pair[0]: "victim", pair[1]: "suspect"})
    harm(world, pair, 30, concern="emotional", severity=1)
    (finding,) = world.find("repeat_marac")
    assert {(s.person_id, s.role) for s in finding.subjects} == {("ann", "victim"), ("bob", "suspect")}


def test_what_led_to_the_referral_is_no_repeat(world, pair):
    first = harm(world, pair, 110)
    world.event(
        "marac_referral", world.days_ago(100), {pair[0]: "victim", pair[1]: "suspect"}, related_event_id=first
    )
    assert world.find("repeat_marac") == []


def test_after_twelve_months_a_case_is_new(world, pair):
    world.event("marac_referral", world.days_ago(400), {pair[0]: "victim", pair[1]: "suspect"})
    harm(world, pair, 20)
    assert world.find("repeat_marac") == []


def test_a_new_perpetrator_is_no_repeat(world, pair):
    world.event("marac_referral", world.days_ago(100), {pair[0]: "victim", pair[1]: "suspect"})
    harm(world, (pair[0], world.person("carl", ADULT)), 20)
    assert world.find("repeat_marac") == []


def test_two_victims_of_two_families_make_a_serial_perpetrator(world, pair):
    harm(world, pair, 500)
    harm(world, (world.person("dot", ADULT), pair[1]), 50)
    (finding,) = world.find("serial_perpetrator")
    assert {(s.person_id, s.role) for s in finding.subjects} == {
        ("ann", "victim"),
        ("bob", "suspect"),
        ("dot", "victim"),
    }


def test_a_mother_and_her_child_are_one_family(world, pair):
    child = world.person("child", date(2015, 1, 1))
    world.kin(pair[0], child, "parent")
    harm(world, pair, 100)
    harm(world, (child, pair[1]), 50)
    assert world.find("serial_perpetrator") == []


def test_a_suspect_whose_birth_date_nobody_knows_may_be_serial(world, pair):
    unknown = world.person("unknown")
    harm(world, (pair[0], unknown), 100)
    harm(world, (world.person("dot", ADULT), unknown), 50)
    assert len(world.find("serial_perpetrator")) == 1


def test_a_suspect_under_sixteen_is_not_serial(world, pair):
    boy = world.person("boy", date(2010, 1, 1))
    harm(world, (pair[0], boy), 100)
    harm(world, (world.person("dot", ADULT), boy), 50)
    assert world.find("serial_perpetrator") == []
