"""Between hubs, for workers: ask another hub, request detail, fetch it; see what others asked, and decide on it."""

from datetime import date
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from access import (
    DecisionGiven,
    ExchangeInbox,
    QuestionAnswered,
    QuestionGiven,
    RequestGiven,
    RequestLine,
    RequestPage,
    RequestSent,
)
from api.reader import HubHere, SomeReader
from api.requests import Handle, LookupRequest, Prose, ShortText, WithPurpose

router = APIRouter(prefix="/v1/exchange", tags=["exchange"])
MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{16,64}$")]
RequestId = Annotated[MessageId, Path(description="A request for detail, as the inbox names it.")]
HubKey = Annotated[ShortText, Field(description="The key of the other hub, as the inbox names it.")]
Basis = Annotated[ShortText, Field(description="The legal basis, a code of docs/exchange-protocol.md.")]


class QuestionRequest(WithPurpose):
    """Whom another hub is asked about: a person seen here or one described. The same id is the same question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hub": "neighbour",
                    "question_id": "5f1c1c0e7a5b4f0d",
                    "legal_basis": "children_act_1989_s47",
                    "sought": {
                        "given_name": "Marta",
                        "family_name": "Quillfeather",
                        "date_of_birth": "2013-05-02",
                    },
                }
            ]
        }
    )

    hub: HubKey
    question_id: MessageId = Field(
        description="A new random id for each question; sent again, it is the same one."
    )
    legal_basis: Basis
    handle: Handle | None = None
    sought: LookupRequest | None = Field(default=None, description="A description, as for a lookup.")

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.handle is None) == (self.sought is None):
            raise ValueError("name the person by a handle or describe them, one of the two")
        return self

    def given(self) -> QuestionGiven:
        """The question, as the scoped view takes it."""
        sought = None if self.sought is None else self.sought.description()
        return QuestionGiven(self.hub, self.question_id, self.legal_basis, self.handle, sought)


class DetailRequest(WithPurpose):
    """What is wanted of whom a hub's answer met, for a person there to read and decide on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hub": "neighbour",
                    "question_id": "5f1c1c0e7a5b4f0d",
                    "request_id": "77d0b0c29d6c4a7e",
                    "legal_basis": "children_act_1989_s47",
                    "asked": "Concerns and plans of the last two years, for the strategy discussion.",
                }
            ]
        }
    )

    hub: HubKey
    question_id: MessageId = Field(description="The question that met somebody.")
    request_id: MessageId = Field(description="A new random id; sent again, it is the same request.")
    legal_basis: Basis
    asked: Prose = Field(description="What you need to know, and what for.")

    def given(self) -> RequestGiven:
        """The request, as the scoped view takes it."""
        return RequestGiven(self.question_id, self.hub, self.request_id, self.legal_basis, self.asked)


class CollectRequest(WithPurpose):
    """Why what was decided is fetched."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message_id": "0f0a8d1c55d24c1b"}]})

    message_id: MessageId = Field(description="A new random id.")


class DecisionRequest(WithPurpose):
    """A person's decision on another hub's request."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision": "granted_in_part",
                    "grounds": "Relevant to the enquiry; the rest is not",
                    "events": ["police:N-10442"],
                    "conditions": "For the strategy discussion; not to be passed on",
                    "ends_on": "2026-12-31",
                }
            ]
        }
    )

    decision: Literal["granted", "granted_in_part", "refused"]
    grounds: Prose = Field(description="Why; of a refusal the other hub is told this.")
    events: tuple[ShortText, ...] = Field(default=(), max_length=2000, description="The events granted.")
    conditions: Prose | None = Field(default=None, description="Under which conditions it may be used.")
    ends_on: date | None = Field(default=None, description="The last day on which it may be used.")
    words: bool = Field(default=True, description="Let summaries and opinions go along.")

    def given(self) -> DecisionGiven:
        """The decision, as the scoped view takes it."""
        return DecisionGiven(
            self.decision, self.grounds, self.events, self.conditions or "", self.ends_on, self.words
        )


@router.post("/questions", summary="Ask another hub about one person")
def ask(body: QuestionRequest, reader: SomeReader, hub: HubHere) -> QuestionAnswered:
    """Match, PotentialMatch, ManyMatch or NoMatch, and whom to ring; the worker there is told of a hit."""
    with reader.stating(body.stated_purpose()).reading("exchange_ask") as view:
        return view.ask_hub(body.given(), hub.client.send)


@router.post("/requests", summary="Request detail from another hub")
def request_detail(body: DetailRequest, reader: SomeReader, hub: HubHere) -> RequestSent:
    """A person at the other hub reads it and grants it in whole or part, or refuses with a reason."""
    with reader.stating(body.stated_purpose()).reading("exchange_request") as view:
        return view.request_detail(body.given(), hub.client.send)


@router.post("/requests/{request_id}/collect", summary="Fetch what was decided on a request")
def collect(request_id: RequestId, body: CollectRequest, reader: SomeReader, hub: HubHere) -> RequestSent:
    """Waiting, refused with the reason, or what was granted, with its conditions and its last day."""
    with reader.stating(body.stated_purpose()).reading("exchange_collect") as view:
        return view.collect_detail(request_id, body.message_id, hub.client.send)


@router.get("/inbox", summary="What passed between this hub and others")
def inbox(reader: SomeReader) -> ExchangeInbox:
    """Hubs that can be asked, requests either way, and hits of people whom you see."""
    with reader.reading("exchange_inbox") as view:
        return view.exchange_inbox()


@router.get("/requests/{request_id}", summary="Another hub's request, with what could be granted")
def request_page(request_id: RequestId, reader: SomeReader) -> RequestPage:
    """Who asks, why and on which basis; the people it is about, and their events."""
    with reader.reading("exchange_inbox") as view:
        return view.exchange_request(request_id)


@router.post("/requests/{request_id}/decision", summary="Grant or refuse another hub's request")
def decide(request_id: RequestId, body: DecisionRequest, reader: SomeReader) -> RequestLine:
    """What is granted is drawn up as you see it now, without anybody else's name or place, and kept on the ledger."""
    with reader.stating(body.stated_purpose()).reading("exchange_decide") as view:
        return view.decide_request(request_id, body.given())
