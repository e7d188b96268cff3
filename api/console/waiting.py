"""What waits for a person at their desk: one line of the table a kind of work, each a count and where to do it.

A page that brings work of its own adds a function and a line to ``FROM_VIEW``. The function may ask only what its act
allows; everything asked for one home page is one entry on the ledger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from access import FindingFilters, ScopedView

# Grants that run out within so many days are told of.
SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one kind: ``count`` of ``what``, done at ``address``; ``news`` says what came since the last visit."""

    name: str
    count: int
    what: str
    address: str
    news: str | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """What counts as new: the day of the reader's last visit, None on the first; ``today`` is the hub's day."""

    last_visit: date | None
    today: date


Source = Callable[[ScopedView, Since], Waiting | None]


def findings_waiting(view: ScopedView, since: Since) -> Waiting:
    """Findings that nobody decided on, or that new evidence opened again."""
    waiting = view.findings(FindingFilters(decision="open", limit=0)).total
    reopened = view.findings(FindingFilters(decision="reopened", limit=0)).total
    news = [f"{reopened:,} opened again by new evidence"] if reopened else []
    if since.last_visit is not None:
        new = FindingFilters(decision="open", limit=0, raised_since=since.last_visit)
        raised = view.findings(new).total
        news += [f"{raised:,} raised since your last visit"] if raised else []
    what = "finding waits for a decision" if waiting == 1 else "findings wait for a decision"
    return Waiting("Findings", waiting, what, "/findings", "; ".join(news) or None)


def links_waiting(view: ScopedView, _: Since) -> Waiting:
    """Pairs of records that nobody judged."""
    queue = view.review(0, 0)
    what = "pair of records to judge" if queue.total == 1 else "pairs of records to judge"
    conflicts = len(view.conflicts().conflicts)
    news = f"{conflicts:,} where judgements contradict one another" if conflicts else None
    return Waiting("Link review", queue.total, what, "/review", news)


def grants_ending(view: ScopedView, since: Since) -> Waiting:
    """What is released, listed or restricted and runs out soon."""
    lines = view.grants().lines
    ending = [one for one in lines if one.ends_on and since.today <= one.ends_on <= since.today + SOON]
    what = "release or restriction stands" if len(lines) == 1 else "releases and restrictions stand"
    news = f"{len(ending):,} end within {SOON.days} days" if ending else None
    return Waiting("Sharing", len(lines), what, "/sharing", news)


def seal_conflicts_waiting(view: ScopedView, _: Since) -> Waiting:
    """Judgements that stand against a seal."""
    count = len(view.seal_conflicts().conflicts)
    what = "judgement stands against a seal" if count == 1 else "judgements stand against a seal"
    return Waiting("Seals", count, what, "/seals")


def meetings_ahead(view: ScopedView, since: Since) -> Waiting:
    """MARAC meetings that are still to be held, and actions that stand open."""
    meetings = view.meetings().meetings
    ahead = [one for one in meetings if one.held_on >= since.today]
    open_actions = sum(one.open_actions for one in meetings)
    what = "meeting to prepare" if len(ahead) == 1 else "meetings to prepare"
    news = f"{open_actions:,} actions stand open" if open_actions else None
    return Waiting("Meetings", len(ahead), what, "/meetings", news)


def outcomes_told(view: ScopedView, since: Since) -> Waiting:
    """What the reader was told of their own referrals."""
    told = view.outcomes().outcomes
    new = [one for one in told if since.last_visit is not None and one.told_on >= since.last_visit]
    what = "outcome of your referrals" if len(told) == 1 else "outcomes of your referrals"
    news = f"{len(new):,} told since your last visit" if new else None
    return Waiting("Outcomes", len(told), what, "/outcomes", news)


def requests_waiting(view: ScopedView, _: Since) -> Waiting:
    """Other hubs' requests for detail that nobody decided on."""
    count = sum(not one.ours and one.state == "waiting" for one in view.exchange_inbox().requests)
    what = "request of another hub to decide on" if count == 1 else "requests of other hubs to decide on"
    return Waiting("Other hubs", count, what, "/exchange")


# (the act that it takes, what is asked), in the order of the home page.
FROM_VIEW: Final[tuple[tuple[str, Source], ...]] = (
    ("findings", findings_waiting),
    ("review", links_waiting),
    ("grants", grants_ending),
    ("seal_conflicts", seal_conflicts_waiting),
    ("meetings", meetings_ahead),
    ("outcomes", outcomes_told),
    ("exchange_decide", requests_waiting),
)
