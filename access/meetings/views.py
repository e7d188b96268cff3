"""Meetings as a reader sees them: those cases alone whose victim is in their scope, and what hangs on these."""

from collections.abc import Iterable, Mapping
from typing import Final

from access.meetings.case_flags import case_flags
from access.meetings.happenings import everyone_listed, incidents_of_everyone
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import (
    ActionLine,
    AttendanceLine,
    CaseFlag,
    CaseLine,
    MeetingLine,
    MeetingList,
    MeetingPage,
    MinuteLine,
    PackLine,
)
from records.errors import NotThere
from records.ledger import Meeting, MeetingAction, MeetingCase

NO_MEETING: Final = "There is no such meeting or case, or not for you."
_Sides = tuple[KnownPerson, tuple[KnownPerson, ...]]


class MeetingViews:
    """Reads the ledger's book of meetings, as far as the people of its cases are in the reader's scope."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._book = sight.state.meetings
        self._known_sides: Mapping[str, _Sides] | None = None

    @property
    def _sides(self) -> Mapping[str, _Sides]:
        """The people of every case that the reader sees, found when first asked for."""
        if self._known_sides is None:
            everyone_listed(self._sight)
            self._known_sides = self._people_of(self._book.cases)
        return self._known_sides

    def listed(self) -> MeetingList:
        """Every meeting, latest first; cases and actions are counted where the reader sees them."""
        meetings = sorted(self._book.meetings, key=lambda one: (one.held_on, one.meeting_id), reverse=True)
        self._sight.log.answered = bool(meetings)
        return MeetingList(tuple(self.line(one) for one in meetings))

    def meeting(self, meeting_id: str) -> Meeting:
        """The meeting of that name. Raises NotThere."""
        found = next((one for one in self._book.meetings if one.meeting_id == meeting_id), None)
        if found is None:
            raise NotThere(NO_MEETING)
        return found

    def case(self, case_id: str) -> tuple[MeetingCase, _Sides]:
        """A case that the reader sees, with its people. Raises NotThere."""
        found = next((one for one in self._book.cases if one.case_id == case_id), None)
        if found is None or case_id not in self._sides:
            raise NotThere(NO_MEETING)
        return found, self._sides[case_id]

    def page(self, meeting_id: str) -> MeetingPage:
        """One meeting. Raises NotThere."""
        meeting = self.meeting(meeting_id)
        cases = self.cases_of(meeting)
        pairs = {case.case_id: self._sides[case.case_id] for case in cases}
        flags = case_flags(self._sight, pairs, incidents_of_everyone(self._sight))
        numbers = {case.case_id: number for number, case in enumerate(cases, start=1)}
        told = self._sight.cards.mask.whereabouts.left_out_of
        self._sight.log.answered = True
        return MeetingPage(
            line=self.line(meeting),
            cases=tuple(self.case_line(case, numbers[case.case_id], flags[case.case_id]) for case in cases),
            carried=tuple(line for case in cases for line in self.carried_into(case, numbers[case.case_id])),
            actions=tuple(
                self._action(one, numbers[one.case_id])
                for one in self._book.actions
                if one.case_id in numbers
            ),
            attendance=self.attendance_of(meeting),
            minutes=tuple(
                MinuteLine(
                    numbers.get(one.case_id or ""),
                    told(one.text) or "",
                    self._sight.workers.of(one.by, one.at),
                    one.at,
                )
                for one in self._book.minutes
                if one.meeting_id == meeting_id and (one.case_id is None or one.case_id in numbers)
            ),
            packs=self._packs({meeting_id, *numbers}),
        )

    def line(self, meeting: Meeting) -> MeetingLine:
        """A meeting in a list."""
        seen = {case.case_id for case in self.cases_of(meeting)}
        return MeetingLine(
            meeting=meeting.meeting_id,
            reference=meeting.reference,
            held_on=meeting.held_on,
            area=meeting.area,
            chair=meeting.chair,
            cases=len(seen),
            open_actions=sum(one.case_id in seen and one.ended is None for one in self._book.actions),
        )

    def attendance_of(self, meeting: Meeting) -> tuple[AttendanceLine, ...]:
        """Who was at a meeting, agency by agency."""
        return tuple(
            AttendanceLine(one.agency, one.name, one.standing)
            for one in sorted(self._book.attendance, key=lambda one: (one.agency, one.name))
            if one.meeting_id == meeting.meeting_id
        )

    def minutes_of(self, meeting: Meeting) -> tuple[MinuteLine, ...]:
        """The minutes that are of no single case."""
        return tuple(
            MinuteLine(None, one.text, self._sight.workers.of(one.by, one.at), one.at)
            for one in self._book.minutes
            if one.meeting_id == meeting.meeting_id and one.case_id is None
        )

    def cases_of(self, meeting: Meeting) -> list[MeetingCase]:
        """The cases of a meeting that the reader sees, in the order of listing."""
        return [
            one
            for one in self._book.cases
            if one.meeting_id == meeting.meeting_id and one.case_id in self._sides
        ]

    def case_line(self, case: MeetingCase, number: int, flags: tuple[CaseFlag, ...]) -> CaseLine:
        """A case on a list."""
        victim, perpetrators = self._sides[case.case_id]
        cards = self._sight.cards
        return CaseLine(
            case=case.case_id,
            number=number,
            victim=cards.card(victim),
            perpetrators=tuple(cards.card(person) for person in perpetrators),
            origin=case.origin,
            grounds=case.grounds,
            flags=flags,
            research_from=tuple(
                sorted({one.agency for one in self._book.research if one.case_id == case.case_id})
            ),
            open_actions=sum(one.case_id == case.case_id and one.ended is None for one in self._book.actions),
        )

    def carried_into(self, case: MeetingCase, number: int) -> tuple[ActionLine, ...]:
        """Open actions of earlier cases of the same victim that the reader sees."""
        earlier = {
            one.case_id
            for one in self._book.cases
            if one.case_id in self._sides
            and one.meeting_id != case.meeting_id
            and not one.victim_record_ids.isdisjoint(case.victim_record_ids)
        }
        return tuple(
            self._action(one, number)
            for one in self._book.actions
            if one.case_id in earlier and one.ended is None and one.at <= case.at
        )

    def actions_of(self, case: MeetingCase, number: int) -> tuple[ActionLine, ...]:
        """What was agreed in a case and in earlier ones of the same victim, oldest first."""
        same = {
            one.case_id
            for one in self._book.cases
            if one.case_id in self._sides and not one.victim_record_ids.isdisjoint(case.victim_record_ids)
        }
        return tuple(self._action(one, number) for one in self._book.actions if one.case_id in same)

    def _action(self, one: MeetingAction, number: int | None) -> ActionLine:
        reference = next(
            (meeting.reference for meeting in self._book.meetings if meeting.meeting_id == one.meeting_id), ""
        )
        told = self._sight.cards.mask.whereabouts.left_out_of
        overdue = one.ended is None and one.due_on is not None and one.due_on < self._sight.today
        return ActionLine(
            one.action_id,
            one.case_id,
            number,
            reference,
            told(one.what) or "",
            one.agency,
            one.due_on,
            self._sight.workers.of(one.by, one.at),
            one.at,
            one.ended,
            told(one.result),
            overdue,
        )

    def _packs(self, about: set[str]) -> tuple[PackLine, ...]:
        if not self._sight.may("marac_pack"):
            return ()
        return tuple(
            PackLine(
                one.pack_id,
                one.kind,
                one.recipient,
                one.copy_number,
                one.digest,
                self._sight.workers.of(one.by, one.at),
                one.at,
            )
            for one in self._book.packs
            if one.about in about
        )

    def _people_of(self, cases: Iterable[MeetingCase]) -> Mapping[str, _Sides]:
        """The people of each case that the reader sees; a case whose victim they do not see is not there."""
        cases = list(cases)
        named = {one for case in cases for one in case.victim_record_ids | case.perpetrator_record_ids}
        holders = self._sight.cards.people.holding(sorted(named))
        sides: dict[str, _Sides] = {}
        for case in cases:
            victims = _holders(holders, case.victim_record_ids)
            if victims:
                perpetrators = _holders(holders, case.perpetrator_record_ids)
                sides[case.case_id] = (victims[0], tuple(one for one in perpetrators if one != victims[0]))
        return sides


def _holders(holders: Mapping[str, KnownPerson], record_ids: frozenset[str]) -> tuple[KnownPerson, ...]:
    found = [holders[one] for one in sorted(record_ids) if one in holders]
    return tuple({person.person_id: person for person in found}.values())
