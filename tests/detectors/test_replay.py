"""Invariant 6: a finding comes again from its evidence rows alone, and goes with them; roles are those stated."""

import re
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors import DETECTORS, Baselines, EvidenceRows, Settings, evidence_rows, run_all

KINDS = ("contact", "referral", "incident", "incident", "incident", "missing_episode", "marac_referral", "plan", "off_roll",
         "gp_deregistration", "school_concern", "missed_appointment", "attendance")  # fmt: skip
CONCERNS = ("domestic_abuse", "violence", "violence", "sexual_exploitation", "neglect", None)
ROLES = ("subject", "victim", "suspect", "offender", "associate", "parent_carer")
AGENCIES = ("police", "health", "school")
PEOPLE = 6

anybody = st.integers(0, PEOPLE - 1)
record = st.integers(0, 2)
scattered = st.lists(st.tuples(anybody, record, st.sampled_from(ROLES)), min_size=1, max_size=4)
# Two who meet again and again, one who harms a second, three in changing company, and whatever else happens.
couple = st.tuples(st.just((0, 0, "victim")), st.tuples(st.just(1), record, st.just("suspect")))
other_couple = st.tuples(st.just((2, 1, "victim")), st.tuples(st.just(1), record, st.just("suspect")))
company = st.lists(st.tuples(st.integers(2, 5), record, st.just("suspect")), min_size=2, max_size=3)
ordinary = st.tuples(st.sampled_from(KINDS), st.sampled_from(CONCERNS), scattered)
abuse = st.tuples(
    st.sampled_from(("incident", "marac_referral")), st.just("domestic_abuse"), couple | other_couple
)
violence = st.tuples(st.just("incident"), st.just("violence"), company)
when = st.tuples(st.integers(1, 500), st.integers(1, 5), st.integers(0, 3))
events = st.tuples(ordinary | abuse | violence, when)
worlds = st.fixed_dictionaries(
    {
        "events": st.lists(events, min_size=12, max_size=40),
        "ages": st.lists(st.integers(3, 40), min_size=PEOPLE, max_size=PEOPLE),
        "phones": st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, 1)), max_size=5),
        "homes": st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(["ZA1/1", "ZB1/1", "ZA1/2"]), st.integers(1, 600)), max_size=8),
        "kin": st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)), max_size=3),
    }
)  # fmt: skip


def settle(world, drawn):
    """Every person has three records, the first with a date of birth, linked in a chain; two districts, one an authority."""
    records = {}
    for authority, district in (("east", "ZA1"), ("west", "ZB1")):
        for number in range(4):
            settled = world.person(f"{authority}{number}", date(1960, 1, 1), authority=authority)
            world.home(f"{authority}{number}", settled, f"{district}/{number + 5}", world.days_ago(900))
    for person, age in enumerate(drawn["ages"]):
        for number, agency in enumerate(AGENCIES):
            born = world.today - timedelta(days=365 * age) if number == 0 else None
            records[person, number] = world.person(f"p{person}", born, agency=agency)
        world.link(records[person, 0], records[person, 1], 12.0)
        world.link(records[person, 1], records[person, 2], 9.0)
    for (kind, concern, involved), (days, severity, twin) in drawn["events"]:
        held = {records[person, number]: role for person, number, role in involved}
        world.event(
            kind, world.days_ago(days), held, agency=AGENCIES[days % 3], concern=concern, severity=severity,
            plan_kind="cin" if kind == "plan" else None, incident_id=f"i{days // 20}" if twin == 0 else None,
            sessions_possible=10, sessions_absent=severity, place=f"{twin} High Street",
        )  # fmt: skip
    for person, phone in drawn["phones"]:
        world.phone(records[person, 1], f"+4477009000{phone}", world.days_ago(200))
    for person, place, days in drawn["homes"]:
        world.home(f"p{person}", records[person, 2], place, world.days_ago(days))
    for one, other in drawn["kin"]:
        if one != other:
            world.kin(records[one, 2], records[other, 2], "parent")
    return world


def easily_raised():
    """Thresholds under which small worlds raise much."""
    from detectors import Thresholds  # noqa: PLC0415  # kept beside its only use

    return Thresholds.from_profile(
        {
            "repeat_notifications": {"least_notifications": 2, "least_ratio": 1.0},
            "escalating_harm": {"least_incidents": 3, "least_crimes": 2},
            "exploitation_network": {"least_strength": 0.3},
            "gang_network": {"least_incidents": 2},
            "missing_from_view": {"quiet_days": 20},
            "cumulative_concern": {"least_agencies": 2, "least_sum": 0.5, "highest_severity": 5},
            "serial_perpetrator": {"live_days": 500},
        }
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds)
def test_findings_replay_from_their_evidence_and_go_with_it(new_world, drawn):
    world = settle(new_world(), drawn)
    chosen = Settings(thresholds=easily_raised(), baselines=Baselines())
    report = run_all(
        world.connection, world.scope, [world.days_ago(120), world.days_ago(60), world.today], chosen
    )
    assert not report.failed
    stated = set(world.connection.execute("SELECT event_id, record_id, role FROM involvement").fetchall())
    person_of = dict(world.connection.execute("SELECT record_id, person_id FROM membership").fetchall())
    latest = {finding.detector: finding for finding in report.findings}
    for finding in latest.values():
        rows = evidence_rows(finding)
        assert rows.parts <= stated
        assert finding.interval[0] < finding.observed < finding.interval[1]
        assert all(row.known_on <= finding.raised_on for row in finding.evidence)
        assert {s.person_id for s in finding.subjects} <= {
            person_of[row.record_id] for row in finding.evidence
        }
        again = world.replay(finding, settings=chosen)
        assert again is not None, finding
        assert set(again.subjects) >= set(finding.subjects)
        assert world.replay(finding, EvidenceRows(frozenset(), rows.own_records), chosen) is None
    world.connection.close()


def test_records_that_hold_a_person_together_are_evidence(world):
    child = date(2014, 1, 1)
    first, middle, last = (world.person("child", child, agency=agency) for agency in AGENCIES)
    world.link(first, middle, 15.0)
    world.link(middle, last, 11.0)
    for days, record in ((300, first), (200, last), (100, first), (10, last)):
        world.event("contact", world.days_ago(days), {record: "subject"})
    (finding,) = world.find("repeat_notifications")
    assert middle in {row.record_id for row in finding.evidence if row.event_id is None}


def test_a_detector_that_breaks_does_not_silence_the_others(world):
    class Broken:
        """It breaks."""

        name, version, grows = "broken", "1", False

        def find(self, facts):
            raise ValueError("no such column")

    child = world.person("child", date(2014, 1, 1))
    for days in (300, 200, 100, 10):
        world.event("contact", world.days_ago(days), {child: "subject"})
    report = run_all(
        world.connection, world.scope, [world.today], Settings(baselines=Baselines()), [Broken(), *DETECTORS]
    )
    # The line and not the words, which may repeat a name.
    assert list(report.failed) == ["broken"]
    assert re.fullmatch(r"ValueError at \w+\.py:\d+", report.failed["broken"])
    assert [finding.detector for finding in report.findings] == ["repeat_notifications"]
