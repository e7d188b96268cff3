"""Who is on which agency's books: one row a record, and which record each part in an event belongs to."""

from dataclasses import dataclass, field

import numpy as np

from synthetic.describing import error_rates
from synthetic.event_log import Events
from synthetic.homes import Residences
from synthetic.options import ELSEWHERE, NOBODY, WINDOW_FROM, WINDOW_TO, Days, Flags, Indices, Texts
from synthetic.ordinary.housing import Tenancies
from synthetic.ordinary.schooling import Rolls
from synthetic.world import World

SYSTEMS = ("police", "gp", "acute", "sexual_health", "mental_health", "pupil", "housing", "social")
POLICE, GP, ACUTE, SEXUAL, MENTAL, PUPIL, HOUSING, SOCIAL = range(8)
ID_PREFIX = ("N", "P", "H", "S", "M", "P", "R", "C")
AGENCY = ("police", "health", "health", "health", "health", "education", "housing", "social_care")
# Systems that serve the whole hub number a person once there; the others once an authority.
HUB_WIDE = np.array([True, False, True, True, True, False, False, False])
NOT_REGISTERED = 0.03  # residents without a GP of the area (NHS England against ONS population, London)


@dataclass(slots=True)
class Registers:
    """Records in the order of (system, area, person, copy): person, authority, when last described, own id.

    ``area``: 0 or 1 for the hub of a hub-wide system, else the authority. ``part_record``: for each part of the
    events the record that plays it; ``NOBODY`` for professionals and for parts that other files hold (parents at
    school, callers).
    """

    system: Indices
    area: Indices
    person: Indices
    authority: Indices
    described_on: Days
    own_id: Texts
    part_record: Indices
    _codes: Indices = field(repr=False)
    _people: int = 0

    def find(self, system: int, area: Indices, person: Indices) -> Indices:
        """The first record of each person in a system and area, ``NOBODY`` where there is none."""
        codes = _code(system, area, 0, person, self._people)
        row = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        second = np.minimum(
            np.searchsorted(self._codes, _code(system, area, 1, person, self._people)), len(self._codes) - 1
        )
        is_second = self._codes[second] == _code(system, area, 1, person, self._people)
        return np.asarray(
            np.where(self._codes[row] == codes, row, np.where(is_second, second, NOBODY)), dtype=np.int64
        )

    def of(self, system: int, hub: int) -> Indices:
        """Rows of one system and hub."""
        home = self.area < 1 if HUB_WIDE[system] else self.area < 2
        rows = np.flatnonzero((self.system == system) & (home if hub == 0 else ~home))
        # By own id, which is in no order: neighbours in a file are nobody's family.
        return np.asarray(rows[np.argsort(self.own_id[rows].astype(str), kind="stable")], dtype=np.int64)


def _code(system: Indices | int, area: Indices, copy: Indices | int, person: Indices, people: int) -> Indices:
    return np.asarray(((np.asarray(system) * 3 + area) * 2 + copy) * people + person, dtype=np.int64)


def hub_of(authority: Indices) -> Indices:
    """0 for the home hub's authorities, 1 for the neighbour's."""
    return np.asarray((authority >= 2).astype(np.int64))


def event_systems(events: Events) -> Indices:
    """The system whose people take part in each event."""
    system = np.full(len(events), SOCIAL)
    agency, part = events["agency"], events["system"]
    for name, number in (("police", POLICE), ("education", PUPIL), ("housing", HOUSING)):
        system[agency == name] = number
    for name, number in (("gp", GP), ("acute", ACUTE), ("sexual_health", SEXUAL), ("mental_health", MENTAL)):
        system[(agency == "health") & (part == name)] = number
    return system


def make_registers(world: World, events: Events, rolls: Rolls, tenancies: Tenancies) -> Registers:
    """Everybody who is on a register or takes part in an event, as each system numbers them."""
    rng = world.streams.stream("registers")
    people = len(world.people)
    system_of = event_systems(events)
    part_system = system_of[events.part_event]
    authority = events["authority"][events.part_event]
    at_school_not_pupil = (part_system == PUPIL) & (events.part_role != "subject")
    is_call = (events["system"] == "calls")[events.part_event]
    resident = (events.part_person < people) & ~at_school_not_pupil & ~is_call
    rows = np.flatnonzero(resident)
    area = np.where(HUB_WIDE[part_system], hub_of(authority), authority)
    copies = _copies(rng, part_system, events.part_person, people)
    part_code = _code(part_system[rows], area[rows], copies[rows], events.part_person[rows], people)
    day = events["day"][events.part_event[rows]]
    base = _base_registers(world, rng, rolls, tenancies)
    codes = np.r_[part_code, *(_code(s, a, 0, p, people) for s, a, p, _, _ in base)]
    days = np.r_[day, *(d for _, _, _, _, d in base)]
    where = np.r_[authority[rows], *(w for _, _, _, w, _ in base)]
    order = np.lexsort((days, codes))
    first = np.flatnonzero(np.r_[True, codes[order][1:] != codes[order][:-1]])
    last = np.r_[first[1:] - 1, len(order) - 1]
    kept = np.where(rng.random(len(first)) < 0.5, order[first], order[last])
    unique = codes[order][first]
    rest, person = np.divmod(unique, people)
    place = rest // 2
    system, record_area = np.divmod(place, 3)
    part_record = np.full(len(events.part_event), NOBODY)
    part_record[rows] = np.searchsorted(unique, part_code)
    own_id = _own_ids(rng, system)
    return Registers(
        system, record_area, person, where[kept], days[kept], own_id, part_record, unique, people
    )


