"""The profile in force at this hub: its rules in their own words, and what they let each role do."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from access import PURPOSES
from api.console.page import page
from api.console.visit import CurrentVisit

router = APIRouter(prefix="/profile", include_in_schema=False)


@router.get("")
def profile_page(request: Request, visit: CurrentVisit) -> Response:
    """The rules, those in which this hub differs from the usual set first; the same to whoever asks."""
    shown = visit.hub.desk.profile(visit.principal, visit.stated_purpose())
    return page(request, "profile.html", shown=shown, purposes_all=len(PURPOSES))
