"""What is remembered of findings from build to build: the tables ``finding_identity`` and ``finding_trace``."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from records.scope import Scope
from records.snapshot import attach_snapshot


class Row(NamedTuple):
    """A row of evidence with the person who held its record: ``event_id`` and ``role`` None for a record's own statement."""

    person_id: str
    record_id: str
    event_id: str | None
    role: str | None

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """The row apart from who holds its record."""
        return self.record_id, self.event_id, self.role


@dataclass(frozen=True, slots=True)
class StandingFinding:
    """A finding as ``finding_identity`` keeps it, with the rows it last stood on.

    ``now``: each of its people to the person who holds most of their rows today; who holds none is left out.
    """

    finding_id: str
    detector: str
    anchor: tuple[str, ...]
    state: str
    successor_id: str | None
    since_build: int
    last_build: int
    first_raised_on: date
    renewed_on: date
    expires_on: date
    rows: frozenset[Row]
    now: dict[str, str] = field(default_factory=dict)

    @property
    def now_anchor(self) -> tuple[str, ...]:
        """The anchor in today's person ids."""
        return tuple(self.now.get(part, part) for part in self.anchor)

    @property
    def anchor_words(self) -> tuple[str, ...]:
        """What of the anchor is no person: a side, an authority."""
        people = {row.person_id for row in self.rows}
        return tuple(part for part in self.anchor if part not in people)

    @property
    def now_people(self) -> set[str]:
        """The people with a part in its events, in today's ids."""
        return {self.now[row.person_id] for row in self.rows if row.event_id and row.person_id in self.now}


def people_of(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: Sequence[str]
) -> dict[str, str]:
    """Record to the person who holds it in the scope, for those in it."""
    found = connection.execute(
        "SELECT record_id, person_id FROM membership WHERE scope = ? AND record_id IN (SELECT unnest(?::VARCHAR[]))",
        [scope.name, list(record_ids)],
    )
    return dict(found.fetchall())


def read_standing(
    connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None
) -> dict[str, StandingFinding]:
    """The scope's findings as the last snapshot kept them, by id; none for a first build.

    Rows whose record has left the scope, or whose event is gone, are forgotten, with a person's last record the person in
    the anchor, and with its last row a finding: what was erased, sealed or restricted leaves no trace here either.
    """
    if previous_path is None:
        return {}
    attach_snapshot(connection, previous_path, "previous_build")
    try:
        lines = connection.execute(
            """SELECT finding_id, detector, anchor, state, successor_id, since_build, last_build, first_raised_on,
                      renewed_on, expires_on
               FROM previous_build.finding_identity WHERE scope = ? ORDER BY finding_id""",
            [scope.name],
        ).fetchall()
        traces = connection.execute(
            """SELECT t.finding_id, t.person_id, t.record_id, t.event_id, t.role, m.person_id
               FROM previous_build.finding_trace t
               JOIN membership m ON m.scope = t.scope AND m.record_id = t.record_id
               WHERE t.scope = ? AND (t.event_id IS NULL OR t.event_id IN (SELECT event_id FROM event))""",
            [scope.name],
        ).fetchall()
        gone = connection.execute(
            """SELECT t.finding_id, t.person_id FROM previous_build.finding_trace t
               LEFT JOIN membership m ON m.scope = t.scope AND m.record_id = t.record_id
               WHERE t.scope = ? GROUP BY t.finding_id, t.person_id HAVING count(m.person_id) = 0""",
            [scope.name],
        ).fetchall()
    finally:
        connection.execute("DETACH previous_build")
    rows: dict[str, set[Row]] = defaultdict(set)
    holders: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for finding, then, record_id, event_id, role, now in traces:
        rows[finding].add(Row(then, record_id, event_id, role))
        holders[finding][then][now] += 1
    left_scope = set(gone)
    standing = {}
    for (
        finding,
        detector,
        anchor,
        state,
        successor_id,
        since,
        last,
        first_on,
        renewed_on,
        expires_on,
    ) in lines:
        if finding in rows:
            now_ids = {
                then: min(counted, key=lambda person: (-counted[person], person))
                for then, counted in holders[finding].items()
            }
            about = tuple(part for part in anchor if (finding, part) not in left_scope)
            standing[finding] = StandingFinding(
                finding, detector, about, state, successor_id, since, last, first_on, renewed_on, expires_on,
                frozenset(rows[finding]), now_ids,
            )  # fmt: skip
    return standing


def write_standing(
    connection: duckdb.DuckDBPyConnection, scope: Scope, lines: Iterable[StandingFinding]
) -> None:
    """Write both tables of the scope anew."""
    identities, traces = [], []
    for line in sorted(lines, key=lambda one: one.finding_id):
        named = (scope.name, line.finding_id, line.detector, list(line.anchor), line.state, line.successor_id)
        dated = (line.since_build, line.last_build, line.first_raised_on, line.renewed_on, line.expires_on)
        identities.append((*named, *dated))
        held = sorted(line.rows, key=lambda row: (row.record_id, row.event_id or "", row.role or ""))
        traces += [(scope.name, line.finding_id, *row) for row in held]
    for table, filled in (("finding_identity", identities), ("finding_trace", traces)):
        connection.execute(f"DELETE FROM {table} WHERE scope = ?", [scope.name])
        if filled:
            columns = [list(column) for column in zip(*filled, strict=True)]
            unnested = ", ".join("unnest(?)" for _ in columns)
            connection.execute(f"INSERT INTO {table} SELECT {unnested}", columns)
