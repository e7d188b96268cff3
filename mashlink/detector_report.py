"""How the detectors do: what a hub would have been shown week by week, whom it names, and what people confirmed of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb

from access import PastPrecision
from detectors import DETECTORS, Finding, Settings, rule_text, week_ends, weekly_findings, wilson_interval
from mashlink.evaluate import events_window
from mashlink.quality import detector_quality, open_truth
from records.scope import Scope

# Fewer people than this are pooled: a rate of so few says nothing, and may point at somebody.
LEAST_PEOPLE: Final = 100
NOT_STATED: Final = "not stated"
POOLED: Final = f"groups of fewer than {LEAST_PEOPLE} people"
DIMENSIONS: Final = {"ethnic_group": "Ethnic group", "authority": "Area"}


@dataclass(frozen=True, slots=True)
class Replaying:
    """How to replay: by which thresholds, against which truth (None without), telling whom of each stage."""

    settings: Settings
    truth: Path | None
    begun: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """A share against truth with its Wilson interval; ``of``: of how many. None of how many: no interval."""

    value: float
    interval: tuple[float, float] | None
    of: int


@dataclass(frozen=True, slots=True)
class DetectorFigures:
    """One detector: what stands in the list now, what was shown each week, how right it was, what people said of it."""

    name: str
    rule: str
    standing: int
    shown: int
    weekly: tuple[int, ...]
    precision: Measured | None
    recall: Measured | None
    decoys: Measured | None
    judged: PastPrecision


@dataclass(frozen=True, slots=True)
class GroupRate:
    """People of one group named by a shown finding, a thousand, beside those of a true pattern where truth is known."""

    dimension: str
    value: str
    people: int
    named: int
    rate: float
    interval: tuple[float, float]
    against_all: float | None
    truly: float | None

    @property
    def is_told(self) -> bool:
        """Whether it is a group of its own: stated, and large enough not to be pooled."""
        return self.value not in (NOT_STATED, POOLED)


@dataclass(frozen=True, slots=True)
class DetectorReport:
    """What the page says. It names nobody."""

    snapshot_id: str
    as_of: date
    people: int
    capacity: int
    weeks: tuple[date, ...]
    detectors: tuple[DetectorFigures, ...]
    groups: tuple[GroupRate, ...]
    has_truth: bool

    @property
    def record_ids(self) -> frozenset[str]:
        """The page names no records."""
        return frozenset()


def draw_detector_report(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    replaying: Replaying,
    judged: Mapping[str, PastPrecision],
) -> DetectorReport:
    """Replay the detectors over the window of events and measure what would have been shown.

    Raises:
        BadInput: the truth folder holds no records.parquet.
    """
    replaying.begun("Replaying the detectors week by week")
    settings = replaying.settings
    first, last = events_window(connection)
    shown = weekly_findings(connection, scope, settings, first, last)
    ends = tuple(week_ends(first, last))
    quality: dict[str, dict[str, float]] = {}
    totals: dict[tuple[str, str], int] = {}
    if replaying.truth is not None:
        replaying.begun("Comparing with the truth")
        open_truth(connection, replaying.truth)
        names = sorted(detector.name for detector in DETECTORS)
        quality = detector_quality(connection, names, shown, max(1, (last - first).days // 7))
        totals = _true_totals(connection)
    replaying.begun("Comparing groups")
    ((snapshot_id, as_of),) = connection.execute("SELECT snapshot_id, as_of FROM build").fetchall()
    ((people,),) = connection.execute("SELECT count(*) FROM person WHERE scope = ?", [scope.name]).fetchall()
    standing = _standing(connection, scope)
    return DetectorReport(
        snapshot_id=snapshot_id,
        as_of=as_of,
        people=people,
        capacity=settings.thresholds.capacity_a_week(people),
        weeks=ends,
        detectors=tuple(
            _figures(detector, (shown, ends), (quality, totals), (standing, judged)) for detector in DETECTORS
        ),
        groups=tuple(_groups(connection, scope, shown, replaying.truth is not None)),
        has_truth=replaying.truth is not None,
    )


def _figures(
    detector: Any,
    replayed: tuple[Sequence[Finding], Sequence[date]],
    measured: tuple[Mapping[str, Mapping[str, float]], Mapping[tuple[str, str], int]],
    lived: tuple[Mapping[str, int], Mapping[str, PastPrecision]],
) -> DetectorFigures:
    (shown, ends), (quality, totals), (standing, judged) = replayed, measured, lived
    own = [finding for finding in shown if finding.detector == detector.name]
    a_week = Counter(finding.raised_on for finding in own)
    known = quality.get(detector.name)
    return DetectorFigures(
        name=detector.name,
        rule=rule_text(detector).split("\n\n")[0].replace("\n", " "),
        standing=standing.get(detector.name, 0),
        shown=len(own),
        weekly=tuple(a_week[end] for end in ends),
        precision=_measured(known["precision"], int(known["findings"])) if known else None,
        recall=_measured(known["recall"], totals.get((detector.name, "planted"), 0)) if known else None,
        decoys=_measured(known["decoys_flagged"], totals.get((detector.name, "decoy"), 0)) if known else None,
        judged=judged[detector.name],
    )


def _measured(value: float, of: int) -> Measured:
    return Measured(value, wilson_interval(round(value * of), of) if of else None, of)


def _standing(connection: duckdb.DuckDBPyConnection, scope: Scope) -> dict[str, int]:
    found = connection.execute(
        "SELECT detector, count(*) FROM finding WHERE scope = ? GROUP BY detector", [scope.name]
    )
    return dict(found.fetchall())


def _true_totals(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    found = connection.execute(
        "SELECT pattern, kind, count(DISTINCT pattern_key) FROM truth_patterns GROUP BY pattern, kind"
    ).fetchall()
    return {(pattern, kind): count for pattern, kind, count in found}


def _groups(
    connection: duckdb.DuckDBPyConnection, scope: Scope, shown: Sequence[Finding], has_truth: bool
) -> list[GroupRate]:
    """Rates by group; groups of fewer than ``LEAST_PEOPLE`` people together as one."""
    named = sorted({subject.person_id for finding in shown for subject in finding.subjects})
    truly = (
        """SELECT DISTINCT t.person_id FROM truth_person t JOIN truth_patterns p USING (person_key)
           WHERE p.kind IN ('planted', 'natural')"""
        if has_truth
        else "SELECT NULL::VARCHAR AS person_id WHERE false"
    )
    rates: list[GroupRate] = []
    for dimension in DIMENSIONS:
        rows = connection.execute(
            f"""WITH held AS (
                    SELECT p.person_id, coalesce(p.{dimension}, '{NOT_STATED}') AS value,
                           p.person_id IN (SELECT unnest($2::VARCHAR[])) AS is_named,
                           p.person_id IN ({truly}) AS is_true
                    FROM person p WHERE p.scope = $1 AND NOT coalesce(p.is_professional, false)),
                sized AS (SELECT *, count(*) OVER (PARTITION BY value) AS size FROM held)
                SELECT CASE WHEN size < {LEAST_PEOPLE} THEN '{POOLED}' ELSE value END,
                       count(*), count_if(is_named), count_if(is_true)
                FROM sized GROUP BY 1 ORDER BY 1""",
            [scope.name, named],
        ).fetchall()
        everyone = sum(row[1] for row in rows), sum(row[2] for row in rows)
        overall = everyone[1] / everyone[0] if everyone[0] else 0.0
        for value, people, hits, true in rows:
            rate = hits / people
            rates.append(
                GroupRate(
                    dimension, value, people, hits, rate, wilson_interval(hits, people),
                    rate / overall if overall else None, true / people if has_truth else None,
                )
            )  # fmt: skip
    return rates


def month_of(day: date) -> str:
    """The month a week ends in, for an axis."""
    return f"{day - timedelta(days=6):%b %Y}"
