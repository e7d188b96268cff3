"""What an intake reports: counts per file, notes, and what a mapping made of its files."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FileCount:
    """The rows of one file: read = accepted + quarantined; ``rows_left_out`` of the accepted were filtered out."""

    feed: str
    source_file: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    fields_set_aside: int
    rows_left_out: int
    extracted_on: date | None


@dataclass(frozen=True, slots=True)
class FeedCount:
    """The rows of one feed, as ``mashlink build --json`` prints them."""

    read: int
    accepted: int
    quarantined: int
    fields_set_aside: int


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What one intake took in. ``notes`` are sentences for the person who runs the build."""

    files: tuple[FileCount, ...]
    records: int
    events: int
    notes: tuple[str, ...]

    def feeds(self) -> dict[str, FeedCount]:
        """The counts per feed, by feed name."""
        counts: dict[str, FeedCount] = {}
        for file in sorted(self.files, key=lambda one: (one.feed, one.source_file)):
            before = counts.get(file.feed, FeedCount(0, 0, 0, 0))
            counts[file.feed] = FeedCount(
                before.read + file.rows_read,
                before.accepted + file.rows_accepted,
                before.quarantined + file.rows_quarantined,
                before.fields_set_aside + file.fields_set_aside,
            )
        return counts

    @property
    def latest_extract(self) -> date | None:
        """The latest extract date in the feeds, or None where no feed says it."""
        return max((file.extracted_on for file in self.files if file.extracted_on is not None), default=None)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A row quarantined or a value set aside; ``shown`` is the raw text or the original value."""

    source_file: str
    line: int
    field: str | None
    reason: str
    mend: str
    shown: str | None


@dataclass(frozen=True, slots=True)
class MappingCheck:
    """What a mapping makes of its files: counts, the first complaints, and rows of each table as name → value."""

    report: IntakeReport
    quarantined: tuple[Complaint, ...]
    set_aside: tuple[Complaint, ...]
    rows: dict[str, tuple[dict[str, object], ...]]
    totals: dict[str, int]
