"""MARAC meetings as pages: the list, who may come on it, each case, minutes and actions, and the packs that leave."""

from contextlib import suppress
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from access import (
    ActionGiven,
    BadInput,
    CaseGiven,
    Conflict,
    MeetingPlanned,
    ResearchGiven,
)
from api.console.page import page
from api.console.visit import CurrentVisit, Visit
from api.routes.packs import as_file
from products import ChronologyChoice, Issuer, IssueRequest, as_page, draft, in_words, issue

router = APIRouter(prefix="/meetings", include_in_schema=False)
Text = Annotated[str, Form(max_length=3000)]


@router.get("")
def meetings_page(request: Request, visit: CurrentVisit) -> Response:
    """Every meeting, latest first, and the form that plans one."""
    with visit.reading("meetings") as view:
        shown = view.meetings()
    return page(request, "meetings.html", shown=shown, errors={}, given={})


@router.post("")
def plan(
    request: Request,
    visit: CurrentVisit,
    reference: Text = "",
    held_on: Text = "",
    area: Text = "",
    chair: Text = "",
) -> Response:
    """Plan a meeting and show it; ask again where something is missing."""
    errors = {}
    day = _day(held_on)
    if not reference.strip():
        errors["reference"] = "Enter what the meeting is called"
    if day is None:
        errors["held_on"] = "Enter the day as year-month-day, like 2026-11-20"
    if not area.strip():
        errors["area"] = "Enter the area it is for"
    if errors or day is None:
        with visit.reading("meetings") as view:
            shown = view.meetings()
        given = {"reference": reference, "held_on": held_on, "area": area, "chair": chair}
        return page(request, "meetings.html", 422, shown=shown, errors=errors, given=given)
    with visit.reading("plan_meeting") as view:
        taken = view.plan_meeting(MeetingPlanned(reference.strip(), day, area.strip(), chair.strip() or None))
    return _to(taken.name)


@router.get("/{meeting}")
def meeting_page(request: Request, visit: CurrentVisit, meeting: str) -> Response:
    """One meeting: its list with flags, what was carried, who was there, minutes, packs."""
    with visit.reading("meetings") as view:
        shown = view.meeting(meeting)
    return page(request, "meeting.html", shown=shown)


@router.get("/{meeting}/candidates")
def candidates_page(request: Request, visit: CurrentVisit, meeting: str) -> Response:
    """Who may come on the list: referrals that wait, and what rules found."""
    with visit.reading("meeting_candidates") as view:
        shown = view.candidates(meeting)
    return page(request, "candidates.html", shown=shown, meeting=meeting)


async def _form(request: Request) -> FormData:
    return await request.form()


@router.post("/{meeting}/cases")
def add_cases(visit: CurrentVisit, meeting: str, given: Annotated[FormData, Depends(_form)]) -> Response:
    """Put the candidates that are ticked on the list, each an act of its own with its grounds; back to the meeting."""
    ticked = [str(one) for one in given.getlist("candidate")]
    if not ticked:
        raise BadInput("Tick whom to put on the list.")
    listed = 0
    for candidate in ticked:
        said = str(given.get(f"grounds-{candidate}", "")).strip() or "On the agenda of the meeting"
        with suppress(Conflict), visit.reading("meeting_case") as view:
            view.add_case(CaseGiven(meeting, said, candidate=candidate))
            listed += 1
    there = len(ticked) - listed
    told = f"{listed} put on the list." + (
        f" {there} stood on it already, by another referral." if there else ""
    )
    return visit.done(f"/meetings/{quote(meeting, safe='')}", told)


@router.post("/{meeting}/attendance")
def attendance(
    visit: CurrentVisit, meeting: str, agency: Text = "", name: Text = "", standing: Text = "present"
) -> Response:
    """Note who was there."""
    _need(agency, "Enter the agency.")
    _need(name, "Enter the name.")
    with visit.reading("meeting_minutes") as view:
        view.note_attendance(meeting, agency.strip(), name.strip(), standing)
    return _to(meeting)


@router.post("/{meeting}/minutes")
def minute(visit: CurrentVisit, meeting: str, text: Text = "", case: Text = "") -> Response:
    """Write a paragraph of the minutes."""
    with visit.reading("meeting_minutes") as view:
        view.write_minute(meeting, case or None, text)
    return _to(meeting)


