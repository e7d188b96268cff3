"""What people did, for those who keep an eye on it: entries, and whether the record is whole."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from access import (
    Checkpoint,
    LedgerFilters,
    LedgerLine,
    Period,
    SubjectReader,
    UnusualLine,
    VerificationReport,
    WorkerSummary,
)
from api.paging import cursor_for, offset_of
from api.reader import SomeReader
from api.requests import ShortText, WithPurpose

router = APIRouter(prefix="/v1/ledger", tags=["ledger"])


class LedgerSearch(WithPurpose):
    """Which entries; a record id is a subject's, so the search is a POST."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"actor": "demo:amina", "act": "person", "limit": 50}]}
    )

    actor: ShortText | None = Field(default=None, description="Only what this person did.")
    role: ShortText | None = Field(default=None, description="Only what was done in this role.")
    act: ShortText | None = Field(default=None, description="Only this act.")
    outcome: ShortText | None = Field(
        default=None, description="Only what ended so: answered, empty, denied, failed."
    )
    subject: ShortText | None = Field(default=None, description="Only what touched this record.")
    alert: ShortText | None = Field(
        default=None,
        description="Only what raised this kind of alert for the privacy officer; any for every kind.",
    )
    since: AwareDatetime | None = Field(default=None, description="From this moment on.")
    until: AwareDatetime | None = Field(default=None, description="Before this moment.")
    cursor: ShortText | None = Field(default=None, description="The next of the page before.")
    limit: int = Field(default=50, ge=1, le=500, description="Entries a page.")

    def filters(self) -> LedgerFilters:
        """The search as the desk takes it; one entry more than the page, to know whether another page follows."""
        return LedgerFilters(
            actor=self.actor,
            role=self.role,
            act=self.act,
            outcome=self.outcome,
            subject=self.subject,
            alert=self.alert,
            since=self.since,
            until=self.until,
            before=offset_of(self.cursor) if self.cursor else None,
            limit=self.limit,
        )


class PeriodAsked(WithPurpose):
    """A stretch of time."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}]}
    )

    since: AwareDatetime = Field(description="From this moment on.")
    until: AwareDatetime = Field(description="Before this moment.")

    def period(self) -> Period:
        """The stretch as the desk takes it."""
        return Period(self.since, self.until)


class RecordAsked(WithPurpose):
    """A record, as its agency's id names it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"record_id": "police:N-10442"}]})

    record_id: ShortText = Field(description="The record of whom is asked who looked.")


class LedgerPage(BaseModel):
    """A page of the ledger, newest first; ``next`` is the cursor of the next page, ``null`` on the last."""

    entries: list[LedgerLine]
    next: str | None = Field(default=None, description="Send as cursor for the next page.")


class Verification(BaseModel):
    """Whether the ledger is what it was signed to be, and where not."""

    sound: bool = Field(description="Nothing was changed, removed, reordered, cut off or forked.")
    report: VerificationReport


@router.post("/entries", summary="What people did")
def entries(body: LedgerSearch, reader: SomeReader) -> LedgerPage:
    """Entries that match, newest first: who, in which role, why, what, how it ended; of records only how many."""
    asking = reader.stating(body.stated_purpose())
    lines = asking.desk.ledger_entries(asking.principal, asking.purpose, body.filters()).lines
    following = cursor_for(lines[-1].sequence) if len(lines) == body.limit else None
    return LedgerPage(entries=list(lines), next=following)


@router.post("/workers", summary="What each worker did")
def workers(body: PeriodAsked, reader: SomeReader) -> list[WorkerSummary]:
    """Each worker with an entry in the period: how many, how they ended, how many records, days and alerts."""
    asking = reader.stating(body.stated_purpose())
    return list(asking.desk.ledger_workers(asking.principal, asking.purpose, body.period()))


@router.post("/subjects", summary="Who looked at a record")
def subjects(body: RecordAsked, reader: SomeReader) -> list[SubjectReader]:
    """Who did what that concerned a record, for which purpose, how often, first and last; the latest first."""
    asking = reader.stating(body.stated_purpose())
    return list(asking.desk.ledger_readers_of(asking.principal, asking.purpose, body.record_id))


@router.post("/unusual", summary="Access to ask about")
def unusual(body: PeriodAsked, reader: SomeReader) -> list[UnusualLine]:
    """Volume, hours, own family and one address: workers, counts and entries, never whom they looked at."""
    asking = reader.stating(body.stated_purpose())
    return list(asking.desk.unusual_access(asking.principal, asking.purpose, body.period()))


@router.get("/verification", summary="Whether the ledger is whole")
def verification(reader: SomeReader) -> Verification:
    """Read the whole ledger against its signed heads; says where anything was changed, removed or cut off."""
    report = reader.desk.verify_ledger(reader.principal, reader.purpose)
    return Verification(sound=report.sound, report=report)


@router.get("/checkpoint", summary="What a partner hub keeps as a witness")
def checkpoint(
    reader: SomeReader,
    since: Annotated[
        int, Query(ge=0, le=2**53, description="Entries of the checkpoint that the partner keeps already.")
    ] = 0,
) -> Checkpoint:
    """The ledger's size and root, signed, with the proof that they continue those of size ``since``; no entry, no name."""
    return reader.desk.checkpoint(reader.principal, reader.purpose, since)
