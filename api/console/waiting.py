"""What waits for a person at their desk: one line of the table a kind of work, each a count and where to do it.

A page that brings work of its own adds a function and a line to ``FROM_VIEW``. The function may ask only what its act
allows; everything asked for one home page is one entry on the ledger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from access import FindingFilters, ScopedView

# What a reader is told whose findings wait for a build; whom it is about is said to nobody.
COME_BACK: Final = (
    "none is shown until the next build, since what may be shown to you has changed after the last one"
)
# Grants that run out within so many days are told of.
SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one kind: ``count`` of ``what``, done at ``address``.

    ``note`` is what presses about it; ``changed`` says what came since the last visit.
    """

    name: str
    count: int
    what: str
    address: str
    note: str | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What counts as new: the reader's last visit, None on the first; ``today`` is the hub's day."""

    last_visit: datetime | None
    today: date

    def is_new(self, moment: date | datetime | None) -> bool:
        """Whether something of this moment, or day, came after the last visit; of the day of the visit it may have."""
        if self.last_visit is None or moment is None:
            return False
        return moment > self.last_visit if isinstance(moment, datetime) else moment >= self.last_visit.date()


Source = Callable[[ScopedView, Since], Waiting | None]


def findings_waiting(view: ScopedView, since: Since) -> Waiting:
    """Findings that nobody decided on, or that new evidence opened again."""
    listed = view.findings(FindingFilters(decision="open", limit=0))
    if listed.where == "next_build":
        return Waiting("Findings", 0, "findings wait for a decision", "/findings", COME_BACK)
    waiting = listed.total
    reopened = view.findings(FindingFilters(decision="reopened", limit=0)).total
    changed = []
    if since.last_visit is not None:
        new = FindingFilters(decision="open", limit=0, raised_since=since.last_visit.date())
        raised = view.findings(new).total
        changed = [f"{_many(raised, 'finding was', 'findings were')} raised"] if raised else []
    note = f"{reopened:,} opened again by new evidence" if reopened else None
    what = "finding waits for a decision" if waiting == 1 else "findings wait for a decision"
    return Waiting("Findings", waiting, what, "/findings", note, tuple(changed))


def links_waiting(view: ScopedView, _: Since) -> Waiting:
    """Pairs of records that nobody judged."""
    queue = view.review(0, 0)
    what = "pair of records to judge" if queue.total == 1 else "pairs of records to judge"
    conflicts = len(view.conflicts().conflicts)
    note = f"{conflicts:,} where judgements contradict one another" if conflicts else None
    return Waiting("Link review", queue.total, what, "/review", note)


def grants_ending(view: ScopedView, since: Since) -> Waiting:
    """What is released, listed or restricted and runs out soon."""
    lines = view.grants().lines
    ending = [one for one in lines if one.ends_on and since.today <= one.ends_on <= since.today + SOON]
    what = "release or restriction stands" if len(lines) == 1 else "releases and restrictions stand"
    note = f"{_many(len(ending), 'ends', 'end')} within {SOON.days} days" if ending else None
    new = sum(since.is_new(one.at) for one in lines)
    changed = (f"{_many(new, 'release or restriction was', 'releases and restrictions were')} made",)
    return Waiting("Sharing", len(lines), what, "/sharing", note, changed if new else ())


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
    note = f"{_many(open_actions, 'action stands', 'actions stand')} open" if open_actions else None
    return Waiting("Meetings", len(ahead), what, "/meetings", note)


def referrals_waiting(view: ScopedView, _: Since) -> Waiting:
    """Referrals to MARAC that no meeting was told of."""
    count = view.referrals_waiting()
    what = "referral to MARAC is on no list yet" if count == 1 else "referrals to MARAC are on no list yet"
    return Waiting("Referrals to MARAC", count, what, "/meetings")


def outcomes_told(view: ScopedView, since: Since) -> Waiting:
    """What the reader was told of their own referrals."""
    told = view.outcomes().outcomes
    new = sum(since.is_new(one.told_on) for one in told)
    what = "outcome of your referrals" if len(told) == 1 else "outcomes of your referrals"
    changed = (f"{_many(new, 'outcome was', 'outcomes were')} told to you",)
    return Waiting("Outcomes", len(told), what, "/outcomes", None, changed if new else ())


def requests_waiting(view: ScopedView, since: Since) -> Waiting:
    """Other hubs' requests for detail that nobody decided on."""
    requests = [one for one in view.exchange_inbox().requests if not one.ours]
    count = sum(one.state == "waiting" for one in requests)
    new = sum(since.is_new(one.at) for one in requests)
    what = "request of another hub to decide on" if count == 1 else "requests of other hubs to decide on"
    changed = (f"{_many(new, 'request of another hub', 'requests of other hubs')} came",)
    return Waiting("Other hubs", count, what, "/exchange", None, changed if new else ())


def answers_waited_for(view: ScopedView, _: Since) -> Waiting | None:
    """This hub's own requests for detail that nobody fetched an answer to yet; nothing where there are none."""
    count = sum(one.ours and one.state == "waiting" for one in view.exchange_inbox().requests)
    what = (
        "request to another hub without an answer yet"
        if count == 1
        else "requests to other hubs, no answer yet"
    )
    return Waiting("Asked of other hubs", count, what, "/exchange") if count else None


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


# (the act that it takes, what is asked), in the order of the home page.
FROM_VIEW: Final[tuple[tuple[str, Source], ...]] = (
    ("findings", findings_waiting),
    ("review", links_waiting),
    ("grants", grants_ending),
    ("seal_conflicts", seal_conflicts_waiting),
    ("meetings", meetings_ahead),
    ("meeting_candidates", referrals_waiting),
    ("outcomes", outcomes_told),
    ("exchange_decide", requests_waiting),
    ("exchange_inbox", answers_waited_for),
)
