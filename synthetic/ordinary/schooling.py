"""Schools: who is on which roll when, attendance by half-term, suspensions, and leaving the roll."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from synthetic.options import ELSEWHERE, NOBODY, WINDOW_FROM, WINDOW_TO, Days, Indices, day_number
from synthetic.world import World

PUPILS_A_PRIMARY, PUPILS_A_SECONDARY = 290, 900  # DfE, average schools
# DfE 2023/24: overall absence 7%, one pupil in five persistently absent; 11 suspensions per 100 pupils, secondary most.
ABSENCE_SHAPE = (1.1, 14.0)
SUSPENSIONS_A_YEAR = {"primary": 0.012, "secondary": 0.12}
PERSISTENT = 0.10
KEPT_HALF_TERMS = 6  # the last year in full; before that only persistent absence is in the extract
HALF_TERMS = [
    (date(year, 9, 4), date(year, 10, 20), 70) if part == 0 else (date(year, 10, 30), date(year, 12, 20), 76) if part == 1
    else (date(year + 1, 1, 6), date(year + 1, 2, 13), 56) if part == 2 else (date(year + 1, 2, 23), date(year + 1, 3, 27), 50)
    if part == 3 else (date(year + 1, 4, 13), date(year + 1, 5, 22), 56) if part == 4 else (date(year + 1, 6, 1), date(year + 1, 7, 21), 74)
    for year in (2023, 2024, 2025) for part in range(6)
]  # fmt: skip
HALF_TERM_STARTS = np.array([day_number(term[0]) for term in HALF_TERMS])
HALF_TERM_ENDS = np.array([day_number(term[1]) for term in HALF_TERMS])
HALF_TERM_SESSIONS = np.array([term[2] for term in HALF_TERMS])


@dataclass(slots=True)
class Rolls:
    """One row a pupil, school and spell on its roll; ``school`` counts within the region."""

    person: Indices
    authority: Indices
    school: Indices
    begins: Days
    ends: Days
    moved_to: Indices

    def at(self, person: Indices, day: Days) -> Indices:
        """The school of each person on each day, ``NOBODY`` off roll."""
        order = np.lexsort((self.begins, self.person))
        keys = self.person[order] * 100_000 + self.begins[order]
        row = np.searchsorted(keys, person * 100_000 + day, side="right") - 1
        found = order[np.maximum(row, 0)]
        holds = (row >= 0) & (self.person[found] == person) & (self.ends[found] >= day)
        return np.asarray(np.where(holds, self.school[found], NOBODY), dtype=np.int64)


def make_rolls(world: World) -> Rolls:
    """Every child of 4 to 16 at a school of the authority it lives in; primary to 11, then secondary."""
    rng = world.streams.stream("rolls")
    people, residences = world.people, world.residences
    main = np.flatnonzero(~residences.secondary & (residences.authority != ELSEWHERE))
    # The September after the fourth, eleventh and sixteenth birthday.
    person = residences.person[main]
    starts = _september(people.born[person] + int(4 * 365.25))
    changes, leaves = starts + int(7 * 365.25), starts + int(12 * 365.25) - 42
    parts = []
    for stage, (first, last) in enumerate(((starts, changes - 42), (changes, leaves))):
        delay = rng.integers(0, 25, len(main))
        begins = np.maximum(
            first, np.where(residences.begins[main] > first, residences.begins[main] + delay, first)
        )
        ends = np.minimum(last, residences.ends[main])
        keep = (begins < ends - 5) & (ends > WINDOW_FROM - 200) & (begins < WINDOW_TO)
        rows = main[keep]
        moved = np.where(
            ends[keep] < last[keep], residences.authority_of(person[keep], ends[keep] + 1), NOBODY
        )
        parts.append(
            (
                person[keep],
                residences.authority[rows],
                np.full(len(rows), stage),
                begins[keep],
                ends[keep],
                moved,
                residences.address[rows],
            )
        )
    person, authority, level, begins, ends, moved_to, address = (
        np.concatenate([part[i] for part in parts]) for i in range(7)
    )
    school = _schools(world, authority, level, address, rng)
    return _join_spells(Rolls(person, authority, school, begins, ends, moved_to))


def _september(day: Days) -> Days:
    """The 1 September on or after each day."""
    year = day.astype("datetime64[D]").astype("datetime64[Y]")
    this = year.astype("datetime64[M]") + np.timedelta64(8, "M")
    first = this.astype("datetime64[D]").astype(np.int64)
    later = (this + np.timedelta64(12, "M")).astype("datetime64[D]").astype(np.int64)
    return np.asarray(np.where(first >= day, first, later), dtype=np.int64)


def _schools(
    world: World, authority: Indices, stage: Indices, address: Indices, rng: np.random.Generator
) -> Indices:
    """The nearest school by street order mostly, another at times. Numbers: authority * 10000 + stage * 5000 + n."""
    school = np.empty(len(authority), dtype=np.int64)
    stock = world.addresses.authority
    for area in range(3):
        first, size = np.searchsorted(stock, area), max(int((stock == area).sum()), 1)
        pupils = int(size * 2.4 * 0.16)
        for level, each in ((0, PUPILS_A_PRIMARY), (1, PUPILS_A_SECONDARY)):
            schools = max(2, round(pupils * (0.55 if level == 0 else 0.45) / each))
            own = np.flatnonzero((authority == area) & (stage == level))
            near = (np.maximum(address[own] - first, 0) * schools // size).clip(0, schools - 1)
            other = rng.integers(0, schools, len(own))
            # A fixed choice an address, so that brothers and sisters go together.
            elsewhere = (address[own] * 2654435761 % 97) < 22
            school[own] = (
                area * 10_000 + level * 5_000 + np.where(elsewhere, (address[own] * 40503) % schools, near)
            )
            late = rng.random(len(own)) < 0.06
            school[own[late]] = area * 10_000 + level * 5_000 + other[late]
    return school


def _join_spells(rolls: Rolls) -> Rolls:
    """A move within the authority keeps the school: the pupil stays on the roll."""
    order = np.lexsort((rolls.begins, rolls.person))
    person, stage = rolls.person[order], rolls.school[order] // 5_000
    begins, ends = rolls.begins[order], rolls.ends[order]
    fresh = np.r_[
        True, (person[1:] != person[:-1]) | (stage[1:] != stage[:-1]) | (begins[1:] > ends[:-1] + 70)
    ]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:] - 1, len(order) - 1]
    return Rolls(
        person[first], rolls.authority[order][first], rolls.school[order][first], begins[first], ends[last],
        rolls.moved_to[order][last],
    )  # fmt: skip


def ordinary_schooling(world: World, rolls: Rolls) -> None:
    """Attendance, suspensions and off-roll notices of all pupils."""
    rng = world.streams.stream("schooling")
    absence = rng.beta(*ABSENCE_SHAPE, len(world.people)) * (0.8 + 0.2 * np.minimum(world.difficulty, 6))
    _attendance(world, rng, rolls, np.minimum(absence, 0.85))
    secondary = rolls.school % 10_000 >= 5_000
    rate = np.where(secondary, SUSPENSIONS_A_YEAR["secondary"], SUSPENSIONS_A_YEAR["primary"]) * (
        0.3 + 0.7 * world.difficulty[rolls.person]
    )
    years = (
        np.clip(np.minimum(rolls.ends, WINDOW_TO) - np.maximum(rolls.begins, WINDOW_FROM), 0, None) / 365.25
    )
    row = np.repeat(np.arange(len(rate)), rng.poisson(rate * years))
    day = rng.integers(np.maximum(rolls.begins[row], WINDOW_FROM), np.minimum(rolls.ends[row], WINDOW_TO) + 1)
    reason = rng.choice(
        np.array(["violence", "other", "substance_misuse", "weapons", "emotional", "sexual"], dtype=object),
        len(row),
        p=[0.32, 0.5, 0.06, 0.04, 0.06, 0.02],
    )
    permanent = rng.random(len(row)) < 0.012
    events = world.log.many(
        day, agency="education", kind="exclusion", concern=reason, ended=np.where(permanent, NOBODY, day + rng.integers(0, 5, len(row))), authority=rolls.authority[row],
        outcome=np.where(permanent, "Permanent", "Suspension").astype(object),
    )  # fmt: skip
    world.log.take_part(events, rolls.person[row], "subject")
    _off_roll(world, rng, rolls)


def _attendance(
    world: World,
    rng: np.random.Generator,
    rolls: Rolls,
    absence: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    for term in range(len(HALF_TERMS)):
        on_roll = np.flatnonzero(
            (rolls.begins <= HALF_TERM_STARTS[term] + 10)
            & (rolls.ends >= HALF_TERM_ENDS[term] - 10)
            & (rolls.authority != ELSEWHERE)
        )
        possible = HALF_TERM_SESSIONS[term]
        away = np.where(world.absence_since[rolls.person[on_roll]] < HALF_TERM_ENDS[term] - 20, 0.32, 0.0)
        missed = rng.binomial(possible, np.minimum(absence[rolls.person[on_roll]] + away, 0.95))
        kept = np.flatnonzero(
            (missed > PERSISTENT * 2 * possible) | (term >= len(HALF_TERMS) - KEPT_HALF_TERMS)
        )
        events = world.log.many(
            np.full(len(kept), HALF_TERM_STARTS[term]), agency="education", kind="attendance", ended=HALF_TERM_ENDS[term], possible=possible,
            absent=missed[kept], authority=rolls.authority[on_roll[kept]], delay=HALF_TERM_ENDS[term] - HALF_TERM_STARTS[term],
        )  # fmt: skip
        world.log.take_part(events, rolls.person[on_roll[kept]], "subject")


DESTINATIONS = np.array(
    ["Known - school named", "Unknown", "Elective home education", "Moved abroad"], dtype=object
)


def _off_roll(world: World, rng: np.random.Generator, rolls: Rolls) -> None:
    """A notice when a pupil leaves before the end of year 11; families leaving the region name a school six times in seven."""
    moved = (
        (rolls.moved_to != NOBODY)
        & (rolls.moved_to != rolls.authority)
        & (rolls.ends > WINDOW_FROM)
        & (rolls.ends < WINDOW_TO - 5)
    )
    rows = np.flatnonzero(
        moved & ~world.told[rolls.person] & (world.people.died[rolls.person] > rolls.ends + 3)
    )
    away = rolls.moved_to[rows] == ELSEWHERE
    chance = rng.random(len(rows))
    destination = np.where(
        away, np.where(chance < 0.86, 0, np.where(chance < 0.92, 3, 1)), np.where(chance < 0.97, 0, 1)
    )
    write_off_roll(
        world, rng, rolls.person[rows], rolls.ends[rows], rolls.authority[rows], DESTINATIONS[destination]
    )


def write_off_roll(
    world: World,
    rng: np.random.Generator,
    person: Indices,
    day: Days,
    authority: Indices,
    destination: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
) -> Indices:
    """An off-roll notice a row, with the destination that the school gave."""
    reason = np.where(
        destination == "Elective home education",
        "Elective home education",
        np.where(destination == "Unknown", "Moved away", "Moved to another school"),
    )
    events = world.log.many(
        day, agency="education", kind="off_roll", authority=authority, delay=rng.integers(1, 15, len(day)), outcome=reason.astype(object), note=destination,
    )  # fmt: skip
    world.log.take_part(events, person, "subject")
    return events
