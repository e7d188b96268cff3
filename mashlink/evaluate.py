"""``mashlink evaluate``: the current snapshot measured against known truth."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from access import standing_scopes
from detectors import DETECTORS, weekly_findings
from mashlink.calibration import load_calibration
from mashlink.quality import (
    detector_quality,
    household_quality,
    incident_quality,
    linkage_quality,
    open_truth,
    roles_changed,
)
from mashlink.settings import Settings
from mashlink.stages import Progress, StageClock, quiet
from mashlink.wiring import thresholds_of
from records.scope import HUB
from records.snapshot import Store


def evaluate_store(
    store_path: Path, truth: Path, settings: Settings, progress: Progress = quiet
) -> dict[str, Any]:
    """The measures of the design's ``evaluate --json`` for the current snapshot of ``store_path``.

    Detectors are replayed at the end of each week of the events' window, ranked, and cut at their capacity; each
    finding counts once, in its first week within capacity.

    Raises:
        StoreUnavailable: nothing was built yet.
        BadInput: ``truth`` holds no records.parquet.
    """
    store = Store(store_path)
    clock = StageClock(progress)
    connection = store.open_current()
    with clock("Comparing people, households and incidents with the truth"):
        open_truth(connection, truth)
        quality: dict[str, Any] = {
            "linkage": linkage_quality(connection),
            "households": household_quality(connection),
            "incidents": incident_quality(connection),
            "roles_changed": roles_changed(connection),
        }
    with clock("Replaying the detectors week by week"):
        first, last = events_window(connection)
        scope = next(scope for scope in standing_scopes(connection) if scope.name == HUB)
        baselines = load_calibration(store.calibration_path).detectors
        thresholds = thresholds_of(settings)
        findings = weekly_findings(connection, scope, thresholds, baselines, first=first, last=last)
        weeks = max(1, (last - first).days // 7)
        quality["detectors"] = detector_quality(
            connection, sorted(detector.name for detector in DETECTORS), findings, weeks
        )
    connection.close()
    return quality


def events_window(connection: duckdb.DuckDBPyConnection) -> tuple[date, date]:
    """First and last day on which the feeds know of an event, at most up to the as-of date."""
    row = connection.execute(
        """SELECT coalesce(min(e.known_on), any_value(b.as_of)), any_value(b.as_of)
           FROM build b LEFT JOIN event e ON e.known_on <= b.as_of"""
    ).fetchone()
    if row is None or row[0] is None:
        return date(2000, 1, 1), date(2000, 1, 1) + timedelta(days=7)
    return row[0], row[1]
