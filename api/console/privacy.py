"""The privacy officer's page: broken glass to review, and the alerts that the ledger raised. Nobody looked at is named."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import LedgerFilters, Period
from api.console.page import page
from api.console.visit import CurrentVisit, Visit

router = APIRouter(prefix="/privacy", include_in_schema=False)
VERDICTS: Final = {"justified": "Justified", "not_justified": "Not justified"}
ALERTS: Final = 20
# Alerts of the last four weeks stand on the page; the ledger's own pages go further back.
PERIOD: Final = timedelta(days=28)


@router.get("")
def privacy_page(request: Request, visit: CurrentVisit) -> Response:
    """Broken glass, what waits for review first; alerts, latest first; access to ask about."""
    return _shown(request, visit, 200, {}, {})


@router.post("/glass/{sharing}")
def review(
    request: Request,
    visit: CurrentVisit,
    sharing: str,
    verdict: Annotated[str, Form()] = "",
    grounds: Annotated[str, Form()] = "",
) -> Response:
    """Say whether a glass was broken rightly; not justified closes at once what it opened."""
    errors = {}
    if verdict not in VERDICTS:
        errors[f"{sharing}-verdict"] = "Select whether it was justified"
    if not 5 <= len(grounds.strip()) <= 3000:
        errors[f"{sharing}-grounds"] = "Enter your reason, up to 3,000 characters"
    if errors:
        return _shown(
            request, visit, 422, errors, {"sharing": sharing, "verdict": verdict, "grounds": grounds}
        )
    visit.hub.desk.review_glass(visit.principal, visit.stated_purpose(), (sharing, verdict, grounds.strip()))
    return visit.done("/privacy", f"Reviewed: {VERDICTS[verdict].lower()}.")


def _shown(
    request: Request, visit: Visit, status: int, errors: dict[str, str], given: dict[str, str]
) -> Response:
    desk, purpose = visit.hub.desk, visit.stated_purpose()
    glass = desk.broken_glass(visit.principal, purpose).lines
    alerts = desk.ledger_entries(visit.principal, purpose, LedgerFilters(alert="any", limit=ALERTS)).lines
    until = datetime.now(UTC)
    unusual = desk.unusual_access(visit.principal, purpose, Period(until - PERIOD, until))
    return page(
        request,
        "privacy.html",
        status,
        glass=glass,
        alerts=alerts,
        unusual=unusual,
        verdicts=VERDICTS,
        errors=errors,
        given=given,
    )
