"""The stage that compares records: all of them, or those that a build touched."""

from collections.abc import Sequence

import duckdb

from linkage.calibration import LinkageCalibration
from linkage.increment import EVERYTHING, Extent, note_linkage
from linkage.increment_links import score_touched
from linkage.links import ScoringReport, score_all
from linkage.lookup_index import forget_lookup_index
from linkage.rulings import Sealed


def score_pairs(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    seals: Sequence[Sealed] = (),
    extent: Extent = EVERYTHING,
) -> ScoringReport:
    """Make the links of ``comparison_record``: fill ``blocking_key``, ``crowded_key``, ``link`` and ``link_component``.

    Where ``extent`` asks for the touched records only, links between the others stay as they were; the result is the
    same. ``seals``: their pairs are never weighed.
    """
    forget_lookup_index(connection)
    score = score_all if extent.is_full else score_touched
    report = score(connection, calibration, seals)
    note_linkage(connection, calibration, extent)
    return report
