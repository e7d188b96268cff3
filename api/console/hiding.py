"""The privacy officer's page of hide orders: those that stand, and the forms to set and lift one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import BadInput, HideGiven
from api.console.page import page
from api.console.visit import CurrentVisit, Visit

ADDRESS = "/hide-orders"
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@router.get("")
def hide_orders_page(request: Request, visit: CurrentVisit) -> Response:
    """What is hidden, by counts, and from whom it is not."""
    return _shown(request, visit, 200, {}, {})


@router.post("")
def set_order(
    request: Request,
    visit: CurrentVisit,
    records: Annotated[str, Form(max_length=20_000)] = "",
    workers: Annotated[str, Form(max_length=5000)] = "",
    grounds: Annotated[str, Form(max_length=3000)] = "",
) -> Response:
    """Set a hide order, in force from the next request on."""
    given = {"records": records, "workers": workers, "grounds": grounds}
    errors = {}
    if not records.split():
        errors["records"] = "Enter the person's records"
    if not workers.split():
        errors["workers"] = "Enter at least one worker who still finds them"
    if len(grounds.strip()) < 5:
        errors["grounds"] = "Enter your reason in a few words"
    if errors:
        return _shown(request, visit, 422, errors, given)
    try:
        with visit.reading("hide") as view:
            view.hide(HideGiven(tuple(records.split()), tuple(workers.split()), grounds.strip()))
    except BadInput as error:
        return _shown(request, visit, 422, {"records": str(error)}, given)
    return visit.done(ADDRESS, "The hide order stands, from the next request on.")


@router.post("/{order}/lift")
def lift(
    request: Request,
    visit: CurrentVisit,
    order: str,
    grounds: Annotated[str, Form(max_length=3000)] = "",
    confirmed: Annotated[str, Form()] = "",
) -> Response:
    """Lift a hide order, once the privacy officer has said that they mean it."""
    visit.stated_purpose()
    if len(grounds.strip()) < 5:
        return _shown(request, visit, 422, {f"lift-{order}": "Enter why it is lifted"}, {})
    if confirmed != "yes":
        return page(request, "hide_order_lift.html", order=order, grounds=grounds)
    with visit.reading("hide") as view:
        view.lift_hide(order, grounds.strip())
    return visit.done(ADDRESS, "The hide order is lifted.")


def _shown(
    request: Request, visit: Visit, status: int, errors: dict[str, str], given: dict[str, str]
) -> Response:
    with visit.reading("hide_orders") as view:
        standing = view.hide_orders().lines
    return page(request, "hide_orders.html", status, standing=standing, errors=errors, given=given)
