"""What the details of an act have to be before it is folded: an entry of another shape is refused, never half understood.

A string where a list of record ids belongs would otherwise stand as its letters, and a hide order would hide nobody.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from records.errors import LedgerUnavailable
from records.ledger.entry import LoggedEntry
from records.ledger.sharing import CONSENT_ANSWERS, GLASS_VERDICTS, MARKINGS_GIVEN, REFUSAL_BASES

JUDGEMENT_DECISIONS: Final = ("same", "not_same", "cannot_say")
DISPOSITION_DECISIONS: Final = ("confirmed", "not_confirmed", "watch", "escalated_to_manager")

_Check = Callable[[Any], bool]


def _ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _words(value: Any) -> bool:
    # An erasure takes a text that names the erased, and leaves nothing in its place.
    return value is None or isinstance(value, str)


def _day(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return date.fromisoformat(value) is not None
    except ValueError:
        return False


def _last_day(value: Any) -> bool:
    return value is None or _day(value)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _one_of(*known: str) -> _Check:
    return lambda value: isinstance(value, str) and value in known


_PAIR: Final[dict[str, _Check]] = {"record_id_a": _name, "record_id_b": _name}
_GRANT: Final[dict[str, _Check]] = {
    "record_ids": _ids,
    "actors": _ids,
    "agencies": _ids,
    "purposes": _ids,
    "ends_on": _last_day,
    "reference": _words,
}
_CONSENT: Final[dict[str, _Check]] = {"record_ids": _ids, "answer": _one_of(*CONSENT_ANSWERS)}
_OF_A_CASE: Final[dict[str, _Check]] = {"meeting_id": _name, "case_id": _name}
# By act, the details that its fold goes by. Acts between hubs say more or less by their outcome: their folds ask for it.
SHAPES: Final[dict[str, dict[str, _Check]]] = {
    "judge": {**_PAIR, "decision": _one_of(*JUDGEMENT_DECISIONS)},
    "withdraw_judgement": _PAIR,
    "seal": {"protected_record_ids": _ids, "other_record_ids": _ids},
    "lift_seal": {"seal_id": _name},
    "hide": {"record_ids": _ids, "named_actors": _ids},
    "lift_hide": {"order_id": _name},
    "release": _GRANT,
    "meeting_list": _GRANT,
    "break_glass": _GRANT,
    "restriction": _GRANT,
    "location_protection": _GRANT,
    "add_case": {
        **_GRANT,
        "meeting_id": _name,
        "victim_record_ids": _ids,
        "perpetrator_record_ids": _ids,
        "origin": _name,
        "event_id": _words,
    },
    "drop_case": {"case_id": _name},
    "end_grant": {"grant_id": _name},
    "consent": _CONSENT,
    "override": _CONSENT,
    "refusal": {"record_ids": _ids, "agency": _name, "basis": _one_of(*REFUSAL_BASES)},
    "lift_refusal": {"refusal_id": _name},
    "mark": {"record_ids": _ids, "marking": _one_of(*MARKINGS_GIVEN)},
    "review_glass": {"grant_id": _name, "verdict": _one_of(*GLASS_VERDICTS)},
    "dispose": {"finding_id": _name, "decision": _one_of(*DISPOSITION_DECISIONS)},
    "withdraw_disposition": {"finding_ids": _ids},
    "suppress": {"finding_id": _name, "until": _last_day},
    "end_suppression": {"finding_id": _name},
    "witness": {"checkpoint": _name},
    "erasure": {"kind": _name, "key_id": _name, "records": _ids, "events": _ids, "reduced_events": _ids},
    "hold": {"record_ids": _ids, "reference": _words},
    "lift_hold": {"hold_id": _name},
    "plan_meeting": {"reference": _words, "held_on": _day, "area": _words, "chair": _words},
    "meeting_research": {
        "case_id": _name,
        "agency": _name,
        "fact": _words,
        "opinion": _words,
        "source": _words,
    },
    "meeting_attendance": {"meeting_id": _name, "agency": _name, "name": _words, "standing": _name},
    "meeting_minute": {"meeting_id": _name, "case_id": _words, "text": _words},
    "meeting_action": {**_OF_A_CASE, "what": _words, "agency": _name, "due_on": _last_day},
    "end_action": {"action_id": _name, "ended": _name, "result": _words},
    "issue_pack": {"kind": _name, "about": _name, "copy_number": _number, "event_ids": _ids, "digest": _name},
    "feedback": {"event_id": _name, "received_on": _last_day, "outcome": _name, "words": _words},
}


def check_shape(logged: LoggedEntry) -> None:
    """Raise LedgerUnavailable, naming the entry and what of it is wrong, when its act cannot be folded from its details."""
    facts = logged.entry.details
    for name, holds in SHAPES.get(logged.entry.act, {}).items():
        if name not in facts:
            raise cannot_stand(logged, f"its details lack {name}")
        if not holds(facts[name]):
            raise cannot_stand(logged, f"its {name} is not what that act says there")


def cannot_stand(logged: LoggedEntry, why: str) -> LedgerUnavailable:
    """The refusal to go on from an entry that cannot be understood; it tells no value, which may be personal."""
    return LedgerUnavailable(
        f"Entry {logged.sequence} of the ledger ({logged.entry.act}) cannot be taken into what stands: {why}. Nothing is "
        "answered until it is mended: run `mashlink ledger verify`; where that finds it changed, restore the ledger from a "
        "backup, and where it does not, run the version of mashlink that wrote it."
    )
