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
