"""Signatures: what the protocol's page gives, and that nothing of a message can be changed."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from access import MessageRefused, Partner
from access.exchange.keys import pair_key
from api.exchange.signing import (
    SignedAs,
    content_digest,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from linkage import token

PAGE = (Path(__file__).parents[3] / "docs" / "exchange-protocol.md").read_text()
SECRET = bytes(range(32))
SIGNING = Ed25519PrivateKey.from_private_bytes(SECRET)
KEY = SIGNING.public_key().public_bytes_raw()
SIGNED = SignedAs("home", 1793000000, 1793000045, "00112233445566778899aabbccddeeff")
PATH, BODY = "/v1/exchange/hub/questions", b'{"version":1}'


def headers() -> dict[str, str]:
    return {name.lower(): value for name, value in sign_request(SIGNING.sign, SIGNED, PATH, BODY).items()}


def test_the_vectors_of_the_page() -> None:
    for name, value in sign_request(SIGNING.sign, SIGNED, PATH, BODY).items():
        assert f"{name}: {value}" in PAGE
    for name, value in sign_response(SIGNING.sign, SIGNED, 200, b"{}", content_digest(BODY)).items():
        assert f"{name}: {value}" in PAGE
    own = X25519PrivateKey.from_private_bytes(SECRET)
    other = X25519PrivateKey.from_private_bytes(bytes(range(32, 64))).public_key().public_bytes_raw().hex()
    made = pair_key(own, "home", Partner("neighbour", "", "", "", "", other), "2026-11")
    assert made.hex() in PAGE
    assert token(made, "named|marta|quillfeather|2013-05-02").hex() in PAGE
    assert token(SECRET, "number|9990000018").hex() in PAGE


def test_a_message_holds_as_it_was_signed() -> None:
    assert verify_request(headers(), PATH, BODY, KEY) == SIGNED


@pytest.mark.parametrize("name", ["signature-input", "signature", "content-digest", "content-type"])
def test_no_header_that_is_signed_can_go_or_change(name: str) -> None:
    for changed in (
        {key: value for key, value in headers().items() if key != name},
        headers() | {name: headers()[name][::-1]},
        headers() | {name: ""},
    ):
        with pytest.raises(MessageRefused):
            verify_request(changed, PATH, BODY, KEY)


def test_neither_path_nor_body_nor_key_can_change() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(SECRET).digest()).public_key()
    for path, body, key in (
        ("/v1/exchange/hub/requests", BODY, KEY),
        (PATH, BODY + b" ", KEY),
        (PATH, BODY, stranger.public_bytes_raw()),
    ):
        with pytest.raises(MessageRefused):
            verify_request(headers(), path, body, key)


def test_an_answer_stands_for_one_request() -> None:
    asked = content_digest(BODY)
    answer = sign_response(SIGNING.sign, SIGNED, 200, b"{}", asked)
    told = {name.lower(): value for name, value in answer.items()}
    assert verify_response(told, 200, b"{}", asked, KEY) == SIGNED
    for status, digest in ((401, asked), (200, content_digest(b"another"))):
        with pytest.raises(MessageRefused):
            verify_response(told, status, b"{}", digest, KEY)
