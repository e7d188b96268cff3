"""The home page, and the question that comes before any data: why are you looking."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import Purpose
from api.console.page import page
from api.console.sections import purposes_of
from api.console.visit import CurrentVisit, Visit, own_path

router = APIRouter(include_in_schema=False)
LONGEST_REASON = 3000


@router.get("/")
def home(request: Request, visit: CurrentVisit) -> Response:
    """What this person can do here."""
    return page(request, "home.html", job=visit.principal.role)


@router.get("/purpose")
def purpose_page(request: Request, visit: CurrentVisit, next: str = "/") -> Response:
    """Ask for the purpose, with what was stated last filled in."""
    stated = visit.purpose
    given = {
        "purpose": stated.code if stated else "",
        "reason": stated.reason if stated else "",
        "case_reference": (stated.case_reference or "") if stated else "",
    }
    return _asked(request, visit, 200, given=given, errors={}, next=own_path(next))


@router.post("/purpose")
def state_purpose(
    request: Request,
    visit: CurrentVisit,
    purpose: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    case_reference: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Remember the purpose for this session, until it is changed or the session ends."""
    given = {"purpose": purpose, "reason": reason.strip(), "case_reference": case_reference.strip()}
    errors = {}
    if purpose not in purposes_of(visit.session):
        errors["purpose"] = "Select why you are looking"
    if len(given["reason"]) < 5:
        errors["reason"] = "Enter the reason in a few words"
    elif len(given["reason"]) > LONGEST_REASON:
        errors["reason"] = f"The reason must be {LONGEST_REASON:,} characters or fewer"
    if len(given["case_reference"]) > 300:
        errors["case_reference"] = "The case reference must be 300 characters or fewer"
    if errors:
        return _asked(request, visit, 422, given=given, errors=errors, next=own_path(next))
    visit.hub.sessions.set_purpose(
        request, Purpose(purpose, given["reason"], given["case_reference"] or None)
    )
    return RedirectResponse(own_path(next), status_code=303)


def _asked(request: Request, visit: Visit, status: int, **values: object) -> Response:
    return page(request, "purpose.html", status, purposes=purposes_of(visit.session), **values)
