"""What health sees: emergency attendances, admissions, missed appointments, bookings, clinics, GP registrations."""

import numpy as np

from synthetic.options import ELSEWHERE, NOBODY, WINDOW_FROM, WINDOW_TO, Indices
from synthetic.world import World

# NHS England: about 440 attendances per 1,000 people a year; a hub's extract holds all children's, and of adults'
# those with a safeguarding, alcohol, assault or mental health flag [assumption: one in nine].
CHILD_ATTENDANCES, ADULT_ATTENDANCES = 0.36, 0.045
CHILD_ADMISSIONS, ADULT_ADMISSIONS = 0.05, 0.012
NOT_BROUGHT, CLINICS = 0.07, 0.05  # a child a year [assumption]
SEXUAL_HEALTH, MENTAL_HEALTH = (
    0.055,
    0.045,
)  # a person of 15-45, of 12 and over, a year; UKHSA and NHS England, rounded
COMPLAINTS_CHILD = (
    "Fall",
    "Fever",
    "Head injury",
    "Burn",
    "Fracture",
    "Wheeze",
    "Abdominal pain",
    "Ingestion",
    "Sports injury",
    "Rash",
)
COMPLAINTS_ADULT = (
    "Alcohol",
    "Overdose",
    "Assault - alleged",
    "Laceration",
    "Chest pain",
    "Collapse",
    "Low mood",
)


def ordinary_health(world: World) -> None:
    """Everything health, one kind after another."""
    _hospital(world)
    _maternity(world)
    _confidential_clinics(world)
    _registrations(world)


def _hospital(world: World) -> None:
    rng = world.streams.stream("hospital")
    child_age = world.people.age_on(WINDOW_TO)
    young = np.flatnonzero(child_age < 21)
    old = np.flatnonzero(child_age >= 18)
    for who, kind, rate, is_child in (
        (young, "ed_attendance", CHILD_ATTENDANCES, True), (old, "ed_attendance", ADULT_ATTENDANCES, False),
        (young, "admission", CHILD_ADMISSIONS, True), (old, "admission", ADULT_ADMISSIONS, False),
        (young, "missed_appointment", NOT_BROUGHT, True), (young, "clinic_attendance", CLINICS, True),
    ):  # fmt: skip
        spread = rng.gamma(1.2, 1 / 1.2, len(world.people)) * (0.85 + 0.15 * world.difficulty)
        patient, day, authority = world.occurrences(rng, who, rate * spread[who])
        age = world.people.age_on(day, patient)
        keep = (age < 18) == is_child
        patient, day, authority = patient[keep], day[keep], authority[keep]
        count = len(patient)
        complaint = rng.choice(
            np.array(COMPLAINTS_CHILD if is_child else COMPLAINTS_ADULT, dtype=object), count
        )
        stay = rng.geometric(0.4, count) if kind == "admission" else np.full(count, NOBODY)
        events = world.log.many(
            day, agency="health", system="acute", kind=kind, severity=rng.choice([1, 2, 2, 3, 4], count), offence=complaint, minute=rng.integers(0, 1440, count),
            ended=np.where(stay >= 0, day + stay, NOBODY), authority=authority, outcome=rng.choice(np.array(["discharged", "GP follow-up", "admitted"], dtype=object), count, p=[0.7, 0.2, 0.1]),
        )  # fmt: skip
        world.log.take_part(events, patient, "subject")
        if is_child:
            mother, father = world.carers(patient)
            companion = np.where(rng.random(count) < 0.75, mother, father)
            world.log.take_part(events, np.where(rng.random(count) < 0.5, companion, NOBODY), "parent_carer")
        post = "consultant" if kind in {"admission", "clinic_attendance"} else "nurse"
        world.log.take_part(events, world.staff.draw(rng, post, authority), "professional")


def _maternity(world: World) -> None:
    rng = world.streams.stream("maternity")
    people = world.people
    born = people.born + rng.integers(-15, 16, len(people))
    babies = np.flatnonzero((born - 205 > WINDOW_FROM) & (people.mother != NOBODY))
    # One booking a pregnancy: the first twin stands for both.
    _, first = np.unique(
        np.stack([people.mother[babies], people.born[babies]], axis=1), axis=0, return_index=True
    )
    babies = babies[np.sort(first)]
    day = born[babies] - 205
    mother = people.mother[babies]
    authority = world.residences.authority_of(mother, day)
    here = (authority != ELSEWHERE) & (day < WINDOW_TO)
    mother, day, authority = mother[here], day[here], authority[here]
    events = world.log.many(
        day,
        agency="health",
        system="acute",
        kind="midwifery_booking",
        offence="Booking appointment",
        minute=600,
        authority=authority,
        outcome="booked",
    )
    world.log.take_part(events, mother, "subject")
    world.log.take_part(events, world.staff.draw(rng, "midwife", authority), "professional")


