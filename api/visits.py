"""Where sessions and sign-ins under way are kept: by the ledger's database on a hub, in memory where one process is all."""

import threading
from dataclasses import replace
from typing import Protocol

from access import KeptAttempt, KeptVisit


class VisitStore(Protocol):
    """What sessions are kept in; ``access.Visits`` is one. Every call may raise LedgerUnavailable."""

    def begin(self, visit: KeptVisit, oldest: float) -> None:
        """Keep a new visit, and forget those that began before ``oldest``."""
        ...

    def of(self, key: str) -> KeptVisit | None:
        """The visit of this key, if it is kept."""
        ...

    def saw(self, key: str, at: float) -> None:
        """Note that the visitor was there."""
        ...

    def change(self, key: str, body: str) -> None:
        """Put another body in place."""
        ...

    def end(self, key: str) -> None:
        """Forget a visit."""
        ...

    def end_all_of(self, subject: str) -> int:
        """Forget every visit of a worker; says how many there were."""
        ...

    def begin_attempt(self, attempt: KeptAttempt, oldest: float) -> None:
        """Keep a sign-in under way, and forget those from before ``oldest``."""
        ...

    def take_attempt(self, key: str) -> KeptAttempt | None:
        """The sign-in of this key, given to one caller once."""
        ...


class VisitsInMemory:
    """Visits of one process, gone with it: for demonstrations without a store, and for tests."""

    def __init__(self) -> None:
        self._visits: dict[str, KeptVisit] = {}
        self._attempts: dict[str, KeptAttempt] = {}
        self._lock = threading.Lock()

    def begin(self, visit: KeptVisit, oldest: float) -> None:
        """Keep a new visit, and forget those that began before ``oldest``."""
        with self._lock:
            self._visits = {key: one for key, one in self._visits.items() if one.began >= oldest}
            self._visits[visit.key] = visit

    def of(self, key: str) -> KeptVisit | None:
        """The visit of this key, if it is kept."""
        return self._visits.get(key)

    def saw(self, key: str, at: float) -> None:
        """Note that the visitor was there."""
        with self._lock:
            if key in self._visits:
                self._visits[key] = replace(self._visits[key], seen=at)

    def change(self, key: str, body: str) -> None:
        """Put another body in place."""
        with self._lock:
            if key in self._visits:
                self._visits[key] = replace(self._visits[key], body=body)

    def end(self, key: str) -> None:
        """Forget a visit."""
        with self._lock:
            self._visits.pop(key, None)

    def end_all_of(self, subject: str) -> int:
        """Forget every visit of a worker; says how many there were."""
        with self._lock:
            theirs = [key for key, one in self._visits.items() if one.subject == subject]
            for key in theirs:
                del self._visits[key]
            return len(theirs)

    def begin_attempt(self, attempt: KeptAttempt, oldest: float) -> None:
        """Keep a sign-in under way, and forget those from before ``oldest``."""
        with self._lock:
            self._attempts = {key: one for key, one in self._attempts.items() if one.began >= oldest}
            self._attempts[attempt.key] = attempt

    def take_attempt(self, key: str) -> KeptAttempt | None:
        """The sign-in of this key, given to one caller once."""
        with self._lock:
            return self._attempts.pop(key, None)
