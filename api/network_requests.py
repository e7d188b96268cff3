"""What the network's JSON views take in their bodies."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from access import NetworkRequest, PathRequest, Pattern, PatternRequest
from api.requests import Handle, ShortText, WithPurpose

MOST_PEOPLE = 8
MOST_CENTRES = 20


class NetworkQuery(BaseModel):
    """How much of a network, from which days, of which ties."""

    model_config = ConfigDict(frozen=True)

    hops: int = Field(default=1, ge=1, le=4, description="1 is what the person is tied to, 2 who else is.")
    nodes: int = Field(
        default=150, ge=2, le=500, description="At most so many nodes a page; left_out counts the others."
    )
    page: int = Field(default=1, ge=1, le=10_000, description="Pages count from 1.")
    as_of: date | None = Field(default=None, description="The ties as they were known on a day.")
    since: date | None = Field(default=None, description="Only what was still so on this day or later.")
    kinds: list[ShortText] = Field(
        default=[],
        max_length=40,
        description="Only ties of these kinds (lived_at, uses, involved, parent …).",
    )

    def request(self) -> NetworkRequest:
        """The question, as the scoped view takes it."""
        kinds = frozenset(self.kinds) or None
        return NetworkRequest(self.hops, self.nodes, self.as_of, self.since, kinds, self.page)


class NetworksRequest(WithPurpose):
    """People or things whose surroundings make one picture, and how much of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"around": ["p-4c81f0a2", "p-90b37d15"], "hops": 2, "as_of": "2026-03-01"}]
        }
    )

    around: tuple[Handle, ...] = Field(
        min_length=1, max_length=MOST_CENTRES, description="Handles, or nodes as a network names them."
    )
    hops: int = Field(default=1, ge=1, le=4, description="1 is what each is tied to, 2 who else is.")
    nodes: int = Field(default=150, ge=2, le=500, description="At most so many nodes around each.")
    as_of: date | None = Field(default=None, description="The ties as they were known on a day.")
    since: date | None = Field(default=None, description="Only what was still so on this day or later.")
    kinds: tuple[ShortText, ...] = Field(default=(), max_length=40, description="Only ties of these kinds.")

    def request(self) -> NetworkRequest:
        """The question, as the scoped view takes it."""
        return NetworkRequest(self.hops, self.nodes, self.as_of, self.since, frozenset(self.kinds) or None)


class NetworkFile(StrEnum):
    """The forms in which a network is handed over as a file."""

    graphml = "graphml"
    gexf = "gexf"
    csv = "csv"


class SharedRequest(WithPurpose):
    """Two people of whom is asked what they have in common."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"from_handle": "p-4c81f0a2", "to_handle": "p-90b37d15"}]}
    )

    from_handle: Handle = Field(description="The handle of one person.")
    to_handle: Handle = Field(description="The handle of the other.")
    as_of: date | None = Field(default=None, description="As known on a day.")


class PathsRequest(WithPurpose):
    """People among whom the strongest ways are sought: two by name, or several in ``among``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"from_handle": "p-4c81f0a2", "to_handle": "p-90b37d15"},
                {"among": ["p-4c81f0a2", "p-90b37d15", "p-77aa01c3"], "as_of": "2026-03-01", "most": 1},
            ]
        }
    )

    from_handle: Handle | None = Field(default=None, description="The handle of one person.")
    to_handle: Handle | None = Field(default=None, description="The handle of the other.")
    among: tuple[Handle, ...] = Field(
        default=(), max_length=MOST_PEOPLE, description="Handles of several, in place of the two."
    )
    most: int = Field(default=3, ge=1, le=10, description="Ways for each two, no two through the same node.")
    as_of: date | None = Field(default=None, description="As known on a day.")
    since: date | None = Field(default=None, description="Only what was still so on this day or later.")
    kinds: tuple[ShortText, ...] = Field(default=(), max_length=40, description="Only ties of these kinds.")

    @model_validator(mode="after")
    def _two_or_several(self) -> Self:
        named = [one for one in (self.from_handle, self.to_handle) if one is not None]
        if (len(named) == 2) == bool(self.among) or len(named) == 1 or (self.among and len(self.among) < 2):
            raise ValueError("give from_handle and to_handle, or two handles or more in among")
        return self

    def handles(self) -> tuple[str, ...]:
        """Everyone named."""
        return self.among or (self.from_handle or "", self.to_handle or "")

    def asked(self) -> PathRequest:
        """The question, as the scoped view takes it."""
        return PathRequest(self.most, self.as_of, self.since, frozenset(self.kinds) or None)


class PatternSearch(WithPurpose):
    """A pattern, and where to look for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pattern": {
                        "title": "Adults tied to unrelated children through one address or vehicle",
                        "find": {"age_from": 18},
                        "tied": [
                            {
                                "to": {"age_to": 15},
                                "over": ["place", "vehicle"],
                                "at_least": 2,
                                "at_one": True,
                                "unrelated": True,
                                "since": "2026-03-01",
                            }
                        ],
                    }
                }
            ]
        }
    )

    pattern: Pattern = Field(description="Whom to find, by what ties to whom.")
    around: tuple[Handle, ...] = Field(
        default=(), max_length=20, description="Only people within two steps of these; empty: everybody."
    )
    limit: int = Field(default=20, ge=1, le=100, description="Matches a page.")
    page: int = Field(default=1, ge=1, le=10_000, description="Pages count from 1.")

    def asked(self) -> PatternRequest:
        """Where to look, as the scoped view takes it."""
        return PatternRequest(self.around, self.limit, self.page)
