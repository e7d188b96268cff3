"""What people do to the ledger's state, each as one checked, logged act.

Every function appends exactly one entry and raises before it when the act cannot stand. The check runs while
no other writer can change the state, so two people cannot judge past each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from records.errors import BadInput, Conflict, Denied
from records.ledger.checkpoint import Checkpoint
from records.ledger.entry import Entry, Receipt, plain_details
from records.ledger.ledger import Check, Ledger
from records.ledger.state import LedgerState
from records.ledger.well_formed import DISPOSITION_DECISIONS, JUDGEMENT_DECISIONS


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role and hub, for what purpose and with what reason."""

    subject: str
    role: str
    hub: str
    purpose: str
    reason: str
    case_reference: str | None = None


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """Whom a grant reaches and until when; see ``records.ledger.Grant`` for what each kind reads."""

    actors: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    ends_on: date | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class JudgementTerms:
    """What a judgement was made on, and whether it settles what others said of the same two records.

    ``seen_record_ids``: the records on either side as the judge saw them. ``settles`` takes back every earlier
    judgement on the pair, whoever made it.
    """

    seen_record_ids: frozenset[str] = frozenset()
    settles: bool = False


@dataclass(frozen=True, slots=True)
class FindingTerms:
    """What an act on a finding was done on.

    ``subjects``: the records of everyone it is about. ``seen_evidence``: by finding, the finding itself and those
    decided along with it, digests of the rows of evidence it stood on.
    """

    subjects: frozenset[str] = frozenset()
    seen_evidence: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def seen_lists(self) -> dict[str, list[str]]:
        """``seen_evidence`` as plain lists, in order."""
        return {known: sorted(rows) for known, rows in sorted(self.seen_evidence.items())}


def judge(
    ledger: Ledger,
    actor: Actor,
    record_id_a: str,
    record_id_b: str,
    decision: str,
    terms: JudgementTerms | None = None,
) -> Receipt:
    """Say that two records are ``same`` or ``not_same`` person, or ``cannot_say``.

    A judgement that contradicts another, or a seal, is taken like any: whoever may see both is told of the conflict,
    and nobody can tell from the answer that something stands which they may not see. Raises BadInput for another
    decision or a single record.
    """
    if decision not in JUDGEMENT_DECISIONS:
        raise BadInput(f"A judgement is one of {', '.join(JUDGEMENT_DECISIONS)}, not {decision!r}.")
    first, second = _pair(record_id_a, record_id_b)
    terms = terms or JudgementTerms()
    facts: dict[str, object] = {"record_id_a": first, "record_id_b": second, "decision": decision}
    if terms.seen_record_ids:
        facts["seen_record_ids"] = terms.seen_record_ids
    if terms.settles:
        facts["settles"] = True
    return write_act(ledger, actor, "judge", (first, second), facts)


def withdraw_judgement(ledger: Ledger, actor: Actor, record_id_a: str, record_id_b: str) -> Receipt:
    """Take back what was judged on a pair, by anybody. Raises Conflict when nothing was."""
    pair = _pair(record_id_a, record_id_b)

    def check(state: LedgerState) -> None:
        if not any(key[:2] == pair for key in state.judgements):
            raise Conflict("No judgement stands on these two records.")

    return write_act(
        ledger, actor, "withdraw_judgement", pair, {"record_id_a": pair[0], "record_id_b": pair[1]}, check
    )


def seal(ledger: Ledger, actor: Actor, protected: Iterable[str], other: Iterable[str]) -> Receipt:
    """Keep two sets of records apart for good, the protected side as not there. Raises BadInput when they overlap."""
    protected_ids, other_ids = named_ids(protected, "protected"), named_ids(other, "other")
    if protected_ids & other_ids:
        raise BadInput("A record cannot stand on both sides of a seal; name each on one side.")
    facts = {"protected_record_ids": protected_ids, "other_record_ids": other_ids}
    return write_act(ledger, actor, "seal", protected_ids | other_ids, facts)


def lift_seal(ledger: Ledger, actor: Actor, seal_id: str) -> Receipt:
    """End a seal. Raises Conflict when it does not stand."""

    def check(state: LedgerState) -> None:
        if seal_id not in {one.seal_id for one in state.seals}:
            raise Conflict(f"{seal_id}: no such seal stands.")

    return write_act(ledger, actor, "lift_seal", (), {"seal_id": seal_id}, check)


