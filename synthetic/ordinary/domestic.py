"""Domestic abuse: pairs, most of them once, a few again and again; who sees it, and MARAC."""

import numpy as np
from numpy.typing import NDArray

from synthetic.options import NOBODY, WINDOW_FROM, WINDOW_TO, Days, Indices, Texts
from synthetic.ordinary.response import Concerns
from synthetic.population import FEMALE, PARTNER
from synthetic.world import Siblings, World

# ONS: 1.3 million domestic abuse incidents and crimes recorded a year in England and Wales, 22 per 1,000 people. Those
# with both people named and of the same household or former partners are taken as a half [assumption].
PAIRS_PER_PERSON = 0.021  # over the three years
# Bland and Ariel: 76% of pairs never repeat; a few of the second incidents fall after the window or a move.
INCIDENT_COUNTS = {1: 0.715, 2: 0.155, 3: 0.065, 4: 0.03, 5: 0.015, 6: 0.02}
VICTIM_IS_WOMAN = 0.74  # ONS, victims of domestic abuse-related crimes
GAP_DAYS = 170  # mean days between incidents of one pair [assumption]
OFFENCES = {
    1: ("Domestic incident - no crime", "Verbal argument"), 2: ("Harassment", "Criminal damage", "Malicious communications"),
    3: ("Common assault", "Assault without injury", "Breach of non-molestation order"),
    4: ("Assault occasioning actual bodily harm", "Controlling or coercive behaviour", "Threats to kill", "Stalking"),
    5: ("Intentional strangulation", "Grievous bodily harm", "Rape"),
}  # fmt: skip
SEVERITY_SHARES = (0.46, 0.22, 0.20, 0.09, 0.03)


def domestic_offences(rng: np.random.Generator, severity: Indices) -> Texts:
    """An offence for each severity, 1 to 5."""
    offence = np.full(len(severity), "", dtype=object)
    for level, names in OFFENCES.items():
        own = np.flatnonzero(severity == level)
        offence[own] = rng.choice(np.array(names, dtype=object), len(own))
    return offence


def ordinary_domestic_abuse(world: World, siblings: Siblings) -> Concerns:
    """Incidents of pairs, police first; the hospital, and MARAC where it is grave; returns what social care is told of."""
    rng = world.streams.stream("domestic")
    one, other = _pairs(world)
    weight = world.difficulty[one] + 0.08
    chosen = np.sort(
        rng.choice(
            len(one),
            size=min(int(PAIRS_PER_PERSON * len(world.people)), len(one)),
            replace=False,
            p=weight / weight.sum(),
        )
    )
    one, other = one[chosen], other[chosen]
    woman_first = world.people.sex[one] == FEMALE
    woman, man = np.where(woman_first, one, other), np.where(woman_first, other, one)
    woman_is_victim = rng.random(len(one)) < VICTIM_IS_WOMAN
    victim, suspect = np.where(woman_is_victim, woman, man), np.where(woman_is_victim, man, woman)
    counts = rng.choice(list(INCIDENT_COUNTS), size=len(one), p=list(INCIDENT_COUNTS.values()))
    counts = np.where(counts == 6, 5 + rng.geometric(0.45, len(one)), counts)
    pair = np.repeat(np.arange(len(one)), counts)
    order = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    gap = np.where(
        order == 0, rng.uniform(0, WINDOW_TO - WINDOW_FROM, len(pair)), rng.exponential(GAP_DAYS, len(pair))
    )
    start = np.repeat(np.cumsum(np.r_[0, counts[:-1]]), counts)
    cumulated = np.cumsum(gap)
    since = cumulated - np.where(start > 0, cumulated[np.maximum(start - 1, 0)], 0)
    day = WINDOW_FROM + since.astype(np.int64)
    authority = world.residences.authority_of(victim[pair], day)
    here = (day < WINDOW_TO - 3) & (authority < 3) & (world.people.age_on(day, suspect[pair]) >= 16)
    here &= (world.people.age_on(day, victim[pair]) >= 16) & (world.people.died[victim[pair]] > day)
    pair, order, day, authority = pair[here], order[here], day[here], authority[here]
    severity = rng.choice([1, 2, 3, 4, 5], len(pair), p=SEVERITY_SHARES).astype(np.int64)
    return _report(world, siblings, rng, (victim[pair], suspect[pair], day, authority, severity))


def _pairs(world: World) -> tuple[Indices, Indices]:
    """Couples of one household, and parents of a child who do not live together."""
    people = world.people
    partners = np.flatnonzero(people.place_in_household == PARTNER)
    head_of = np.full(int(people.household.max()) + 1, NOBODY)
    heads = np.flatnonzero(people.place_in_household == 0)
    head_of[people.household[heads]] = heads
    parted = np.unique(np.stack([people.mother, people.father], axis=1), axis=0)
    parted = parted[(parted >= 0).all(axis=1)]
    parted = parted[people.household[parted[:, 0]] != people.household[parted[:, 1]]]
    one = np.r_[head_of[people.household[partners]], parted[:, 0]]
    other = np.r_[partners, parted[:, 1]]
    adult = (people.age_on(WINDOW_FROM, one) > 15) & (people.age_on(WINDOW_FROM, other) > 15)
    return one[adult], other[adult]


