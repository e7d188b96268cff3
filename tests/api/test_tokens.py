"""Bearer tokens against a real OpenID Connect provider: what is accepted, and everything that must not be."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from access import NotSignedIn
from api import ClaimMapping
from api.provider import Provider
from api.tokens import TokenVerifier, principal_from_claims, signed_out_account

pytestmark = [
    pytest.mark.oidc,
    # Most providers still spell Ed25519 so; RFC 9864 has only begun to rename it.
    pytest.mark.filterwarnings("ignore:EdDSA is deprecated"),
]
AUDIENCE = "urn:test:mashlink"
CLAIMS = ClaimMapping(role="hub_role")


@pytest.fixture
def verifier(
    settings_for: Any, provider_for: Callable[..., Provider], identity_provider: Any
) -> TokenVerifier:
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


def test_a_token_of_another_issuer_is_refused(
    settings_for: Any, provider_for: Any, identity_provider: Any
) -> None:
    keys_of_one = settings_for("http://127.0.0.1:1", jwks_uri=f"{identity_provider.issuer}/jwks")
    with pytest.raises(NotSignedIn):
        TokenVerifier(provider_for(keys_of_one), AUDIENCE).claims(identity_provider.token())


@pytest.mark.parametrize(
    ("moved", "accepted"), [(0, True), (600 + 29, True), (600 + 31, False), (86_400, False)]
)
def test_a_token_that_has_run_out_is_refused(
    settings_for: Any, provider_for: Any, identity_provider: Any, moved: int, accepted: bool
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
def test_claims_that_do_not_hold_are_refused(
    settings_for: Any, provider_for: Any, changed: dict[str, Any]
) -> None:
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


@pytest.fixture
def console(settings_for: Any, provider_for: Any) -> Callable[..., dict[str, Any]]:
    """Checks an id token with these claims, made for the console, as the answer to the sign-in ``n-1``."""
    key = RSAKey.generate_key(2048, {"kid": "k", "use": "sig"})
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json={"keys": [key.as_dict(private=False)]}))
    settings = settings_for("https://id.example", jwks_uri="https://id.example/keys")
    verifier = TokenVerifier(provider_for(settings, httpx.Client(transport=answers)), "console")

    def check(**claims: Any) -> dict[str, Any]:
        told = good_claims("https://id.example", aud="console", nonce="n-1") | claims
        return verifier.claims(jwt.encode({"alg": "RS256", "kid": "k"}, told, key), "n-1")

    return check


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({}, True),
        ({"nonce": "n-2"}, False),
        ({"nonce": None}, False),
        ({"nonce": ["n-1"]}, False),
        ({"azp": "console"}, True),
        ({"azp": "another"}, False),
        ({"aud": ["console"]}, True),
        ({"aud": ["console", "another"]}, False),
        ({"aud": ["console", "another"], "azp": "console"}, True),
        ({"aud": "urn:test:mashlink"}, False),
    ],
)
def test_an_id_token_answers_this_sign_in_of_this_client(
    console: Callable[..., dict[str, Any]], claims: dict[str, Any], accepted: bool
) -> None:
    if accepted:
        assert console(**claims)["sub"] == "x"
    else:
        with pytest.raises(NotSignedIn):
            console(**claims)


SIGNED_OUT = {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.mark.parametrize(
    ("claims", "account"),
    [
        ({"sub": "amina", "events": SIGNED_OUT}, "amina"),
        ({"sub": "amina", "events": SIGNED_OUT, "nonce": "n-1"}, None),
        ({"sub": "amina", "events": {}}, None),
        ({"sub": "amina", "events": list(SIGNED_OUT)}, None),
        ({"sub": "amina"}, None),
        ({"sid": "session", "events": SIGNED_OUT}, None),
        ({"sub": "", "events": SIGNED_OUT}, None),
    ],
)
def test_a_token_of_another_kind_signs_nobody_out(claims: dict[str, Any], account: str | None) -> None:
    if account is None:
        with pytest.raises(NotSignedIn):
            signed_out_account(claims)
    else:
        assert signed_out_account(claims) == account


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
