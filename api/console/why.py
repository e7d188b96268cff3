"""Why can I, or can I not, see this: the deciding rules in their own words, without a look at any row."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from access import CATEGORIES, FIELDS, MARKINGS, Question
from api.console.page import page
from api.console.visit import CurrentVisit

router = APIRouter(prefix="/why", include_in_schema=False)


@router.get("")
def why_page(request: Request, visit: CurrentVisit) -> Response:
    """The form; asks for the purpose first, since the answer depends on it."""
    visit.stated_purpose()
    return _shown(request, Question("rows"), None)


@router.post("")
def why(
    request: Request,
    visit: CurrentVisit,
    agency: Annotated[str, Form(max_length=100)] = "",
    marking: Annotated[str, Form(max_length=100)] = "shareable",
    category: Annotated[str, Form(max_length=100)] = "ordinary",
) -> Response:
    """The policy's word on rows of an agency with a marking and a category."""
    question = Question("rows", agency="_".join(agency.lower().split()), marking=marking, category=category)
    return _shown(
        request, question, visit.hub.desk.explain(visit.principal, visit.stated_purpose(), question)
    )


def _shown(request: Request, question: Question, answer: object) -> Response:
    return page(
        request,
        "why.html",
        question=question,
        answer=answer,
        markings=sorted(MARKINGS),
        categories=sorted(CATEGORIES),
        fields=FIELDS,
    )
