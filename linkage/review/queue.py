"""The queue of links for people to look at: what the model is unsure of, first what a judgement would change most.

**The order.** ``expected_change = uncertainty x moved``.

* ``uncertainty`` is the entropy, in bits, of the chance that the two sides are one person: 1 at evens, 0 when certain.
  The chance is the mean of the opinions there are: that of the weights, half those of the two records that speak most
  for one person, half the mean of all pairs between the sides (of many pairs the best is nearly always good); 0 for a
  rule (twins, contradiction) or a clustering that kept apart what the weight would join; and the second opinion's,
  where it has one.
* ``moved`` counts what changes hands with a judgement: the records of the smaller side, the open events of either, the
  people under 18 among the two, and the agencies that know one side only.

An entry is a pair of people, shown by the two records that speak most for one person; or one person whose parts hang
on a doubtful link. Whatever a fact settles stays out: stated kin, and two numbers of a feed that holds each person once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa

from linkage.model.calibration import LinkageCalibration
from linkage.people.weak_holds import weak_holds
from linkage.review.rows import draw_apart, draw_doubted, measure_stakes, weigh_together
from linkage.review.second_opinion import MOST_ASKED, Pair, second_opinions
from linkage.review.waterfall import probability
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

NEAR_THRESHOLD: Final = "near_threshold"
KEPT_APART: Final = "kept_apart"
WEAK_HOLD: Final = "weak_hold"
DOUBTED: Final = "doubted"
REVIEW_KINDS: Final[dict[str, str]] = {
    NEAR_THRESHOLD: "The two are nearly alike enough to be one person.",
    KEPT_APART: "The two records alone would join; something else keeps them apart.",
    WEAK_HOLD: "The records are held to be one person by a doubtful link.",
    DOUBTED: "A record's best link to its person is one that the second opinion does not see.",
}
ORDER_IN_WORDS: Final = (
    "How unsure we are (1 at evens, 0 when certain), times what a judgement would move: the records of the smaller side, "
    "the open events of either, the people under 18, and the agencies that know one side only."
)
# Surer than this a link is not doubtful: 99 in 100.
SURE_BITS: Final = math.log2(99)
# The second opinion doubts a membership below this chance.
DOUBT: Final = 0.5


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """How many entries a scope's queue has, and of how many the second opinion was heard."""

    entries: int
    second_opinions: int


