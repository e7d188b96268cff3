"""Between hubs: ask another hub, request detail and fetch it; see what others asked of this one, and decide on it."""

import secrets
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from access import (
    LEGAL_BASES,
    BudgetSpent,
    DecisionGiven,
    Description,
    PartnerUnavailable,
    QuestionGiven,
    RequestGiven,
)
from api.console.page import page
from api.console.visit import CurrentVisit, Visit

router = APIRouter(prefix="/exchange", include_in_schema=False)
DECISIONS: Final[dict[str, tuple[str, str]]] = {
    "granted": ("Grant all of it", "Every event listed above goes to the other hub."),
    "granted_in_part": ("Grant part of it", "The events that you ticked above go to the other hub."),
    "refused": ("Refuse", "Nothing goes; the other hub is told your reason."),
}
_LONGEST: Final = 1500


class AskForm(BaseModel):
    """What the form sends, as typed; ``question_id`` is the page's own, so that sending it again asks nothing new."""

    question_id: str = ""
    hub: str = ""
    legal_basis: str = ""
    given_name: str = ""
    family_name: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    sex: str = ""
    nhs_number: str = ""

    def described(self) -> tuple[Description | None, dict[str, str]]:
        """The person described, or the errors by field."""
        errors: dict[str, str] = {}
        born = None
        if self.day.strip() or self.month.strip() or self.year.strip():
            try:
                born = date(int(self.year), int(self.month), int(self.day))
            except (ValueError, OverflowError):
                errors["date_of_birth"] = "Date of birth must be a real date, like 2 5 2013"
        if not self.hub:
            errors["hub"] = "Select the hub to ask"
        if self.legal_basis not in LEGAL_BASES:
            errors["legal_basis"] = "Select the legal basis on which you ask"
        named = self.given_name.strip() and self.family_name.strip() and born
        if not named and not self.nhs_number.strip() and not errors:
            errors["given_name"] = "Enter both names and a full date of birth, or an NHS number"
        if errors:
            return None, errors
        number = self.nhs_number.strip()
        described = Description(
            given_name=self.given_name.strip() or None,
            family_name=self.family_name.strip() or None,
            date_of_birth=born,
            sex=self.sex if self.sex in ("female", "male") else None,
            identifiers=(("nhs_number", number),) if number else (),
        )
        return described, {}


class DecisionForm(BaseModel):
    """A decision on another hub's request, as typed."""

    decision: str = ""
    grounds: str = ""
    conditions: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    words: str = ""
    events: list[str] = []

    def given(self, every: tuple[str, ...]) -> tuple[DecisionGiven | None, dict[str, str]]:
        """The decision, or the errors by field; ``every``: all events that could be granted."""
        errors: dict[str, str] = {}
        events: tuple[str, ...] = ()
        ends_on = None
        if self.decision not in DECISIONS:
            errors["decision"] = "Select what you decide"
        if not 5 <= len(self.grounds.strip()) <= _LONGEST:
            errors["grounds"] = f"Enter your reason, up to {_LONGEST:,} characters"
        if self.decision in ("granted", "granted_in_part"):
            events = every if self.decision == "granted" else tuple(self.events)
            if not events:
                errors["events"] = "Tick at least one event, or refuse"
            try:
                ends_on = date(int(self.year), int(self.month), int(self.day))
            except (ValueError, OverflowError):
                errors["ends_on"] = "The last day must be a real date, like 31 12 2026"
        if errors:
            return None, errors
        given = DecisionGiven(
            self.decision,
            self.grounds.strip(),
            events,
            self.conditions.strip()[:_LONGEST],
            ends_on,
            self.words == "yes",
        )
        return given, {}


@router.get("")
def inbox_page(request: Request, visit: CurrentVisit) -> Response:
    """Requests either way, and people here whom other hubs asked about."""
    with visit.reading("exchange_inbox") as view:
        shown = view.exchange_inbox()
    return page(request, "exchange.html", shown=shown, bases=LEGAL_BASES, names=_names(visit))


@router.get("/ask")
def ask_page(request: Request, visit: CurrentVisit) -> Response:
    """The empty form."""
    visit.stated_purpose()
    return _asking(request, visit, AskForm(question_id=secrets.token_hex(16)), 200)


