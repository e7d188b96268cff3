"""The ledger as auditors read it: who did what, when, why and with what outcome; of records, only how many."""

from dataclasses import dataclass
from datetime import datetime

from access.acts import LEDGER_ACTS
from records.errors import BadInput
from records.ledger import Ledger, LoggedEntry, records_among

LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """Which entries: by actor, role, act, outcome, record id, alert, time (``until`` exclusive); at most ``limit``.

    ``alert`` is a kind of alert for the privacy officer, or ``any``.

    ``before`` is the sequence after which, going back, the page starts.
    """

    actor: str | None = None
    role: str | None = None
    act: str | None = None
    outcome: str | None = None
    subject: str | None = None
    alert: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` to before ``until``; both know their zone. Raises BadInput when it ends before it begins."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.until <= self.since:
            raise BadInput("until: the period ends before it begins. Give a later moment.")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry as shown. ``alerts`` are kinds of alert it raised; ``erased`` says that its reason was blanked."""

    sequence: int
    at: datetime
    actor: str
    role: str
    hub: str
    act: str
    did: str
    purpose: str | None
    reason: str | None
    case_reference: str | None
    outcome: str
    subject_count: int
    alerts: tuple[str, ...]
    erased: bool


@dataclass(frozen=True, slots=True)
class LedgerList:
    """Entries, newest first."""

    lines: tuple[LedgerLine, ...]


class LedgerViews:
    """Reads the ledger for those who may."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def listed(self, filters: LedgerFilters) -> LedgerList:
        """The entries that match. Raises BadInput for a page of no or too many entries."""
        if not 1 <= filters.limit <= LARGEST_PAGE:
            raise BadInput(f"A page of the ledger holds 1 to {LARGEST_PAGE} entries.")
        found = self._ledger.entries(
            actor=filters.actor,
            role=filters.role,
            act=filters.act,
            outcome=filters.outcome,
            subject=filters.subject,
            alert=filters.alert,
            since=filters.since,
            until=filters.until,
            before=filters.before,
            limit=filters.limit,
            newest_first=True,
        )
        return LedgerList(tuple(_line(logged) for logged in found))


def _line(logged: LoggedEntry) -> LedgerLine:
    entry = logged.entry
    return LedgerLine(
        sequence=logged.sequence,
        at=logged.at,
        actor=entry.actor,
        role=entry.role,
        hub=entry.hub,
        act=entry.act,
        did=LEDGER_ACTS.get(entry.act, entry.act),
        purpose=entry.purpose,
        reason=entry.reason,
        case_reference=entry.case_reference,
        outcome=entry.outcome,
        subject_count=len(records_among(entry.subjects)),
        alerts=tuple(sorted(alert["kind"] for alert in entry.details.get("alerts", []))),
        erased=logged.erased,
    )
