"""Where each household lives when: half a year at a time, movers take what earlier movers left empty."""

from dataclasses import dataclass, field

import numpy as np

from synthetic.addresses import FLAT, HOSTEL, HOUSE, SHARED_HOUSE, TOWER_FLAT, Addresses
from synthetic.options import ELSEWHERE, NOBODY, OPEN_END, WINDOW_TO, Days, Flags, Indices
from synthetic.population import SHARED, SINGLE
from synthetic.random_streams import Streams
from synthetic.stays import HISTORY_FROM, HouseholdStarts, Stays

HALF_YEAR = 183
AUTHORITY_SHARES = np.array([0.50, 0.3333, 0.1667])
# Moves in half a year (ONS internal migration and the English Housing Survey: owners 4%, private renters 20% a year).
MOVES_FAMILY, MOVES_SINGLE, MOVES_HOSTEL = 0.035, 0.055, 0.35
# Where a mover goes: same authority, another of the three, elsewhere [assumption from ONS internal migration].
STAYS_IN_AUTHORITY, CROSSES_BORDER, LEAVES_REGION = 0.72, 0.16, 0.12
ELSEWHERE_AT_FIRST = 0.05


@dataclass(slots=True)
class ForcedMoves:
    """Moves that a story needs: these households make no other. ``first``: authority before, ``then``: after."""

    household: Indices
    day: Days
    first: Indices
    then: Indices


@dataclass(slots=True)
class Homes:
    """One row a household, address (``NOBODY`` elsewhere) and spell; sorted by household and day."""

    household: Indices
    address: Indices
    authority: Indices
    begins: Days
    ends: Days


class _Market:
    """Empty ordinary addresses per authority, and the shared houses and hostels that always have room."""

    def __init__(self, rng: np.random.Generator, addresses: Addresses) -> None:
        self._rng = rng
        ordinary = np.isin(addresses.kind, (HOUSE, FLAT, TOWER_FLAT))
        self._empty = [
            rng.permutation(np.flatnonzero(ordinary & (addresses.authority == a))) for a in range(3)
        ]
        self._shared = [
            np.flatnonzero((addresses.kind == SHARED_HOUSE) & (addresses.authority == a)) for a in range(3)
        ]
        self._hostels = [
            np.flatnonzero((addresses.kind == HOSTEL) & (addresses.authority == a)) for a in range(3)
        ]
        self._ordinary = ordinary

    def house(self, authority: Indices, alone: Flags) -> Indices:
        """An address for each household; people alone take a room in a shared house or hostel at times."""
        chance = self._rng.random(len(authority))
        address = np.full(len(authority), NOBODY)
        for area in range(3):
            here = authority == area
            for rooms, low, high in ((self._shared[area], 0.0, 0.16), (self._hostels[area], 0.16, 0.185)):
                taken = np.flatnonzero(here & alone & (chance >= low) & (chance < high))
                if len(rooms):
                    address[taken] = rooms[self._rng.integers(0, len(rooms), len(taken))]
            rest = np.flatnonzero(here & (address == NOBODY))
            found = min(len(rest), len(self._empty[area]))
            address[rest[:found]] = self._empty[area][:found]
            self._empty[area] = self._empty[area][found:]
            # Nothing empty: a room in a shared house.
            late = rest[found:]
            address[late] = self._shared[area][self._rng.integers(0, len(self._shared[area]), len(late))]
        return address

    def leave(self, address: Indices, authority: Indices) -> None:
        """Put what was left back on the market, behind what is already empty."""
        for area in range(3):
            left = address[(authority == area) & (address != NOBODY)]
            left = np.unique(left[self._ordinary[left]])
            self._empty[area] = np.r_[self._empty[area], self._rng.permutation(left)]


def make_homes(streams: Streams, starts: HouseholdStarts, addresses: Addresses, forced: ForcedMoves) -> Homes:
    """The address spells of all households, from two years before the window to its end."""
    rng = streams.stream("homes")
    count = len(starts.kind)
    alone = np.isin(starts.kind, (SINGLE, SHARED))
    authority = _first_authorities(rng, starts, forced)
    market = _Market(rng, addresses)
    now_at, since = np.full(count, NOBODY), starts.began.copy()
    first = np.flatnonzero(starts.origin == NOBODY)
    now_at[first] = market.house(authority[first], alone[first])
    is_forced = np.zeros(count, dtype=bool)
    is_forced[forced.household] = True
    in_hostel = np.zeros(len(addresses) + 1, dtype=bool)
    in_hostel[:-1] = addresses.kind == HOSTEL
    closed: list[tuple[Indices, Indices, Indices, Days, Days]] = []
    for period in range(HISTORY_FROM, WINDOW_TO, HALF_YEAR):
        last_day = min(period + HALF_YEAR, WINDOW_TO)
        rate = np.where(alone, MOVES_SINGLE, MOVES_FAMILY)
        rate = np.where(in_hostel[now_at], MOVES_HOSTEL, rate)
        begun = starts.began < period
        random_movers = np.flatnonzero((rng.random(count) < rate) & begun & ~is_forced)
        due = (forced.day >= period) & (forced.day < last_day)
        movers = np.r_[random_movers, forced.household[due]]
        days = np.r_[rng.integers(period, last_day, len(random_movers)), forced.day[due]]
        goes_to = np.r_[_destinations(rng, authority[random_movers]), forced.then[due]]
        closed.append((movers, now_at[movers], authority[movers], since[movers], days))
        formed = np.flatnonzero(
            (starts.began >= period) & (starts.began < last_day) & (starts.origin != NOBODY)
        )
        authority[formed] = _near(rng, authority[starts.origin[formed]])
        left, left_in = now_at[movers], authority[movers].copy()
        authority[movers] = goes_to
        arriving = np.r_[movers, formed]
        now_at[arriving] = market.house(authority[arriving], alone[arriving])
        since[movers] = days
        market.leave(left, left_in)
    everyone = np.arange(count)
    closed.append((everyone, now_at, authority, since, np.full(count, OPEN_END)))
    household, address, where, begins, ends = (np.concatenate([part[i] for part in closed]) for i in range(5))
    order = np.lexsort((begins, household))
    return Homes(household[order], address[order], where[order], begins[order], ends[order])


