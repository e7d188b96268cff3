"""A hub that is down, silent, older or an impostor: a clear word for whoever asked, and nothing that counts."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from access import BudgetSpent, ExchangeKeys, Partner, PartnerUnavailable
from api import HubClient, TransportSettings
from api.exchange.messages import REPLY_BYTES, padded
from api.exchange.signing import SignedAs, content_digest, sign_response

MESSAGE = {"version": 1, "kind": "question", "id": "5f1c1c0e7a5b4f0d"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[HubClient]:
    keys = ExchangeKeys(tmp_path / "home", "home")
    client = HubClient(
        lambda: keys, lambda: datetime(2026, 3, 2, 9, tzinfo=UTC), TransportSettings(wait_seconds=0.5)
    )
    yield client
    client.close()


@pytest.fixture
def answering(serve: Callable[..., str], tmp_path: Path) -> Callable[..., Partner]:
    """A partner that answers every message alike, signed or not."""

    def make(status: int, told: dict[str, Any], *, signed: bool = True) -> Partner:
        keys = ExchangeKeys(tmp_path / "neighbour", "neighbour")

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            body, more = b"", True
            while more:
                part = await receive()
                body, more = body + part.get("body", b""), part.get("more_body", False)
            answer = padded(told, REPLY_BYTES)
            now = SignedAs("neighbour", 1, 2, "answer")
            headers = sign_response(keys.sign, now, status, answer, content_digest(body if signed else b""))
            told_headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": status, "headers": told_headers})
            await send({"type": "http.response.body", "body": answer})

        return keys.card("Eastmere", serve(lambda _: app), "Ring")

    return make


def test_an_answer_signed_to_this_message_counts(
    client: HubClient, answering: Callable[..., Partner]
) -> None:
    assert client.send(answering(200, {"status": "NoMatch"}), "questions", MESSAGE)["status"] == "NoMatch"


def test_an_answer_to_another_message_does_not(client: HubClient, answering: Callable[..., Partner]) -> None:
    with pytest.raises(PartnerUnavailable, match="not signed by Eastmere as its answer"):
        client.send(answering(200, {"status": "Match"}, signed=False), "questions", MESSAGE)


@pytest.mark.parametrize(
    ("status", "told", "kind", "words"),
    [
        (401, {"refused": "version", "versions": [2, 3]}, PartnerUnavailable, r"another version of the protocol \(2, 3\)"),
        (401, {"refused": "clock", "now": "2026-03-02T09:05:00+00:00"}, PartnerUnavailable, "differ by 300 seconds"),
        (429, {"refused": "too_many_requests", "detail": "asked 3 times today"}, BudgetSpent, "asked 3 times today"),
        (503, {"refused": "service_unavailable", "detail": "No data"}, PartnerUnavailable, "No data"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(
    client: HubClient, answering: Callable[..., Partner], status: int, told: Any, kind: Any, words: str
) -> None:
    with pytest.raises(kind, match=words):
        client.send(answering(status, told), "questions", MESSAGE)


def test_a_hub_that_is_down_is_said_to_be(client: HubClient, unused_port: int, tmp_path: Path) -> None:
    partner = ExchangeKeys(tmp_path, "neighbour").card("Eastmere", f"http://127.0.0.1:{unused_port}", "Ring")
    with pytest.raises(PartnerUnavailable, match=r"cannot be reached\. Nothing was learnt"):
        client.send(partner, "questions", MESSAGE)


@pytest.mark.parametrize(
    ("piece", "pause", "words"),
    [(b"x", 0.1, "did not answer in time"), (b"x" * 1_000_000, 0.0, "not signed by Eastmere")],
)
def test_a_hub_that_never_ends_its_answer_holds_nobody(
    client: HubClient, serve: Callable[..., str], tmp_path: Path, piece: bytes, pause: float, words: str
) -> None:
    """A byte now and then, and bytes without end."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(50):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(pause)

    partner = ExchangeKeys(tmp_path, "neighbour").card("Eastmere", serve(lambda _: app), "Ring")
    with pytest.raises(PartnerUnavailable, match=words):
        client.send(partner, "questions", MESSAGE)


def test_every_body_of_a_kind_is_as_long() -> None:
    short, long = padded(MESSAGE, REPLY_BYTES), padded(MESSAGE | {"status": "ManyMatch" * 20}, REPLY_BYTES)
    assert len(short) == len(long) == REPLY_BYTES
    assert json.loads(short)["id"] == MESSAGE["id"]
