"""Case conferences (MARAC) as they are made and as they are shown: meetings, cases, packs, minutes, feedback."""

from dataclasses import dataclass
from datetime import date, datetime

from access.values.page import PersonPage
from access.values.person import Chronology, PersonCard


@dataclass(frozen=True, slots=True)
class MeetingPlanned:
    """A meeting to be planned: ``reference`` is how people call it, ``area`` what it covers."""

    reference: str
    held_on: date
    area: str
    chair: str | None = None


@dataclass(frozen=True, slots=True)
class CaseGiven:
    """A case for a meeting's list: by what a candidate is called, or by the handles of the people it is about."""

    meeting: str
    grounds: str
    candidate: str | None = None
    victim: str | None = None
    perpetrator: str | None = None


@dataclass(frozen=True, slots=True)
class ResearchGiven:
    """What the reader's agency brings to a case: fact with its source, and opinion apart."""

    case: str
    fact: str | None
    opinion: str | None
    source: str


@dataclass(frozen=True, slots=True)
class ActionGiven:
    """An action of a case: what, which agency, until when."""

    case: str
    what: str
    agency: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class FlagEvidence:
    """One happening that a flag stands on: ``event`` is the agency's own id, or a reference without identities."""

    event: str
    agency: str
    kind: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class CaseFlag:
    """A rule that a case meets: repeat, serial or escalation; ``words`` say how, ``source`` whose rule it is."""

    rule: str
    words: str
    source: str
    evidence: tuple[FlagEvidence, ...]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case on a meeting's list. ``number`` is its place on the list."""

    case: str
    number: int
    victim: PersonCard
    perpetrators: tuple[PersonCard, ...]
    origin: str
    grounds: str
    flags: tuple[CaseFlag, ...]
    research_from: tuple[str, ...]
    open_actions: int


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action as it stands; ``ended`` is None while it is open. ``meeting`` is where it was agreed."""

    action: str
    case: str
    case_number: int | None
    meeting: str
    what: str
    agency: str
    due_on: date | None
    by: str
    at: datetime
    ended: str | None
    result: str | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """Who was there: present, apologies or absent."""

    agency: str
    name: str
    standing: str


@dataclass(frozen=True, slots=True)
class MinuteLine:
    """A paragraph of the minutes; ``case_number`` is None for the meeting as a whole."""

    case_number: int | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PackLine:
    """A document that was issued."""

    pack: str
    kind: str
    recipient: str
    copy_number: int
    digest: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list."""

    meeting: str
    reference: str
    held_on: date
    area: str
    chair: str | None
    cases: int
    open_actions: int


@dataclass(frozen=True, slots=True)
class MeetingList:
    """The meetings, latest first."""

    meetings: tuple[MeetingLine, ...]


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting with what the reader may see of its cases. ``carried``: open actions of earlier meetings on these people."""

    line: MeetingLine
    cases: tuple[CaseLine, ...]
    carried: tuple[ActionLine, ...]
    actions: tuple[ActionLine, ...]
    attendance: tuple[AttendanceLine, ...]
    minutes: tuple[MinuteLine, ...]
    packs: tuple[PackLine, ...]


@dataclass(frozen=True, slots=True)
class CandidateCase:
    """Somebody who may come on a list: referred to MARAC by an agency, or found by a rule.

    Those whom a rule found are shown without names until they are listed.
    """

    candidate: str
    origin: str
    happened_on: date | None
    agency: str | None
    referrer: str | None
    rule: str | None
    victim: PersonCard
    perpetrators: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class CandidateList:
    """Referrals that wait first, then what rules found, latest first in each."""

    candidates: tuple[CandidateCase, ...]


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """An answer to a question of the risk checklist, by its number, with the form it stands on."""

    question: int
    answer: str
    agency: str
    event: str
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class ContactArrangement:
    """How or when somebody can be reached safely, or who must not learn of it; ``kind`` as in the vocabulary."""

    kind: str
    value: str
    agency: str
    agreed_on: date | None


@dataclass(frozen=True, slots=True)
class CaseConsent:
    """The latest answer to being asked for consent, or the override with its grounds."""

    answer: str
    grounds: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResearchLine:
    """What an agency brought to a case."""

    agency: str
    fact: str | None
    opinion: str | None
    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonInCase:
    """Somebody in a case, in a part: victim, perpetrator, child or other; ``related_as`` as agencies state it."""

    part: str
    page: PersonPage
    related_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything of a case that goes into its pack, in the reader's scope; ``chronologies``: the victim's first."""

    line: CaseLine
    meeting: MeetingLine
    people: tuple[PersonInCase, ...]
    arrangements: tuple[ContactArrangement, ...]
    answers: tuple[RiskAnswer, ...]
    consent: CaseConsent | None
    chronologies: tuple[Chronology, ...]
    research: tuple[ResearchLine, ...]
    actions: tuple[ActionLine, ...]
    minutes: tuple[MinuteLine, ...]


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """A meeting with everything that goes into its pack; ``minutes``: those of no single case."""

    line: MeetingLine
    attendance: tuple[AttendanceLine, ...]
    minutes: tuple[MinuteLine, ...]
    cases: tuple[CaseFile, ...]


@dataclass(frozen=True, slots=True)
class PackGiven:
    """A document that is to leave. ``kind`` case, meeting or chronology; ``about`` what it is called in answers."""

    kind: str
    about: str
    recipient: str
    copy_number: int
    digest: str
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingActTaken:
    """An act as the ledger took it; ``name`` is what later acts call it by."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """What a referrer may know: ``event`` as a chronology names it, ``to`` an agency's key or a sign-in name."""

    event: str
    to: str
    outcome: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class UnansweredReferral:
    """A contact or referral whose referrer has heard nothing: ``event`` as ``FeedbackGiven`` names it.

    ``referrer`` is as written, ``to`` the agency that it stands for where that can be told; ``outcome`` what the hub
    recorded, which is not told until somebody releases it.
    """

    event: str
    kind: str
    received_on: date
    agency: str
    referrer: str | None
    to: str | None
    person: PersonCard | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class UnansweredReferrals:
    """The oldest of them, those with a recorded outcome first; ``count`` is how many there are.

    ``agencies``: the keys of those whose rows the reader sees, to choose from whom to tell.
    """

    referrals: tuple[UnansweredReferral, ...]
    count: int
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What became of a referral, as far as the decision-maker released it."""

    reference: str
    received_on: date | None
    outcome: str
    words: str | None
    told_on: date


@dataclass(frozen=True, slots=True)
class OutcomeList:
    """The outcomes of the reader's own referrals, latest first."""

    outcomes: tuple[OutcomeLine, ...]
