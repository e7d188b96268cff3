"""HTTP message signatures (RFC 9421) with Ed25519 (RFC 8032), as far as hubs need them: one signature a message.

A request covers its method, path, content type and content digest (RFC 9530); a response its status, content type and
content digest and the digest of the request that it answers, so that an answer cannot be put beside another question.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import http_message_signatures as signatures
import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures.algorithms import ED25519

from access import MessageRefused

LABEL: Final = "hub"
TAG: Final = "mashlink-exchange"
CONTENT_TYPE: Final = "application/json"
REQUEST_COVERS: Final = ('"@method"', '"@path"', '"content-type"', '"content-digest"')
RESPONSE_COVERS: Final = ('"@status"', '"content-type"', '"content-digest"', '"content-digest";req')
_LONGEST_HEADER: Final = 1000
# The path alone is signed; the package wants a whole address to take it from.
_ANY_HUB: Final = "https://hub.invalid"
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class SignedAs:
    """What a signature says of itself: the hub that signs, when, until when (seconds since 1970), and its nonce."""

    hub: str
    created: int
    expires: int
    nonce: str


@dataclass(slots=True)
class _Request:
    """A request as the package reads and writes it."""

    url: str
    headers: dict[str, str]
    method: str = "POST"


@dataclass(slots=True)
class _Response:
    """An answer, with the digest of the request that it answers."""

    status_code: int
    headers: dict[str, str]
    request: _Request = field(default_factory=lambda: _Request(_ANY_HUB, {}))


class _AnyTime(signatures.HTTPMessageVerifier):
    """Leaves the times of a message to the caller, who has the hub's own clock and leeway."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Hold nothing against a message for its age."""


def content_digest(body: bytes) -> str:
    """The Content-Digest of a body (RFC 9530, SHA-256)."""
    return str(signatures.ContentDigest.create(body))


def sign_request(sign: Sign, signed: SignedAs, path: str, body: bytes) -> dict[str, str]:
    """The headers that make a POST of ``body`` to ``path`` a signed message."""
    headers = {"Content-Type": CONTENT_TYPE, "Content-Digest": content_digest(body)}
    return _signed(sign, signed, _Request(_ANY_HUB + path, headers), REQUEST_COVERS)


def sign_response(
    sign: Sign, signed: SignedAs, status: int, body: bytes, asked_digest: str
) -> dict[str, str]:
    """The headers that make ``body`` the signed answer to the request of a digest."""
    headers = {"Content-Type": CONTENT_TYPE, "Content-Digest": content_digest(body)}
    answered = _Request(_ANY_HUB, {"Content-Digest": asked_digest})
    return _signed(sign, signed, _Response(status, headers, answered), RESPONSE_COVERS)


def _signed(
    sign: Sign, signed: SignedAs, message: _Request | _Response, covers: tuple[str, ...]
) -> dict[str, str]:
    signer = signatures.HTTPMessageSigner(signature_algorithm=ED25519)
    prepared = signer.prepare(
        message,
        key_id=signed.hub,
        created=datetime.fromtimestamp(signed.created, UTC),
        expires=datetime.fromtimestamp(signed.expires, UTC),
        nonce=signed.nonce,
        label=LABEL,
        tag=TAG,
        covered_component_ids=covers,
        use_existing_digest=True,
    )
    signer.apply(message, prepared, sign(prepared.signature_base))
    return message.headers


def claimed_by(headers: Mapping[str, str]) -> str:
    """The hub that a message says it is signed by, nothing of it checked. Raises MessageRefused for one in no form."""
    written = headers.get("signature-input", "")
    try:
        if len(written) > _LONGEST_HEADER:
            raise ValueError("too long")
        parsed: Any = http_sf.parse(written.encode("ascii"), tltype="dictionary")
        ((_, params),) = parsed.values()
        return str(params["keyid"])
    except (ValueError, KeyError, TypeError) as error:
        raise MessageRefused(
            "form", "The message carries no one signature in the form of RFC 9421."
        ) from error


def verify_request(headers: Mapping[str, str], path: str, body: bytes, key: bytes) -> SignedAs:
    """Whom a POST to ``path`` is signed by, once body and signature hold under the key (32 bytes) of that hub.

    Raises MessageRefused: form, altered or signature.
    """
    return _verified(_Request(_ANY_HUB + path, dict(headers)), REQUEST_COVERS, body, key)


def verify_response(
    headers: Mapping[str, str], status: int, body: bytes, asked_digest: str, key: bytes
) -> SignedAs:
    """The same of an answer to the request of a digest."""
    answered = _Request(_ANY_HUB, {"Content-Digest": asked_digest})
    return _verified(_Response(status, dict(headers), answered), RESPONSE_COVERS, body, key)


def _verified(message: _Request | _Response, covers: tuple[str, ...], body: bytes, key: bytes) -> SignedAs:
    claimed = claimed_by(message.headers)
    if message.headers.get("content-digest") != content_digest(body):
        raise MessageRefused("altered", "The body is not the one that was signed.")
    resolver = signatures.MappingKeyResolver(
        public_keys={claimed: Ed25519PublicKey.from_public_bytes(key)}, private_keys={}
    )
    verifier = _AnyTime(signature_algorithm=ED25519, key_resolver=resolver)
    try:
        (found,) = verifier.verify(message, expect_tag=TAG, max_age=None, require_components=covers)
    except (signatures.HTTPMessageSignaturesException, ValueError) as error:
        raise MessageRefused("signature", "The signature is not that of the hub it names.") from error
    told = found.parameters
    try:
        return SignedAs(str(told["keyid"]), int(told["created"]), int(told["expires"]), str(told["nonce"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise MessageRefused(
            "form", "The signature does not say by whom, when, until when and once."
        ) from error
