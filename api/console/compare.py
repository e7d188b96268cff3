"""Any two records compared: why they are one person, or why not; by POST, so that no record stands in an address."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import LinkExplanation
from api.console.page import page
from api.console.visit import CurrentVisit
from api.console.waterfall import waterfall

router = APIRouter(prefix="/compare", include_in_schema=False)
LONGEST = 200
MESSAGES = {"record_a": "Enter the one record", "record_b": "Enter the other record"}


@router.get("")
def compare_page(request: Request, visit: CurrentVisit) -> Response:
    """The empty form; asks for the purpose first."""
    visit.stated_purpose()
    return _shown(request, None, 200, given={}, errors={})


@router.post("")
def compare(
    request: Request,
    visit: CurrentVisit,
    record_a: Annotated[str, Form()] = "",
    record_b: Annotated[str, Form()] = "",
) -> Response:
    """The comparison of the two, and the form again."""
    visit.stated_purpose()
    given = {"record_a": record_a.strip(), "record_b": record_b.strip()}
    errors = {name: MESSAGES[name] for name, value in given.items() if not 1 <= len(value) <= LONGEST}
    if not errors and given["record_a"] == given["record_b"]:
        errors["record_b"] = "Enter another record than the first"
    if errors:
        return _shown(request, None, 422, given=given, errors=errors)
    with visit.reading("explain_link") as view:
        link = view.explain_link(given["record_a"], given["record_b"])
    return _shown(request, link, 200, given=given, errors={})


def _shown(request: Request, link: LinkExplanation | None, status: int, **values: object) -> Response:
    picture = None if link is None else waterfall(link.comparisons, link.weight)
    return page(request, "compare.html", status, link=link, picture=picture, **values)
