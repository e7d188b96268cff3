"""Counting notifications: once a happening, once a private source, not while a case is open, against the usual."""

from datetime import date

import pytest

from detectors import Baselines, Finding, Settings

CHILD = date(2014, 5, 1)


def test_four_happenings_in_a_year_are_raised(world):
    child = world.person("child", CHILD)
    for days in (300, 200, 100, 10):
        world.event("contact", world.days_ago(days), {child: "subject"}, concern="neglect")
    (finding,) = world.find("repeat_notifications")
    assert (finding.observed, [s.role for s in finding.subjects]) == (4, ["subject"])
    assert finding.interval == (1.37, 9.15)


def test_a_happening_told_by_three_agencies_counts_once(world):
    child = world.person("child", CHILD)
    for agency in ("police", "school", "health", "housing"):
        world.event("incident", world.days_ago(10), {child: "victim"}, agency=agency, incident_id="one")
    assert world.find("repeat_notifications") == []


def test_a_contact_and_the_referral_it_became_count_once(world):
    child = world.person("child", CHILD)
    for days in (100, 50):
        contact = world.event("contact", world.days_ago(days), {child: "subject"})
        world.event("referral", world.days_ago(days - 2), {child: "subject"}, related_event_id=contact)
    assert world.find("repeat_notifications") == []


def test_a_malicious_neighbour_counts_once(world):
    child = world.person("child", CHILD)
    for days in (200, 150, 100, 50, 10):
        world.event(
            "contact",
            world.days_ago(days),
            {child: "subject"},
            referrer="Neighbour",
            outcome="No further action",
        )
    assert world.find("repeat_notifications") == []


def test_victim_and_suspect_are_never_added(world):
    person = world.person("teen", date(2009, 1, 1))
    for days in (200, 100):
        world.event("incident", world.days_ago(days), {person: "victim"})
        world.event("incident", world.days_ago(days + 5), {person: "suspect"})
    assert world.find("repeat_notifications") == []


def test_a_referral_during_an_open_case_does_not_count(world):
    child = world.person("child", CHILD)
    world.event("plan", world.days_ago(330), {child: "subject"}, plan_kind="cin")
    for days in (300, 200, 100, 10):
        world.event("referral", world.days_ago(days), {child: "subject"})
    assert world.find("repeat_notifications") == []


def test_what_is_usual_at_this_authority_is_not_raised(world):
    child = world.person("child", CHILD)
    for days in (300, 200, 100, 10):
        world.event("contact", world.days_ago(days), {child: "subject"})
    busy = Baselines({"east|police|harmed|11-15": 4.0}, {"police|harmed|11-15": 4.0}, {"harmed": 2.0})
    assert world.find("repeat_notifications", settings=Settings(baselines=busy)) == []


def contacts(world, name, authority, days):
    child = world.person(name, CHILD, authority=authority)
    for one in days:
        world.event(
            "contact", world.days_ago(one), {child: "subject"}, agency="social_care", authority=authority
        )


def test_where_an_agency_sends_everything_each_notification_counts_for_less(world):
    habits = {"east|social_care|contact|harmed": 2.0, "west|social_care|contact|harmed": 0.5}
    settings = Settings(baselines=Baselines(habits=habits))
    contacts(world, "ready", "east", (300, 250, 200, 150, 100, 50))
    contacts(world, "sparing", "west", (300, 200, 100))
    found = world.find("repeat_notifications", settings=settings)
    assert {(f.anchor[0], f.observed) for f in found} == {("sparing", 3)}
    contacts(world, "more", "east", (300, 280, 260, 240, 220, 200, 150))
    found = world.find("repeat_notifications", settings=settings)
    assert {f.anchor[0] for f in found} == {"sparing", "more"}
    (more,) = [f for f in found if f.anchor[0] == "more"]
    assert "worth 3.5 at the hub's usual rates" in more.measure
    assert all(world.replay(finding, settings=settings) is not None for finding in found)


def test_three_are_too_few_where_nothing_is_known_of_habits(world):
    contacts(world, "child", "east", (300, 200, 100))
    assert world.find("repeat_notifications") == []


def test_an_authority_nobody_learnt_of_is_taken_as_usual(world):
    settings = Settings(baselines=Baselines(habits={"east|social_care|contact|harmed": 4.0}))
    contacts(world, "child", "north", (300, 200, 100, 50))
    (finding,) = world.find("repeat_notifications", settings=settings)
    assert finding.observed == 4


