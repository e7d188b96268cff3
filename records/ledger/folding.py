"""From entries to what stands: a pure function of the ledger, one small change an act, in the order of the entries."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from records.errors import BadInput
from records.ledger.checkpoint import Checkpoint
from records.ledger.entry import LoggedEntry
from records.ledger.erasures import erasure_in, hold_in, without_lifted
from records.ledger.exchange import EXCHANGE_ACTS, exchange_after
from records.ledger.finding_acts import FindingDisposition, FindingSuppression, seen_by_finding
from records.ledger.meetings import MEETING_CHANGES
from records.ledger.protections import HideOrder, Seal
from records.ledger.sharing import consent_in, mark_in, refusal_in, review_in
from records.ledger.state import Grant, Judgement, LedgerState, Reveal
from records.ledger.well_formed import cannot_stand, check_shape


def fold(state: LedgerState, entries: Iterable[LoggedEntry]) -> LedgerState:
    """The state after ``entries``; those that were denied, or erased, change nothing.

    Raises LedgerUnavailable, naming the entry, where one cannot be understood: a state that left it out would show what a
    seal or a hide order keeps back.
    """
    for logged in entries:
        try:
            state = _after(state, logged)
        except (KeyError, ValueError, TypeError, AttributeError, BadInput) as error:
            raise cannot_stand(
                logged, f"its details are not those of that act ({type(error).__name__})"
            ) from error
    return state


def _after(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    if logged.entry.outcome == "answered" and not logged.erased:
        check_shape(logged)
        change, of_meetings = _CHANGES.get(logged.entry.act), MEETING_CHANGES.get(logged.entry.act)
        state = change(state, logged) if change is not None else state
        if of_meetings is not None:
            state = replace(state, meetings=of_meetings(state.meetings, logged))
    return replace(state, sequence=logged.sequence, exchange=exchange_after(state.exchange, logged))


def _judge(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    entry, facts = logged.entry, logged.entry.details
    judgement = Judgement(
        facts["record_id_a"],
        facts["record_id_b"],
        facts["decision"],
        entry.actor,
        entry.reason or "",
        logged.at,
        frozenset(facts.get("seen_record_ids", ())),
    )
    pair = (judgement.record_id_a, judgement.record_id_b)
    whose = None if facts.get("settles") else entry.actor
    return replace(state, judgements={**_without(state, pair, whose), (*pair, judgement.by): judgement})


def _withdraw_judgement(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    facts = logged.entry.details
    pair = (facts["record_id_a"], facts["record_id_b"])
    return replace(state, judgements=_without(state, pair, facts.get("whose")))


def _without(
    state: LedgerState, pair: tuple[str, str], whose: str | None
) -> dict[tuple[str, str, str], Judgement]:
    """The judgements without those on a pair: all of them, or only one person's."""
    return {
        key: judgement
        for key, judgement in state.judgements.items()
        if key[:2] != pair or (whose is not None and key[2] != whose)
    }


