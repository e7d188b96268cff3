"""What the detectors raised, and what people decided of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from access import Disposition, FindingClearing, FindingFilters, FindingLine, FindingPage, Suppression, WhatIf
from api.paging import next_cursor, offset_of
from api.reader import HubHere, SomeReader
from api.requests import (
    Decision,
    DispositionRequest,
    EndSuppressionRequest,
    SuppressionRequest,
    WhatIfRequest,
)

router = APIRouter(prefix="/v1/findings", tags=["findings"])
FindingId = Annotated[str, Path(description="A finding's id, as the list gives it.")]


class FindingsPage(BaseModel):
    """A page of findings; ``next`` is the cursor of the next page, ``null`` on the last."""

    findings: list[FindingLine]
    total: int = Field(description="All that match, on every page together.")
    next: str | None = Field(default=None, description="Send as cursor for the next page.")


@router.get("", summary="Findings by rank, the first of each pattern before the second of any")
def findings(
    hub: HubHere,
    reader: SomeReader,
    detector: Annotated[str | None, Query(max_length=100, description="Only this detector's.")] = None,
    decision: Annotated[
        Decision | Literal["open", "reopened", "suppressed"] | None,
        Query(
            description="Only those decided so; open = waits for a decision, reopened = new evidence came since one;"
            " without it, all but those suppressed."
        ),
    ] = None,
    cursor: Annotated[str | None, Query(description="The next of the page before.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=200, description="Findings a page.")] = None,
) -> FindingsPage:
    """Flags for a human, never decisions. Ranks count within a detector and are not compared across.

    Findings of several detectors about the same people on the same evidence are one case and one line; ``also`` names
    the others.
    """
    offset = offset_of(cursor)
    filters = FindingFilters(detector, decision, None, offset, limit or hub.settings.page_size)
    with reader.reading("findings") as view:
        answer = view.findings(filters)
    following = next_cursor(offset, len(answer.findings), answer.total)
    return FindingsPage(findings=list(answer.findings), total=answer.total, next=following)


@router.post("/what-if", summary="What a change of thresholds would do")
def what_if(body: WhatIfRequest, reader: SomeReader) -> WhatIf:
    """Which findings would come and go on the present snapshot, before anything is saved."""
    with reader.stating(body.stated_purpose()).reading("findings") as view:
        return view.what_if(body.thresholds)


@router.get("/{finding_id}", summary="A finding as an argument")
def finding(finding_id: FindingId, reader: SomeReader) -> FindingPage:
    """The rule, the evidence in order, the baseline, what speaks against it and what would clear it."""
    with reader.reading("finding") as view:
        return view.finding(finding_id)


@router.get("/{finding_id}/clearing", summary="The link that a finding hangs on")
def clearing(finding_id: FindingId, reader: SomeReader) -> FindingClearing:
    """The weakest link between records whose removal ends the finding, found by replaying it without each; takes seconds."""
    with reader.reading("finding") as view:
        return view.clearing(finding_id)


@router.post("/{finding_id}/disposition", summary="Decide on a finding")
def disposition(finding_id: FindingId, body: DispositionRequest, reader: SomeReader) -> Disposition:
    """Record what a person decided and why. The latest decision stands; the earlier ones stay on the ledger."""
    with reader.stating(body.stated_purpose()).reading("disposition") as view:
        return view.dispose(finding_id, body.decision, body.grounds, body.whole_case)


@router.post("/{finding_id}/suppression", summary="Keep a finding out of the list")
def suppression(finding_id: FindingId, body: SuppressionRequest, reader: SomeReader) -> Suppression:
    """Up to a day, or until new evidence comes. It stays on the ledger and can be listed with decision=suppressed."""
    with reader.stating(body.stated_purpose()).reading("disposition") as view:
        return view.suppress(finding_id, body.grounds, body.until)


@router.post("/{finding_id}/suppression/end", summary="Let a finding back into the list", status_code=204)
def end_suppression(finding_id: FindingId, body: EndSuppressionRequest, reader: SomeReader) -> None:
    """End a suppression before its day."""
    with reader.stating(body.stated_purpose()).reading("disposition") as view:
        view.end_suppression(finding_id, body.grounds)
