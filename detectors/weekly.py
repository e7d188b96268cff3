"""What a hub would have been shown, week by week: each finding once, in its first week within capacity."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import duckdb

from detectors.facts import Settings
from detectors.finding import Finding
from detectors.running import run
from records.scope import Scope


def week_ends(first: date, last: date) -> list[date]:
    """The last day of each week that begins on ``first``, up to ``last``; ``last`` itself ends the last week."""
    ends = [first + timedelta(days=6 + 7 * week) for week in range((last - first).days // 7 + 1)]
    return [min(end, last) for end in ends if end - timedelta(days=6) <= last]


def weekly_findings(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    settings: Settings,
    first: date,
    last: date,
) -> list[Finding]:
    """Findings of every week from ``first`` to ``last`` in scope, each as it stood when it was first shown.

    Weeks begin on ``first``; ``raised_on`` is the end of the week that showed it. A finding waits while graver ones fill the week's
    capacity, and lapses on its own day. One that comes back after it lapsed, on evidence that is all new, is
    shown again.
    """
    ends = week_ends(first, last)
    counted = connection.execute("SELECT count(*) FROM person WHERE scope = ?", [scope.name]).fetchall()
    capacity = settings.thresholds.capacity_a_week(int(counted[0][0]))
    return first_shown(run(connection, scope, ends, settings), ends, capacity)


def first_shown(findings: Sequence[Finding], ends: Sequence[date], capacity: int) -> list[Finding]:
    """Of findings raised at week ends, what a capacity (findings a detector a week) lets through, in order of time."""
    shown: list[Finding] = []
    for detector in sorted({finding.detector for finding in findings}):
        raised: dict[date, list[Finding]] = {}
        for finding in findings:
            if finding.detector == detector:
                raised.setdefault(finding.raised_on, []).append(finding)
        shown += _shown_of_one(raised, ends, capacity)
    return sorted(shown, key=lambda f: (f.raised_on, f.detector, -f.excess, f.finding_id))


def _shown_of_one(raised: dict[date, list[Finding]], ends: Sequence[date], capacity: int) -> list[Finding]:
    waiting: dict[str, Finding] = {}
    latest_shown: dict[str, Finding] = {}
    shown: list[Finding] = []
    for end in ends:
        for finding in raised.get(end, []):
            before = latest_shown.get(finding.finding_id)
            if before and (finding.window_from <= before.window_to or before.expires_on >= end):
                latest_shown[finding.finding_id] = finding
            else:
                waiting[finding.finding_id] = finding
        waiting = {known: finding for known, finding in waiting.items() if finding.expires_on > end}
        for finding in sorted(waiting.values(), key=lambda f: (-f.excess, f.finding_id))[:capacity]:
            del waiting[finding.finding_id]
            latest_shown[finding.finding_id] = finding
            shown.append(replace(finding, raised_on=end))
    return shown
