"""The desk's own book: the one entry of every read, and what auditors and privacy officers read of the ledger."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from access.acts import ACTS, READS, VISITS
from access.exchange.book import ExchangeBook
from access.exchange.holdings import HubExchange
from access.oversight.unusual import UnusualLine, circumstances, unusual
from access.oversight.views import LedgerFilters, LedgerList, LedgerViews, Period
from access.policy import Policies
from access.principal import PURPOSES, ROLES, Principal, Purpose
from access.reading_log import ReadLog
from access.sight import refusal
from access.snapshots import Snapshots
from access.workers import WorkerNames
from records.errors import BadInput, Denied, NotThere, PurposeMissing
from records.ledger import Checkpoint, Entry, Ledger, SubjectReader, VerificationReport, WorkerSummary
from records.snapshot import cursor_on


class LedgerDesk(ExchangeBook):
    """Reads of the ledger, for those whom the policy lets do them; the ``Desk`` adds reads of the snapshot."""

    def __init__(
        self, snapshots: Snapshots, ledger: Ledger, policies: Policies, exchange: HubExchange
    ) -> None:
        super().__init__(ledger, exchange)
        self._snapshots = snapshots
        self._policies = policies

    def ledger_entries(
        self, principal: Principal, purpose: Purpose | None, filters: LedgerFilters | None = None
    ) -> LedgerList:
        """What people did, newest first, for those who may read the ledger. Logged like any read."""
        with self._logged(principal, purpose, "ledger") as log:
            self._stated(principal, purpose, "ledger")
            answer = LedgerViews(self._ledger).listed(filters or LedgerFilters())
            log.answered = bool(answer.lines)
        return answer

    def ledger_workers(
        self, principal: Principal, purpose: Purpose | None, period: Period
    ) -> tuple[WorkerSummary, ...]:
        """What each worker did in a period, counted. Logged like any read."""
        with self._logged(principal, purpose, "ledger") as log:
            self._stated(principal, purpose, "ledger")
            found = tuple(self._ledger.workers(period.since, period.until))
            log.answered = bool(found)
        return found

    def ledger_readers_of(
        self, principal: Principal, purpose: Purpose | None, record_id: str
    ) -> tuple[SubjectReader, ...]:
        """Who did what that concerned a record. Logged like any read, without the record: it is no look at a person."""
        with self._logged(principal, purpose, "ledger") as log:
            self._stated(principal, purpose, "ledger")
            found = tuple(self._ledger.readers_of(record_id))
            log.answered = bool(found)
        return found

    def unusual_access(
        self, principal: Principal, purpose: Purpose | None, period: Period
    ) -> tuple[UnusualLine, ...]:
        """What an auditor should ask workers about in a period. Names nobody who was looked at. Logged like any read."""
        with self._logged(principal, purpose, "ledger") as log:
            self._stated(principal, purpose, "ledger")
            looks = self._ledger.looks(
                period.since, period.until, frozenset(READS) - {"ledger", "waiting", "explain_access"}
            )
            workers = WorkerNames(self._ledger)
            names = {actor: workers.name_of(actor) or "" for actor in sorted({look.actor for look in looks})}
            with self._snapshots.current() as snapshot, closing(cursor_on(snapshot.connection)) as connection:
                known = circumstances(connection, looks, names, shares=snapshot.name_shares)
            found = unusual(looks, known)
            log.answered = bool(found)
        return found

    def verify_ledger(self, principal: Principal, purpose: Purpose | None) -> VerificationReport:
        """Whether the ledger is what it was, for those who may read it. Logged like any read."""
        with self._logged(principal, purpose, "ledger") as log:
            self._stated(principal, purpose, "ledger")
            report = self._ledger.verify()
            log.answered = True
        return report

    def checkpoint(self, principal: Principal, purpose: Purpose | None, since: int = 0) -> Checkpoint:
        """The ledger's signed head for a partner hub to keep, for those who may read the ledger. Logged like any read."""
        with self._logged(principal, purpose, "ledger") as log:
            self._stated(principal, purpose, "ledger")
            made = self._ledger.checkpoint(principal.hub, since)
            log.answered = True
        return made

    def note_visit(self, principal: Principal, act: str) -> None:
        """Write down that somebody signed in to the console or out of it (``access.VISITS``).

        Raises LedgerUnavailable when it cannot be: nobody comes in unnoticed.
        """
        if act not in VISITS:
            raise BadInput(f"{act}: not a way in or out; those are {', '.join(VISITS)}.")
        details = {"name": principal.name, "agency": principal.agency}
        entry = Entry(principal.subject, principal.role, principal.hub, act, "answered", details=details)
        self._ledger.append(entry)

    def last_visit(self, principal: Principal, before: datetime) -> datetime | None:
        """When a worker last did anything here before a moment, the sign-in that led to it left out; None: never.

        It is their own doing and tells of nobody else, so it is not logged.
        """
        latest = self._ledger.entries(actor=principal.subject, until=before, limit=2, newest_first=True)
        return next((one.at for one in latest if one.entry.act != "sign_in" or one is latest[-1]), None)

    def worker_named(self, worker: str) -> str | None:
        """The name that a worker last signed in with; None where they never did. It tells of nobody else, so it is not logged."""
        return WorkerNames(self._ledger).name_of(worker)

    @contextmanager
    def _logged(self, principal: Principal, purpose: Purpose | None, act: str) -> Iterator[ReadLog]:
        """Exactly one entry for what happens inside, whatever that is, written before anything leaves.

        An act that wrote its own and then broke off leaves a second one, ``failed``.
        """
        log = ReadLog()
        outcome: str | None = None
        try:
            yield log
        except Denied:
            outcome = "denied"
            raise
        except NotThere:
            outcome = "empty"
            raise
        except BaseException:
            outcome = "failed"
            raise
        finally:
            if log.logged and outcome == "failed":
                # The act's own entry says that it was answered; what it promised did not arrive whole.
                log.details["broke_off"] = True
            if not log.logged or outcome == "failed":
                self._ledger.append(log.entry(principal, purpose, act, outcome))

    def _stated(self, principal: Principal, purpose: Purpose | None, act: str) -> Purpose:
        """The purpose, when there is one and the policy lets this role do the act for it."""
        if act not in ACTS:
            raise BadInput(f"{act}: not an act of the desk; those are {', '.join(ACTS)}.")
        if purpose is None or not purpose.code.strip() or not purpose.reason.strip():
            raise PurposeMissing("Say for which purpose you look, and why, in a sentence; then ask again.")
        if purpose.code not in PURPOSES:
            raise PurposeMissing(
                f"{purpose.code}: not a purpose of the hub; use one of {', '.join(PURPOSES)}."
            )
        if principal.role not in ROLES or not self._policies.may_do(principal, act, purpose.code).allowed:
            raise Denied(refusal(principal, act, purpose.code))
        return purpose
