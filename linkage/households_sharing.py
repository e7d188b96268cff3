"""Who shares a place when: turnover, places of many unrelated people, and the households that remain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linkage.households_known import KnownPeople
from linkage.households_timeline import Stay

# So many groups without any tie between them, living at one address at once, are not a household but a hostel,
# a tower written without its flats, or an office that people give as theirs.
UNRELATED_GROUPS = 5
# Spells that overlap by less come from one moving out and another in.
DAYS_TOGETHER = 30
FAR = 10**7


@dataclass(frozen=True, slots=True)
class Occupant:
    """A person's stay at the place in question."""

    person_id: str
    stay: Stay

    @property
    def first(self) -> int:
        """Day of arrival, unknown counted as long ago."""
        return -FAR if self.stay.start is None else self.stay.start

    @property
    def last(self) -> int:
        """Day of leaving, open counted as far ahead."""
        return FAR if self.stay.end is None else self.stay.end


def households_at(occupants: Sequence[Occupant], known: KnownPeople) -> list[list[Occupant]]:
    """The households that lived at one place, oldest first; where a crowd lives, only those that a tie shows."""
    alive = sorted(
        (occupant for occupant in occupants if occupant.last > occupant.first),
        key=lambda occupant: (occupant.first, occupant.last, occupant.person_id),
    )
    if len(alive) < 2:
        return [[occupant] for occupant in alive]
    groups = _groups(alive, known.are_kin)
    if len(groups) >= UNRELATED_GROUPS and _most_at_once(groups) >= UNRELATED_GROUPS:
        return _households_in_a_crowd(alive, known)
    _turn_over(groups, known)
    return _overlapping([occupant for occupant in alive if occupant.last > occupant.first])


def _households_in_a_crowd(alive: Sequence[Occupant], known: KnownPeople) -> list[list[Occupant]]:
    """Where many unrelated people live at once, those of whom an agency states a family tie."""

    def are_tied(one: str, other: str) -> bool:
        return other in known.family.get(one, ())

    tied = (group for group in _groups(alive, are_tied) if len(group) > 1)
    return sorted(
        (household for group in tied for household in _overlapping(group) if len(household) > 1),
        key=_in_order,
    )


def _groups(alive: Sequence[Occupant], are_tied: Callable[[str, str], bool]) -> list[list[Occupant]]:
    """Occupants joined by a tie, directly or through others."""
    groups: list[list[Occupant]] = []
    for occupant in alive:
        tied = [
            group for group in groups if any(are_tied(occupant.person_id, other.person_id) for other in group)
        ]
        for group in tied:
            groups.remove(group)
        groups.append([member for group in tied for member in group] + [occupant])
    return groups


def _most_at_once(groups: Sequence[Sequence[Occupant]]) -> int:
    arrivals = sorted({occupant.first for group in groups for occupant in group})
    return max(
        sum(any(member.first <= day < member.last for member in group) for group in groups)
        for day in arrivals
    )


def _turn_over(groups: Sequence[Sequence[Occupant]], known: KnownPeople) -> None:
    """End the open stays of those of whom nothing was heard after an unrelated family or tenant moved in.

    A tenant of whom the landlord tells no end yields to the next tenant alone. One person who moves in alone and holds no tenancy joins those who are there: a new partner, a lodger. A child
    born at the place did not move in.
    """
    arrivals = [_moved_in(group, known) for group in groups]
    let = [any(member.stay.is_tenancy and member.stay.end is None for member in group) for group in groups]
    for index, group in enumerate(groups):
        heard = max(_last_heard(member.stay) for member in group)
        first = min(member.first for member in group)
        later = [
            day
            for other, day in enumerate(arrivals)
            if other != index and day > max(heard, first) and (let[other] or not let[index])
        ]
        if not later:
            continue
        for member in group:
            if member.stay.end is None:
                member.stay.end = min(later)


def _moved_in(group: Sequence[Occupant], known: KnownPeople) -> int:
    """The day on which a family or a tenant took the place; long ago where none is known to have."""
    came = sorted(
        member.first
        for member in group
        if not member.stay.is_inferred
        and member.first - known.born.get(member.person_id, -FAR) > DAYS_TOGETHER
    )
    tenancies = [member.first for member in group if member.stay.is_tenancy]
    taken = [came[1]] if len(came) > 1 else []
    return min(tenancies + taken, default=-FAR)


def _last_heard(stay: Stay) -> int:
    return -FAR if stay.confirmed is None else stay.confirmed


def _overlapping(alive: Sequence[Occupant]) -> list[list[Occupant]]:
    """Chains of stays that overlap by a month or more; a lone one is a household of one."""
    households: list[list[Occupant]] = []
    for occupant in alive:
        joined = [
            household
            for household in households
            if any(
                min(occupant.last, other.last) - max(occupant.first, other.first) >= DAYS_TOGETHER
                for other in household
            )
        ]
        for household in joined:
            households.remove(household)
        households.append([member for household in joined for member in household] + [occupant])
    return sorted(households, key=_in_order)


def _in_order(household: Sequence[Occupant]) -> tuple[int, int, str]:
    return min((member.first, member.last, member.person_id) for member in household)
