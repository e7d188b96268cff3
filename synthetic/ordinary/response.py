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
# What partners go on telling of a child whose case is open: contacts too, and no new notifications (DfE). With it a hub hears of
# about 200 contacts per 1,000 children a year, as English hubs do (ADCS Safeguarding Pressures 6: 2.4 million in 2017/18); that
# one partner or another writes once a month is an [assumption].
MESSAGES_A_YEAR_OF_OPEN_CASE = 12.0
MESSAGE_OUTCOMES = ("added to open case", "passed to allocated social worker", "information noted")
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

    def only(self, kept: Flags | Indices) -> "Concerns":
        """The rows chosen."""
        return Concerns(*(getattr(self, name)[kept] for name in Concerns.__slots__))


def joined_concerns(told: list[Concerns]) -> Concerns:
    """Several lots of concerns as one."""
    return Concerns(*(np.concatenate([getattr(part, name) for part in told]) for name in Concerns.__slots__))


def referrers(rng: np.random.Generator, source: Texts) -> Texts:
    """Who told, as free text: an agency's several names, misspellings included."""
    named = np.full(len(source), "", dtype=object)
    for agency, names in SOURCES.items():
        own = np.flatnonzero(source == agency)
        named[own] = rng.choice(np.array(names, dtype=object), len(own))
    return named


@dataclass(slots=True)
class Contacts:
    """Social care's contacts, a row each: the event, whom it is about, when it was opened, and on whose word."""

    event: Indices
    child: Indices
    day: Days
    minute: Indices
    authority: Indices
    concern: Texts
    referrer: Texts


def respond(world: World, siblings: Siblings, rng: np.random.Generator, told: Concerns) -> Contacts:
    """Social care's contacts on what it was told, and what follows from them."""
    count = len(told.day)
    day = told.day + rng.choice([0, 0, 0, 1, 1, 2, 3], count)
    chance = rng.random(count) * np.clip(1.25 - told.severity * 0.14, 0.45, 1.2)
    # Who tells of everything tells of little that must be acted on: about as many referrals come of much as of little.
    chance *= world.habits.of(told.source, told.authority)
    grave = rng.random(count) < 0.1
    initial = np.where(grave, 0, np.where(chance < REFERRAL_SHARE, 1, np.where(chance < 0.6, 2, 3)))
    final = np.clip(initial + rng.choice([0, 0, 0, 0, 1, -1], count), 0, 3)
    is_referral = chance < REFERRAL_SHARE
    course = _draw_course(rng, told, day, np.flatnonzero(is_referral))
    fresh = _nothing_open(world, told, course)
    joined_open = np.zeros(count, dtype=bool)
    joined_open[course.rows[~fresh]] = True
    course = course.only(fresh)
    early_help = chance < REFERRAL_SHARE + EARLY_HELP_SHARE
    outcome = np.select(
        [joined_open, is_referral, early_help],
        ["added to open case", "referral", "early help"],
        "no further action",
    )
    minute = rng.integers(480, 1080, count)
    delay = rng.choice([0, 0, 1], count)
    referrer = referrers(rng, told.source)
    contact = world.log.many(
        day, agency="social_care", kind="contact", concern=told.concern, severity=told.severity, minute=minute,
        delay=delay, status="closed", outcome=outcome.astype(object), rag_initial=RAG[initial],
        rag_final=RAG[final], referrer=referrer, address=world.home_of(told.child, told.day),
        incident=told.incident, authority=told.authority,
    )  # fmt: skip
    together = _list_family(world, rng, siblings, contact, told.child, day)
    _refer(world, rng, told, course, (contact, *together))
    _keep_informed(world, rng, told, course)
    return Contacts(contact, told.child, day, minute, told.authority, told.concern, referrer)


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
class _Course:
    """What becomes of each referral, a row each (``rows``: of the concerns): steps taken, days opened, assessed and closed."""

    rows: Indices
    assessed: Flags
    enquiry: Flags
    protection: Flags
    in_need: Flags
    opened: Days
    length: Days
    closed: Days

    def only(self, kept: Flags) -> "_Course":
        """The rows for which ``kept`` holds."""
        return _Course(*(getattr(self, name)[kept] for name in _Course.__slots__))


