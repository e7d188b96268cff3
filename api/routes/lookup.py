"""Who is this, and what is known of them."""

from fastapi import APIRouter

from access import LookupAnswer
from api.reader import SomeReader
from api.requests import LookupRequest

router = APIRouter(prefix="/v1", tags=["lookup"])


@router.post("/lookup", summary="Look for a person")
def look_up(body: LookupRequest, reader: SomeReader) -> LookupAnswer:
    """Find people by what is known of them: status after the DfE SUI matcher, and candidates with their reasons.

    A search is always a POST: names and numbers stand in no address, no log and no browser history.
    """
    with reader.stating(body.stated_purpose()).reading("lookup") as view:
        return view.lookup(body.description())
