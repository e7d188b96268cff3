"""What a hub is shown week by week: once, by rank, within capacity, and again only on evidence that is all new."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from detectors import Baselines, Settings, first_shown, run, shipped_harm_weights, week_ends, weekly_findings
from detectors.harm_tables import HarmRow

FIRST = date(2025, 1, 1)


@pytest.fixture
def finding(world):
    child = world.person("child", date(2014, 1, 1))
    for days in (300, 200, 100, 10):
        world.event("contact", world.days_ago(days), {child: "subject"})
    (found,) = world.find("repeat_notifications")
    return found


def at(finding, week, name="a", excess=1.0, lasts=28):
    day = FIRST + timedelta(days=6 + 7 * week)
    return replace(
        finding, finding_id=name, excess=excess, raised_on=day, expires_on=day + timedelta(days=lasts),
        window_from=day - timedelta(days=20), window_to=day,
    )  # fmt: skip


def shown(findings, capacity, weeks=20):
    ends = week_ends(FIRST, FIRST + timedelta(days=7 * weeks - 1))
    return [(f.finding_id, (f.raised_on - FIRST).days // 7) for f in first_shown(findings, ends, capacity)]


def test_weeks_end_on_the_seventh_day_and_on_the_last():
    assert week_ends(FIRST, date(2025, 1, 16)) == [date(2025, 1, 7), date(2025, 1, 14), date(2025, 1, 16)]


def test_each_is_shown_once(finding):
    assert shown([at(finding, 0), at(finding, 1), at(finding, 2)], capacity=5) == [("a", 0)]


def test_the_graver_goes_first_and_the_other_waits(finding):
    raised = [at(finding, 0, "mild", 1.0), at(finding, 0, "grave", 9.0)]
    assert [name for name, _ in shown(raised, capacity=1)] == ["grave", "mild"]


def test_one_that_lapsed_while_waiting_is_never_shown(finding):
    raised = [at(finding, 0, "mild", 1.0, lasts=3), at(finding, 0, "grave", 9.0)]
    assert [name for name, _ in shown(raised, capacity=1)] == ["grave"]


def test_one_that_comes_back_on_new_evidence_is_shown_again(finding):
    assert shown([at(finding, 0), at(finding, 10)], capacity=5) == [("a", 0), ("a", 10)]


def test_many_dates_at_once_say_the_same_as_one_date_alone(world, finding):
    dates = week_ends(finding.raised_on - timedelta(days=300), finding.raised_on)
    together = run(world.connection, world.scope, dates, Settings(baselines=Baselines()))
    for day in dates:
        alone = {
            f.finding_id for f in run(world.connection, world.scope, [day], Settings(baselines=Baselines()))
        }
        assert {f.finding_id for f in together if f.raised_on == day} <= alone


def test_weekly_findings_runs_every_week_of_the_window(world, finding):
    first = finding.raised_on - timedelta(days=6)
    settings = Settings(baselines=Baselines())
    found = weekly_findings(world.connection, world.scope, settings, first, finding.raised_on)
    assert [f.finding_id for f in found] == [finding.finding_id]


def test_the_weekly_replay_weighs_by_the_hubs_own_harm_weights(world):
    ann, bob = world.person("ann", date(1990, 5, 1)), world.person("bob", date(1990, 5, 1))
    for days, offence in (
        (200, "Verbal argument"),
        (100, "Harassment"),
        (40, "Shove"),
        (5, "Hold by the throat"),
    ):
        parts = {ann: "victim", bob: "suspect"}
        world.event("incident", world.days_ago(days), parts, offence=offence, severity=3)
    window = world.days_ago(6), world.today
    shipped = Settings(baselines=Baselines())

    def rising(settings):
        found = weekly_findings(world.connection, world.scope, settings, *window)
        return [one for one in found if one.detector == "escalating_harm"]

    assert rising(shipped) == []
    own = HarmRow("Hold by the throat", 3000, "Harm panel"), HarmRow("Shove", 300, "Harm panel")
    hubs = Settings(baselines=Baselines(), harm=shipped_harm_weights().with_rows(own))
    assert len(rising(hubs)) == 1
