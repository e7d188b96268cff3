"""The stage that compares records: all of them, or those that a build touched."""

from collections.abc import Sequence
from functools import partial

import duckdb

from linkage.increment.extent import EVERYTHING, Extent, note_linkage
from linkage.increment.links import score_touched
from linkage.lookup.index import forget_lookup_index
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.links import ScoringReport, Weigh, score_all, weigh_here
from linkage.people.rulings import Sealed
from linkage.spark.cluster import Cluster
from linkage.spark.links import weigh_on_spark


def score_pairs(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    seals: Sequence[Sealed] = (),
    extent: Extent = EVERYTHING,
    cluster: Cluster | None = None,
) -> ScoringReport:
    """Make the links of ``comparison_record``: fill ``blocking_key``, ``crowded_key``, ``link`` and ``link_component``.

    Where ``extent`` asks for the touched records only, links between the others stay as they were; the result is the
    same. ``seals``: their pairs are never weighed. ``cluster``: where Spark weighs the pairs of all records; the result is
    the same again. The touched records are few, and always weighed here.

    Raises:
        BadInput: Spark cannot be started from here.
        EngineUnavailable: Spark did not finish.
    """
    forget_lookup_index(connection)
    if extent.is_full:
        weigh: Weigh = partial(weigh_on_spark, cluster=cluster) if cluster else weigh_here
        report = score_all(connection, calibration, seals, weigh)
    else:
        report = score_touched(connection, calibration, seals)
    note_linkage(connection, calibration, extent)
    return report