@pytest.mark.parametrize(("due_in", "is_raised"), [(100, False), (30, True)])
def test_what_is_dated_more_than_a_year_before_a_birth_counts_for_nobody(world, due_in, is_raised):
    unborn = world.person("unborn", world.days_ago(-due_in))
    for days in (300, 290, 280, 270):
        world.event("contact", world.days_ago(days), {unborn: "subject"})
    assert bool(world.find("repeat_notifications")) is is_raised


def test_a_midwife_is_never_a_subject(world):
    midwife = world.person("midwife", date(1980, 1, 1), is_professional=True)
    for days in (300, 200, 100, 10):
        world.event("contact", world.days_ago(days), {midwife: "subject"})
    assert world.find("repeat_notifications") == []


def test_a_contact_that_an_agency_added_to_its_open_case_is_nothing_new(world):
    child = world.person("child", CHILD)
    for days in (300, 200, 100):
        world.event("contact", world.days_ago(days), {child: "subject"})
    world.event("contact", world.days_ago(10), {child: "subject"}, outcome="Added to open case")
    world.event("contact", world.days_ago(8), {child: "subject"}, outcome="passed to allocated social worker")
    assert world.find("repeat_notifications") == []


def test_a_case_is_open_from_a_referral_until_the_day_it_was_closed(world):
    child = world.person("child", CHILD)
    world.event("referral", world.days_ago(300), {child: "subject"}, ended_on=world.days_ago(150))
    for days in (250, 200, 160):
        world.event("contact", world.days_ago(days), {child: "subject"})
    assert world.find("repeat_notifications") == []
    for days in (140, 90, 40):
        world.event("contact", world.days_ago(days), {child: "subject"})
    (finding,) = world.find("repeat_notifications")
    assert finding.observed == 4
    assert world.replay(finding) is not None


@pytest.mark.parametrize(("later", "counted"), [(0, 4), (6, 4), (30, 8)])
def test_an_incident_and_the_custody_that_followed_it_are_one(world, later, counted):
    suspect = world.person("suspect", date(1990, 1, 1))
    for days in (300, 220, 140, 60):
        world.event("incident", world.days_ago(days), {suspect: "suspect"}, concern="violence")
        world.event("custody", world.days_ago(days - later), {suspect: "suspect"}, concern="violence")
    (finding,) = world.find("repeat_notifications")
    assert finding.observed == counted


def test_custody_of_another_force_is_no_step_of_this_one_s_incident(world):
    for days in (300, 200):
        for agency, kind in (("police", "incident"), ("transport_police", "custody")):
            suspect = f"{agency}:suspect"
            if days == 300:
                world.person("suspect", date(1990, 1, 1), agency=agency)
            world.event(kind, world.days_ago(days), {suspect: "suspect"}, agency=agency, concern="violence")
    (finding,) = world.find("repeat_notifications")
    assert finding.observed == 4


def test_a_contact_and_the_referral_it_became_a_day_later_are_one(world):
    child = world.person("child", CHILD)
    for days in (300, 200, 100):
        world.event("contact", world.days_ago(days), {child: "subject"}, agency="social_care")
        world.event("referral", world.days_ago(days - 1), {child: "subject"}, agency="social_care")
    assert world.find("repeat_notifications") == []
    world.event("referral", world.days_ago(80), {child: "subject"}, agency="social_care")
    (finding,) = world.find("repeat_notifications")
    assert finding.observed == 4


@pytest.mark.parametrize(
    ("precision", "told"), [("year", "in 2025"), ("month", "in June 2025"), ("day", None)]
)
def test_what_is_told_by_its_year_alone_is_said_so_and_replays(world, precision, told):
    child = world.person("child", CHILD)
    for days in (120, 100, 80):
        world.event("contact", world.days_ago(days), {child: "subject"})
    start = {"year": date(2025, 1, 1), "month": date(2025, 6, 1), "day": date(2025, 6, 1)}[precision]
    world.event("contact", start, {child: "subject"}, date_precision=precision, known_on=world.days_ago(10))
    (finding,) = world.find("repeat_notifications")
    said = [row for row in finding.evidence if row.precision]
    assert [row.statement for row in said] == (
        [f"Police recorded a contact {told}; in it as subject."] if told else []
    )
    assert Finding.from_dict(finding.as_dict()) == finding
    assert world.replay(finding) is not None
