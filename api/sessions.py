"""Console sessions: kept on the server, named to the browser by a random cookie, ended by idleness or age."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from fastapi import Request
from starlette.responses import Response

from access import Principal, Purpose
from api.settings import ApiSettings

MOST_SESSIONS = 10_000
SIGN_IN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person's visit.

    ``purpose`` is what they said they look for, ``None`` until asked; ``offers`` the acts that the policy lets them
    do, by purpose, so that no page offers what would be refused.
    """

    principal: Principal
    began: float
    seen: float
    offers: Mapping[str, frozenset[str]]
    purpose: Purpose | None = None

    def may(self, act: str) -> bool:
        """Whether the policy lets this person do ``act`` for the purpose stated; for some purpose until one is."""
        if self.purpose is None:
            return any(act in acts for acts in self.offers.values())
        return act in self.offers.get(self.purpose.code, ())


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """What a sign-in sent to the provider must come back with (RFC 7636, OpenID Connect Core 3.1.2)."""

    state: str
    nonce: str
    verifier: str
    began: float
    return_to: str = "/"


@dataclass(slots=True)
class Sessions:
    """All sessions and sign-in attempts of this process, by the digest of their cookie (a dump signs nobody in)."""

    settings: ApiSettings
    clock: Callable[[], float] = time.monotonic
    _held: dict[str, Session] = field(default_factory=dict)
    _attempts: dict[str, SignInAttempt] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cookie(self) -> str:
        """The session cookie's name; ``__Host-`` binds it to this host and TLS, which plain http cannot carry."""
        return "__Host-mashlink" if self.settings.secure else "mashlink"

    def begin(self, response: Response, principal: Principal, offers: Mapping[str, frozenset[str]]) -> None:
        """Start a session with a new cookie, whatever cookie the browser had before."""
        now = self.clock()
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old(now)
            self._held[_digest(token)] = Session(principal, now, now, offers)
        self._set(response, self.cookie, token)

    def of(self, request: Request) -> Session | None:
        """The live session of the request's cookie, marked as seen now."""
        token = request.cookies.get(self.cookie)
        if not token:
            return None
        now = self.clock()
        with self._lock:
            session = self._held.get(_digest(token))
            if session is None or self._over(session, now):
                self._held.pop(_digest(token), None)
                return None
            session = replace(session, seen=now)
            self._held[_digest(token)] = session
            return session

    def set_purpose(self, request: Request, purpose: Purpose | None) -> None:
        """Remember why this person looks, for the pages that follow."""
        key = _digest(request.cookies.get(self.cookie, ""))
        with self._lock:
            if key in self._held:
                self._held[key] = replace(self._held[key], purpose=purpose)

    def end(self, request: Request, response: Response) -> None:
        """Forget the session on the server and in the browser."""
        with self._lock:
            self._held.pop(_digest(request.cookies.get(self.cookie, "")), None)
        response.delete_cookie(
            self.cookie, path="/", secure=self.settings.secure, httponly=True, samesite="lax"
        )

    def begin_attempt(self, response: Response, return_to: str) -> SignInAttempt:
        """Remember a sign-in on its way to the provider, bound to this browser by a cookie of its own."""
        now = self.clock()
        attempt = SignInAttempt(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), now, return_to
        )
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old(now)
            self._attempts[_digest(token)] = attempt
        self._set(response, self.cookie + "-sign-in", token)
        return attempt

    def take_attempt(self, request: Request) -> SignInAttempt | None:
        """The sign-in attempt of this browser, once."""
        with self._lock:
            attempt = self._attempts.pop(_digest(request.cookies.get(self.cookie + "-sign-in", "")), None)
        if attempt is None or self.clock() - attempt.began > SIGN_IN_SECONDS:
            return None
        return attempt

    def _set(self, response: Response, name: str, value: str) -> None:
        # Lax, not Strict: the way back from the provider is a navigation from another site.
        response.set_cookie(name, value, path="/", secure=self.settings.secure, httponly=True, samesite="lax")

    def _over(self, session: Session, now: float) -> bool:
        idle = now - session.seen > self.settings.session_minutes * 60
        return idle or now - session.began > self.settings.session_hours * 3600

    def _forget_old(self, now: float) -> None:
        for key in [key for key, session in self._held.items() if self._over(session, now)]:
            del self._held[key]
        for key in [key for key, attempt in self._attempts.items() if now - attempt.began > SIGN_IN_SECONDS]:
            del self._attempts[key]
        # A bound on memory: a flood of sign-ins pushes out the oldest, which sign in again.
        while len(self._held) >= MOST_SESSIONS:
            del self._held[next(iter(self._held))]
        while len(self._attempts) >= MOST_SESSIONS:
            del self._attempts[next(iter(self._attempts))]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
