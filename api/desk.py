"""What the HTTP room asks of the desk it is given; ``access.Desk`` is one."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from access import (
    Actor,
    Checkpoint,
    ExchangeEntry,
    ExchangeKeys,
    ExchangeTerms,
    Explanation,
    GlassLine,
    GlassList,
    LedgerFilters,
    LedgerList,
    MessageRefused,
    Partner,
    Period,
    Principal,
    ProfileInForce,
    Purpose,
    Question,
    Sample,
    SampleTried,
    ScopedView,
    SubjectReader,
    UnusualLine,
    VerificationReport,
    WorkerSummary,
)


class HubDesk(Protocol):
    """Opens scoped views and the ledger; every call that reads personal data leaves one ledger entry, refused or not."""

    def open(
        self, principal: Principal, purpose: Purpose | None, act: str
    ) -> AbstractContextManager[ScopedView]:
        """One read by one person for one purpose."""
        ...

    def ledger_entries(
        self, principal: Principal, purpose: Purpose | None, filters: LedgerFilters | None = None
    ) -> LedgerList:
        """What people did, newest first."""
        ...

    def ledger_workers(
        self, principal: Principal, purpose: Purpose | None, period: Period
    ) -> tuple[WorkerSummary, ...]:
        """What each worker did in a period."""
        ...

    def ledger_readers_of(
        self, principal: Principal, purpose: Purpose | None, record_id: str
    ) -> tuple[SubjectReader, ...]:
        """Who did what that concerned a record."""
        ...

    def unusual_access(
        self, principal: Principal, purpose: Purpose | None, period: Period
    ) -> tuple[UnusualLine, ...]:
        """What an auditor should ask workers about."""
        ...

    def verify_ledger(self, principal: Principal, purpose: Purpose | None) -> VerificationReport:
        """Whether the ledger is what it was."""
        ...

    def checkpoint(self, principal: Principal, purpose: Purpose | None, since: int = 0) -> Checkpoint:
        """The ledger's signed head, for a partner hub to keep as a witness."""
        ...

    def broken_glass(self, principal: Principal, purpose: Purpose | None) -> GlassList:
        """Every broken glass, for its review."""
        ...

    def review_glass(
        self, principal: Principal, purpose: Purpose | None, review: tuple[str, str, str]
    ) -> GlassLine:
        """Say of a broken glass (its name, a verdict, the grounds) whether it was right."""
        ...

    def explain(self, principal: Principal, purpose: Purpose | None, question: Question) -> Explanation:
        """Why a kind of thing can, or cannot, be done or seen."""
        ...

    def now(self) -> datetime:
        """The time by the desk's clock."""
        ...

    @property
    def exchange_terms(self) -> ExchangeTerms:
        """What this hub tells others of itself and lets be asked."""
        ...

    def exchange_keys(self, hub: str) -> ExchangeKeys:
        """The keys that sign this hub's messages."""
        ...

    def partners(self) -> tuple[Partner, ...]:
        """Every hub that is exchanged with."""
        ...

    def partner(self, hub: str) -> Partner:
        """The hub of this name that is exchanged with; raises MessageRefused when there is none."""
        ...

    def partner_reader(self, own: str, hub: str) -> Principal:
        """The reader that a partner's messages are answered as at the hub ``own``."""
        ...

    def note_refused_message(self, own: str, claimed: str | None, refused: MessageRefused) -> None:
        """Write down that a hub's message was refused."""
        ...

    def exchanged_with(
        self, hub: str, ours: bool, since: datetime, until: datetime
    ) -> tuple[ExchangeEntry, ...]:
        """What the ledger holds of messages to a partner, or from it."""
        ...

    def note_reconciled(self, actor: Actor, details: dict[str, Any]) -> None:
        """Write down that two ledgers were compared."""
        ...

    def checkpoint_for(self, own: str, since: int) -> Checkpoint:
        """This ledger's checkpoint for a partner to keep."""
        ...

    def checkpoint_kept(self, hub: str) -> int:
        """The size of the newest checkpoint that is kept of a partner."""
        ...

    def keep_checkpoint_of(self, actor: Actor, checkpoint: Checkpoint) -> None:
        """Keep a partner's checkpoint as its witness."""
        ...

    def profile(self, principal: Principal, purpose: Purpose | None) -> ProfileInForce:
        """The rules in force, and what they let each role do."""
        ...

    def try_mapping(self, principal: Principal, purpose: Purpose | None, sample: Sample) -> SampleTried:
        """What a mapping makes of a sample handed in with it; raises BadFeed."""
        ...

    def offers(self, principal: Principal) -> Mapping[str, frozenset[str]]:
        """Which acts the policy lets this reader do, by purpose; looks at no row."""
        ...

    def note_visit(self, principal: Principal, act: str) -> None:
        """Write down that somebody signed in or out (``sign_in``, ``sign_out``)."""
        ...

    def last_visit(self, principal: Principal, before: datetime) -> datetime | None:
        """When a worker last did anything here before a moment."""
        ...

    def worker_named(self, worker: str) -> str | None:
        """The name that a worker last signed in with; None where they never did."""
        ...

    def check_ready(self) -> None:
        """Return when data and ledger can be read; raises StoreUnavailable or LedgerUnavailable."""
        ...
