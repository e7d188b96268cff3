"""Feedback to referrers as a page: who has heard nothing, and a form to tell each as much as the decision-maker releases."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import BadInput, FeedbackGiven
from api.console.page import page
from api.console.visit import CurrentVisit

router = APIRouter(prefix="/feedback", include_in_schema=False)
Text = Annotated[str, Form(max_length=3000)]


@router.get("")
def feedback_page(request: Request, visit: CurrentVisit) -> Response:
    """Contacts and referrals of the last quarter whose referrer has heard nothing, each with its form."""
    with visit.reading("waiting") as view:
        shown = view.unanswered_referrals()
    return page(request, "feedback.html", shown=shown)


@router.post("")
def tell(
    visit: CurrentVisit, event: Text = "", to: Text = "", outcome: Text = "", words: Text = ""
) -> Response:
    """Tell a referrer; back to those who wait. Raises BadInput where it is not said to whom, or what became of it."""
    if not to.strip() or not outcome.strip():
        raise BadInput("Say to whom, and what became of the referral.")
    with visit.reading("feedback") as view:
        view.give_feedback(FeedbackGiven(event, to.strip(), outcome.strip(), words.strip() or None))
    return visit.done("/feedback", f"{to.strip()} can now read what became of it.")