@router.post("/{meeting}/packs")
def meeting_pack(visit: CurrentVisit, meeting: str, recipient: Text = "", form: Text = "docx") -> Response:
    """Issue the pack of the meeting: the browser gets the file."""
    return _issued(visit, IssueRequest("meeting", meeting, recipient.strip(), form))


@router.get("/{meeting}/cases/{case}")
def case_page(request: Request, visit: CurrentVisit, meeting: str, case: str) -> Response:
    """One case: what its pack will say, and the forms for research, actions and minutes."""
    with visit.reading("marac_pack") as view:
        shown = view.case_file(case)
    return page(request, "case.html", shown=shown, meeting=meeting, case=case)


@router.get("/{meeting}/cases/{case}/draft")
def case_draft(request: Request, visit: CurrentVisit, case: str) -> Response:
    """The pack of a case as it would leave, marked as a draft."""
    asked = IssueRequest("case", case, f"{visit.principal.name}, to check", "html")
    with visit.reading("marac_pack") as view:
        document = draft(view, asked, _issuer(visit, view.days()))
    return HTMLResponse(as_page(document, request.state.csp_nonce))


@router.post("/{meeting}/cases/{case}/research")
def research(
    visit: CurrentVisit, meeting: str, case: str, fact: Text = "", opinion: Text = "", source: Text = ""
) -> Response:
    """Bring one's agency's research to a case."""
    with visit.reading("meeting_research") as view:
        view.add_research(ResearchGiven(case, fact.strip() or None, opinion.strip() or None, source.strip()))
    return _to(meeting)


@router.post("/{meeting}/cases/{case}/actions")
def action(
    visit: CurrentVisit, meeting: str, case: str, what: Text = "", agency: Text = "", due_on: Text = ""
) -> Response:
    """Write down an action of a case."""
    if due_on.strip() and _day(due_on) is None:
        raise BadInput("Enter the day as year-month-day, like 2026-11-20, or leave it out.")
    with visit.reading("meeting_minutes") as view:
        view.agree_action(ActionGiven(case, what.strip(), agency.strip(), _day(due_on)))
    return _to(meeting)


@router.post("/{meeting}/actions/{action}/end")
def end_action(
    visit: CurrentVisit, meeting: str, action: str, ended: Text = "", result: Text = ""
) -> Response:
    """Say what came of an action."""
    with visit.reading("meeting_research") as view:
        view.end_action(action, ended, result.strip())
    return _to(meeting)


@router.post("/{meeting}/cases/{case}/drop")
def drop(visit: CurrentVisit, meeting: str, case: str, grounds: Text = "") -> Response:
    """Take a case off the list."""
    _need(grounds, "Say why the case comes off the list.")
    with visit.reading("meeting_case") as view:
        view.drop_case(case, grounds.strip())
    return _to(meeting)


@router.post("/{meeting}/cases/{case}/packs")
def case_pack(visit: CurrentVisit, case: str, recipient: Text = "", form: Text = "docx") -> Response:
    """Issue the pack of one case: the browser gets the file."""
    return _issued(visit, IssueRequest("case", case, recipient.strip(), form))


def issue_chronology(
    visit: Visit, handle: str, recipient: str, form: str, choice: ChronologyChoice
) -> Response:
    """Issue the chronology of a person, as far as chosen."""
    return _issued(visit, IssueRequest("chronology", handle, recipient.strip(), form), choice)


def _issued(visit: Visit, asked: IssueRequest, choice: ChronologyChoice | None = None) -> Response:
    _need(asked.recipient, "Say to whom the document goes: every copy is somebody's.")
    with visit.reading("print" if asked.kind == "chronology" else "issue_pack") as view:
        issued = issue(view, asked, _issuer(visit, view.days()), choice)
    return as_file(issued)


def _issuer(visit: Visit, days: tuple[date, date]) -> Issuer:
    return Issuer(visit.principal.name, in_words(visit.stated_purpose().code), *days)


def _need(text: str, message: str) -> None:
    if not text.strip():
        raise BadInput(message)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _to(place: str) -> Response:
    return RedirectResponse("/meetings/" + quote(place, safe="/"), status_code=303)
