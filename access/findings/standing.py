"""What people decided of findings, and what has come since: open, decided, reopened by new evidence, or suppressed."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

import duckdb

from access.values import PastPrecision
from detectors import wilson_interval
from records.ledger import FindingDisposition, FindingSuppression, LedgerState
from records.scope import Scope

STATUSES: Final = ("open", "decided", "reopened", "suppressed")
Part = tuple[str, str, str | None]
Act = TypeVar("Act", FindingDisposition, FindingSuppression)


def evidence_digest(event_id: str, record_id: str, role: str | None) -> str:
    """A row of evidence as the ledger remembers it: no id that a reader of the ledger could look up."""
    return hashlib.sha256(f"{event_id}|{record_id}|{role}".encode()).hexdigest()[:16]


# The same, of the row at hand, where the engine works it out.
DIGEST_IN_SQL: Final = "left(sha256(concat(event_id, '|', record_id, '|', coalesce(role, 'None'))), 16)"


@dataclass(frozen=True, slots=True)
class FindingStanding:
    """Where a finding stands. ``new_parts``: its (event, record, role) rows that came since people last decided."""

    status: str
    news: str | None
    disposition: FindingDisposition | None
    suppression: FindingSuppression | None
    new_parts: frozenset[Part]


@dataclass(frozen=True, slots=True)
class _Row:
    part: Part
    agency: str
    known_on: date

    @property
    def digest(self) -> str:
        return evidence_digest(*self.part)


_OPEN: Final = FindingStanding("open", None, None, None, frozenset())


class FindingStandings:
    """The standing of every finding of a scope on a day, from the ledger and the scope's own findings."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, scope: Scope, state: LedgerState, on: date
    ) -> None:
        self._connection = connection
        self._scope = scope
        self._on = on
        self._successors = self._merged_into()
        self._dispositions = self._latest(state.dispositions)
        self._suppressions = self._latest(state.suppressions)
        acted_on = sorted({*self._dispositions, *self._suppressions})
        self._rows = self._evidence(acted_on) if acted_on else {}

    def now(self, finding_id: str) -> str:
        """The finding that goes on for one that was merged; any other id as it is."""
        seen = {finding_id}
        while (further := self._successors.get(finding_id)) is not None and further not in seen:
            seen.add(further)
            finding_id = further
        return finding_id

    def of(self, finding_id: str) -> FindingStanding:
        """Where one finding stands."""
        disposition, kept_out = self._dispositions.get(finding_id), self._suppressions.get(finding_id)
        if disposition is None and kept_out is None:
            return _OPEN
        if kept_out is not None and self._holds(finding_id, kept_out):
            return FindingStanding("suppressed", None, disposition, kept_out, frozenset())
        if disposition is None:
            new = self._new(finding_id, kept_out)
            return FindingStanding("open", self._news(new, kept_out), None, None, _parts(new))
        new = self._new(finding_id, disposition)
        status = "reopened" if new else "decided"
        return FindingStanding(status, self._news(new, disposition), disposition, None, _parts(new))

    def past_precision(self, detector: str) -> PastPrecision:
        """How often people here confirmed what ``detector`` raised, among those judged as confirmed or not confirmed."""
        known = self._connection.execute(
            "SELECT finding_id FROM finding_identity WHERE scope = ? AND detector = ? AND state <> 'merged'",
            [self._scope.name, detector],
        ).fetchall()
        decisions = [one.decision for (key,) in known if (one := self._dispositions.get(key)) is not None]
        confirmed = decisions.count("confirmed")
        return judged_words(confirmed, confirmed + decisions.count("not_confirmed"))

    def _holds(self, finding_id: str, kept_out: FindingSuppression) -> bool:
        if kept_out.until is not None:
            return self._on <= kept_out.until
        return not self._new(finding_id, kept_out)

    def _new(self, finding_id: str, act: FindingDisposition | FindingSuppression | None) -> list[_Row]:
        if act is None or not act.seen_evidence:
            return []
        return [row for row in self._rows.get(finding_id, []) if row.digest not in act.seen_evidence]

    def _news(self, new: list[_Row], act: FindingDisposition | FindingSuppression | None) -> str | None:
        if not new or act is None:
            return None
        agencies = sorted({row.agency.replace("_", " ") for row in new})
        facts = "1 further fact" if len(new) == 1 else f"{len(new)} further facts"
        latest = max(row.known_on for row in new)
        return f"New since {_day(act.at)}: {facts} from {_listed(agencies)}, the latest recorded on {_day(latest)}."

    def _merged_into(self) -> dict[str, str]:
        found = self._connection.execute(
            """SELECT finding_id, successor_id FROM finding_identity
               WHERE scope = ? AND successor_id IS NOT NULL ORDER BY finding_id""",
            [self._scope.name],
        )
        return dict(found.fetchall())

    def _latest(self, acts: dict[str, Act]) -> dict[str, Act]:
        """The acts by the id that their finding has today; of several that meet in one, the latest."""
        latest: dict[str, Act] = {}
        for finding_id, act in sorted(acts.items(), key=lambda item: (item[1].at, item[0])):
            latest[self.now(finding_id)] = act
        return latest

    def _evidence(self, finding_ids: list[str]) -> dict[str, list[_Row]]:
        rows: dict[str, list[_Row]] = defaultdict(list)
        for finding_id, event_id, record_id, role, agency, known_on in self._connection.execute(
            """SELECT f.finding_id, f.event_id, f.record_id, f.role, e.agency,
                      coalesce(e.known_on, e.started_at::DATE)
               FROM finding_evidence f JOIN event e ON e.event_id = f.event_id
               WHERE f.scope = $1 AND f.finding_id IN (SELECT unnest($2::VARCHAR[])) ORDER BY ALL""",
            [self._scope.name, finding_ids],
        ).fetchall():
            rows[finding_id].append(_Row((event_id, record_id, role), agency, known_on))
        return rows


def judged_words(confirmed: int, judged: int) -> PastPrecision:
    """``confirmed`` of ``judged``, with Wilson's 95% interval and the sentence that says so."""
    if not judged:
        return PastPrecision(0, 0, None, "Nobody here has judged any of its findings yet.")
    low, high = wilson_interval(confirmed, judged)
    words = (
        f"{confirmed} of {judged} judged at this hub were confirmed (95% interval {low:.0%} to {high:.0%})."
    )
    return PastPrecision(confirmed, judged, (low, high), words)


def _parts(rows: list[_Row]) -> frozenset[Part]:
    return frozenset(row.part for row in rows)


def _day(day: date | datetime) -> str:
    return f"{day:%-d %B %Y}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
