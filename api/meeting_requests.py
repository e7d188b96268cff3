"""What the JSON views on meetings, packs and feedback take in their bodies."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from access import ActionGiven, CaseGiven, FeedbackGiven, MeetingPlanned, ResearchGiven
from api.requests import Handle, Prose, ShortText, WithPurpose
from products import ChronologyChoice, IssueRequest

Name = Annotated[ShortText, Field(description="As an answer names it.")]


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class MeetingRequest(WithPurpose):
    """A meeting to be planned."""

    model_config = _example(
        reference="MARAC-2026-11", held_on="2026-11-20", area="Larkhaven", chair="DI Okafor"
    )

    reference: ShortText = Field(description="How people call the meeting.")
    held_on: date
    area: ShortText = Field(description="What the meeting is for.")
    chair: ShortText | None = None

    def given(self) -> MeetingPlanned:
        """The meeting, as the scoped view takes it."""
        return MeetingPlanned(self.reference, self.held_on, self.area, self.chair)


class CaseRequest(WithPurpose):
    """A case for the list: a candidate by its name, or the victim (and perpetrator) by handles."""

    model_config = _example(candidate="r4c81f0a2", grounds="Referred by the police on 3 November")

    candidate: Name | None = None
    victim: Handle | None = None
    perpetrator: Handle | None = None
    grounds: Prose = Field(description="Why it is on the list; stands in the pack.")

    def given(self, meeting: str) -> CaseGiven:
        """The case, as the scoped view takes it."""
        return CaseGiven(meeting, self.grounds, self.candidate, self.victim, self.perpetrator)


class DropRequest(WithPurpose):
    """Why a case comes off the list."""

    model_config = _example(grounds="Withdrawn by the referrer; no consent, and not high risk")

    grounds: Prose


class ResearchRequest(WithPurpose):
    """What one's own agency brings: fact with its source, opinion apart."""

    model_config = _example(
        fact="Two calls in October", opinion="Risk is rising", source="Call log, 2 and 19 October"
    )

    fact: Prose | None = None
    opinion: Prose | None = None
    source: Annotated[str, Field(max_length=300)] = Field(default="", description="Where the fact stands.")

    def given(self, case: str) -> ResearchGiven:
        """The research, as the scoped view takes it."""
        return ResearchGiven(case, self.fact, self.opinion, self.source)


class AttendanceRequest(WithPurpose):
    """Who was there for an agency."""

    model_config = _example(agency="housing", name="R. Jones", standing="apologies")

    agency: ShortText
    name: ShortText
    standing: Literal["present", "apologies", "absent"]


class MinuteRequest(WithPurpose):
    """A paragraph of the minutes, of a case or of the whole meeting."""

    model_config = _example(case="case-41", text="Locks to be changed this week.")

    case: Name | None = None
    text: Prose


class ActionRequest(WithPurpose):
    """What an agency undertakes in a case."""

    model_config = _example(what="Change the locks", agency="housing", due_on="2026-11-27")

    what: Prose
    agency: ShortText
    due_on: date | None = None

    def given(self, case: str) -> ActionGiven:
        """The action, as the scoped view takes it."""
        return ActionGiven(case, self.what, self.agency, self.due_on)


class ActionEndRequest(WithPurpose):
    """What came of an action."""

    model_config = _example(ended="done", result="Locks changed on 24 November")

    ended: Literal["done", "not_done", "no_longer_needed"]
    result: Prose


class PackRequest(WithPurpose):
    """A document to issue, to whom and in which form; the rest narrows a chronology."""

    model_config = _example(kind="case", about="case-41", recipient="PS A. Reader, police", form="docx")

    kind: Literal["case", "meeting", "chronology"]
    about: Name = Field(description="The case, the meeting, or the person's handle.")
    recipient: ShortText
    form: Literal["docx", "html"] = "docx"
    agencies: tuple[ShortText, ...] = Field(default=(), max_length=50, description="Only reports of these.")
    kinds: tuple[ShortText, ...] = Field(default=(), max_length=50, description="Only these kinds of events.")
    date_from: date | None = None
    date_to: date | None = None
    incidents: tuple[Name, ...] = Field(
        default=(), max_length=500, description="Only these happenings, as chosen."
    )

    whole_household: bool = Field(
        default=False, description="Of everyone who lives with the person now, in one table."
    )

    def request(self) -> IssueRequest:
        """What to issue."""
        return IssueRequest(self.kind, self.about, self.recipient, self.form)

    def choice(self) -> ChronologyChoice:
        """What goes into a chronology."""
        return ChronologyChoice(
            frozenset(self.agencies),
            frozenset(self.kinds),
            self.date_from,
            self.date_to,
            frozenset(self.incidents),
            self.whole_household,
        )


class FeedbackRequest(WithPurpose):
    """What a referrer may know of a referral or contact."""

    model_config = _example(
        event="social_care:E100320",
        to="education",
        outcome="Assessment begun",
        words="Thank you; please call with anything new",
    )

    event: Name = Field(description="The referral or contact, as a chronology names it.")
    to: ShortText = Field(description="An agency's key, or a sign-in name.")
    outcome: ShortText
    words: Prose | None = None

    def given(self) -> FeedbackGiven:
        """The feedback, as the scoped view takes it."""
        return FeedbackGiven(self.event, self.to, self.outcome, self.words)
