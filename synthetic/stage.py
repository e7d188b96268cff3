"""What the stories need to be told: who is free to play, and how each agency would report a thing."""

from typing import Any

import numpy as np

from synthetic.casting import Cast
from synthetic.options import NOBODY, WINDOW_FROM, WINDOW_TO, Flags
from synthetic.ordinary.domestic import domestic_offences
from synthetic.ordinary.schooling import Rolls
from synthetic.pattern_book import PatternBook
from synthetic.population import CHILD, MALE, PARTNER
from synthetic.world import Siblings, World

Parts = list[tuple[int, str]]
# What each agency calls a concern that it reports by itself.
OWN_KIND = {
    "police": "contact", "education": "school_concern", "health": "ed_attendance", "housing": "antisocial_behaviour", "social_care": "contact",
}  # fmt: skip
OWN_POST = {"education": "designated safeguarding lead", "health": "nurse", "housing": "housing officer"}
OFFENCES = {
    "violence": "Common assault", "drugs_supply": "Possession with intent to supply", "weapons": "Possession of bladed article", "sexual_exploitation": "Child sexual exploitation",
    "criminal_exploitation": "Modern slavery - criminal exploitation", "other": "Criminal damage",
}  # fmt: skip


class Stage:
    """The world seen by a story: it takes people who are free, and reports what they do to the log."""

    def __init__(self, world: World, cast: Cast, siblings: Siblings, rolls: Rolls) -> None:
        self.world, self.cast, self.siblings, self.rolls = world, cast, siblings, rolls
        self.book = PatternBook()
        self.rng = world.streams.stream("stories")
        people = world.people
        free_household = np.append(
            ~cast.settled, np.ones(len(world.households.kind) - len(cast.settled), dtype=bool)
        )
        self._free: Flags = (
            world.resident_throughout() & free_household[people.household] & (people.died > WINDOW_TO)
        )
        residences = world.residences
        self._first_home = np.searchsorted(residences.person, np.arange(len(people) + 1))
        self._main, self._begins = ~residences.secondary, residences.begins
        self._troubled: Flags = world.difficulty >= 0.5
        self._open_households: Flags = np.ones(int(people.household.max()) + 1, dtype=bool)
        self._pools: dict[str, list[int]] = {}
        self.age = people.age_on((WINDOW_FROM + WINDOW_TO) // 2)
        # Adoptive identities stand at the end, out of household order.
        self.settled_numbering = (
            int(np.flatnonzero(np.diff(people.household) < 0)[0]) + 1
            if (np.diff(people.household) < 0).any()
            else len(people)
        )
        self.burners = iter(world.burner_phones.tolist() * (1 + world.scale // 20_000))

    def take(self, pool: str, eligible: Flags | None, count: int) -> list[int]:
        """Up to ``count`` free people of a named pool; nobody plays twice, nor do two of one household.

        ``eligible`` says who is in the pool when it is first named, and may be None after that.
        """
        if pool not in self._pools and eligible is not None:
            self._pools[pool] = self.rng.permutation(np.flatnonzero(self._free & eligible)).tolist()
        left = self._pools.get(pool, [])
        household = self.world.people.household
        chosen: list[int] = []
        while left and len(chosen) < count:
            person = left.pop()
            if self._open_households[household[person]]:
                self._open_households[household[person]] = False
                chosen.append(person)
        return chosen

    def children(self, count: int, youngest: float, oldest: float, calm: bool = False) -> list[int]:
        """Children of an age at mid-window, each from a household of its own; ``calm``: families with few concerns."""
        pool = f"children {youngest} {oldest} {calm}"
        if pool in self._pools:
            return self.take(pool, None, count)
        people = self.world.people
        eligible = (self.age >= youngest) & (self.age < oldest) & (people.mother != NOBODY)
        eligible &= people.place_in_household == CHILD
        return self.take(pool, eligible & (~self._troubled | (not calm)), count)

    def adults(self, count: int, youngest: float, oldest: float, calm: bool = False) -> list[int]:
        """Adults of an age at mid-window, each from a household of their own."""
        pool = f"adults {youngest} {oldest} {calm}"
        if pool in self._pools:
            return self.take(pool, None, count)
        eligible = (self.age >= youngest) & (self.age < oldest)
        return self.take(pool, eligible & (~self._troubled | (not calm)), count)

    def young_of(self, authority: int, count: int) -> list[int]:
        """Young people of 14 to 24 of one authority, nearly all of them male."""
        pool = f"young of {authority}"
        if pool in self._pools:
            return self.take(pool, None, count)
        here = self.world.residences.authority_of(self.world.everyone(), WINDOW_TO - 400) == authority
        male = (self.world.people.sex == MALE) | (self.rng.random(len(self.age)) < 0.1)
        return self.take(pool, (self.age >= 14) & (self.age < 25) & here & male, count)

    def couples(self, count: int, calm: bool = False) -> list[tuple[int, int]]:
        """(victim, suspect) of couples that live together, the woman the victim three times in four."""
        people = self.world.people
        eligible = (people.place_in_household == PARTNER) & (self.age > 19) & (self.age < 60)
        pairs = []
        for partner in self.take(f"couples {calm}", eligible & (~self._troubled | (not calm)), count):
            head = int(np.searchsorted(people.household[: self.settled_numbering], people.household[partner]))
            woman, man = (head, partner) if people.sex[head] == 0 else (partner, head)
            pairs.append((woman, man) if self.rng.random() < 0.75 else (man, woman))
        return pairs

    def day(self, before_end: int = 60) -> int:
        """A day of the window that leaves ``before_end`` days to its end."""
        return int(self.rng.integers(WINDOW_FROM + 15, WINDOW_TO - before_end))

    def days(self, count: int, first: int, last: int) -> list[int]:
        """``count`` different days between two, in order; uneven as life is."""
        span = max(last - first, count)
        return sorted(first + self.rng.choice(span, size=count, replace=False))

    def choose(self, options: list[Any], shares: list[float] | None = None) -> Any:
        """One of ``options``."""
        if shares is None:
            return options[int(self.rng.integers(len(options)))]
        drawn = float(self.rng.random()) * sum(shares)
        for option, share in zip(options, shares, strict=True):
            drawn -= share
            if drawn < 0:
                return option
        return options[-1]

    def chance(self, share: float) -> bool:
        """True in a ``share`` of cases."""
        return bool(self.rng.random() < share)

    def _row(self, person: int, day: int) -> int:
        """The row of the person's main home on a day, the first one before that."""
        found = NOBODY
        for row in range(int(self._first_home[person]), int(self._first_home[person + 1])):
            if self._main[row] and (found == NOBODY or self._begins[row] <= day):
                found = row
        return found

    def authority(self, person: int, day: int) -> int:
        """Where the person lives then, in a home authority (where they lived before, if elsewhere)."""
        residences = self.world.residences
        for when in (day, day - 400):
            row = self._row(person, when)
            if row != NOBODY and residences.authority[row] < 2 and residences.ends[row] > when:
                return int(residences.authority[row])
        return person % 2

    def home(self, person: int, day: int) -> int:
        """The person's address then, ``NOBODY`` elsewhere."""
        row = self._row(person, day)
        return NOBODY if row == NOBODY else int(self.world.residences.address[row])

    def mother(self, child: int) -> int:
        """The child's mother, ``NOBODY`` where unknown."""
        return int(self.world.people.mother[child])

    def brothers_and_sisters(self, child: int, day: int) -> list[int]:
        """Other children under 18 of the mother."""
        _, siblings = self.siblings.others(self.world.people, np.array([child]))
        ages = self.world.people.age_on(day, siblings)
        return [int(one) for one, age in zip(siblings, ages, strict=True) if 0 <= age < 18]

    def tell(self, agency: str, day: int, parts: Parts, concern: str, severity: int, **values: Any) -> int:
        """One agency's report of a concern, with its own habits; returns the event's number."""
        index = parts[0][0]
        kept = self._as_held(agency, parts)
        settings: dict[str, Any] = {
            "agency": agency, "kind": OWN_KIND[agency], "concern": concern, "severity": severity, "authority": self.authority(index, day),
            "address": self.home(index, day), "delay": int(self.rng.choice([0, 0, 1, 2])), "outcome": "no further action",
        }  # fmt: skip
        if agency != "education":
            settings["minute"] = int(self.rng.integers(420, 1380))
        if agency == "health":
            settings |= {
                "system": "acute",
                "offence": self.choose(["Injury", "Fall", "Bruising", "Collapse", "Low mood"]),
                "outcome": "discharged",
            }
        if agency == "social_care":
            settings |= {
                "status": "closed",
                "rag_initial": "green",
                "rag_final": "green",
                "referrer": self.choose(["Police", "School", "Health visitor", "Family member"]),
            }
        post = OWN_POST.get(agency)
        if post:
            kept = [
                *kept,
                (
                    int(self.world.staff.draw(self.rng, post, np.array([settings["authority"]]))[0]),
                    "professional",
                ),
            ]
        return self.world.log.one(min(day, WINDOW_TO - 1), kept, **(settings | values))

    def _as_held(self, agency: str, parts: Parts) -> Parts:
        """Who of those present an agency's system has room for."""
        if agency == "education":
            return [part for part in parts if part[1] == "subject" and self.age[part[0]] < 18][:2]
        if agency == "health":
            treated = [part for part in parts if part[1] in {"subject", "victim"}][:1]
            return (
                treated
                + [part for role in ("parent_carer", "suspect") for part in parts if part[1] == role][:2]
            )
        return parts[:4]

    def incident(self, day: int, parts: Parts, concern: str, severity: int, **values: Any) -> int:
        """A police incident."""
        settings: dict[str, Any] = {
            "kind": "incident",
            "outcome": "under investigation",
            "referrer": self.choose(["999 call", "patrol", "victim", "third party"]),
        }
        if concern == "domestic_abuse":
            settings["offence"] = str(domestic_offences(self.rng, np.array([severity]))[0])
        else:
            settings["offence"] = OFFENCES.get(concern, "Criminal damage")
        return self.tell("police", day, parts, concern, severity, **(settings | values))

    def intelligence(self, day: int, people: list[int], concern: str, **values: Any) -> int:
        """A line of police intelligence naming up to four people."""
        return self.tell(
            "police", day, [(person, "associate") for person in people[:4]], concern, 1, system="intelligence", kind="incident", minute=NOBODY, outcome="", **values
        )  # fmt: skip

    def missing(self, child: int, day: int) -> int:
        """A missing episode of one to three nights."""
        return self.tell(
            "police", day, [(child, "subject")], "missing", int(self.rng.choice([1, 2, 3])), kind="missing_episode", ended=day + int(self.rng.integers(0, 3)),
            minute=int(self.rng.integers(1000, 1439)), outcome="returned",
        )  # fmt: skip

    def retell(
        self, event: int, day: int, parts: Parts, concern: str, severity: int, agencies: list[str]
    ) -> None:
        """Other agencies' tellings of the same happening, up to three days apart and with not quite the same people."""
        for agency in agencies:
            heard = [parts[0]] + [part for part in parts[1:] if self.chance(0.6)]
            self.tell(
                agency,
                day + int(self.rng.choice([0, 0, 1, 2, 3])),
                heard,
                concern,
                max(1, severity - int(self.chance(0.3))),
                incident=event,
            )
