"""Who may see what, act by act: what stands, one person's sharing with the forms to change it, and what became of reports."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from access import (
    MARKINGS,
    PURPOSES,
    BadInput,
    Conflict,
    ConsentGiven,
    KeptToGiven,
    MarkGiven,
    RefusalGiven,
    ReleaseGiven,
    ScopedView,
)
from api.console.page import page
from api.console.visit import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
ANSWERS: Final = {
    "given": "Given",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "overridden": "Overridden",
}
BASES: Final = {
    "would_not_help": "It would not help",
    "more_detrimental": "It would be more detrimental to the child",
    "other": "Another reason",
}


class SharingForm(BaseModel):
    """What the forms of the sharing page send; each act reads its own fields. Lists are parted by commas."""

    agencies: str = ""
    purposes: list[str] = []
    workers: str = ""
    ends_on: str = ""
    answer: str = ""
    basis: str = ""
    marking: str = ""
    grounds: str = ""

    def day(self) -> date | None:
        """The last day, None without one. Raises BadInput when it is none."""
        try:
            return date.fromisoformat(self.ends_on) if self.ends_on else None
        except ValueError as error:
            raise BadInput("The last day must be a real date.") from error

    def last_day(self) -> date:
        """The last day, which must be named. Raises BadInput when it is not."""
        day = self.day()
        if day is None:
            raise BadInput("Name the last day on which it stands.")
        return day


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _release(view: ScopedView, handle: str, form: SharingForm) -> str:
    agencies = tuple(one.lower().replace(" ", "_") for one in _listed(form.agencies))
    given = ReleaseGiven((handle,), agencies, tuple(form.purposes), form.last_day(), form.grounds)
    return view.release(given).sharing


def _consent(view: ScopedView, handle: str, form: SharingForm) -> str:
    if form.answer not in ANSWERS:
        raise BadInput("Select what was answered.")
    view.consent(ConsentGiven(handle, form.answer, form.grounds))
    return ""


def _refuse(view: ScopedView, handle: str, form: SharingForm) -> str:
    if form.basis not in BASES:
        raise BadInput("Select why it is not shared.")
    return view.refuse_to_share(RefusalGiven(handle, form.basis, form.grounds)).sharing


def _mark(view: ScopedView, handle: str, form: SharingForm) -> str:
    if form.marking not in MARKINGS:
        raise BadInput("Select how the records are to be handled.")
    view.mark(MarkGiven(handle, form.marking, form.grounds))
    return ""


def _restrict(view: ScopedView, handle: str, form: SharingForm) -> str:
    given = KeptToGiven((handle,), _listed(form.workers), form.day(), form.grounds)
    return view.restrict(given).sharing


def _protect(view: ScopedView, handle: str, form: SharingForm) -> str:
    given = KeptToGiven((handle,), _listed(form.workers), form.day(), form.grounds)
    return view.protect_location(given).sharing


# The end of the address: the act that it takes, what is done, and what the page after tells of it.
DEEDS: Final[dict[str, tuple[str, Callable[[ScopedView, str, SharingForm], str], str]]] = {
    "release": ("release", _release, "Released."),
    "consent": ("consent", _consent, "The answer about consent is recorded."),
    "refusal": ("refusal", _refuse, "The refusal to share is recorded; releases of these records end."),
    "mark": ("mark", _mark, "Your agency's records are marked."),
    "restriction": ("restriction", _restrict, "The records are kept to the workers named."),
    "location": ("location_protection", _protect, "Where they are is kept to the workers named."),
}


@router.get("/sharing")
def sharing_page(request: Request, visit: CurrentVisit) -> Response:
    """What is released, listed, restricted, protected or refused, as far as the reader may know of it."""
    with visit.reading("grants") as view:
        shown = view.grants()
    return page(request, "sharing.html", shown=shown, today=visit.today)


@router.post("/sharing/{sharing}/end")
def end(visit: CurrentVisit, sharing: str, grounds: Annotated[str, Form(max_length=3000)] = "") -> Response:
    """End what stands, from the next request on."""
    with visit.reading("end_grant") as view:
        view.end_grant(sharing, grounds.strip() or "Ended from the list of what stands.")
    return visit.done("/sharing", "It is ended, from now on.")


@router.get("/contributions")
def contributions_page(request: Request, visit: CurrentVisit) -> Response:
    """What the reader's agency handed in, and what was decided where it was evidence."""
    with visit.reading("contributions") as view:
        shown = view.contributions()
    return page(request, "contributions.html", shown=shown)


@router.get("/people/{handle}/sharing")
def person_sharing_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Where the sharing of one person stands, with the forms for what this reader may change."""
    return _of_person(request, visit, handle, 200, {}, SharingForm())


@router.post("/people/{handle}/sharing/{deed}")
def act(
    request: Request, visit: CurrentVisit, handle: str, deed: str, form: Annotated[SharingForm, Form()]
) -> Response:
    """One act on a person's sharing; what does not hold is told beside the form.

    Raises BadInput for an act that there is not.
    """
    if deed not in DEEDS:
        raise BadInput("There is no such act of sharing.")
    takes, do, told = DEEDS[deed]
    if len(form.grounds.strip()) < 5:
        error = "Enter your reason in a few words"
        return _of_person(request, visit, handle, 422, {f"{deed}-grounds": error}, form)
    try:
        with visit.reading("override" if form.answer == "overridden" else takes) as view:
            made = do(view, handle, form)
    except (BadInput, Conflict) as error:
        return _of_person(request, visit, handle, 422, {f"{deed}-grounds": str(error)}, form)
    undo = f"/sharing/{quote(made, safe='')}/end" if made and visit.session.may("end_grant") else ""
    return visit.done(f"/people/{quote(handle, safe='')}/sharing", told, undo, "Undo" if undo else "")


def _of_person(
    request: Request, visit: Visit, handle: str, status: int, errors: dict[str, str], form: SharingForm
) -> Response:
    with visit.reading("grants") as view:
        shown = view.sharing_about(handle)
    values: dict[str, Any] = {
        "tab": "grants",
        "card": shown.person,
        "shown": shown,
        "errors": errors,
        "given": form,
        "answers": {
            key: word for key, word in ANSWERS.items() if key != "overridden" or visit.session.may("override")
        },
        "bases": BASES,
        "purposes": PURPOSES,
        "markings": sorted(MARKINGS),
    }
    return page(request, "person_sharing.html", status, **values)
