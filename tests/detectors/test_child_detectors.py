"""Rules about a child or several: cumulative concern, out of view, an adult between families."""

from datetime import date

import pytest

from detectors import train_baselines

CHILD = date(2014, 1, 1)
GROWN = date(1985, 1, 1)


def noted(world, child, notes):
    """Slight notes about one child: (agency, kind, days ago, concern) each."""
    for agency, kind, ago, concern in notes:
        record = world.person(child, CHILD, agency=agency)
        absent = {"sessions_possible": 100, "sessions_absent": 30} if kind == "attendance" else {}
        world.event(
            kind,
            world.days_ago(ago),
            {record: "subject"},
            agency=agency,
            concern=concern,
            severity=1,
            **absent,
        )


FOUR_NOTES = (
    ("education", "school_concern", 90, "neglect"),
    ("education", "school_concern", 60, "emotional"),
    ("health", "missed_appointment", 40, None),
    ("police", "contact", 20, "other"),
)


def test_slight_notes_of_three_agencies_add_up(world):
    noted(world, "kid", FOUR_NOTES)
    (finding,) = world.find("cumulative_concern")
    assert finding.observed == 4
    assert {row.agency for row in finding.evidence if row.event_id} == {"education", "health", "police"}


def test_a_single_note_of_each_agency_does_not(world):
    noted(world, "kid", FOUR_NOTES[1:])
    assert world.find("cumulative_concern") == []


def test_a_patient_discharged_was_not_charged(world):
    noted(world, "kid", FOUR_NOTES[:2])
    noted(world, "kid", FOUR_NOTES[3:])
    seen = world.person("kid", CHILD, agency="health")
    world.event("ed_attendance", world.days_ago(30), {seen: "subject"}, agency="health", concern="physical",
                severity=2, outcome="discharged")  # fmt: skip
    assert len(world.find("cumulative_concern")) == 1


@pytest.mark.parametrize(
    ("severity", "outcome", "is_raised"),
    [(4, "no further action", True), (4, "arrest", False), (4, None, False), (2, None, True)],
)
def test_a_grave_concern_hides_the_child_only_where_somebody_acted(world, severity, outcome, is_raised):
    noted(world, "kid", FOUR_NOTES)
    care = world.person("kid", CHILD, agency="social_care")
    world.event("contact", world.days_ago(10), {care: "subject"}, agency="social_care", concern="physical",
                severity=severity, outcome=outcome)  # fmt: skip
    assert bool(world.find("cumulative_concern")) is is_raised


def test_a_grave_concern_closed_is_no_slight_note_either(world):
    noted(world, "kid", FOUR_NOTES[:3])
    record = world.person("kid", CHILD, agency="police")
    world.event("contact", world.days_ago(10), {record: "subject"}, concern="other", severity=4,
                outcome="no further action")  # fmt: skip
    assert world.find("cumulative_concern") == []


@pytest.mark.parametrize(
    ("outcome", "is_raised"),
    [("payment plan", True), ("repayment plan agreed", True), ("early help plan", False)],
)
def test_rent_arrears_that_name_the_child_are_a_note_of_housing(world, outcome, is_raised):
    noted(world, "kid", FOUR_NOTES[:3])
    tenant = world.person("kid", CHILD, agency="housing")
    world.event(
        "arrears", world.days_ago(15), {tenant: "subject"}, agency="housing", severity=1, outcome=outcome
    )
    assert bool(world.find("cumulative_concern")) is is_raised


@pytest.mark.parametrize(("apart", "is_raised"), [(1, False), (2, True)])
def test_one_injury_that_three_agencies_call_by_other_names_is_one_matter(world, apart, is_raised):
    noted(world, "kid", FOUR_NOTES[:2])
    noted(world, "kid", [(agency, kind, 60 - apart * number, concern) for number, (agency, kind, concern) in enumerate(
        (("police", "contact", "physical"), ("school", "school_concern", "neglect"), ("health", "ed_attendance", "emotional")))])  # fmt: skip
    assert bool(world.find("cumulative_concern")) is is_raised


def test_absence_counts_once_a_school_year(world):
    absent = [("education", "attendance", ago, None) for ago in (120, 80, 40)]
    noted(world, "kid", [*absent, *FOUR_NOTES[2:]])
    assert world.find("cumulative_concern") == []


def test_what_an_agency_brought_is_not_another_agency_s_note(world):
    noted(world, "kid", FOUR_NOTES[:2])
    noted(world, "kid", FOUR_NOTES[3:])
    care = world.person("kid", CHILD, agency="social_care")
    world.event("contact", world.days_ago(18), {care: "subject"}, agency="social_care", concern="emotional",
                severity=1, referrer="Met Police PPU")  # fmt: skip
    assert len(world.find("cumulative_concern")) == 1  # nobody knows yet whom the words stand for
    world._insert(
        "agency_name",
        scope="hub",
        text="Met Police PPU",
        agency_key="agency:police",
        kind="police",
        score=1.0,
    )  # the fixture's own
    assert world.find("cumulative_concern") == []


