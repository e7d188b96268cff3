"""The auditor's pages: what people did and why, and whether the record of it is whole."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from access import LEDGER_ACTS, LedgerFilters
from api.console.page import page
from api.console.visit import CurrentVisit
from api.paging import cursor_for, offset_of

router = APIRouter(prefix="/audit", include_in_schema=False)
PAGE = 40
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


@router.get("/verification")
def verification_page(request: Request, visit: CurrentVisit) -> Response:
    """Whether the ledger is what it was signed to be."""
    report = visit.hub.desk.verify_ledger(visit.principal, visit.stated_purpose())
    return page(request, "verification.html", report=report)
