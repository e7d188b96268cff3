"""Reports: the linkage measured in the scope it is asked for; a page of any report written in one step."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from linkage import LinkageCalibration, LinkageQuality, measure_linkage
from mashlink.report_truth import Measured, measure_groups
from records.errors import BadInput
from records.scope import Scope


@dataclass(frozen=True, slots=True)
class LinkageReport:
    """What the page says: estimates, and what was measured where truth is known."""

    quality: LinkageQuality
    measured: Measured | None

    @property
    def record_ids(self) -> frozenset[str]:
        """The records that the page names."""
        return self.quality.record_ids


def draw_linkage_report(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    truth: Path | None,
    begun: Callable[[str], None],
) -> LinkageReport:
    """Measure the linkage of ``scope``; ``begun`` is told each stage as it begins.

    Raises:
        BadInput: ``truth`` holds no records.parquet.
    """
    begun("Estimating quality from the weights")
    quality = measure_linkage(connection, scope, calibration)
    if truth is None:
        return LinkageReport(quality, None)
    begun("Comparing with the truth")
    return LinkageReport(quality, measure_groups(connection, truth))


def check_page(out: Path) -> None:
    """Raise BadInput when ``out`` is not the name of an HTML page; asked before anything is read."""
    if out.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"{out}: the report is an HTML page; give the file the ending .html.")
