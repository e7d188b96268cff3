"""The hub over HTTP: JSON views, web console, sign-in."""

from api.app import create_app
from api.settings import ApiSettings, ClaimMapping, OidcSettings

__all__ = ["ApiSettings", "ClaimMapping", "OidcSettings", "create_app"]
