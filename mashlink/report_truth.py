"""The same groups as the linkage report estimates, measured against known truth."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from mashlink.quality import linkage_quality, open_truth


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured precision and recall by (dimension, value), and the two counts that must be nought."""

    groups: dict[tuple[str, str], tuple[float, float]]
    twins_merged: int
    seals_broken: int


def measure_groups(connection: duckdb.DuckDBPyConnection, truth: Path) -> Measured:
    """Measure the groups of temporary ``quality_group`` (``linkage.measure_linkage`` leaves it) in the scope ``hub``.

    Counted as the estimates are: every pair counts half for the groups of each of its two records.

    Raises:
        BadInput: ``truth`` holds no records.parquet.
    """
    open_truth(connection, truth)
    quality = linkage_quality(connection)
    rows = connection.execute(
        """
        WITH counted AS (
            SELECT record_id, count(*) OVER (PARTITION BY person_id, person_key) - 1 AS right_pairs,
                count(*) OVER (PARTITION BY person_id) - 1 AS found,
                count(*) OVER (PARTITION BY person_key) - 1 AS really FROM truth_record)
        SELECT dimension, value, coalesce(sum(right_pairs) / nullif(sum(found), 0), 1),
            coalesce(sum(right_pairs) / nullif(sum(really), 0), 1)
        FROM counted JOIN quality_group USING (record_id) GROUP BY dimension, value ORDER BY dimension, value"""
    ).fetchall()
    groups = {(dimension, value): (precision, recall) for dimension, value, precision, recall in rows}
    return Measured(groups, int(quality["twins_merged"]), int(quality["seals_broken"]))
