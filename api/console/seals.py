"""The seal keeper's page: seals that stand, judgements that a seal overrules, and the forms to set and lift one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import BadInput, SealGiven
from api.console.page import page
from api.console.review import JUDGEMENTS
from api.console.visit import CurrentVisit, Visit

router = APIRouter(prefix="/seals", include_in_schema=False)


@router.get("")
def seals_page(request: Request, visit: CurrentVisit) -> Response:
    """What is sealed, by counts alone."""
    return _shown(request, visit, 200, {}, {})


@router.post("")
def set_seal(
    request: Request,
    visit: CurrentVisit,
    protected: Annotated[str, Form(max_length=20_000)] = "",
    other: Annotated[str, Form(max_length=20_000)] = "",
    grounds: Annotated[str, Form(max_length=3000)] = "",
) -> Response:
    """Set a seal, in force from the next request on; the next build forms people anew."""
    given = {"protected": protected, "other": other, "grounds": grounds}
    errors = {}
    if not protected.split():
        errors["protected"] = "Enter the records of the protected side"
    if not other.split():
        errors["other"] = "Enter the records of the other side"
    if len(grounds.strip()) < 5:
        errors["grounds"] = "Enter your reason in a few words"
    if errors:
        return _shown(request, visit, 422, errors, given)
    try:
        with visit.reading("seal") as view:
            view.seal(SealGiven(tuple(protected.split()), tuple(other.split()), grounds.strip()))
    except BadInput as error:
        return _shown(request, visit, 422, {"protected": str(error)}, given)
    return visit.done("/seals", "The seal stands, from the next request on.")


@router.post("/{seal}/lift")
def lift(
    request: Request,
    visit: CurrentVisit,
    seal: str,
    grounds: Annotated[str, Form(max_length=3000)] = "",
    confirmed: Annotated[str, Form()] = "",
) -> Response:
    """Lift a seal, once the keeper has said that they mean it."""
    visit.stated_purpose()
    if len(grounds.strip()) < 5:
        return _shown(request, visit, 422, {f"lift-{seal}": "Enter why it is lifted"}, {})
    if confirmed != "yes":
        return page(request, "seal_lift.html", seal=seal, grounds=grounds)
    with visit.reading("seal") as view:
        view.lift_seal(seal, grounds.strip())
    return visit.done("/seals", "The seal is lifted.")


def _shown(
    request: Request, visit: Visit, status: int, errors: dict[str, str], given: dict[str, str]
) -> Response:
    with visit.reading("seal_conflicts") as view:
        standing, conflicts = view.seals().lines, view.seal_conflicts().conflicts
    return page(
        request,
        "seals.html",
        status,
        standing=standing,
        conflicts=conflicts,
        judgements=JUDGEMENTS,
        errors=errors,
        given=given,
    )
