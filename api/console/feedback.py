"""Feedback to referrers as a page: who has heard nothing, and a form to tell each as much as the decision-maker releases."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import BadInput, FeedbackGiven
from api.console.page import page
from api.console.visit import CurrentVisit
from api.console.words import code

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
    visit: CurrentVisit,
    event: Text = "",
    to: Text = "",
    worker: Text = "",
    outcome: Text = "",
    words: Text = "",
) -> Response:
    """Tell a referrer: an agency, or one worker alone where one is named; back to those who wait.

    Raises BadInput where it is not said to whom, or what became of it.
    """
    told = worker.strip() or to.strip()
    if not told or not outcome.strip():
        raise BadInput("Say to whom, and what became of the referral.")
    with visit.reading("feedback") as view:
        view.give_feedback(FeedbackGiven(event, told, outcome.strip(), words.strip() or None))
    called = told if worker.strip() else code(told)
    return visit.done("/feedback", f"{called} can now read what became of it.")
