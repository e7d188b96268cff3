"""Seconds of each detector, one day and three years of weeks, and repeat notifications beside raw counts.

``python -m benchmarks.detectors --store DIR --truth DIR`` on a store built from a region with known truth. Raw
counts: people ranked by their rows in notifying events within 12 months, nothing de-duplicated, no baseline; cut at
as many people as the detector raises, so that both are judged at equal volume.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from access import standing_scopes
from detectors import (
    DETECTORS,
    Baselines,
    Finding,
    Settings,
    Subject,
    Thresholds,
    first_shown,
    run_all,
    train_baselines,
    week_ends,
)
from mashlink.evaluate import events_window
from mashlink.quality import detector_quality, open_truth
from records.scope import HUB
from records.snapshot import Store

REPEAT = "repeat_notifications"


def raw_counts(
    connection: duckdb.DuckDBPyConnection, like: Sequence[Finding], ends: Sequence[object]
) -> list[Finding]:
    """As many findings as ``like`` holds people: those with most rows in any 12 months up to a week's end."""
    connection.execute("CREATE OR REPLACE TEMP TABLE week_end (day DATE)")
    connection.executemany("INSERT INTO week_end VALUES (?)", [(day,) for day in ends])
    kinds = list(Thresholds().repeat_notifications.kinds)
    rows = connection.execute(
        """
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
        FROM counted GROUP BY person_id ORDER BY most DESC, person_id LIMIT $2""",
        [kinds, len(like)],
    ).fetchall()
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


def main(arguments: list[str] | None = None) -> None:
    """Run once and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument(
        "--shipped", action="store_true", help="thresholds only; baselines trained on the store otherwise"
    )
    chosen = parser.parse_args(arguments)
    connection = Store(chosen.store).open_current()
    open_truth(connection, chosen.truth)
    scope = next(scope for scope in standing_scopes(connection) if scope.name == HUB)
    first, last = events_window(connection)
    ends = week_ends(first, last)
    thresholds = Thresholds()
    started = time.perf_counter()
    baselines = Baselines() if chosen.shipped else train_baselines(connection)
    trained = time.perf_counter() - started
    settings = Settings(thresholds, baselines)
    one_day = run_all(connection, scope, [last], settings)
    weeks = run_all(connection, scope, ends, settings)
    people = connection.execute("SELECT count(*) FROM person WHERE scope = ?", [scope.name]).fetchall()[0][0]
    shown = first_shown(weeks.findings, ends, thresholds.capacity_a_week(people))
    names = [detector.name for detector in DETECTORS]
    quality = detector_quality(connection, names, shown, max(1, (last - first) // timedelta(days=7)))
    screen = Console()
    table = Table(
        title=f"{people:,} people, {len(ends)} weeks; baselines trained in {trained:.1f} s",
        title_justify="left",
    )
    for column in (
        "detector",
        "one day, s",
        f"{len(ends)} weeks, s",
        "findings",
        "recall",
        "precision",
        "decoys",
    ):
        table.add_column(column, justify="left" if column == "detector" else "right")
    for name in ["facts", *names]:
        seconds = [f"{weeks_or_day.seconds.get(name, 0.0):.2f}" for weeks_or_day in (one_day, weeks)]
        measured = quality.get(name)
        figures = (
            [
                f"{measured['findings']:.0f}",
                *(f"{measured[key]:.3f}" for key in ("recall", "precision", "decoys_flagged")),
            ]
            if measured
            else [""] * 4
        )
        table.add_row(name, *seconds, *figures)
    screen.print(table)
    for name, reason in {**one_day.failed, **weeks.failed}.items():
        screen.print(f"{name} failed: {reason}")
    repeats = [finding for finding in shown if finding.detector == REPEAT]
    if repeats:
        raw = detector_quality(connection, [REPEAT], raw_counts(connection, repeats, ends), 1)[REPEAT][
            "precision"
        ]
        ours = quality[REPEAT]["precision"]
        screen.print(
            f"{REPEAT}: precision {ours:.3f}; raw counts at equal volume {raw:.3f}; ratio {ours / max(raw, 1e-9):.2f}"
        )
    connection.close()


if __name__ == "__main__":
    main()