def _draw_course(rng: np.random.Generator, told: Concerns, day: Days, rows: Indices) -> _Course:
    count = len(rows)
    assessed = rng.random(count) < ASSESSMENT_SHARE
    enquiry = assessed & (rng.random(count) < ENQUIRY_SHARE * (0.6 + 0.2 * told.severity[rows]))
    protection = enquiry & (rng.random(count) < PROTECTION_PLAN_OF_ENQUIRIES)
    in_need = assessed & ~protection & (rng.random(count) < CHILD_IN_NEED_SHARE)
    opened = day[rows] + rng.choice([0, 0, 1], count)
    length = np.where(assessed, rng.integers(20, 63, count), rng.integers(1, 12, count))
    plan = np.where(
        protection, rng.integers(120, 460, count), np.where(in_need, rng.integers(60, 260, count), 0)
    )
    return _Course(rows, assessed, enquiry, protection, in_need, opened, length, opened + length + plan)


def _nothing_open(world: World, told: Concerns, course: _Course) -> Flags:
    """Whether the family had no open case as each referral came: otherwise it joins that case and is none."""
    child = told.child[course.rows]
    mother = world.people.mother[child]
    family = np.where(mother == NOBODY, child, mother)
    fresh = np.ones(len(child), dtype=bool)
    open_until: dict[int, int] = {}
    order = np.lexsort((course.rows, course.opened))
    opened, closed = course.opened.tolist(), course.closed.tolist()
    # Few rows: the referrals alone, in the order of their days.
    for row in order.tolist():
        if opened[row] <= open_until.get(int(family[row]), -1):
            fresh[row] = False
        else:
            open_until[int(family[row])] = closed[row]
    return fresh


def _refer(
    world: World,
    rng: np.random.Generator,
    told: Concerns,
    course: _Course,
    listed: tuple[Indices, Indices, Indices],
) -> None:
    """``listed``: all contacts, and (row, sibling) pairs of the concerns."""
    contact, row, sibling = listed
    referred, opened, length, closed = course.rows, course.opened, course.length, course.closed
    assessed, enquiry, protection, in_need = (
        course.assessed,
        course.enquiry,
        course.protection,
        course.in_need,
    )
    count = len(referred)
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
    numbers = np.full(len(told.day), NOBODY)
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
        world.log.take_part(numbers[row], sibling, "subject")
        mother = world.people.mother[told.child[referred[kept]]]
        world.log.take_part(events, mother, "parent_carer")
        workers = world.staff.draw(rng, "social worker", authority[kept])
        world.log.take_part(events, workers, "professional")


def _keep_informed(world: World, rng: np.random.Generator, told: Concerns, course: _Course) -> None:
    """What partners tell of the child from a week after the referral until the case is closed."""
    first, last = course.opened + 7, np.minimum(course.closed, WINDOW_TO)
    years = np.maximum(last - first, 0) / 365.25
    sources = np.array(["police", "education", "health", "housing"], dtype=object)
    row = np.repeat(course.rows, rng.poisson(years * MESSAGES_A_YEAR_OF_OPEN_CASE * world.habits.most))
    place = np.searchsorted(course.rows, row)
    day = first[place] + (rng.random(len(row)) * (last - first)[place]).astype(np.int64)
    source, authority = rng.choice(sources, len(row), p=[0.35, 0.3, 0.28, 0.07]), told.authority[row]
    sent = world.habits.told(rng, source, authority)
    row, day, source, authority = row[sent], day[sent], source[sent], authority[sent]
    count = len(row)
    events = world.log.many(
        day, agency="social_care", kind="contact", concern=told.concern[row], severity=rng.choice([1, 1, 2, 2, 3], count),
        minute=rng.integers(480, 1080, count), delay=rng.choice([0, 0, 1], count), status="closed",
        outcome=rng.choice(np.array(MESSAGE_OUTCOMES, dtype=object), count), rag_initial="green", rag_final="green",
        referrer=referrers(rng, source), address=world.home_of(told.child[row], day), authority=authority,
    )  # fmt: skip
    world.log.take_part(events, told.child[row], "subject")
    mother = world.people.mother[told.child[row]]
    world.log.take_part(events, np.where(rng.random(count) < 0.7, mother, NOBODY), "parent_carer")


def _outcomes(kind: str, assessed: Flags, protection: Flags, in_need: Flags) -> Texts:
    after = np.where(
        protection, "child protection plan", np.where(in_need, "child in need plan", "no further action")
    )
    if kind == "referral":
        after = np.where(assessed, "assessment", "no further action")
    if kind == "strategy_discussion":
        after = np.full(len(after), "section 47 enquiry")
    return after.astype(object)
