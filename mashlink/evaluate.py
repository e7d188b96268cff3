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
from mashlink.wiring import detecting_of, store_at
from records.scope import HUB

WINDOW_WEEKS = 156


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
    store = store_at(store_path, settings)
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
        detecting = detecting_of(settings, store, baselines)
        findings = weekly_findings(connection, scope, detecting, first=first, last=last)
        weeks = max(1, (last - first).days // 7)
        quality["detectors"] = detector_quality(
            connection, sorted(detector.name for detector in DETECTORS), findings, weeks
        )
    connection.close()
    return quality


def events_window(connection: duckdb.DuckDBPyConnection) -> tuple[date, date]:
    """The window that detectors are replayed over: the three years up to the as-of date, or less where events begin later.

    Feeds know of some events from long before (a tenancy, a registration with a practice); they are history, not window.
    """
    row = connection.execute("SELECT as_of FROM build").fetchone()
    last: date = row[0] if row else date(1900, 1, 1)
    first = last - timedelta(weeks=WINDOW_WEEKS) + timedelta(days=1)
    row = connection.execute(
        "SELECT min(known_on) FROM event WHERE known_on BETWEEN ? AND ?", [first, last]
    ).fetchone()
    return (row[0] if row and row[0] else first), last