Incidents = tuple[Indices, Indices, Days, Indices, Indices]


def _report(world: World, siblings: Siblings, rng: np.random.Generator, incidents: Incidents) -> Concerns:
    """Each incident (victim, suspect, day, authority, severity) as police, hospital and MARAC have it, and what social care hears."""
    victim, suspect, day, authority, severity = incidents
    count = len(day)
    place = world.home_of(victim, day)
    crime = severity >= 2
    events = world.log.many(
        day, agency="police", kind="incident", concern="domestic_abuse", severity=severity, offence=domestic_offences(rng, severity),
        minute=(rng.integers(1000, 1640, count)) % 1440, delay=rng.choice([0, 0, 0, 1], count), authority=authority, address=place,
        outcome=np.where(crime, rng.choice(np.array(["arrest", "voluntary attendance", "evidential difficulties", "victim declines"], dtype=object), count), "no crime"),
        referrer=rng.choice(np.array(["999 call", "victim", "neighbour", "third party"], dtype=object), count),
    )  # fmt: skip
    world.log.take_part(events, victim, "victim")
    # Bare first reports name the victim alone at times.
    world.log.take_part(events, np.where(rng.random(count) < 0.94, suspect, NOBODY), "suspect")
    told = _children_present(world, siblings, rng, events, incidents)
    injured = np.flatnonzero((severity >= 3) & (rng.random(count) < 0.12 * severity))
    hospital = world.log.many(
        day[injured] + rng.choice([0, 0, 1], len(injured)), agency="health", system="acute", kind="ed_attendance",
        concern=np.where(rng.random(len(injured)) < 0.8, "domestic_abuse", "").astype(object), severity=np.minimum(severity[injured], 5),
        minute=rng.integers(0, 1440, len(injured)), authority=authority[injured], offence="Assault - alleged", outcome="discharged",
        incident=events[injured],
    )  # fmt: skip
    world.log.take_part(hospital, victim[injured], "victim")
    world.log.take_part(
        hospital, np.where(rng.random(len(injured)) < 0.25, suspect[injured], NOBODY), "suspect"
    )
    arrested = np.flatnonzero(crime & (rng.random(count) < 0.3))
    custody = world.log.many(
        day[arrested] + rng.choice([0, 0, 1], len(arrested)), agency="police", kind="custody", concern="domestic_abuse", authority=authority[arrested],
        severity=severity[arrested], offence=domestic_offences(rng, severity[arrested]), minute=rng.integers(0, 1440, len(arrested)), outcome="bailed",
    )  # fmt: skip
    world.log.take_part(custody, suspect[arrested], "suspect")
    _marac(world, rng, incidents)
    return told


def _children_present(
    world: World, siblings: Siblings, rng: np.random.Generator, events: Indices, incidents: Incidents
) -> Concerns:
    """A child of the victim's home makes it a notification to social care, and often a witness."""
    victim, _, day, authority, severity = incidents
    people = world.people
    eldest = siblings.first[victim]
    has = siblings.first[victim + 1] > eldest
    child = np.where(has, siblings.ordered[np.minimum(eldest, len(siblings.ordered) - 1)], NOBODY)
    age = people.age_on(day, child)
    # The eldest may have grown up: then the youngest stands for the children.
    youngest = siblings.ordered[np.maximum(siblings.first[victim + 1] - 1, 0)]
    child = np.where(has & (age >= 18), youngest, child)
    age = people.age_on(day, child)
    passes_on = np.minimum(0.62 * world.habits.of("police", authority), 0.95)
    present = np.flatnonzero((child != NOBODY) & (age >= 0) & (age < 18) & (rng.random(len(day)) < passes_on))
    witness = present[rng.random(len(present)) < 0.4]
    world.log.take_part(events[witness], child[witness], "witness")
    return Concerns(
        child[present], day[present], authority[present], np.full(len(present), "domestic_abuse", dtype=object),
        severity[present], np.full(len(present), "police", dtype=object), events[present],
    )  # fmt: skip


def _marac(world: World, rng: np.random.Generator, incidents: Incidents) -> None:
    """High risk goes to MARAC; SafeLives counts about 40 cases a year per 10,000 women, a third of them repeats."""
    victim, suspect, day, authority, severity = incidents
    high: NDArray[np.bool_] = rng.random(len(day)) < np.array([0, 0.01, 0.05, 0.12, 0.45, 0.75])[severity]
    chosen = np.flatnonzero(high & (day < WINDOW_TO - 20))
    referral = world.log.many(
        day[chosen] + rng.integers(1, 12, len(chosen)), agency="social_care", kind="marac_referral", concern="domestic_abuse",
        severity=np.maximum(severity[chosen], 3), authority=authority[chosen], related=NOBODY, status="heard", outcome="actions agreed",
        referrer=rng.choice(np.array(["Police", "IDVA", "Police DA unit", "Health", "Housing"], dtype=object), len(chosen)),
    )  # fmt: skip
    world.log.take_part(referral, victim[chosen], "victim")
    world.log.take_part(referral, suspect[chosen], "suspect")