def hide(ledger: Ledger, actor: Actor, record_ids: Iterable[str], named_actors: Iterable[str]) -> Receipt:
    """Answer these records as unknown to all but the named few."""
    hidden = named_ids(record_ids, "hidden")
    return write_act(
        ledger,
        actor,
        "hide",
        hidden,
        {"record_ids": hidden, "named_actors": named_ids(named_actors, "named")},
    )


def lift_hide(ledger: Ledger, actor: Actor, order_id: str) -> Receipt:
    """End a hide order. Raises Conflict when it does not stand."""

    def check(state: LedgerState) -> None:
        if order_id not in {order.order_id for order in state.hide_orders}:
            raise Conflict(f"{order_id}: no such hide order stands.")

    return write_act(ledger, actor, "lift_hide", (), {"order_id": order_id}, check)


def release(ledger: Ledger, actor: Actor, record_ids: Iterable[str], terms: GrantTerms) -> Receipt:
    """Open shareable rows of these records to the named agencies. Raises BadInput without an agency."""
    named_ids(terms.agencies, "receiving agency")
    return _grant(ledger, actor, "release", record_ids, terms)


def list_for_meeting(ledger: Ledger, actor: Actor, record_ids: Iterable[str], terms: GrantTerms) -> Receipt:
    """Put these records on a meeting's list. Raises BadInput without the meeting's reference."""
    if not terms.reference:
        raise BadInput("A meeting list needs the meeting's reference.")
    return _grant(ledger, actor, "meeting_list", record_ids, terms)


def break_glass(ledger: Ledger, actor: Actor, record_ids: Iterable[str], ends_on: date) -> Receipt:
    """Open these records to the one who breaks the glass, until the day named; the entry is the privacy officer's alert."""
    terms = GrantTerms(frozenset({actor.subject}), purposes=frozenset({actor.purpose}), ends_on=ends_on)
    opened = named_ids(record_ids, "opened")
    facts = _terms_told(opened, terms) | {"alerts": [{"kind": "break_glass"}]}
    return write_act(ledger, actor, "break_glass", opened, facts)


def restrict(ledger: Ledger, actor: Actor, record_ids: Iterable[str], terms: GrantTerms) -> Receipt:
    """Keep these records to ``terms.actors`` (staff and their relatives, an open investigation)."""
    return _grant(ledger, actor, "restriction", record_ids, terms)


def end_grant(ledger: Ledger, actor: Actor, grant_id: str) -> Receipt:
    """End a release, a meeting list, a break-glass or a restriction. Raises Conflict when it does not stand."""

    def check(state: LedgerState) -> None:
        if grant_id not in {grant.grant_id for grant in state.grants}:
            raise Conflict(f"{grant_id}: no such grant stands.")

    return write_act(ledger, actor, "end_grant", (), {"grant_id": grant_id}, check)


def dispose(
    ledger: Ledger, actor: Actor, finding_id: str, decision: str, terms: FindingTerms | None = None
) -> Receipt:
    """Record a human's decision on a finding, with the actor's reason (UK GDPR Arts 22A-22D: a person and a reason)."""
    if decision not in DISPOSITION_DECISIONS:
        raise BadInput(f"A disposition is one of {', '.join(DISPOSITION_DECISIONS)}, not {decision!r}.")
    terms = terms or FindingTerms()
    facts = {"finding_id": finding_id, "decision": decision, "seen_evidence": terms.seen_lists()}
    return write_act(ledger, actor, "dispose", terms.subjects, facts)


def suppress(
    ledger: Ledger, actor: Actor, finding_id: str, until: date | None, terms: FindingTerms
) -> Receipt:
    """Keep a finding out of the list, with the actor's reason: up to and with ``until``, or until new evidence.

    Raises BadInput when it would last until new evidence and ``terms`` do not say which evidence was seen.
    """
    if until is None and not terms.seen_evidence.get(finding_id):
        raise BadInput(
            "Say until which day to keep the finding out of the list: it has no dated evidence to go by."
        )
    facts = {"finding_id": finding_id, "until": until, "seen_evidence": terms.seen_lists()}
    return write_act(ledger, actor, "suppress", terms.subjects, facts)


