"""What an erasure or the end of a retention period takes, in numbers: nobody is named."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class KeepingLine:
    """Rows of one agency and category: erased, kept with their key features alone, or held back."""

    agency: str
    category: str
    records_erased: int
    events_erased: int
    events_reduced: int
    events_kept_by_hold: int
    events_kept_by_open_case: int


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """What would go on ``day`` by the hub's schedule. ``undated_events`` have no day to count from and stay."""

    day: date
    schedule: str
    lines: tuple[KeepingLine, ...]
    records_erased: int
    events_erased: int
    events_reduced: int
    undated_events: int


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What erasing one person takes.

    ``events_reduced``: others take part in them, so they stay with their key features. ``entries``: entries of the ledger
    that name the person. ``left_the_hub``: acts by which something of them may have left it, for people to follow up.
    """

    records: int
    agencies: tuple[str, ...]
    events_erased: int
    events_reduced: int
    entries: int
    held_by: tuple[str, ...]
    left_the_hub: tuple["Recipient", ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who got something of a person, when, by what act and for which purpose; ``to`` names agencies or a meeting."""

    at: datetime
    did: str
    by: str
    role: str
    purpose: str | None
    to: str


@dataclass(frozen=True, slots=True)
class ErasureDone:
    """What was erased; ``entries``: the numbers of the ledger's entries that say so."""

    records: int
    events: int
    events_reduced: int
    entries: tuple[int, ...]
