"""The hub over HTTP: JSON views, web console, sign-in."""

from api.app import create_app, create_exchange_app, json_document
from api.demo import MADE_UP_USERS
from api.exchange.client import HubClient, TransportSettings
from api.metrics import SHARED_FOLDER
from api.settings import ApiSettings, ClaimMapping, OidcSettings

__all__ = [
    "MADE_UP_USERS",
    "SHARED_FOLDER",
    "ApiSettings",
    "ClaimMapping",
    "HubClient",
    "OidcSettings",
    "TransportSettings",
    "create_app",
    "create_exchange_app",
    "json_document",
]