def end_suppression(ledger: Ledger, actor: Actor, finding_id: str, terms: FindingTerms) -> Receipt:
    """Let a finding back into the list. Raises Conflict when it was not kept out."""

    def check(state: LedgerState) -> None:
        if finding_id not in state.suppressions:
            raise Conflict("This finding is not kept out of the list.")

    facts = {"finding_id": finding_id, "seen_evidence": terms.seen_lists()}
    return write_act(ledger, actor, "end_suppression", terms.subjects, facts, check)


def reveal(ledger: Ledger, actor: Actor, record_ids: Iterable[str]) -> Receipt:
    """Open an identity to a reader who works under pseudonyms. Raises Denied without a case reference."""
    if not actor.case_reference:
        raise Denied("An identity is revealed for a case; name its reference.")
    return write_act(ledger, actor, "reveal", named_ids(record_ids, "revealed"), {})


def protect_location(ledger: Ledger, actor: Actor, record_ids: Iterable[str], terms: GrantTerms) -> Receipt:
    """Show where these people are to ``terms.actors`` alone, also where somebody else's row would give it away."""
    return _grant(ledger, actor, "location_protection", record_ids, terms)


def keep_checkpoint(ledger: Ledger, actor: Actor, checkpoint: Checkpoint) -> Receipt:
    """Keep a partner hub's checkpoint as its witness; what is kept is itself an entry, so nobody here can change it.

    Raises BadInput when it cannot be read as one that continues what is kept, and Conflict when it shows that the
    partner's past was changed or cut back; that, too, is then on the ledger, with both checkpoints to show.
    """
    checkpoint.check()
    facts: dict[str, object] = {"checkpoint": checkpoint.as_json()}

    def check(state: LedgerState) -> None:
        kept = state.witnessed.get(checkpoint.hub)
        if kept is not None:
            checkpoint.check_continues(kept)

    try:
        return write_act(ledger, actor, "witness", (), facts, check)
    except Conflict:
        ledger.append(replace(act_entry(actor, "witness", (), facts), outcome="denied"))
        raise


def _grant(ledger: Ledger, actor: Actor, kind: str, record_ids: Iterable[str], terms: GrantTerms) -> Receipt:
    granted = named_ids(record_ids, "granted")
    return write_act(ledger, actor, kind, granted, _terms_told(granted, terms))


def _terms_told(record_ids: frozenset[str], terms: GrantTerms) -> dict[str, object]:
    return {
        "record_ids": record_ids,
        "actors": terms.actors,
        "agencies": terms.agencies,
        "purposes": terms.purposes,
        "ends_on": terms.ends_on,
        "reference": terms.reference,
    }


def write_act(
    ledger: Ledger,
    actor: Actor,
    act: str,
    subjects: Iterable[str],
    facts: Mapping[str, object],
    check: Check | None = None,
) -> Receipt:
    """Append one entry that changes what stands; ``facts`` are what the fold reads of it.

    Raises BadInput without a reason, and whatever ``check`` raises of the state just before.
    """
    return ledger.append(act_entry(actor, act, subjects, facts), check)


def act_entry(actor: Actor, act: str, subjects: Iterable[str], facts: Mapping[str, object]) -> Entry:
    """The entry of an act that changes what stands. Raises BadInput without a reason."""
    if not actor.reason.strip():
        raise BadInput("Say why, in a sentence: an act on the ledger needs a reason.")
    return Entry(
        actor=actor.subject,
        role=actor.role,
        hub=actor.hub,
        act=act,
        outcome="answered",
        purpose=actor.purpose,
        reason=actor.reason,
        case_reference=actor.case_reference,
        subjects=tuple(sorted(set(subjects))),
        details=plain_details(**facts),
    )


def _pair(record_id_a: str, record_id_b: str) -> tuple[str, str]:
    if record_id_a == record_id_b:
        raise BadInput("A judgement is on two records; the two named are one.")
    return min(record_id_a, record_id_b), max(record_id_a, record_id_b)


def named_ids(values: Iterable[str], what: str) -> frozenset[str]:
    """The ids, each once. Raises BadInput when there are none."""
    found = frozenset(values)
    if not found:
        raise BadInput(f"Name at least one {what} id.")
    return found
