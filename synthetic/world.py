"""Everything that is true of the region before any agency writes it down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.addresses import Addresses
from synthetic.event_log import EventLog
from synthetic.homes import Residences
from synthetic.naming import Names
from synthetic.notifying import NotifyingHabits
from synthetic.options import ELSEWHERE, NOBODY, WINDOW_FROM, WINDOW_TO, Days, Flags, Indices, Texts
from synthetic.population import CHILD, People
from synthetic.random_streams import Streams
from synthetic.staff import Staff
from synthetic.stays import HouseholdStarts, Stays


@dataclass(slots=True)
class Identities:
    """Numbers that people carry, one row a person, empty where there is none; ``plate`` and ``phone`` are things."""

    nhs: Texts
    upn: Texts
    pnc: Texts
    cro: Texts
    phone: Texts
    plate: Texts


@dataclass(slots=True)
class World:
    """The region.

    ``difficulty`` scales each person's rate of concerns (mean 1, few high); ``scale``: people asked for.
    ``told``: people whose moves a story tells, so that schools and practices do not tell them as well.
    ``absence_since``: from when on a child stays away from school. ``habits``: how readily agencies tell the hub.
    """

    streams: Streams
    scale: int
    people: People
    names: Names
    staff: Staff
    households: HouseholdStarts
    stays: Stays
    residences: Residences
    addresses: Addresses
    identities: Identities
    difficulty: NDArray[np.float64]
    burner_phones: Texts
    log: EventLog
    told: Flags
    absence_since: Days
    habits: NotifyingHabits

    def everyone(self) -> Indices:
        """All person numbers of residents."""
        return np.arange(len(self.people))

    def resident_throughout(self) -> Flags:
        """Who lives in one home authority over the whole window (or since birth)."""
        everyone = self.everyone()
        first = self.residences.authority_of(everyone, np.maximum(WINDOW_FROM, self.people.entered + 1))
        middle = self.residences.authority_of(
            everyone, np.maximum(WINDOW_FROM + 550, self.people.entered + 1)
        )
        last = self.residences.authority_of(everyone, WINDOW_TO - 1)
        return np.asarray((first == last) & (first == middle) & (first < 2))

    def occurrences(
        self, rng: np.random.Generator, person: Indices, yearly_rate: NDArray[np.float64] | float
    ) -> tuple[Indices, Days, Indices]:
        """Poisson occurrences over the window for people at yearly rates: person, day, authority, residents alone."""
        years = (WINDOW_TO - WINDOW_FROM) / 365.25
        counts = rng.poisson(np.broadcast_to(np.asarray(yearly_rate) * years, (len(person),)))
        who = np.repeat(person, counts)
        day = rng.integers(WINDOW_FROM, WINDOW_TO, len(who))
        authority = self.residences.authority_of(who, day)
        here = (authority != ELSEWHERE) & (self.people.born[who] <= day) & (self.people.died[who] > day)
        return who[here], day[here], authority[here]

    def home_of(self, person: Indices, day: Days) -> Indices:
        """The address each person lives at on each day."""
        return self.residences.address_of(person, day)

    def carers(self, child: Indices) -> tuple[Indices, Indices]:
        """Mother and father of each child as the region knows them, ``NOBODY`` where it does not."""
        return self.people.mother[child], self.people.father[child]


@dataclass(frozen=True, slots=True)
class Siblings:
    """Children by mother, for putting brothers and sisters on one another's concerns."""

    first: Indices
    ordered: Indices

    @staticmethod
    def of(people: People) -> "Siblings":
        """Index the children of ``people``."""
        children = np.flatnonzero((people.place_in_household == CHILD) & (people.mother != NOBODY))
        ordered = children[np.argsort(people.mother[children], kind="stable")]
        first = np.searchsorted(people.mother[ordered], np.arange(len(people) + 1))
        return Siblings(first, ordered)

    def others(self, people: People, child: Indices) -> tuple[Indices, Indices]:
        """For rows of ``child``: (row, brother or sister), the child itself left out."""
        mother = people.mother[child]
        known = np.flatnonzero(mother != NOBODY)
        per = self.first[mother[known] + 1] - self.first[mother[known]]
        row = np.repeat(known, per)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(per) - per, per)
        sibling = self.ordered[self.first[mother[row]] + offset]
        different = sibling != child[row]
        return row[different], sibling[different]
