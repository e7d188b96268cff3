"""What people do at and for case conferences, each as one checked, logged act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from records.errors import BadInput, Conflict
from records.ledger.acts import Actor, named_ids, write_act
from records.ledger.entry import Receipt
from records.ledger.ledger import Ledger
from records.ledger.meetings import ACTION_ENDS, ATTENDANCE, CASE_ORIGINS
from records.ledger.state import LedgerState


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """Whom a case is about, whom its listing opens, until when, and where it comes from."""

    meeting_id: str
    reference: str
    victim_record_ids: frozenset[str]
    perpetrator_record_ids: frozenset[str]
    record_ids: frozenset[str]
    origin: str
    event_id: str | None
    ends_on: date


@dataclass(frozen=True, slots=True)
class ActionTerms:
    """What is to be done in a case, by which agency, by when."""

    meeting_id: str
    case_id: str
    what: str
    agency: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class PackTerms:
    """A document as it leaves: what it is, to whom, which copy, its digest, and the rows that stand in it."""

    kind: str
    about: str
    recipient: str
    copy_number: int
    digest: str
    event_ids: tuple[str, ...]
    record_ids: frozenset[str]


def plan_meeting(
    ledger: Ledger, actor: Actor, reference: str, held_on: date, area: str, chair: str | None = None
) -> Receipt:
    """Plan a meeting. Raises BadInput without a reference or area, Conflict where one of that name stands."""
    if not reference.strip() or not area.strip():
        raise BadInput("A meeting needs a reference and the area it is for.")

    def check(state: LedgerState) -> None:
        if reference in {one.reference for one in state.meetings.meetings}:
            raise Conflict("A meeting of that reference is planned already; choose another.")

    facts = {"reference": reference, "held_on": held_on, "area": area, "chair": chair}
    return write_act(ledger, actor, "plan_meeting", (), facts, check)


def add_case(ledger: Ledger, actor: Actor, terms: CaseTerms) -> Receipt:
    """Put a case on a meeting's list; from then on the list opens its people's records to the coordinator.

    Raises Conflict when the meeting is not planned, or has a case of the same victim and perpetrator.
    """
    if terms.origin not in CASE_ORIGINS:
        raise BadInput(f"A case comes by {', '.join(CASE_ORIGINS)}, not {terms.origin!r}.")
    named_ids(terms.victim_record_ids, "victim's record")

    def check(state: LedgerState) -> None:
        _planned(state, terms.meeting_id)
        for case in state.meetings.cases:
            same = not terms.victim_record_ids.isdisjoint(case.victim_record_ids)
            same_other = (
                not terms.perpetrator_record_ids or not case.perpetrator_record_ids
            ) or not terms.perpetrator_record_ids.isdisjoint(case.perpetrator_record_ids)
            if case.meeting_id == terms.meeting_id and same and same_other:
                raise Conflict("This case is on the meeting's list already.")

    facts: dict[str, object] = {
        "meeting_id": terms.meeting_id,
        "victim_record_ids": terms.victim_record_ids,
        "perpetrator_record_ids": terms.perpetrator_record_ids,
        "origin": terms.origin,
        "event_id": terms.event_id,
        # What follows is read as a meeting list's grant.
        "record_ids": terms.record_ids,
        "actors": frozenset(),
        "agencies": frozenset(),
        "purposes": frozenset({"marac"}),
        "ends_on": terms.ends_on,
        "reference": terms.reference,
    }
    return write_act(ledger, actor, "add_case", terms.record_ids, facts, check)


def drop_case(ledger: Ledger, actor: Actor, case_id: str) -> Receipt:
    """Take a case off its list; what it opened is closed. Raises Conflict when it is on none."""
    return write_act(
        ledger, actor, "drop_case", (), {"case_id": case_id}, lambda state: _on_list(state, case_id)
    )


def add_research(
    ledger: Ledger, actor: Actor, case_id: str, agency: str, research: tuple[str | None, str | None, str]
) -> Receipt:
    """Bring an agency's research to a case: fact, opinion, source. Raises BadInput where both are empty or a fact has no source."""
    fact, opinion, source = research
    if not (fact or opinion):
        raise BadInput("Write what your agency knows, what its worker thinks, or both.")
    if fact and not source.strip():
        raise BadInput("Say where the fact stands: a file, a record or a conversation, with its date.")
    facts = {"case_id": case_id, "agency": agency, "fact": fact, "opinion": opinion, "source": source}
    return write_act(ledger, actor, "meeting_research", (), facts, lambda state: _on_list(state, case_id))


