"""Police work that is not about a couple: crime with its suspects and victims, the missing, intelligence."""

import numpy as np
from numpy.typing import NDArray

from synthetic.options import NOBODY, WINDOW_TO, Days, Indices, Texts
from synthetic.population import CHILD, MALE
from synthetic.world import World

# Police recorded crime is 90 per 1,000 people a year (ONS); with a named person on the record in a hub's extract,
# and without shoplifting and vehicle crime, a fifth is taken [assumption].
CRIMES_A_YEAR = 0.018
CRIME_SHARES = {
    ("violence", "Common assault", 2): 0.26, ("violence", "Assault occasioning actual bodily harm", 3): 0.12,
    ("violence", "Robbery", 4): 0.05, ("violence", "Wounding with intent", 5): 0.012, ("drugs_supply", "Possession with intent to supply", 3): 0.05,
    ("substance_misuse", "Possession of controlled drug", 1): 0.10, ("weapons", "Possession of bladed article", 3): 0.05,
    ("other", "Theft", 1): 0.16, ("other", "Burglary", 2): 0.07, ("other", "Criminal damage", 1): 0.10,
    ("sexual", "Sexual assault", 4): 0.028,
}  # fmt: skip
CO_OFFENDING = (
    0.22  # of crimes with a suspect; Home Office research puts group offending near a fifth to a third
)
CHILDREN_WHO_GO_MISSING = 0.018  # of those 10-17 over the window; NCA missing persons statistics, rounded
INTELLIGENCE_A_YEAR = 0.006  # [assumption]
ANTISOCIAL_A_YEAR = (
    0.006  # a million incidents a year recorded (ONS), a third with a named person [assumption]
)
CRIME_CHILD_NOTE = 0.25  # of suspects under 18 who become a police notification [assumption]


