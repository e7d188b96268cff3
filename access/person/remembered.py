"""People found before, kept in memory for the reads that follow on the same snapshot.

Who is one person, and how they are described, follows from the snapshot, the scope, the calibration and the rulings, and
from nothing else. So what was found in a scope is given where all four are the same: never across scopes, and never past
a grant, a seal, a judgement, an erasure or a build. Masks and handles come after it, and each read is logged as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from access.person.people import KnownPerson, OfEveryone
from graph import Formed
from linkage import ResolvedPerson
from records.scope import Scope

# Kept of all scopes of a snapshot together: people, some 3 kB each, and graphs formed on demand, some 1 MB each.
MOST_PEOPLE: Final = 20_000
MOST_GRAPHS: Final = 60
MOST_SCOPES: Final = 500


@dataclass(slots=True)
class PeopleOfScope:
    """Those found in one scope so far; ``rests_on`` says what else they follow from, compared by which objects they are."""

    rests_on: tuple[object, ...]
    by_record: dict[str, KnownPerson] = field(default_factory=dict)
    by_id: dict[str, KnownPerson] = field(default_factory=dict)
    resolved: dict[str, ResolvedPerson] = field(default_factory=dict)
    graphs: dict[tuple[frozenset[str], int], Formed] = field(default_factory=dict)
    of_everyone: OfEveryone = field(default_factory=OfEveryone)

    def serves(self, rests_on: Sequence[object]) -> bool:
        """Whether a reader of this scope would find the same people."""
        return all(one is other for one, other in zip(self.rests_on, rests_on, strict=True))


class RememberedPeople:
    """The people of one snapshot found so far, scope by scope. Safe to share between threads."""

    def __init__(self) -> None:
        # By the scope and not by its name: two readers of one standing scope may differ in the sources that they are told.
        self._scopes: dict[Scope, PeopleOfScope] = {}
        self._lock = Lock()

    def of(self, scope: Scope, rests_on: tuple[object, ...]) -> PeopleOfScope:
        """Those of a scope; nobody yet where it, or what its people follow from, is new."""
        with self._lock:
            if self._is_full():
                self._scopes.clear()
            known = self._scopes.get(scope)
            if known is None or not known.serves(rests_on):
                known = self._scopes[scope] = PeopleOfScope(rests_on)
            return known

    def _is_full(self) -> bool:
        kept = self._scopes.values()
        # A person on demand is there once for each record too, and has some ten events where a list's people are known.
        people = sum(
            len(one.by_id) + len(one.resolved) // 4 + len(one.of_everyone.happenings or ()) // 10
            for one in kept
        )
        if people > MOST_PEOPLE or len(self._scopes) > MOST_SCOPES:
            return True
        return sum(len(one.graphs) for one in kept) > MOST_GRAPHS
