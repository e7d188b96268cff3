"""Console sessions: kept on the server, named to the browser by a random cookie, ended by idleness, age or a sign-out."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from access import KeptAttempt, KeptVisit, MashlinkError, Principal, Purpose
from api.settings import ApiSettings
from api.visits import VisitStore

SIGN_IN_SECONDS: Final = 600
# A visit is marked as seen this often at most: a write for every page would make readers wait for each other. So
# idleness may end a session this much early, never late.
SEEN_EVERY_SECONDS: Final = 30
# How far the clocks of two hosts that serve one hub may be apart.
CLOCKS_DIFFER_SECONDS: Final = 60
# Roles, agencies and hubs whose offers are kept in memory.
_OFFERS_KEPT: Final = 1000
# Cases that a session offers to go back to, beside the present one.
RECENT_CASES: Final = 6
Offers = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Notice:
    """What the page after an act tells of it: a sentence, and where a post takes the act back, if anything does."""

    text: str
    undo: str = ""
    undo_words: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person's visit.

    ``purpose`` is what they said they look for, ``None`` until asked; ``offers`` the acts that the policy lets them
    do, by purpose, so that no page offers what would be refused. ``recent``: what they stated before in this session,
    latest first. ``notice`` waits for the next page. ``began``: seconds since 1970.
    """

    principal: Principal
    offers: Offers
    purpose: Purpose | None = None
    recent: tuple[Purpose, ...] = ()
    notice: Notice | None = None
    began: float = 0.0

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
    return_to: str = "/"


