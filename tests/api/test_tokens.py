"""Bearer tokens against a real OpenID Connect provider: what is accepted, and everything that must not be."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from access import NotSignedIn
from api import ApiSettings, ClaimMapping, OidcSettings, create_app
from api.problems import ProviderUnavailable
from api.provider import Provider
from api.tokens import TokenVerifier, principal_from_claims

pytestmark = [
    pytest.mark.oidc,
    # Most providers still spell Ed25519 so; RFC 9864 has only begun to rename it.
    pytest.mark.filterwarnings("ignore:EdDSA is deprecated"),
]
AUDIENCE = "urn:test:mashlink"
CLAIMS = ClaimMapping(role="hub_role")


def settings_for(issuer: str, **others: Any) -> OidcSettings:
    return OidcSettings(
        issuer=issuer,
        audience=AUDIENCE,
        client_id="console",
        client_secret="not-a-secret",
        claims=CLAIMS,
        **{"keys_renewed_seconds": 0, **others},
    )


@pytest.fixture
def provider_for() -> Iterator[Callable[..., Provider]]:
    """Providers as mashlink sees them, closed when the test is over."""
    with ExitStack() as opened:

        def make(settings: OidcSettings, *given: Any, **named: Any) -> Provider:
            provider = Provider(settings, *given, **named)
            opened.callback(provider.close)
            return provider

        yield make


@pytest.fixture
def verifier(provider_for: Callable[..., Provider], identity_provider: Any) -> TokenVerifier:
    return TokenVerifier(provider_for(settings_for(identity_provider.issuer)), AUDIENCE)


@pytest.fixture
def known_keys(identity_provider: Any) -> list[dict[str, Any]]:
    return list(httpx.get(f"{identity_provider.issuer}/jwks").json()["keys"])


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def good_claims(issuer: str, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": "x",
        "hub_role": "analyst",
        "iat": now,
        "exp": now + 60,
        **changed,
    }


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_of_the_provider_is_accepted(
    verifier: TokenVerifier, identity_provider: Any, algorithm: str
) -> None:
    principal = principal_from_claims(
        verifier.claims(identity_provider.token("decision_maker", algorithm)), CLAIMS, "home"
    )
    assert (principal.role, principal.agency, principal.hub) == ("decision_maker", "council", "home")
    assert principal.authorities == ("northmere",)


def test_a_token_for_another_service_is_refused(verifier: TokenVerifier, identity_provider: Any) -> None:
    with pytest.raises(NotSignedIn):
        verifier.claims(identity_provider.token(audience="urn:test:somebody-else"))


def test_a_token_of_another_issuer_is_refused(provider_for: Any, identity_provider: Any) -> None:
    keys_of_one = settings_for("http://127.0.0.1:1", jwks_uri=f"{identity_provider.issuer}/jwks")
    with pytest.raises(NotSignedIn):
        TokenVerifier(provider_for(keys_of_one), AUDIENCE).claims(identity_provider.token())


@pytest.mark.parametrize(
    ("moved", "accepted"), [(0, True), (600 + 29, True), (600 + 31, False), (86_400, False)]
)
def test_a_token_that_has_run_out_is_refused(
    provider_for: Any, identity_provider: Any, moved: int, accepted: bool
) -> None:
    token = identity_provider.token()
    issued = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["iat"]
    verifier = TokenVerifier(
        provider_for(settings_for(identity_provider.issuer)), AUDIENCE, now=lambda: issued + moved
    )
    if accepted:
        assert verifier.claims(token)["iat"] == issued
    else:
        with pytest.raises(NotSignedIn):
            verifier.claims(token)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", "RS512", "", None])
def test_an_unsigned_or_otherwise_signed_token_is_refused(
    verifier: TokenVerifier, identity_provider: Any, known_keys: list[dict[str, Any]], algorithm: Any
) -> None:
    head = {"alg": algorithm, "kid": known_keys[0]["kid"]}
    token = f"{part(head)}.{part(good_claims(identity_provider.issuer))}."
    with pytest.raises(NotSignedIn):
        verifier.claims(token)


def test_the_public_key_is_no_shared_secret(
    verifier: TokenVerifier, identity_provider: Any, known_keys: list[dict[str, Any]]
) -> None:
    """HS/RS confusion: an HMAC made with the RSA public key, as PEM, DER and JSON, under either name."""
    public = next(key for key in known_keys if key["kty"] == "RSA")
    key = RSAKey.import_key(public)
    body = part(good_claims(identity_provider.issuer))
    for secret in (key.as_pem(private=False), key.as_der(private=False), json.dumps(public).encode()):
        for named in ("HS256", "RS256"):
            signed = f"{part({'alg': named, 'kid': public['kid']})}.{body}"
            mac = (
                base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).decode().rstrip("=")
            )
            with pytest.raises(NotSignedIn):
                verifier.claims(f"{signed}.{mac}")


def test_a_key_that_the_token_brings_along_is_not_used(
    verifier: TokenVerifier, identity_provider: Any
) -> None:
    own = RSAKey.generate_key(2048, {"kid": "mine"})
    head = {"alg": "RS256", "kid": "mine", "jwk": own.as_dict(private=False)}
    with pytest.raises(NotSignedIn):
        verifier.claims(jwt.encode(head, good_claims(identity_provider.issuer), own))


def test_a_key_signs_by_its_own_algorithm_only(
    verifier: TokenVerifier, identity_provider: Any, known_keys: list[dict[str, Any]]
) -> None:
    head, body, signature = identity_provider.token(algorithm="RS256").split(".")
    elliptic = next(key["kid"] for key in known_keys if key["kty"] == "EC")
    assert head
    for other in (
        {"alg": "ES256", "kid": elliptic},
        {"alg": "RS256", "kid": elliptic},
        {"alg": "RS256", "kid": 7},
    ):
        with pytest.raises(NotSignedIn):
            verifier.claims(".".join([part(other), body, signature]))


@pytest.mark.parametrize("place", [1, 2])
def test_a_changed_token_is_refused(verifier: TokenVerifier, identity_provider: Any, place: int) -> None:
    parts = identity_provider.token().split(".")
    parts[place] = ("A" if parts[place][0] != "A" else "B") + parts[place][1:]
    with pytest.raises(NotSignedIn):
        verifier.claims(".".join(parts))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "e30.e30.e30", "é.é.é", "x" * 20_000, "W10.e30.", "bnVsbA.e30."]
)
def test_what_is_no_token_is_refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(NotSignedIn):
        verifier.claims(token)


@pytest.mark.parametrize(
    "changed",
    [
        {"nbf": 2**33},
        {"exp": None},
        {"exp": "soon"},
        {"aud": None},
        {"aud": []},
        {"iss": None},
        {"iss": ["x"]},
    ],
)
def test_claims_that_do_not_hold_are_refused(provider_for: Any, changed: dict[str, Any]) -> None:
    key = RSAKey.generate_key(2048, {"kid": "k", "use": "sig"})
    issuer = "https://id.example"
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json={"keys": [key.as_dict(private=False)]}))
    provider = provider_for(
        settings_for(issuer, jwks_uri="https://id.example/keys"), httpx.Client(transport=answers)
    )
    verifier = TokenVerifier(provider, AUDIENCE)
    assert verifier.claims(jwt.encode({"alg": "RS256", "kid": "k"}, good_claims(issuer), key))["sub"] == "x"
    with pytest.raises(NotSignedIn):
        verifier.claims(jwt.encode({"alg": "RS256", "kid": "k"}, good_claims(issuer, **changed), key))


@pytest.mark.parametrize(
    ("claims", "mapping", "role"),
    [
        ({"sub": "a", "role": "analyst"}, ClaimMapping(), "analyst"),
        ({"sub": "a", "realm": {"roles": ["x", "auditor"]}}, ClaimMapping(role="realm.roles"), "auditor"),
        (
            {"sub": "a", "https://x.example/role": "DA"},
            ClaimMapping(role="https://x.example/role", roles={"DA": "analyst"}),
            "analyst",
        ),
        ({"sub": "a", "role": "analyst"}, ClaimMapping(roles={"DA": "analyst"}), None),
        ({"sub": "a", "role": "operator"}, ClaimMapping(), None),
        ({"sub": "a", "role": {"analyst": True}}, ClaimMapping(), None),
        ({"sub": "a"}, ClaimMapping(), None),
        ({"sub": 7, "role": "analyst"}, ClaimMapping(), None),
        ({"role": "analyst"}, ClaimMapping(), None),
    ],
)
def test_claims_become_a_principal_by_the_hubs_mapping(
    claims: dict[str, Any], mapping: ClaimMapping, role: str | None
) -> None:
    if role is None:
        with pytest.raises(NotSignedIn):
            principal_from_claims(claims, mapping, "home")
    else:
        assert principal_from_claims(claims, mapping, "home").role == role


Start = Callable[..., AbstractContextManager[Any]]


def test_a_rotated_key_is_fetched_and_the_old_one_forgotten(
    provider_for: Any, start_provider: Start, unused_port: int
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
    provider_for: Any, start_provider: Start, unused_port: int
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


def test_unknown_keys_cannot_be_used_to_flood_the_provider(provider_for: Any) -> None:
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
            verifier.claims(f"{part({'alg': 'RS256', 'kid': str(number)})}.e30.x")
    assert len(asked) == 1


@pytest.mark.parametrize("told", [{"keys": []}, {"keys": [{"kty": "RSA"}]}, {}, [], "x"])
def test_keys_that_cannot_be_read_are_the_providers_trouble(provider_for: Any, told: Any) -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json=told))
    settings = settings_for("https://id.example", jwks_uri="https://id.example/keys")
    verifier = TokenVerifier(provider_for(settings, httpx.Client(transport=answers)), AUDIENCE)
    with pytest.raises(ProviderUnavailable):
        verifier.claims(f"{part({'alg': 'RS256', 'kid': 'k'})}.e30.x")


@pytest.fixture
def unused_port() -> int:
    import socket  # noqa: PLC0415 - for this alone

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_over_http_a_token_opens_the_views_and_none_leaves_them_shut(
    serve: Callable[..., str], desk: Any, identity_provider: Any
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
    serve: Callable[..., str], desk: Any, unused_port: int
) -> None:
    settings = settings_for(f"http://127.0.0.1:{unused_port}")
    address = serve(lambda here: create_app(ApiSettings(oidc=settings, public_base_url=here), desk))
    token = f"{part({'alg': 'RS256', 'kid': 'x'})}.e30.x"
    answer = httpx.get(f"{address}/v1/findings", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["title"]) == (503, "Sign-in is not available")
    assert "Sign-in is not available" in httpx.get(f"{address}/sign-in/start").text
    assert desk.asked == []


def test_the_console_signs_in_by_code_with_pkce(
    serve: Callable[..., str], desk: Any, start_provider: Start, unused_port: int
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
