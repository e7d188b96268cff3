"""Erasures and litigation holds: what stands of them, how they are folded, and what an erasure leaves of other entries."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from records.ledger.entry import LoggedEntry, canonical

ERASURE_KINDS: Final = ("person", "retention")
_GONE: Final = object()


@dataclass(frozen=True, slots=True)
class Erasure:
    """Rows that were erased, by keyed digests of their ids (``records.erasure``); no id of anybody stands here.

    ``kind``: ``person`` (somebody's rows, for good) or ``retention`` (rows whose time had run out). ``reduced_events``
    are kept with their key features alone. ``key_id`` names the key that made the digests.
    """

    erasure_id: str
    kind: str
    key_id: str
    records: frozenset[str]
    events: frozenset[str]
    reduced_events: frozenset[str]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A litigation hold: nothing of the people who hold these records is erased while it stands. ``reference``: the case."""

    hold_id: str
    record_ids: frozenset[str]
    reference: str
    by: str
    at: datetime


def erasure_in(logged: LoggedEntry) -> Erasure:
    """The erasure that an entry states."""
    facts = logged.entry.details
    return Erasure(
        erasure_id=f"erasure-{logged.sequence}",
        kind=facts["kind"],
        key_id=facts["key_id"],
        records=frozenset(facts["records"]),
        events=frozenset(facts["events"]),
        reduced_events=frozenset(facts["reduced_events"]),
        by=logged.entry.actor,
        at=logged.at,
    )


def hold_in(logged: LoggedEntry) -> Hold:
    """The hold that an entry states."""
    facts = logged.entry.details
    return Hold(
        f"hold-{logged.sequence}",
        frozenset(facts["record_ids"]),
        facts["reference"],
        logged.entry.actor,
        logged.at,
    )


def without_lifted(holds: tuple[Hold, ...], logged: LoggedEntry) -> tuple[Hold, ...]:
    """The holds that stand after an entry that lifts one."""
    lifted = logged.entry.details["hold_id"]
    return tuple(one for one in holds if one.hold_id != lifted)


def redacted(body: str, record_ids: Collection[str], words: Collection[str] = ()) -> str | None:
    """A payload without the erased: ids gone from its lists, texts that hold one of ``words`` emptied.

    None where nothing about anybody else would be left, or where one of the ids is what a fact of the entry is about (a
    judgement on a pair): then the whole payload is to be blanked.
    """
    payload: dict[str, Any] = json.loads(body)
    told = {word.casefold() for word in words}
    gone = frozenset(record_ids)
    subjects = [one for one in payload["subjects"] if one not in gone]
    if not subjects or any(value in gone for value in payload["details"].values() if isinstance(value, str)):
        return None
    details = {
        name: None if kept is _GONE else kept
        for name, value in payload["details"].items()
        if (kept := _without(value, gone, told)) is not _GONE or isinstance(value, str)
    }
    reason = _without(payload["reason"], gone, told)
    case = _without(payload["case_reference"], gone, told)
    return canonical(
        {
            "reason": None if reason is _GONE else reason,
            "case_reference": None if case is _GONE else case,
            "subjects": subjects,
            "details": details,
        }
    )


def _without(value: Any, gone: frozenset[str], words: Collection[str]) -> Any:
    """``value`` less what names the erased; ``_GONE`` where nothing is left of it."""
    if isinstance(value, str):
        named = value in gone or not {one.casefold() for one in _tokens(value)}.isdisjoint(words)
        return _GONE if named else value
    if isinstance(value, list):
        return [kept for one in value if (kept := _without(one, gone, words)) is not _GONE]
    if isinstance(value, dict):
        parts = {
            name: kept
            for name, one in value.items()
            if name not in gone and (kept := _without(one, gone, words)) is not _GONE
        }
        return parts if parts or not value else _GONE
    return value


def _tokens(text: str) -> list[str]:
    return re.findall(r"[\w+'-]+", text)
