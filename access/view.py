"""What a reader may do with the data: one view a read, opened by the desk, closed with one ledger entry."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from access.chronologies import Chronologies
from access.exports import Draw, Drawn, draw_up, write_table
from access.factor_views import FactorViews
from access.finding_standing import FindingStandings
from access.finding_views import FindingViews
from access.glass_views import GlassViews
from access.household_views import HouseholdViews
from access.judgement_views import JudgementViews
from access.link_views import LinkViews
from access.lookups import Lookups
from access.network_views import NetworkViews
from access.pages import PersonPages
from access.pattern_views import PatternViews
from access.reviews import Reviews
from access.sharing_views import SharingViews
from access.sight import Sight
from access.values import (
    ChangeList,
    Chronology,
    ConflictList,
    ConsentGiven,
    Description,
    Disposition,
    FindingClearing,
    FindingFilters,
    FindingList,
    FindingPage,
    GlassBroken,
    GlassOpened,
    GroupList,
    GroupRequest,
    HouseholdFactors,
    HouseholdList,
    JudgementGiven,
    JudgementTaken,
    KeptToGiven,
    LinkExplanation,
    LinkList,
    LookupAnswer,
    MarkGiven,
    MeetingListGiven,
    NetworkPicture,
    NetworkRequest,
    PastPrecision,
    PathAnswer,
    PathRequest,
    PatternAnswer,
    PatternRequest,
    PersonCard,
    PersonPage,
    RefusalGiven,
    ReleaseGiven,
    ReviewPair,
    ReviewQueue,
    SharedAnswer,
    SharingList,
    SharingTaken,
    StayList,
    Suppression,
    WhatIf,
)
from access.what_ifs import WhatIfs
from graph import Pattern
from records.errors import BadInput, Denied
from records.ledger import Actor, dispose, end_suppression, reveal, suppress

LONGEST_SUPPRESSION_DAYS: Final = 365


class ScopedView:
    """One read in one scope. Every method raises NotThere for a handle that is not the reader's, or nobody's.

    A method that the reader's role may not use for the purpose raises Denied before anything is looked at.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._findings = FindingViews(
            sight.connection,
            sight.scope,
            sight.cards,
            FindingStandings(sight.connection, sight.scope, sight.state, sight.today),
        )

    def lookup(self, description: Description) -> LookupAnswer:
        """Who is this, and what is known. Raises BadInput when the description says nothing."""
        self._sight.require("lookup")
        return Lookups(self._sight).answer(description)

    def person(self, handle: str) -> PersonPage:
        """The page of a person."""
        self._sight.require("person")
        person = self._sight.cards.behind(handle)
        findings = self._findings.about(person) if self._sight.may("findings") else ()
        return PersonPages(self._sight.connection, self._sight.scope, self._sight.cards).page(
            person, findings
        )

    def chronology(self, handle: str) -> Chronology:
        """What happened to and around a person, oldest first."""
        self._sight.require("chronology")
        person = self._sight.cards.behind(handle)
        return Chronologies(self._sight.connection, self._sight.scope, self._sight.cards).chronology(person)

    def network(self, handle: str, request: NetworkRequest | None = None) -> NetworkPicture:
        """The surroundings of a person, or of a node that an answer named."""
        self._sight.require("network")
        return NetworkViews(self._sight).around(handle, request or NetworkRequest())

    def lived(self, handle: str, as_of: date | None = None) -> StayList:
        """Where, when and with whom a person lived, oldest first; with ``as_of``, what had begun by then."""
        self._sight.require("households")
        return NetworkViews(self._sight).lived(handle, as_of)

    def changes(
        self, handle: str, after: date, until: date, request: NetworkRequest | None = None
    ) -> ChangeList:
        """What became different around a person or a node between two days. Raises BadInput for days the wrong way."""
        self._sight.require("network")
        return NetworkViews(self._sight).changes(handle, after, until, request or NetworkRequest())

    def groups(self, handle: str, request: GroupRequest | None = None) -> GroupList:
        """The close groups around a person."""
        self._sight.require("network")
        return PatternViews(self._sight).groups(handle, request or GroupRequest())

    def match(self, pattern: Pattern, request: PatternRequest | None = None) -> PatternAnswer:
        """The people whom a pattern describes, around some people or in the whole of the scope.

        Raises BadInput when the pattern is too wide, or the scope does not stand in the snapshot and nobody is named.
        """
        self._sight.require("patterns")
        self._sight.log.details.update(pattern=pattern.title)
        return PatternViews(self._sight).matches(pattern, request or PatternRequest(), self._sight.as_of)

    def households(self, handle: str) -> HouseholdList:
        """Where and with whom a person lived, latest first."""
        self._sight.require("households")
        return HouseholdViews(self._sight).of(self._sight.cards.behind(handle))

    def factors(self, handle: str) -> HouseholdFactors:
        """Domestic abuse, mental ill health and substance misuse around a person and those they live with now."""
        self._sight.require("households")
        person = self._sight.cards.behind(handle)
        return FactorViews(self._sight).around(person, self._sight.cards.as_of)

    def links(self, handle: str) -> LinkList:
        """What holds the records of a person together."""
        self._sight.require("links")
        return LinkViews(self._sight).of(self._sight.cards.behind(handle))

    def path(self, handle_a: str, handle_b: str, request: PathRequest | None = None) -> PathAnswer:
        """The strongest ways from one person to another. Raises BadInput when the two are one."""
        return self.paths((handle_a, handle_b), request)

    def paths(self, handles: Sequence[str], request: PathRequest | None = None) -> PathAnswer:
        """The strongest ways between each two of several people. Raises BadInput where fewer than two are meant."""
        self._sight.require("paths")
        return NetworkViews(self._sight).among(handles, request or PathRequest())

    def shared(self, handle_a: str, handle_b: str, as_of: date | None = None) -> SharedAnswer:
        """What and whom two people have in common, with the evidence of each."""
        self._sight.require("paths")
        return NetworkViews(self._sight).shared(handle_a, handle_b, as_of)

    def findings(self, filters: FindingFilters | None = None) -> FindingList:
        """Findings of the scope by detector and rank."""
        self._sight.require("findings")
        return self._findings.listed(filters or FindingFilters())

    def finding(self, finding_id: str) -> FindingPage:
        """One finding with its evidence."""
        self._sight.require("finding")
        return self._findings.page(finding_id)

    def clearing(self, finding_id: str) -> FindingClearing:
        """The weakest link between records whose removal ends a finding, tried on its own rows; takes seconds."""
        self._sight.require("finding")
        cleared = self._findings.clearing(finding_id, self._sight.detecting())
        self._sight.log.answered = True
        return cleared

    def track_records(self) -> dict[str, PastPrecision]:
        """By detector, how often people here confirmed what it raised; counts alone, of nobody in particular."""
        self._sight.require("findings")
        return self._findings.track_records()

    def what_if(self, changes: Mapping[str, Mapping[str, Any]]) -> WhatIf:
        """Which findings would come and go if thresholds (detector to setting to value) were changed; nothing is saved.

        Raises BadInput for a setting that there is not.
        """
        self._sight.require("findings")
        return WhatIfs(self._sight).answer(changes)

    def explain_link(self, record_a: str, record_b: str) -> LinkExplanation:
        """Why two records (as named in answers) are, or are not, one person."""
        self._sight.require("explain_link")
        return LinkViews(self._sight).explain(record_a, record_b)

    def review(self, offset: int = 0, limit: int = 50) -> ReviewQueue:
        """A page of the links to look at, what a judgement would change most first; nobody is named in it."""
        self._sight.require("review")
        return Reviews(self._sight).queue(offset, limit)

    def review_pair(self, pair: str) -> ReviewPair:
        """Two sides of a link side by side, with the reasons and who judged what."""
        self._sight.require("review")
        return Reviews(self._sight).pair(pair)

    def conflicts(self) -> ConflictList:
        """Judgements of the reader's records that cannot all be true."""
        self._sight.require("review")
        return JudgementViews(self._sight).listed()

    def seal_conflicts(self) -> ConflictList:
        """Judgements that tie the two sides of a seal, for the seal keeper."""
        self._sight.require("seal_conflicts")
        return JudgementViews(self._sight).against_seals()

    def judge_pair(self, pair: str, given: JudgementGiven) -> JudgementTaken:
        """Judge a pair of the review; the judgement is the ledger entry of this read, the next build obeys it.

        Raises BadInput for another decision or without grounds.
        """
        self._sight.require("judge")
        return Reviews(self._sight).judge_pair(pair, given, self._actor(given.grounds))

    def judge_records(self, record_a: str, record_b: str, given: JudgementGiven) -> JudgementTaken:
        """Judge two records as answers name them; otherwise as ``judge_pair``."""
        self._sight.require("judge")
        return Reviews(self._sight).judge_records((record_a, record_b), given, self._actor(given.grounds))

    def dispose(self, finding_id: str, decision: str, reason: str, whole_case: bool = True) -> Disposition:
        """Decide on a finding: confirmed, not_confirmed, watch or escalated_to_manager, with a reason.

        The decision is the ledger entry of this read, and covers what else waits for one in the finding's case unless
        ``whole_case`` is false. Evidence that comes later opens the finding again. Raises BadInput for another
        decision or an empty reason.
        """
        self._sight.require("disposition")
        known, terms = self._findings.decided_on(finding_id, whole_case)
        receipt = dispose(self._sight.ledger, self._actor(reason), known, decision, terms)
        self._sight.log.logged = True
        return Disposition(decision, reason, self._sight.principal.subject, receipt.at)

    def release(self, given: ReleaseGiven) -> SharingTaken:
        """Release people to agencies; like every act below, it is the ledger entry of this read."""
        self._sight.require("release")
        return SharingViews(self._sight).release(given)

    def list_for_meeting(self, given: MeetingListGiven) -> SharingTaken:
        """Put people, with those tied to them, on a meeting's list."""
        self._sight.require("meeting_list")
        return SharingViews(self._sight).list_for_meeting(given)

    def restrict(self, given: KeptToGiven) -> SharingTaken:
        """Keep people's records to named workers."""
        self._sight.require("restriction")
        return SharingViews(self._sight).restrict(given)

    def protect_location(self, given: KeptToGiven) -> SharingTaken:
        """Keep where people are to named workers."""
        self._sight.require("location_protection")
        return SharingViews(self._sight).protect_location(given)

    def consent(self, given: ConsentGiven) -> SharingTaken:
        """Record an answer about consent to share, or why it is overridden."""
        self._sight.require("override" if given.answer == "overridden" else "consent")
        return SharingViews(self._sight).consent(given)

    def refuse_to_share(self, given: RefusalGiven) -> SharingTaken:
        """Refuse to share the records that the reader's agency holds of a person."""
        self._sight.require("refusal")
        return SharingViews(self._sight).refuse(given)

    def mark(self, given: MarkGiven) -> SharingTaken:
        """Mark how the records that the reader's agency holds of a person are to be handled."""
        self._sight.require("mark")
        return SharingViews(self._sight).mark(given)

    def grants(self) -> SharingList:
        """What is released, listed, restricted, protected or refused, as far as the reader may know of it."""
        self._sight.require("grants")
        return SharingViews(self._sight).standing()

    def end_grant(self, sharing: str, grounds: str) -> SharingTaken:
        """End what ``grants`` lists, by its name there."""
        self._sight.require("end_grant")
        return SharingViews(self._sight).end(sharing, grounds)

    def break_glass(self, given: GlassBroken) -> GlassOpened:
        """Open a person's records at once; the privacy officer is alerted."""
        self._sight.require("break_glass")
        return GlassViews(self._sight).broken(given)

    def suppress(self, finding_id: str, reason: str, until: date | None = None) -> Suppression:
        """Keep a finding out of the list, up to and with a day, or without one until new evidence comes.

        The suppression is the ledger entry of this read. Raises BadInput for a day that is past or more than a year
        ahead, and for an empty reason.
        """
        self._sight.require("disposition")
        if until is not None and not 0 <= (until - self._sight.today).days <= LONGEST_SUPPRESSION_DAYS:
            raise BadInput(
                "A finding is kept out of the list from today up to a year ahead; name a day between, or none to wait "
                "for new evidence."
            )
        known, terms = self._findings.decided_on(finding_id, whole_case=False)
        receipt = suppress(self._sight.ledger, self._actor(reason), known, until, terms)
        self._sight.log.logged = True
        return Suppression(until, reason, self._sight.principal.subject, receipt.at)

    def end_suppression(self, finding_id: str, reason: str) -> None:
        """Let a finding back into the list; the act is the ledger entry of this read. Raises Conflict when it is in it."""
        self._sight.require("disposition")
        known, terms = self._findings.decided_on(finding_id, whole_case=False)
        end_suppression(self._sight.ledger, self._actor(reason), known, terms)
        self._sight.log.logged = True

    def reveal(self, handle: str) -> PersonCard:
        """Open who someone is to a reader under pseudonyms, from now on and for this purpose.

        The reveal is the ledger entry of this read. Raises Denied without a case reference in the purpose.
        """
        self._sight.require("reveal")
        person = self._sight.cards.behind(handle)
        if not self._sight.purpose.case_reference:
            raise Denied("An identity is revealed for a case; name its reference.")
        reveal(self._sight.ledger, self._actor(self._sight.purpose.reason), person.record_ids)
        self._sight.log.logged = True
        return self._sight.revealing(person.record_ids).card(person)

    def export(self, what: str, out: Path) -> list[Path]:
        """Write a table or the graph of the scope (see ``access.exports``); returns the files written."""
        self._sight.require("export")
        return write_table(self._sight, what, out)

    def draw_up(self, what: str, draw: Draw[Drawn]) -> Drawn:
        """What ``draw`` makes of the scope's rows, for a report that leaves as a file (see ``access.exports``)."""
        self._sight.require("export")
        return draw_up(self._sight, what, draw)

    def _actor(self, reason: str) -> Actor:
        principal, purpose = self._sight.principal, self._sight.purpose
        return Actor(
            principal.subject, principal.role, principal.hub, purpose.code, reason, purpose.case_reference
        )
