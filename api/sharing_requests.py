"""What the JSON views on sharing take in their bodies."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from access import (
    ConsentGiven,
    GlassBroken,
    KeptToGiven,
    MarkGiven,
    MeetingListGiven,
    RefusalGiven,
    ReleaseGiven,
)
from api.requests import Handle, LookupRequest, Prose, ShortText, WithPurpose

People = Annotated[tuple[Handle, ...], Field(min_length=1, max_length=50, description="Handles of people.")]
Names = Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=50)]
Grounds = Annotated[Prose, Field(description="Why, for whoever asks later.")]
LastDay = Annotated[date, Field(description="The last day on which it stands.")]


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(
        json_schema_extra={"examples": [{"grounds": "Agreed at the strategy discussion", **values}]}
    )


class ReleaseRequest(WithPurpose):
    """A release of people to agencies, for purposes, until a day."""

    model_config = _example(
        handles=["p4c81f0a2"],
        agencies=["education"],
        purposes=["safeguarding_s47"],
        ends_on="2026-12-31",
    )

    handles: People
    agencies: Names = Field(description="Keys of the agencies that receive.")
    purposes: Names = Field(description="Purpose codes for which they may use it.")
    ends_on: LastDay
    grounds: Grounds

    def given(self) -> ReleaseGiven:
        """The release, as the scoped view takes it."""
        return ReleaseGiven(self.handles, self.agencies, self.purposes, self.ends_on, self.grounds)


class MeetingListRequest(WithPurpose):
    """People for a meeting's list."""

    model_config = _example(handles=["p4c81f0a2"], meeting="MARAC-2026-11", ends_on="2026-12-31")

    handles: People
    meeting: ShortText = Field(description="The meeting's reference.")
    ends_on: LastDay
    with_those_tied: bool = Field(default=True, description="List those met in their networks too.")
    grounds: Grounds

    def given(self) -> MeetingListGiven:
        """The list, as the scoped view takes it."""
        return MeetingListGiven(self.handles, self.meeting, self.ends_on, self.grounds, self.with_those_tied)


class KeptToRequest(WithPurpose):
    """People whose records, or whose whereabouts, are kept to named workers."""

    model_config = _example(handles=["p4c81f0a2"], workers=["s.okafor"], ends_on=None)

    handles: People
    workers: Names = Field(description="Sign-in names of those who still see them.")
    ends_on: date | None = Field(default=None, description="The last day; without one, until it is ended.")
    grounds: Grounds

    def given(self) -> KeptToGiven:
        """The restriction or protection, as the scoped view takes it."""
        return KeptToGiven(self.handles, self.workers, self.ends_on, self.grounds)


class ConsentRequest(WithPurpose):
    """What was answered when consent to share was asked, or the decision in place of an answer."""

    model_config = _example(handle="p4c81f0a2", answer="given")

    handle: Handle
    answer: Literal["given", "refused", "withdrawn", "overridden"] = Field(description="The answer.")
    grounds: Grounds

    def given(self) -> ConsentGiven:
        """The answer, as the scoped view takes it."""
        return ConsentGiven(self.handle, self.answer, self.grounds)


class RefusalRequest(WithPurpose):
    """A refusal to share what one's own agency holds of a person."""

    model_config = _example(handle="p4c81f0a2", basis="more_detrimental")

    handle: Handle
    basis: Literal["would_not_help", "more_detrimental", "other"] = Field(
        description="Children Act 2004 s16LA: it would not help, or be more detrimental to the child."
    )
    grounds: Grounds

    def given(self) -> RefusalGiven:
        """The refusal, as the scoped view takes it."""
        return RefusalGiven(self.handle, self.basis, self.grounds)


class MarkRequest(WithPurpose):
    """How one's own agency wants its records of a person handled."""

    model_config = _example(handle="p4c81f0a2", marking="ask_originator")

    handle: Handle
    marking: Literal["shareable", "ask_originator", "restricted"]
    grounds: Grounds

    def given(self) -> MarkGiven:
        """The mark, as the scoped view takes it."""
        return MarkGiven(self.handle, self.marking, self.grounds)


class EndRequest(WithPurpose):
    """The end of what was granted or refused."""

    model_config = _example()

    grounds: Grounds


class GlassRequest(WithPurpose):
    """Whose records are opened at once: somebody seen, or whoever clearly fits a description."""

    model_config = _example(
        purpose="safeguarding_s47",
        reason="Child said to be with him tonight",
        sought={"given_name": "Egon", "family_name": "Thrupp", "date_of_birth": "1984-07-14"},
    )

    handle: Handle | None = None
    sought: LookupRequest | None = Field(default=None, description="A description, as for a lookup.")
    days: int = Field(default=1, ge=1, le=7, description="For how many days it stays open.")
    grounds: Grounds

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.handle is None) == (self.sought is None):
            raise ValueError("name the person by a handle or describe them, one of the two")
        return self

    def given(self) -> GlassBroken:
        """The broken glass, as the scoped view takes it."""
        sought = None if self.sought is None else self.sought.description()
        return GlassBroken(self.grounds, self.handle, sought, self.days)


class GlassReviewRequest(WithPurpose):
    """What the privacy officer found of a broken glass."""

    model_config = _example(verdict="justified")

    verdict: Literal["justified", "not_justified"] = Field(description="Not justified closes it at once.")
    grounds: Grounds
