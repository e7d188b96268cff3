"""What the checks of ``mashlink doctor`` are given, and what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
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
    """What is looked at: a store under its settings, at a time."""

    store: Store
    settings: Settings
    now: datetime


Check = Callable[[Patient], Iterator[Checkup]]


def clocks_apart(answer: httpx.Response, now: datetime) -> timedelta | None:
    """By how much the clock of whoever answered differs from ``now``; None within what is allowed, or where it is not told."""
    if "date" not in answer.headers:
        return None
    apart = abs(parsedate_to_datetime(answer.headers["date"]) - now)
    return apart if apart > CLOCK_MAY_DIFFER else None