@router.post("/ask")
def ask(request: Request, visit: CurrentVisit, form: Annotated[AskForm, Form()]) -> Response:
    """The other hub's answer, with the form to request detail where it may know the person."""
    visit.stated_purpose()
    described, errors = form.described()
    if described is None:
        return _asking(request, visit, form, 422, errors=errors)
    question = QuestionGiven(form.hub, form.question_id, form.legal_basis, description=described)
    try:
        with visit.reading("exchange_ask") as view:
            answer = view.ask_hub(question, visit.hub.client.send)
    except (PartnerUnavailable, BudgetSpent) as error:
        return _asking(request, visit, form, error.status, failed=error)
    return _asking(request, visit, form, 200, answer=answer, request_id=secrets.token_hex(16))


@router.post("/requests")
def request_detail(
    visit: CurrentVisit,
    hub: Annotated[str, Form()],
    question_id: Annotated[str, Form()],
    request_id: Annotated[str, Form()],
    legal_basis: Annotated[str, Form()],
    asked: Annotated[str, Form()] = "",
) -> Response:
    """Send a request for detail, and go to the inbox, where its answer will be fetched."""
    given = RequestGiven(question_id, hub, request_id, legal_basis, asked.strip()[:_LONGEST])
    with visit.reading("exchange_request") as view:
        view.request_detail(given, visit.hub.client.send)
    return visit.done("/exchange", "Your request was sent. A person at the other hub decides on it.")


@router.post("/requests/{request_id}/collect")
def collect(request: Request, visit: CurrentVisit, request_id: str) -> Response:
    """Fetch what the other hub decided."""
    with visit.reading("exchange_collect") as view:
        sent = view.collect_detail(request_id, secrets.token_hex(16), visit.hub.client.send)
    if sent.state == "waiting":
        return visit.done(
            "/exchange", "Nobody at the other hub has decided yet, or what was granted is over."
        )
    return page(request, "exchange_history.html", sent=sent, names=_names(visit))


@router.get("/requests/{request_id}")
def request_page(request: Request, visit: CurrentVisit, request_id: str) -> Response:
    """Another hub's request, and what could be granted."""
    with visit.reading("exchange_inbox") as view:
        shown = view.exchange_request(request_id)
    return _decision_shown(request, visit, shown, DecisionForm(words="yes"), {})


@router.post("/requests/{request_id}/decision")
def decide(
    request: Request, visit: CurrentVisit, request_id: str, form: Annotated[DecisionForm, Form()]
) -> Response:
    """Record the decision; the other hub gets it when it next asks."""
    with visit.reading("exchange_inbox") as view:
        shown = view.exchange_request(request_id)
    given, errors = form.given(tuple(line.event for line in shown.events))
    if given is None:
        return _decision_shown(request, visit, shown, form, errors)
    with visit.reading("exchange_decide") as view:
        line = view.decide_request(request_id, given)
    done = {"granted": "Granted.", "granted_in_part": "Granted in part.", "refused": "Refused."}
    return visit.done(
        "/exchange", f"{done[line.state]} {_names(visit).get(line.hub, line.hub)} gets it when it next asks."
    )


def _names(visit: Visit) -> dict[str, str]:
    """What partners call themselves, by the key that messages name them with."""
    return {one.hub: one.name for one in visit.hub.desk.partners()}


def _decision_shown(
    request: Request, visit: Visit, shown: object, form: DecisionForm, errors: dict[str, str]
) -> Response:
    return page(
        request,
        "exchange_request.html",
        422 if errors else 200,
        shown=shown,
        names=_names(visit),
        given=form,
        errors=errors,
        decisions=DECISIONS,
        bases=LEGAL_BASES,
    )


def _asking(request: Request, visit: Visit, form: AskForm, status: int, **values: Any) -> Response:
    shown: dict[str, Any] = {"answer": None, "failed": None, "errors": {}, "request_id": ""}
    return page(
        request,
        "exchange_ask.html",
        status,
        given=form,
        partners=_names(visit),
        bases=LEGAL_BASES,
        fresh=secrets.token_hex(16),
        **(shown | values),
    )
