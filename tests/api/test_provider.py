"""The provider as it comes and goes: rotation, silence, keys that cannot be read; and signing in through it."""

import base64
import html
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from access import NotSignedIn
from api import ApiSettings, create_app
from api.problems import ProviderUnavailable
from api.tokens import TokenVerifier

pytestmark = pytest.mark.oidc
AUDIENCE = "urn:test:mashlink"


def unsigned(key_id: str) -> str:
    """A token by a key of this name, with nothing in it."""
    head = json.dumps({"alg": "RS256", "kid": key_id}).encode()
    return f"{base64.urlsafe_b64encode(head).decode().rstrip('=')}.e30.x"


Start = Callable[..., AbstractContextManager[Any]]


def test_a_rotated_key_is_fetched_and_the_old_one_forgotten(
    settings_for: Any, provider_for: Any, start_provider: Start, unused_port: int
) -> None:
    provider = provider_for(settings_for(f"http://127.0.0.1:{unused_port}"))
    verifier = TokenVerifier(provider, AUDIENCE)
    with start_provider(unused_port, "before") as running:
        old = running.token()
        verifier.claims(old)
    with start_provider(unused_port, "after") as running:
        assert verifier.claims(running.token())["hub_role"] == ["analyst"]
        with pytest.raises(NotSignedIn):
            verifier.claims(old)


def test_while_the_provider_is_down_kept_keys_serve_until_they_are_old(
    settings_for: Any, provider_for: Any, start_provider: Start, unused_port: int
) -> None:
    now = [0.0]
    kept = settings_for(f"http://127.0.0.1:{unused_port}", keys_kept_seconds=100)
    verifier = TokenVerifier(provider_for(kept, clock=lambda: now[0]), AUDIENCE)
    with start_provider(unused_port, "only") as running:
        token = running.token()
        verifier.claims(token)
    now[0] = 99
    assert verifier.claims(token)["hub_role"] == ["analyst"]
    now[0] = 101
    with pytest.raises(ProviderUnavailable):
        verifier.claims(token)


def test_unknown_keys_cannot_be_used_to_flood_the_provider(settings_for: Any, provider_for: Any) -> None:
    asked: list[str] = []
    key = RSAKey.generate_key(2048, {"kid": "k"})

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"keys": [key.as_dict(private=False)]})

    settings = settings_for("https://id.example", jwks_uri="https://id.example/keys", keys_renewed_seconds=10)
    verifier = TokenVerifier(
        provider_for(settings, httpx.Client(transport=httpx.MockTransport(answer)), clock=lambda: 5.0),
        AUDIENCE,
    )
    for number in range(20):
        with pytest.raises(NotSignedIn):
            verifier.claims(unsigned(str(number)))
    assert len(asked) == 1


@pytest.mark.parametrize("told", [{"keys": []}, {"keys": [{"kty": "RSA"}]}, {}, [], "x"])
def test_keys_that_cannot_be_read_are_the_providers_trouble(
    settings_for: Any, provider_for: Any, told: Any
) -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json=told))
    settings = settings_for("https://id.example", jwks_uri="https://id.example/keys")
    verifier = TokenVerifier(provider_for(settings, httpx.Client(transport=answers)), AUDIENCE)
    with pytest.raises(ProviderUnavailable):
        verifier.claims(unsigned("k"))


def test_over_http_a_token_opens_the_views_and_none_leaves_them_shut(
    settings_for: Any, serve: Callable[..., str], desk: Any, identity_provider: Any
) -> None:
    settings = settings_for(identity_provider.issuer)
    address = serve(lambda here: create_app(ApiSettings(oidc=settings, public_base_url=here), desk))
    purpose = {"Purpose": "emerging_harm", "Purpose-Reason": "Weekly review"}

    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", **purpose}
        return httpx.get(f"{address}/v1/persons/known", headers=headers).status_code

    assert status(identity_provider.token()) == 200
    assert [asked.principal.subject for asked in desk.asked] == ["analyst-RS256"]
    assert status(identity_provider.token("stranger")) == 401
    assert status(identity_provider.token(audience="urn:test:somebody-else")) == 401


def test_when_the_provider_is_down_a_caller_is_told_so(
    settings_for: Any, serve: Callable[..., str], desk: Any, unused_port: int
) -> None:
    settings = settings_for(f"http://127.0.0.1:{unused_port}")
    address = serve(lambda here: create_app(ApiSettings(oidc=settings, public_base_url=here), desk))
    token = unsigned("x")
    answer = httpx.get(f"{address}/v1/findings", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["title"]) == (503, "Sign-in is not available")
    assert "Sign-in is not available" in httpx.get(f"{address}/sign-in/start").text
    assert desk.asked == []


