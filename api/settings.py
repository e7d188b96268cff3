"""What the HTTP room needs to know of the hub it serves, as one frozen value that the composition root builds."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from api.exchange.client import TransportSettings

Algorithm = Literal["RS256", "ES256", "EdDSA", "Ed25519"]


class ClaimMapping(BaseModel):
    """Which claim of a token says what; a dot walks into nested objects (``realm_access.roles``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(
        default="sub", description="The claim that names the worker for good, as the ledger keeps it."
    )
    name: str = Field(default="name", description="The claim shown on screen as the worker's name.")
    role: str = Field(default="role", description="The claim that holds the role, or a list of them.")
    agency: str = Field(default="agency", description="The claim that holds the worker's agency.")
    authorities: str = Field(
        default="authorities", description="The claim that lists the local authorities worked for."
    )
    roles: dict[str, str] = Field(
        default_factory=dict,
        description="The provider's word for each role, mapped to mashlink's; empty takes the words as they are.",
    )


class OidcSettings(BaseModel):
    """The hub's OpenID Connect provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(description="The provider's issuer, exactly as its tokens spell it.")
    audience: str = Field(description="The audience that a bearer token must name to be meant for this hub.")
    client_id: str = Field(description="The console's client at the provider.")
    client_secret: SecretStr | None = Field(
        default=None, description="The client's secret; none for a public client."
    )
    scopes: str = Field(
        default="openid profile", description="The scopes the console asks for, separated by spaces."
    )
    jwks_uri: str | None = Field(
        default=None, description="Where the keys are, when discovery must not be asked."
    )
    algorithms: tuple[Algorithm, ...] = Field(
        default=("RS256", "ES256", "EdDSA", "Ed25519"),
        description="The signatures accepted; no others ever are.",
    )
    leeway_seconds: int = Field(
        default=30, ge=0, le=300, description="How far the provider's clock may be off."
    )
    keys_kept_seconds: int = Field(
        default=3600, ge=1, description="How long fetched keys serve while the provider does not answer."
    )
    keys_renewed_seconds: float = Field(
        default=10, ge=0, description="The least time between two fetches that unknown key ids may cause."
    )
    claims: ClaimMapping = Field(default=ClaimMapping(), description="Which claim says what.")


class ApiSettings(BaseModel):
    """All settings of the HTTP room. Sign-in is by the provider or, in a demonstration, by made-up users: never both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hub: str = Field(
        default="home", description="The key of this hub, as it stands in the label of every row."
    )
    hub_name: str = Field(default="MASH", description="The name of this hub, as every page shows it.")
    public_base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="The address that browsers use, without a path; https outside a demo.",
    )
    oidc: OidcSettings | None = Field(default=None, description="The provider that workers sign in with.")
    demo: bool = Field(
        default=False, description="Sign in as made-up users, without any proof; for demonstrations only."
    )
    session_minutes: int = Field(
        default=60, ge=1, description="A console session ends after so many idle minutes."
    )
    session_hours: int = Field(
        default=10, ge=1, description="A console session ends after so many hours at the latest."
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="The bearer token that reads /metrics; without it there is no such page."
    )
    body_limit_bytes: int = Field(default=262_144, ge=1024, description="The largest request body accepted.")
    transport: TransportSettings = Field(
        default=TransportSettings(), description="How this hub reaches others."
    )
    page_size: int = Field(
        default=25, ge=1, le=200, description="Rows on a page of a list when the request names no number."
    )

    @property
    def secure(self) -> bool:
        """Whether browsers reach the hub over TLS, so that cookies may carry the ``__Host-`` prefix."""
        return urlsplit(self.public_base_url).scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme, host and port that a browser's own posts name as their origin."""
        parts = urlsplit(self.public_base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if self.demo and self.oidc is not None:
            raise ValueError(
                "settings: demo sign-in and an OpenID Connect provider are both set. Made-up users need no proof, so "
                "the two never mix: leave out --demo, or remove the oidc settings."
            )
        if not self.demo and self.oidc is None:
            raise ValueError(
                "settings: nobody could sign in. Set the OpenID Connect provider (issuer, audience, client_id), or "
                "start with --demo to sign in as made-up users."
            )
        if (
            not self.demo
            and not self.secure
            and urlsplit(self.origin).hostname not in {"127.0.0.1", "localhost", "::1"}
        ):
            raise ValueError(
                f"settings: public_base_url {self.public_base_url} is not https. Sessions of real workers travel over "
                "TLS only: give the https address that browsers use."
            )
        return self