def _confidential_clinics(world: World) -> None:
    rng = world.streams.stream("clinics")
    age = world.people.age_on(WINDOW_TO - 540)
    for who, system, rate, reasons in (
        (
            np.flatnonzero((age > 15) & (age < 46)),
            "sexual_health",
            SEXUAL_HEALTH,
            ("Screening", "Contraception", "Emergency contraception", "Treatment"),
        ),
        (
            np.flatnonzero((age > 12) & (age < 85)),
            "mental_health",
            MENTAL_HEALTH,
            ("Anxiety", "Low mood", "Self-harm", "Medication review"),
        ),
    ):
        spread = rng.gamma(0.4, 2.5, len(who)) * (0.6 + 0.4 * world.difficulty[who])
        patient, day, authority = world.occurrences(rng, who, rate * spread)
        keep = world.people.age_on(day, patient) >= (13 if system == "sexual_health" else 10)
        patient, day, authority = patient[keep], day[keep], authority[keep]
        missed = (rng.random(len(patient)) < 0.14) & (system == "mental_health")
        reason = rng.choice(np.array(reasons, dtype=object), len(patient))
        events = world.log.many(
            day, agency="health", system=system, kind=np.where(missed, "missed_appointment", "clinic_attendance").astype(object), offence=reason,
            concern=np.where((reason == "Self-harm") & ~missed, "self_harm", np.where(system == "mental_health", "mental_health", "")).astype(object),
            minute=rng.integers(540, 1020, len(patient)), authority=authority,
        )  # fmt: skip
        world.log.take_part(events, patient, "subject")
        world.log.take_part(events, world.staff.draw(rng, "nurse", authority), "professional")


def _registrations(world: World) -> None:
    """Families register where they move to, mostly within weeks; the practice left behind learns of it later."""
    rng = world.streams.stream("registrations")
    residences = world.residences
    main = np.flatnonzero(
        ~residences.secondary & (residences.begins > WINDOW_FROM - 30) & (residences.begins < WINDOW_TO)
    )
    person, begins, authority = residences.person[main], residences.begins[main], residences.authority[main]
    before = residences.authority_of(person, begins - 1)
    before = np.where(world.people.born[person] >= begins, ELSEWHERE, before)
    crossed = before != authority
    # One decision a household: a family registers together, or not.
    late = _household_delay(rng, residences.household[main], begins)
    free = ~world.told[person]
    here = np.flatnonzero(
        free & (authority != ELSEWHERE) & (crossed | (rng.random(len(main)) < 0.25)) & (late < 900)
    )
    _write_registrations(world, rng, person[here], begins[here] + late[here], authority[here])
    left = np.flatnonzero(free & (before != ELSEWHERE) & crossed)
    told = left[rng.random(len(left)) < 0.88]
    day = np.maximum(begins[told], WINDOW_FROM) + np.minimum(late[told], 80) + rng.integers(3, 40, len(told))
    keep = (day < WINDOW_TO) & (world.people.died[person[told]] > day)
    deducted = world.log.many(
        day[keep], agency="health", system="gp", kind="gp_deregistration", authority=before[told][keep],
        outcome=np.where(authority[told][keep] == ELSEWHERE, "left area", "registered elsewhere").astype(object),
    )  # fmt: skip
    world.log.take_part(deducted, person[told][keep], "subject")


def _household_delay(rng: np.random.Generator, household: Indices, begins: Indices) -> Indices:
    keys = household * 100_000 + begins
    _, inverse = np.unique(keys, return_inverse=True)
    groups = int(inverse.max(initial=0)) + 1
    delay = rng.exponential(32, groups).astype(np.int64) + 2
    delay[rng.random(groups) < 0.05] = 1000  # never registered where they live
    return np.asarray(delay[inverse], dtype=np.int64)


def _write_registrations(
    world: World, rng: np.random.Generator, person: Indices, day: Indices, authority: Indices
) -> None:
    keep = (day >= WINDOW_FROM) & (day < WINDOW_TO) & (world.people.died[person] > day)
    keep &= world.residences.authority_of(person, day) == authority
    events = world.log.many(
        day[keep],
        agency="health",
        system="gp",
        kind="gp_registration",
        authority=authority[keep],
        outcome="new patient",
    )
    world.log.take_part(events, person[keep], "subject")
    world.log.take_part(events, world.staff.draw(rng, "GP", authority[keep]), "professional")
