"""From which weight a link may join: learnt with the rest of a calibration.

A weight is the log-odds of a pair taken by itself, and two things tell more than the pair does. Where families live
together, a wrong link puts a relative's history on a person, so a link must be far more likely than not. And where two
feeds hold everybody once each, a record has one partner or none: the fewer records lack theirs, the more two that fit
nobody else belong together. By Bayes' rule a record of the smaller feed belongs with its one candidate of weight w (as
odds) with odds w / (1 - s), where s is the share of its records that have a partner; rivals are for the clustering.
"""

import math
from typing import Final

import duckdb

from linkage.model.calibration import DEFAULT_JOIN_BITS
from linkage.pairs.scoring import RARE_HOUSEHOLDS

# As likely as not: nothing makes a wrong link worse than a missing one where no relative can be taken for another.
LIKELY_BITS: Final = 0.0
# However complete two feeds look, some records have no partner.
MOST_PARTNER_BITS: Final = 5.0


def join_threshold(connection: duckdb.DuckDBPyConnection, prior: float, household_ratio: float) -> float:
    """The weight, in bits, from which a link may join two records of ``comparison_record``."""
    bits = LIKELY_BITS if household_ratio < RARE_HOUSEHOLDS else DEFAULT_JOIN_BITS
    return bits - _partner_bits(connection, prior)


def _partner_bits(connection: duckdb.DuckDBPyConnection, prior: float) -> float:
    """What it tells that nearly every record has a partner: above 0 only between two feeds without duplicates."""
    feeds = connection.execute(
        "SELECT count(*), bool_and(duplicate_free) FROM comparison_record GROUP BY feed"
    ).fetchall()
    if len(feeds) != 2 or not all(holds_everybody_once for _, holds_everybody_once in feeds):
        return 0.0
    larger = max(size for size, _ in feeds)
    share = min(prior * larger, 1.0)
    return min(-math.log2(max(1.0 - share, 1e-9)), MOST_PARTNER_BITS)
