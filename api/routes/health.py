"""Whether the hub is up, for whoever keeps it running; no personal data, no sign-in."""

from fastapi import APIRouter
from pydantic import BaseModel

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
