"""What people do at and for a meeting, each one entry on the ledger: planning, listing, research, minutes, actions, packs."""

from datetime import timedelta
from typing import Final

from access.meetings.candidates import MeetingCandidates
from access.meetings.listable import listable
from access.meetings.views import NO_MEETING, MeetingViews
from access.person.people import KnownPerson
from access.sharing.views import tied_to
from access.sight import Sight
from access.values import (
    ActionGiven,
    CaseGiven,
    FeedbackGiven,
    MeetingActTaken,
    MeetingPlanned,
    PackGiven,
    ResearchGiven,
)
from records.errors import BadInput, NotThere
from records.ledger import (
    ActionTerms,
    CaseTerms,
    PackTerms,
    Receipt,
    add_case,
    add_research,
    agree_action,
    drop_case,
    end_action,
    give_feedback,
    issue_pack,
    note_attendance,
    plan_meeting,
    write_minute,
)
from records.snapshot.about import rows_about

# A list stays open for the minutes and the first actions after the meeting; then its people are closed again.
OPEN_AFTER_DAYS: Final = 28
_NO_EVENT: Final = "There is no such referral or contact, or not for you."


class MeetingDesk:
    """The acts; each is the entry of its read."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def plan(self, given: MeetingPlanned) -> MeetingActTaken:
        """Plan a meeting. Raises BadInput for a day that is over, Conflict for a reference that is taken."""
        sight = self._sight
        if given.held_on < sight.today:
            raise BadInput("The meeting's day is over already; name today or a later one.")
        actor = self._sight.actor(sight.purpose.reason)
        receipt = plan_meeting(sight.ledger, actor, given.reference, given.held_on, given.area, given.chair)
        return self._taken("meeting", receipt)

    def add_case(self, given: CaseGiven) -> MeetingActTaken:
        """Put a candidate, or people whom the reader sees, on a list; those tied to them come with it.

        Raises NotThere for a candidate or handle that leads nowhere, BadInput when neither or both are named.
        """
        sight = self._sight
        if (given.candidate is None) == (given.victim is None):
            raise BadInput("Name a candidate, or the victim by a handle; one of the two.")
        meeting = MeetingViews(sight).meeting(given.meeting)
        origin, event_id = "referral", None
        if given.candidate is not None:
            wide = listable(sight)
            candidate = MeetingCandidates(wide).called(given.candidate)
            victims, perpetrators = candidate.victims, candidate.perpetrators
            origin, event_id = candidate.origin, candidate.event_id
        else:
            wide = sight
            victims = (sight.cards.behind(given.victim or ""),)
            perpetrators = (sight.cards.behind(given.perpetrator),) if given.perpetrator else ()
        named = (*victims, *perpetrators)
        everyone = [*named, *tied_to(wide, named)]
        terms = CaseTerms(
            meeting_id=meeting.meeting_id,
            reference=meeting.reference,
            victim_record_ids=_records(victims),
            perpetrator_record_ids=_records(perpetrators),
            record_ids=_records(everyone),
            origin=origin,
            event_id=event_id,
            ends_on=meeting.held_on + timedelta(days=OPEN_AFTER_DAYS),
        )
        return self._taken("case", add_case(sight.ledger, self._sight.actor(given.grounds), terms))

    def drop_case(self, case: str, grounds: str) -> MeetingActTaken:
        """Take a case off its list."""
        MeetingViews(self._sight).case(case)
        return self._taken("case", drop_case(self._sight.ledger, self._sight.actor(grounds), case))

    def research(self, given: ResearchGiven) -> MeetingActTaken:
        """Bring the reader's agency's research to a case."""
        case, _ = MeetingViews(self._sight).case(given.case)
        brought = (given.fact or None, given.opinion or None, given.source)
        actor = self._sight.actor(self._sight.purpose.reason)
        agency = self._sight.principal.agency
        return self._taken("research", add_research(self._sight.ledger, actor, case.case_id, agency, brought))

    def attendance(self, meeting: str, agency: str, name: str, standing: str) -> MeetingActTaken:
        """Note who was there, who sent apologies, who was absent."""
        actor = self._sight.actor(self._sight.purpose.reason)
        return self._taken(
            "attendance", note_attendance(self._sight.ledger, actor, meeting, agency, (name, standing))
        )

    def minute(self, meeting: str, case: str | None, text: str) -> MeetingActTaken:
        """Write a paragraph of the minutes. Raises NotThere for a case of another meeting."""
        if case is not None and MeetingViews(self._sight).case(case)[0].meeting_id != meeting:
            raise NotThere(NO_MEETING)
        actor = self._sight.actor(self._sight.purpose.reason)
        return self._taken("minute", write_minute(self._sight.ledger, actor, meeting, case, text))

    def action(self, given: ActionGiven) -> MeetingActTaken:
        """Write down an action of a case."""
        case, _ = MeetingViews(self._sight).case(given.case)
        terms = ActionTerms(case.meeting_id, case.case_id, given.what, given.agency, given.due_on)
        actor = self._sight.actor(self._sight.purpose.reason)
        return self._taken("action", agree_action(self._sight.ledger, actor, terms))

    def end_action(self, action: str, ended: str, result: str) -> MeetingActTaken:
        """Say what came of an action of a case that the reader sees."""
        book = self._sight.state.meetings
        found = next((one for one in book.actions if one.action_id == action), None)
        if found is None:
            raise NotThere(NO_MEETING)
        MeetingViews(self._sight).case(found.case_id)
        actor = self._sight.actor(self._sight.purpose.reason)
        return self._taken("action", end_action(self._sight.ledger, actor, action, ended, result))

    def issue(self, given: PackGiven, subjects: frozenset[str]) -> MeetingActTaken:
        """Write down that a document leaves, with everything that stands in it; its bytes leave after this alone."""
        terms = PackTerms(
            given.kind,
            self.about(given),
            given.recipient,
            given.copy_number,
            given.digest,
            given.event_ids,
            subjects,
        )
        actor = self._sight.actor(self._sight.purpose.reason)
        return self._taken("pack", issue_pack(self._sight.ledger, actor, terms))

    def about(self, given: PackGiven) -> str:
        """What the ledger keeps copies by: the case, the meeting, or the record that a person's handle stands for."""
        return self._sight.cards.behind(given.about).anchor if given.kind == "chronology" else given.about

    def next_copy(self, kind: str, about: str) -> int:
        """The number that the next copy of a document gets."""
        known = self._sight.cards.behind(about).anchor if kind == "chronology" else about
        return self._sight.state.meetings.copies_of(kind, known) + 1

    def feed_back(self, given: FeedbackGiven) -> MeetingActTaken:
        """Let a referrer know what became of a referral or contact. Raises NotThere where there is none."""
        sight = self._sight
        event_id = (
            given.event
            if sight.cards.mask.usual.identity
            else sight.cards.handles.value_of("event", given.event)
        )
        asked = [event_id] if event_id else []
        rows = sight.connection.execute(
            f"""SELECT e.event_id, e.started_at::DATE, list(i.record_id ORDER BY i.record_id)
                FROM {rows_about(sight.connection, "event", sight.scope, "event_id", asked)} e
                JOIN {rows_about(sight.connection, "involvement", sight.scope, "event_id", asked)} i USING (event_id)
                WHERE e.kind IN ('contact', 'referral', 'marac_referral') GROUP BY ALL"""
        ).fetchall()
        if not rows:
            raise NotThere(_NO_EVENT)
        known, received_on, subjects = rows[0]
        told = (given.to, received_on, given.outcome, given.words)
        receipt = give_feedback(sight.ledger, self._sight.actor(sight.purpose.reason), known, told, subjects)
        return self._taken("feedback", receipt)

    def _taken(self, kind: str, receipt: Receipt) -> MeetingActTaken:
        self._sight.log.logged = True
        return MeetingActTaken(f"{kind}-{receipt.sequence}", receipt.at)


def _records(people: tuple[KnownPerson, ...] | list[KnownPerson]) -> frozenset[str]:
    return frozenset(record_id for person in people for record_id in person.record_ids)
