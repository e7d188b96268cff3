"""Errors as RFC 9457 problems for programs and as pages for people; the one place that turns one into the other."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access import MashlinkError, NotSignedIn

LOG = logging.getLogger("mashlink.api")
PROBLEM_TYPE = "application/problem+json"
# One body for "not there" and "not yours": nothing in it may depend on what was asked for.
NOT_FOUND: dict[str, Any] = {
    "type": "about:blank",
    "title": "Not found",
    "status": 404,
    "detail": "There is nothing here for you under this address.",
}


class ProviderUnavailable(MashlinkError):
    """The identity provider does not answer and no usable keys are kept."""

    status: ClassVar[int] = 503
    title: ClassVar[str] = "Sign-in is not available"


class BodyTooLarge(MashlinkError):
    """The request's body is larger than the hub accepts."""

    status: ClassVar[int] = 413
    title: ClassVar[str] = "The request is too large"


class Problem(BaseModel):
    """An RFC 9457 problem: what went wrong, in a sentence fit for the person who asked."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["A purpose and a reason are needed"])
    status: int = Field(examples=[403])
    detail: str = Field(examples=["Send the headers Purpose and Purpose-Reason."])
    errors: list[dict[str, str]] | None = Field(
        None, description="For a body or parameter: each place and message."
    )


def _documented(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


# The answers that any view may give beside its own.
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    400: _documented("The request cannot be understood."),
    401: _documented("Sign in first."),
    403: _documented("The policy forbids the act, or no purpose was stated. Written down."),
    404: _documented("Not there, or not yours: one answer. Written down."),
    409: _documented("The act contradicts what stands."),
    413: _documented("The body is too large."),
    422: _documented("A parameter or the body does not hold; nothing was read."),
    503: _documented(
        "No data is built yet, the ledger cannot be written, or sign-in is down; nothing was answered."
    ),
}


def problem(status: int, title: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The members of an RFC 9457 problem; every 404 is the same one."""
    if status == HTTPStatus.NOT_FOUND:
        return NOT_FOUND
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}


def from_error(error: Exception) -> dict[str, Any]:
    """The problem that stands for ``error``; of an unforeseen one nothing but the fact is told."""
    if isinstance(error, MashlinkError):
        return problem(error.status, error.title, str(error))
    if isinstance(error, RequestValidationError):
        # Pydantic repeats the offending input; it may be somebody's name, so only place and message go out.
        places = [
            {"at": "/".join(str(part) for part in item["loc"]), "message": item["msg"]}
            for item in error.errors()
        ]
        return problem(
            422, "The request cannot be understood", "See errors for each place and its mend.", errors=places
        )
    if isinstance(error, HTTPException):
        return problem(error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail))
    return problem(
        500, "Something went wrong", "The error was noted. Try again; if it stays, tell the hub's IT team."
    )


def problem_response(error: Exception) -> Response:
    """``error`` as an ``application/problem+json`` response."""
    body = from_error(error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if body["status"] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="mashlink"'
    return JSONResponse(body, body["status"], headers, media_type=PROBLEM_TYPE)


class Unforeseen:
    """Answers errors that nobody foresaw, inside the strict headers, and notes what and where but no values.

    A traceback may repeat a name or a number out of a query; the kind of the error and the line that raised it are
    enough to find the fault by.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 when it raises before anything was sent."""
        begun = False

        async def noticing(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noticing)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            place = traceback.extract_tb(error.__traceback__)[-1]
            LOG.error("%s at %s line %s", type(error).__name__, place.filename, place.lineno)
            response = await self.answer(Request(scope), error)
            await response(scope, receive, send)


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The maker of ``app``'s OpenAPI, with the schema that the documented problems refer to."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document["components"]["schemas"].setdefault("Problem", Problem.model_json_schema())
        return document

    return described


def install(app: FastAPI, page: Callable[[Request, Exception], Response]) -> None:
    """Answer every error of ``app``: problems under ``/v1``, and ``page`` for people elsewhere."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, NotSignedIn):
            # The sentence is ours alone: nothing of the token, or of what was asked for, is in it.
            LOG.warning("Refused without proof of who asks (%s): %s", request.method, error)
        return problem_response(error) if request.url.path.startswith("/v1/") else page(request, error)

    handler: Callable[[Request, Exception], Awaitable[Response]] = answer
    for kind in (MashlinkError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handler)
    app.add_middleware(Unforeseen, answer=answer)
    app.openapi = describe(app)  # type: ignore[method-assign] # FastAPI's own way to extend its document
