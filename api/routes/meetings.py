"""MARAC meetings: planning, the list, research, attendance, minutes and actions."""

from typing import Annotated

from fastapi import APIRouter, Path

from access import CandidateList, CaseFile, MeetingActTaken, MeetingList, MeetingPage
from api.meeting_requests import (
    ActionEndRequest,
    ActionRequest,
    AttendanceRequest,
    CaseRequest,
    DropRequest,
    MeetingRequest,
    MinuteRequest,
    ResearchRequest,
)
from api.reader import SomeReader

router = APIRouter(prefix="/v1/meetings", tags=["meetings"])
MeetingName = Annotated[str, Path(description="A meeting, as the list names it.", max_length=100)]
CaseName = Annotated[str, Path(description="A case, as its meeting names it.", max_length=100)]
ActionName = Annotated[str, Path(description="An action, as its meeting names it.", max_length=100)]


@router.get("", summary="Meetings, latest first")
def meetings(reader: SomeReader) -> MeetingList:
    """Cases and actions are counted where you see the victim."""
    with reader.reading("meetings") as view:
        return view.meetings()


@router.post("", summary="Plan a meeting")
def plan(body: MeetingRequest, reader: SomeReader) -> MeetingActTaken:
    """A meeting on a day, for an area."""
    with reader.stating(body.stated_purpose()).reading("plan_meeting") as view:
        return view.plan_meeting(body.given())


@router.get("/{meeting}", summary="A meeting")
def meeting(meeting: MeetingName, reader: SomeReader) -> MeetingPage:
    """Its list with the flags by rule, actions carried from earlier meetings, attendance, minutes, packs issued."""
    with reader.reading("meetings") as view:
        return view.meeting(meeting)


@router.get("/{meeting}/candidates", summary="Who may come on the list")
def candidates(meeting: MeetingName, reader: SomeReader) -> CandidateList:
    """Referrals to MARAC that wait, and what rules found; the latter without names until a person lists them."""
    with reader.reading("meeting_candidates") as view:
        return view.candidates(meeting)


@router.post("/{meeting}/cases", summary="Put a case on the list")
def add_case(meeting: MeetingName, body: CaseRequest, reader: SomeReader) -> MeetingActTaken:
    """From the next request on the coordinator sees the case's people and those tied to them, until 28 days after the meeting."""
    with reader.stating(body.stated_purpose()).reading("meeting_case") as view:
        return view.add_case(body.given(meeting))


@router.post("/{meeting}/attendance", summary="Note who was there")
def attendance(meeting: MeetingName, body: AttendanceRequest, reader: SomeReader) -> MeetingActTaken:
    """Present, apologies or absent; the latest on a name stands."""
    with reader.stating(body.stated_purpose()).reading("meeting_minutes") as view:
        return view.note_attendance(meeting, body.agency, body.name, body.standing)


@router.post("/{meeting}/minutes", summary="Write minutes")
def minutes(meeting: MeetingName, body: MinuteRequest, reader: SomeReader) -> MeetingActTaken:
    """A paragraph, of one case or of the whole meeting."""
    with reader.stating(body.stated_purpose()).reading("meeting_minutes") as view:
        return view.write_minute(meeting, body.case, body.text)


@router.get("/cases/{case}/file", summary="Everything of a case that its pack needs")
def file(case: CaseName, reader: SomeReader) -> CaseFile:
    """Victim, perpetrator, children, others at risk, safe contact, checklist, consent, chronologies, research, actions."""
    with reader.reading("marac_pack") as view:
        return view.case_file(case)


@router.post("/cases/{case}/drop", summary="Take a case off the list")
def drop(case: CaseName, body: DropRequest, reader: SomeReader) -> MeetingActTaken:
    """What the list opened of it is closed from the next request on."""
    with reader.stating(body.stated_purpose()).reading("meeting_case") as view:
        return view.drop_case(case, body.grounds)


@router.post("/cases/{case}/research", summary="Bring your agency's research")
def research(case: CaseName, body: ResearchRequest, reader: SomeReader) -> MeetingActTaken:
    """Fact with its source, and opinion apart, for a case whose victim you see."""
    with reader.stating(body.stated_purpose()).reading("meeting_research") as view:
        return view.add_research(body.given(case))


@router.post("/cases/{case}/actions", summary="Write down an action")
def action(case: CaseName, body: ActionRequest, reader: SomeReader) -> MeetingActTaken:
    """What is to be done, by which agency, until when; it comes up again at the next meeting while it is open."""
    with reader.stating(body.stated_purpose()).reading("meeting_minutes") as view:
        return view.agree_action(body.given(case))


@router.post("/actions/{action}/end", summary="Say what came of an action")
def end_action(action: ActionName, body: ActionEndRequest, reader: SomeReader) -> MeetingActTaken:
    """Done, not done, or no longer needed."""
    with reader.stating(body.stated_purpose()).reading("meeting_research") as view:
        return view.end_action(action, body.ended, body.result)
