"""What blocking may have missed: a search of another kind, and the keys that were too common to compare by.

Sorted neighbourhood (Hernández and Stolfo, 1995, as in recordlinkage) puts the records in the order of a name or an
address and compares each with the few that stand next to it. It shares no key with our blocking, so the pairs that it
finds and blocking does not tell how many blocking loses.
"""

from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np

from linkage.columns import count
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.blocking import RULES
from linkage.pairs.scoring import BARRING_LIST, levels_query, weights_query
from linkage.quality.estimates import NeverCompared
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

WINDOW: Final = 7
# Of more records, whole stretches of the sorted list are taken, so that neighbours stay neighbours.
MOST_RECORDS: Final = 30_000
STRETCH: Final = 1_000
# More records than this in one place of the order are namesakes of whom the order says nothing.
MOST_ALIKE: Final = 30

# The orders searched in, by what the report calls them; over one comparison_record row, NULL takes no part.
ORDERS: Final[dict[str, str]] = {
    "family name, given name, year of birth": "surname || ' ' || coalesce(forename, '') || ' ' || coalesce(birth_year::VARCHAR, '')",
    "given name, date of birth, family name": "forename || ' ' || coalesce(birth_date::VARCHAR, birth_year::VARCHAR, '') || ' ' || coalesce(surname, '')",
    "postcode, given name, family name": "postcodes[1] || ' ' || coalesce(forename, '') || ' ' || coalesce(surname, '')",
}


@dataclass(frozen=True, slots=True)
class OrderSearched:
    """One order: records it holds, records left out as too alike, pairs of neighbours, and what was found among them.

    ``found``: neighbours whose weight lets them join. ``lost``: those of them that blocking never compared.
    """

    words: str
    records: int
    too_alike: int
    pairs: int
    found: int
    lost: int


@dataclass(frozen=True, slots=True)
class CommonKeys:
    """A blocking rule, how many of its keys more records share than ``block_cap`` compares, and their records."""

    rule: str
    keys: int
    records: int


@dataclass(frozen=True, slots=True)
class BlockingLoss:
    """``never_compared``: the orders together, each pair once, by (dimension, value) of ``quality_group``.

    A pair counts as much as it is likely to be one person, half for the groups of each of its two records.
    """

    orders: tuple[OrderSearched, ...]
    never_compared: dict[tuple[str, str], NeverCompared]
    common_keys: tuple[CommonKeys, ...]


def blocking_loss(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> BlockingLoss:
    """Search the records of ``scope`` in each of ``ORDERS`` and count the pairs that would join and were not compared.

    Needs temporary ``quality_group``, see ``list_groups``.
    A pair was compared when ``link`` has it: every pair above ``keep_bits`` that is compared stands there.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE neighbour (place TINYINT, number_a INTEGER, number_b INTEGER)"
    )
    searched = [_neighbours(connection, scope, place, key) for place, key in enumerate(ORDERS.values())]
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE neighbour_found AS
        WITH pair AS (SELECT DISTINCT number_a, number_b FROM neighbour),
        weighed AS (SELECT * FROM ({weights_query(levels_query("pair"), calibration)}) WHERE weight >= ?
            AND NOT coalesce(rule IN ({BARRING_LIST}), false))
        SELECT w.number_a, w.number_b, 1 / (1 + pow(2.0, -w.weight)) AS chance, l.number_a IS NULL AS lost FROM weighed w
        JOIN comparison_record a ON a.record_number = w.number_a
        JOIN comparison_record b ON b.record_number = w.number_b
        LEFT JOIN link l ON l.record_id_a = least(a.record_id, b.record_id) AND l.record_id_b = greatest(a.record_id, b.record_id)
        WHERE NOT (a.duplicate_free AND b.duplicate_free AND a.feed = b.feed)""",
        [calibration.join_bits],
    )
    found = dict(
        connection.execute(
            "SELECT place, [count(*), count(*) FILTER (lost)] FROM neighbour JOIN neighbour_found USING (number_a, number_b)"
            " GROUP BY place"
        ).fetchall()
    )
    orders = tuple(
        OrderSearched(words, *searched[place], *found.get(place, [0, 0]))
        for place, words in enumerate(ORDERS)
    )
    by_group = connection.execute(
        "SELECT dimension, value, sum(chance) / 2, coalesce(sum(chance) FILTER (lost), 0) / 2 FROM"
        " (SELECT unnest([number_a, number_b]) AS record_number, chance, lost FROM neighbour_found)"
        " JOIN quality_group USING (record_number) GROUP BY dimension, value ORDER BY dimension, value"
    ).fetchall()
    for name in ("neighbour", "neighbour_found"):
        connection.execute(f"DROP TABLE temp.{name}")
    never_compared = {
        (dimension, value): NeverCompared(together, lost) for dimension, value, together, lost in by_group
    }
    return BlockingLoss(orders, never_compared, _common_keys(connection))


def _neighbours(
    connection: duckdb.DuckDBPyConnection, scope: Scope, place: int, key: str
) -> tuple[int, int, int]:
    """Put the neighbours of one order into ``neighbour``; records in the order, records too alike, pairs."""
    # recordlinkage brings pandas along; nothing else here needs it.
    from recordlinkage.index import SortedNeighbourhood  # noqa: PLC0415 - slow to import

    source = rows_in_scope("record", scope)
    thinned = max(1, -(-count(connection, source) // MOST_RECORDS))
    listed = connection.execute(
        f"""
        WITH keyed AS (
            SELECT c.record_number, ({key}) AS sorting_key FROM comparison_record c
            SEMI JOIN {source} r ON r.record_id = c.record_id WHERE ({key}) IS NOT NULL),
        placed AS (
            SELECT *, row_number() OVER (ORDER BY sorting_key, record_number) // {STRETCH} AS stretch,
                count(*) OVER (PARTITION BY sorting_key) AS alike FROM keyed)
        SELECT record_number, sorting_key, alike FROM placed WHERE stretch % {thinned} = 0 ORDER BY record_number"""
    ).df()
    apart = listed[listed["alike"] <= MOST_ALIKE].set_index("record_number")
    if len(apart) < 2:
        return len(listed), len(listed) - len(apart), 0
    pairs = SortedNeighbourhood("sorting_key", window=WINDOW).index(apart)
    one = np.asarray(pairs.get_level_values(0), dtype=np.int32)
    other = np.asarray(pairs.get_level_values(1), dtype=np.int32)
    connection.register("arriving", {"one": one, "other": other})
    connection.execute(
        "INSERT INTO neighbour SELECT DISTINCT ?, least(one, other), greatest(one, other) FROM arriving",
        [place],
    )
    connection.unregister("arriving")
    return len(listed), len(listed) - len(apart), len(one)


def _common_keys(connection: duckdb.DuckDBPyConnection) -> tuple[CommonKeys, ...]:
    rows = connection.execute(
        "SELECT rule, count(*), sum(records)::BIGINT FROM crowded_key GROUP BY rule ORDER BY rule"
    ).fetchall()
    return tuple(CommonKeys(RULES[rule].name, keys, records) for rule, keys, records in rows)
