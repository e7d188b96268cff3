"""Social housing: tenancies as they begin and end, arrears, antisocial behaviour, homelessness."""

from dataclasses import dataclass

import numpy as np

from synthetic.notifying import BY_HABIT
from synthetic.options import ELSEWHERE, NOBODY, OPEN_END, WINDOW_FROM, WINDOW_TO, Days, Indices
from synthetic.population import HEAD, PARTNER
from synthetic.world import World

ARREARS_A_YEAR, BEHAVIOUR_A_YEAR = (
    0.07,
    0.025,
)  # a tenancy a year; Regulator of Social Housing and HouseMark, rounded
HOMELESS_A_YEAR = 0.008  # households a year; DLUHC statutory homelessness, assessed as owed a duty


@dataclass(slots=True)
class Tenancies:
    """One row a tenancy; ``tenant`` and ``second`` sign it (``second`` may be ``NOBODY``)."""

    household: Indices
    address: Indices
    authority: Indices
    begins: Days
    ends: Days
    tenant: Indices
    second: Indices


def make_tenancies(world: World) -> Tenancies:
    """Tenancies of the households that live in social housing at any time of the window."""
    residences = world.residences
    social = np.r_[world.addresses.social, False]
    place = np.r_[world.people.place_in_household, HEAD]
    adult = world.people.age_on(np.maximum(residences.begins, WINDOW_FROM), residences.person) >= 17
    rows = np.flatnonzero(
        ~residences.secondary
        & social[residences.address]
        & (residences.authority != ELSEWHERE)
        & adult
        & (residences.ends > WINDOW_FROM)
    )
    rows = rows[residences.begins[rows] < WINDOW_TO]
    rank = np.select(
        [place[residences.person[rows]] == HEAD, place[residences.person[rows]] == PARTNER], [0, 1], default=2
    )
    order = rows[
        np.lexsort((residences.person[rows], rank, residences.address[rows], residences.household[rows]))
    ]
    keys = residences.household[order] * (len(world.addresses) + 1) + residences.address[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    after = np.minimum(first + 1, len(order) - 1)
    joint = (
        (keys[after] == keys[first]) & (after != first) & (place[residences.person[order[after]]] == PARTNER)
    )
    lead, second = order[first], np.where(joint, residences.person[order[after]], NOBODY)
    return Tenancies(
        residences.household[lead], residences.address[lead], residences.authority[lead], residences.begins[lead], residences.ends[lead],
        residences.person[lead], second,
    )  # fmt: skip


def ordinary_housing(world: World, tenancies: Tenancies) -> None:
    """Starts and ends of tenancies in the window, and what housing officers deal with."""
    rng = world.streams.stream("housing")
    for kind, day in (("tenancy_start", tenancies.begins), ("tenancy_end", tenancies.ends)):
        rows = np.flatnonzero(
            (day < WINDOW_TO) if kind == "tenancy_start" else (day < min(WINDOW_TO, OPEN_END))
        )
        events = world.log.many(
            day[rows], agency="housing", system="tenancies", kind=kind, authority=tenancies.authority[rows], address=tenancies.address[rows],
            reference=rows, delay=0,
        )  # fmt: skip
        world.log.take_part(events, tenancies.tenant[rows], "subject")
        world.log.take_part(events, tenancies.second[rows], "subject")
    heads = np.flatnonzero(world.people.place_in_household == HEAD)
    tenant = np.zeros(len(world.people), dtype=bool)
    tenant[tenancies.tenant] = True
    for who, kind, rate in (
        (np.flatnonzero(tenant), "arrears", ARREARS_A_YEAR), (np.flatnonzero(tenant), "antisocial_behaviour", BEHAVIOUR_A_YEAR), (heads, "homelessness", HOMELESS_A_YEAR),
    ):  # fmt: skip
        by_habit = kind in BY_HABIT
        yearly = rate * (world.habits.most if by_habit else 1.0)
        person, day, authority = world.occurrences(rng, who, yearly * (0.5 + 0.5 * world.difficulty[who]))
        adult = world.people.age_on(day, person) >= 18
        if by_habit:
            adult &= world.habits.told(rng, "housing", authority)
        person, day, authority = person[adult], day[adult], authority[adult]
        count = len(person)
        events = world.log.many(
            day, agency="housing", kind=kind, concern="other" if kind == "antisocial_behaviour" else "", severity=1 if kind != "homelessness" else 2,
            ended=np.minimum(day + rng.integers(14, 150, count), WINDOW_TO), authority=authority, address=world.home_of(person, day), status="closed",
            outcome={"arrears": "payment plan", "antisocial_behaviour": "warning", "homelessness": "relief duty"}[kind],
            referrer=rng.choice(np.array(["Neighbour", "Self", "Caretaker", "Police"], dtype=object), count),
        )  # fmt: skip
        role = "suspect" if kind == "antisocial_behaviour" else "subject"
        world.log.take_part(events, person, role)
        world.log.take_part(events, world.staff.draw(rng, "housing officer", authority), "professional")
