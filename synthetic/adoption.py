"""Adoptions: a child's records end under one name and begin again under another; the two must never be joined."""

from dataclasses import dataclass

import numpy as np

from synthetic.event_log import EventLog
from synthetic.options import NOBODY, OPEN_END, WINDOW_FROM, WINDOW_TO, Days, Indices
from synthetic.population import CHILD, COUPLE, HEAD, LONE_PARENT, PARTNER, Households, People
from synthetic.random_streams import Streams

# England has a quarter of an adoption per 1,000 children a year; more are made, so that small regions have some.
ADOPTIONS_PER_PERSON = 1 / 2000
FEWEST_ADOPTIONS = 3


@dataclass(slots=True)
class Adoptions:
    """One row an adoption: the person of the birth identity, of the adoptive one, and the day."""

    birth_identity: Indices
    adoptive_identity: Indices
    day: Days


def adopt(streams: Streams, people: People, households: Households, target: int) -> tuple[People, Adoptions]:
    """Append an adoptive identity for some small children of lone parents, in a childless couple's household."""
    rng = streams.stream("adoptions")
    wanted = max(FEWEST_ADOPTIONS, round(target * ADOPTIONS_PER_PERSON))
    day_chances = rng.integers(WINDOW_FROM + 200, WINDOW_TO - 250, len(people))
    age = people.age_on(day_chances)
    kinds = households.kind[people.household]
    small = (people.place_in_household == CHILD) & (kinds == LONE_PARENT) & (people.twin == NOBODY)
    children = people.sample(rng, small & (age > 0.7) & (age < 8), wanted)
    parents_age = people.age_on(WINDOW_FROM)
    couples = (
        (people.place_in_household == HEAD) & (kinds == COUPLE) & (parents_age > 27) & (parents_age < 46)
    )
    heads = rng.permutation(people.sample(rng, couples, len(children)))
    children = children[: len(heads)]
    partner = np.full(int(people.household.max()) + 1, NOBODY)
    partners = np.flatnonzero(people.place_in_household == PARTNER)
    partner[people.household[partners]] = partners
    others = partner[people.household[heads]]
    head_is_mother = people.sex[heads] == 0
    count = len(children)
    new = People(
        people.household[heads], np.full(count, CHILD), people.sex[children], people.born[children], day_chances[children],
        np.full(count, OPEN_END), people.culture[heads], np.where(head_is_mother, heads, others),
        np.where(head_is_mother, others, heads), np.full(count, NOBODY), np.zeros(count, dtype=bool),
    )  # fmt: skip
    first = len(people)
    joined = People(
        *(np.concatenate([getattr(people, name), getattr(new, name)]) for name in People.__slots__)
    )
    return joined, Adoptions(children, np.arange(first, first + count), day_chances[children])


ADOPTION_SUPPORT = "Adoption support"


def tell_adoptions(streams: Streams, adoptions: Adoptions, home: Indices, log: EventLog) -> None:
    """Care before, under the birth identity, and support after, under the adoptive one; ``home``: authorities of the two, a row each."""
    rng = streams.stream("adoption events")
    for row, (before, after, day) in enumerate(
        zip(
            adoptions.birth_identity.tolist(),
            adoptions.adoptive_identity.tolist(),
            adoptions.day.tolist(),
            strict=True,
        )
    ):
        first, then = (int(authority) for authority in home[row])
        came = day - int(rng.integers(120, 190))
        if first < 3:
            log.one(
                came,
                [(before, "subject")],
                agency="social_care",
                kind="referral",
                concern="neglect",
                severity=4,
                ended=day,
                status="closed",
                outcome="assessment",
                authority=first,
            )
            log.one(
                came + 5,
                [(before, "subject")],
                agency="social_care",
                kind="plan",
                plan_kind="looked_after",
                concern="neglect",
                severity=4,
                ended=day,
                status="closed",
                outcome="left care",
                authority=first,
            )
        if then < 3:
            log.one(
                day + int(rng.integers(20, 150)),
                [(after, "subject")],
                agency="social_care",
                kind="assessment",
                status="closed",
                outcome="support plan",
                authority=then,
                note=ADOPTION_SUPPORT,
            )
