"""The review of links, as shown: the queue, a pair side by side, judgements and the conflicts among them."""

from dataclasses import dataclass
from datetime import datetime

from access.values.link import LinkExplanation
from access.values.person import PersonCard


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """An entry of the queue. ``pair`` opens it; nobody is named here.

    ``kind``: near_threshold, kept_apart, weak_hold, doubted, conflict or judged (not in the queue). ``probability`` is the
    model's, ``second_opinion`` the other model's. ``expected_change`` is ``uncertainty`` times the sum of what a judgement
    would move (the next four); None of a conflict, which comes first whatever it moves. Where somebody's place is protected
    no chance is told, and ``expected_change`` is the sum alone. ``reopened``: judged before, with
    records since that the judge had not seen.
    """

    pair: str
    kind: str
    why: str
    rule: str | None
    weight: float | None
    probability: float | None
    second_opinion: float | None
    uncertainty: float | None
    records_moved: int
    open_events: int
    children: int
    agencies_joined: int
    expected_change: float | None
    agencies_a: tuple[str, ...]
    agencies_b: tuple[str, ...]
    records_a: int
    records_b: int
    reopened: bool


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """A page of the queue, what would change most first. ``order`` says in words how; ``total`` counts all entries.

    ``ready`` is False where the build formed no queue of exactly the reader's rows; then only conflicts are listed.
    """

    lines: tuple[ReviewLine, ...]
    total: int
    order: str
    ready: bool


@dataclass(frozen=True, slots=True)
class JudgementLine:
    """Who said what of two records, when and why."""

    record_a: str
    record_b: str
    decision: str
    by: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """Judgements that cannot all be true. ``kind``: pair, chain, people or seal; ``pair`` opens two of the records.

    ``pair`` is None across a seal: nobody opens that.
    """

    kind: str
    why: str
    pair: str | None
    judgements: tuple[JudgementLine, ...]


@dataclass(frozen=True, slots=True)
class ConflictList:
    """The conflicts that a reader may see, all of them."""

    conflicts: tuple[ConflictLine, ...]


@dataclass(frozen=True, slots=True)
class ReviewSide:
    """One side of a pair: the person as described today, and all records that a judgement would bind."""

    person: PersonCard
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewPair:
    """Two sides to compare: the comparison of the two records that speak most for one person, and who judged what."""

    line: ReviewLine
    explanation: LinkExplanation
    side_a: ReviewSide
    side_b: ReviewSide
    judgements: tuple[JudgementLine, ...]
    conflicts: tuple[ConflictLine, ...]


@dataclass(frozen=True, slots=True)
class JudgementGiven:
    """A judgement as it is made: same, not_same or cannot_say, with its grounds.

    ``settles`` takes back what others said of these two records.
    """

    decision: str
    grounds: str
    settles: bool = False


@dataclass(frozen=True, slots=True)
class JudgementTaken:
    """A judgement as the ledger took it, and the conflicts that it stands in, as far as the reader may see them."""

    judgement: JudgementLine
    conflicts: tuple[ConflictLine, ...]
