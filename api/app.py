"""The wiring of the HTTP room: settings and a desk in, an application out."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from access import MOST_MAPPING_BYTES, MOST_SAMPLE_BYTES
from api import problems
from api.console import (
    audit,
    compare,
    feedback,
    hiding,
    home,
    mappings,
    people,
    privacy,
    profile,
    seals,
    search,
    sign_in,
    thresholds,
    why,
)
from api.console import exchange as exchange_pages
from api.console import findings as finding_pages
from api.console import meetings as meeting_pages
from api.console import network as network_pages
from api.console import outcomes as outcome_pages
from api.console import review as review_pages
from api.console import sharing as sharing_pages
from api.console import statistics as statistics_pages
from api.console.page import STATIC, error_page
from api.console.visit import SentElsewhere, only_from_here
from api.demo import DemoSignIn
from api.desk import HubDesk
from api.exchange import inbound
from api.exchange.client import HubClient
from api.guards import BodyLimit, StrictHeaders
from api.metrics import Measured, Metrics
from api.provider import Provider
from api.reader import Hub
from api.routes import (
    exchange,
    explanations,
    findings,
    glass,
    health,
    ledger,
    links,
    lookup,
    meetings,
    network,
    packs,
    persons,
    review,
    sharing,
    statistics,
)
from api.sessions import Sessions
from api.settings import ApiSettings
from api.tokens import ProviderSignIn
from api.visits import VisitsInMemory, VisitStore

JSON_VIEWS = (
    lookup.router,
    persons.router,
    network.router,
    findings.router,
    links.router,
    review.router,
    sharing.router,
    glass.router,
    meetings.router,
    packs.router,
    statistics.router,
    exchange.router,
    explanations.router,
    ledger.router,
    health.router,
)
PAGES = (
    exchange_pages.router,
    sign_in.router,
    home.router,
    search.router,
    network_pages.router,
    people.router,
    finding_pages.router,
    review_pages.router,
    compare.router,
    sharing_pages.router,
    privacy.router,
    seals.router,
    hiding.router,
    thresholds.router,
    mappings.router,
    profile.router,
    meeting_pages.router,
    statistics_pages.router,
    feedback.router,
    outcome_pages.router,
    audit.router,
    why.router,
)


def create_app(
    settings: ApiSettings,
    desk: HubDesk,
    visits: VisitStore | None = None,
    *,
    at_end: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The application that serves ``desk`` over HTTP: JSON views under ``/v1`` and the console for browsers.

    ``visits``: where sessions are kept, shared by all processes that serve the hub; without it, in this one's memory.
    ``at_end`` is called when the service has answered its last request.
    """
    provider = Provider(settings.oidc) if settings.oidc else None
    who = ProviderSignIn(provider, settings.hub) if provider else DemoSignIn(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if provider:
            provider.close()
        client.close()
        at_end()

    app = FastAPI(
        title="mashlink",
        summary="Linked safeguarding records, for each reader as far as role and purpose allow",
        lifespan=lifespan,
        dependencies=[Depends(only_from_here)],
        openapi_url="/v1/openapi.json",
        # Both pages that FastAPI offers load their scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        responses=problems.DOCUMENTED,
    )
    sessions = Sessions(
        settings,
        visits or VisitsInMemory(),
        lambda principal: desk.offers(principal),  # noqa: PLW0108 - the API's document is drawn up without a desk
    )
    measured = Metrics()
    # The API's document is drawn up without a desk, so nothing is asked of it before the first message.
    client = HubClient(
        lambda: desk.exchange_keys(settings.hub),
        lambda: desk.now(),  # noqa: PLW0108 - see above
        settings.transport,
    )
    app.state.hub = Hub(settings, desk, sessions, who, provider, client, measured)
    for router in (*JSON_VIEWS, inbound.router, *PAGES):
        app.include_router(router)
    # Only what is the same for everybody is compressed: the size of a compressed page can tell what is on it.
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=1000), name="static")
    problems.install(app, error_page)
    app.add_exception_handler(SentElsewhere, _send_elsewhere)
    app.add_middleware(
        BodyLimit,
        limit=settings.body_limit_bytes,
        refused=lambda scope: inbound.note_oversized(app.state.hub, scope),
        larger={mappings.ADDRESS: settings.body_limit_bytes + MOST_MAPPING_BYTES + MOST_SAMPLE_BYTES},
    )
    app.add_middleware(StrictHeaders, settings=settings)
    app.add_middleware(Measured, metrics=measured)
    return app


def create_exchange_app(settings: ApiSettings, desk: HubDesk) -> FastAPI:
    """The application that takes other hubs' messages for ``desk``, and nothing else: no view, no page, no sign-in."""
    app = FastAPI(title="mashlink exchange", openapi_url=None, docs_url=None, redoc_url=None)
    client = HubClient(lambda: desk.exchange_keys(settings.hub), desk.now, settings.transport)
    sessions = Sessions(settings, VisitsInMemory(), desk.offers)
    measured = Metrics()
    app.state.hub = Hub(settings, desk, sessions, DemoSignIn(settings), None, client, measured)
    app.include_router(inbound.router)
    problems.install(app, lambda _, error: problems.problem_response(error))
    app.add_middleware(
        BodyLimit,
        limit=settings.body_limit_bytes,
        refused=lambda scope: inbound.note_oversized(app.state.hub, scope),
    )
    app.add_middleware(StrictHeaders, settings=settings)
    app.add_middleware(Measured, metrics=measured)
    return app


def json_document() -> dict[str, Any]:
    """The OpenAPI document of the JSON views, as the service publishes it."""
    app = create_app(ApiSettings(demo=True), desk=None)  # type: ignore[arg-type] # no request is made of it
    return app.openapi()


async def _send_elsewhere(_: Request, error: Exception) -> Response:
    assert isinstance(error, SentElsewhere)  # noqa: S101 - registered for nothing else
    return error.response()
