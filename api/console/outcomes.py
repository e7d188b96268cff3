"""What became of a reader's own referrals, as far as it was released to them."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.console.page import page
from api.console.visit import CurrentVisit

router = APIRouter(prefix="/outcomes", include_in_schema=False)


@router.get("")
def outcomes_page(request: Request, visit: CurrentVisit) -> Response:
    """The outcomes, latest first."""
    with visit.reading("outcomes") as view:
        shown = view.outcomes()
    return page(request, "outcomes.html", shown=shown)
