"""Where other hubs' messages arrive. Every one leaves one entry on the ledger, and its answer leaves at a fixed beat."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Scope

from access import (
    Actor,
    BadInput,
    Checkpoint,
    HubMessage,
    HubRequest,
    MashlinkError,
    MessageRefused,
    Purpose,
)
from api.exchange.messages import (
    LARGEST_MESSAGE,
    REPLY_BYTES,
    Collection,
    Comparison,
    Message,
    Question,
    Witness,
    padded,
    read_message,
)
from api.exchange.messages import Request as DetailRequest
from api.exchange.signing import SignedAs, claimed_by, content_digest, sign_response, verify_request
from api.reader import Hub

router = APIRouter(prefix="/v1/exchange/hub", include_in_schema=False)
HUB_PATHS: Final = "/v1/exchange/hub/"
# A message is good for so many seconds at most, whatever it says.
LONGEST_LIFE: Final = 60
Answered = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message whose signature holds: what signed it, its body, and when it came."""

    hub: Hub
    signed: SignedAs
    body: bytes
    at: datetime

    def message(self, told: Message) -> HubMessage:
        """What the view is told of it. Raises MessageRefused unless it is from the hub that signed it, and to this one."""
        if told.sender != self.signed.hub or told.to != self.hub.settings.hub:
            raise MessageRefused("form", "The message is not between the hub that signed it and this one.")
        return HubMessage(
            hub=told.sender,
            message_id=told.id,
            worker=told.worker,
            role=told.role,
            purpose=told.purpose,
            legal_basis=told.legal_basis,
            case_reference=told.case_reference,
            nonce=self.signed.nonce,
            nonce_until=self.at
            + timedelta(seconds=2 * (LONGEST_LIFE + self.hub.desk.exchange_terms.clock_seconds)),
            digest=hashlib.sha256(self.body).hexdigest(),
        )


@router.post("/questions")
async def questions(request: Request) -> Response:
    """Is this person known to you?"""
    return await _at_the_beat(request, _question)


@router.post("/requests")
async def requests(request: Request) -> Response:
    """What do you know of whom your answer met? A person here decides."""
    return await _at_the_beat(request, _request)


@router.post("/collections")
async def collections(request: Request) -> Response:
    """What was decided on my request?"""
    return await _at_the_beat(request, _collection)


@router.post("/comparisons")
async def comparisons(request: Request) -> Response:
    """What has your ledger of the messages between us?"""
    return await _at_the_beat(request, _comparison)


@router.post("/witnesses")
async def witnesses(request: Request) -> Response:
    """Keep my checkpoint, give me yours."""
    return await _at_the_beat(request, _witness)


def note_oversized(hub: Hub, scope: Scope) -> None:
    """Write down that a message was refused for its length before it was read to its end."""
    if scope["path"].startswith(HUB_PATHS):
        refused = MessageRefused("too_large", "The message is too large.")
        hub.desk.note_refused_message(hub.settings.hub, None, refused)