def neighbours_of_age(rng: np.random.Generator, world: World, person: Indices) -> Indices:
    """For each person somebody of the same authority and about the same age: friends, mates, classmates."""
    everyone = world.everyone()
    authority = world.residences.authority_of(everyone, WINDOW_TO - 500)
    order = np.lexsort((everyone, world.people.born // 400, world.people.sex, authority))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    shift = rng.integers(1, 13, len(person)) * rng.choice([-1, 1], len(person))
    return np.asarray(order[np.clip(place[person] + shift, 0, len(order) - 1)], dtype=np.int64)


def _offender_weight(world: World) -> NDArray[np.float64]:
    """Age-crime curve: men of 15 to 30 most (Ministry of Justice, offenders by age)."""
    age = world.people.age_on(WINDOW_TO - 540)
    by_age = np.interp(age, [9.5, 12, 17, 22, 30, 45, 65, 80], [0.0, 0.5, 2.6, 2.4, 1.7, 0.9, 0.2, 0.0])
    return np.asarray(
        by_age * np.where(world.people.sex == MALE, 1.6, 0.4) * (0.35 + 0.65 * world.difficulty)
    )


def ordinary_crime(world: World) -> None:
    """Crimes with suspects and victims, custody, and a notification where a suspect is a child."""
    rng = world.streams.stream("crime")
    weight = _offender_weight(world)
    suspect, day, authority = world.occurrences(
        rng, world.everyone(), CRIMES_A_YEAR * weight / max(weight.mean(), 1e-9) * 0.8
    )
    age = world.people.age_on(day, suspect)
    keep = age >= 10
    suspect, day, authority = suspect[keep], day[keep], authority[keep]
    count = len(suspect)
    kinds = list(CRIME_SHARES)
    drawn = rng.choice(
        len(kinds), count, p=np.array(list(CRIME_SHARES.values())) / sum(CRIME_SHARES.values())
    )
    concern, offence = (np.array([kind[i] for kind in kinds], dtype=object)[drawn] for i in range(2))
    severity = np.array([kind[2] for kind in kinds])[drawn]
    anywhere = rng.integers(0, len(world.addresses), count)
    place = np.where(rng.random(count) < 0.3, world.home_of(suspect, day), anywhere)
    events = world.log.many(
        day, agency="police", kind="incident", concern=concern, severity=severity, offence=offence, minute=rng.integers(0, 1440, count),
        delay=rng.choice([0, 0, 1, 3], count), authority=authority, address=place, referrer=rng.choice(np.array(["999 call", "patrol", "victim", "store"], dtype=object), count),
        outcome=rng.choice(np.array(["charged", "community resolution", "evidential difficulties", "no suspect proceeded against"], dtype=object), count),
    )  # fmt: skip
    world.log.take_part(events, suspect, "suspect")
    mate = neighbours_of_age(rng, world, suspect)
    old_enough = world.people.age_on(day, mate) >= 10
    together = (rng.random(count) < CO_OFFENDING) & old_enough
    world.log.take_part(events, np.where(together, mate, NOBODY), "suspect")
    personal = np.isin(concern.astype(str), ("violence", "sexual")) | (offence == "Burglary")
    victim = neighbours_of_age(rng, world, rng.permutation(suspect))
    world.log.take_part(
        events, np.where(personal & (victim != suspect) & (victim != mate), victim, NOBODY), "victim"
    )
    witness = rng.integers(0, len(world.people), count)
    seen = (
        (rng.random(count) < 0.15)
        & (world.people.age_on(day, witness) > 8)
        & (world.residences.authority_of(witness, day) == authority)
    )
    world.log.take_part(events, np.where(seen & (witness != suspect), witness, NOBODY), "witness")
    _after_crime(world, rng, suspect, (events, day, authority, severity), concern)


def _after_crime(
    world: World,
    rng: np.random.Generator,
    suspect: Indices,
    crime: tuple[Indices, Days, Indices, Indices],
    concern: Texts,
) -> None:
    events, day, authority, severity = crime
    age = world.people.age_on(day, suspect)
    held = np.flatnonzero((rng.random(len(day)) < 0.2 + 0.1 * severity) & (age >= 10))
    custody = world.log.many(
        day[held] + rng.choice([0, 0, 0, 1], len(held)), agency="police", kind="custody", concern=concern[held], severity=severity[held],
        minute=rng.integers(0, 1440, len(held)), authority=authority[held], outcome="released under investigation",
    )  # fmt: skip
    world.log.take_part(custody, suspect[held], "suspect")
    noted = np.flatnonzero((age < 18) & (rng.random(len(day)) < CRIME_CHILD_NOTE))
    note = world.log.many(
        day[noted], agency="police", kind="contact", concern=concern[noted], severity=np.maximum(severity[noted] - 1, 1),
        minute=rng.integers(420, 1380, len(noted)), delay=rng.choice([0, 1, 2], len(noted)), authority=authority[noted], outcome="shared with MASH",
        incident=events[noted],
    )  # fmt: skip
    world.log.take_part(note, suspect[noted], "suspect")
    ordered = np.flatnonzero((severity >= 3) & (rng.random(len(day)) < 0.08) & (day < WINDOW_TO - 120))
    order = world.log.many(
        day[ordered] + rng.integers(40, 110, len(ordered)), agency="police", kind="order", concern=concern[ordered], authority=authority[ordered],
        outcome="community order",
    )  # fmt: skip
    world.log.take_part(order, suspect[ordered], "offender")


def ordinary_missing(world: World) -> None:
    """Children who go missing: most once, some again within weeks; a contact follows the repeated ones."""
    rng = world.streams.stream("missing")
    people = world.people
    age = people.age_on(WINDOW_TO - 540)
    eligible = (people.place_in_household == CHILD) & (age > 10) & (age < 17.5)
    weight = eligible * (0.3 + world.difficulty)
    wanted = int(eligible.sum() * CHILDREN_WHO_GO_MISSING)
    child = (
        np.sort(rng.choice(len(people), size=wanted, replace=False, p=weight / weight.sum()))
        if wanted
        else np.zeros(0, np.int64)
    )
    counts = rng.geometric(0.62, len(child))
    row = np.repeat(np.arange(len(child)), counts)
    first = rng.integers(WINDOW_TO - 1090, WINDOW_TO - 10, len(child))
    order = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    day = first[row] + (order * rng.exponential(70, len(row))).astype(np.int64)
    who = child[row]
    authority = world.residences.authority_of(who, day)
    here = (authority < 3) & (day < WINDOW_TO - 3) & (people.age_on(day, who) < 18)
    report_missing(world, rng, who[here], day[here], authority[here])


def report_missing(
    world: World, rng: np.random.Generator, child: Indices, day: Days, authority: Indices
) -> Indices:
    """A missing episode a row, from the evening of ``day`` for up to three days."""
    count = len(child)
    away = rng.choice([0, 1, 1, 1, 2, 3], count)
    events = world.log.many(
        day, agency="police", kind="missing_episode", concern="missing", severity=rng.choice([1, 2, 2, 3], count), minute=rng.integers(960, 1439, count),
        ended=day + away, authority=authority, address=world.home_of(child, day), outcome="returned",
        referrer=rng.choice(np.array(["parent", "carer", "school", "placement"], dtype=object), count),
    )  # fmt: skip
    world.log.take_part(events, child, "subject")
    parent = world.people.mother[child]
    world.log.take_part(events, np.where(rng.random(count) < 0.7, parent, NOBODY), "reporter")
    return events


def ordinary_intelligence(world: World) -> None:
    """Intelligence about people of the offending ages and their company; antisocial behaviour."""
    rng = world.streams.stream("intelligence")
    weight = _offender_weight(world)
    who, day, authority = world.occurrences(
        rng, world.everyone(), INTELLIGENCE_A_YEAR * weight / max(weight.mean(), 1e-9)
    )
    keep = world.people.age_on(day, who) >= 12
    who, day, authority = who[keep], day[keep], authority[keep]
    concern = rng.choice(
        np.array(["drugs_supply", "violence", "weapons", "other", "criminal_exploitation"], dtype=object),
        len(who),
        p=[0.4, 0.2, 0.1, 0.27, 0.03],
    )
    drives = (rng.random(len(who)) < 0.3) & (world.people.age_on(day, who) >= 17)
    plate = np.where(drives, world.identities.plate[who], "")
    events = world.log.many(
        day, agency="police", system="intelligence", kind="incident", concern=concern, severity=1, authority=authority, vehicle=plate,
        address=np.where(rng.random(len(who)) < 0.5, world.home_of(who, day), NOBODY),
    )  # fmt: skip
    world.log.take_part(events, who, "associate")
    mate = neighbours_of_age(rng, world, who)
    world.log.take_part(
        events,
        np.where((rng.random(len(who)) < 0.3) & (world.people.age_on(day, mate) > 12), mate, NOBODY),
        "associate",
    )
    who, day, authority = world.occurrences(
        rng, world.everyone(), ANTISOCIAL_A_YEAR * world.habits.most * weight / max(weight.mean(), 1e-9)
    )
    keep = (world.people.age_on(day, who) >= 10) & world.habits.told(rng, "police", authority)
    who, day, authority = who[keep], day[keep], authority[keep]
    events = world.log.many(
        day, agency="police", kind="antisocial_behaviour", concern="other", severity=1, minute=rng.integers(900, 1439, len(who)), authority=authority,
        address=world.home_of(who, day), outcome="words of advice", referrer="neighbour",
    )  # fmt: skip
    world.log.take_part(events, who, "suspect")
