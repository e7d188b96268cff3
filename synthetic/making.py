"""Make the world: people, families, homes, numbers; then ordinary life."""

import numpy as np
from numpy.typing import NDArray

from synthetic.addresses import make_addresses
from synthetic.adoption import Adoptions, adopt
from synthetic.casting import Cast, cast_stories, move_adults_in
from synthetic.event_log import EventLog
from synthetic.homes import AUTHORITY_SHARES, join_residences, make_homes
from synthetic.identifiers import drama_numbers, nhs_numbers, plates, police_ids, upns
from synthetic.kinship import link_generations
from synthetic.naming import make_names
from synthetic.notifying import NotifyingHabits
from synthetic.options import AUTHORITIES, OPEN_END, WINDOW_FROM, Indices, Texts
from synthetic.population import CHILD, People, make_people
from synthetic.random_streams import Streams
from synthetic.staff import make_staff
from synthetic.stays import make_stays
from synthetic.world import Identities, World

# The neighbour hub's people come on top of those asked for, a fifth as many.
WHOLE_REGION = 1.2
# Gamma: most households never concern anybody, few do often. With this shape 22 to 24% of referrals of a child are followed
# by another within a year (DfE: 22%).
DIFFICULTY_SHAPE = 0.14
HAS_NUMBER, OWN_NUMBER = 0.75, 0.35  # households with a shared phone; adults with their own [assumption]
USERS_A_NUMBER = 1.6  # where drama numbers run short, households go without rather than share more than this


def make_world(streams: Streams, people_wanted: int) -> tuple[World, Cast, Adoptions]:
    """The region's people and homes, with an empty event log."""
    people, households = make_people(streams, int(people_wanted * WHOLE_REGION))
    people, adoptions = adopt(streams, people, households, people_wanted)
    link_generations(streams, people, households)
    cast = cast_stories(streams, people, households, people_wanted)
    # Both households of an adoption stay put: the story is in the records, not in a move.
    both_homes = people.household[np.r_[adoptions.birth_identity, adoptions.adoptive_identity]]
    cast.settled[both_homes] = True
    cast.anchored = np.unique(both_homes)
    stays, starts = make_stays(streams, people, households, cast.settled)
    stays.close(adoptions.birth_identity, adoptions.day)
    move_adults_in(people, stays, cast.serial)
    move_adults_in(people, stays, cast.bridging)
    shares = np.round(AUTHORITY_SHARES / AUTHORITY_SHARES.sum() * len(starts.kind)).astype(np.int64)
    addresses = make_addresses(streams, shares)
    homes = make_homes(streams, starts, addresses, cast.forced())
    residences = join_residences(stays, homes)
    names = make_names(streams, people)
    staff = make_staff(streams, len(people), np.round(AUTHORITY_SHARES * len(people)).astype(np.int64))
    identities, burners = _identities(
        streams, people, residences.authority_of(np.arange(len(people)), WINDOW_FROM + 500)
    )
    told = np.zeros(len(people), dtype=bool)
    for moves in (cast.crossing, cast.moved_for_work, cast.vanishing, cast.left_with_word):
        told |= np.isin(people.household, moves.household)
    world = World(
        streams, people_wanted, people, names, staff, starts, stays, residences, addresses, identities,
        _difficulty(streams, people, cast), burners, EventLog(), told,
        np.full(len(people), OPEN_END), NotifyingHabits.drawn(streams),
    )  # fmt: skip
    return world, cast, adoptions


def _difficulty(streams: Streams, people: People, cast: Cast) -> NDArray[np.float64]:
    rng = streams.stream("difficulty")
    of_household = rng.gamma(DIFFICULTY_SHAPE, 1 / DIFFICULTY_SHAPE, len(cast.settled))
    of_household = np.minimum(of_household, 18.0)
    of_household[cast.settled] = np.minimum(of_household[cast.settled], 0.6)
    of_household[cast.quiet] = 0.0
    return np.asarray(of_household[people.household])


def _identities(streams: Streams, people: People, authority: Indices) -> tuple[Identities, Texts]:
    rng = streams.stream("identifiers")
    count = len(people)
    numbers = np.array([item.number for item in AUTHORITIES] + [990], dtype=np.int64)
    entry_year = 1970 + (people.born + int(4.5 * 365.25)) // 365
    pupil = (people.age_on(WINDOW_FROM) < 26) & (people.place_in_household == CHILD)
    upn = np.full(count, "", dtype=object)
    upn[pupil] = upns(rng, numbers[authority[pupil]], entry_year[pupil])
    pnc, cro = police_ids(rng, people.born)
    phones, burners = _phones(streams, people)
    return Identities(nhs_numbers(rng, count), upn, pnc, cro, phones, plates(rng, count)), burners


def _phones(streams: Streams, people: People) -> tuple[Texts, Texts]:
    """A household's number for its people, or an adult's own; drama numbers are few, so large regions use fewer."""
    rng = streams.stream("phones")
    pool, burners = drama_numbers(rng)
    households = int(people.household.max()) + 1
    adult = people.age_on(WINDOW_FROM) >= 15
    wanted = households * HAS_NUMBER + float(adult.sum()) * OWN_NUMBER
    thinner = min(1.0, len(pool) * USERS_A_NUMBER / wanted)
    shared = rng.random(households) < HAS_NUMBER * thinner
    own = adult & (rng.random(len(people)) < OWN_NUMBER * thinner)
    holders = int(shared.sum()) + int(own.sum())
    order = np.concatenate([rng.permutation(len(pool)) for _ in range(holders // len(pool) + 1)])[:holders]
    numbers = pool[order]
    of_household = np.full(households, "", dtype=object)
    of_household[shared] = numbers[: int(shared.sum())]
    phone = np.where(adult | (rng.random(len(people)) < 0.5), of_household[people.household], "").astype(
        object
    )
    phone[own] = numbers[int(shared.sum()) :]
    return phone, burners
