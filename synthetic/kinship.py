"""Ties between households: grandparents who live elsewhere, and fathers who do not live with their children."""

import numpy as np

from synthetic.name_lists import cultures
from synthetic.options import NOBODY, WINDOW_FROM, Indices
from synthetic.population import (
    CHILD,
    COUPLE,
    GRANDPARENT,
    HEAD,
    LONE_PARENT,
    MALE,
    PARTNER,
    SHARED,
    SINGLE,
    Households,
    People,
)
from synthetic.random_streams import Streams

# Adults with a parent in the same hub's area, and lone parents' children whose father is: [assumption].
PARENT_IN_REGION = 0.35
FATHER_IN_REGION = 0.55


def link_generations(streams: Streams, people: People, households: Households) -> None:
    """Give adults parents in older households of their culture, and children of lone parents a father."""
    rng = streams.stream("kinship")
    _link_grandparents_at_home(people)
    head = np.flatnonzero(people.place_in_household == HEAD)
    partner_of = np.full(len(households.kind), NOBODY)
    partners = np.flatnonzero(people.place_in_household == PARTNER)
    partner_of[people.household[partners]] = partners
    kind_of_head = households.kind[people.household[head]]
    age = people.age_on(WINDOW_FROM)
    older = head[np.isin(kind_of_head, (SINGLE, COUPLE)) & (age[head] > 45)]
    seeking = (
        np.isin(people.place_in_household, (HEAD, PARTNER))
        & (age > 18)
        & (age < 45)
        & (people.mother == NOBODY)
    )
    seeking &= rng.random(len(people)) < PARENT_IN_REGION
    for culture in range(len(cultures())):
        elders = older[people.culture[older] == culture]
        adults = np.flatnonzero(seeking & (people.culture == culture))
        wanted = people.born[adults] - rng.integers(19 * 365, 35 * 365, len(adults))
        found = _nearest(people, elders, wanted)
        # A person whose parents are themselves somebody's linked children would make three linked houses deep.
        good = (found != NOBODY) & (people.born[adults] - people.born[found] > 17 * 365)
        _set_parents(people, adults[good], found[good], partner_of)
    _link_absent_fathers(rng, people, households, head)


def _nearest(people: People, candidates: Indices, wanted: Indices) -> Indices:
    """The candidate born nearest after each wanted day, ``NOBODY`` where there is none."""
    if len(candidates) == 0:
        return np.full(len(wanted), NOBODY)
    ordered = candidates[np.argsort(people.born[candidates], kind="stable")]
    place = np.searchsorted(people.born[ordered], wanted)
    return np.asarray(np.where(place < len(ordered), ordered[np.minimum(place, len(ordered) - 1)], NOBODY))


def _set_parents(people: People, children: Indices, elders: Indices, partner_of: Indices) -> None:
    others = partner_of[people.household[elders]]
    for parent in (elders, others):
        known = parent != NOBODY
        male = known & (people.sex[parent] == MALE)
        people.father[children[male]] = parent[male]
        female = known & ~male
        people.mother[children[female]] = parent[female]


def _link_grandparents_at_home(people: People) -> None:
    grandparents = np.flatnonzero(people.place_in_household == GRANDPARENT)
    head_of = np.full(int(people.household.max()) + 1, NOBODY)
    heads = np.flatnonzero(people.place_in_household == HEAD)
    head_of[people.household[heads]] = heads
    children = head_of[people.household[grandparents]]
    male = people.sex[grandparents] == MALE
    people.father[children[male]] = grandparents[male]
    people.mother[children[~male]] = grandparents[~male]


def _link_absent_fathers(
    rng: np.random.Generator, people: People, households: Households, head: Indices
) -> None:
    kinds = households.kind[people.household]
    age = people.age_on(WINDOW_FROM)
    living_alone = head[
        np.isin(kinds[head], (SINGLE, SHARED)) & (people.sex[head] == MALE) & (age[head] < 62)
    ]
    mothers = head[(kinds[head] == LONE_PARENT) & (rng.random(len(head)) < FATHER_IN_REGION)]
    father_of_household = np.full(len(households.kind), NOBODY)
    for culture in range(len(cultures())):
        men = living_alone[people.culture[living_alone] == culture]
        own = mothers[people.culture[mothers] == culture]
        found = _nearest(people, men, people.born[own] - rng.integers(-3 * 365, 8 * 365, len(own)))
        known = found != NOBODY
        # One family a man: the first mother found keeps him.
        _, first = np.unique(found[known], return_index=True)
        father_of_household[people.household[own[known][first]]] = found[known][first]
    children = np.flatnonzero((people.place_in_household == CHILD) & (kinds == LONE_PARENT))
    father = father_of_household[people.household[children]]
    old_enough = (father != NOBODY) & (people.born[children] - people.born[father] > 16 * 365)
    people.father[children[old_enough]] = father[old_enough]
