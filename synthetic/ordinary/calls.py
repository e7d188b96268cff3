"""Calls to the hub's line: relatives and neighbours who report, carers who ask how their case goes, and strays.

The log of the line has a caller's name, a number and a time, and no word of the case that a call became.
"""

import numpy as np

from synthetic.options import NOBODY, WINDOW_TO, Days, Flags, Indices, Texts
from synthetic.ordinary.response import Contacts
from synthetic.world import World

# All shares are [assumption]; no hub publishes what becomes of its calls.
BY_TELEPHONE = 0.7  # of the contacts that the public or the family brings
OPENED_AFTER_MINUTES = (1.5, 35.0)  # gamma: from the call to the contact written of it
OPENED_NEXT_DAY = 0.12
ASKS_AFTER_IT = 0.07  # of contacts: a carer rings within four weeks to hear how it goes
STRAY_CALLS_A_YEAR = 0.002  # an adult, about nothing that becomes a contact
FAMILY_WORDS = ("Family member",)
PUBLIC_WORDS = ("Member of public", "Neighbour", "Anonymous")
# Who reports is written on the contact, unless they ask not to be named.
NAMED_ON_THE_CONTACT = {"Family member": 0.9, "Member of public": 0.75, "Neighbour": 0.75, "Anonymous": 0.0}


def ordinary_calls(world: World, contacts: Contacts) -> None:
    """Calls that open a contact, calls about one, and calls that lead to none."""
    rng = world.streams.stream("calls")
    _opening(world, rng, contacts)
    _asking(world, rng, contacts)
    adults = np.flatnonzero(world.people.age_on(WINDOW_TO) > 19)
    caller, day, authority = world.occurrences(rng, adults, STRAY_CALLS_A_YEAR)
    grown = world.people.age_on(day, caller) >= 18
    concern = rng.choice(
        np.array(["neglect", "domestic_abuse", "parental_conflict", "mental_health", "other"], dtype=object),
        len(caller),
    )
    advice = _said(rng, len(caller), ["advice given", "no further action"])
    minute = rng.integers(480, 1200, len(caller))
    calls = _log(
        world,
        rng,
        (day[grown], minute[grown], authority[grown]),
        concern=concern[grown],
        outcome=advice[grown],
    )
    world.log.take_part(calls, caller[grown], "reporter")


def _opening(world: World, rng: np.random.Generator, contacts: Contacts) -> None:
    words = contacts.referrer.astype(str)
    telephoned = np.isin(words, FAMILY_WORDS + PUBLIC_WORDS) & (rng.random(len(words)) < BY_TELEPHONE)
    own = np.flatnonzero(telephoned)
    of_family = np.isin(words[own], FAMILY_WORDS)
    caller = np.where(
        of_family, _relative(world, rng, contacts.child[own]), _bystander(world, rng, contacts, own)
    )
    known = caller != NOBODY
    own, of_family, caller = own[known], of_family[known], caller[known]
    next_day = rng.random(len(own)) < OPENED_NEXT_DAY
    before = contacts.minute[own] - 1 - rng.gamma(*OPENED_AFTER_MINUTES, len(own)).astype(np.int64)
    minute = np.where(next_day, rng.integers(480, 1200, len(own)), np.maximum(before, 0))
    calls = _log(
        world, rng, (contacts.day[own] - next_day, minute, contacts.authority[own]),
        concern=contacts.concern[own], outcome="passed to MASH", incident=contacts.event[own],
    )  # fmt: skip
    world.log.take_part(calls, caller, "reporter")
    named = rng.random(len(own)) < np.array([NAMED_ON_THE_CONTACT[said] for said in words[own].tolist()])
    world.log.take_part(contacts.event[own][named], caller[named], "reporter")


def _asking(world: World, rng: np.random.Generator, contacts: Contacts) -> None:
    mother, father = world.carers(contacts.child)
    carer = np.where((rng.random(len(mother)) < 0.75) | (father == NOBODY), mother, father)
    day = contacts.day + rng.integers(2, 28, len(carer))
    asks: Flags = (rng.random(len(carer)) < ASKS_AFTER_IT) & (carer != NOBODY) & (day <= WINDOW_TO)
    own = np.flatnonzero(asks)
    calls = _log(
        world, rng, (day[own], rng.integers(480, 1080, len(own)), contacts.authority[own]),
        concern=contacts.concern[own], outcome=_said(rng, len(own), ["caller to ring back", "advice given"]),
    )  # fmt: skip
    world.log.take_part(calls, carer[own], "reporter")


def _relative(world: World, rng: np.random.Generator, child: Indices) -> Indices:
    """Mother, father or a grandmother on the mother's side; the next one known where one is not."""
    mother, father = world.carers(child)
    grandmother = np.where(mother == NOBODY, NOBODY, world.people.mother[mother])
    chance = rng.random(len(child))
    chosen = np.where(chance < 0.55, mother, np.where(chance < 0.8, father, grandmother))
    for other in (mother, father):
        chosen = np.where(chosen == NOBODY, other, chosen)
    return np.asarray(chosen, dtype=np.int64)


def _bystander(world: World, rng: np.random.Generator, contacts: Contacts, own: Indices) -> Indices:
    """Some adult of the same authority."""
    adults = np.flatnonzero(world.people.age_on(WINDOW_TO) > 22)
    lives_in = world.residences.authority_of(adults, np.full(len(adults), WINDOW_TO - 500))
    found = np.full(len(own), NOBODY)
    authority = contacts.authority[own]
    for area in np.unique(authority):
        those, there = np.flatnonzero(authority == area), adults[lives_in == area]
        if len(there):
            found[those] = rng.choice(there, len(those))
    return found


def _said(rng: np.random.Generator, count: int, words: list[str]) -> Texts:
    return np.asarray(rng.choice(np.array(words, dtype=object), count))


def _log(
    world: World, rng: np.random.Generator, when: tuple[Days, Indices, Indices], **said: Texts | Indices | str
) -> Indices:
    """The calls as the line logs them; ``when``: day, minute and authority of each."""
    day, minute, authority = when
    return world.log.many(
        day, agency="police", system="calls", kind="call", minute=minute, authority=authority,
        wait=rng.exponential(95, len(day)).astype(np.int64), talk=rng.gamma(2.0, 190, len(day)).astype(np.int64), **said,
    )  # fmt: skip