def left(world, child, outcome, ago=150, born=CHILD):
    record = world.person(child, born, agency="education")
    world.home(child, record, "ZA1/9", world.days_ago(900))
    world.event("off_roll", world.days_ago(ago), {record: "subject"}, agency="education", outcome=outcome)
    return record


def test_a_child_off_roll_for_no_known_place_and_not_seen_since_is_raised(world):
    left(world, "kid", "moved away")
    (finding,) = world.find("missing_from_view")
    assert {s.person_id for s in finding.subjects} == {"kid"}


def test_any_sight_clears_it(world):
    record = left(world, "kid", "moved away")
    world.event("ed_attendance", world.days_ago(20), {record: "subject"}, agency="education")
    assert world.find("missing_from_view") == []


def test_a_brother_whose_next_school_is_named_speaks_for_both(world):
    left(world, "kid", "moved away")
    left(world, "brother", "moved to another school", born=date(2012, 1, 1))
    assert world.find("missing_from_view") == []


@pytest.mark.parametrize(
    ("outcome", "is_raised"),
    [
        ("Moved abroad, school named", False),
        ("Enrolled at an independent school", False),
        ("Registered at a different surgery", False),
        ("Elective home education (EHE)", False),
        ("On roll at Hill Academy", False),
        ("New school not known", True),
        ("Destination unconfirmed", True),
        ("Moved, no forwarding address", True),
        ("Awaiting word of another school", True),
        ("Emigrated", True),
        (None, True),
    ],
)
def test_words_of_a_leaving_say_whether_the_next_place_is_known(world, outcome, is_raised):
    left(world, "kid", outcome)
    assert bool(world.find("missing_from_view")) is is_raised


def test_the_only_home_known_of_is_no_arrival(world):
    record = world.person("kid", CHILD, agency="education")
    world.home("kid", record, "ZA1/9", world.days_ago(170))
    world.event(
        "off_roll", world.days_ago(150), {record: "subject"}, agency="education", outcome="moved away"
    )
    assert len(world.find("missing_from_view")) == 1


def test_a_new_home_just_before_leaving_is_an_arrival(world):
    record = world.person("kid", CHILD, agency="education")
    world.home("kid", record, "ZA1/9", world.days_ago(900), world.days_ago(170))
    world.home("kid", record, "ZA1/12", world.days_ago(170))
    world.event(
        "off_roll", world.days_ago(150), {record: "subject"}, agency="education", outcome="moved away"
    )
    assert world.find("missing_from_view") == []


@pytest.mark.parametrize(
    ("since", "until", "is_raised"),
    [(140, None, False), (900, 150, True), (140, 150, True), (150, 150, True)],
)
def test_another_schools_roll_shows_the_child_and_a_roll_that_ended_before_it_began_does_not(
    world, since, until, is_raised
):
    record = left(world, "kid", "school closed")
    world._insert(
        "organisation_tie", record_id=record, kind="school", organisation_key="hill", label_id=0,
        valid_from=world.days_ago(since), valid_to=world.days_ago(until) if until else None,
    )  # fmt: skip
    assert bool(world.find("missing_from_view")) is is_raised


def beside(world, days, adult_born=GROWN):
    adult = world.person("adult", adult_born)
    for number, ago in enumerate(days):
        child = world.person(f"kid{number}", CHILD)
        world.home(f"kid{number}", child, f"ZA1/{number}", world.days_ago(1200))
        world.event(
            "incident", world.days_ago(ago), {child: "victim", adult: "associate"}, concern="physical"
        )


def test_an_adult_beside_children_harmed_in_two_families_is_a_bridge_though_a_year_lies_between(world):
    beside(world, (500, 20))
    (finding,) = world.find("bridging_adult")
    assert ("adult", "associate") in {(s.person_id, s.role) for s in finding.subjects}


def test_one_beside_very_many_families_is_there_for_their_work(world):
    beside(world, range(20, 220, 20))
    assert world.find("bridging_adult") == []


@pytest.mark.parametrize("since", [300, 5000])
def test_a_row_from_long_ago_does_not_dilute_the_baselines(world, since):
    for number in range(200):
        child = world.person(f"p{number}", date(2013, 1, 1))
        world.event("contact", world.days_ago(365 - number), {child: "subject"})
    old = world.person("old", GROWN)
    world.event("contact", world.days_ago(since), {old: "subject"})
    learnt = train_baselines(world.connection)
    assert learnt.expected("east", "harmed", "11-15") == pytest.approx(200 / (200 * 199 / 365.25), rel=0.35)
