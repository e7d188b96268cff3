"""From a request to who is asking and why: the dependencies that every route takes its reader from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Protocol
from urllib.parse import unquote

from fastapi import Depends, Header, Request

from access import BadInput, NotSignedIn, Principal, Purpose, ScopedView
from api.desk import HubDesk
from api.exchange.client import HubClient
from api.metrics import Metrics
from api.provider import Provider
from api.sessions import Sessions
from api.settings import ApiSettings


class BearerSignIn(Protocol):
    """Turns the token of an ``Authorization: Bearer`` header into a person."""

    def bearer(self, token: str) -> Principal:
        """Who the token speaks of; raises NotSignedIn."""
        ...


@dataclass(frozen=True, slots=True)
class Hub:
    """Everything the routes need, built once by ``create_app``."""

    settings: ApiSettings
    desk: HubDesk
    sessions: Sessions
    sign_in: BearerSignIn
    provider: Provider | None
    client: HubClient
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person with the purpose they state, at the desk."""

    principal: Principal
    purpose: Purpose | None
    desk: HubDesk

    @contextmanager
    def reading(self, act: str) -> Iterator[ScopedView]:
        """One read, one ledger entry; answer only after the block has ended."""
        with self.desk.open(self.principal, self.purpose, act) as view:
            yield view

    def stating(self, purpose: Purpose | None) -> "Reader":
        """The same reader with the purpose that a request's body states, where it states one."""
        return self if purpose is None else Reader(self.principal, purpose, self.desk)


def hub_of(request: Request) -> Hub:
    """The hub this app serves."""
    hub: Hub = request.app.state.hub
    return hub


def principal_of(request: Request, hub: Annotated[Hub, Depends(hub_of)]) -> Principal:
    """Who asks: by bearer token, else by the console's session.

    Raises:
        NotSignedIn: neither is there, or it is no longer good.

    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn("Send the token as 'Authorization: Bearer <token>'.")
        return hub.sign_in.bearer(token.strip())
    session = hub.sessions.of(request)
    if session is None:
        raise NotSignedIn("Sign in, or send a bearer token of the hub's identity provider.")
    return session.principal


PURPOSE = Header(
    alias="Purpose",
    max_length=100,
    description="Why you look: a purpose code.",
    examples=["safeguarding_s47"],
)
REASON = Header(
    alias="Purpose-Reason",
    max_length=3000,
    description="The reason in your own words; characters beyond ASCII as percent-encoded UTF-8.",
    examples=["Strategy discussion called for today"],
)
CASE = Header(
    alias="Case-Reference",
    max_length=300,
    description="The case this is for, where there is one; percent-encoded like the reason.",
    examples=["MASH-2026-0417"],
)


def reader_of(
    hub: Annotated[Hub, Depends(hub_of)],
    principal: Annotated[Principal, Depends(principal_of)],
    purpose: Annotated[str | None, PURPOSE] = None,
    reason: Annotated[str | None, REASON] = None,
    case_reference: Annotated[str | None, CASE] = None,
) -> Reader:
    """The reader of a JSON view, with the purpose its headers state.

    A header that is half there still goes to the desk, which refuses it and writes the refusal down.
    """
    stated = None
    if purpose is not None or reason is not None:
        stated = Purpose(_decoded(purpose) or "", _decoded(reason) or "", _decoded(case_reference))
    return Reader(principal, stated, hub.desk)


def _decoded(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        text = unquote(value, errors="strict").strip()
    except UnicodeDecodeError as error:
        raise BadInput(
            "A purpose header is not percent-encoded UTF-8. Encode it as encodeURIComponent does."
        ) from error
    if any(ord(character) < 32 for character in text):
        raise BadInput("A purpose header holds control characters. Leave them out.")
    return text or None


HubHere = Annotated[Hub, Depends(hub_of)]
SomeReader = Annotated[Reader, Depends(reader_of)]
