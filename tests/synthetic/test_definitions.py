from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from synthetic.casting import decoy_count, planted_count
from synthetic.definitions.facts import open_facts
from synthetic.definitions.finding import DEFINITIONS, met_by_planted
from synthetic.event_log import EventLog
from synthetic.homes import Residences
from synthetic.making import make_world
from synthetic.notifying import AGENCIES, FOLD, NotifyingHabits
from synthetic.options import NOBODY
from synthetic.ordinary.schooling import make_rolls, ordinary_schooling
from synthetic.population import People
from synthetic.random_streams import Streams
from synthetic.region import live, plant
from synthetic.world import Siblings

DAY = 19_700


@dataclass
class SmallWorld:
    """Ten people without kin; all that the definitions read of a world."""

    people: People
    residences: Residences
    log: EventLog = field(default_factory=EventLog)
    habits: NotifyingHabits = field(default_factory=NotifyingHabits.usual)


def small_world(people: int = 10, born: int = DAY - 9_000) -> Any:
    nobody, count = np.full(people, NOBODY), np.arange(people)
    everyone = People(
        count, np.zeros(people, dtype=int), count % 2, np.full(people, born), np.full(people, born), np.full(people, 99_999),
        np.zeros(people, dtype=int), nobody, nobody, nobody, np.zeros(people, dtype=bool),
    )  # fmt: skip
    residences = Residences(
        count,
        count,
        count,
        np.zeros(people, dtype=int),
        np.full(people, born),
        np.full(people, 99_999),
        np.zeros(people, dtype=bool),
    )
    return SmallWorld(everyone, residences)


def found(world: Any, name: str) -> list[list[tuple[int, str]]]:
    with open_facts(world, world.log.so_far()) as connection:
        return [subjects for subjects, _ in DEFINITIONS[name](connection)]


def abuse(world: Any, day: int, victim: int = 1, suspect: int = 2, **values: Any) -> int:
    settings = {
        "agency": "police",
        "kind": "incident",
        "concern": "domestic_abuse",
        "severity": 2,
        "authority": 0,
    } | values
    return int(world.log.one(day, [(victim, "victim"), (suspect, "suspect")], **settings))


@pytest.mark.parametrize(("last", "is_repeat"), [(365, True), (366, False)])
def test_three_happenings_within_a_year_are_repeat_notifications(last: int, is_repeat: bool) -> None:
    world = small_world()
    for day in (DAY, DAY + 100, DAY + last):
        world.log.one(day, [(3, "subject")], agency="police", kind="contact", authority=0)
    assert found(world, "repeat_notifications") == ([[(3, "subject")]] if is_repeat else [])


@pytest.mark.parametrize(
    ("authority", "happenings", "is_repeat"), [(0, 5, False), (0, 6, True), (1, 2, False), (1, 3, True)]
)
def test_notifications_count_by_the_habit_of_who_sends_them(
    authority: int, happenings: int, is_repeat: bool
) -> None:
    habits = NotifyingHabits.usual()
    habits.times[AGENCIES.index("education"), :2] = 2.0, 0.4
    world = small_world()
    world.habits = habits
    for number in range(happenings):
        world.log.one(
            DAY + 30 * number,
            [(3, "subject")],
            agency="education",
            kind="school_concern",
            authority=authority,
        )
    assert found(world, "repeat_notifications") == ([[(3, "subject")]] if is_repeat else [])


def test_what_is_recorded_by_rule_counts_one_whatever_the_habit() -> None:
    habits = NotifyingHabits.usual()
    habits.times[:] = 5.0
    world = small_world()
    world.habits = habits
    for number in range(3):
        world.log.one(
            DAY + 30 * number, [(3, "subject")], agency="police", kind="missing_episode", authority=0
        )
    assert found(world, "repeat_notifications") == [[(3, "subject")]]


def test_each_agency_tells_more_in_one_home_authority_and_as_usual_over_both() -> None:
    times = NotifyingHabits.drawn(Streams(5)).times[:, :2]
    fold = times.max(axis=1) / times.min(axis=1)
    assert np.allclose(times.sum(axis=1), 2)
    assert (fold >= FOLD[0]).all()
    assert (fold <= FOLD[1]).all()


def test_one_happening_told_by_three_agencies_is_one() -> None:
    world = small_world()
    first = world.log.one(DAY, [(3, "subject")], agency="police", kind="contact", authority=0)
    for agency, kind in (("social_care", "contact"), ("education", "school_concern")):
        world.log.one(DAY + 1, [(3, "subject")], agency=agency, kind=kind, authority=0, incident=first)
    assert found(world, "repeat_notifications") == []


def test_the_two_sides_of_harm_are_never_added() -> None:
    world = small_world()
    for place, role in enumerate(("victim", "suspect", "victim")):
        world.log.one(DAY + place * 30, [(3, role)], agency="police", kind="incident", authority=0)
    assert found(world, "repeat_notifications") == []


def test_a_malicious_source_counts_once() -> None:
    world = small_world()
    for place in range(4):
        parts = [(3, "subject"), (8, "reporter")]
        world.log.one(
            DAY + place * 20,
            parts,
            agency="social_care",
            kind="contact",
            authority=0,
            outcome="no further action",
        )
    assert found(world, "repeat_notifications") == []


@pytest.mark.parametrize(("later", "is_repeat"), [(365, True), (366, False)])
def test_abuse_within_twelve_months_of_marac_is_a_repeat(later: int, is_repeat: bool) -> None:
    world = small_world()
    abuse(world, DAY, agency="social_care", kind="marac_referral")
    abuse(world, DAY + later, severity=1)
    abuse(world, DAY + 30, suspect=5)
    assert found(world, "repeat_marac") == ([[(1, "victim"), (2, "suspect")]] if is_repeat else [])


def test_two_victims_make_a_serial_perpetrator_and_one_victim_twice_does_not() -> None:
    world = small_world()
    for victim, suspect in ((1, 2), (3, 2), (4, 5), (4, 5)):
        abuse(world, DAY + victim * 40 + suspect, victim, suspect)
    assert found(world, "serial_perpetrator") == [[(2, "suspect")]]


def test_rising_harm_is_escalating_and_level_harm_is_not() -> None:
    world = small_world()
    for place, severity in enumerate((1, 1, 2, 3, 4)):
        abuse(world, DAY + place * 40, severity=severity)
        abuse(world, DAY + place * 40, 5, 6, severity=1)
    assert found(world, "escalating_harm") == [[(1, "victim"), (2, "suspect")]]


def test_planted_patterns_meet_their_definitions_in_the_truth() -> None:
    world, cast, _ = make_world(Streams(11), 2_500)
    siblings, rolls = Siblings.of(world.people), make_rolls(world)
    live(world, siblings)
    book = plant(world, cast, siblings, rolls)
    ordinary_schooling(world, rolls)
    assert min(met_by_planted(world, world.log.so_far(), book).values()) >= 0.8


def test_numbers_of_patterns_keep_the_minimum_and_grow_with_the_region() -> None:
    assert planted_count(20_000) == planted_count(5_000) >= 25
    assert decoy_count(20_000) >= 50
    assert planted_count(200_000) == 10 * planted_count(20_000)
    assert 3 <= planted_count(1_000) < planted_count(5_000)