def note_attendance(
    ledger: Ledger, actor: Actor, meeting_id: str, agency: str, attended: tuple[str, str]
) -> Receipt:
    """Note who was there for an agency: (name, present, apologies or absent). Raises BadInput for another word."""
    name, standing = attended
    if standing not in ATTENDANCE:
        raise BadInput(f"Somebody is one of {', '.join(ATTENDANCE)}, not {standing!r}.")
    facts = {"meeting_id": meeting_id, "agency": agency, "name": name, "standing": standing}
    return write_act(
        ledger, actor, "meeting_attendance", (), facts, lambda state: _planned(state, meeting_id)
    )


def write_minute(ledger: Ledger, actor: Actor, meeting_id: str, case_id: str | None, text: str) -> Receipt:
    """Write a paragraph of the minutes, of one case or of the meeting. Raises BadInput for an empty one."""
    if not text.strip():
        raise BadInput("Write what was said or decided.")

    def check(state: LedgerState) -> None:
        _planned(state, meeting_id)
        if case_id is not None:
            _on_list(state, case_id)

    facts = {"meeting_id": meeting_id, "case_id": case_id, "text": text}
    return write_act(ledger, actor, "meeting_minute", (), facts, check)


def agree_action(ledger: Ledger, actor: Actor, terms: ActionTerms) -> Receipt:
    """Write down an action of a case. Raises BadInput where it does not say what or who."""
    if not terms.what.strip() or not terms.agency.strip():
        raise BadInput("An action says what is to be done and which agency does it.")
    facts: dict[str, object] = {
        "meeting_id": terms.meeting_id,
        "case_id": terms.case_id,
        "what": terms.what,
        "agency": terms.agency,
        "due_on": terms.due_on,
    }
    return write_act(ledger, actor, "meeting_action", (), facts, lambda state: _on_list(state, terms.case_id))


def end_action(ledger: Ledger, actor: Actor, action_id: str, ended: str, result: str) -> Receipt:
    """Say what came of an action. Raises BadInput for another word, Conflict when it is not open."""
    if ended not in ACTION_ENDS:
        raise BadInput(f"An action ends as {', '.join(ACTION_ENDS)}, not {ended!r}.")

    def check(state: LedgerState) -> None:
        if action_id not in {one.action_id for one in state.meetings.actions if one.ended is None}:
            raise Conflict("No such action is open.")

    facts = {"action_id": action_id, "ended": ended, "result": result}
    return write_act(ledger, actor, "end_action", (), facts, check)


def issue_pack(ledger: Ledger, actor: Actor, terms: PackTerms) -> Receipt:
    """Write down that a document leaves. Raises Conflict when somebody else took its copy number meanwhile."""
    if not terms.recipient.strip():
        raise BadInput("A document is issued to somebody: name the recipient.")

    def check(state: LedgerState) -> None:
        if state.meetings.copies_of(terms.kind, terms.about) + 1 != terms.copy_number:
            raise Conflict("Another copy was issued at the same moment; issue this one again.")

    facts: dict[str, object] = {
        "kind": terms.kind,
        "about": terms.about,
        "recipient": terms.recipient,
        "copy_number": terms.copy_number,
        "digest": terms.digest,
        "event_ids": terms.event_ids,
    }
    return write_act(ledger, actor, "issue_pack", terms.record_ids, facts, check)


def give_feedback(
    ledger: Ledger,
    actor: Actor,
    event_id: str,
    told: tuple[str, date | None, str, str | None],
    subjects: Iterable[str],
) -> Receipt:
    """Let a referrer know: ``told`` is to whom, when it was received, the outcome, and words released with it."""
    to, received_on, outcome, words = told
    if not to.strip() or not outcome.strip():
        raise BadInput("Say to whom, and what became of the referral.")
    facts = {"event_id": event_id, "to": to, "received_on": received_on, "outcome": outcome, "words": words}
    return write_act(ledger, actor, "feedback", subjects, facts)


def _planned(state: LedgerState, meeting_id: str) -> None:
    if meeting_id not in {one.meeting_id for one in state.meetings.meetings}:
        raise Conflict("No such meeting is planned.")


def _on_list(state: LedgerState, case_id: str) -> None:
    if case_id not in {one.case_id for one in state.meetings.cases}:
        raise Conflict("No such case is on a meeting's list.")
