"""What would clear a finding is tried: the rule is run again without the link, and ends or does not."""

from datetime import date

from detectors import Baselines, Settings, clearing_link

SETTINGS = Settings(baselines=Baselines())


def told(world, tellings):
    """A child whose records tell of so many contacts each, held to one person by the weights given."""
    for agency, (contacts, weight) in tellings.items():
        record = world.person("kit", date(2014, 1, 1), agency=agency)
        world.connection.execute("UPDATE membership SET weight = ? WHERE record_id = ?", [weight, record])
        for number in range(contacts):
            world.event("contact", world.days_ago(20 + 9 * number), {record: "subject"}, agency=agency)
    (finding,) = world.find("repeat_notifications")
    return clearing_link(world.connection, world.scope, finding, SETTINGS)


def test_the_weakest_link_whose_removal_ends_it_is_named_though_a_weaker_one_would_not(world):
    found = told(world, {"police": (3, 14.0), "school": (1, 5.0), "health": (2, 22.0)})
    assert (found.record_id, found.weight, found.tried) == ("police:kit", 14.0, 2)


def test_a_finding_that_no_single_link_ends_says_so(world):
    found = told(world, {"police": (5, 14.0), "school": (5, 9.0)})
    assert (found.record_id, found.tried) == (None, 2)