def _seal(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    facts = logged.entry.details
    seal = Seal(
        seal_id=f"seal-{logged.sequence}",
        protected_record_ids=frozenset(facts["protected_record_ids"]),
        other_record_ids=frozenset(facts["other_record_ids"]),
    )
    return replace(state, seals=(*state.seals, seal))


def _lift_seal(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    lifted = logged.entry.details["seal_id"]
    return replace(state, seals=tuple(seal for seal in state.seals if seal.seal_id != lifted))


def _hide(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    facts = logged.entry.details
    order = HideOrder(
        order_id=f"hide-{logged.sequence}",
        record_ids=frozenset(facts["record_ids"]),
        named_actors=frozenset(facts["named_actors"]),
    )
    return replace(state, hide_orders=(*state.hide_orders, order))


def _lift_hide(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    lifted = logged.entry.details["order_id"]
    return replace(state, hide_orders=tuple(order for order in state.hide_orders if order.order_id != lifted))


def _grant(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    facts = logged.entry.details
    ends_on: str | None = facts["ends_on"]
    grant = Grant(
        grant_id=f"{_GRANT_NAMES.get(logged.entry.act, logged.entry.act)}-{logged.sequence}",
        # A case on a meeting's list opens its people as a list of people does.
        kind="meeting_list" if logged.entry.act == "add_case" else logged.entry.act,
        record_ids=frozenset(facts["record_ids"]),
        actors=frozenset(facts["actors"]),
        agencies=frozenset(facts["agencies"]),
        purposes=frozenset(facts["purposes"]),
        ends_on=None if ends_on is None else date.fromisoformat(ends_on),
        reference=facts["reference"],
        by=logged.entry.actor,
        at=logged.at,
    )
    return replace(state, grants=(*state.grants, grant))


def _drop_case(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    dropped = logged.entry.details["case_id"]
    return replace(state, grants=tuple(grant for grant in state.grants if grant.grant_id != dropped))


def _end_grant(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    ended = logged.entry.details["grant_id"]
    return replace(state, grants=tuple(grant for grant in state.grants if grant.grant_id != ended))


def _consent(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    return replace(state, consents=(*state.consents, consent_in(logged)))


def _refuse(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    return replace(state, refusals=(*state.refusals, refusal_in(logged)))


def _lift_refusal(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    lifted = logged.entry.details["refusal_id"]
    return replace(state, refusals=tuple(one for one in state.refusals if one.refusal_id != lifted))


def _mark(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    return replace(state, marks=(*state.marks, mark_in(logged)))


def _review_glass(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    review = review_in(logged)
    closed = review.grant_id if review.verdict == "not_justified" else None
    return replace(
        state,
        glass_reviews=(*state.glass_reviews, review),
        grants=tuple(grant for grant in state.grants if grant.grant_id != closed) if closed else state.grants,
    )


def _dispose(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    entry = logged.entry
    decided = {
        finding_id: FindingDisposition(
            finding_id,
            entry.details["decision"],
            entry.reason or "",
            entry.actor,
            logged.at,
            seen,
            state.dispositions.get(finding_id),
        )
        for finding_id, seen in seen_by_finding(entry.details).items()
    }
    return replace(state, dispositions={**state.dispositions, **decided})


def _withdraw_disposition(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    taken_back = set(logged.entry.details["finding_ids"])
    stand = {known: one.before if known in taken_back else one for known, one in state.dispositions.items()}
    return replace(state, dispositions={known: one for known, one in stand.items() if one is not None})


def _suppress(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    entry = logged.entry
    until: str | None = entry.details["until"]
    last_day = None if until is None else date.fromisoformat(until)
    kept_out = {
        finding_id: FindingSuppression(finding_id, last_day, entry.reason or "", entry.actor, logged.at, seen)
        for finding_id, seen in seen_by_finding(entry.details).items()
    }
    return replace(state, suppressions={**state.suppressions, **kept_out})


def _end_suppression(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    ended = seen_by_finding(logged.entry.details)
    left = {known: one for known, one in state.suppressions.items() if known not in ended}
    return replace(state, suppressions=left)


def _reveal(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    entry = logged.entry
    reveal = Reveal(
        f"reveal-{logged.sequence}",
        entry.actor,
        frozenset(entry.subjects),
        entry.purpose,
        entry.case_reference,
    )
    return replace(state, reveals=(*state.reveals, reveal))


def _witness(state: LedgerState, logged: LoggedEntry) -> LedgerState:
    checkpoint = Checkpoint.from_json(logged.entry.details["checkpoint"])
    return replace(state, witnessed={**state.witnessed, checkpoint.hub: checkpoint})


_GRANT_NAMES: Final = {"add_case": "case"}
_Change = Callable[[LedgerState, LoggedEntry], LedgerState]
_CHANGES: Final[dict[str, _Change]] = {
    "judge": _judge,
    "withdraw_judgement": _withdraw_judgement,
    "seal": _seal,
    "lift_seal": _lift_seal,
    "hide": _hide,
    "lift_hide": _lift_hide,
    "release": _grant,
    "meeting_list": _grant,
    "break_glass": _grant,
    "restriction": _grant,
    "location_protection": _grant,
    "consent": _consent,
    "override": _consent,
    "refusal": _refuse,
    "lift_refusal": _lift_refusal,
    "mark": _mark,
    "review_glass": _review_glass,
    "end_grant": _end_grant,
    "add_case": _grant,
    "drop_case": _drop_case,
    "dispose": _dispose,
    "withdraw_disposition": _withdraw_disposition,
    "suppress": _suppress,
    "end_suppression": _end_suppression,
    "reveal": _reveal,
    "witness": _witness,
    "erasure": lambda state, logged: replace(state, erasures=(*state.erasures, erasure_in(logged))),
    "hold": lambda state, logged: replace(state, holds=(*state.holds, hold_in(logged))),
    "lift_hold": lambda state, logged: replace(state, holds=without_lifted(state.holds, logged)),
}
# These may blank entries that a state was already folded from, so it is read again from the start.
ERASE: Final = "erase"
ERASURE: Final = "erasure"
STATE_ACTS: Final = (*dict.fromkeys((*_CHANGES, *MEETING_CHANGES, *EXCHANGE_ACTS)), ERASE)
