"""Who belongs to which household when: births, deaths, separations, new partners, leaving home, two homes."""

from dataclasses import dataclass

import numpy as np

from synthetic.options import NOBODY, OPEN_END, WINDOW_FROM, WINDOW_TO, Days, Flags, Indices
from synthetic.population import (
    CHILD,
    COUPLE,
    COUPLE_FAMILY,
    HEAD,
    LONE_PARENT,
    MALE,
    PARTNER,
    SHARED,
    SINGLE,
    Households,
    People,
)
from synthetic.random_streams import Streams

# Lives are followed from two years before the window, so that records made then can be out of date.
HISTORY_FROM = WINDOW_FROM - 730
YEARS = (WINDOW_TO - HISTORY_FROM) / 365.25
SEPARATIONS_A_YEAR = (
    0.018  # of couples with or without children; ONS divorces and cohabitation breakdown, rounded
)
LEAVES_HOME = 0.35  # of children who turn 18-25 in the five years; ONS young adults living with their parents
NEW_PARTNER = 0.12  # of lone parents over five years [assumption]
SHARED_CARE = 0.45  # of children with a father elsewhere in the region who also stay with him [assumption]


@dataclass(slots=True)
class Stays:
    """One row a person and household, ``secondary`` for the other home of a child of separated parents."""

    person: Indices
    household: Indices
    begins: Days
    ends: Days
    secondary: Flags

    def close(self, person: Indices, day: Days) -> None:
        """End the main stays of ``person`` on ``day``."""
        when = np.full(int(self.person.max()) + 1, OPEN_END)
        when[person] = day
        open_one = ~self.secondary & (self.ends > when[self.person]) & (self.begins < when[self.person])
        self.ends[open_one] = when[self.person[open_one]]

    def add(
        self, person: Indices, household: Indices, begins: Days, ends: Days, secondary: bool = False
    ) -> None:
        """Append stays, one a row of the arguments."""
        self.person = np.r_[self.person, person]
        self.household = np.r_[self.household, household]
        self.begins = np.r_[self.begins, begins]
        self.ends = np.r_[self.ends, ends]
        self.secondary = np.r_[self.secondary, np.full(len(person), secondary)]


@dataclass(slots=True)
class HouseholdStarts:
    """Every household, those formed on the way included: its kind, the day it began and the one it came from."""

    kind: Indices
    began: Days
    origin: Indices

    def form(self, kind: int, began: Days, origin: Indices) -> Indices:
        """Form a new household a row; returns their numbers."""
        first = len(self.kind)
        self.kind = np.r_[self.kind, np.full(len(began), kind)]
        self.began = np.r_[self.began, began]
        self.origin = np.r_[self.origin, origin]
        return np.arange(first, first + len(began))


def make_stays(
    streams: Streams, people: People, households: Households, settled: Flags
) -> tuple[Stays, HouseholdStarts]:
    """Ordinary life. Households in ``settled`` have no separation, new partner or leaving child (their story is told)."""
    rng = streams.stream("stays")
    count = len(people)
    stays = Stays(
        np.arange(count),
        people.household.copy(),
        np.maximum(people.entered, HISTORY_FROM - 3650),
        people.died.copy(),
        np.zeros(count, dtype=bool),
    )
    starts = HouseholdStarts(
        households.kind.copy(),
        np.full(len(households.kind), HISTORY_FROM - 3650),
        np.full(len(households.kind), NOBODY),
    )
    free = ~settled[people.household]
    _separate(rng, people, households, stays, starts, free)
    _leave_home(rng, people, stays, starts, free)
    _join_lone_parents(rng, people, households, stays, free)
    _share_care(rng, people, households, stays, free)
    return stays, starts


def _separate(
    rng: np.random.Generator,
    people: People,
    households: Households,
    stays: Stays,
    starts: HouseholdStarts,
    free: Flags,
) -> None:
    kinds = households.kind[people.household]
    leaving = (people.place_in_household == PARTNER) & np.isin(kinds, (COUPLE, COUPLE_FAMILY)) & free
    leaving &= (rng.random(len(people)) < SEPARATIONS_A_YEAR * YEARS) & (people.died == OPEN_END)
    who = np.flatnonzero(leaving)
    day = rng.integers(HISTORY_FROM, WINDOW_TO - 60, len(who))
    homes = starts.form(SINGLE, day, people.household[who])
    stays.close(who, day)
    stays.add(who, homes, day, people.died[who])
    home_of = np.full(len(people), NOBODY)
    home_of[who] = homes
    day_of = np.zeros(len(people), dtype=np.int64)
    day_of[who] = day
    children = np.flatnonzero((people.place_in_household == CHILD) & (people.father != NOBODY))
    for parent in (people.father[children],):
        both = (home_of[parent] != NOBODY) & (rng.random(len(children)) < SHARED_CARE)
        both &= people.age_on(day_of[parent], children) < 16
        own, parents = children[both], parent[both]
        begins = np.maximum(day_of[parents], people.born[own])
        stays.add(own, home_of[parents], begins, np.full(len(own), OPEN_END), secondary=True)


def _leave_home(
    rng: np.random.Generator, people: People, stays: Stays, starts: HouseholdStarts, free: Flags
) -> None:
    day = people.born + rng.integers(18 * 365 + 40, 25 * 365, len(people))
    leaving = (people.place_in_household == CHILD) & (day > HISTORY_FROM) & (day < WINDOW_TO - 60) & free
    leaving &= (rng.random(len(people)) < LEAVES_HOME) & (people.died == OPEN_END)
    who = np.flatnonzero(leaving)
    homes = starts.form(SHARED, day[who], people.household[who])
    stays.close(who, day[who])
    stays.add(who, homes, day[who], people.died[who])


def _join_lone_parents(
    rng: np.random.Generator, people: People, households: Households, stays: Stays, free: Flags
) -> None:
    kinds = households.kind[people.household]
    age = people.age_on(WINDOW_FROM)
    heads = (people.place_in_household == HEAD) & free & (people.died == OPEN_END)
    mothers = np.flatnonzero(heads & (kinds == LONE_PARENT) & (rng.random(len(people)) < NEW_PARTNER))
    men = rng.permutation(
        np.flatnonzero(heads & (kinds == SINGLE) & (people.sex == MALE) & (age > 20) & (age < 50))
    )
    joined = min(len(mothers), len(men))
    mothers, men = mothers[:joined], men[:joined]
    day = rng.integers(HISTORY_FROM, WINDOW_TO - 60, joined)
    stays.close(men, day)
    stays.add(men, people.household[mothers], day, np.full(joined, OPEN_END))


def _share_care(
    rng: np.random.Generator, people: People, households: Households, stays: Stays, free: Flags
) -> None:
    kinds = households.kind[people.household]
    children = np.flatnonzero(
        (people.place_in_household == CHILD) & (kinds == LONE_PARENT) & (people.father != NOBODY)
    )
    fathers = people.father[children]
    shared = free[children] & (people.place_in_household[fathers] == HEAD) & free[fathers]
    shared &= (rng.random(len(children)) < SHARED_CARE) & (people.age_on(WINDOW_TO, children) < 18)
    own, fathers = children[shared], fathers[shared]
    begins = np.maximum(people.born[own] + 400, HISTORY_FROM - 800)
    stays.add(own, people.household[fathers], begins, np.full(len(own), OPEN_END), secondary=True)
