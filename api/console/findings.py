"""Findings: the list, each one as an argument, and the decision of the person who read it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import FindingFilters, FindingPage
from api.console.evidence import facts_of, names_of
from api.console.page import page
from api.console.visit import CurrentVisit
from api.console.words import DECISIONS, DETECTORS

router = APIRouter(prefix="/findings", include_in_schema=False)
PAGE = 20
# Where a finding may stand besides what was decided of it.
STATES = {
    "open": "Waiting for a decision",
    "reopened": "New evidence since",
    "suppressed": "Kept out of the list",
}


@router.get("")
def findings_page(
    request: Request, visit: CurrentVisit, detector: str = "", decision: str = "open", number: str = "1"
) -> Response:
    """Findings by detector and rank, those without a decision first."""
    wanted = detector if detector in DETECTORS else None
    decided = decision if decision in (*DECISIONS, *STATES) else None
    at = int(number) if number.isdigit() and 1 <= int(number) <= 10_000 else 1
    with visit.reading("findings") as view:
        shown = view.findings(FindingFilters(wanted, decided, None, (at - 1) * PAGE, PAGE))
    return page(
        request,
        "findings.html",
        shown=shown,
        detectors=DETECTORS,
        decisions={
            "open": STATES["open"],
            **DECISIONS,
            "reopened": STATES["reopened"],
            "suppressed": STATES["suppressed"],
        },
        asked={"detector": wanted or "", "decision": decided or "", "number": at},
        pages=-(-shown.total // PAGE),
    )


@router.get("/{finding_id}")
def finding_page(request: Request, visit: CurrentVisit, finding_id: str) -> Response:
    """One finding as an argument."""
    with visit.reading("finding") as view:
        shown = view.finding(finding_id)
    return _argued(request, shown, 200, errors={}, given={})


@router.post("/{finding_id}/disposition")
def decide(
    request: Request,
    visit: CurrentVisit,
    finding_id: str,
    decision: Annotated[str, Form()] = "",
    grounds: Annotated[str, Form()] = "",
) -> Response:
    """Record a decision and show the finding with it; ask again when either half is missing."""
    errors = {}
    if decision not in DECISIONS:
        errors["decision"] = "Select what you decided"
    if not 5 <= len(grounds.strip()) <= 3000:
        errors["grounds"] = "Enter your reason, up to 3,000 characters"
    if errors:
        with visit.reading("finding") as view:
            shown = view.finding(finding_id)
        given = {"decision": decision, "grounds": grounds}
        return _argued(request, shown, 422, errors=errors, given=given)
    with visit.reading("disposition") as view:
        view.dispose(finding_id, decision, grounds.strip())
    return RedirectResponse("/findings/" + quote(finding_id, safe=""), status_code=303)


def _argued(request: Request, shown: FindingPage, status: int, **values: object) -> Response:
    facts, names = facts_of(shown.evidence), names_of(shown)
    return page(
        request,
        "finding.html",
        status,
        finding=shown,
        facts=facts,
        names=names,
        decisions=DECISIONS,
        **values,
    )
