"""Who is at a console page and for what purpose, and the ways to be sent back to say so first."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from access import Denied, Principal, Purpose, ScopedView
from api.console.words import HERE
from api.reader import Hub, HubHere
from api.sessions import Notice, Session

ENDED_BY_PROVIDER = "/sign-in/ended"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SentElsewhere(Exception):
    """A page cannot be shown yet: the browser is sent to sign in or to state a purpose."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def response(self) -> Response:
        """The redirect, always by GET."""
        return RedirectResponse(self.address, status_code=303)


def own_path(address: str) -> str:
    """``address`` when it is a path of this console, else the home page: no open redirects."""
    parts = urlsplit(address)
    own = (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
    )
    return address if own and all(ord(character) > 32 for character in address) else "/"


class Visit:
    """A signed-in person at a page; ``purpose`` is what they said they look for."""

    def __init__(self, request: Request, hub: Hub, session: Session) -> None:
        self.request = request
        self.hub = hub
        self.session = session

    @property
    def principal(self) -> Principal:
        """Who is signed in."""
        return self.session.principal

    @property
    def purpose(self) -> Purpose | None:
        """What they said they look for, ``None`` until asked."""
        return self.session.purpose

    @property
    def today(self) -> date:
        """The day it is where the hub works."""
        return datetime.now(HERE).date()

    def reading(self, act: str) -> AbstractContextManager[ScopedView]:
        """One read for the purpose of this visit, one ledger entry; asks for the purpose first.

        Raises:
            SentElsewhere: no purpose was stated yet.

        """
        return self.hub.desk.open(self.principal, self.stated_purpose(), act)

    def done(self, address: str, text: str, undo: str = "", undo_words: str = "") -> Response:
        """Go on to ``address`` after an act; the page there tells of it once, and offers to take it back at ``undo``."""
        self.hub.sessions.tell(self.request, Notice(text, undo, undo_words))
        return RedirectResponse(address, status_code=303)

    def stated_purpose(self) -> Purpose:
        """The purpose of this visit.

        Raises:
            SentElsewhere: none was stated yet; nothing was read, so nothing is on the ledger.

        """
        if self.purpose is None:
            here = self.request.url.path if self.request.method in SAFE_METHODS else "/"
            raise SentElsewhere(f"/purpose?next={quote(here, safe='/')}")
        return self.purpose


def visit_of(request: Request, hub: HubHere) -> Visit:
    """The visit that the session cookie stands for; sends others to sign in."""
    session = hub.sessions.of(request)
    if session is None:
        here = request.url.path if request.method in SAFE_METHODS else "/"
        raise SentElsewhere(f"/sign-in?next={quote(here, safe='/')}")
    return Visit(request, hub, session)


def only_from_here(request: Request, hub: HubHere) -> None:
    """Refuse posts that another site's page made (Sec-Fetch-Site; Origin from browsers that lack it).

    Programs carry a bearer token and no cookie; their posts need no origin. Signing in is guarded too, lest another
    site sign somebody in as somebody else.

    Raises:
        Denied: the post does not come from a page of this console.

    """
    if request.method in SAFE_METHODS or "authorization" in request.headers:
        return
    # The provider's own word that somebody signed out: no browser sends it, and its signature is checked.
    if request.url.path == ENDED_BY_PROVIDER:
        return
    if request.url.path.startswith("/v1/") and hub.sessions.cookie not in request.cookies:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    same = site == "same-origin" if site is not None else origin == hub.settings.origin
    if not same:
        raise Denied(
            "The request does not come from a page of this console. Open the page here and send it again."
        )


CurrentVisit = Annotated[Visit, Depends(visit_of)]