@dataclass(slots=True)
class Sessions:
    """All sessions and sign-in attempts of a hub, by the digest of their cookie (a dump signs nobody in).

    ``offered`` says what the policy lets a person do; ``clock`` gives seconds since 1970, so that processes agree.
    """

    settings: ApiSettings
    visits: VisitStore
    offered: Callable[[Principal], Offers]
    clock: Callable[[], float] = time.time
    _offers: dict[tuple[str, str, str], Offers] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """The session cookie's name; ``__Host-`` binds it to this host and TLS, which plain http cannot carry."""
        return "__Host-mashlink" if self.settings.secure else "mashlink"

    def begin(
        self, request: Request, response: Response, principal: Principal, account: str | None = None
    ) -> None:
        """Start a session under a new cookie, and end the one that the browser came with.

        ``account``: the provider's own name for the worker, by which it may end the session; the subject without it.
        """
        now, token = self.clock(), secrets.token_urlsafe(32)
        old = request.cookies.get(self.cookie)
        if old:
            self.visits.end(_digest(old))
        body = _written(Session(principal, {}))
        visit = KeptVisit(_digest(token), account or principal.subject, now, now, body)
        self.visits.begin(visit, oldest=now - self.settings.session_hours * 3600)
        self._set(response, self.cookie, token)

    def of(self, request: Request) -> Session | None:
        """The live session of the request's cookie, marked as seen now; looked up once a request."""
        if not hasattr(request.state, "session"):
            request.state.session = self._found(request.cookies.get(self.cookie))
        session: Session | None = request.state.session
        return session

    def if_known(self, request: Request) -> Session | None:
        """The session, or ``None`` also when sessions cannot be read: for the page that tells of an error."""
        try:
            return self.of(request)
        except MashlinkError:
            return None

    def set_purpose(self, request: Request, purpose: Purpose | None) -> None:
        """Remember why this person looks, for the pages that follow; what they stated before stays at hand."""
        session = self.of(request)
        if session is not None:
            stated = [session.purpose, *session.recent] if session.purpose else list(session.recent)
            recent = tuple(one for one in stated if one != purpose)[:RECENT_CASES]
            self._keep(request, replace(session, purpose=purpose, recent=recent))

    def tell(self, request: Request, notice: Notice) -> None:
        """Have the next page of this session tell of something once."""
        session = self.of(request)
        if session is not None:
            self._keep(request, replace(session, notice=notice))

    def take_notice(self, request: Request) -> Notice | None:
        """What the present page should tell of; told once."""
        session = self.if_known(request)
        if session is None or session.notice is None:
            return None
        self._keep(request, replace(session, notice=None))
        return session.notice

    def end(self, request: Request, response: Response) -> None:
        """Forget the session on the server and in the browser."""
        self.visits.end(_digest(request.cookies.get(self.cookie, "")))
        request.state.session = None
        self._clear(response, self.cookie)

    def begin_attempt(self, response: Response, return_to: str) -> SignInAttempt:
        """Remember a sign-in on its way to the provider, bound to this browser by a cookie of its own."""
        now, token = self.clock(), secrets.token_urlsafe(32)
        attempt = SignInAttempt(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), return_to
        )
        kept = KeptAttempt(_digest(token), now, json.dumps(asdict(attempt)))
        self.visits.begin_attempt(kept, oldest=now - SIGN_IN_SECONDS)
        self._set(response, self.cookie + "-sign-in", token)
        return attempt

    def take_attempt(self, request: Request) -> SignInAttempt | None:
        """The sign-in attempt of this browser, once."""
        token = request.cookies.get(self.cookie + "-sign-in")
        kept = self.visits.take_attempt(_digest(token)) if token else None
        if kept is None or self.clock() - kept.began > SIGN_IN_SECONDS:
            return None
        return SignInAttempt(**json.loads(kept.body))

    def forget_attempt(self, response: Response) -> None:
        """Take the cookie of a finished sign-in from the browser."""
        self._clear(response, self.cookie + "-sign-in")

    def _found(self, token: str | None) -> Session | None:
        if not token:
            return None
        key, now = _digest(token), self.clock()
        visit = self.visits.of(key)
        if visit is None:
            return None
        idle, age = now - visit.seen, now - visit.began
        # Begun or seen in the future: a clock was put back. What is left of the session cannot be told, so none is.
        if (
            min(idle, age) < -CLOCKS_DIFFER_SECONDS
            or idle > self.settings.session_minutes * 60
            or age > self.settings.session_hours * 3600
        ):
            self.visits.end(key)
            return None
        if idle > SEEN_EVERY_SECONDS:
            self.visits.saw(key, now)
        told = _read(visit.body)
        return replace(told, offers=self._offers_of(told.principal), began=visit.began)

    def _keep(self, request: Request, session: Session) -> None:
        self.visits.change(_digest(request.cookies.get(self.cookie, "")), _written(session))
        request.state.session = session

    def _offers_of(self, principal: Principal) -> Offers:
        key = (principal.role, principal.agency, principal.hub)
        if key not in self._offers:
            if len(self._offers) >= _OFFERS_KEPT:
                self._offers.clear()
            self._offers[key] = self.offered(principal)
        return self._offers[key]

    def _set(self, response: Response, name: str, value: str) -> None:
        # Lax, not Strict: the way back from the provider is a navigation from another site.
        response.set_cookie(name, value, path="/", secure=self.settings.secure, httponly=True, samesite="lax")

    def _clear(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.settings.secure, httponly=True, samesite="lax")


def _written(session: Session) -> str:
    return json.dumps(
        {
            "principal": asdict(session.principal),
            "purpose": asdict(session.purpose) if session.purpose else None,
            "recent": [asdict(one) for one in session.recent],
            "notice": asdict(session.notice) if session.notice else None,
        }
    )


def _read(body: str) -> Session:
    told: dict[str, Any] = json.loads(body)
    principal = told["principal"]
    # A session begun before an update may lack what the update added.
    return Session(
        Principal(**{**principal, "authorities": tuple(principal["authorities"])}),
        {},
        Purpose(**told["purpose"]) if told["purpose"] else None,
        tuple(Purpose(**one) for one in told.get("recent", ())),
        Notice(**told["notice"]) if told.get("notice") else None,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
