"""The home page: what waits for whom; and the question that comes before any data: why are you looking."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import Purpose
from api.console.page import page
from api.console.sections import Section, purposes_of, sections_of
from api.console.visit import CurrentVisit, Visit, own_path
from api.console.waiting import FROM_VIEW, Since, Waiting
from api.sessions import Session

router = APIRouter(include_in_schema=False)
LONGEST_REASON = 3000


@router.get("/")
def home(request: Request, visit: CurrentVisit) -> Response:
    """What waits for this person, once they said why they are here; and what they can do."""
    last = visit.hub.desk.last_visit(visit.principal, datetime.fromtimestamp(visit.session.began, UTC))
    waiting: tuple[Waiting, ...] = ()
    as_of = None
    if visit.purpose is not None:
        since = Since(last, visit.today)
        with visit.reading("waiting") as view:
            as_of = view.as_of
            waiting = tuple(
                one
                for act, source in FROM_VIEW
                if visit.session.may(act) and (one := source(view, since)) is not None
            )
        waiting += glass_waiting(visit, since)
    return page(
        request,
        "home.html",
        job=visit.principal.role,
        waiting=[one for one in waiting if one.count],
        nothing=[one for one in waiting if not one.count],
        changed=[(one, words) for one in waiting for words in one.changed],
        as_of=as_of,
        last=last,
        elsewhere=_elsewhere(visit.session, waiting),
    )


def _elsewhere(session: Session, waiting: tuple[Waiting, ...]) -> list[Section]:
    """The parts of the console under which nothing was counted, so that each is offered once."""
    counted = {one.address for one in waiting}
    return [section for section in sections_of(session) if section.address not in counted]


def glass_waiting(visit: Visit, since: Since) -> tuple[Waiting, ...]:
    """Broken glass that the privacy officer has to review; a read of the ledger, written down by itself."""
    if not visit.session.may("glass_reviews"):
        return ()
    lines = visit.hub.desk.broken_glass(visit.principal, visit.stated_purpose()).lines
    count = sum(one.verdict is None for one in lines)
    what = "broken glass to review" if count == 1 else "broken glasses to review"
    new = sum(since.is_new(one.at) for one in lines)
    changed = (f"{new:,} {'glass was' if new == 1 else 'glasses were'} broken",) if new else ()
    return (Waiting("Broken glass", count, what, "/privacy", None, changed),)


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
    return page(
        request,
        "purpose.html",
        status,
        purposes=purposes_of(visit.session),
        recent=visit.session.recent,
        **values,
    )
