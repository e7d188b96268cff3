"""Links for people to look at: the queue, a pair side by side, judging it, and judgements in conflict."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from access import ConflictList, JudgementTaken, ReviewLine, ReviewPair
from api.paging import next_cursor, offset_of
from api.reader import HubHere, SomeReader
from api.requests import JudgementRequest

router = APIRouter(prefix="/v1/review", tags=["review"])
PairName = Annotated[str, Path(description="A pair, as the queue or a conflict names it.", max_length=2000)]


class ReviewPage(BaseModel):
    """A page of the queue; ``next`` is the cursor of the next page, ``null`` on the last."""

    entries: list[ReviewLine]
    total: int = Field(description="All open entries, on every page together.")
    order: str = Field(description="How the queue is ordered, in words.")
    ready: bool = Field(description="False where no build formed a queue of exactly your rows yet.")
    next: str | None = Field(default=None, description="Send as cursor for the next page.")


@router.get("", summary="Links to look at, what a judgement would change most first")
def review(
    hub: HubHere,
    reader: SomeReader,
    cursor: Annotated[str | None, Query(description="The next of the page before.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=200, description="Entries a page.")] = None,
) -> ReviewPage:
    """Conflicts first, then by expected change. Nobody is named here; a pair is opened on its own, and logged so."""
    offset = offset_of(cursor)
    with reader.reading("review") as view:
        answer = view.review(offset, limit or hub.settings.page_size)
    return ReviewPage(
        entries=list(answer.lines),
        total=answer.total,
        order=answer.order,
        ready=answer.ready,
        next=next_cursor(offset, len(answer.lines), answer.total),
    )


@router.get("/conflicts", summary="Judgements that cannot all be true")
def conflicts(reader: SomeReader) -> ConflictList:
    """Who said what of which records, when and why. Until a conflict is settled, "not the same" holds."""
    with reader.reading("review") as view:
        return view.conflicts()


@router.get("/seal-conflicts", summary="Judgements that tie the two sides of a seal")
def seal_conflicts(reader: SomeReader) -> ConflictList:
    """For the seal keeper: judgements, made before a seal, that are without effect because of it."""
    with reader.reading("seal_conflicts") as view:
        return view.seal_conflicts()


@router.get("/{pair}", summary="A pair side by side")
def pair_of_records(pair: PairName, reader: SomeReader) -> ReviewPair:
    """Both values of each field, the weight of each, the second opinion, and who judged what of the two sides."""
    with reader.reading("review") as view:
        return view.review_pair(pair)


@router.post("/{pair}/judgement", summary="Judge a pair")
def judgement(pair: PairName, body: JudgementRequest, reader: SomeReader) -> JudgementTaken:
    """Say that the two are the same, not the same, or that nobody can say; the next build obeys, for whole clusters.

    The answer lists the conflicts that the judgement stands in.
    """
    with reader.stating(body.stated_purpose()).reading("judge") as view:
        return view.judge_pair(pair, body.given())
