"""Signing in and out: by the hub's provider (authorisation code with PKCE), or as a made-up user in a demonstration."""

import base64
import hashlib
import secrets
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import NotSignedIn
from api.console.page import page
from api.console.visit import ENDED_BY_PROVIDER, own_path
from api.demo import MADE_UP_USERS, DemoSignIn
from api.provider import Provider
from api.reader import Hub, HubHere
from api.tokens import (
    LONGEST_TOKEN,
    TokenVerifier,
    account_of,
    principal_from_claims,
    signed_out_account,
)

router = APIRouter(include_in_schema=False)
CALLBACK = "/sign-in/return"


@router.get("/sign-in")
def sign_in_page(request: Request, hub: HubHere, next: str = "/", left: bool = False) -> Response:
    """The way in: the made-up users of a demonstration, or the button that leads to the provider.

    ``left``: the person has just signed out here, and is told where the provider's own session ends.
    """
    if hub.sessions.of(request) is not None:
        return RedirectResponse(own_path(next), status_code=303)
    way_out = hub.provider.sign_out_address(hub.settings.origin + "/sign-in") if hub.provider else None
    return page(
        request,
        "sign_in.html",
        users=MADE_UP_USERS if hub.settings.demo else (),
        next=own_path(next),
        way_out=way_out if left else None,
        # A cookie without a session: it ended by idleness, age or the provider, not by a sign-out here.
        expired=not left and hub.sessions.cookie in request.cookies,
        minutes=hub.settings.session_minutes,
    )


@router.post("/sign-in")
def sign_in_as_made_up_user(
    request: Request,
    hub: HubHere,
    user: Annotated[str, Form(max_length=100)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Sign a made-up user in.

    Raises:
        NotSignedIn: this is no demonstration, or there is no such user.

    """
    if not isinstance(hub.sign_in, DemoSignIn):
        raise NotSignedIn(
            "Made-up users exist in demonstrations only. Sign in with the hub's identity provider."
        )
    principal = hub.sign_in.user(user)
    hub.desk.note_visit(principal, "sign_in")
    response = RedirectResponse(own_path(next), status_code=303)
    hub.sessions.begin(request, response, principal)
    return response


@router.get("/sign-in/start")
def start(hub: HubHere, next: str = "/") -> Response:
    """Send the browser to the provider with a fresh state, nonce and PKCE challenge (S256)."""
    provider = _provider(hub)
    response = RedirectResponse("/", status_code=303)
    attempt = hub.sessions.begin_attempt(response, own_path(next))
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
    )
    asked = {
        "response_type": "code",
        "client_id": provider.settings.client_id,
        "redirect_uri": hub.settings.origin + CALLBACK,
        "scope": provider.settings.scopes,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    doors = provider.doors()
    joint = "&" if "?" in doors.authorization else "?"
    response.headers["location"] = doors.authorization + joint + urlencode(asked)
    return response


@router.get(CALLBACK)
def come_back(
    request: Request, hub: HubHere, state: str = "", code: str = "", iss: str | None = None
) -> Response:
    """Take the provider's code, redeem it, check the id token, start a session.

    ``iss``: the issuer that answers, where the provider says so (RFC 9207).

    Raises:
        NotSignedIn: the answer is not to a sign-in of this browser, or the provider refused.

    """
    provider = _provider(hub)
    attempt = hub.sessions.take_attempt(request)
    ours = attempt is not None and secrets.compare_digest(state.encode(), attempt.state.encode())
    if attempt is None or not ours or not code or iss not in (None, provider.settings.issuer):
        raise NotSignedIn("The sign-in was not completed. Start it again.")
    token = provider.redeem(code, attempt.verifier, hub.settings.origin + CALLBACK)
    # The id token is meant for the console's client, not for the API's audience.
    claims = TokenVerifier(provider, provider.settings.client_id).claims(token, attempt.nonce)
    principal = principal_from_claims(claims, provider.settings.claims, hub.settings.hub)
    hub.desk.note_visit(principal, "sign_in")
    response = RedirectResponse(attempt.return_to, status_code=303)
    hub.sessions.forget_attempt(response)
    hub.sessions.begin(request, response, principal, account_of(claims))
    return response


@router.post("/sign-out")
def sign_out(request: Request, hub: HubHere) -> Response:
    """End the session here; the page that follows leads to the provider, where its own session ends."""
    session = hub.sessions.of(request)
    response = RedirectResponse("/sign-in?left=1", status_code=303)
    # First out, then written down: a ledger that cannot take the entry must keep nobody signed in.
    hub.sessions.end(request, response)
    if session is not None:
        hub.desk.note_visit(session.principal, "sign_out")
    return response


@router.post(ENDED_BY_PROVIDER)
def ended_by_provider(hub: HubHere, logout_token: Annotated[str, Form(max_length=LONGEST_TOKEN)]) -> Response:
    """End every session of a worker whom the provider has signed out (OpenID Connect Back-Channel Logout 1.0).

    Raises:
        NotSignedIn: the token is not one that the provider signed to say so.

    """
    provider = _provider(hub)
    claims = TokenVerifier(provider, provider.settings.client_id).claims(logout_token)
    hub.sessions.visits.end_all_of(signed_out_account(claims))
    return Response(status_code=200)


def _provider(hub: Hub) -> Provider:
    if hub.provider is None:
        raise NotSignedIn("This hub signs in made-up users; choose one at /sign-in.")
    return hub.provider
