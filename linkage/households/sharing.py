"""Who shares a place when: turnover, places of many unrelated people, and the households that remain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linkage.households.known import KnownPeople
from linkage.households.timeline import Stay

# So many families without any tie between them, living at one address at once, are not a household but a hostel,
# a tower written without its flats, or an office that people give as theirs.
UNRELATED_FAMILIES = 5
# More than a shared house holds: a block, where strangers come on one day by chance.
FAMILIES_OF_A_BLOCK = 10
STRANGERS_WHO_CAME_TOGETHER = 4
# A dwelling that three or more parties share is in multiple occupation (Housing Act 2004, s. 254 and Sch. 14).
PARTIES_OF_A_SHARED_HOUSE = 3
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


# Those of a place who are kin, or came on one day.
Party = list[Occupant]


def households_at(occupants: Sequence[Occupant], known: KnownPeople) -> list[list[Occupant]]:
    """The households that lived at one place, oldest first; where a crowd lives, only those that a tie shows."""
    alive = sorted(
        (occupant for occupant in occupants if occupant.last > occupant.first),
        key=lambda occupant: (occupant.first, occupant.last, occupant.person_id),
    )
    if len(alive) < 2:
        return [[occupant] for occupant in alive]
    families = _groups(alive, lambda one, other: known.are_kin(one.person_id, other.person_id))
    at_once = _most_at_once(families) if len(families) >= UNRELATED_FAMILIES else 0
    if at_once >= UNRELATED_FAMILIES:
        return _households_in_a_crowd(alive, at_once, known)
    parties = _groups(
        alive,
        lambda one, other: known.are_kin(one.person_id, other.person_id) or _came_on_one_day(one, other),
    )
    _turn_over(parties, known)
    there = [[member for member in party if member.last > member.first] for party in parties]
    living = _living_together([party for party in there if party], known)
    return sorted((household for group in living for household in _overlapping(group)), key=_in_order)


def _came_on_one_day(one: Occupant, other: Occupant) -> bool:
    """Whether two came on the same day; that of a first sighting is not one of arrival."""
    return one.first == other.first > -FAR and not (one.stay.is_seen_first or other.stay.is_seen_first)


def _households_in_a_crowd(alive: Sequence[Occupant], at_once: int, known: KnownPeople) -> list[Party]:
    """Where many unrelated people live at once, those of whom an agency states a family tie.

    Of a shared house, which holds fewer than a block, also up to four strangers who came on one day.
    """

    def are_tied(one: Occupant, other: Occupant) -> bool:
        return other.person_id in known.family.get(one.person_id, ())

    groups = [group for group in _groups(alive, are_tied) if len(group) > 1]
    if at_once < FAMILIES_OF_A_BLOCK:
        tied = {member.person_id for group in groups for member in group}
        rest = [occupant for occupant in alive if occupant.person_id not in tied]
        groups += [
            group
            for group in _groups(rest, _came_on_one_day)
            if 1 < len(group) <= STRANGERS_WHO_CAME_TOGETHER
        ]
    return sorted(
        (household for group in groups for household in _overlapping(group) if len(household) > 1),
        key=_in_order,
    )


def _living_together(parties: Sequence[Party], known: KnownPeople) -> list[Party]:
    """Parties joined where two of them make one household.

    Where three or more share the dwelling at once, each is a household of its own, and so are two families. One who came
    alone joins another person, or a home with children (a new partner), but not grown-ups who live together: a lodger.
    Of whom the day of arrival is not known, it is not known either that they came alone; and a child that came alone
    lives with whoever is there, if that is one party.
    """
    latest = max(member.first for party in parties for member in party)
    grown_up = [
        party for party in parties if not all(known.is_child_on(member.person_id, latest) for member in party)
    ]
    groups = [[party] for party in parties]
    for party in grown_up:
        others = _beside(party, grown_up)
        if len(party) > 1 or not others or _most_at_once([party, *others]) >= PARTIES_OF_A_SHARED_HOUSE:
            continue
        for other in others:
            if len(other) == 1 or _came_unseen(party[0]) or _have_children(party, other, known):
                groups = _with_joined(groups, party, other)
    for party in parties:
        if party not in grown_up:
            there = _beside(party, grown_up)
            homes = [group for group in groups if any(other in group for other in there)]
            if len(homes) == 1:
                groups = _with_joined(groups, party, there[0])
    return [[member for party in group for member in party] for group in groups]


def _beside(party: Party, others: Sequence[Party]) -> list[Party]:
    """Those of ``others`` who are there with a party for a month or more."""
    return [
        other
        for other in others
        if other is not party
        and any(_days_shared(one, two) >= DAYS_TOGETHER for one in party for two in other)
    ]


def _with_joined(groups: Sequence[list[Party]], one: Party, other: Party) -> list[list[Party]]:
    touched = [group for group in groups if one in group or other in group]
    rest = [group for group in groups if group not in touched]
    return [*rest, [party for group in touched for party in group]]


def _have_children(one: Party, other: Party, known: KnownPeople) -> bool:
    """Whether either of two parties has children while both are there."""
    day = max(min(member.first for member in one), min(member.first for member in other))
    return any(known.is_child_on(member.person_id, day) for member in (*one, *other))


def _came_unseen(occupant: Occupant) -> bool:
    stay = occupant.stay
    return stay.start is None or stay.is_seen_first or stay.is_inferred


def _days_shared(one: Occupant, other: Occupant) -> int:
    return min(one.last, other.last) - max(one.first, other.first)


def _groups(alive: Sequence[Occupant], are_tied: Callable[[Occupant, Occupant], bool]) -> list[Party]:
    """Occupants joined by a tie, directly or through others."""
    groups: list[Party] = []
    for occupant in alive:
        tied = [group for group in groups if any(are_tied(occupant, other) for other in group)]
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
        (member for member in group if member.first - known.born.get(member.person_id, -FAR) > DAYS_TOGETHER),
        key=lambda member: (member.first, member.person_id),
    )
    tenancies = [member.first for member in came if member.stay.is_tenancy]
    movers = [member.first for member in came if not member.stay.is_inferred]
    taken = [movers[1]] if len(movers) > 1 else []
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
            if any(_days_shared(occupant, other) >= DAYS_TOGETHER for other in household)
        ]
        for household in joined:
            households.remove(household)
        households.append([member for household in joined for member in household] + [occupant])
    return sorted(households, key=_in_order)


def _in_order(household: Sequence[Occupant]) -> tuple[int, int, str]:
    return min((member.first, member.last, member.person_id) for member in household)
