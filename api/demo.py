"""Made-up users for a demonstration: one a role, signed in by choosing a name. No proof, so never on a real hub."""

from dataclasses import dataclass
from typing import Final

from access import ROLES, NotSignedIn, Principal
from api.settings import ApiSettings

BEARER_PREFIX: Final = "demo-"


@dataclass(frozen=True, slots=True)
class MadeUpUser:
    """A person who does not exist, and the principal they sign in as."""

    key: str
    name: str
    role: str
    agency: str
    job: str

    def principal(self, hub: str) -> Principal:
        """The signed-in person; the subject says that it was a demonstration."""
        return Principal(f"demo:{self.key}", self.name, self.role, self.agency, hub)

    @property
    def may(self) -> str:
        """What the role may see, in the policy's own sentence."""
        return ROLES[self.role]


MADE_UP_USERS: Final[tuple[MadeUpUser, ...]] = (
    MadeUpUser("amina", "Amina Castellan", "analyst", "social_care", "Data analyst"),
    MadeUpUser("daniel", "Daniel Okonjo-Reed", "decision_maker", "social_care", "Social-care team manager"),
    MadeUpUser("priya", "Priya Thornbury", "contributor", "police", "Police sergeant in the hub"),
    MadeUpUser("marek", "Marek Holloway", "contributor", "health", "Health visitor lead"),
    MadeUpUser("eleri", "Eleri Vance", "exchange_officer", "social_care", "Cross-border lookup officer"),
    MadeUpUser("rosa", "Rosa Lindqvist", "link_reviewer", "social_care", "Link reviewer"),
    MadeUpUser("gwen", "Gwen Adeyemi-Pratt", "marac_coordinator", "social_care", "MARAC coordinator"),
    MadeUpUser("ines", "Ines Fairweather", "privacy_officer", "social_care", "Privacy officer"),
    MadeUpUser("sol", "Sol Marchetti", "seal_keeper", "social_care", "Keeper of adoption seals"),
    MadeUpUser("anwen", "Anwen Pereira-Lodge", "administrator", "social_care", "Data engineer of the hub"),
    MadeUpUser("tom", "Tom Akerele", "auditor", "social_care", "Information governance"),
)


class DemoSignIn:
    """Signs made-up users in.

    Raises:
        ValueError: on construction, unless the settings say that this is a demonstration without a provider.

    """

    def __init__(self, settings: ApiSettings) -> None:
        if not settings.demo or settings.oidc is not None:
            raise ValueError("Made-up users sign in only with --demo, and never beside an identity provider.")
        self._users = {user.key: user.principal(settings.hub) for user in MADE_UP_USERS}

    def user(self, key: str) -> Principal:
        """The made-up user called ``key``.

        Raises:
            NotSignedIn: there is none.

        """
        if key not in self._users:
            raise NotSignedIn("There is no such made-up user. Choose one from the list.")
        return self._users[key]

    def bearer(self, token: str) -> Principal:
        """The made-up user that ``demo-<key>`` stands for, so that the JSON views can be tried with curl."""
        return self.user(token.removeprefix(BEARER_PREFIX) if token.startswith(BEARER_PREFIX) else "")
