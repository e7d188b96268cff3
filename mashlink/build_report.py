"""What a build did, as a value, and the row in which a snapshot says what it is."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import duckdb

from detectors import DETECTORS
from linkage import BlockingReport
from mashlink import __version__
from mashlink.stages import Stage, StageClock
from records.scope import HUB


@dataclass(frozen=True, slots=True)
class BuildFacts:
    """What a build is known by: its published label, its number in the store, the day it is seen from.

    ``erasures``: how many of the ledger's erasures it carried out.
    """

    snapshot_id: str
    build_number: int
    as_of: date
    hub: str
    engine: str
    erasures: int = 0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; ``as_dict`` is what ``build --json`` prints. Counts are of the scope ``hub``.

    ``linkage``: whether everything was linked anew and why, and how many records were new, changed or gone.
    """

    snapshot: str
    as_of: date
    seconds_total: float
    peak_mb: float
    stages: list[Stage]
    feeds: dict[str, dict[str, int]]
    records: int
    people: int
    households: int
    incidents: int
    links: int
    findings: dict[str, int]
    warnings: list[str] = field(default_factory=list)
    linkage: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, dates in ISO form."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def describe(
    connection: duckdb.DuckDBPyConnection, facts: BuildFacts, clock: StageClock, warnings: list[str]
) -> BuildReport:
    """Count what stands in the tables of a build."""
    feeds = {
        feed: {"read": read, "accepted": accepted, "quarantined": quarantined, "fields_set_aside": set_aside}
        for feed, read, accepted, quarantined, set_aside in connection.execute(
            """SELECT feed, sum(rows_read)::BIGINT, sum(rows_accepted)::BIGINT, sum(rows_quarantined)::BIGINT,
                      sum(fields_set_aside)::BIGINT FROM file_count GROUP BY feed ORDER BY feed"""
        ).fetchall()
    }
    found = dict(
        connection.execute(
            "SELECT detector, count(*) FROM finding WHERE scope = ? GROUP BY detector", [HUB]
        ).fetchall()
    )

    def count(what: str, table: str, where: str = "TRUE") -> int:
        row = connection.execute(f"SELECT count({what}) FROM {table} WHERE {where}").fetchone()
        return int(row[0]) if row else 0

    in_hub = f"scope = '{HUB}'"
    return BuildReport(
        snapshot=facts.snapshot_id,
        as_of=facts.as_of,
        seconds_total=clock.seconds_total,
        peak_mb=clock.peak_mb,
        stages=list(clock.stages),
        feeds=feeds,
        records=count("*", "record"),
        people=count("*", "person", in_hub),
        households=count("DISTINCT household_id", "household_spell", in_hub),
        incidents=count("DISTINCT incident_id", "incident", in_hub),
        links=count("*", "link"),
        findings={detector.name: found.get(detector.name, 0) for detector in DETECTORS},
        warnings=warnings,
    )


def crowded_notes(blocking: BlockingReport) -> list[str]:
    """A line on the keys that too many records share to compare them all by it; none where there is none."""
    if not blocking.keys_over_cap:
        return []
    keys = sum(blocking.keys_over_cap.values())
    worst = max(blocking.records_over_cap, key=lambda rule: (blocking.records_over_cap[rule], rule))
    return [
        f"Too many records share one value for all of them to be compared by it: {keys:,} such"
        f" value{'s' if keys > 1 else ''}, most of all by “{worst}” ({blocking.records_over_cap[worst]:,} records)."
        " `mashlink report linkage` lists them by rule."
    ]


def latest_day(connection: duckdb.DuckDBPyConnection) -> date:
    """The latest day that any row speaks of, for feeds that do not say when they were extracted."""
    row = connection.execute(
        """SELECT greatest((SELECT max(known_on) FROM event), (SELECT max(valid_from) FROM address_spell),
                           (SELECT max(date_of_birth) FROM record), DATE '1900-01-01')"""
    ).fetchone()
    return row[0] if row else date(1900, 1, 1)


def note_build(connection: duckdb.DuckDBPyConnection, facts: BuildFacts, calibration_digest: str) -> None:
    """Write the one row of ``build``. No clock and no duration: equal inputs give equal snapshots."""
    connection.execute(
        """INSERT INTO build (snapshot_id, build_number, as_of, hub, engine, version, calibration_digest,
                              erasures)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            facts.snapshot_id,
            facts.build_number,
            facts.as_of,
            facts.hub,
            facts.engine,
            __version__,
            calibration_digest,
            facts.erasures,
        ],
    )
