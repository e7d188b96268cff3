"""The pairs that a calibration is learnt from beside those of blocking: pairs of a home, and pairs of anybody."""

from typing import Final

import duckdb
import numpy as np

from linkage.columns import column

RANDOM_PAIRS: Final = 1_500_000


def make_home_pairs(connection: duckdb.DuckDBPyConnection, homes: bool) -> None:
    """Temporary ``home_pair``: pairs that share a dwelling, from about 40,000 dwellings; none where ``homes`` says that none is told."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE home_pair AS
        WITH member AS (SELECT record_number, unnest(dwellings) AS dwelling FROM comparison_record),
        home AS (SELECT dwelling FROM member GROUP BY dwelling HAVING count(*) BETWEEN 2 AND 30),
        sampled AS (SELECT dwelling FROM home ORDER BY hash(dwelling), dwelling LIMIT 40000)
        SELECT DISTINCT a.record_number AS number_a, b.record_number AS number_b
        FROM sampled JOIN member a USING (dwelling) JOIN member b USING (dwelling)
        WHERE a.record_number < b.record_number AND {"true" if homes else "false"}"""
    )


def make_random_pairs(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Temporary ``random_pair``: pairs of any two records that could be one person, as often as chance brings them."""
    found = connection.execute("SELECT record_number FROM comparison_record ORDER BY record_id").fetchnumpy()
    numbers = column(found, "record_number", np.int64)
    pairs = min(RANDOM_PAIRS, len(numbers) * (len(numbers) - 1) // 2)
    ends = numbers[np.random.default_rng(seed).integers(0, len(numbers), (2, pairs))]
    connection.register("arriving", {"number_a": ends[0], "number_b": ends[1]})
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE random_pair AS SELECT p.number_a, p.number_b FROM arriving p"
        " JOIN comparison_record a ON a.record_number = p.number_a JOIN comparison_record b ON b.record_number = p.number_b"
        " WHERE p.number_a <> p.number_b AND NOT (a.duplicate_free AND b.duplicate_free AND a.feed = b.feed)"
    )
    connection.unregister("arriving")
