"""What two clusters of records say of being one person: the comparisons of their pairs, gathered field by field.

Clusters are compared as people, not as a heap of pairs. What a person has several of (places, phones, numbers, family
names) agrees when any pair of records agrees on it: whoever moved house has records of both addresses, and the pairs of
old with new ones speak against nobody. What a person has one of (date of birth, sex) counts by the mean of
its pairs, so that one slip neither parts nor joins two people; of given names the mean is of the odds, since a person may go by
two (Joyce and Mei) and be met under either.
"""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.columns import column
from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS
from linkage.pairs.scoring import CROSSED_FORENAME, CROSSED_SURNAME

# One of each, and several of each, by field of linkage/model/comparisons.py.
ONE_OF_EACH: Final = ("forename", "birth", "sex")
SEVERAL: Final = ("surname", "place", "phone", "nhs_number", "identifier")
# Places in an agreement: for each field of one, how many pairs know it and the sums of bits on both sides; how many pairs
# know the ages of a parent and of who it may be, and of how many those rule it out; for each field of one, its best level; for each field of several, its best level; the bits of a rare family name; the bits of what else ties the two (``linkage/pairs/ties.py``), on either side; whether any pair
# has different identifiers of one kind; whether one feed holds both under different given names; whether any pair is of
# different sexes; whether any pair has all of one name and one birthday, and different NHS numbers; whether any pair has given names of two traditions.
Agreement = list[float]
_BITS: Final = 3 * len(ONE_OF_EACH)
# Of given names the sums are of odds, not of bits: whoever goes by two names is met under each of them by turns.
_BY_TURNS: Final = (3 * ONE_OF_EACH.index("forename"),)
KNOWN_AGES: Final = _BITS
TOO_YOUNG: Final = KNOWN_AGES + 1
_SUMS: Final = TOO_YOUNG + 1
_BEST_OF_ONE: Final = _SUMS
_BEST_OF_SEVERAL: Final = _BEST_OF_ONE + len(ONE_OF_EACH)
_RARITY: Final = _BEST_OF_SEVERAL + len(SEVERAL)
TIE: Final = _RARITY + 1
TIE_AT_HOME: Final = TIE + 1
CONFLICT: Final = TIE_AT_HOME + 1
SIDE_BY_SIDE: Final = CONFLICT + 1
OTHER_SEX: Final = SIDE_BY_SIDE + 1
OTHER_NUMBER: Final = OTHER_SEX + 1
TWO_NAMES: Final = OTHER_NUMBER + 1
WIDTH: Final = TWO_NAMES + 1
FORENAME: Final = _BEST_OF_ONE
BIRTH: Final = _BEST_OF_ONE + 1
# The level of given names of two traditions: two names of one person, or one name each of two of a family.
TWO_TRADITIONS: Final = 1
# From this level of given names on, two clusters that look like twins show one person: the same, an alias in common, or a
# slip of the pen.
NAMES_IN_COMMON: Final = 5
SEX: Final = _BEST_OF_ONE + 2
PLACE: Final = _BEST_OF_SEVERAL + SEVERAL.index("place")
PHONE: Final = _BEST_OF_SEVERAL + SEVERAL.index("phone")
NHS_NUMBER: Final = _BEST_OF_SEVERAL + SEVERAL.index("nhs_number")
IDENTIFIER: Final = _BEST_OF_SEVERAL + SEVERAL.index("identifier")


class Weight(NamedTuple):
    """Bits for one person: against strangers alone, and against strangers and people of one household together."""

    against_strangers: float
    in_all: float


def gather(one: Agreement, other: Agreement) -> Agreement:
    """The agreement of two clusters together with a third, from that of each of the two."""
    return [a + b for a, b in zip(one[:_SUMS], other[:_SUMS], strict=True)] + [
        a if a > b else b for a, b in zip(one[_SUMS:], other[_SUMS:], strict=True)
    ]


