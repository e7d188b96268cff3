"""The auditor's pages: what people did and why, and whether the record of it is whole."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import LEDGER_ACTS, BadInput, LedgerFilters, Period
from api.console.page import page
from api.console.visit import CurrentVisit, Visit
from api.console.words import HERE
from api.paging import cursor_for, offset_of

router = APIRouter(prefix="/audit", include_in_schema=False)
PAGE = 40
USUAL_PERIOD: Final = timedelta(days=28)
OUTCOMES = ("answered", "empty", "denied", "failed")


@router.get("")
def audit_page(
    request: Request, visit: CurrentVisit, actor: str = "", act: str = "", outcome: str = "", cursor: str = ""
) -> Response:
    """What people did, newest first."""
    filters = LedgerFilters(
        actor=actor.strip() or None,
        act=act if act in LEDGER_ACTS else None,
        outcome=outcome if outcome in OUTCOMES else None,
        before=offset_of(cursor) if cursor else None,
        limit=PAGE,
    )
    lines = visit.hub.desk.ledger_entries(visit.principal, visit.stated_purpose(), filters).lines
    return page(
        request,
        "audit.html",
        lines=lines,
        acts=LEDGER_ACTS,
        outcomes=OUTCOMES,
        asked={"actor": actor, "act": filters.act or "", "outcome": filters.outcome or ""},
        following=cursor_for(lines[-1].sequence) if len(lines) == PAGE else None,
    )


@router.get("/workers")
def workers_page(request: Request, visit: CurrentVisit, since: str = "", until: str = "") -> Response:
    """What each worker did between two days, the last four weeks without any, and what to ask them about."""
    first, last = _days(visit, since, until)
    period = Period(
        datetime.combine(first, time.min, HERE), datetime.combine(last + timedelta(days=1), time.min, HERE)
    )
    desk, purpose = visit.hub.desk, visit.stated_purpose()
    return page(
        request,
        "audit_workers.html",
        workers=desk.ledger_workers(visit.principal, purpose, period),
        unusual=desk.unusual_access(visit.principal, purpose, period),
        since=first,
        until=last,
    )


@router.get("/record")
def record_page(request: Request, visit: CurrentVisit) -> Response:
    """The form that asks who looked at a record; asks for the purpose first."""
    visit.stated_purpose()
    return page(request, "audit_record.html", record="", readers=None, errors={}, acts=LEDGER_ACTS)


@router.post("/record")
def readers_of_record(
    request: Request, visit: CurrentVisit, record: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Who did what that concerned a record; by POST, so that no record stands in an address."""
    visit.stated_purpose()
    record = record.strip()
    if not record:
        errors = {"record": "Enter a record, as its agency names it"}
        return page(
            request, "audit_record.html", 422, record="", readers=None, errors=errors, acts=LEDGER_ACTS
        )
    readers = visit.hub.desk.ledger_readers_of(visit.principal, visit.stated_purpose(), record)
    return page(request, "audit_record.html", record=record, readers=readers, errors={}, acts=LEDGER_ACTS)


def _days(visit: Visit, since: str, until: str) -> tuple[date, date]:
    """The first and the last day asked for. Raises BadInput when one is none, or they are the wrong way round."""
    try:
        last = date.fromisoformat(until) if until else visit.today
        first = date.fromisoformat(since) if since else last - USUAL_PERIOD
    except ValueError as error:
        raise BadInput("Enter days as year-month-day, like 2026-03-31.") from error
    if first > last:
        raise BadInput("The period ends before it begins. Give a later last day.")
    return first, last


@router.get("/verification")
def verification_page(request: Request, visit: CurrentVisit) -> Response:
    """Whether the ledger is what it was signed to be."""
    report = visit.hub.desk.verify_ledger(visit.principal, visit.stated_purpose())
    return page(request, "verification.html", report=report)
