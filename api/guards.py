"""What stands around every request: the size of its body, and the headers that tell browsers to be strict."""

import secrets
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BodyTooLarge, problem_response
from api.settings import ApiSettings

State = MutableMapping[str, Any]


class BodyLimit:
    """Refuses bodies over ``limit`` bytes with 413, whether or not they announce their length."""

    def __init__(
        self,
        app: ASGIApp,
        limit: int,
        refused: Callable[[Scope], None] | None = None,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        """``refused`` is told of each request that is turned away; ``larger`` limits hold for the paths that it names."""
        self.app = app
        self.limit = limit
        self.refused = refused
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once its whole body is known to fit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.larger.get(scope["path"], self.limit)
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                if self.refused is not None:
                    await run_in_threadpool(self.refused, scope)
                error = BodyTooLarge(f"The body is larger than {limit} bytes. Send less, or page through.")
                await problem_response(error)(scope, receive, send)
                return
        waiting: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, replay, send)


class StrictHeaders:
    """Puts a fresh nonce into the request's state and strict headers on its response."""

    def __init__(self, app: ASGIApp, settings: ApiSettings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers set, error responses included."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        state: State = scope.setdefault("state", {})
        state["csp_nonce"] = nonce
        static = scope["path"].startswith("/static/")

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers(nonce))
                headers["Cache-Control"] = "public, max-age=3600" if static else "no-store"
            await send(message)

        await self.app(scope, receive, strict)

    def _headers(self, nonce: str) -> dict[str, str]:
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # same-origin, not no-referrer: with the latter Chromium posts forms with "Origin: null".
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
        if self.settings.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return headers
