"""Link review: the queue, a pair side by side with the form to judge it, and judgements in conflict."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import JudgementGiven, ReviewPair
from api.console.page import page
from api.console.visit import CurrentVisit
from api.console.waterfall import waterfall

router = APIRouter(prefix="/review", include_in_schema=False)
PAGE: Final = 25
JUDGEMENTS: Final[dict[str, tuple[str, str]]] = {
    "same": ("The same person", "All records of both sides become one person with the next build."),
    "not_same": ("Not the same person", "The two sides stay apart, whatever is learnt later."),
    "cannot_say": ("Cannot say", "Nothing changes. The pair comes back when there are new records."),
}
KINDS: Final[dict[str, str]] = {
    "near_threshold": "Near the threshold",
    "kept_apart": "Kept apart",
    "weak_hold": "Weak hold",
    "doubted": "Doubted",
    "conflict": "In conflict",
    "judged": "Judged",
}


@router.get("")
def review_page(request: Request, visit: CurrentVisit, number: str = "1") -> Response:
    """The queue, what a judgement would change most first."""
    at = int(number) if number.isdigit() and 1 <= int(number) <= 10_000 else 1
    with visit.reading("review") as view:
        shown = view.review((at - 1) * PAGE, PAGE)
    return page(request, "review.html", shown=shown, kinds=KINDS, number=at, pages=-(-shown.total // PAGE))


@router.get("/conflicts")
def conflicts_page(request: Request, visit: CurrentVisit) -> Response:
    """Judgements that cannot all be true."""
    with visit.reading("review") as view:
        shown = view.conflicts()
    return page(request, "review_conflicts.html", shown=shown, judgements=JUDGEMENTS)


@router.get("/{pair}")
def pair_page(request: Request, visit: CurrentVisit, pair: str) -> Response:
    """Two sides of a link."""
    with visit.reading("review") as view:
        shown = view.review_pair(pair)
    return _compared(request, shown, 200, errors={}, given={})


@router.post("/{pair}")
def judge(
    request: Request,
    visit: CurrentVisit,
    pair: str,
    decision: Annotated[str, Form()] = "",
    grounds: Annotated[str, Form()] = "",
    settles: Annotated[str, Form()] = "",
) -> Response:
    """Record a judgement and go back to the queue, or to the pair when the judgement stands in a conflict."""
    errors = {}
    if decision not in JUDGEMENTS:
        errors["decision"] = "Select what you judge of the two"
    if not 5 <= len(grounds.strip()) <= 3000:
        errors["grounds"] = "Enter your reason, up to 3,000 characters"
    if errors:
        with visit.reading("review") as view:
            shown = view.review_pair(pair)
        given = {"decision": decision, "grounds": grounds, "settles": settles}
        return _compared(request, shown, 422, errors=errors, given=given)
    with visit.reading("judge") as view:
        taken = view.judge_pair(pair, JudgementGiven(decision, grounds.strip(), settles == "yes"))
    back = f"/review/{quote(pair, safe='')}" if taken.conflicts else "/review"
    return RedirectResponse(back, status_code=303)


def _compared(request: Request, shown: ReviewPair, status: int, **values: object) -> Response:
    explanation = shown.explanation
    return page(
        request,
        "review_pair.html",
        status,
        shown=shown,
        kinds=KINDS,
        judgements=JUDGEMENTS,
        picture=waterfall(explanation.comparisons, explanation.weight),
        one_person=explanation.same_person,
        **values,
    )
