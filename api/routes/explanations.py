"""Why can I, or can I not, see or do this."""

from typing import Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from access import Explanation, Question
from api.reader import SomeReader
from api.requests import ShortText, WithPurpose

router = APIRouter(prefix="/v1/access", tags=["access"])


class AccessQuestion(WithPurpose):
    """A kind of thing: an act or a field by its name, or rows by their handling facts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "rows", "agency": "health", "marking": "restricted", "category": "sexual_health"},
                {"kind": "act", "name": "disposition"},
                {"kind": "field", "name": "identity"},
            ]
        }
    )

    kind: Literal["act", "rows", "field"] = Field(description="What is asked about.")
    name: ShortText | None = Field(default=None, description="The act or the field.")
    agency: ShortText | None = Field(default=None, description="Whose rows.")
    marking: ShortText = Field(default="shareable", description="How the rows are marked.")
    category: ShortText = Field(default="ordinary", description="What the rows are of.")


@router.post("/explain", summary="Why can I, or can I not, see or do this")
def explain(body: AccessQuestion, reader: SomeReader) -> Explanation:
    """The rules that decide, in their own words. Says nothing of whether such a thing exists."""
    asking = reader.stating(body.stated_purpose())
    question = Question(body.kind, body.name or "", body.agency or "", body.marking, body.category)
    return asking.desk.explain(asking.principal, asking.purpose, question)
