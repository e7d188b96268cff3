"""Signing in and out: by the hub's provider (authorisation code with PKCE), or as a made-up user in a demonstration."""

import base64
import hashlib
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import NotSignedIn
from api.console.page import page
from api.console.visit import own_path
from api.demo import MADE_UP_USERS, DemoSignIn
from api.provider import Provider
from api.reader import Hub, HubHere
from api.tokens import TokenVerifier, principal_from_claims

router = APIRouter(include_in_schema=False)
CALLBACK = "/sign-in/return"


@router.get("/sign-in")
def sign_in_page(request: Request, hub: HubHere, next: str = "/") -> Response:
    """The way in: the made-up users of a demonstration, or the button that leads to the provider."""
    if hub.sessions.of(request) is not None:
        return RedirectResponse(own_path(next), status_code=303)
    return page(
        request, "sign_in.html", users=MADE_UP_USERS if hub.settings.demo else (), next=own_path(next)
    )


@router.post("/sign-in")
def sign_in_as_made_up_user(
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
    response = RedirectResponse(own_path(next), status_code=303)
    principal = hub.sign_in.user(user)
    hub.sessions.begin(response, principal, hub.desk.offers(principal))
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
def come_back(request: Request, hub: HubHere, state: str = "", code: str = "") -> Response:
    """Take the provider's code, redeem it, check the id token, start a session.

    Raises:
        NotSignedIn: the answer is not to a sign-in of this browser, or the provider refused.

    """
    provider = _provider(hub)
    attempt = hub.sessions.take_attempt(request)
    if attempt is None or not state or state != attempt.state or not code:
        raise NotSignedIn("The sign-in was not completed. Start it again.")
    token = provider.redeem(code, attempt.verifier, hub.settings.origin + CALLBACK)
    # The id token is meant for the console's client, not for the API's audience.
    claims = TokenVerifier(provider, provider.settings.client_id).claims(token, attempt.nonce)
    response = RedirectResponse(attempt.return_to, status_code=303)
    principal = principal_from_claims(claims, provider.settings.claims, hub.settings.hub)
    hub.sessions.begin(response, principal, hub.desk.offers(principal))
    return response


@router.post("/sign-out")
def sign_out(request: Request, hub: HubHere) -> Response:
    """End the session here; the provider's own session ends at the provider."""
    response = RedirectResponse("/sign-in", status_code=303)
    hub.sessions.end(request, response)
    return response


def _provider(hub: Hub) -> Provider:
    if hub.provider is None:
        raise NotSignedIn("This hub signs in made-up users; choose one at /sign-in.")
    return hub.provider
