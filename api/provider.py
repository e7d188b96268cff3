"""The identity provider as mashlink sees it: where its doors are, which keys it signs with, codes for tokens."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from access import NotSignedIn
from api.problems import ProviderUnavailable
from api.settings import OidcSettings


@dataclass(frozen=True, slots=True)
class Doors:
    """The addresses that discovery names."""

    authorization: str
    token: str
    jwks: str
    end_session: str | None


class Provider:
    """Fetches discovery, keys and tokens over HTTP, each only when needed.

    Keys are kept: an unknown key id fetches them anew (rotation), at most once in ``keys_renewed_seconds``, and keys
    older than ``keys_kept_seconds`` are fetched before use. While the provider does not answer, keys that are not
    that old go on serving, so that its restart signs nobody out.
    """

    def __init__(
        self,
        settings: OidcSettings,
        http: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._http = http or httpx.Client(timeout=5.0, follow_redirects=False)
        self._clock = clock
        self._lock = threading.Lock()
        self._doors: Doors | None = None
        self._keys: KeySet | None = None
        self._fetched_at = 0.0

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def doors(self) -> Doors:
        """The provider's addresses, asked once.

        Raises:
            ProviderUnavailable: it does not answer, or answers for another issuer.

        """
        if self._doors is None:
            told = self._get(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if told.get("issuer") != self.settings.issuer:
                raise ProviderUnavailable(
                    "The identity provider names another issuer than the settings. Set oidc issuer to the address it names."
                )
            try:
                self._doors = Doors(
                    told["authorization_endpoint"],
                    told["token_endpoint"],
                    told["jwks_uri"],
                    told.get("end_session_endpoint"),
                )
            except KeyError as missing:
                raise ProviderUnavailable(f"The identity provider's discovery lacks {missing}.") from None
        return self._doors

    def sign_out_address(self, return_to: str) -> str | None:
        """Where the provider's own session ends (OpenID Connect RP-Initiated Logout); None where it has no such door.

        Looks at what discovery told before and asks nobody: signing out works while the provider is silent.
        """
        door = self._doors.end_session if self._doors else None
        if door is None:
            return None
        asked = {"client_id": self.settings.client_id, "post_logout_redirect_uri": return_to}
        return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"

    def keys(self, key_id: str | None) -> KeySet:
        """The provider's public keys, fetched anew when ``key_id`` is not among those kept or they are too old.

        Raises:
            ProviderUnavailable: no usable keys are kept and none can be fetched.

        """
        with self._lock:
            age = self._clock() - self._fetched_at
            stale = self._keys is None or age >= self.settings.keys_kept_seconds
            unknown = self._keys is not None and key_id is not None and not _holds(self._keys, key_id)
            if stale or (unknown and age >= self.settings.keys_renewed_seconds):
                try:
                    fetched = _key_set(self._get(self.settings.jwks_uri or self.doors().jwks))
                except ProviderUnavailable:
                    if stale:
                        raise
                else:
                    self._keys = fetched
                    self._fetched_at = self._clock()
            if self._keys is None:  # unreachable in practice: a stale miss has raised
                raise ProviderUnavailable("The identity provider's keys are not known yet. Try again.")
            return self._keys

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> str:
        """The id token that an authorisation code stands for.

        Raises:
            NotSignedIn: the provider refuses the code.
            ProviderUnavailable: it does not answer.

        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self.settings.client_id,
        }
        secret = self.settings.client_secret
        doors = self.doors()
        try:
            if secret:
                basic = httpx.BasicAuth(self.settings.client_id, secret.get_secret_value())
                answer = self._http.post(doors.token, data=form, auth=basic)
            else:
                answer = self._http.post(doors.token, data=form)
        except httpx.HTTPError as error:
            raise ProviderUnavailable(
                "The identity provider does not answer. Try again in a minute."
            ) from error
        if answer.status_code >= 500:
            raise ProviderUnavailable("The identity provider has trouble. Try again in a minute.")
        try:
            told = answer.json() if answer.status_code == 200 else {}
        except ValueError:
            told = {}
        token = told.get("id_token") if isinstance(told, dict) else None
        if not isinstance(token, str):
            raise NotSignedIn("The identity provider did not accept the sign-in. Start it again.")
        return token

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = self._http.get(url)
            answer.raise_for_status()
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderUnavailable(
                "The identity provider does not answer. Try again in a minute."
            ) from error
        if not isinstance(told, dict):
            raise ProviderUnavailable("The identity provider's answer is not understood.")
        return told


def _key_set(told: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set(told)  # type: ignore[arg-type] # JSON from outside, checked by the import
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderUnavailable("The identity provider's keys are not understood.") from error


def _holds(keys: KeySet, key_id: str) -> bool:
    return any(key.kid == key_id for key in keys.keys)
