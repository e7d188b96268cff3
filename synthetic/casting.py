"""Who plays the stories that need a change of home: families that cross a border or vanish, adults who move between families."""

from dataclasses import dataclass, field

import numpy as np

from synthetic.homes import ForcedMoves
from synthetic.options import ELSEWHERE, OPEN_END, WINDOW_FROM, WINDOW_TO, Days, Flags, Indices
from synthetic.population import (
    CHILD,
    COUPLE_FAMILY,
    FEMALE,
    HEAD,
    LONE_PARENT,
    MALE,
    SHARED,
    SINGLE,
    Households,
    People,
)
from synthetic.random_streams import Streams
from synthetic.stays import Stays

# At 20,000 people: more than the 25 and 50 that the benchmarks ask for, since some stories meet an early death.
PLANTED_AT_20000, DECOYS_AT_20000 = 30, 66


def planted_count(people: int) -> int:
    """How many of each pattern a region of ``people`` holds; the number for 20,000 down to 5,000, then fewer."""
    return max(3, round(PLANTED_AT_20000 * max(people / 20_000, min(1.0, people / 5_000))))


def decoy_count(people: int) -> int:
    """How many decoys each pattern has."""
    return planted_count(people) * DECOYS_AT_20000 // PLANTED_AT_20000


@dataclass(slots=True)
class FamilyMoves:
    """Households of one kind of story, with the day of their move and where they went from and to."""

    household: Indices
    day: Days
    first: Indices
    then: Indices


@dataclass(slots=True)
class AdultStories:
    """Adults tied to several families: a row an adult and family, in order of time, with a spell in that home."""

    adult: Indices
    household: Indices
    mother: Indices
    begins: Days
    ends: Days
    moves_in: Flags


@dataclass(slots=True)
class Cast:
    """The stories that are fixed before anybody is given a home.

    ``settled``: households whose people come and go as a story says alone; ``quiet``: those without concerns of
    their own; ``anchored``: those that stay in a home authority.
    """

    crossing: FamilyMoves
    moved_for_work: FamilyMoves
    moved_within: FamilyMoves
    vanishing: FamilyMoves
    left_with_word: FamilyMoves
    serial: AdultStories
    bridging: AdultStories
    settled: Flags
    quiet: Flags
    anchored: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def forced(self) -> ForcedMoves:
        """All moves that are told, and the households that make none at all."""
        moves = (self.crossing, self.moved_for_work, self.moved_within, self.vanishing, self.left_with_word)
        still = np.unique(np.r_[self.serial.household, self.bridging.household, self.anchored])
        still = np.setdiff1d(still, np.concatenate([move.household for move in moves]))
        count = len(still)
        return ForcedMoves(
            np.concatenate([move.household for move in moves] + [still]),
            np.concatenate([move.day for move in moves] + [np.full(count, OPEN_END)]),
            np.concatenate([move.first for move in moves] + [still % 2]),
            np.concatenate([move.then for move in moves] + [still % 2]),
        )


class _Pool:
    """Families and adults not yet cast; each is cast once."""

    def __init__(self, rng: np.random.Generator, candidates: Indices) -> None:
        self._left = rng.permutation(candidates)

    def take(self, count: int) -> Indices:
        """The next ``count`` of them, fewer when there are not so many."""
        taken, self._left = self._left[:count], self._left[count:]
        return taken


