"""Concerns about children that one agency notices and reports: neglect, harm, exploitation, conflict at home."""

import numpy as np

from synthetic.options import NOBODY, WINDOW_FROM, WINDOW_TO, Indices
from synthetic.ordinary.response import Concerns
from synthetic.population import CHILD
from synthetic.world import World

# Concerns a child a year that reach social care as a contact. DfE counts 52 referrals per 1,000 children a year; about
# one contact in three becomes one (ADCS Safeguarding Pressures), and a contact names 1.7 children here.
CONCERNS_A_YEAR = 0.085
# Sources of referrals, DfE Characteristics of children in need 2024, rounded; "social_care": public and other.
SOURCE_SHARES = {"police": 0.30, "education": 0.22, "health": 0.16, "housing": 0.03, "social_care": 0.29}
# [assumption] from the factors DfE counts at the end of assessment, domestic abuse mostly told in its own part.
CONCERN_SHARES = {
    "neglect": 0.24, "physical": 0.14, "emotional": 0.14, "domestic_abuse": 0.06, "mental_health": 0.10, "substance_misuse": 0.09,
    "parental_conflict": 0.08, "sexual": 0.04, "self_harm": 0.04, "sexual_exploitation": 0.01, "criminal_exploitation": 0.015,
    "honour_based": 0.005, "other": 0.04,
}  # fmt: skip
REACHES_SOCIAL_CARE = 0.87
LOW_LEVEL_SCHOOL_CONCERNS = 0.035  # a pupil a year, never leaving the school [assumption]


def ordinary_concerns(world: World) -> Concerns:
    """Concerns by source, each reported by the agency that noticed; returns those passed on to social care."""
    rng = world.streams.stream("concerns")
    people = world.people
    child_age = people.age_on(WINDOW_TO)
    children = np.flatnonzero((people.place_in_household == CHILD) & (child_age < 21))
    habits = world.habits
    child, day, authority = world.occurrences(
        rng, children, CONCERNS_A_YEAR * habits.most * world.difficulty[children]
    )
    young = people.age_on(day, child) < 18
    child, day, authority = child[young], day[young], authority[young]
    count = len(child)
    told = Concerns(
        child, day, authority,
        rng.choice(np.array(list(CONCERN_SHARES), dtype=object), count, p=list(CONCERN_SHARES.values())),
        rng.choice([1, 2, 3, 4], count, p=[0.34, 0.40, 0.20, 0.06]).astype(np.int64),
        rng.choice(np.array(list(SOURCE_SHARES), dtype=object), count, p=list(SOURCE_SHARES.values())),
        np.full(count, NOBODY),
    )  # fmt: skip
    teenager_only = np.isin(
        told.concern.astype(str),
        ("sexual_exploitation", "criminal_exploitation", "self_harm", "substance_misuse"),
    )
    told.concern[teenager_only & (people.age_on(day, child) < 10)] = "neglect"
    school_age = (people.age_on(day, child) >= 4.5) & (people.age_on(day, child) < 17)
    told.source[(told.source == "education") & ~school_age] = "health"
    told = told.only(habits.told(rng, told.source, authority))
    child, authority, count = told.child, told.authority, len(told.day)
    # The noticing agency's own report stands for the incident; social care's contact retells it.
    for agency in SOURCE_SHARES:
        if agency != "social_care":
            own = np.flatnonzero(told.source == agency)
            told.incident[own] = _own_report(world, rng, agency, told, own)
    passed_on = np.flatnonzero((rng.random(count) < REACHES_SOCIAL_CARE) | (told.source == "social_care"))
    kept = told.only(passed_on)
    _low_level(world, rng, children)
    return kept


def _own_report(world: World, rng: np.random.Generator, agency: str, told: Concerns, own: Indices) -> Indices:
    child, day = told.child[own], told.day[own]
    system, kind = {
        "police": ("", "contact"), "education": ("", "school_concern"),
        "health": ("acute", "ed_attendance"), "housing": ("", "antisocial_behaviour"),
    }[agency]  # fmt: skip
    events = world.log.many(
        day, agency=agency, system=system, kind=kind, concern=told.concern[own], severity=told.severity[own],
        minute=rng.integers(420, 1380, len(own)), delay=rng.choice([0, 0, 1, 2], len(own)), authority=told.authority[own],
        address=world.home_of(child, day), outcome="shared with MASH",
        referrer=rng.choice(np.array(["", "", "patrol", "999 call"], dtype=object), len(own)) if agency == "police" else "",
    )  # fmt: skip
    world.log.take_part(events, child, "subject")
    mother, father = world.carers(child)
    if agency != "education":
        world.log.take_part(events, np.where(rng.random(len(own)) < 0.75, mother, NOBODY), "parent_carer")
    if agency == "police":
        world.log.take_part(events, np.where(rng.random(len(own)) < 0.3, father, NOBODY), "parent_carer")
    post = {"education": "designated safeguarding lead", "health": "nurse", "housing": "housing officer"}.get(
        agency
    )
    if post:
        world.log.take_part(events, world.staff.draw(rng, post, told.authority[own]), "professional")
    return events


def _low_level(world: World, rng: np.random.Generator, children: Indices) -> None:
    rate = LOW_LEVEL_SCHOOL_CONCERNS * world.habits.most * (0.4 + 0.6 * world.difficulty[children])
    child, day, authority = world.occurrences(rng, children, rate)
    age = world.people.age_on(day, child)
    at_school = (age >= 4.5) & (age < 17) & (day < WINDOW_TO - 35) & (day > WINDOW_FROM + 3)
    at_school &= world.habits.told(rng, "education", authority)
    child, day, authority = child[at_school], day[at_school], authority[at_school]
    concern = rng.choice(
        np.array(["other", "emotional", "neglect", "mental_health", "parental_conflict"], dtype=object),
        len(child),
    )
    events = world.log.many(
        day, agency="education", kind="school_concern", concern=concern, severity=rng.choice([1, 1, 2], len(child)),
        authority=authority, outcome="monitored in school",
    )  # fmt: skip
    world.log.take_part(events, child, "subject")
    world.log.take_part(
        events, world.staff.draw(rng, "designated safeguarding lead", authority), "professional"
    )
