"""Searching: a form, and its answer by POST, so that no name or number stands in an address."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from api.console.page import page
from api.console.visit import CurrentVisit
from api.requests import LookupRequest

router = APIRouter(include_in_schema=False)
KINDS = ("nhs_number", "upn", "pnc_id", "cro_number")
MESSAGES = {
    "given_name": "First name must be 200 characters or fewer, without control characters",
    "family_name": "Family name must be 200 characters or fewer, without control characters",
    "postcode": "Postcode must be 200 characters or fewer, without control characters",
    "phone": "Phone number must be 200 characters or fewer, without control characters",
    "identifiers": "Number must be 200 characters or fewer, without control characters",
}


class SearchForm(BaseModel):
    """What the form sends, as typed; every field may be left empty."""

    given_name: str = ""
    family_name: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    postcode: str = ""
    phone: str = ""
    identifier_kind: str = "nhs_number"
    identifier: str = ""

    def request(self) -> tuple[LookupRequest | None, dict[str, str]]:
        """The lookup that the form asks for, or the errors by field."""
        errors: dict[str, str] = {}
        born = None
        if self.day.strip() or self.month.strip() or self.year.strip():
            try:
                born = date(int(self.year), int(self.month), int(self.day))
            except (ValueError, OverflowError):
                errors["date_of_birth"] = "Date of birth must be a real date, like 2 5 2013"
        known: dict[str, Any] = {
            name: value.strip()
            for name in ("given_name", "family_name", "postcode", "phone")
            if (value := getattr(self, name)).strip()
        }
        if self.identifier.strip():
            known["identifiers"] = [{"kind": self.identifier_kind, "value": self.identifier.strip()}]
        if not known and born is None and not errors:
            errors["given_name"] = "Enter at least one thing that you know of the person"
        if errors:
            return None, errors
        try:
            return LookupRequest(date_of_birth=born, **known), {}
        except ValidationError as error:
            fields = [str(item["loc"][0]) for item in error.errors() if item["loc"]]
            return None, {name: MESSAGES.get(name, "Enter this in another way") for name in fields}


@router.get("/search")
def search_page(request: Request, visit: CurrentVisit) -> Response:
    """The empty form; asks for the purpose first."""
    visit.stated_purpose()
    return _shown(request, SearchForm(), {}, None, 200)


@router.post("/search")
def search(request: Request, visit: CurrentVisit, form: Annotated[SearchForm, Form()]) -> Response:
    """The people that fit, with status and reasons."""
    visit.stated_purpose()
    asked, errors = form.request()
    if asked is None:
        return _shown(request, form, errors, None, 422)
    with visit.reading("lookup") as view:
        answer = view.lookup(asked.description())
    return _shown(request, form, {}, answer, 200)


def _shown(
    request: Request, form: SearchForm, errors: dict[str, str], answer: object, status: int
) -> Response:
    kinds = KINDS
    return page(
        request, "search.html", status, given=form.model_dump(), errors=errors, answer=answer, kinds=kinds
    )
