"""People held together by a doubtful link: where a cut would leave two people, and what stands on either side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np

from linkage.columns import column
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import BARRING_LIST, component_numbers

Link = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class WeakHold:
    """The strongest link between two parts of a person, still weaker than the bits asked; parts by record number."""

    number_a: int
    number_b: int
    weight: float
    part_a: tuple[int, ...]
    part_b: tuple[int, ...]


def weak_holds(
    connection: duckdb.DuckDBPyConnection, members: str, calibration: LinkageCalibration, sure_bits: float
) -> list[WeakHold]:
    """Where the people of table ``members`` (record_number, person_id) hang on a link of fewer than ``sure_bits``.

    Records that surer links tie are one part; the heaviest of the other links that could join tie the parts (Kruskal),
    and each of those is a hold. Parts that nothing ties but a judgement give none.
    """
    found = connection.execute(
        f"""
        SELECT l.number_a, l.number_b, l.weight FROM link l
        JOIN {members} a ON a.record_number = l.number_a JOIN {members} b ON b.record_number = l.number_b
        WHERE a.person_id = b.person_id AND l.weight >= ?
            AND NOT coalesce(l.rule IN ({BARRING_LIST}), false)
        ORDER BY l.weight DESC, l.record_id_a, l.record_id_b""",
        [calibration.join_bits],
    ).fetchnumpy()
    number_a, number_b = column(found, "number_a", np.int64), column(found, "number_b", np.int64)
    weight = column(found, "weight", np.float64)
    numbers = np.unique(np.concatenate([number_a, number_b]))
    place_a, place_b = np.searchsorted(numbers, number_a), np.searchsorted(numbers, number_b)
    sure = weight >= sure_bits
    part = component_numbers(len(numbers), place_a[sure], place_b[sure])
    between = ~sure & (part[place_a] != part[place_b])
    if not between.any():
        return []
    whole = component_numbers(len(numbers), place_a, place_b)
    affected = np.zeros(int(whole.max()) + 1, dtype=bool)
    affected[whole[place_a[between]]] = True
    people: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(affected[whole]).tolist():
        people[int(whole[place])].append(place)
    links: dict[int, list[Link]] = defaultdict(list)
    for low, high, bits in zip(
        place_a[between].tolist(), place_b[between].tolist(), weight[between].tolist(), strict=True
    ):
        links[int(whole[low])].append((low, high, bits))
    # Once for all people: a list of everybody's parts made anew for each person grew with the square of the hub.
    named, part_of = numbers.tolist(), part.tolist()
    return [
        WeakHold(
            named[low],
            named[high],
            bits,
            tuple(named[place] for place in side),
            tuple(named[place] for place in other),
        )
        for person, places in sorted(people.items())
        for low, high, bits, side, other in _cuts(places, links[person], part_of)
    ]


def _cuts(
    places: list[int], links: list[Link], part: list[int]
) -> Iterable[tuple[int, int, float, list[int], list[int]]]:
    """The links that tie the parts of one person, heaviest first among equals by place, with both sides of each."""
    group = {part[place]: {part[place]} for place in places}
    ties: list[Link] = []
    for low, high, bits in links:
        one, other = part[low], part[high]
        if group[one] is not group[other]:
            ties.append((low, high, bits))
            joined = group[one] | group[other]
            group.update(dict.fromkeys(joined, joined))
    for cut in ties:
        side = _reached(part[cut[0]], [tie for tie in ties if tie is not cut], part)
        yield (
            *cut,
            [place for place in places if part[place] in side],
            [place for place in places if part[place] not in side],
        )


def _reached(start: int, ties: list[Link], part: list[int]) -> set[int]:
    """The parts that ``ties`` lead to from ``start``."""
    reached, waiting = {start}, [start]
    while waiting:
        at = waiting.pop()
        for low, high, _ in ties:
            for one, other in ((part[low], part[high]), (part[high], part[low])):
                if one == at and other not in reached:
                    reached.add(other)
                    waiting.append(other)
    return reached
