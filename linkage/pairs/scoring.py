"""The weight of a pair of records: Fellegi-Sunter against strangers and against two people of one household.

The weight is the log2 of the posterior odds that two records are one person. The other side of the odds has two
parts: strangers, among whom agreement is chance, and people of one household, among whom family name, address and
phone agree as a rule. A plain two-way model takes a shared home for proof and merges brothers.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARED_COLUMNS, COMPARISONS, Comparison, level_expression

TWINS: Final = "twins"
CONTRADICTION: Final = "contradiction"
IDENTIFIER: Final = "conclusive identifier"
TWO_GIVEN_NAMES: Final = "two given names"
NOTHING_OF_ONES_OWN: Final = "nothing personal"
# Pairs of these rules join nobody, whatever they weigh; the same as SQL of a list.
BARRING_RULES: Final = (TWINS, CONTRADICTION, NOTHING_OF_ONES_OWN)
BARRING_LIST: Final = ", ".join(f"'{rule}'" for rule in BARRING_RULES)

# Below this ratio of household pairs to pairs of one person the records hold next to no families.
RARE_HOUSEHOLDS: Final = 0.3

# Level numbers that the rules below speak of, see linkage/model/comparisons.py.
BITS_COLUMNS: Final = ("forename_bits", "household_bits", "surname_bits", "together_bits")
_SAME_FORENAME: Final = 8
OTHER_FORENAME: Final = "forename IN (0, 1)"
_TWO_TRADITIONS: Final = "forename = 1"
_SAME_SURNAME: Final = 5
# A name in the other's place: a common one meets another by chance there as well, a rare one is rare enough as it is. Where both
# are, whoever swapped one swapped the other, so that the two are one coincidence, which counts for the family name.
CROSSED_FORENAME: Final = 4
CROSSED_SURNAME: Final = 2
CROSSED: Final = f"forename = {CROSSED_FORENAME} AND surname = {CROSSED_SURNAME}"

# HMPPS: the same surname and birth date, a shared postcode, different forenames, no shared identifier. The same house
# under another postcode is the same home with a slip in its postcode. Of a family name that says nothing (Bibi beside Hussain)
# it is not known that it differs.
_TWINS_RULE: Final = f"{OTHER_FORENAME} AND (surname >= 3 OR surname < 0) AND birth = 5 AND place >= 5 AND nhs_number <> 1 AND identifier <> 1"
# Two facts that exclude one another keep a pair apart unless the rest is overwhelming: numbers that were each checked
# and differ, or dates of birth years apart, without a shared identifier; and another sex under another name even
# with one, since a sibling's number gets onto a form.
CONTRADICTED_BITS: Final = 10.0
# No two of a family bear one given name and were born on one day: of two numbers of such a one, one is wrong.
_EXCLUDING_FACTS: Final = (
    f"nhs_number = 0 AND NOT (forename = {_SAME_FORENAME} AND surname = {_SAME_SURNAME} AND birth = 5 AND sex <> 0"
    f" AND against_strangers >= {CONTRADICTED_BITS})"
)
_BROTHER_AND_SISTER: Final = f"(sex = 0 AND {OTHER_FORENAME})"
_KIN_FACTS: Final = "birth = 0"
# A home, a phone and a family name belong to a family, and so does a number on a form beside another given name: where what is a
# person's own is known and differs, they alone make nobody one person.
_NOTHING_OF_ONES_OWN: Final = "forename < 2 AND birth < 1 AND (nhs_number < 1 AND identifier < 1 OR forename = 0) AND (forename = 0 OR birth = 0)"
# A number is proof when nothing denies it: a sibling's number gets onto a form.
_IDENTIFIER_RULE: Final = (
    f"(nhs_number = 1 OR identifier = 1) AND NOT {OTHER_FORENAME} AND birth <> 0 AND sex <> 0"
)


def twins_condition(calibration: LinkageCalibration) -> str:
    """SQL over the levels of a pair: whether it looks like twins. Records without families hold none to be kept apart."""
    return f"({_TWINS_RULE})" if calibration.household_ratio >= RARE_HOUSEHOLDS else "false"


def _rule_expression(calibration: LinkageCalibration) -> str:
    """SQL of the rule that applies to a pair; records without families hold no sons who bear their fathers' names."""
    families = calibration.household_ratio >= RARE_HOUSEHOLDS
    excluding = f"{_EXCLUDING_FACTS} OR {_KIN_FACTS}" if families else _EXCLUDING_FACTS
    shared_alone = _NOTHING_OF_ONES_OWN if families else "false"
    return (
        f"CASE WHEN {twins_condition(calibration)} AND NOT {_TWO_TRADITIONS} THEN '{TWINS}'"
        f" WHEN ({_BROTHER_AND_SISTER} OR nhs_number <> 1 AND identifier <> 1 AND ({excluding})) AND weight < {CONTRADICTED_BITS}"
        f" THEN '{CONTRADICTION}' WHEN {shared_alone} THEN '{NOTHING_OF_ONES_OWN}' WHEN {_TWO_TRADITIONS} THEN '{TWO_GIVEN_NAMES}'"
        f" WHEN {_IDENTIFIER_RULE} THEN '{IDENTIFIER}' END"
    )


def _number(value: float) -> str:
    # With an exponent, because DuckDB reads a plain 1.5 as a decimal, whose sums overflow.
    return f"({value:.9e})"


