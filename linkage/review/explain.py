"""Why two records are, or are not, one person: the same answer for a link and for a pair that never was one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS
from linkage.pairs.scoring import (
    CONTRADICTION,
    NOTHING_OF_ONES_OWN,
    TWINS,
    TWO_GIVEN_NAMES,
    levels_query,
    weights_query,
)
from linkage.people.people import ties_around
from linkage.people.rulings import NO_RULINGS, Rulings
from linkage.review.waterfall import ComparisonLine, probability, waterfall
from records.errors import NotThere
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

RULE_WORDS: Final = {
    TWINS: "They share family name, date of birth and postcode but not the given name, as twins do; so they are kept apart.",
    CONTRADICTION: "Facts that cannot both be true of one person keep them apart.",
    NOTHING_OF_ONES_OWN: "They share what a household shares, and neither given name, date of birth nor a number speaks for"
    " one person; so they are kept apart.",
    TWO_GIVEN_NAMES: "Their given names are of two traditions, as one person may bear or two of one family: they join only where"
    " they share a home or a phone, no agency shows both names side by side, the sexes agree and no number differs.",
}


@dataclass(frozen=True, slots=True)
class LinkExplanation:
    """The waterfall of two records. ``weight``: bits; ``lines`` sum to it. ``rule``: why it may not be used as it stands."""

    record_id_a: str
    record_id_b: str
    weight: float
    probability: float
    rule: str | None
    lines: tuple[ComparisonLine, ...]
    sentence: str


def explain_link(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    record_id_a: str,
    record_id_b: str,
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> LinkExplanation:
    """Compare two records of the scope afresh.

    Raises:
        NotThere: one of them is not in the scope, or is on the protected side of a seal; the two are one answer.
    """
    protected = {record_id for seal in rulings.seals for record_id in seal.protected_record_ids}
    numbers = dict(
        connection.execute(
            f"SELECT c.record_id, c.record_number FROM comparison_record c JOIN {rows_in_scope('record', scope)} r"
            " ON r.record_id = c.record_id WHERE c.record_id IN (?, ?)",
            [record_id_a, record_id_b],
        ).fetchall()
    )
    for record_id in (record_id_a, record_id_b):
        if record_id not in numbers or record_id in protected:
            raise NotThere(
                f"There is no record {record_id}. Check the id: it is <agency>:<the agency's own id>."
            )
    pair = f"(SELECT {int(numbers[record_id_a])} AS number_a, {int(numbers[record_id_b])} AS number_b)"
    cursor = connection.execute(levels_query(pair))
    levels = dict(zip([column[0] for column in cursor.description or ()], cursor.fetchall()[0], strict=True))
    rule = connection.execute(
        f"SELECT rule FROM ({weights_query(levels_query(pair), calibration)})"
    ).fetchall()[0][0]
    weight, lines = waterfall(
        levels,
        calibration,
        shown_values(connection, scope, record_id_a),
        shown_values(connection, scope, record_id_b),
        _tie_between(connection, scope, (record_id_a, record_id_b), calibration, rulings),
    )
    return LinkExplanation(
        record_id_a,
        record_id_b,
        weight,
        probability(weight),
        rule,
        lines,
        _summary(weight, rule, calibration.join_bits),
    )


def _tie_between(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    pair: tuple[str, str],
    calibration: LinkageCalibration,
    rulings: Rulings,
) -> str | None:
    """What ties the two in the scope besides what they say themselves, a key of ``ties.TIES``."""
    could = connection.execute(
        "SELECT 1 FROM tied_pair t JOIN comparison_record a ON a.record_number = t.number_a"
        " JOIN comparison_record b ON b.record_number = t.number_b"
        " WHERE a.record_id IN ($1, $2) AND b.record_id IN ($1, $2) LIMIT 1",
        list(pair),
    ).fetchall()
    if not could:
        return None
    return ties_around(connection, scope, pair, calibration, rulings).get((min(pair), max(pair)))


def _summary(weight: float, rule: str | None, join_bits: float) -> str:
    if rule in RULE_WORDS and (rule == TWINS or weight >= join_bits):
        return RULE_WORDS[rule]
    chance = f"{probability(weight):.1%}" if weight < 10 else "more than 99.9%"
    if weight >= join_bits:
        return f"Taken together, the chance that they are one person is {chance}: enough to join them."
    return f"Taken together, the chance that they are one person is {chance}: not enough to join them."


def shown_values(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_id: str
) -> dict[str, str | None]:
    """What the scope's rows say of a record, by comparison field, as a reader would write it."""
    given, family, full, born, year, sex = connection.execute(
        f"SELECT given_name, family_name, full_name, date_of_birth, birth_year, sex FROM {rows_in_scope('record', scope)}"
        " WHERE record_id = ?",
        [record_id],
    ).fetchall()[0]
    others = connection.execute(
        f"SELECT given_name, family_name, full_name FROM {rows_in_scope('name', scope)} WHERE record_id = ?"
        " ORDER BY ALL",
        [record_id],
    ).fetchall()
    values: dict[str, str | None] = {comparison.field: None for comparison in COMPARISONS}
    values["forename"] = _listed([given or full, *(row[0] or row[2] for row in others)])
    values["surname"] = _listed([family or full, *(row[1] or row[2] for row in others)])
    values["birth"] = born.isoformat() if born else (str(year) if year else None)
    values["sex"] = sex
    for field, query in (
        ("place", f"SELECT concat_ws(', ', address, postcode) FROM {rows_in_scope('address_spell', scope)} WHERE record_id = ?"),
        ("phone", f"SELECT value FROM {rows_in_scope('thing_use', scope)} WHERE record_id = ? AND kind = 'phone'"),
        ("nhs_number", f"SELECT value FROM {rows_in_scope('identifier', scope)} WHERE record_id = ? AND kind = 'nhs_number'"),
        ("identifier", f"SELECT concat(kind, ' ', value) FROM {rows_in_scope('identifier', scope)} WHERE record_id = ? AND kind <> 'nhs_number'"),
    ):  # fmt: skip
        values[field] = _listed(
            sorted(str(row[0]) for row in connection.execute(query, [record_id]).fetchall())
        )
    return values


def _listed(values: Sequence[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(value for value in values if value)) or None
