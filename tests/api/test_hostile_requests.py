"""Whatever stands in a body, a header, a cursor or a signature: a refusal with a problem that repeats nothing, never a 500."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import http_sf
import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from access import BadInput, ExchangeKeys, MessageRefused
from api import ApiSettings, create_app
from api.exchange.messages import BODY_BYTES
from api.exchange.signing import (
    SignedAs,
    claimed_by,
    content_digest,
    sign_request,
    verify_request,
)
from api.paging import cursor_for, offset_of

FEW_AND_MANY = pytest.mark.parametrize("examples", [12, pytest.param(3_000, marks=pytest.mark.faults)])
quick = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
STATED = {"Purpose": "safeguarding_s47", "Purpose-Reason": "Test", "Authorization": "Bearer demo-daniel"}
Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(desk: Any) -> Ask:
    """Ask the application in this process; what it does not foresee is a 500, as it would be for a caller."""
    app = create_app(ApiSettings(demo=True), desk)

    def asking(method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, **more)

        # In a thread of its own: a browser test before this one may have left a loop running in this thread.
        with start_blocking_portal() as portal:
            return portal.call(asked)

    return asking


texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "=1+1",
            "' OR 1=1 --",
            "%s",
            "{0}",
            "$1",
            "../../etc/passwd",
            "9" * 400,
            "٣",
            "1e999",
        ]
    ),
)
plain = st.one_of(st.none(), st.booleans(), st.integers(), st.integers(10**30, 10**40), st.floats(), texts)
values = st.recursive(
    plain,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)
words = st.sampled_from(
    [
        "pattern",
        "find",
        "tied",
        "not_tied",
        "to",
        "over",
        "directly",
        "kinds",
        "own_role",
        "their_role",
        "at_least",
        "at_one",
        "since",
        "as_of",
        "title",
        "age_from",
        "age_to",
        "sex",
        "around",
        "limit",
        "page",
        "among",
        "most",
        "from_handle",
        "to_handle",
        "family_name",
        "identifiers",
        "kind",
        "value",
        "nodes",
        "hops",
        "thresholds",
        "grounds",
    ]
)
known = st.sampled_from(
    [
        "place",
        "vehicle",
        "incident",
        "parent",
        "victim",
        "known",
        "2026-03-01",
        0,
        1,
        50,
        130,
        10_000,
        -1,
        True,
    ]
)
bodies = st.recursive(
    st.one_of(known, plain),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=6)),
    max_leaves=20,
)
TAKES_A_BODY = (
    "/v1/lookup", "/v1/patterns", "/v1/networks", "/v1/paths", "/v1/shared", "/v1/links/explain", "/v1/packs",
    "/v1/findings/f-1/disposition", "/v1/findings/what-if", "/v1/access/explain",
    "/v1/ledger/entries", "/v1/sharing/releases", "/v1/meetings", "/v1/break-glass", "/v1/outcomes",
)  # fmt: skip


@FEW_AND_MANY
def test_no_json_is_too_odd_for_a_refusal(ask: Ask, examples: int) -> None:
    seen = set()

    @settings(max_examples=examples, deadline=None, suppress_health_check=quick)
    @given(
        st.sampled_from(TAKES_A_BODY), st.one_of(bodies, values, st.fixed_dictionaries({"pattern": bodies}))
    )
    def hold(path: str, body: Any) -> None:
        content = json.dumps(body).encode("utf-8", "surrogatepass")
        answer = ask("POST", path, content=content, headers=STATED | {"Content-Type": "application/json"})
        assert answer.status_code < 500, answer.text
        seen.add(answer.status_code)

    hold()
    assert seen & {400, 404, 422}


@pytest.mark.parametrize("path", ["/v1/lookup", "/v1/networks"])
@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"pattern": ' * 20_000,
        b'{"family_name": ' + b"9" * 5_000 + b"}",
        b'{"family_name": NaN, "given_name": Infinity}',
        b'{"family_name": "Quillfeather\x00"}',
        b'{"family_name": "\\u0000"}',
        b'{"family_name": "\\ud800"}',
        b"\xff\xfe{}",
        b"",
        b"null",
    ],
)
def test_bodies_that_are_meant_to_break_are_refused(ask: Ask, path: str, content: bytes) -> None:
    answer = ask("POST", path, content=content, headers=STATED | {"Content-Type": "application/json"})
    assert answer.status_code in (400, 401, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Quillfeather" not in answer.text
    assert "9999" not in answer.text


@FEW_AND_MANY
def test_no_header_or_query_is_too_odd_for_an_answer(ask: Ask, examples: int) -> None:
    odd = st.binary(max_size=40).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b"").strip())

    @settings(max_examples=examples, deadline=None, suppress_health_check=quick)
    @given(
        st.dictionaries(
            st.sampled_from(["Purpose", "Purpose-Reason", "Case-Reference", "Cookie", "Accept-Language"]), odd
        ),
        st.dictionaries(
            st.sampled_from(["cursor", "limit", "detector", "as_of", "page", "hops", "since"]),
            texts,
            max_size=3,
        ),
        st.sampled_from(
            [
                "/v1/findings",
                "/v1/persons/known/network",
                "/v1/persons/known/chronology",
                "/v1/review",
                "/v1/ledger/entries",
            ]
        ),
    )
    def hold(headers: dict[str, bytes], query: dict[str, str], path: str) -> None:
        given = {name: value.encode() for name, value in STATED.items()} | headers
        query = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
        answer = ask("GET", path, headers=given, params=query)
        assert answer.status_code < 500, answer.text

    hold()


@FEW_AND_MANY
def test_a_cursor_is_one_of_ours_or_none(examples: int) -> None:
    @settings(max_examples=examples * 5, deadline=None)
    @given(
        st.one_of(
            st.text(max_size=220), st.integers(0, 10**7).map(cursor_for), st.binary(max_size=60).map(repr)
        )
    )
    def hold(cursor: str) -> None:
        with suppress(BadInput):
            assert 0 <= offset_of(cursor) <= 1_000_000

    hold()


def meaning(headers: dict[str, str]) -> object:
    """What signed headers say, however it is spaced (RFC 9110, 5.5; RFC 9651, 4.2); None where they are in no form.

    A parameter of the signature's bytes is none of the signature's own, which stand in Signature-Input (RFC 9421, 4.1).
    """
    plain = {name: value.strip(" \t") for name, value in headers.items()}
    try:
        parsed = [
            http_sf.parse(plain.pop(name).encode("ascii"), tltype="dictionary")
            for name in ("Signature", "Signature-Input")
        ]
        signature = {label: bytes_of for label, (bytes_of, _) in parsed[0].items()}
    except (ValueError, TypeError):
        return None
    return plain, signature, parsed[1]


@FEW_AND_MANY
def test_a_signature_of_any_form_is_the_hubs_or_refused(tmp_path: Path, examples: int) -> None:
    hub_keys = ExchangeKeys(tmp_path, "home")
    body = b"{}".ljust(BODY_BYTES)
    path = "/v1/exchange/hub/questions"
    key = bytes.fromhex(hub_keys.card("Northmere", "https://hub.example", "Ring").signing_key)
    signed = SignedAs("home", 100, 200, "once")
    whole = sign_request(hub_keys.sign, signed, path, body)
    assert verify_request(httpx.Headers(whole), path, body, key) == signed

    @settings(max_examples=examples, deadline=None)
    @given(
        st.sampled_from(["Signature", "Signature-Input", "Content-Digest", "Content-Type"]),
        st.one_of(
            texts,
            st.sampled_from(
                [
                    "hub=()",
                    "hub=:AAAA:",
                    "sha-256=::",
                    "hub=();created=1e9",
                    'hub=("@method");created=-1',
                    ",",
                ]
            ),
        ),
        st.booleans(),
    )
    @example(name="Signature", value=" ", added=True)
    @example(name="Signature", value=";a", added=True)
    @example(name="Signature-Input", value=";a", added=True)
    def hold(name: str, value: str, added: bool) -> None:
        changed = {**whole, name: whole[name] + value if added else value}
        headers = httpx.Headers(
            [(one.encode(), told.encode("utf-8", "replace")) for one, told in changed.items()]
        )
        if meaning(changed) == meaning(whole):
            with suppress(MessageRefused):
                assert verify_request(headers, path, body, key) == signed
            return
        with pytest.raises(MessageRefused):  # noqa: PT012 - a signature is refused by either
            claimed_by(headers)
            verify_request(headers, path, body, key)

    hold()
    assert content_digest(body) == whole["Content-Digest"]
