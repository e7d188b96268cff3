"""Why two people whom a link ties are kept apart all the same: what the build weighed beyond the one pair."""

from collections.abc import Collection
from typing import Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import CONTRADICTION, NOTHING_OF_ONES_OWN, TWINS, levels_query, weights_query
from linkage.people.rulings import Rulings
from linkage.review.explain import RULE_WORDS, LinkExplanation
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

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
    kin = connection.execute(
        f"""SELECT count(*) FROM {rows_in_scope("relationship", scope)}
            WHERE (record_id IN (SELECT unnest($1::VARCHAR[])) AND other_record_id IN (SELECT unnest($2::VARCHAR[])))
               OR (record_id IN (SELECT unnest($2::VARCHAR[])) AND other_record_id IN (SELECT unnest($1::VARCHAR[])))""",
        sides,
    ).fetchall()[0][0]
    if kin:
        return KIN
    held_once = connection.execute(
        f"""SELECT count(*) FROM {rows_in_scope("record", scope)} a JOIN {rows_in_scope("record", scope)} b ON a.feed = b.feed
            WHERE a.duplicate_free AND b.duplicate_free
              AND a.record_id IN (SELECT unnest($1::VARCHAR[])) AND b.record_id IN (SELECT unnest($2::VARCHAR[]))""",
        sides,
    ).fetchall()[0][0]
    return ONE_RECORD_EACH if held_once else None


def _usual_bits(
    connection: duckdb.DuckDBPyConnection, sides: list[list[str]], calibration: LinkageCalibration
) -> float:
    """The median weight of all pairs between two people."""
    pairs = (
        "(SELECT a.record_number AS number_a, b.record_number AS number_b FROM comparison_record a, comparison_record b"
        " WHERE a.record_id IN (SELECT unnest($1::VARCHAR[])) AND b.record_id IN (SELECT unnest($2::VARCHAR[])))"
    )
    found = connection.execute(
        f"SELECT median(weight) FROM ({weights_query(levels_query(pairs), calibration)})", sides
    ).fetchall()
    return float(found[0][0] or 0.0)
