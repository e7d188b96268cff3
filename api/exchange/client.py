"""Sends this hub's messages to others and checks what comes back; nothing counts that the other hub did not sign."""

import json
import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx

from access import (
    BudgetSpent,
    Conflict,
    Denied,
    ExchangeKeys,
    MashlinkError,
    MessageRefused,
    NotThere,
    Partner,
    PartnerUnavailable,
)
from api.exchange.messages import BODY_BYTES, padded
from api.exchange.signing import SignedAs, content_digest, sign_request, verify_response

_LIFE_SECONDS: Final = 45
_TRIES: Final = 2
_LARGEST_ANSWER: Final = 4_000_000
# Answers that are about what was asked, and not about the message.
_MEANS: Final[dict[int, type[MashlinkError]]] = {
    HTTPStatus.TOO_MANY_REQUESTS: BudgetSpent,
    HTTPStatus.NOT_FOUND: NotThere,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.FORBIDDEN: Denied,
}
_AGAIN: Final = "Nothing was learnt and nothing is half done; ask again later, or by telephone"


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """How this hub reaches others: its client certificate and key, whom it trusts, and how long it waits, in seconds."""

    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    wait_seconds: float = 10.0

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or later, the other side's certificate checked, this hub's shown where there is one."""
        context = ssl.create_default_context(cafile=None if self.authority is None else str(self.authority))
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context


class HubClient:
    """Sends messages as one hub; safe between threads."""

    def __init__(
        self, keys: Callable[[], ExchangeKeys], clock: Callable[[], datetime], transport: TransportSettings
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._transport = transport
        self._http: httpx.Client | None = None

    def send(self, partner: Partner, path: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a partner answers to a message. A try that meets no answer is made once more, with the same id.

        Raises PartnerUnavailable, with words for whoever asked, where there is no answer that counts; BudgetSpent, Conflict
        or NotThere where that is the answer.
        """
        body = padded(message, BODY_BYTES)
        where = f"/v1/exchange/hub/{path}"
        answer = self._tried(partner, where, body)
        told = self._told(partner, answer, body)
        if answer.status_code == HTTPStatus.OK:
            return told
        raise self._refused(partner, answer.status_code, told)

    def close(self) -> None:
        """Let the connections go."""
        if self._http is not None:
            self._http.close()

    def _tried(self, partner: Partner, where: str, body: bytes) -> httpx.Response:
        client = self._client()
        for tried in range(1, _TRIES + 1):
            now, keys = int(self._clock().timestamp()), self._keys()
            signed = SignedAs(keys.hub, now, now + _LIFE_SECONDS, secrets.token_hex(16))
            headers = sign_request(keys.sign, signed, where, body)
            try:
                answer = self._posted(client, partner.address.rstrip("/") + where, body, headers)
            except httpx.TimeoutException as error:
                if tried == _TRIES:
                    raise PartnerUnavailable(f"{partner.name} did not answer in time. {_AGAIN}.") from error
                continue
            except httpx.HTTPError as error:
                if tried == _TRIES:
                    raise PartnerUnavailable(f"{partner.name} cannot be reached. {_AGAIN}.") from error
                continue
            if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or tried == _TRIES:
                return answer
        raise AssertionError("every try returns or raises")

    def _posted(
        self, client: httpx.Client, address: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        """The answer with its body, as far as one may be long; TimeoutException when it is not whole in time.

        The package counts from one piece to the next: a hub that sends a byte now and then would hold a worker for ever.
        """
        until = time.monotonic() + self._transport.wait_seconds
        read = bytearray()
        with client.stream("POST", address, content=body, headers=headers) as answer:
            for piece in answer.iter_raw():
                read += piece
                if len(read) > _LARGEST_ANSWER:
                    break
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer is not whole in time", request=answer.request)
            told = {
                name: value
                for name, value in answer.headers.items()
                if name not in ("content-encoding", "transfer-encoding")
            }
            return httpx.Response(
                answer.status_code, headers=told, content=bytes(read), request=answer.request
            )

    def _client(self) -> httpx.Client:
        if self._http is None:
            # Neither proxies nor credentials of the environment: a message goes to its hub and nowhere else.
            self._http = httpx.Client(
                verify=self._transport.context(),
                timeout=self._transport.wait_seconds,
                trust_env=False,
                follow_redirects=False,
            )
        return self._http

    def _told(self, partner: Partner, answer: httpx.Response, body: bytes) -> Mapping[str, Any]:
        """The body of an answer that the partner signed as the answer to this very message."""
        try:
            if len(answer.content) > _LARGEST_ANSWER:
                raise MessageRefused("too_large", "The answer is too large.")
            key = bytes.fromhex(partner.signing_key)
            signed = verify_response(
                answer.headers, answer.status_code, answer.content, content_digest(body), key
            )
            told = json.loads(answer.content)
        except (MessageRefused, ValueError) as error:
            raise PartnerUnavailable(
                f"What came back is not signed by {partner.name} as its answer (status {answer.status_code}). {_AGAIN}."
            ) from error
        if signed.hub != partner.hub or not isinstance(told, dict):
            raise PartnerUnavailable(f"{partner.name} answered in a form that is not understood. {_AGAIN}.")
        return told

    def _refused(self, partner: Partner, status: int, told: Mapping[str, Any]) -> MashlinkError:
        """What to tell whoever asked of a refusal."""
        code, detail = str(told.get("refused")), str(told.get("detail", ""))[:500]
        kind = _MEANS.get(status)
        if kind is not None:
            return kind(f"{partner.name}: {detail}")
        why = f"({code}): {detail}"
        if code in ("clock", "expired"):
            why = f"because {self._clocks(told)}. {_AGAIN}."
        if code == "version":
            spoken = ", ".join(str(one) for one in told.get("versions") or ()) or "unknown"
            why = f"because it speaks another version of the protocol ({spoken}). {_AGAIN}."
        return PartnerUnavailable(f"{partner.name} refused the message {why}")

    def _clocks(self, told: Mapping[str, Any]) -> str:
        try:
            theirs = datetime.fromisoformat(str(told.get("now")))
            differ = abs((self._clock().astimezone(UTC) - theirs).total_seconds())
        except (TypeError, ValueError):
            return "the two hubs' clocks differ"
        return f"the two hubs' clocks differ by {differ:.0f} seconds, or the message took too long"