def _bits_expression(
    calibration: LinkageCalibration, side: int, comparisons: Sequence[Comparison] = COMPARISONS
) -> str:
    """SQL of the bits that ``comparisons`` give against strangers (side 0) or people of one household (side 1)."""
    fields = {comparison.field for comparison in comparisons}
    terms = [_number(calibration.prior_bits[side])]
    for comparison in comparisons:
        cases = " ".join(
            f"WHEN {value} THEN {_number(calibration.bits(comparison, value)[side])}"
            for value in range(len(comparison.levels))
        )
        once = f"WHEN {CROSSED} THEN 0e0" if comparison.field == "forename" and "surname" in fields else ""
        bits = f"CASE {comparison.field} {cases} ELSE 0e0 END"
        terms.append(f"CASE {once} ELSE {bits} END" if once else bits)
    if "forename" in fields:
        rarity = "forename_bits" if side == 0 else "household_bits"
        crossed = f"WHEN forename = {CROSSED_FORENAME} THEN least({rarity}, 0e0)" if side == 0 else ""
        terms.append(f"CASE WHEN forename = {_SAME_FORENAME} THEN {rarity} {crossed} ELSE 0e0 END")
    if side == 0 and "surname" in fields:
        crossed = f"WHEN surname = {CROSSED_SURNAME} THEN least(surname_bits, 0e0)"
        terms.append(f"CASE WHEN surname = {_SAME_SURNAME} THEN surname_bits {crossed} ELSE 0e0 END")
        if "forename" in fields:
            both = f"forename = {_SAME_FORENAME} AND surname = {_SAME_SURNAME}"
            terms.append(f"CASE WHEN {both} THEN together_bits ELSE 0e0 END")
    return " + ".join(terms)


def levels_query(
    pairs: str,
    left: str = "comparison_record",
    right: str = "comparison_record",
    comparisons: Sequence[Comparison] = COMPARISONS,
    carried: Sequence[str] = (),
) -> str:
    """SQL of the levels of ``comparisons`` for ``pairs`` (number_a, number_b), and the frequency bits of the left.

    ``carried`` names columns of ``pairs`` to keep: levels that are known already.
    """
    numbers = ", ".join(("number_a", "number_b", *carried))
    joined = f"{pairs} p JOIN {left} l ON l.record_number = p.number_a JOIN {right} r ON r.record_number = p.number_b"
    return _levels_of(numbers, f"SELECT p.*, {_sides()} FROM {joined}", comparisons)


def levels_between(left: str, right: str) -> str:
    """SQL of the levels of every row of ``left`` with every row of ``right``, as ``levels_query`` gives them.

    For a few rows of comparison records: to find each by its number would take longer than to compare them all.
    """
    numbered = "l.record_number AS number_a, r.record_number AS number_b"
    return _levels_of(
        "number_a, number_b", f"SELECT {numbered}, {_sides()} FROM {left} l CROSS JOIN {right} r"
    )


def _sides() -> str:
    """SQL of the columns compared of l and r, and the frequency bits of l."""
    columns = [column for column in COMPARED_COLUMNS if column not in BITS_COLUMNS]
    sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in columns)
    return f"{sides}, {', '.join(f'l.{column}' for column in BITS_COLUMNS)}"


def _levels_of(numbers: str, sides: str, comparisons: Sequence[Comparison] = COMPARISONS) -> str:
    levels = ", ".join(
        f"({level_expression(comparison)})::TINYINT AS {comparison.field}" for comparison in comparisons
    )
    worked_out = [f"{sql} AS {name}" for comparison in comparisons for name, sql in comparison.worked_out]
    if worked_out:
        sides = f"SELECT *, {', '.join(worked_out)} FROM ({sides})"
    return f"SELECT {numbers}, {levels}, {', '.join(BITS_COLUMNS)} FROM ({sides})"


def promising_query(levels: str, calibration: LinkageCalibration, hoped_for: Sequence[Comparison]) -> str:
    """SQL of the rows of ``levels`` that could still reach ``keep_bits``: those of every comparison but ``hoped_for``.

    Most pairs that share a home are two people, as their names and dates of birth say; what they share of the home need
    not be compared. No pair that would be kept is lost: the bound takes the best of every comparison to come.
    """
    known = [comparison for comparison in COMPARISONS if comparison not in hoped_for]
    bounds = []
    for side in (0, 1):
        hoped = sum(
            max(0.0, *(calibration.bits(comparison, value)[side] for value in range(len(comparison.levels))))
            for comparison in hoped_for
        )
        bounds.append(
            f"({_bits_expression(calibration, side, known)}) + {_number(hoped)} >= {_number(calibration.keep_bits)}"
        )
    return f"SELECT * FROM ({levels}) WHERE {' AND '.join(bounds)}"


def weights_query(levels: str, calibration: LinkageCalibration) -> str:
    """SQL of number_a, number_b, weight, rule and comparisons (a digit a field, 0 for missing) from levels."""
    digits = " || ".join(f"({comparison.field} + 1)::VARCHAR" for comparison in COMPARISONS)
    fields = ", ".join(comparison.field for comparison in COMPARISONS)
    return (
        f"SELECT number_a, number_b, weight, ({_rule_expression(calibration)}) AS rule, {digits} AS comparisons FROM ("
        f"SELECT number_a, number_b, {fields}, against_strangers, -log2(pow(2.0, -against_strangers) + pow(2.0, -against_household)) AS weight"
        f" FROM (SELECT number_a, number_b, {fields}, ({_bits_expression(calibration, 0)}) AS against_strangers,"
        f" ({_bits_expression(calibration, 1)}) AS against_household FROM ({levels})))"
    )


def component_numbers(
    size: int, number_a: NDArray[np.integer], number_b: NDArray[np.integer]
) -> NDArray[np.int32]:
    """The connected component of each of ``size`` records; named by scipy in the order of their first records."""
    ones = np.ones(len(number_a), dtype=np.int8)
    graph = coo_matrix((ones, (number_a, number_b)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int32)