def cast_stories(streams: Streams, people: People, households: Households, target: int) -> Cast:
    """Choose the families and adults, and the days."""
    rng = streams.stream("casting")
    kinds = households.kind
    middle = (WINDOW_FROM + WINDOW_TO) // 2
    age = people.age_on(middle)
    at_school = (people.place_in_household == CHILD) & (age > 5.2) & (age < 13.5)
    pupils = np.bincount(people.household[at_school], minlength=len(kinds))
    sizes = np.bincount(people.household[people.place_in_household == CHILD], minlength=len(kinds))
    family = np.isin(kinds, (COUPLE_FAMILY, LONE_PARENT)) & (pupils > 0)
    alive = np.ones(len(kinds), dtype=bool)
    alive[people.household[(people.place_in_household == HEAD) & (people.died != OPEN_END)]] = False
    families = _Pool(rng, np.flatnonzero(family & alive & (sizes <= 6)))
    planted, decoys = planted_count(target), decoy_count(target)
    crossing = _moves(rng, families.take(planted), "other")
    moved_for_work = _moves(rng, families.take(decoys * 3 // 4), "other")
    moved_within = _moves(rng, families.take(decoys - decoys * 3 // 4), "same")
    vanishing = _moves(rng, families.take(planted), "elsewhere")
    left_with_word = _moves(rng, families.take(decoys // 3), "elsewhere")
    head_age = people.age_on(WINDOW_FROM)
    heads = (people.place_in_household == HEAD) & alive[people.household]
    alone = np.isin(kinds[people.household], (SINGLE, SHARED)) & heads & (head_age > 20) & (head_age < 46)
    men = _Pool(rng, np.flatnonzero(alone & (people.sex == MALE)))
    mothers = _Pool(rng, np.flatnonzero(
        heads & (kinds[people.household] == LONE_PARENT) & (people.sex == FEMALE) & (pupils[people.household] > 0)
        & (sizes[people.household] < 5) & ~_taken(people, (crossing, moved_for_work, moved_within, vanishing, left_with_word))
    ))  # fmt: skip
    serial = _adult_stories(rng, people, men, mothers, planted, 0.65)
    bridging = _adult_stories(rng, people, men, mothers, planted, 0.4)
    settled = np.zeros(len(kinds), dtype=bool)
    quiet = np.zeros(len(kinds), dtype=bool)
    for move in (crossing, moved_for_work, moved_within, vanishing, left_with_word):
        settled[move.household] = True
    for move in (moved_for_work, left_with_word):
        quiet[move.household] = True
    for story in (serial, bridging):
        settled[story.household] = True
        settled[people.household[story.adult]] = True
    return Cast(
        crossing, moved_for_work, moved_within, vanishing, left_with_word, serial, bridging, settled, quiet
    )


def _taken(people: People, moves: tuple[FamilyMoves, ...]) -> Flags:
    taken = np.zeros(int(people.household.max()) + 1, dtype=bool)
    for move in moves:
        taken[move.household] = True
    return taken[people.household]


def _moves(rng: np.random.Generator, household: Indices, where: str) -> FamilyMoves:
    count = len(household)
    first = rng.integers(0, 2, count)
    then = {"other": 1 - first, "same": first, "elsewhere": np.full(count, ELSEWHERE)}[where]
    day = rng.integers(WINDOW_FROM + 200, WINDOW_TO - 230, count)
    return FamilyMoves(household, day, first, then)


def _adult_stories(
    rng: np.random.Generator, people: People, men: _Pool, mothers: _Pool, wanted: int, moves_in: float
) -> AdultStories:
    """Each adult with two to four lone mothers' families, one after another over the window."""
    rows: list[tuple[int, int, int, int, bool]] = []
    for adult in men.take(wanted).tolist():
        families = mothers.take(int(rng.choice([2, 3, 4], p=[0.55, 0.33, 0.12]))).tolist()
        if len(families) < 2:
            break
        lives_with = bool(rng.random() < moves_in)
        day = int(WINDOW_FROM + rng.integers(20, 330))
        span = (WINDOW_TO - 120 - day) // len(families)
        for mother in families:
            length = int(rng.integers(span // 3, max(span - 20, span // 3 + 2)))
            rows.append((adult, mother, day, day + length, lives_with))
            day += length + int(rng.integers(5, max(span - length, 7)))
    columns = [np.array([row[i] for row in rows], dtype=np.int64) for i in range(5)]
    adult, mother, begins, ends, lives_with_them = columns
    return AdultStories(adult, people.household[mother], mother, begins, ends, lives_with_them.astype(bool))


def move_adults_in(people: People, stays: Stays, stories: AdultStories) -> None:
    """Give the adults their spells in the families' homes; between and after them they are back in their own."""
    rows = np.flatnonzero(stories.moves_in)
    for row in rows:
        adult = stories.adult[row : row + 1]
        stays.close(adult, stories.begins[row : row + 1])
        stays.add(
            adult,
            stories.household[row : row + 1],
            stories.begins[row : row + 1],
            stories.ends[row : row + 1],
        )
        stays.add(adult, people.household[adult], stories.ends[row : row + 1], np.full(1, OPEN_END))
