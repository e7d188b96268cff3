"""What stands now, as ``records.ledger.folding`` makes it of the entries.

Nothing here looks at a clock: a grant with an end is in the state after it, and whoever uses it compares days.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from records.ledger.checkpoint import Checkpoint
from records.ledger.erasures import Erasure, Hold
from records.ledger.exchange import ExchangeState
from records.ledger.finding_acts import FindingDisposition, FindingSuppression
from records.ledger.meetings import MeetingBook
from records.ledger.protections import HideOrder, Seal
from records.ledger.sharing import Consent, GlassReview, Mark, Refusal

GRANT_KINDS: Final = ("release", "meeting_list", "break_glass", "restriction", "location_protection")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A human's word on two records; ``record_id_a < record_id_b``. Of one person, the latest on a pair stands.

    Two people may say different things of a pair: both stand, as a conflict, until one of them takes theirs back or
    somebody settles it. ``cannot_say`` keeps the pair from being asked again and binds nothing.
    ``seen_record_ids``: the records on either side when it was said; others are new evidence. Empty: not noted.
    """

    record_id_a: str
    record_id_b: str
    decision: str
    by: str = ""
    reason: str = ""
    at: datetime | None = None
    seen_record_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What the ledger adds to, or takes from, a reader's rows.

    ``kind`` is release (to ``agencies`` for ``purposes``), meeting_list (to the role marac_coordinator),
    break_glass (to ``actors``), restriction (taken from all but ``actors``) or location_protection (where these people
    are is shown to ``actors`` alone). Empty ``purposes`` means any; ``ends_on`` is the last day, None without end;
    ``reference`` names the meeting or the case; ``by`` and ``at``: who granted it, and when.
    """

    grant_id: str
    kind: str
    record_ids: frozenset[str]
    actors: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    ends_on: date | None = None
    reference: str | None = None
    by: str = field(default="", compare=False)
    at: datetime | None = field(default=None, compare=False)

    def lasts(self, on: date | None) -> bool:
        """Whether the grant is in force on a day; without a day, whatever its end."""
        return on is None or self.ends_on is None or on <= self.ends_on


@dataclass(frozen=True, slots=True)
class Reveal:
    """An identity opened to a reader who works under pseudonyms, for one purpose and case."""

    reveal_id: str
    actor: str
    record_ids: frozenset[str]
    purpose: str | None
    case_reference: str | None


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Everything that stands after the entry ``sequence``. Tuples are in the order of the entries.

    ``judgements`` are by (record_id_a, record_id_b, who said so); ``witnessed``: the latest checkpoint of each hub.
    """

    sequence: int = 0
    judgements: dict[tuple[str, str, str], Judgement] = field(default_factory=dict)
    seals: tuple[Seal, ...] = ()
    hide_orders: tuple[HideOrder, ...] = ()
    grants: tuple[Grant, ...] = ()
    dispositions: dict[str, FindingDisposition] = field(default_factory=dict)
    suppressions: dict[str, FindingSuppression] = field(default_factory=dict)
    reveals: tuple[Reveal, ...] = ()
    witnessed: dict[str, Checkpoint] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    marks: tuple[Mark, ...] = ()
    glass_reviews: tuple[GlassReview, ...] = ()
    meetings: MeetingBook = field(default_factory=MeetingBook)
    exchange: ExchangeState = field(default_factory=ExchangeState)
    erasures: tuple[Erasure, ...] = ()
    holds: tuple[Hold, ...] = ()
