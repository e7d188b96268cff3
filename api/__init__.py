"""The hub over HTTP: JSON views, web console, sign-in."""

from api.app import create_app, json_document
from api.demo import MADE_UP_USERS
from api.settings import ApiSettings, ClaimMapping, OidcSettings

__all__ = ["MADE_UP_USERS", "ApiSettings", "ClaimMapping", "OidcSettings", "create_app", "json_document"]
