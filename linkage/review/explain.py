"""Why two records are, or are not, one person: the same answer for a link and for a pair that never was one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS
from linkage.pairs.scoring import (
    CONTRADICTION,
    NOTHING_OF_ONES_OWN,
    TWINS,
    TWO_GIVEN_NAMES,
)
from linkage.people.people import ties_around
from linkage.people.rulings import NO_RULINGS, Rulings
from linkage.review.compared import compare, numbers_of
from linkage.review.waterfall import ComparisonLine, probability, waterfall
from records.errors import NotThere
from records.scope import Scope
from records.snapshot.about import RowsAbout

RULE_WORDS: Final = {
    TWINS: "They share family name, date of birth and postcode but not the given name, as twins do; so they are kept apart.",
    CONTRADICTION: "Facts that cannot both be true of one person keep them apart.",
    NOTHING_OF_ONES_OWN: "They share what a household shares, or a number beside quite another given name, and neither given name"
    " nor date of birth speaks for one person; so they are kept apart.",
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
    return explain_links(connection, scope, [(record_id_a, record_id_b)], calibration, rulings)[0]


def explain_links(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    pairs: Sequence[tuple[str, str]],
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> tuple[LinkExplanation, ...]:
    """Compare pairs of records of the scope afresh, all at once: in the order of ``pairs``.

    Raises:
        NotThere: a record is not in the scope, or is on the protected side of a seal; the two are one answer.
    """
    asked = sorted({record_id for pair in pairs for record_id in pair})
    about = RowsAbout(connection, scope)
    values = shown_values(connection, about, asked)
    protected = {record_id for seal in rulings.seals for record_id in seal.protected_record_ids}
    numbers = numbers_of(connection, asked)
    for record_id in (record_id for pair in pairs for record_id in pair):
        if record_id not in numbers or record_id not in values or record_id in protected:
            raise NotThere(
                f"There is no record {record_id}. Check the id: it is <agency>:<the agency's own id>."
            )
    compared = compare(connection, [(numbers[one], numbers[other]) for one, other in pairs], calibration)
    could_be_tied = _tied(connection, numbers.values())
    explained = []
    for one, other in pairs:
        found = compared[numbers[one], numbers[other]]
        tie = None
        if frozenset((numbers[one], numbers[other])) in could_be_tied:
            ties = ties_around(connection, scope, (one, other), calibration, rulings)
            tie = ties.get((min(one, other), max(one, other)))
        weight, lines = waterfall(found.levels, calibration, values[one], values[other], tie)
        summary = _summary(weight, found.rule, calibration.join_bits)
        explained.append(LinkExplanation(one, other, weight, probability(weight), found.rule, lines, summary))
    return tuple(explained)


def _tied(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> set[frozenset[int]]:
    """The pairs of these records that something besides what they say themselves may tie."""
    listed = ", ".join(str(int(number)) for number in sorted(numbers)) or "NULL"
    rows = connection.execute(
        f"SELECT number_a, number_b FROM tied_pair WHERE number_a IN ({listed}) AND number_b IN ({listed})"
    ).fetchall()
    return {frozenset(row) for row in rows}


def _summary(weight: float, rule: str | None, join_bits: float) -> str:
    if rule in RULE_WORDS and (rule == TWINS or weight >= join_bits):
        return RULE_WORDS[rule]
    chance = f"{probability(weight):.1%}" if weight < 10 else "more than 99.9%"
    if weight >= join_bits:
        return f"Taken together, the chance that they are one person is {chance}: enough to join them."
    return f"Taken together, the chance that they are one person is {chance}: not enough to join them."


def shown_values(
    connection: duckdb.DuckDBPyConnection, about: RowsAbout, record_ids: Sequence[str]
) -> dict[str, dict[str, str | None]]:
    """What the scope's rows say of each of the records that it holds, by comparison field, as a reader would write it."""

    def told(table: str, columns: str) -> dict[str, list[tuple[Any, ...]]]:
        rows = about.rows(table, "record_id", record_ids)
        found: dict[str, list[tuple[Any, ...]]] = {}
        for record_id, *values in connection.execute(
            f"SELECT record_id, {columns} FROM {rows} ORDER BY ALL"
        ).fetchall():
            found.setdefault(record_id, []).append(tuple(values))
        return found

    records = told("record", "given_name, family_name, full_name, date_of_birth, birth_year, sex")
    names = told("name", "given_name, family_name, full_name")
    places = told("address_spell", "concat_ws(', ', address, postcode)")
    things = told("thing_use", "kind, value")
    numbers = told("identifier", "kind, value")
    values: dict[str, dict[str, str | None]] = {}
    for record_id, [(given, family, full, born, year, sex)] in records.items():
        others = names.get(record_id, [])
        values[record_id] = {comparison.field: None for comparison in COMPARISONS} | {
            "forename": _listed([given or full, *(row[0] or row[2] for row in others)]),
            "surname": _listed([family or full, *(row[1] or row[2] for row in others)]),
            "birth": born.isoformat() if born else (str(year) if year else None),
            "sex": sex,
            "place": _listed(sorted(str(row[0]) for row in places.get(record_id, []))),
            "phone": _listed(sorted(v for kind, v in things.get(record_id, []) if kind == "phone")),
            "nhs_number": _listed(
                sorted(v for kind, v in numbers.get(record_id, []) if kind == "nhs_number")
            ),
            "identifier": _listed(
                sorted(f"{kind} {v}" for kind, v in numbers.get(record_id, []) if kind != "nhs_number")
            ),
        }
    return values


def _listed(values: Sequence[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(value for value in values if value)) or None