class Scale:
    """Turns agreements into weights by the numbers of one calibration."""

    def __init__(self, calibration: LinkageCalibration) -> None:
        """Tables of bits by level for each field, level -1 (not known) last."""
        by_field = {comparison.field: comparison for comparison in COMPARISONS}
        self._start = calibration.prior_bits
        self._tables = {
            field: [
                [
                    calibration.bits(by_field[field], value)[side]
                    for value in range(len(by_field[field].levels))
                ]
                + [0.0]
                for side in (0, 1)
            ]
            for field in (*ONE_OF_EACH, *SEVERAL)
        }
        self._best_surname = len(by_field["surname"].levels) - 1
        self._best_forename = len(by_field["forename"].levels) - 1
        self._best_birth = len(by_field["birth"].levels) - 1
        self._crossed = [table[CROSSED_SURNAME] for table in self._tables["surname"]]
        # Names in each other's place count for the given name, see ``_count_crossed_once``.
        for table in self._tables["surname"]:
            table[CROSSED_SURNAME] = 0.0
        self._several = [self._tables[field] for field in SEVERAL]

    def agreements(self, found: dict[str, Any]) -> NDArray[np.float64]:
        """One row a pair (of ``WIDTH`` values) from the columns of ``scoring.levels_query``."""
        levels = {field: column(found, field, np.int64) for field in (*ONE_OF_EACH, *SEVERAL)}
        rows = np.zeros((len(levels["sex"]), WIDTH))
        same_forename = levels["forename"] == self._best_forename
        same_surname = levels["surname"] == self._best_surname
        bits: dict[str, NDArray[np.float64]] = {
            name: np.nan_to_num(np.asarray(np.ma.filled(np.ma.asarray(found[name], dtype=float), 0.0)))
            for name in ("forename_bits", "household_bits", "surname_bits", "together_bits")
        }
        for place, field in enumerate(ONE_OF_EACH):
            tables = [np.array(table) for table in self._tables[field]]
            rows[:, 3 * place] = levels[field] >= 0
            rows[:, 3 * place + 1] = tables[0][levels[field]]
            rows[:, 3 * place + 2] = tables[1][levels[field]]
            rows[:, _BEST_OF_ONE + place] = levels[field]
        rows[:, 1] += same_forename * (bits["forename_bits"] + same_surname * bits["together_bits"])
        rows[:, 1] += (levels["forename"] == CROSSED_FORENAME) * np.minimum(bits["forename_bits"], 0.0)
        rows[:, 2] += same_forename * bits["household_bits"]
        self._count_crossed_once(rows, levels, bits)
        for place in _BY_TURNS:
            known = rows[:, place] > 0
            rows[:, place + 1 : place + 3] = np.where(
                known[:, None], np.exp2(rows[:, place + 1 : place + 3]), 0.0
            )
        for place, field in enumerate(SEVERAL):
            rows[:, _BEST_OF_SEVERAL + place] = levels[field]
        rows[:, CONFLICT] = (levels["nhs_number"] == 0) | (levels["identifier"] == 0)
        rows[:, OTHER_SEX] = levels["sex"] == 0
        rows[:, TWO_NAMES] = levels["forename"] == TWO_TRADITIONS
        one_name = same_forename & same_surname & (levels["birth"] == self._best_birth) & (levels["sex"] != 0)
        rows[:, OTHER_NUMBER] = one_name & (levels["nhs_number"] == 0)
        rows[:, _RARITY] = np.where(same_surname, bits["surname_bits"], -math.inf)
        return rows

    def _count_crossed_once(
        self,
        rows: NDArray[np.float64],
        levels: dict[str, NDArray[np.int64]],
        bits: dict[str, NDArray[np.float64]],
    ) -> None:
        """Where both names stand in each other's place, let them count for the given name, which is then the same.

        Two clusters may have a better pair of family names, from a record that holds them in the right order.
        """
        both = levels["surname"] == CROSSED_SURNAME
        rarity = np.minimum(bits["forename_bits"], 0.0) + np.minimum(bits["surname_bits"], 0.0)
        for side in (0, 1):
            rows[both, 1 + side] = self._crossed[side]
        rows[both, 1] += rarity[both]
        rows[both, 0] = 1.0
        rows[both, FORENAME] = NAMES_IN_COMMON

    def weigh_all(self, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The weights of many agreements, a row each: against strangers, and in all."""
        strangers = np.full(len(rows), self._start[0]) + rows[:, TIE]
        household = np.full(len(rows), self._start[1]) + rows[:, TIE_AT_HOME]
        for place in range(0, _BITS, 3):
            known = rows[:, place] > 0
            sums = rows[:, place + 1 : place + 3] / np.maximum(rows[:, place : place + 1], 1.0)
            if place in _BY_TURNS:
                sums = np.where(known[:, None], np.log2(np.where(known[:, None], sums, 1.0)), 0.0)
            strangers += sums[:, 0]
            household += sums[:, 1]
        for place, tables in enumerate(self._several, start=_BEST_OF_SEVERAL):
            levels = rows[:, place].astype(np.int64)
            strangers += np.array(tables[0])[levels]
            household += np.array(tables[1])[levels]
        strangers += np.where(rows[:, _RARITY] > -math.inf, rows[:, _RARITY], 0.0)
        return strangers, -np.log2(np.exp2(-strangers) + np.exp2(-household))

    def weigh(self, agreement: Agreement) -> Weight:
        """The weight of one agreement."""
        strangers, household = self._start
        for place in range(0, _BITS, 3):
            if known := agreement[place]:
                told, told_at_home = agreement[place + 1] / known, agreement[place + 2] / known
                strangers += math.log2(told) if place in _BY_TURNS else told
                household += math.log2(told_at_home) if place in _BY_TURNS else told_at_home
        for place, (against_strangers, at_home) in enumerate(self._several, start=_BEST_OF_SEVERAL):
            level = int(agreement[place])
            strangers += against_strangers[level]
            household += at_home[level]
        if agreement[_RARITY] > -math.inf:
            strangers += agreement[_RARITY]
        strangers += agreement[TIE]
        household += agreement[TIE_AT_HOME]
        return Weight(strangers, -math.log2(2.0**-strangers + 2.0**-household))


def shares_an_identifier(agreement: Sequence[float]) -> bool:
    """Whether any pair has an identifier in common."""
    return agreement[NHS_NUMBER] == 1 or agreement[IDENTIFIER] == 1