def store_review(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration, as_of: date
) -> ReviewReport:
    """Fill ``review_pair`` for a standing scope from its ``membership``, ``person`` and links; its rows alone count."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE review_member AS SELECT m.record_id, m.person_id, m.weight, m.via_record_id,"
        f" c.record_number, r.agency, r.feed, r.duplicate_free FROM membership m"
        f" JOIN comparison_record c ON c.record_id = m.record_id"
        f" JOIN {rows_in_scope('record', scope)} r ON r.record_id = m.record_id WHERE m.scope = ?",
        [scope.name],
    )
    draw_apart(connection, scope, calibration)
    _draw_weak_holds(connection, calibration)
    asked = connection.execute(
        "SELECT least(record_id_a, record_id_b) AS low, greatest(record_id_a, record_id_b) AS high FROM review_entry"
        f" ORDER BY abs(weight - ?), low, high LIMIT {MOST_ASKED}",
        [calibration.join_bits],
    ).fetchall()
    # Each pair holds two records at most, and may stand among those asked before: so many rows hold all that are heard.
    held = connection.execute(
        "SELECT least(record_id, via_record_id), greatest(record_id, via_record_id) FROM review_member"
        f" WHERE weight >= ? ORDER BY weight, record_id LIMIT {2 * MOST_ASKED}",
        [calibration.join_bits],
    ).fetchall()
    opinions = second_opinions(connection, scope, [(str(a), str(b)) for a, b in (*asked, *held)])
    draw_doubted(connection, [pair for pair, chance in opinions.items() if chance < DOUBT])
    weigh_together(connection, calibration)
    measure_stakes(connection, scope, as_of)
    report = _store(connection, scope, opinions)
    for name in ("review_member", "review_entry", "review_together", "review_stake"):
        connection.execute(f"DROP TABLE temp.{name}")
    return report


def _draw_weak_holds(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    """Add to ``review_entry`` the doubtful links that hold people together."""
    holds = weak_holds(connection, "review_member", calibration, SURE_BITS)
    if not holds:
        return
    connection.register(
        "arriving",
        pa.table(
            {
                "number_a": [hold.number_a for hold in holds],
                "number_b": [hold.number_b for hold in holds],
                "weight": [hold.weight for hold in holds],
                "part_a": [list(hold.part_a) for hold in holds],
                "part_b": [list(hold.part_b) for hold in holds],
            }
        ),
    )
    connection.execute(
        f"""
        WITH named AS (
            SELECT h.number_a, list(m.record_id ORDER BY m.record_id) FILTER (side = 'a') AS record_ids_a,
                list(m.record_id ORDER BY m.record_id) FILTER (side = 'b') AS record_ids_b, h.number_b
            FROM (SELECT number_a, number_b, 'a' AS side, unnest(part_a) AS number FROM arriving UNION ALL
                  SELECT number_a, number_b, 'b', unnest(part_b) FROM arriving) h
            JOIN review_member m ON m.record_number = h.number GROUP BY h.number_a, h.number_b)
        INSERT INTO review_entry BY NAME
        SELECT '{WEAK_HOLD}' AS kind, a.record_id AS record_id_a, b.record_id AS record_id_b, a.person_id AS person_id_a,
            b.person_id AS person_id_b, h.weight, NULL AS rule, n.record_ids_a, n.record_ids_b
        FROM arriving h JOIN named n USING (number_a, number_b)
        JOIN review_member a ON a.record_number = h.number_a JOIN review_member b ON b.record_number = h.number_b"""
    )
    connection.unregister("arriving")


def _store(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    opinions: dict[Pair, float],
) -> ReviewReport:
    rows = connection.execute(
        """SELECT record_id_a, record_id_b, kind, (weight + together) / 2, rule, records_moved, open_events, children, agencies_joined
           FROM review_entry JOIN review_together USING (record_id_a, record_id_b)
           JOIN review_stake USING (record_id_a, record_id_b) ORDER BY record_id_a, record_id_b"""
    ).fetchall()
    told: dict[str, list[object]] = {
        name: []
        for name in ("record_id_a", "record_id_b", "second_opinion", "uncertainty", "expected_change")
    }
    for a, b, kind, bits, rule, *stakes in rows:
        second = opinions.get((min(a, b), max(a, b)))
        unsure = uncertainty(opinions_on(bits, rule is not None or kind == KEPT_APART, second))
        for name, value in zip(
            told, (a, b, second, round(unsure, 6), round(unsure * sum(stakes), 6)), strict=True
        ):
            told[name].append(value)
    connection.execute("DELETE FROM review_pair WHERE scope = ?", [scope.name])
    types = {name: pa.string() if name.startswith("record") else pa.float64() for name in told}
    connection.register(
        "arriving", pa.table({name: pa.array(values, types[name]) for name, values in told.items()})
    )
    connection.execute(
        """INSERT INTO review_pair BY NAME
           SELECT ? AS scope, * FROM review_entry JOIN review_stake USING (record_id_a, record_id_b)
           JOIN arriving USING (record_id_a, record_id_b) ORDER BY expected_change DESC, record_id_a, record_id_b""",
        [scope.name],
    )
    connection.unregister("arriving")
    return ReviewReport(len(rows), sum(value is not None for value in told["second_opinion"]))


def opinions_on(bits: float, kept_apart: bool, second: float | None) -> list[float]:
    """What there is on the chance that two sides are one person: the weights' word, a rule's, the second opinion's."""
    return [probability(bits), *([0.0] if kept_apart else []), *([] if second is None else [second])]


def uncertainty(opinions: Sequence[float]) -> float:
    """The entropy, in bits, of the mean of the chances: 1 at evens, 0 when certain."""
    chance = sum(opinions) / len(opinions)
    if not 0 < chance < 1:
        return 0.0
    return -(chance * math.log2(chance) + (1 - chance) * math.log2(1 - chance))
