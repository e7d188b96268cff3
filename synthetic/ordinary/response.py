"""What children's social care does with what it is told: contact, referral, assessment, enquiry, plan."""

from dataclasses import dataclass

import numpy as np

from synthetic.options import NOBODY, WINDOW_TO, Days, Flags, Indices, Texts
from synthetic.world import Siblings, World

# Contact to referral: one in three; referral to section 47: DfE Characteristics of children in need 2024 (about 225,000
# enquiries on 620,000 referrals); plans after enquiries likewise. Days of each step: statutory limits (45 working days).
REFERRAL_SHARE = 0.34
EARLY_HELP_SHARE = 0.12
ASSESSMENT_SHARE = 0.88
ENQUIRY_SHARE = 0.34
CHILD_IN_NEED_SHARE = 0.24
PROTECTION_PLAN_OF_ENQUIRIES = 0.32
SIBLING_SHARE = 0.62
RAG = np.array(["red", "amber", "green", "blue"], dtype=object)
SOURCES = {
    "police": ("Police", "police - PPN", "Met Police PPU", "Polcie"),
    "education": ("School", "Primary school DSL", "education", "Sch00l"),
    "health": ("Hospital A&E", "Health visitor", "GP", "Midwife", "NHS - ED"),
    "housing": ("Housing dept", "Housing officer", "Housing Assoc."),
    "social_care": ("Member of public", "Anonymous", "Family member", "NSPCC", "Neighbour", "Other LA"),
}


@dataclass(slots=True)
class Concerns:
    """Concerns that agencies raise, a row each: about a child, on a day, by ``source``, as part of an incident."""

    child: Indices
    day: Days
    authority: Indices
    concern: Texts
    severity: Indices
    source: Texts
    incident: Indices


def referrers(rng: np.random.Generator, source: Texts) -> Texts:
    """Who told, as free text: an agency's several names, misspellings included."""
    named = np.full(len(source), "", dtype=object)
    for agency, names in SOURCES.items():
        own = np.flatnonzero(source == agency)
        named[own] = rng.choice(np.array(names, dtype=object), len(own))
    return named


def respond(world: World, siblings: Siblings, rng: np.random.Generator, told: Concerns) -> None:
    """Social care's contacts on what it was told, and what follows from them."""
    count = len(told.day)
    day = told.day + rng.choice([0, 0, 0, 1, 1, 2, 3], count)
    chance = rng.random(count) * np.clip(1.25 - told.severity * 0.14, 0.45, 1.2)
    grave = rng.random(count) < 0.1
    initial = np.where(grave, 0, np.where(chance < REFERRAL_SHARE, 1, np.where(chance < 0.6, 2, 3)))
    final = np.clip(initial + rng.choice([0, 0, 0, 0, 1, -1], count), 0, 3)
    is_referral = chance < REFERRAL_SHARE
    outcome = np.where(
        is_referral,
        "referral",
        np.where(chance < REFERRAL_SHARE + EARLY_HELP_SHARE, "early help", "no further action"),
    )
    contact = world.log.many(
        day, agency="social_care", kind="contact", concern=told.concern, severity=told.severity, minute=rng.integers(480, 1080, count),
        delay=rng.choice([0, 0, 1], count), status="closed", outcome=outcome.astype(object), rag_initial=RAG[initial],
        rag_final=RAG[final], referrer=referrers(rng, told.source), address=world.home_of(told.child, told.day),
        incident=told.incident, authority=told.authority,
    )  # fmt: skip
    together = _list_family(world, rng, siblings, contact, told.child, day)
    referred = np.flatnonzero(is_referral)
    _refer(world, rng, told, _Referred(referred, contact, day, together))


