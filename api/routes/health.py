"""Whether the hub is up, for whoever keeps it running; no personal data, no sign-in."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Header
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.responses import Response

from access import NotThere
from api.reader import HubHere

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """``ok`` when the process answers, and for readiness when data and ledger can be read."""

    status: str


@router.get("/healthz", summary="The process answers")
def alive() -> Health:
    """Say that the process is up."""
    return Health(status="ok")


@router.get("/readyz", summary="Data and ledger can be read")
def ready(hub: HubHere) -> Health:
    """Say that a reader would be answered; 503 as long as not."""
    hub.desk.check_ready()
    return Health(status="ok")


@router.get("/metrics", include_in_schema=False)
def metrics(hub: HubHere, authorization: Annotated[str, Header()] = "") -> Response:
    """The numbers of the service for Prometheus; as not there without the token of the settings."""
    token = hub.settings.metrics_token
    stated = authorization.removeprefix("Bearer ").encode()
    if token is None or not hmac.compare_digest(stated, token.get_secret_value().encode()):
        raise NotThere("There is no such page.")
    return Response(hub.metrics.page(), media_type=CONTENT_TYPE_LATEST)
