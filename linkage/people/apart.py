"""Why two people whom a link ties are kept apart all the same: what the build weighed beyond the one pair."""

from collections.abc import Collection
from itertools import product
from statistics import median
from typing import Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import CONTRADICTION, NOTHING_OF_ONES_OWN, TWINS
from linkage.people.rulings import Rulings
from linkage.review.compared import compare, numbers_of
from linkage.review.explain import RULE_WORDS, LinkExplanation
from records.scope import Scope
from records.snapshot.about import RowsAbout, among

JUDGED: Final = "judged not the same"
KIN: Final = "stated kin"
ONE_RECORD_EACH: Final = "a feed without duplicates"
UNLIKE: Final = "not alike enough"
TAKEN_TOGETHER: Final = "the rest speaks against it"
RIVAL: Final = "could be either of two"

WHY_APART: Final[dict[str, str]] = {
    JUDGED: "A person judged that they are not one.",
    TWINS: RULE_WORDS[TWINS],
    CONTRADICTION: RULE_WORDS[CONTRADICTION],
    NOTHING_OF_ONES_OWN: RULE_WORDS[NOTHING_OF_ONES_OWN],
    KIN: "An agency states that the two are kin to one another, and so two people.",
    ONE_RECORD_EACH: "Both stand in a feed that holds each person once, under two numbers.",
    UNLIKE: "The two records are not alike enough to join.",
    TAKEN_TOGETHER: "The two records alone could join, but what their people's other records say, taken together, speaks against it.",
    RIVAL: "The two records alone could join, but it is not clear whether they belong together or one of them to somebody else.",
}


def why_apart(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    link: LinkExplanation,
    people: tuple[Collection[str], Collection[str]],
    calibration: LinkageCalibration,
    rulings: Rulings,
) -> str:
    """The first reason that applies, a key of ``WHY_APART``. ``people``: the record ids that either person holds in the scope.

    Seals are no reason here: their protected side is in nobody's scope.
    """
    first, second = (frozenset(held) for held in people)
    if any((a in first and b in second) or (a in second and b in first) for a, b in rulings.not_same()):
        return JUDGED
    heavy = link.weight >= calibration.join_bits
    if link.rule == TWINS or (link.rule in (CONTRADICTION, NOTHING_OF_ONES_OWN) and heavy):
        return str(link.rule)
    if not heavy:
        return UNLIKE
    sides = [sorted(first), sorted(second)]
    weighed = RIVAL if _usual_bits(connection, sides, calibration) > 0 else TAKEN_TOGETHER
    return _stated(connection, scope, sides) or weighed


def _stated(connection: duckdb.DuckDBPyConnection, scope: Scope, sides: list[list[str]]) -> str | None:
    """What an agency states that makes two people of the sides, None where none does."""
    first, second = sides
    about = RowsAbout(connection, scope)
    kin = connection.execute(
        f"""SELECT count(*) FROM {about.rows("relationship", "record_id", [*first, *second])}
            WHERE ({among("record_id", first)} AND {among("other_record_id", second)})
               OR ({among("record_id", second)} AND {among("other_record_id", first)})"""
    ).fetchall()[0][0]
    if kin:
        return KIN
    held_once = connection.execute(
        f"""SELECT count(*) FROM {about.rows("record", "record_id", first)} a
            JOIN {about.rows("record", "record_id", second)} b ON a.feed = b.feed
            WHERE a.duplicate_free AND b.duplicate_free"""
    ).fetchall()[0][0]
    return ONE_RECORD_EACH if held_once else None


def _usual_bits(
    connection: duckdb.DuckDBPyConnection, sides: list[list[str]], calibration: LinkageCalibration
) -> float:
    """The median weight of all pairs between two people."""
    first, second = ([*numbers_of(connection, side).values()] for side in sides)
    weighed = compare(connection, list(product(first, second)), calibration).values()
    return median(one.weight for one in weighed) if weighed else 0.0
