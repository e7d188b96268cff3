"""What another hub granted, as it is shown beside a chronology."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class OtherHubLine:
    """One happening in another hub's words."""

    happened_at: str | None
    date_precision: str | None
    agency: str
    kind: str
    concern: str | None
    outcome: str | None
    roles: tuple[str, ...]
    summary: str | None
    opinion: str | None


@dataclass(frozen=True, slots=True)
class OtherHubHistory:
    """What another hub granted, beside a chronology and never part of it: its words, its conditions, its last day."""

    hub: str
    hub_name: str
    request_id: str
    granted: str
    conditions: str
    granted_on: date
    ends_on: date
    person: dict[str, str | None] = field(default_factory=dict)
    lines: tuple[OtherHubLine, ...] = ()