def test_the_console_signs_in_by_code_with_pkce(
    settings_for: Any, serve: Callable[..., str], desk: Any, start_provider: Start, unused_port: int
) -> None:
    issuer = f"http://127.0.0.1:{unused_port}"
    oidc = settings_for(issuer)
    address = serve(lambda here: create_app(ApiSettings(oidc=oidc, public_base_url=here), desk))
    with start_provider(unused_port, "sign-in", f"{address}/sign-in/return"), httpx.Client() as client:
        leaving = client.get(f"{address}/sign-in/start", params={"next": "/purpose"})
        asked = httpx.URL(leaving.headers["location"])
        assert asked.params["code_challenge_method"] == "S256"
        assert asked.params["response_type"] == "code"
        answer = client.get(asked, follow_redirects=True)
        assert answer.status_code == 200
        assert answer.url.path == "/purpose"
        assert "Made-up analyst" in answer.text
        back = next(str(step.url) for step in answer.history if step.url.path == "/sign-in/return")
        # The same answer of the provider, a second time or in another browser, opens nothing.
        assert client.get(back).status_code == 401
        assert httpx.get(back).status_code == 401
        # Nor does an answer to a sign-in that was not started here.
        client.get(f"{address}/sign-in/start")
        assert (
            client.get(
                f"{address}/sign-in/return", params={"state": "made-up", "code": "made-up"}
            ).status_code
            == 401
        )


def test_who_signs_out_at_the_provider_is_signed_out_here(
    settings_for: Any, serve: Callable[..., str], desk: Any, start_provider: Start, unused_port: int
) -> None:
    oidc = settings_for(f"http://127.0.0.1:{unused_port}")
    address = serve(lambda here: create_app(ApiSettings(oidc=oidc, public_base_url=here), desk))
    with (
        start_provider(unused_port, "way-out", f"{address}/sign-in/return"),
        httpx.Client(follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}) as client,
    ):
        client.get(f"{address}/sign-in/start")
        assert client.get(f"{address}/purpose").status_code == 200
        client.post(f"{address}/sign-out")
        way_out = re.search(r'href="([^"]*/session/end[^"]*)"', client.get(f"{address}/sign-in?left=1").text)
        assert way_out is not None
        # Signed in once more; then the provider ends it, and tells the hub behind the browser's back.
        client.get(f"{address}/sign-in/start")
        assert client.get(f"{address}/purpose").url.path == "/purpose"
        asking = client.get(html.unescape(way_out[1]))
        secret = re.search(r'name="xsrf" value="([^"]+)"', asking.text)
        assert secret is not None
        client.post(
            f"{oidc.issuer}/session/end/confirm",
            data={"xsrf": secret[1], "logout": "yes"},
            follow_redirects=False,
        )
        assert client.get(f"{address}/purpose").url.path == "/sign-in"


def test_nobody_is_signed_out_by_a_token_that_the_provider_did_not_sign(
    settings_for: Any, serve: Callable[..., str], desk: Any, identity_provider: Any
) -> None:
    settings = settings_for(identity_provider.issuer)
    address = serve(lambda here: create_app(ApiSettings(oidc=settings, public_base_url=here), desk))
    for token in (unsigned("first-RS256"), identity_provider.token(), ""):
        answer = httpx.post(f"{address}/sign-in/ended", data={"logout_token": token})
        assert answer.status_code in (401, 422)


def test_an_answer_in_the_name_of_another_issuer_signs_nobody_in(
    settings_for: Any, serve: Callable[..., str], desk: Any, start_provider: Start, unused_port: int
) -> None:
    """RFC 9207: the provider says who answers; a code that another one gave is not redeemed."""
    oidc = settings_for(f"http://127.0.0.1:{unused_port}")
    address = serve(lambda here: create_app(ApiSettings(oidc=oidc, public_base_url=here), desk))
    with start_provider(unused_port, "mix-up", f"{address}/sign-in/return"), httpx.Client() as client:
        for issuer, status in (("https://elsewhere.example", 401), (oidc.issuer, 303)):
            leaving = client.get(f"{address}/sign-in/start")
            step = client.get(leaving.headers["location"])
            while not step.headers["location"].startswith(f"{address}/sign-in/return"):
                step = client.get(httpx.URL(oidc.issuer).join(step.headers["location"]))
            back = httpx.URL(step.headers["location"])
            assert back.params["iss"] == oidc.issuer
            assert client.get(back.copy_set_param("iss", issuer)).status_code == status