def _copies(rng: np.random.Generator, system: Indices, person: Indices, people: int) -> Indices:
    """Some people are on one system twice; then each of their events goes to one copy or the other."""
    rates = np.array([error_rates(name)["duplicate_person"] for name in SYSTEMS])
    twice = rng.random((len(SYSTEMS), people)) < rates[:, None]
    known = np.minimum(person, people - 1)
    return np.asarray((twice[system, known] & (rng.random(len(person)) < 0.5)).astype(np.int64))


def _own_ids(rng: np.random.Generator, system: Indices) -> Texts:
    """Numbers of the agency, in no order that tells anything; unique within the agency."""
    ids = np.empty(len(system), dtype=object)
    for number in range(len(SYSTEMS)):
        own = np.flatnonzero(system == number)
        serial = rng.permutation(len(own)) + 10 ** max(5, len(str(len(own))))
        ids[own] = [f"{ID_PREFIX[number]}{value}" for value in serial.tolist()]
    return ids


Base = list[tuple[int, Indices, Indices, Indices, Days]]


def _base_registers(world: World, rng: np.random.Generator, rolls: Rolls, tenancies: Tenancies) -> Base:
    """GP lists, school rolls and tenancies: (system, area, person, authority, described on)."""
    residences = world.residences
    main = np.flatnonzero(
        ~residences.secondary
        & (residences.authority != ELSEWHERE)
        & (residences.ends > WINDOW_FROM)
        & (residences.begins < WINDOW_TO - 14)
    )
    settled = np.maximum(world.people.entered[residences.person[main]] + 5, WINDOW_FROM + 30)
    registered = rng.random(len(main)) > NOT_REGISTERED
    # Whoever's move a story tells is registered where the window finds them; the story registers them elsewhere.
    registered &= ~world.told[residences.person[main]] | (residences.begins[main] <= settled)
    main = main[registered]
    current = np.where(
        rng.random(len(main)) < 0.88,
        np.minimum(residences.ends[main] - 1, WINDOW_TO),
        np.maximum(residences.begins[main], WINDOW_FROM),
    )
    where = residences.authority[main]
    pupils = np.flatnonzero((rolls.authority != ELSEWHERE) & (rolls.ends > WINDOW_FROM))
    noted = np.where(
        rng.random(len(pupils)) < 0.8, np.minimum(rolls.ends[pupils], WINDOW_TO), rolls.begins[pupils]
    )
    members, tenancy = tenancy_members(world.residences, tenancies)
    begun = np.maximum(tenancies.begins[tenancy], WINDOW_FROM)
    return [
        (GP, where, residences.person[main], where, current),
        (PUPIL, rolls.authority[pupils], rolls.person[pupils], rolls.authority[pupils], noted),
        (HOUSING, tenancies.authority[tenancy], members, tenancies.authority[tenancy], begun),
    ]


def tenancy_members(residences: Residences, tenancies: Tenancies) -> tuple[Indices, Indices]:
    """(person, tenancy) for everybody who lived in a tenancy's home as it began, tenants first."""
    key = residences.household * 10_000_000 + residences.address
    order = np.argsort(key, kind="stable")
    wanted = tenancies.household * 10_000_000 + tenancies.address
    low, high = np.searchsorted(key[order], wanted), np.searchsorted(key[order], wanted, side="right")
    tenancy = np.repeat(np.arange(len(wanted)), high - low)
    offset = np.arange(len(tenancy)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    row = order[low[tenancy] + offset]
    present: Flags = (
        residences.begins[row] < np.maximum(tenancies.begins[tenancy], WINDOW_FROM) + 45
    ) & ~residences.secondary[row]
    present |= residences.person[row] == tenancies.tenant[tenancy]
    present |= residences.person[row] == tenancies.second[tenancy]
    person, tenancy, begins = (
        residences.person[row][present],
        tenancy[present],
        residences.begins[row][present],
    )
    rank = np.where(
        person == tenancies.tenant[tenancy], 0, np.where(person == tenancies.second[tenancy], 1, 2)
    )
    order = np.lexsort((person, begins, rank, tenancy))
    person, tenancy = person[order], tenancy[order]
    # One line a person and tenancy, and no more than eight people on the form.
    _, first = np.unique(tenancy * (int(person.max(initial=0)) + 1) + person, return_index=True)
    first = np.sort(first)
    person, tenancy = person[first], tenancy[first]
    start = np.searchsorted(tenancy, np.arange(len(wanted)))
    seat = np.arange(len(tenancy)) - start[tenancy]
    return person[seat < 7], tenancy[seat < 7]
