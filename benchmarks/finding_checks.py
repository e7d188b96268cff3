"""Two checks of findings on a store whose truth is known: raw counts at equal volume, and replays from evidence.

``python -m benchmarks.finding_checks --store DIR --truth DIR``. Raw counts: people ranked by their rows in notifying
events within 12 months, nothing de-duplicated, no baseline; cut at as many people as the detector shows at its
capacity, and at the first ``VOLUMES`` of either list, so that both are judged at equal volume: as many people are shown,
those first whom each puts first. ``most_possible`` is what a ranking without a fault would reach over raw counts there: precision
ends at 1, so where raw counts are right about three in four nothing is 1.4 times as good. Replays: findings of the last day, at most ``MOST_REPLAYED`` of each
detector in the order of their ids, each from its evidence alone and without it.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Final

import duckdb

from access import standing_scopes
from detectors import (
    DETECTORS,
    EvidenceRows,
    Finding,
    Settings,
    Subject,
    Thresholds,
    evidence_rows,
    first_shown,
    replay,
    run_all,
    week_ends,
)
from mashlink.calibration import load_calibration
from mashlink.evaluate import events_window
from mashlink.quality import detector_quality, open_truth
from records.scope import HUB, Scope
from records.snapshot import Store

REPEAT: Final = "repeat_notifications"
MOST_REPLAYED: Final = 3
VOLUMES: Final = (25, 50, 100, 200, 400)
_COUNTED: Final = """
    WITH told AS (
        SELECT m.person_id, e.started_at::DATE AS day, e.known_on
        FROM involvement v JOIN event e USING (event_id)
        JOIN membership m ON m.record_id = v.record_id AND m.scope = 'hub'
        WHERE e.kind IN (SELECT unnest($1)) AND v.role IN ('subject', 'victim', 'suspect', 'offender')),
    counted AS (
        SELECT t.person_id, w.day, count(*) AS n, min(t.day) AS first_day, max(t.day) AS last_day
        FROM week_end w JOIN told t ON t.known_on <= w.day AND t.day > w.day - INTERVAL 365 DAY
        GROUP BY t.person_id, w.day)
    SELECT person_id, max(n) AS most, arg_max(first_day, (n, day)), arg_max(last_day, (n, day))
    FROM counted GROUP BY person_id ORDER BY most DESC, person_id LIMIT $2"""


def raw_counts(
    connection: duckdb.DuckDBPyConnection, like: Sequence[Finding], ends: Sequence[date]
) -> list[Finding]:
    """As many findings as ``like`` holds: people with most rows in any 12 months up to a week's end."""
    connection.execute("CREATE OR REPLACE TEMP TABLE week_end (day DATE)")
    connection.executemany("INSERT INTO week_end VALUES (?)", [(day,) for day in ends])
    kinds = list(Thresholds().repeat_notifications.kinds)
    rows = connection.execute(_COUNTED, [kinds, len(like)]).fetchall()
    return [
        replace(
            like[0],
            finding_id=f"raw:{person}",
            subjects=(Subject(person, "subject"),),
            window_from=first,
            window_to=last,
            excess=float(most),
        )
        for person, most, first, last in rows
    ]


def beside_raw_counts(
    connection: duckdb.DuckDBPyConnection, scope: Scope, settings: Settings
) -> list[dict[str, float]]:
    """Precision of the detector and of raw counts at equal volumes, the last as many as the detector shows at its capacity."""
    ends = week_ends(*events_window(connection))
    people = connection.execute("SELECT count(*) FROM person WHERE scope = ?", [scope.name]).fetchall()[0][0]
    mine = [detector for detector in DETECTORS if detector.name == REPEAT]
    raised = run_all(connection, scope, ends, settings, mine).findings
    shown = first_shown(raised, ends, settings.thresholds.capacity_a_week(people))
    if not shown:
        return []
    best_first = sorted(shown, key=lambda finding: (-finding.excess, finding.finding_id))
    raw = raw_counts(connection, shown, ends)

    def precision(found: Sequence[Finding]) -> float:
        return detector_quality(connection, [REPEAT], found, 1)[REPEAT]["precision"]

    lines = []
    for volume in (*(one for one in VOLUMES if one < len(shown)), len(shown)):
        detector, counts = precision(best_first[:volume]), precision(raw[:volume])
        lines.append(
            {
                "people": volume,
                "detector": round(detector, 3),
                "raw_counts": round(counts, 3),
                "times": round(detector / counts, 3) if counts else inf,
                "most_possible": round(1 / counts, 3) if counts else inf,
            }
        )
    return lines


def replays(connection: duckdb.DuckDBPyConnection, scope: Scope, settings: Settings) -> tuple[int, int]:
    """How many findings were replayed, and how many did not come again from their evidence or stayed without it."""
    (_, last) = events_window(connection)
    found = sorted(
        run_all(connection, scope, [last], settings).findings, key=lambda f: (f.detector, f.finding_id)
    )
    asked = [
        finding
        for _, of_one in groupby(found, key=lambda finding: finding.detector)
        for finding in list(of_one)[:MOST_REPLAYED]
    ]
    wrong = 0
    for finding in asked:
        without = EvidenceRows(frozenset(), evidence_rows(finding).own_records)
        comes_again = replay(connection, scope, finding, settings) is not None
        stays = replay(connection, scope, finding, settings, without) is not None
        wrong += not comes_again or stays
    return len(asked), wrong


def main() -> None:
    """Print both checks as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    asked = parser.parse_args()
    store = Store(asked.store)
    with store.open_current() as connection:
        open_truth(connection, asked.truth)
        scope = next(scope for scope in standing_scopes(connection) if scope.name == HUB)
        settings = Settings(Thresholds(), load_calibration(store.calibration_path).detectors)
        replayed, wrong = replays(connection, scope, settings)
        compared = beside_raw_counts(connection, scope, settings)
    print(json.dumps({"beside_raw_counts": compared, "replayed": replayed, "not_replayed": wrong}))


if __name__ == "__main__":
    main()
