"""How the weights are spread: of the links that were kept, and of each record against an exact copy of itself."""

import math
from dataclasses import dataclass
from typing import Final

import duckdb

from linkage.columns import count
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import levels_query, weights_query
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# Records taken for the self-match; each is one comparison.
MOST_RECORDS: Final = 100_000
# Weights from here on are one bar: nothing above tells anything further.
TOP_BITS: Final = 40


@dataclass(frozen=True, slots=True)
class WeightBar:
    """Links with a weight from ``bits`` to ``bits`` + 1: inside a person, and between two people."""

    bits: int
    joined: int
    apart: int


@dataclass(frozen=True, slots=True)
class FeedSelfMatch:
    """One feed: records looked at, and how many are too bare (self-match below the joining weight)."""

    agency: str
    feed: str
    records: int
    too_bare: int


@dataclass(frozen=True, slots=True)
class SelfMatch:
    """Every feed, and the share of all records whose self-match is below each weight, as (bits, share) ascending."""

    feeds: tuple[FeedSelfMatch, ...]
    curve: tuple[tuple[int, float], ...]

    @property
    def records(self) -> int:
        """Records looked at."""
        return sum(feed.records for feed in self.feeds)

    @property
    def too_bare(self) -> int:
        """Of them, those that could be linked to nothing."""
        return sum(feed.too_bare for feed in self.feeds)


def weight_bars(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> tuple[WeightBar, ...]:
    """The links of the scope by whole bits from ``keep_bits`` up, with no bar left out."""
    first = math.floor(calibration.keep_bits)
    rows = connection.execute(
        """
        SELECT greatest(?, least(?, floor(l.weight)))::INTEGER AS bits,
            count(*) FILTER (a.person_id = b.person_id), count(*) FILTER (a.person_id <> b.person_id)
        FROM link l JOIN membership a ON a.record_id = l.record_id_a AND a.scope = ?
        JOIN membership b ON b.record_id = l.record_id_b AND b.scope = ?
        GROUP BY bits""",
        [first, TOP_BITS, scope.name, scope.name],
    ).fetchall()
    found = {bits: (joined, apart) for bits, joined, apart in rows}
    last = max(found, default=first)
    return tuple(WeightBar(bits, *found.get(bits, (0, 0))) for bits in range(first, last + 1))


def self_match(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> SelfMatch:
    """The weight of each record against an exact copy of itself, the idea of Splink's "unlinkables" chart.

    A record whose copy would not reach ``join_bits`` can join no one, however good the rest of the data. Of more
    than ``MOST_RECORDS`` records a part is taken, the same at every call.
    """
    source = rows_in_scope("record", scope)
    thinned = max(1, -(-count(connection, source) // MOST_RECORDS))
    pairs = (
        "(SELECT c.record_number AS number_a, c.record_number AS number_b FROM comparison_record c"
        f" SEMI JOIN {source} r ON r.record_id = c.record_id WHERE hash(c.record_id) % {thinned} = 0)"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE self_matched AS SELECT w.weight, coalesce(r.agency, '') AS agency,"
        f" coalesce(r.feed, '') AS feed FROM ({weights_query(levels_query(pairs), calibration)}) w"
        " JOIN comparison_record c ON c.record_number = w.number_a JOIN record r ON r.record_id = c.record_id"
    )
    feeds = connection.execute(
        "SELECT agency, feed, count(*), count(*) FILTER (weight < ?) FROM self_matched GROUP BY ALL ORDER BY ALL",
        [calibration.join_bits],
    ).fetchall()
    curve = connection.execute(
        """
        SELECT bits, (SELECT count(*) FILTER (weight < bits) / greatest(count(*), 1) FROM self_matched)
        FROM (SELECT unnest(range(?, ?))::INTEGER AS bits) ORDER BY bits""",
        [math.floor(calibration.keep_bits), TOP_BITS + 1],
    ).fetchall()
    connection.execute("DROP TABLE temp.self_matched")
    return SelfMatch(tuple(FeedSelfMatch(*feed) for feed in feeds), tuple(curve))
