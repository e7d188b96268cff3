"""Consent, refusals to share, contributors' marks and reviews of broken glass: what stands of them, and how it is folded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from records.ledger.entry import LoggedEntry

CONSENT_ANSWERS: Final = ("given", "refused", "withdrawn", "overridden")
# Children Act 2004 s16LA: information is disclosed only so far as it helps, unless more detrimental to the child.
REFUSAL_BASES: Final = ("would_not_help", "more_detrimental", "other")
GLASS_VERDICTS: Final = ("justified", "not_justified")
MARKINGS_GIVEN: Final = ("shareable", "ask_originator", "restricted")


@dataclass(frozen=True, slots=True)
class Consent:
    """What was answered, or decided in place of an answer, when somebody was asked to let these records be shared.

    ``answer`` is given, refused, withdrawn or overridden (a decision without consent, with its grounds).
    """

    record_ids: frozenset[str]
    answer: str
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An agency's refusal to share records of its own with others, on a basis and with its grounds."""

    refusal_id: str
    record_ids: frozenset[str]
    agency: str
    basis: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """How an agency wants records of its own handled, whatever their label says: the latest on a record stands."""

    record_ids: frozenset[str]
    marking: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GlassReview:
    """What the privacy officer found of a broken glass."""

    grant_id: str
    verdict: str
    reason: str
    by: str
    at: datetime


def consent_in(logged: LoggedEntry) -> Consent:
    """The consent, or the override, that an entry states."""
    entry = logged.entry
    return Consent(
        frozenset(entry.details["record_ids"]),
        entry.details["answer"],
        entry.actor,
        logged.at,
        entry.reason or "",
    )


def refusal_in(logged: LoggedEntry) -> Refusal:
    """The refusal that an entry states."""
    entry, facts = logged.entry, logged.entry.details
    return Refusal(
        refusal_id=f"refusal-{logged.sequence}",
        record_ids=frozenset(facts["record_ids"]),
        agency=facts["agency"],
        basis=facts["basis"],
        by=entry.actor,
        at=logged.at,
    )


def mark_in(logged: LoggedEntry) -> Mark:
    """The mark that an entry states."""
    entry = logged.entry
    return Mark(frozenset(entry.details["record_ids"]), entry.details["marking"], entry.actor, logged.at)


def review_in(logged: LoggedEntry) -> GlassReview:
    """The review of a broken glass that an entry states."""
    entry, facts = logged.entry, logged.entry.details
    return GlassReview(facts["grant_id"], facts["verdict"], entry.reason or "", entry.actor, logged.at)


def records_agreed(consents: Iterable[Consent]) -> frozenset[str]:
    """Records whose latest answer lets them be shared where consent is expected (Children Act 1989 s17)."""
    agreed: set[str] = set()
    for one in consents:
        if one.answer in ("given", "overridden"):
            agreed |= one.record_ids
        else:
            agreed -= one.record_ids
    return frozenset(agreed)


def marks_by_record(marks: Iterable[Mark]) -> dict[str, str]:
    """Record id -> the marking that its agency gave it last."""
    return {record_id: mark.marking for mark in marks for record_id in sorted(mark.record_ids)}
