"""What a detector found before it broke: kept, marked and dated, while its evidence stands."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from detectors.carrying import Carrying
from detectors.finding import Finding, Subject
from detectors.traces import StandingFinding, read_standing
from records.scope import Scope
from records.snapshot import attach_snapshot, rows_in_scope


def stale_findings(
    connection: duckdb.DuckDBPyConnection, scope: Scope, failed: Collection[str], carrying: Carrying
) -> list[Finding]:
    """The last build's findings of the ``failed`` detectors, for a build in which those could not look again.

    Each keeps its id and its days and says since when nobody looked (``stale_since``). One that has lapsed by then, or
    of which any row of evidence has left the scope, is gone: what was erased or sealed is not kept by a failure.
    People are named by today's ids, followed through the records of the evidence.
    """
    if not failed or carrying.previous_path is None:
        return []
    standing = {
        known: former
        for known, former in read_standing(connection, scope, carrying.previous_path).items()
        if former.detector in failed and former.state == "raised" and former.expires_on > carrying.as_of
    }
    told, looked_on = _last_told(connection, scope, carrying, sorted(standing))
    findings = [
        _kept(Finding.from_dict(body), standing[known], looked_on) for known, body in sorted(told.items())
    ]
    return [finding for finding in findings if finding is not None and _stands(connection, scope, finding)]


def _last_told(
    connection: duckdb.DuckDBPyConnection, scope: Scope, carrying: Carrying, ids: Sequence[str]
) -> tuple[dict[str, dict[str, Any]], date]:
    """Finding id to its body in the last snapshot, and the as-of date of that."""
    if carrying.previous_path is None:
        return {}, carrying.as_of
    attach_snapshot(connection, carrying.previous_path, "previous_build")
    try:
        bodies = connection.execute(
            """SELECT finding_id, body FROM previous_build.finding
               WHERE scope = ? AND finding_id IN (SELECT unnest(?::VARCHAR[]))""",
            [scope.name, list(ids)],
        ).fetchall()
        looked_on = connection.execute("SELECT max(as_of) FROM previous_build.build").fetchall()[0][0]
    finally:
        connection.execute("DETACH previous_build")
    return {known: json.loads(body) for known, body in bodies}, looked_on or carrying.as_of


def _kept(finding: Finding, former: StandingFinding, looked_on: date) -> Finding | None:
    if any(subject.person_id not in former.now for subject in finding.subjects):
        return None
    since = finding.stale_since or looked_on
    said = (
        f"Nobody has looked again since {since:%-d %B %Y}: the detector failed; this is what it found then."
    )
    return replace(
        finding,
        subjects=tuple(
            sorted(
                {Subject(former.now[one.person_id], one.role) for one in finding.subjects},
                key=lambda one: (one.person_id, one.role),
            )
        ),
        anchor=former.now_anchor,
        expires_on=former.expires_on,
        stale_since=since,
        counter_evidence=(said, *(text for text in finding.counter_evidence if text != said)),
    )


def _stands(connection: duckdb.DuckDBPyConnection, scope: Scope, finding: Finding) -> bool:
    """Whether every row of its evidence is in the scope still."""
    records = sorted({row.record_id for row in finding.evidence})
    parts = sorted(
        {(row.event_id, row.record_id, row.role) for row in finding.evidence if row.event_id and row.role}
    )
    held, stated = connection.execute(
        f"""SELECT (SELECT count(*) FROM {rows_in_scope("record", scope)} r
                    WHERE r.record_id IN (SELECT unnest($records::VARCHAR[]))),
                   (SELECT count(DISTINCT (v.event_id, v.record_id, v.role)) FROM {rows_in_scope("involvement", scope)} v
                    JOIN (SELECT unnest($events::VARCHAR[]) AS event_id, unnest($holders::VARCHAR[]) AS record_id,
                                 unnest($roles::VARCHAR[]) AS role) p USING (event_id, record_id, role))""",
        {
            "records": records,
            "events": [part[0] for part in parts],
            "holders": [part[1] for part in parts],
            "roles": [part[2] for part in parts],
        },
    ).fetchall()[0]
    return bool(held == len(records) and stated == len(parts))
