"""Couples and men who look like a pattern: level or falling harm, MARAC long ago, one victim many times, twin brothers."""

import numpy as np

from synthetic.decoys.shares import noted
from synthetic.options import NOBODY, WINDOW_FROM, WINDOW_TO
from synthetic.patterns.repeat_marac import refer_to_marac
from synthetic.population import MALE
from synthetic.stage import Parts, Stage


def level_pair(stage: Stage, pattern: str, count: int) -> None:
    """Three or four slight incidents, all the same, far apart; or a bad one first and slight ones after."""
    for victim, suspect in stage.couples(count, calm=True):
        first = stage.day(520)
        falling = stage.chance(0.4)
        days = stage.days(4 if falling else int(stage.rng.choice([3, 4])), first, first + 500)
        for place, day in enumerate(days):
            severity = max(1, 3 - place) if falling else 1
            stage.incident(day, [(victim, "victim"), (suspect, "suspect")], "domestic_abuse", severity)
        noted(stage, pattern, [(victim, "victim"), (suspect, "suspect")], (days[0], days[-1]))


def marac_long_ago(stage: Stage, pattern: str, count: int) -> None:
    """Abuse again more than twelve months after the referral: a new referral, not a repeat."""
    for victim, suspect in stage.couples(count, calm=True):
        first = stage.day(560)
        refer_to_marac(stage, victim, suspect, first)
        again = first + int(stage.rng.integers(375, 540))
        stage.incident(again, [(victim, "victim"), (suspect, "suspect")], "domestic_abuse", 3)
        if stage.chance(0.6):
            refer_to_marac(stage, victim, suspect, again + int(stage.rng.integers(2, 12)))
        noted(stage, pattern, [(victim, "victim"), (suspect, "suspect")], (first, again))


def marac_heard_once(stage: Stage, pattern: str, count: int) -> None:
    """One incident and its one referral, which police and hospital both tell of within three days."""
    for victim, suspect in stage.couples(count, calm=True):
        day = stage.day(100)
        parts: Parts = [(victim, "victim"), (suspect, "suspect")]
        event = stage.incident(day, parts, "domestic_abuse", 4)
        stage.retell(event, day, parts, "domestic_abuse", 4, ["health"])
        refer_to_marac(stage, victim, suspect, day + int(stage.rng.integers(4, 12)))
        noted(stage, pattern, parts, (day, day + 12))


def marac_other_partner(stage: Stage, pattern: str, count: int) -> None:
    """MARAC for one partner, and within the year a first incident with quite another man."""
    for victim, suspect in stage.couples(count, calm=True):
        other = stage.adults(1, 20, 50, calm=True)
        if not other:
            return
        first = stage.day(380)
        refer_to_marac(stage, victim, suspect, first)
        again = first + int(stage.rng.integers(60, 330))
        stage.incident(again, [(victim, "victim"), (other[0], "suspect")], "domestic_abuse", 2)
        noted(stage, pattern, [(victim, "victim"), (suspect, "suspect")], (first, again))


def one_victim_often(stage: Stage, pattern: str, count: int) -> None:
    """Two or three incidents, all against one partner."""
    for victim, suspect in stage.couples(count, calm=True):
        days = stage.days(int(stage.rng.choice([2, 3])), WINDOW_FROM + 20, WINDOW_TO - 40)
        for day in days:
            stage.incident(
                day,
                [(victim, "victim"), (suspect, "suspect")],
                "domestic_abuse",
                int(stage.rng.choice([1, 2, 3])),
            )
        noted(stage, pattern, [(suspect, "suspect")], (days[0], days[-1]))


def fights_elsewhere(stage: Stage, pattern: str, count: int) -> None:
    """A man who fights in the street with several people: violence, but nobody he lives or lived with."""
    for man in stage.adults(count, 18, 40, calm=True):
        victims = stage.adults(int(stage.rng.choice([2, 3])), 18, 40, calm=True)
        days = stage.days(max(len(victims), 1), WINDOW_FROM + 20, WINDOW_TO - 40)
        for victim, day in zip(victims, days, strict=False):
            stage.incident(day, [(victim, "victim"), (man, "suspect")], "violence", 2)
        noted(stage, pattern, [(man, "suspect")], (days[0], days[-1]))


def twin_brothers(stage: Stage, pattern: str, count: int) -> None:
    """Twin brothers with one incident each, of different victims: joined by mistake they would be one man with two."""
    people = stage.world.people
    here = stage.world.resident_throughout()
    eligible = (people.twin != NOBODY) & (people.sex == MALE) & (stage.age >= 16.9) & here
    both = eligible & eligible[people.twin] & (np.arange(len(people)) < people.twin)
    for twin in np.flatnonzero(both)[:count].tolist():
        other = int(people.twin[twin])
        victims = stage.adults(2, 18, 35, calm=True)
        if len(victims) < 2:
            return
        days = stage.days(2, WINDOW_TO - 500, WINDOW_TO - 40)
        for man, victim, day in zip((twin, other), victims, days, strict=True):
            stage.incident(day, [(victim, "victim"), (man, "suspect")], "domestic_abuse", 2)
        noted(stage, pattern, [(twin, "suspect"), (other, "suspect")], (days[0], days[-1]))