async def _at_the_beat(request: Request, answer: Callable[[Arrived], Answered]) -> Response:
    """The signed answer, ready before it is due and sent when it is: at a whole multiple of the band after the message."""
    began = time.monotonic()
    body = await request.body()
    hub: Hub = request.app.state.hub
    response = await run_in_threadpool(_answered, hub, request, body, answer)
    band = hub.desk.exchange_terms.band_seconds
    taken = time.monotonic() - began
    await asyncio.sleep((taken // band + 1) * band - taken)
    return response


def _answered(hub: Hub, request: Request, body: bytes, answer: Callable[[Arrived], Answered]) -> Response:
    now = hub.desk.now()
    try:
        told = answer(Arrived(hub, _signed_by(hub, request, body, now), body, now))
        status = HTTPStatus.OK
    except MashlinkError as error:
        told, status = _refusal(hub, request, error, now), HTTPStatus(error.status)
    sent = padded(told, REPLY_BYTES)
    signed = SignedAs(hub.settings.hub, int(now.timestamp()), int(now.timestamp()) + LONGEST_LIFE, "answer")
    headers = sign_response(
        hub.desk.exchange_keys(hub.settings.hub).sign, signed, status, sent, content_digest(body)
    )
    return Response(sent, status, headers)


def _signed_by(hub: Hub, request: Request, body: bytes, now: datetime) -> SignedAs:
    """Whom the message is signed by, once signature and time hold. Raises MessageRefused."""
    if len(body) > LARGEST_MESSAGE:
        raise MessageRefused("too_large", f"A message has at most {LARGEST_MESSAGE} bytes.")
    partner = hub.desk.partner(claimed_by(request.headers))
    key = bytes.fromhex(partner.signing_key)
    signed = verify_request(request.headers, request.url.path, body, key)
    leeway, at = hub.desk.exchange_terms.clock_seconds, now.timestamp()
    if not 0 < signed.expires - signed.created <= LONGEST_LIFE or not 16 <= len(signed.nonce) <= 64:
        raise MessageRefused(
            "form", f"A message is good for at most {LONGEST_LIFE} seconds, and has a nonce."
        )
    if signed.created > at + leeway:
        raise MessageRefused("clock", "The message is from the future: the two hubs' clocks differ.")
    if signed.expires < at - leeway:
        raise MessageRefused("expired", "The message is too old, or the two hubs' clocks differ.")
    return signed


def _refusal(hub: Hub, request: Request, error: MashlinkError, now: datetime) -> dict[str, Any]:
    """What a hub is told whose message is refused. One that never became a read is written down here."""
    code = error.code if isinstance(error, MessageRefused) else HTTPStatus(error.status).name.lower()
    if isinstance(error, MessageRefused) and code not in ("replayed", "epoch"):
        hub.desk.note_refused_message(hub.settings.hub, _claimed(request), error)
    # Of a request that is not there nothing is told but that.
    return {"refused": code, "detail": str(error), "now": now.astimezone(UTC).isoformat(), "versions": [1]}


def _claimed(request: Request) -> str | None:
    try:
        return claimed_by(request.headers)
    except MessageRefused:
        return None


def _why(told: Message) -> Purpose:
    return Purpose(told.purpose, f"Message of {told.sender}: {told.legal_basis}", told.case_reference)


def _question(arrived: Arrived) -> Answered:
    told = read_message(Question, arrived.body)
    message, question = arrived.message(told), told.question()
    desk, own = arrived.hub.desk, arrived.hub.settings.hub
    with desk.open(desk.partner_reader(own, message.hub), _why(told), "exchange_answer") as view:
        reply = view.answer_hub(message, question)
    return {
        "in_reply_to": told.id,
        "status": reply.status,
        "contact": reply.contact,
        "handle": reply.handle,
    }


def _request(arrived: Arrived) -> Answered:
    told = read_message(DetailRequest, arrived.body)
    message = arrived.message(told)
    desk, own = arrived.hub.desk, arrived.hub.settings.hub
    asked = HubRequest(told.question_id, told.handle, told.asked, told.reason)
    with desk.open(desk.partner_reader(own, message.hub), _why(told), "exchange_requested") as view:
        view.take_request(message, asked)
    return {"in_reply_to": told.id, "state": "received"}


def _collection(arrived: Arrived) -> Answered:
    told = read_message(Collection, arrived.body)
    message = arrived.message(told)
    desk, own = arrived.hub.desk, arrived.hub.settings.hub
    with desk.open(desk.partner_reader(own, message.hub), _why(told), "exchange_disclose") as view:
        decision, package = view.disclose(message, told.request_id)
    if decision is None:
        return {"in_reply_to": told.id, "state": "waiting"}
    if decision.decision == "refused":
        return {"in_reply_to": told.id, "state": "refused", "reason": decision.reason}
    if package is None:
        return {"in_reply_to": told.id, "state": "ended"}
    return {"in_reply_to": told.id, "state": decision.decision, "package": package}


def _comparison(arrived: Arrived) -> Answered:
    told = read_message(Comparison, arrived.body)
    message, desk = arrived.message(told), arrived.hub.desk
    since, until = datetime.fromisoformat(told.since), datetime.fromisoformat(told.until)
    ours, theirs = (desk.exchanged_with(message.hub, own, since, until) for own in (True, False))
    desk.note_reconciled(_actor(arrived, told), _used(message))
    named = [[[one.message_id, one.act, one.status] for one in several] for several in (ours, theirs)]
    return {"in_reply_to": told.id, "asked": named[0], "answered": named[1]}


def _witness(arrived: Arrived) -> Answered:
    told = read_message(Witness, arrived.body)
    message, desk = arrived.message(told), arrived.hub.desk
    desk.note_reconciled(_actor(arrived, told), _used(message))
    if told.checkpoint is not None:
        given = Checkpoint.from_json(told.checkpoint)
        if given.hub != message.hub:
            raise BadInput("A hub hands over its own checkpoint, not another's.")
        desk.keep_checkpoint_of(_actor(arrived, told), given)
    own = desk.checkpoint_for(arrived.hub.settings.hub, told.kept)
    return {"in_reply_to": told.id, "checkpoint": own.as_json(), "kept": desk.checkpoint_kept(message.hub)}


def _used(message: HubMessage) -> dict[str, str]:
    """The nonce of a message that is no read, so that it cannot be sent again."""
    return {"hub": message.hub, "nonce": message.nonce, "nonce_until": message.nonce_until.isoformat()}


def _actor(arrived: Arrived, told: Message) -> Actor:
    reader = arrived.hub.desk.partner_reader(arrived.hub.settings.hub, told.sender)
    return Actor(
        reader.subject, reader.role, reader.hub, told.purpose, _why(told).reason, told.case_reference
    )
