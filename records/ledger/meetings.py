"""Case conferences (MARAC), what went out of them and what referrers were told: what stands of it, and how it is folded.

Rows are flat and named after the entry that made them; each names the meeting and, where it has one, the case it belongs to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from records.ledger.entry import LoggedEntry

CASE_ORIGINS: Final = ("referral", "rule", "carried")
ACTION_ENDS: Final = ("done", "not_done", "no_longer_needed")
ATTENDANCE: Final = ("present", "apologies", "absent")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A conference on a day. ``reference`` is how people call it, and what lists name."""

    meeting_id: str
    reference: str
    held_on: date
    area: str
    chair: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingCase:
    """A case on the list of a meeting: whose records, why it is there, and which event referred it.

    ``origin``: referral (an agency's), rule (a pattern that mashlink found) or carried (from an earlier meeting).
    ``record_ids`` are those of everyone whom the list opens to the coordinator.
    """

    case_id: str
    meeting_id: str
    victim_record_ids: frozenset[str]
    perpetrator_record_ids: frozenset[str]
    record_ids: frozenset[str]
    origin: str
    event_id: str | None
    grounds: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Research:
    """What one agency's worker brings to a case: fact and opinion apart, and where the fact stands."""

    research_id: str
    case_id: str
    agency: str
    fact: str | None
    opinion: str | None
    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was at a meeting for which agency: present, apologies or absent; the latest on a name stands."""

    meeting_id: str
    agency: str
    name: str
    standing: str


@dataclass(frozen=True, slots=True)
class Minute:
    """A paragraph of the minutes, of a case or, without one, of the meeting."""

    minute_id: str
    meeting_id: str
    case_id: str | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingAction:
    """What somebody undertook at a meeting. ``ended`` is None while it is open; ``result`` says what came of it."""

    action_id: str
    meeting_id: str
    case_id: str
    what: str
    agency: str
    due_on: date | None
    by: str
    at: datetime
    ended: str | None = None
    result: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedPack:
    """A document that left: to whom, which copy, the digest of its bytes, and every row that stands in it.

    ``kind``: case, meeting or chronology; ``about`` is the case, the meeting or the person's first record.
    """

    pack_id: str
    kind: str
    about: str
    recipient: str
    copy_number: int
    digest: str
    event_ids: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferrerFeedback:
    """What the decision-maker lets a referrer know of a referral: ``to`` is an agency's key or a sign-in name."""

    event_id: str
    to: str
    received_on: date | None
    outcome: str
    words: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingBook:
    """Everything about meetings that stands, in the order of the entries."""

    meetings: tuple[Meeting, ...] = ()
    cases: tuple[MeetingCase, ...] = ()
    research: tuple[Research, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    minutes: tuple[Minute, ...] = ()
    actions: tuple[MeetingAction, ...] = ()
    packs: tuple[IssuedPack, ...] = ()
    feedback: tuple[ReferrerFeedback, ...] = ()

    def copies_of(self, kind: str, about: str) -> int:
        """How many copies of a document were issued so far."""
        return sum(1 for pack in self.packs if (pack.kind, pack.about) == (kind, about))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _plan(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    planned = Meeting(
        f"meeting-{logged.sequence}",
        facts["reference"],
        date.fromisoformat(facts["held_on"]),
        facts["area"],
        facts["chair"],
        logged.entry.actor,
        logged.at,
    )
    return replace(book, meetings=(*book.meetings, planned))


def _add_case(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    case = MeetingCase(
        case_id=f"case-{logged.sequence}",
        meeting_id=facts["meeting_id"],
        victim_record_ids=frozenset(facts["victim_record_ids"]),
        perpetrator_record_ids=frozenset(facts["perpetrator_record_ids"]),
        record_ids=frozenset(facts["record_ids"]),
        origin=facts["origin"],
        event_id=facts["event_id"],
        grounds=logged.entry.reason or "",
        by=logged.entry.actor,
        at=logged.at,
    )
    return replace(book, cases=(*book.cases, case))


def _drop_case(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    dropped = logged.entry.details["case_id"]
    return replace(book, cases=tuple(case for case in book.cases if case.case_id != dropped))


def _research(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    brought = Research(
        f"research-{logged.sequence}",
        facts["case_id"],
        facts["agency"],
        facts["fact"],
        facts["opinion"],
        facts["source"],
        logged.entry.actor,
        logged.at,
    )
    return replace(book, research=(*book.research, brought))


def _attend(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    noted = Attendance(facts["meeting_id"], facts["agency"], facts["name"], facts["standing"])
    others = tuple(
        one
        for one in book.attendance
        if (one.meeting_id, one.agency, one.name) != (noted.meeting_id, noted.agency, noted.name)
    )
    return replace(book, attendance=(*others, noted))


def _minute(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    written = Minute(
        f"minute-{logged.sequence}",
        facts["meeting_id"],
        facts["case_id"],
        facts["text"],
        logged.entry.actor,
        logged.at,
    )
    return replace(book, minutes=(*book.minutes, written))


def _act(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    agreed = MeetingAction(
        action_id=f"action-{logged.sequence}",
        meeting_id=facts["meeting_id"],
        case_id=facts["case_id"],
        what=facts["what"],
        agency=facts["agency"],
        due_on=_day(facts["due_on"]),
        by=logged.entry.actor,
        at=logged.at,
    )
    return replace(book, actions=(*book.actions, agreed))


def _end_action(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    ended = tuple(
        replace(one, ended=facts["ended"], result=facts["result"], ended_at=logged.at)
        if one.action_id == facts["action_id"]
        else one
        for one in book.actions
    )
    return replace(book, actions=ended)


def _issue(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts: Mapping[str, Any] = logged.entry.details
    issued = IssuedPack(
        pack_id=f"pack-{logged.sequence}",
        kind=facts["kind"],
        about=facts["about"],
        recipient=facts["recipient"],
        copy_number=facts["copy_number"],
        digest=facts["digest"],
        event_ids=tuple(facts["event_ids"]),
        by=logged.entry.actor,
        at=logged.at,
    )
    return replace(book, packs=(*book.packs, issued))


def _feed_back(book: MeetingBook, logged: LoggedEntry) -> MeetingBook:
    facts = logged.entry.details
    told = ReferrerFeedback(
        facts["event_id"],
        facts["to"],
        _day(facts["received_on"]),
        facts["outcome"],
        facts["words"],
        logged.entry.actor,
        logged.at,
    )
    return replace(book, feedback=(*book.feedback, told))


MEETING_CHANGES: Final[dict[str, Callable[[MeetingBook, LoggedEntry], MeetingBook]]] = {
    "plan_meeting": _plan,
    "add_case": _add_case,
    "drop_case": _drop_case,
    "meeting_research": _research,
    "meeting_attendance": _attend,
    "meeting_minute": _minute,
    "meeting_action": _act,
    "end_action": _end_action,
    "issue_pack": _issue,
    "feedback": _feed_back,
}
