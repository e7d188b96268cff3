"""Why two records are, or are not, one person."""

from fastapi import APIRouter

from access import LinkExplanation
from api.reader import SomeReader
from api.requests import LinkRequest

router = APIRouter(prefix="/v1/links", tags=["links"])


@router.post("/explain", summary="Why two records are, or are not, one person")
def explain(body: LinkRequest, reader: SomeReader) -> LinkExplanation:
    """Field by field: how alike the two records are, the bits each field adds, and the rule that decided."""
    with reader.stating(body.stated_purpose()).reading("explain_link") as view:
        return view.explain_link(body.record_a, body.record_b)
