"""Findings: the list, each one as an argument, and the decision of the person who read it."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import Disposition, FindingFilters, FindingLine, FindingPage, ScopedView
from api.console.evidence import argued, names_of
from api.console.page import page
from api.console.visit import CurrentVisit, Visit
from api.console.words import DECISIONS, DETECTORS

router = APIRouter(prefix="/findings", include_in_schema=False)
PAGE = 20
# How many decided findings of the same detector stand beside an open one.
ENDED = 5
# Single keys of the decisions.
KEYS = {"confirmed": "c", "not_confirmed": "n", "watch": "w", "escalated_to_manager": "m"}
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
    """Findings by rank, the first of each pattern before the second of any."""
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
def finding_page(request: Request, visit: CurrentVisit, finding_id: str, clearing: str = "") -> Response:
    """One finding as an argument; with ``clearing``, also which link it hangs on, which takes seconds to try."""
    with visit.reading("finding") as view:
        shown, ended = _read(visit, view, finding_id)
        hangs_on = view.clearing(finding_id) if clearing == "yes" else None
    return _argued(request, shown, 200, errors={}, given={}, ended=ended, hangs_on=hangs_on)


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
            shown, ended = _read(visit, view, finding_id)
        given = {"decision": decision, "grounds": grounds}
        return _argued(request, shown, 422, errors=errors, given=given, ended=ended)
    with visit.reading("disposition") as view:
        view.dispose(finding_id, decision, grounds.strip())
    address = _address(finding_id)
    told = f"Recorded: {DECISIONS[decision].lower()}."
    return visit.done(address, told, f"{address}/disposition/withdrawal", "Undo the decision")


@router.post("/{finding_id}/disposition/withdrawal")
def withdraw(visit: CurrentVisit, finding_id: str) -> Response:
    """Take one's own decision back; both the decision and its taking back stay on the ledger."""
    with visit.reading("disposition") as view:
        view.withdraw_disposition(finding_id)
    return visit.done(_address(finding_id), "The decision is taken back. The finding waits for one again.")


@router.post("/{finding_id}/suppression")
def suppress(
    request: Request,
    visit: CurrentVisit,
    finding_id: str,
    until: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Keep a finding out of the list until a day, or without one until new evidence comes."""
    errors = {}
    day = None
    if until:
        try:
            day = date.fromisoformat(until)
        except ValueError:
            errors["until"] = "Until must be a real date"
    if not 5 <= len(why.strip()) <= 3000:
        errors["why"] = "Enter why it is kept out of the list, up to 3,000 characters"
    if errors:
        with visit.reading("finding") as view:
            shown, ended = _read(visit, view, finding_id)
        given = {"until": until, "why": why}
        return _argued(request, shown, 422, errors=errors, given=given, ended=ended)
    with visit.reading("disposition") as view:
        view.suppress(finding_id, why.strip(), day)
    address = _address(finding_id)
    return visit.done(address, "Kept out of the list.", f"{address}/suppression/end", "Undo")


@router.post("/{finding_id}/suppression/end")
def end_suppression(visit: CurrentVisit, finding_id: str) -> Response:
    """Let a finding back into the list."""
    with visit.reading("disposition") as view:
        view.end_suppression(finding_id, "Let back into the list by hand.")
    return visit.done(_address(finding_id), "The finding is back in the list.")


def _address(finding_id: str) -> str:
    return "/findings/" + quote(finding_id, safe="")


def _read(
    visit: Visit, view: ScopedView, finding_id: str
) -> tuple[FindingPage, tuple[tuple[FindingLine, Disposition], ...]]:
    """A finding, and how others of its detector ended, the latest decision first."""
    shown = view.finding(finding_id)
    if not visit.session.may("findings"):
        return shown, ()
    decided = view.findings(FindingFilters(shown.line.detector, "decided", limit=50)).findings
    ended = [
        (one, one.disposition)
        for one in decided
        if one.disposition is not None and one.finding_id != shown.line.finding_id
    ]
    ended.sort(key=lambda pair: (pair[1].at, pair[0].finding_id), reverse=True)
    return shown, tuple(ended[:ENDED])


def _argued(request: Request, shown: FindingPage, status: int, **values: object) -> Response:
    facts, names = argued(shown.evidence), names_of(shown)
    return page(
        request,
        "finding.html",
        status,
        finding=shown,
        facts=facts,
        names=names,
        decisions=DECISIONS,
        keys=KEYS,
        **{"hangs_on": None, **values},
    )
