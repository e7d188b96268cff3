"""Rendering: one Jinja environment with the GOV.UK macros, and the few filters that put values into words."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, select_autoescape
from jinja2.loaders import ChoiceLoader
from starlette.responses import HTMLResponse, Response

from access import ROLES, seen_against
from api.console import words
from api.console.evidence import people_of
from api.console.numbers import number_in
from api.console.sections import TABS, in_navigation, sections_of
from api.problems import from_error

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def templates() -> Environment:
    """The environment, made once: autoescaping everywhere, whitespace trimmed."""
    loader = ChoiceLoader(
        [
            FileSystemLoader(HERE / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= words.FILTERS | {
        "is_number": _is_number,
        "people": people_of,
    }
    environment.globals |= {"roles": ROLES, "spell": words.spell, "seen_against": seen_against}
    return environment


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """``template`` with ``values``, as the person signed in sees it."""
    hub = request.app.state.hub
    session = hub.sessions.if_known(request)
    principal = session.principal if session else None
    html = (
        templates()
        .get_template(template)
        .render(
            cspNonce=request.state.csp_nonce,
            hub=hub.settings.hub_name,
            demo=hub.settings.demo,
            principal=principal,
            purpose=session.purpose if session else None,
            sections=sections_of(session),
            navigation=in_navigation(session),
            may=session.may if session else _nothing,
            tabs=TABS,
            called=cache(hub.desk.worker_named),
            notice=hub.sessions.take_notice(request) if session and status < 300 else None,
            **{"here": request.url.path, **values},
        )
    )
    return HTMLResponse(html, status)


def _is_number(text: str) -> bool:
    return number_in(text) is not None


def _nothing(_: str) -> bool:
    return False


def error_page(request: Request, error: Exception) -> Response:
    """``error`` as a page for people, with the same status and sentence as its problem."""
    told = from_error(error)
    # Nothing on it may depend on what was asked for, the address included.
    return page(request, "error.html", told["status"], problem=told, here="/")