def _list_family(
    world: World, rng: np.random.Generator, siblings: Siblings, events: Indices, child: Indices, day: Days
) -> tuple[Indices, Indices]:
    """The child, brothers and sisters and carers of each event; returns the (row, sibling) pairs taken in."""
    people = world.people
    world.log.take_part(events, child, "subject")
    row, sibling = siblings.others(people, child)
    age = people.age_on(day[row], sibling)
    with_them = (rng.random(len(events)) < SIBLING_SHARE)[row] & (age >= 0) & (age < 18)
    row, sibling = row[with_them], sibling[with_them]
    world.log.take_part(events[row], sibling, "subject")
    for parent, share in zip(world.carers(child), (0.82, 0.5), strict=True):
        listed = (parent != NOBODY) & (rng.random(len(events)) < share)
        world.log.take_part(events[listed], parent[listed], "parent_carer")
    return row, sibling


@dataclass(frozen=True, slots=True)
class _Referred:
    """Rows of the concerns that become referrals, with all contacts, their days, and (row, sibling) pairs."""

    rows: Indices
    contact: Indices
    day: Days
    together: tuple[Indices, Indices]


def _refer(world: World, rng: np.random.Generator, told: Concerns, about: _Referred) -> None:
    referred, contact, day = about.rows, about.contact, about.day
    count = len(referred)
    assessed = rng.random(count) < ASSESSMENT_SHARE
    enquiry = assessed & (rng.random(count) < ENQUIRY_SHARE * (0.6 + 0.2 * told.severity[referred]))
    protection = enquiry & (rng.random(count) < PROTECTION_PLAN_OF_ENQUIRIES)
    in_need = assessed & ~protection & (rng.random(count) < CHILD_IN_NEED_SHARE)
    opened = day[referred] + rng.choice([0, 0, 1], count)
    length = np.where(assessed, rng.integers(20, 63, count), rng.integers(1, 12, count))
    plan_length = np.where(
        protection, rng.integers(120, 460, count), np.where(in_need, rng.integers(60, 260, count), 0)
    )
    closed = opened + length + plan_length
    # The contact retells the happening; what follows are steps of the work, each its own.
    concern, authority = told.concern[referred], told.authority[referred]
    steps: list[tuple[str, str, Indices, Days, Days]] = [
        ("referral", "", np.arange(count), opened, closed),
        ("assessment", "", np.flatnonzero(assessed), opened + 1, opened + length),
        ("strategy_discussion", "", np.flatnonzero(enquiry), opened + rng.integers(0, 4, count), opened + 4),
        ("s47_enquiry", "", np.flatnonzero(enquiry), opened + rng.integers(1, 5, count), opened + 15),
        ("plan", "cp", np.flatnonzero(protection), opened + length, closed),
        ("plan", "cin", np.flatnonzero(in_need), opened + length, closed),
    ]
    numbers = np.full(len(day), NOBODY)
    for kind, plan_kind, rows, begins, ends in steps:
        kept = rows[begins[rows] <= WINDOW_TO]
        over = ends[kept] <= WINDOW_TO
        events = world.log.many(
            begins[kept], agency="social_care", kind=kind, plan_kind=plan_kind, concern=concern[kept],
            severity=told.severity[referred][kept], ended=np.where(over, ends[kept], NOBODY), delay=rng.choice([0, 0, 1, 2], len(kept)),
            status=np.where(over, "closed", "open").astype(object), related=contact[referred[kept]],
            outcome=_outcomes(kind, assessed[kept], protection[kept], in_need[kept]), authority=authority[kept],
        )  # fmt: skip
        numbers[:] = NOBODY
        numbers[referred[kept]] = events
        world.log.take_part(events, told.child[referred[kept]], "subject")
        row, sibling = about.together
        world.log.take_part(numbers[row], sibling, "subject")
        mother = world.people.mother[told.child[referred[kept]]]
        world.log.take_part(events, mother, "parent_carer")
        workers = world.staff.draw(rng, "social worker", authority[kept])
        world.log.take_part(events, workers, "professional")


def _outcomes(kind: str, assessed: Flags, protection: Flags, in_need: Flags) -> Texts:
    after = np.where(
        protection, "child protection plan", np.where(in_need, "child in need plan", "no further action")
    )
    if kind == "referral":
        after = np.where(assessed, "assessment", "no further action")
    if kind == "strategy_discussion":
        after = np.full(len(after), "section 47 enquiry")
    return after.astype(object)
