"""What a change of thresholds would do is what a run with them does, and nothing is kept."""

from dataclasses import replace

import pytest

from detectors import Baselines, Settings, Thresholds, changed_thresholds, what_if
from records.errors import BadInput

SETTINGS = Settings(baselines=Baselines())


def test_what_comes_and_goes_is_what_both_runs_differ_in(world):
    for name, times in (("often", 6), ("less", 4)):
        record = world.person(name)
        for number in range(times):
            world.event("contact", world.days_ago(10 + 30 * number), {record: "subject"})
    stricter = changed_thresholds(Thresholds(), {"repeat_notifications": {"least_notifications": 5}})
    (change,) = what_if(world.connection, world.scope, world.today, SETTINGS, stricter)
    assert (change.detector, change.stayed, change.came) == ("repeat_notifications", 1, ())
    assert [finding.anchor[0] for finding in change.went] == ["less"]
    (back,) = what_if(
        world.connection, world.scope, world.today, replace(SETTINGS, thresholds=stricter), Thresholds()
    )
    assert [finding.anchor[0] for finding in back.came] == ["less"]
    assert what_if(world.connection, world.scope, world.today, SETTINGS, Thresholds()) == []
    assert world.connection.execute("SELECT count(*) FROM finding").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gang_network": {"members": 3}}, r"gang_network\.members"),
        ({"gangs": {"least_members": 3}}, "gangs: no such group"),
        ({"gang_network": {"least_members": 1}}, r"gang_network\.least_members"),
    ],
)
def test_a_setting_that_there_is_not_is_named(changes, said):
    with pytest.raises(BadInput, match=said):
        changed_thresholds(Thresholds(), changes)
