"""What is known of people that bears on who lives with whom: kin, family names, births and deaths."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

ADULT_AGE_DAYS = 16 * 365 + 4
# Ties that make two people at one address a household, and a child follow an adult.
FAMILY_TIES = frozenset(
    {
        "parent",
        "child",
        "sibling",
        "partner",
        "ex_partner",
        "carer",
        "cared_for",
        "kin",
        "co_tenant",
        "next_of_kin",
    }
)
COUPLE_TIES = frozenset({"partner", "ex_partner"})


@dataclass(slots=True)
class KnownPeople:
    """Facts by person id. ``parents``: child to parents and carers; ``family``: person to all family ties.

    ``records``: of a child, the records that state the ties to its parents; ``elders``: the relatives it may live with.
    ``couples``: pairs that are or were partners, or are parents or carers of one child.
    """

    born: dict[str, int] = field(default_factory=dict)
    died: dict[str, int] = field(default_factory=dict)
    surnames: dict[str, frozenset[str]] = field(default_factory=dict)
    family: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    records: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    elders: dict[str, set[str]] = field(default_factory=dict)
    couples: set[frozenset[str]] = field(default_factory=set)

    def add_ties(self, ties: Iterable[Sequence[str]]) -> None:
        """Take in (person, kind, other, record, other record): the person is the other's ``kind``."""
        for person, kind, other, record_id, other_record_id in ties:
            if kind not in FAMILY_TIES or person == other:
                continue
            self.family[person].add(other)
            self.family[other].add(person)
            if kind in COUPLE_TIES:
                self.couples.add(frozenset((person, other)))
            if kind in ("parent", "carer"):
                self.parents[other].add(person)
                self.records[other].add(other_record_id)
            elif kind in ("child", "cared_for"):
                self.parents[person].add(other)
                self.records[person].add(record_id)
        for parents in self.parents.values():
            self.couples.update(frozenset(pair) for pair in combinations(sorted(parents), 2))

    def are_kin(self, one: str, other: str) -> bool:
        """Whether an agency states a family tie between them, or they share a family name."""
        if other in self.family.get(one, ()):
            return True
        return bool(self.surnames.get(one, frozenset()) & self.surnames.get(other, frozenset()))

    def are_couple(self, one: str, other: str) -> bool:
        """Whether an agency states that they are or were partners, or both are parents or carers of one child."""
        return frozenset((one, other)) in self.couples

    def is_child_on(self, person: str, day: int) -> bool:
        """Whether the person is known to be under 16 on ``day``: too young to live alone."""
        born = self.born.get(person)
        return born is not None and day - born < ADULT_AGE_DAYS
