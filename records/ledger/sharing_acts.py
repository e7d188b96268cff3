"""What people say about sharing, each as one checked, logged act: consent, refusals, marks, reviews of broken glass."""

from collections.abc import Iterable

from records.errors import BadInput, Conflict
from records.ledger.acts import Actor, named_ids, write_act
from records.ledger.entry import Receipt
from records.ledger.ledger import Ledger
from records.ledger.sharing import CONSENT_ANSWERS, GLASS_VERDICTS, MARKINGS_GIVEN, REFUSAL_BASES
from records.ledger.state import LedgerState


def record_consent(ledger: Ledger, actor: Actor, record_ids: Iterable[str], answer: str) -> Receipt:
    """Write down that consent to share was given, refused, withdrawn or overridden. Raises BadInput for another answer."""
    _one_of(answer, CONSENT_ANSWERS, "An answer to being asked for consent")
    asked = named_ids(record_ids, "record")
    act = "override" if answer == "overridden" else "consent"
    return write_act(ledger, actor, act, asked, {"record_ids": asked, "answer": answer})


def refuse_to_share(
    ledger: Ledger, actor: Actor, record_ids: Iterable[str], agency: str, basis: str
) -> Receipt:
    """Write down that ``agency`` does not share these records of its own. Raises BadInput for another basis."""
    _one_of(basis, REFUSAL_BASES, "The basis of a refusal")
    refused = named_ids(record_ids, "refused")
    return write_act(
        ledger, actor, "refusal", refused, {"record_ids": refused, "agency": agency, "basis": basis}
    )


def lift_refusal(ledger: Ledger, actor: Actor, refusal_id: str) -> Receipt:
    """Take back a refusal to share. Raises Conflict when it does not stand."""

    def check(state: LedgerState) -> None:
        if refusal_id not in {one.refusal_id for one in state.refusals}:
            raise Conflict(f"{refusal_id}: no such refusal stands.")

    return write_act(ledger, actor, "lift_refusal", (), {"refusal_id": refusal_id}, check)


def mark(ledger: Ledger, actor: Actor, record_ids: Iterable[str], marking: str) -> Receipt:
    """Say how records of one's own agency are to be handled. Raises BadInput for another marking."""
    _one_of(marking, MARKINGS_GIVEN, "A marking")
    marked = named_ids(record_ids, "marked")
    return write_act(ledger, actor, "mark", marked, {"record_ids": marked, "marking": marking})


def review_glass(ledger: Ledger, actor: Actor, grant_id: str, verdict: str) -> Receipt:
    """Say whether a glass was broken rightly; where it was not, what it opened is closed.

    Raises BadInput for another verdict, or for one on a glass that the actor broke.
    """
    _one_of(verdict, GLASS_VERDICTS, "A verdict on a broken glass")
    broken = [
        one
        for one in ledger.entries(act="break_glass", outcome="answered")
        if f"break_glass-{one.sequence}" == grant_id
    ]
    if not broken:
        raise BadInput(f"{grant_id}: no such glass was broken.")
    if broken[0].entry.actor == actor.subject:
        raise BadInput("Who broke a glass cannot review it; leave it to another.")
    return write_act(ledger, actor, "review_glass", (), {"grant_id": grant_id, "verdict": verdict})


def _one_of(value: str, known: tuple[str, ...], what: str) -> None:
    if value not in known:
        raise BadInput(f"{what} is one of {', '.join(known)}, not {value!r}.")
