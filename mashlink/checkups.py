"""What the checks of ``mashlink doctor`` are given, and what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final, Literal

import httpx

from mashlink.settings import Settings
from records.snapshot import Store

Verdict = Literal["well", "look", "ill"]
CLOCK_MAY_DIFFER: Final = timedelta(seconds=20)
# How long somebody else's service may take to answer.
PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Checkup:
    """What one check found: ``well``, ``look`` (it runs, but somebody should look) or ``ill`` (it does not)."""

    of: str
    verdict: Verdict
    said: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: a store under its settings, at a time.

    ``feeds``: the folder that builds read, ``listening``: host and port of the service, each where somebody asks after it.
    """

    store: Store
    settings: Settings
    now: datetime
    feeds: Path | None = None
    listening: tuple[str, int] | None = None

    @property
    def has_ledger(self) -> bool:
        """Whether there is one to open: to open one that is not there makes it, owned by whoever looks."""
        return bool(self.settings.ledger_url) or self.store.ledger_path.exists()


Check = Callable[[Patient], Iterator[Checkup]]


def clocks_apart(answer: httpx.Response, now: datetime) -> timedelta | None:
    """By how much the clock of whoever answered differs from ``now``; None within what is allowed, or where it is not told."""
    if "date" not in answer.headers:
        return None
    apart = abs(parsedate_to_datetime(answer.headers["date"]) - now)
    return apart if apart > CLOCK_MAY_DIFFER else None
