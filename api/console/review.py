"""Link review: the queue, a pair side by side with the form to judge it, and judgements in conflict."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
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
KEYS: Final = {"same": "s", "not_same": "n", "cannot_say": "c"}
KINDS: Final[dict[str, str]] = {
    "near_threshold": "Near the threshold",
    "kept_apart": "Kept apart",
    "weak_hold": "Weak hold",
    "doubted": "Doubted",
    "conflict": "In conflict",
    "judged": "Judged",
}


class JudgementForm(BaseModel):
    """What the form under a pair sends; ``then`` is ``next`` to go on to the next pair."""

    decision: str = ""
    grounds: str = ""
    settles: str = ""
    then: str = ""


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


@router.get("/next")
def next_pair(visit: CurrentVisit) -> Response:
    """On to the first pair of the queue; to the queue itself when it is empty."""
    with visit.reading("review") as view:
        lines = view.review(0, 1).lines
    address = f"/review/{quote(lines[0].pair, safe='')}" if lines else "/review"
    return RedirectResponse(address, status_code=303)


@router.get("/{pair}")
def pair_page(request: Request, visit: CurrentVisit, pair: str) -> Response:
    """Two sides of a link."""
    with visit.reading("review") as view:
        shown = view.review_pair(pair)
    return _compared(request, shown, 200, errors={}, given={})


@router.post("/{pair}")
def judge(
    request: Request, visit: CurrentVisit, pair: str, form: Annotated[JudgementForm, Form()]
) -> Response:
    """Record a judgement and go on, to the next pair or the queue; to the pair itself when it stands in a conflict."""
    errors = {}
    if form.decision not in JUDGEMENTS:
        errors["decision"] = "Select what you judge of the two"
    if not 5 <= len(form.grounds.strip()) <= 3000:
        errors["grounds"] = "Enter your reason, up to 3,000 characters"
    if errors:
        with visit.reading("review") as view:
            shown = view.review_pair(pair)
        return _compared(request, shown, 422, errors=errors, given=form.model_dump())
    with visit.reading("judge") as view:
        taken = view.judge_pair(
            pair, JudgementGiven(form.decision, form.grounds.strip(), form.settles == "yes")
        )
    here = f"/review/{quote(pair, safe='')}"
    told = f"Judged: {JUDGEMENTS[form.decision][0].lower()}."
    onward = "/review/next" if form.then == "next" else "/review"
    return visit.done(here if taken.conflicts else onward, told, f"{here}/withdrawal", "Undo the judgement")


@router.post("/{pair}/withdrawal")
def withdraw(visit: CurrentVisit, pair: str) -> Response:
    """Take one's own judgement back, and look at the pair again; both acts stay on the ledger."""
    with visit.reading("judge") as view:
        view.withdraw_judgement(pair)
    return visit.done(f"/review/{quote(pair, safe='')}", "The judgement is taken back.")


def _compared(request: Request, shown: ReviewPair, status: int, **values: object) -> Response:
    explanation = shown.explanation
    return page(
        request,
        "review_pair.html",
        status,
        shown=shown,
        kinds=KINDS,
        judgements=JUDGEMENTS,
        keys=KEYS,
        picture=waterfall(explanation.comparisons, explanation.weight),
        one_person=explanation.same_person,
        **values,
    )