def _first_authorities(rng: np.random.Generator, starts: HouseholdStarts, forced: ForcedMoves) -> Indices:
    authority = rng.choice(3, size=len(starts.kind), p=AUTHORITY_SHARES / AUTHORITY_SHARES.sum()).astype(
        np.int64
    )
    authority[rng.random(len(authority)) < ELSEWHERE_AT_FIRST] = ELSEWHERE
    authority[forced.household] = forced.first
    return authority


def _destinations(rng: np.random.Generator, origin: Indices) -> Indices:
    chance = rng.random(len(origin))
    other = np.where(rng.random(len(origin)) < 0.6, (origin + 1) % 3, (origin + 2) % 3)
    goes = np.where(
        chance < STAYS_IN_AUTHORITY,
        origin,
        np.where(chance < STAYS_IN_AUTHORITY + CROSSES_BORDER, other, ELSEWHERE),
    )
    arrives = rng.choice(3, size=len(origin), p=AUTHORITY_SHARES / AUTHORITY_SHARES.sum())
    return np.asarray(np.where(origin == ELSEWHERE, arrives, goes), dtype=np.int64)


def _near(rng: np.random.Generator, origin: Indices) -> Indices:
    """A household that splits off stays mostly in the same authority."""
    anywhere = rng.choice(3, size=len(origin), p=AUTHORITY_SHARES / AUTHORITY_SHARES.sum())
    away = (rng.random(len(origin)) < 0.2) | (origin == ELSEWHERE)
    return np.asarray(np.where(away, anywhere, origin), dtype=np.int64)


@dataclass(slots=True)
class Residences:
    """Stays joined with homes: one row a person, household, address and spell; sorted by person and day."""

    person: Indices
    household: Indices
    address: Indices
    authority: Indices
    begins: Days
    ends: Days
    secondary: Flags
    _rows: list[tuple[Indices, Indices, Indices]] = field(default_factory=list)

    def at(self, person: Indices, day: Days | int, prefer: Flags | None = None) -> Indices:
        """The row that holds for each person on each day, the main home unless ``prefer`` asks for the other."""
        if not self._rows:
            # Made once: stories ask for one person at a time.
            for kind in (np.flatnonzero(~self.secondary), np.flatnonzero(self.secondary)):
                self._rows.append(
                    (kind, self.person[kind], self.person[kind] * _DAY_SPAN + (self.begins[kind] + 100_000))
                )
        found = _latest(*self._rows[0], person, day)
        if prefer is not None and len(self._rows[1][0]):
            other = _latest(*self._rows[1], person, day)
            found = np.where((other != NOBODY) & prefer, other, found)
        return np.asarray(found, dtype=np.int64)

    def authority_of(self, person: Indices, day: Days | int) -> Indices:
        """Where each person lives on each day; ``ELSEWHERE`` when not in the region or not alive."""
        row = self.at(person, day)
        here = (row != NOBODY) & (self.ends[row] > day) & (self.begins[row] <= day)
        return np.asarray(np.where(here, self.authority[row], ELSEWHERE), dtype=np.int64)

    def address_of(self, person: Indices, day: Days | int, prefer: Flags | None = None) -> Indices:
        """The address of each person on each day, ``NOBODY`` when unknown."""
        row = self.at(person, day, prefer)
        return np.asarray(np.where(row != NOBODY, self.address[row], NOBODY), dtype=np.int64)


_DAY_SPAN = 200_000


def _latest(rows: Indices, persons: Indices, keys: Indices, person: Indices, day: Days | int) -> Indices:
    """Of ``rows`` (sorted by person and begin) each person's last that began by the day, else the first of theirs."""
    if len(rows) == 0:
        return np.full(len(person), NOBODY)
    place = np.searchsorted(keys, person * _DAY_SPAN + (day + 100_000), side="right") - 1
    good = (place >= 0) & (persons[np.maximum(place, 0)] == person)
    after = np.minimum(place + 1, len(persons) - 1)
    later = ~good & (persons[after] == person)
    chosen = np.where(good, place, np.where(later, after, NOBODY))
    return np.asarray(np.where(chosen == NOBODY, NOBODY, rows[chosen]), dtype=np.int64)


def join_residences(stays: Stays, homes: Homes) -> Residences:
    """Every person's address spells."""
    count = int(homes.household.max()) + 2
    first = np.searchsorted(homes.household, np.arange(count))
    per = (first[1:] - first[:-1])[stays.household]
    stay = np.repeat(np.arange(len(per)), per)
    offset = np.arange(len(stay)) - np.repeat(np.cumsum(per) - per, per)
    home = first[stays.household[stay]] + offset
    begins = np.maximum(stays.begins[stay], homes.begins[home])
    ends = np.minimum(stays.ends[stay], homes.ends[home])
    keep = begins < ends
    stay, home, begins, ends = stay[keep], home[keep], begins[keep], ends[keep]
    person = stays.person[stay]
    order = np.lexsort((begins, person))
    return Residences(
        person[order], stays.household[stay][order], homes.address[home][order], homes.authority[home][order],
        begins[order], ends[order], stays.secondary[stay][order],
    )  # fmt: skip
