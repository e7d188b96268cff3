"""The bodies that hubs send each other: what each may hold, and how they are filled up to one length."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from access import LEGAL_BASES, PROTOCOL_VERSION, HubQuestion, MessageRefused, token_shape_holds
from api.requests import PRINTABLE

# Every question has this length, and every answer to one; histories are filled up to multiples of the answer's.
BODY_BYTES: Final = 8192
REPLY_BYTES: Final = 2048
LARGEST_MESSAGE: Final = 65_536

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{16,64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=1500)]
Token = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Kind = TypeVar("Kind", bound="Message")
Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$")]


class Message(BaseModel):
    """What every message says: between whom, its id, who asks in which role, why and on which legal basis."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    version: Literal[1]
    kind: str
    sender: Name = Field(alias="from")
    to: Name
    id: MessageId
    worker: Token
    role: Name
    purpose: Name
    legal_basis: Name
    case_reference: Text | None = None
    padding: str = ""


class Question(Message):
    """Is this person known to you?"""

    kind: Literal["question"]
    epoch: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d$")]
    tokens: dict[Name, tuple[Token, ...]]

    def question(self) -> HubQuestion:
        """The question as the view takes it. Raises MessageRefused when it has not the tokens that it must."""
        made = {kind: tuple(bytes.fromhex(one) for one in several) for kind, several in self.tokens.items()}
        if not token_shape_holds(made):
            raise MessageRefused("form", "The question has not the number of tokens that it must have.")
        return HubQuestion(self.epoch, made)


class Request(Message):
    """What do you know of whom your answer met?"""

    kind: Literal["request"]
    question_id: MessageId
    handle: Token
    asked: Prose
    reason: Prose


class Collection(Message):
    """What did you decide on my request?"""

    kind: Literal["collect"]
    request_id: MessageId


class Comparison(Message):
    """What has your ledger of the messages between us, in a period?"""

    kind: Literal["reconcile"]
    since: Instant
    until: Instant


class Witness(Message):
    """Keep this checkpoint of mine as its witness, and give me yours since the one that I keep."""

    kind: Literal["witness"]
    kept: Annotated[int, Field(ge=0)]
    checkpoint: Annotated[str, StringConstraints(max_length=20_000)] | None = None


def read_message(kind: type[Kind], body: bytes) -> Kind:
    """The message in a body. Raises MessageRefused: version, or form without repeating what was sent."""
    try:
        told = json.loads(body)
        version = told["version"]
    except (ValueError, TypeError, KeyError) as error:
        raise MessageRefused("form", "The body is no message of this protocol.") from error
    if version != PROTOCOL_VERSION:
        raise MessageRefused("version", f"This hub speaks version {PROTOCOL_VERSION} of the protocol.")
    try:
        message = kind.model_validate(told)
    except ValidationError as error:
        places = sorted({"/".join(str(part) for part in one["loc"]) for one in error.errors()})
        raise MessageRefused("form", f"The message does not hold at {', '.join(places)}.") from error
    if message.legal_basis not in LEGAL_BASES:
        raise MessageRefused("form", "The message names no legal basis of this protocol.")
    return message


def padded(message: Mapping[str, Any], size: int) -> bytes:
    """The message as JSON in ASCII, sorted and without spaces, filled up to the next multiple of ``size`` bytes."""
    bare = _canonical({**message, "padding": ""})
    return _canonical({**message, "padding": " " * (-len(bare) % size)})


def _canonical(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")
