"""Searching: one box, a form for who prefers one, and the answer by POST, so that no name or number stands in an address."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from access import LONGEST_SEARCH, Description, GlassBroken, UnderstoodSearch, understand
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
MIN_GROUNDS: Final = 5
NOTHING: Final = "Enter at least one thing that you know of the person"


class SearchForm(BaseModel):
    """What the form sends, as typed; every field may be left empty. ``anything`` is the one box."""

    anything: str = ""
    given_name: str = ""
    family_name: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    postcode: str = ""
    phone: str = ""
    identifier_kind: str = "nhs_number"
    identifier: str = ""

    @property
    def in_fields(self) -> bool:
        """Whether anything stands in the form beside the one box."""
        told = self.model_dump(exclude={"anything", "identifier_kind"})
        return any(value.strip() for value in told.values())

    def request(self) -> tuple[LookupRequest | None, dict[str, str]]:
        """The lookup that the form asks for beside the one box, or the errors by field."""
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
        if errors:
            return None, errors
        try:
            return LookupRequest(date_of_birth=born, **known), {}
        except ValidationError as error:
            fields = [str(item["loc"][0]) for item in error.errors() if item["loc"]]
            return None, {name: MESSAGES.get(name, "Enter this in another way") for name in fields}


@router.get("/search")
def search_page(request: Request, visit: CurrentVisit) -> Response:
    """The empty box; asks for the purpose first."""
    visit.stated_purpose()
    return _shown(request, SearchForm(), 200)


@router.post("/search")
def search(request: Request, visit: CurrentVisit, form: Annotated[SearchForm, Form()]) -> Response:
    """The people that fit, with status and reasons; and whom a plate is known with."""
    visit.stated_purpose()
    understood = understand(form.anything, visit.today)
    asked, errors = form.request() if form.in_fields else (None, {})
    if errors or (asked is None and not understood.parts):
        slips = errors or {"anything": "; ".join(understood.unused) or NOTHING}
        return _shown(request, form, 422, errors=slips, understood=understood)
    description = _together(understood, asked.description() if asked else Description())
    users, answer = None, None
    with visit.reading("lookup") as view:
        if understood.vehicle is not None:
            users = view.vehicle_users(understood.vehicle)
        if description != Description():
            answer = view.lookup(description)
    return _shown(request, form, 200, answer=answer, understood=understood, users=users)


@router.post("/search/glass")
def break_glass(
    request: Request,
    visit: CurrentVisit,
    anything: Annotated[str, Form(max_length=LONGEST_SEARCH)] = "",
    grounds: Annotated[str, Form(max_length=3000)] = "",
) -> Response:
    """Open at once whoever clearly fits what was typed, for a day; the privacy officer is told, found or not."""
    visit.stated_purpose()
    understood = understand(anything, visit.today)
    if len(grounds.strip()) < MIN_GROUNDS or not understood.parts:
        errors = {"glass": "Enter why it cannot wait, and what you know of the person"}
        return _shown(request, SearchForm(anything=anything), 422, errors=errors, understood=understood)
    with visit.reading("break_glass") as view:
        opened = view.break_glass(GlassBroken(grounds.strip(), description=understood.description))
    address = f"/people/{quote(opened.handle, safe='')}"
    return visit.done(
        address, "The glass is broken: this person is open to you today. The privacy officer is told."
    )


def _together(understood: UnderstoodSearch, fields: Description) -> Description:
    """The description of the one box, with what the fields say in its place where they say something."""
    told = {name: value for name in Description.__dataclass_fields__ if (value := getattr(fields, name))}
    return replace(understood.description, **told)


def _shown(request: Request, form: SearchForm, status: int, **values: Any) -> Response:
    shown = {"errors": {}, "answer": None, "understood": None, "users": None, **values}
    return page(request, "search.html", status, given=form.model_dump(), form=form, kinds=KINDS, **shown)
