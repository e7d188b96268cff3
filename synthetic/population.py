"""Families over generations: who is whose child, partner, twin; everyone's sex, birth and culture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.name_lists import cultures, draw_cultures
from synthetic.options import NOBODY, OPEN_END, WINDOW_FROM, WINDOW_TO, Days, Flags, Indices
from synthetic.random_streams import Streams

FEMALE, MALE = 0, 1
HEAD, PARTNER, CHILD, GRANDPARENT, SHARER = range(5)

# Household types and their shares (ONS Census 2021 household composition, two outer-London boroughs, rounded).
SINGLE, COUPLE, COUPLE_FAMILY, LONE_PARENT, SHARED, THREE_GENERATIONS = range(6)
TYPE_SHARES = (0.29, 0.19, 0.27, 0.11, 0.09, 0.05)
# Children ever born to a family with children (ONS families by number of children, widened for those not at home).
CHILDREN_SHARES = (0.34, 0.40, 0.17, 0.06, 0.03)
LARGE_FAMILY_CULTURES = frozenset({"south_asian_muslim", "bengali", "somali", "nigerian", "arabic"})
TWIN_BIRTHS = 0.016  # of maternities, ONS birth characteristics
DEATHS_A_YEAR_OVER_75 = 0.06  # ONS life tables, rounded


@dataclass(slots=True)
class People:
    """One row a person. Indices point into the same arrays; ``NOBODY`` where unknown or not of the region.

    ``entered``: the day an identity begins: birth, or the adoption that gave it.
    """

    household: Indices
    place_in_household: Indices
    sex: Indices
    born: Days
    entered: Days
    died: Days
    culture: Indices
    mother: Indices
    father: Indices
    twin: Indices
    married: Flags

    def __len__(self) -> int:
        return len(self.sex)

    def age_on(self, day: int | Days, person: Indices | None = None) -> NDArray[np.float64]:
        """Age in years on ``day``, negative before birth."""
        born = self.born if person is None else self.born[person]
        return np.asarray((day - born) / 365.25, dtype=np.float64)

    def sample(self, rng: np.random.Generator, eligible: Flags, count: int) -> Indices:
        """``count`` different people for whom ``eligible`` holds (fewer when there are not so many)."""
        pool = np.flatnonzero(eligible)
        return np.sort(rng.choice(pool, size=min(count, len(pool)), replace=False)).astype(np.int64)


@dataclass(slots=True)
class Households:
    """One row a household as the window opens: its type, culture and members' seats."""

    kind: Indices
    culture: Indices


def _sizes(rng: np.random.Generator, kind: Indices, culture: Indices) -> tuple[Indices, Indices, Indices]:
    """Adults, children and grandparents or sharers of each household."""
    large = np.array([item.name in LARGE_FAMILY_CULTURES for item in cultures()])[culture]
    family = np.isin(kind, (COUPLE_FAMILY, LONE_PARENT, THREE_GENERATIONS))
    children = rng.choice(5, size=len(kind), p=CHILDREN_SHARES) + 1
    children += large * rng.integers(0, 3, len(kind))
    adults = np.where(np.isin(kind, (COUPLE, COUPLE_FAMILY, THREE_GENERATIONS)), 2, 1)
    others = np.where(kind == THREE_GENERATIONS, rng.integers(1, 3, len(kind)), 0)
    others = np.where(kind == SHARED, rng.integers(1, 4, len(kind)), others)
    return adults, np.where(family, children, 0), others


def _seat_numbers(sizes: Indices) -> Indices:
    """0, 1, 2 … within each run of ``sizes``."""
    starts = np.cumsum(sizes) - sizes
    return np.asarray(np.arange(int(sizes.sum())) - np.repeat(starts, sizes), dtype=np.int64)


def _years(values: NDArray[np.float64]) -> Days:
    return np.asarray(np.round(values * 365.25), dtype=np.int64)


def _head_births(rng: np.random.Generator, kind: Indices) -> Days:
    count = len(kind)
    age = np.select(
        [kind == SINGLE, kind == COUPLE, kind == SHARED],
        [
            rng.triangular(20, 34, 94, count),
            rng.triangular(23, 55, 90, count),
            rng.triangular(19, 24, 48, count),
        ],
        # A family's mother: her age at her first child, and how long ago that was.
        default=np.clip(rng.normal(28, 5.5, count), 16.5, 43) + rng.uniform(-1.5, 19.0, count),
    )
    return WINDOW_TO - _years(np.maximum(age, 18.0)) - rng.integers(0, 365, count)


def _children_births(rng: np.random.Generator, mother_born: Days, order: Indices, families: Indices) -> Days:
    """Births of the children of one household after another; ``order`` counts them within it from 0."""
    count = len(order)
    latest_first = np.minimum((WINDOW_TO - mother_born) / 365.25, 44.0)
    first_age = np.clip(latest_first - rng.uniform(0.0, 18.5, count), 16.0, 43.0)
    starts = np.flatnonzero(order == 0)
    first_age = first_age[starts][families]
    spacing = np.where(order == 0, 0.0, np.maximum(rng.gamma(4.0, 0.75, count), 0.95))
    cumulated = np.cumsum(spacing)
    since_first = cumulated - cumulated[starts][families]
    return mother_born + _years(first_age + since_first)


