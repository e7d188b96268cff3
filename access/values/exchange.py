"""Between hubs: what is asked, answered, requested, granted and received, as given and as shown."""

from dataclasses import dataclass
from datetime import date, datetime

from access.values.link import Description
from access.values.other_hub import OtherHubHistory
from access.values.person import ChronologyLine, PersonCard


@dataclass(frozen=True, slots=True)
class HubMessage:
    """What a partner's message says of itself once its signature holds.

    ``worker`` is the partner's own opaque name for whoever asks, ``role`` their role there; ``nonce_until``: the time
    after which the message is too old to be sent again.
    """

    hub: str
    message_id: str
    worker: str
    role: str
    purpose: str
    legal_basis: str
    case_reference: str | None
    nonce: str
    nonce_until: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class HubQuestion:
    """A partner's question: tokens by kind, under the key of the pair and this epoch."""

    epoch: str
    tokens: dict[str, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class HubReply:
    """All that a question is answered with; every field is there, and as long, whatever is known."""

    status: str
    contact: str
    handle: str


@dataclass(frozen=True, slots=True)
class HubRequest:
    """A partner's request for detail on whom its question met."""

    question_id: str
    handle: str
    asked: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionGiven:
    """A question for another hub: about a person seen here (``handle``) or one described; ``question_id`` names it.

    The same id sent again is the same question: it is answered alike and counts once.
    """

    hub: str
    question_id: str
    legal_basis: str
    handle: str | None = None
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """What another hub answered: Match, PotentialMatch, ManyMatch or NoMatch, and whom to ring."""

    hub: str
    hub_name: str
    question_id: str
    status: str
    hit: bool
    contact: str


@dataclass(frozen=True, slots=True)
class RequestGiven:
    """A request for detail: on which question, what for, and what is wanted, for a person at the other hub to read."""

    question_id: str
    hub: str
    request_id: str
    legal_basis: str
    asked: str


@dataclass(frozen=True, slots=True)
class DecisionGiven:
    """A decision on another hub's request: the events granted, as the request's page names them.

    ``words``: whether summaries and opinions go along. ``reason`` is what the other hub is told of a refusal.
    """

    decision: str
    reason: str
    events: tuple[str, ...] = ()
    conditions: str = ""
    ends_on: date | None = None
    words: bool = True


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A hub that can be asked."""

    hub: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class HitLine:
    """Somebody held here whom another hub asked about: told to whoever sees the person."""

    at: datetime
    hub: str
    status: str
    role: str
    purpose: str | None
    legal_basis: str
    case_reference: str | None
    person: PersonCard


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request for detail, ``ours`` or another hub's; ``state`` is waiting, granted, granted_in_part or refused."""

    request_id: str
    ours: bool
    hub: str
    at: datetime
    role: str
    purpose: str
    legal_basis: str
    case_reference: str | None
    reason: str
    asked: str
    state: str
    decided_reason: str | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class ExchangeInbox:
    """What waits and what was: partners, requests (others' that wait first), and hits, the latest first."""

    partners: tuple[PartnerLine, ...]
    requests: tuple[RequestLine, ...]
    hits: tuple[HitLine, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Another hub's request with the people it is about and the events that could be granted."""

    request: RequestLine
    people: tuple[PersonCard, ...]
    events: tuple[ChronologyLine, ...]


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request for detail as it stands: waiting, granted, granted_in_part or refused, with the reason of a refusal."""

    request_id: str
    hub: str
    state: str
    reason: str | None = None
    history: OtherHubHistory | None = None
