"""Breaking the glass, and its review."""

from typing import Annotated

from fastapi import APIRouter, Path

from access import GlassLine, GlassList, GlassOpened
from api.reader import SomeReader
from api.sharing_requests import GlassRequest, GlassReviewRequest

router = APIRouter(prefix="/v1/break-glass", tags=["sharing"])
GlassName = Annotated[str, Path(description="A broken glass, as the list names it.", max_length=100)]


@router.post("", summary="Break the glass")
def break_glass(body: GlassRequest, reader: SomeReader) -> GlassOpened:
    """Open one person's records to yourself at once. The privacy officer is alerted, also where nobody is found.

    It opens restricted rows and restrictions; never a seal or a hide order.
    """
    with reader.stating(body.stated_purpose()).reading("break_glass") as view:
        return view.break_glass(body.given())


@router.get("", summary="Broken glass to review")
def broken(reader: SomeReader) -> GlassList:
    """Who broke it, why and how much it opened; whom it opened is not told."""
    return reader.desk.broken_glass(reader.principal, reader.purpose)


@router.post("/{glass}/review", summary="Review a broken glass")
def review(glass: GlassName, body: GlassReviewRequest, reader: SomeReader) -> GlassLine:
    """Justified, or not: then it is closed at once. Nobody reviews a glass that they broke."""
    asking = reader.stating(body.stated_purpose())
    return asking.desk.review_glass(asking.principal, asking.purpose, (glass, body.verdict, body.grounds))
