"""Why two records are, or are not, one person."""

from fastapi import APIRouter

from access import JudgementTaken, LinkExplanation
from api.reader import SomeReader
from api.requests import LinkRequest, RecordsJudgementRequest

router = APIRouter(prefix="/v1/links", tags=["links"])


@router.post("/explain", summary="Why two records are, or are not, one person")
def explain(body: LinkRequest, reader: SomeReader) -> LinkExplanation:
    """Field by field: how alike the two records are, the bits each field adds, and the rule that decided.

    Where the two are one person by way of other records, ``path`` is the strongest way there; where they are not one
    person, ``sentence`` says why not.
    """
    with reader.stating(body.stated_purpose()).reading("explain_link") as view:
        return view.explain_link(body.record_a, body.record_b)


@router.post("/judgement", summary="Judge two records")
def judgement(body: RecordsJudgementRequest, reader: SomeReader) -> JudgementTaken:
    """As for a pair of the review, on two records of the reader's choosing."""
    with reader.stating(body.stated_purpose()).reading("judge") as view:
        return view.judge_records(body.record_a, body.record_b, body.given())
