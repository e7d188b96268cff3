"""Bearer and id tokens: is this one the provider's, meant for us and still good, and who does it speak of."""

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from access import ROLES, NotSignedIn, Principal
from api.provider import Provider
from api.settings import ClaimMapping

LONGEST_TOKEN = 16_384
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# The key family that each accepted algorithm belongs to: a key of another family never verifies it, so that an RSA
# public key cannot be taken for an HMAC secret.
FAMILIES = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}


class TokenVerifier:
    """Accepts tokens of one provider for one audience; anything else is ``NotSignedIn``."""

    def __init__(self, provider: Provider, audience: str, now: Callable[[], float] = time.time) -> None:
        self._provider = provider
        self._audience = audience
        self._now = now

    def claims(self, token: str, nonce: str | None = None) -> dict[str, Any]:
        """The claims of a good token: signature, issuer, audience, expiry and start all hold (RFC 7519, RFC 8725).

        ``nonce``: the value that an id token must carry, when it answers a sign-in of ours.

        Raises:
            NotSignedIn: any of them does not hold.
            ProviderUnavailable: the keys cannot be had.

        """
        settings = self._provider.settings
        header = _header(token)
        algorithm = header.get("alg")
        if algorithm not in settings.algorithms:
            raise NotSignedIn("The token's signature is of a kind that is not accepted here.")
        key_id = header.get("kid")
        if key_id is not None and not isinstance(key_id, str):
            raise NotSignedIn("The token is not well formed.")
        fitting = _of_family(self._provider.keys(key_id), FAMILIES[algorithm], key_id)
        try:
            told = jwt.decode(token, fitting, algorithms=list(settings.algorithms))
            registry = jwt.JWTClaimsRegistry(
                now=lambda: int(self._now()),
                leeway=settings.leeway_seconds,
                iss={"essential": True, "value": settings.issuer},
                aud={"essential": True, "value": self._audience},
                exp={"essential": True},
            )
            registry.validate(told.claims)
        except (JoseError, ValueError) as error:
            # The reason stays out of the answer: it would tell a forger which check was next.
            raise NotSignedIn("The token is not valid here, or no longer. Sign in again.") from error
        if nonce is not None:
            _check_answers_us(told.claims, nonce, self._audience)
        return told.claims


class ProviderSignIn:
    """Signs in the bearers of the provider's access tokens that are meant for this hub."""

    def __init__(self, provider: Provider, hub: str) -> None:
        self._provider = provider
        self._hub = hub
        self._verifier = TokenVerifier(provider, provider.settings.audience)

    def bearer(self, token: str) -> Principal:
        """Who the token speaks of; raises NotSignedIn, ProviderUnavailable."""
        return principal_from_claims(self._verifier.claims(token), self._provider.settings.claims, self._hub)


def _check_answers_us(claims: Mapping[str, Any], nonce: str, client_id: str) -> None:
    """An id token carries the nonce of the sign-in it answers, and names us where it was made for several parties."""
    told = claims.get("nonce")
    if not isinstance(told, str) or not secrets.compare_digest(told.encode(), nonce.encode()):
        raise NotSignedIn("The sign-in was not started here. Start it again.")
    audience = claims.get("aud")
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise NotSignedIn("The sign-in was made for another service. Start it again.")


def _header(token: str) -> dict[str, Any]:
    if len(token) > LONGEST_TOKEN:
        raise NotSignedIn("The token is not well formed.")
    first = token.split(".", maxsplit=1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError as error:
        raise NotSignedIn("The token is not well formed.") from error
    if not isinstance(header, dict):
        raise NotSignedIn("The token is not well formed.")
    return header


def _of_family(keys: KeySet, family: str, key_id: str | None) -> KeySet:
    fitting = [
        key
        for key in keys.keys
        if key.key_type == family and key.get("use", "sig") == "sig" and (key_id is None or key.kid == key_id)
    ]
    if not fitting:
        raise NotSignedIn("The token is signed with a key that the identity provider does not name.")
    return KeySet(fitting)


def principal_from_claims(claims: Mapping[str, Any], mapping: ClaimMapping, hub: str) -> Principal:
    """The person and role that a token speaks of, by the hub's claim mapping.

    Raises:
        NotSignedIn: the token names nobody, or no role of this hub.

    """
    subject = _claim(claims, mapping.subject)
    if not isinstance(subject, str) or not subject:
        raise NotSignedIn(
            f"The token does not say who you are (claim {mapping.subject}). Ask the hub's IT team."
        )
    held = _texts(_claim(claims, mapping.role))
    roles = [mapping.roles.get(word, "") if mapping.roles else word for word in held]
    # In the order of the claim: the provider, not the alphabet, says which of several roles comes first.
    role = next((role for role in roles if role in ROLES and role != "operator"), None)
    if role is None:
        raise NotSignedIn(
            f"You hold no role of this hub (claim {mapping.role}). Ask the hub's administrator for one."
        )
    agency = _texts(_claim(claims, mapping.agency))
    name = _claim(claims, mapping.name)
    return Principal(
        subject=subject,
        name=name if isinstance(name, str) and name else subject,
        role=role,
        agency=agency[0] if agency else "",
        hub=hub,
        authorities=tuple(_texts(_claim(claims, mapping.authorities))),
    )


def account_of(claims: Mapping[str, Any]) -> str:
    """The provider's own name for the worker (``sub``), by which it later says that they signed out."""
    return str(claims.get("sub", ""))


def signed_out_account(claims: Mapping[str, Any]) -> str:
    """Whom a verified logout token signs out (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6).

    Raises:
        NotSignedIn: it is another kind of token, or names nobody.

    """
    events, account = claims.get("events"), claims.get("sub")
    # A nonce marks an id token: one must never pass for the other.
    if not isinstance(events, Mapping) or LOGOUT_EVENT not in events or "nonce" in claims:
        raise NotSignedIn("The token does not say that anybody signed out.")
    if not isinstance(account, str) or not account:
        raise NotSignedIn("The token does not say who signed out.")
    return account


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    # A claim may itself have dots in its name (a URL, as several providers write it): whole name first.
    if path in claims:
        return claims[path]
    value: Any = claims
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str) and item]
    return []
