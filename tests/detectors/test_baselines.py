"""Baselines are learnt once, shrink small cells, and survive being written down."""

from datetime import date

import pytest

from detectors import Baselines, shipped_baselines, train_baselines

CHILD = date(2012, 5, 1)


def test_they_survive_json(world):
    child = world.person("child", CHILD)
    for days in (900, 500, 10):
        world.event("contact", world.days_ago(days), {child: "subject"})
    learnt = train_baselines(world.connection)
    assert Baselines.from_json(learnt.to_json()) == learnt
    assert learnt.expected("east", "harmed", "11-15") > 0


def test_a_small_authority_leans_on_the_wider_rate(world):
    for number in range(30):
        child = world.person(f"e{number}", CHILD)
        for days in (900, 20):
            world.event("contact", world.days_ago(days), {child: "subject"})
    lonely = world.person("w", CHILD, authority="west")
    for days in (800, 600, 400, 200, 100, 50):
        world.event("contact", world.days_ago(days), {lonely: "subject"}, authority="west")
    learnt = train_baselines(world.connection)
    east, west = (learnt.expected(authority, "harmed", "11-15") for authority in ("east", "west"))
    assert east < west < 3 * east


def test_more_than_expected_has_a_higher_lower_end():
    baselines = shipped_baselines()
    low, mean, high = baselines.ratio("harmed", 6, 0.3)
    assert 1 < low < mean < high
    assert baselines.ratio("harmed", 7, 0.3)[0] > low > baselines.ratio("harmed", 6, 0.9)[0]


def test_no_rows_no_rates(world):
    assert train_baselines(world.connection) == Baselines()


@pytest.mark.parametrize("side", ["harmed", "suspected", "signal"])
def test_the_shipped_ones_know_every_side(side):
    shipped = shipped_baselines()
    assert shipped.spread[side] > 0
    assert any(cell.split("|")[1] == side for cell in shipped.wider)


@pytest.mark.parametrize("times", [3, 6])
def test_habits_of_authorities_are_learnt_whatever_the_base_rate(world, times):
    for authority, told in (("east", times), ("west", 1)):
        for number in range(80):
            child = world.person(f"{authority}{number}", CHILD, authority=authority)
            for which in range(told):
                day = world.days_ago(40 + 150 * which)
                world.event("contact", day, {child: "subject"}, agency="school", authority=authority)
            world.event("missing_episode", world.days_ago(30), {child: "subject"}, authority=authority)
    learnt = train_baselines(world.connection)
    ready, sparing = (1 / learnt.worth(name, "school", "contact", "harmed") for name in ("east", "west"))
    # Shrunk by twenty notifications at the hub's rate, so a little less than what it is.
    assert 0.6 * times < ready / sparing <= times
    # What both record by rule is worth one in either.
    for name in ("east", "west"):
        assert learnt.worth(name, "police", "missing_episode", "harmed") == pytest.approx(1.0)
    assert learnt.worth("north", "school", "contact", "harmed") == 1.0
