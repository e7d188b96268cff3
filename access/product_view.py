"""What the products ask and do: meetings, packs, statistics, feedback; each method one act of the policy."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from access.acting_view import ActingView
from access.hub_figures import HubFigures
from access.meetings.candidates import MeetingCandidates
from access.meetings.case_files import CaseFiles, records_in
from access.meetings.desk import MeetingDesk
from access.meetings.listable import listable
from access.meetings.views import MeetingViews
from access.sharing.outcomes import Outcomes
from access.statistics import StatisticsViews
from access.values import (
    ActionGiven,
    CandidateList,
    CaseFile,
    CaseGiven,
    FeedbackGiven,
    MeetingActTaken,
    MeetingFile,
    MeetingList,
    MeetingPage,
    MeetingPlanned,
    OutcomeList,
    PackGiven,
    ResearchGiven,
    RowList,
    StatisticAnswer,
    StatisticCell,
    StatisticRequest,
    UnansweredReferrals,
)

# As many cases as a hub has in a year; more are asked for by district or by quarter.
MOST_EXTRACTED: Final = 50_000


class ProductView(ActingView):
    """The reads and acts behind what leaves the hub. A method raises Denied where the policy forbids its act."""

    def meetings(self) -> MeetingList:
        """Every meeting, latest first."""
        self._sight.require("meetings")
        return MeetingViews(self._sight).listed()

    def meeting(self, meeting: str) -> MeetingPage:
        """One meeting with what the reader sees of its cases."""
        self._sight.require("meetings")
        return MeetingViews(self._sight).page(meeting)

    def candidates(self, meeting: str) -> CandidateList:
        """Who may come on a meeting's list: referrals that wait, and what rules found, the latter without names."""
        self._sight.require("meeting_candidates")
        known = MeetingViews(self._sight).meeting(meeting)
        found = MeetingCandidates(listable(self._sight)).listed(known.meeting_id)
        self._sight.log.answered = bool(found.candidates)
        return found

    def referrals_waiting(self) -> int:
        """How many referrals to MARAC are on no meeting's list yet; whose they are is not told."""
        self._sight.require("meeting_candidates")
        return MeetingCandidates(listable(self._sight)).waiting()

    def case_file(self, case: str) -> CaseFile:
        """Everything of one case that its pack needs."""
        self._sight.require("marac_pack")
        return CaseFiles(self._sight).file(case)

    def meeting_file(self, meeting: str) -> MeetingFile:
        """A meeting with the files of every case of it that the reader sees."""
        self._sight.require("marac_pack")
        return CaseFiles(self._sight).meeting(meeting)

    def plan_meeting(self, given: MeetingPlanned) -> MeetingActTaken:
        """Plan a meeting; like every act below, it is the ledger entry of this read."""
        self._sight.require("plan_meeting")
        return MeetingDesk(self._sight).plan(given)

    def add_case(self, given: CaseGiven) -> MeetingActTaken:
        """Put a case on a meeting's list."""
        self._sight.require("meeting_case")
        return MeetingDesk(self._sight).add_case(given)

    def drop_case(self, case: str, grounds: str) -> MeetingActTaken:
        """Take a case off its list."""
        self._sight.require("meeting_case")
        return MeetingDesk(self._sight).drop_case(case, grounds)

    def add_research(self, given: ResearchGiven) -> MeetingActTaken:
        """Bring the reader's agency's research to a case that they see."""
        self._sight.require("meeting_research")
        return MeetingDesk(self._sight).research(given)

    def note_attendance(self, meeting: str, agency: str, name: str, standing: str) -> MeetingActTaken:
        """Note who was at a meeting."""
        self._sight.require("meeting_minutes")
        return MeetingDesk(self._sight).attendance(meeting, agency, name, standing)

    def write_minute(self, meeting: str, case: str | None, text: str) -> MeetingActTaken:
        """Write a paragraph of the minutes."""
        self._sight.require("meeting_minutes")
        return MeetingDesk(self._sight).minute(meeting, case, text)

    def agree_action(self, given: ActionGiven) -> MeetingActTaken:
        """Write down an action of a case."""
        self._sight.require("meeting_minutes")
        return MeetingDesk(self._sight).action(given)

    def end_action(self, action: str, ended: str, result: str) -> MeetingActTaken:
        """Say what came of an action."""
        self._sight.require("meeting_research")
        return MeetingDesk(self._sight).end_action(action, ended, result)

    def next_copy(self, kind: str, about: str) -> int:
        """The number of the next copy of a document of a kind about something."""
        return MeetingDesk(self._sight).next_copy(kind, about)

    def issue_pack(self, given: PackGiven, files: Sequence[CaseFile] = ()) -> MeetingActTaken:
        """Write down that a document made of ``files`` leaves; a chronology is about the person named alone."""
        self._sight.require("print" if given.kind == "chronology" else "issue_pack")
        if given.kind == "chronology":
            subjects = frozenset(self._sight.cards.behind(given.about).record_ids)
        else:
            subjects = records_in(files, self._sight)
        return MeetingDesk(self._sight).issue(given, subjects)

    def audit_extract(self, request: StatisticRequest) -> RowList:
        """Every case of a period with what the pan-London audit pro-forma asks of it."""
        self._sight.require("extract")
        return StatisticsViews(self._sight, self._sight.figures).rows(
            request, StatisticCell((None, None, None)), most=MOST_EXTRACTED
        )

    def hub_figures(self) -> HubFigures:
        """What the hub says of itself for its statistics: hours, targets, populations, costs."""
        self._sight.require("statistics")
        return self._sight.figures

    def days(self) -> tuple[date, date]:
        """Today, as the hub's clock has it, and the day up to which the agencies' rows tell."""
        return self._sight.today, self._sight.as_of

    def may_print(self) -> bool:
        """Whether the hub lets this reader print for the purpose; a document says so on each page where it does not."""
        return self._sight.may("print")

    def give_feedback(self, given: FeedbackGiven) -> MeetingActTaken:
        """Let a referrer know what became of a referral."""
        self._sight.require("feedback")
        return MeetingDesk(self._sight).feed_back(given)

    def unanswered_referrals(self) -> UnansweredReferrals:
        """Contacts and referrals whose referrer has heard nothing, for those who may tell them."""
        self._sight.require("feedback")
        return Outcomes(self._sight).unanswered()

    def outcomes(self) -> OutcomeList:
        """What became of the reader's own referrals, as far as it was released to them."""
        self._sight.require("outcomes")
        return Outcomes(self._sight).own()

    def statistic(self, request: StatisticRequest) -> StatisticAnswer:
        """The counts of one statistic over the reader's scope, a cell a combination of its dimensions."""
        self._sight.require("statistics")
        return StatisticsViews(self._sight, self._sight.figures).counted(request)

    def statistic_rows(self, request: StatisticRequest, cell: StatisticCell) -> RowList:
        """The rows behind a cell: as many as its figure says."""
        self._sight.require("statistics")
        return StatisticsViews(self._sight, self._sight.figures).rows(request, cell)