def make_people(streams: Streams, target: int) -> tuple[People, Households]:
    """About ``target`` people in households of one to eleven, two or three generations deep."""
    rng = streams.stream("population")
    household_count = max(40, int(target / 2.2))
    kind = rng.choice(len(TYPE_SHARES), size=household_count, p=TYPE_SHARES).astype(np.int64)
    culture = draw_cultures(rng, household_count)
    adults, children, others = _sizes(rng, kind, culture)
    keep = np.cumsum(adults + children + others) <= target * 1.045
    kind, culture, adults, children, others = (
        part[keep] for part in (kind, culture, adults, children, others)
    )
    sizes = adults + children + others
    household = np.repeat(np.arange(len(kind)), sizes)
    seat = _seat_numbers(sizes)
    adult_count, child_count, kinds = adults[household], children[household], kind[household]
    place = np.select(
        [seat == 0, seat < adult_count, seat < adult_count + child_count, kinds == THREE_GENERATIONS],
        [HEAD, PARTNER, CHILD, GRANDPARENT],
        default=SHARER,
    )
    people = _describe(rng, household, place, kind, culture)
    return _drop_unborn(people), Households(kind, culture)


def _describe(
    rng: np.random.Generator, household: Indices, place: Indices, kind: Indices, culture: Indices
) -> People:
    count, kinds = len(household), kind[household]
    head = np.flatnonzero(place == HEAD)
    head_born = _head_births(rng, kind)
    born = np.repeat(head_born, np.bincount(household))
    # Heads of families are the mothers (DfE and ONS both count lone parents as nine in ten women).
    family = np.isin(kinds, (COUPLE_FAMILY, LONE_PARENT, THREE_GENERATIONS))
    sex = np.where(rng.random(count) < np.where(family & (place == HEAD), 0.97, 0.5), FEMALE, MALE)
    head_sex = sex[head][household]
    same_sex = rng.random(count) < 0.02
    sex = np.where(place == PARTNER, np.where(same_sex, head_sex, 1 - head_sex), sex)
    born = np.where(place == PARTNER, born - _years(rng.normal(2.0, 3.5, count)), born)
    born = np.where(place == GRANDPARENT, born - _years(rng.uniform(19, 36, count)), born)
    born = np.where(place == SHARER, born + _years(rng.normal(0, 4, count)), born)
    child = np.flatnonzero(place == CHILD)
    seats = household[child]
    first_seat = np.r_[True, seats[1:] != seats[:-1]]
    families = np.cumsum(first_seat) - 1
    order = np.arange(len(child)) - np.flatnonzero(first_seat)[families]
    births = _children_births(rng, head_born[seats], order, families)
    twin_here = (order > 0) & (rng.random(len(child)) < TWIN_BIRTHS)
    twin_here &= ~np.r_[False, twin_here[:-1]]
    births[twin_here] = births[np.flatnonzero(twin_here) - 1]
    born[child] = births
    twin = np.full(count, NOBODY)
    twin[child[twin_here]] = child[np.flatnonzero(twin_here) - 1]
    twin[child[np.flatnonzero(twin_here) - 1]] = child[twin_here]
    partner = np.full(len(kind), NOBODY)
    partner[household[place == PARTNER]] = np.flatnonzero(place == PARTNER)
    mother, father = np.full(count, NOBODY), np.full(count, NOBODY)
    mother[child], father[child] = head[seats], partner[seats]
    old = (WINDOW_FROM - born) / 365.25 > 75
    died = np.full(count, OPEN_END)
    dies = (old & (rng.random(count) < 3 * DEATHS_A_YEAR_OVER_75)) | (rng.random(count) < 0.0015)
    died[dies] = rng.integers(WINDOW_FROM, WINDOW_TO, int(dies.sum()))
    died = np.where(died <= born, OPEN_END, died)
    cultures_of = culture[household].copy()
    mixed = np.isin(place, (PARTNER, SHARER)) & (rng.random(count) < np.where(place == PARTNER, 0.08, 0.7))
    cultures_of[mixed] = draw_cultures(rng, int(mixed.sum()))
    married = (rng.random(len(kind)) < 0.68)[household] & np.isin(place, (HEAD, PARTNER)) & (kinds != SINGLE)

    def whole(column: Indices) -> Indices:
        return np.asarray(column, dtype=np.int64)

    return People(
        whole(household), whole(place), whole(sex), whole(born), whole(born), whole(died), whole(cultures_of),
        whole(mother), whole(father), whole(twin), married,
    )  # fmt: skip


def _drop_unborn(people: People) -> People:
    """Without those born after the window, with every index moved accordingly."""
    keep = people.born <= WINDOW_TO - 5
    moved = np.full(len(people) + 1, NOBODY)
    moved[:-1][keep] = np.arange(int(keep.sum()))

    def pointers(column: Indices) -> Indices:
        return np.asarray(moved[column[keep]], dtype=np.int64)

    return People(
        people.household[keep], people.place_in_household[keep], people.sex[keep], people.born[keep],
        people.entered[keep], people.died[keep], people.culture[keep], pointers(people.mother), pointers(people.father),
        pointers(people.twin), people.married[keep],
    )  # fmt: skip
