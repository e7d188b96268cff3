"""Households that move: the id follows the people, from home to home and from build to build."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from linkage.households.sharing import Occupant
from linkage.households.timeline import DAYS_OF_A_MOVE
from records.scope import Scope
from records.snapshot import attach_snapshot


@dataclass(frozen=True, slots=True)
class Dwelling:
    """Those who lived together at one place; ``number`` tells apart the households of the place, oldest first."""

    place_id: str
    number: int
    occupants: tuple[Occupant, ...]

    @property
    def own_id(self) -> str:
        """The id it has when it did not come from another home."""
        return f"household:{self.place_id.removeprefix('place:')}:{self.number}"

    @property
    def formed(self) -> int:
        """Day on which the first came, long ago where that is not known."""
        return min(occupant.first for occupant in self.occupants)


def chain_moves(dwellings: Sequence[Dwelling]) -> dict[tuple[str, int], str]:
    """(place, number) to household id, that of the first home of the household.

    A household has moved when more than half of those who lived in it till then began a household elsewhere within a
    month, in which nobody lived before. Where it parts into two, the larger part keeps the id; among equals the one
    that left first, then the one whose place comes first.
    """
    homes_of: dict[str, list[Dwelling]] = defaultdict(list)
    for dwelling in dwellings:
        for occupant in dwelling.occupants:
            homes_of[occupant.person_id].append(dwelling)
    came_from: dict[tuple[str, int], tuple[int, int, str, int, str]] = {}
    for earlier in dwellings:
        for found in _moves_of(earlier, homes_of):
            movers, day, place_id, number = found
            key = (place_id, number)
            claim = (-movers, day, earlier.place_id, earlier.number, place_id)
            if key not in came_from or claim < came_from[key]:
                came_from[key] = claim
    heirs: dict[tuple[str, int], tuple[tuple[int, int, str, int, str], tuple[str, int]]] = {}
    for key, claim in sorted(came_from.items()):
        source = (claim[2], claim[3])
        if source not in heirs or claim < heirs[source][0]:
            heirs[source] = (claim, key)
    origin = {key: source for source, (_, key) in heirs.items()}
    ids: dict[tuple[str, int], str] = {}
    for dwelling in sorted(dwellings, key=lambda one: (one.formed, one.place_id, one.number)):
        key = (dwelling.place_id, dwelling.number)
        ids[key] = ids.get(origin[key], dwelling.own_id) if key in origin else dwelling.own_id
    return ids


def _moves_of(
    earlier: Dwelling, homes_of: Mapping[str, Sequence[Dwelling]]
) -> list[tuple[int, int, str, int]]:
    """Where most of a household went: movers, day, place and number of each new home."""
    moved: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    for occupant in earlier.occupants:
        if occupant.stay.end is None:
            continue
        for home in homes_of[occupant.person_id]:
            begins = home.formed
            own = next(one for one in home.occupants if one.person_id == occupant.person_id)
            if (
                home.place_id != earlier.place_id
                and begins > earlier.formed
                and abs(own.first - occupant.last) <= DAYS_OF_A_MOVE
                and own.first - begins <= DAYS_OF_A_MOVE
            ):
                moved[begins, home.place_id, home.number].add(occupant.person_id)
    found = []
    for (day, place_id, number), movers in moved.items():
        till_then = [
            one.person_id
            for one in earlier.occupants
            if one.first < day - DAYS_OF_A_MOVE and one.last >= day - DAYS_OF_A_MOVE
        ]
        staying = len(set(till_then) - movers)
        if len(movers) > staying:
            found.append((len(movers), day, place_id, number))
    return sorted(found)


# Person and place to the household that they were of in the last build.
EarlierHouseholds = Mapping[tuple[str, str], str]


def earlier_households(
    connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None
) -> list[tuple[str, str, str]] | None:
    """(household id, person id, place id) of the spells of the last build in a standing scope; None for a first build."""
    if previous_path is None:
        return None
    attach_snapshot(connection, previous_path, "previous_build")
    try:
        return connection.execute(
            "SELECT household_id, person_id, place_id FROM previous_build.household_spell WHERE scope = ? ORDER BY ALL",
            [scope.name],
        ).fetchall()
    finally:
        connection.execute("DETACH previous_build")


def carried_household_ids(
    found: Mapping[str, Sequence[tuple[str, str]]], earlier: Iterable[tuple[str, str, str]] | None
) -> dict[str, str]:
    """Derived household id to the id it goes by: that of the household of the last build with most of its people.

    ``found``: derived id to (person id, place id) of its spells. Among equals the lower earlier id and the lower
    derived id win; a derived id that an earlier household holds on to gets a number behind it.
    """
    if earlier is None:
        return {derived: derived for derived in found}
    return _matched(
        found, {(person_id, place_id): household_id for household_id, person_id, place_id in earlier}
    )


def _matched(found: Mapping[str, Sequence[tuple[str, str]]], earlier: EarlierHouseholds) -> dict[str, str]:
    shared = Counter(
        (derived, earlier[spell]) for derived, spells in found.items() for spell in spells if spell in earlier
    )
    taken: dict[str, str] = {}
    kept: set[str] = set()
    for (derived, earlier_id), _ in sorted(
        shared.items(), key=lambda item: (-item[1], item[0][1], item[0][0])
    ):
        if derived not in taken and earlier_id not in kept:
            taken[derived] = earlier_id
            kept.add(earlier_id)
    used = set(earlier.values())
    for derived in sorted(set(found) - set(taken)):
        fresh, attempt = derived, 0
        while fresh in used:
            attempt += 1
            fresh = f"{derived}#{attempt}"
        used.add(fresh)
        taken[derived] = fresh
    return taken
