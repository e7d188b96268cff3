"""What a reader may ask of the data: one view a read, opened by the desk, closed with one ledger entry."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from access.exchange.histories import histories_about
from access.exchange.view import ExchangingView
from access.exports import Draw, Drawn, draw_up, write_table
from access.findings.what_ifs import WhatIfs
from access.keeping_view import KeepingView
from access.links.judgements import JudgementViews
from access.links.reviews import Reviews
from access.links.views import LinkViews
from access.network.files import write_picture
from access.network.patterns import PatternViews
from access.network.questions import NetworkViews
from access.network.saved_pictures import SavedPictures
from access.person.chronologies import Chronologies
from access.person.factors import FactorViews
from access.person.households import HouseholdViews
from access.person.lookups import Lookups
from access.person.pages import PersonPages
from access.sharing.contributions import ContributionViews
from access.sharing.hiding import HidingViews
from access.sharing.sealing import SealingViews
from access.sharing.views import SharingViews
from access.values import (
    AgencyContributions,
    ChangeList,
    Chronology,
    ConflictList,
    Description,
    DetectorRule,
    FindingClearing,
    FindingFilters,
    FindingList,
    FindingPage,
    GroupList,
    GroupRequest,
    HideOrderList,
    HouseholdFactors,
    HouseholdList,
    LinkExplanation,
    LinkList,
    LookupAnswer,
    NetworkPicture,
    NetworkRequest,
    PastPrecision,
    PathAnswer,
    PathRequest,
    PatternAnswer,
    PatternRequest,
    PersonPage,
    PersonSharing,
    PictureList,
    ReviewPair,
    ReviewQueue,
    SavedPicture,
    SealList,
    SharedAnswer,
    SharingList,
    StayList,
    VehicleUser,
    WhatIf,
)
from graph import Pattern


class ScopedView(ExchangingView, KeepingView):
    """One read in one scope. Every method raises NotThere for a handle that is not the reader's, or nobody's.

    A method that the reader's role may not use for the purpose raises Denied before anything is looked at.
    """

    @property
    def as_of(self) -> date:
        """The day on which the data stands: that of its latest extract, or the one that the build was told."""
        return self._sight.as_of

    def lookup(self, description: Description) -> LookupAnswer:
        """Who is this, and what is known. Raises BadInput when the description says nothing."""
        self._sight.require("lookup")
        return Lookups(self._sight).answer(description)

    def vehicle_users(self, plate: str) -> tuple[VehicleUser, ...]:
        """Who is known with a vehicle; ``plate`` in capitals without spaces. Raises Denied to who gets hit or no hit alone."""
        self._sight.require("lookup")
        return Lookups(self._sight).users_of(plate)

    def person(self, handle: str) -> PersonPage:
        """The page of a person."""
        self._sight.require("person")
        person = self._sight.cards.behind(handle)
        pages = PersonPages(self._sight.connection, self._sight.cards)
        if not self._sight.may("findings"):
            return pages.page(person, ())
        page = pages.page(person, self._findings.about(person))
        return replace(page, findings_where=self._findings.where)

    def chronology(self, handle: str) -> Chronology:
        """What happened to and around a person, oldest first."""
        self._sight.require("chronology")
        person = self._sight.cards.behind(handle)
        told = Chronologies(self._sight.connection, self._sight.scope, self._sight.cards).chronology(person)
        return replace(told, from_other_hubs=histories_about(self._sight, person.record_ids))

    def network(self, handle: str, request: NetworkRequest | None = None) -> NetworkPicture:
        """The surroundings of a person, or of a node that an answer named."""
        return self.networks((handle,), request)

    def networks(self, handles: Sequence[str], request: NetworkRequest | None = None) -> NetworkPicture:
        """The surroundings of several people or nodes as one picture. Raises BadInput for too many, or a later page."""
        self._sight.require("network")
        return NetworkViews(self._sight).around(handles, request or NetworkRequest())

    def network_file(
        self, handles: Sequence[str], out: Path, request: NetworkRequest | None = None
    ) -> list[Path]:
        """The same picture as a file: .graphml, .gexf, or .csv (two files); returns the files written.

        Whoever may see and print it may have it. Raises BadInput for another ending.
        """
        self._sight.require("print")
        return write_picture(self._sight, self.networks(handles, request), out)

    def lived(self, handle: str, as_of: date | None = None) -> StayList:
        """Where, when and with whom a person lived, oldest first; with ``as_of``, what had begun by then."""
        self._sight.require("households")
        return NetworkViews(self._sight).lived(handle, as_of)

    def pictures(self) -> PictureList:
        """The pictures of networks kept for the case that the purpose names, as far as the reader sees their people."""
        self._sight.require("network")
        return SavedPictures(self._sight).of_case()

    def picture(self, picture: str) -> SavedPicture:
        """One of them. Raises NotThere for any other."""
        self._sight.require("network")
        return SavedPictures(self._sight).named(picture)

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
        """Findings of the scope by rank, the first of each detector before the second of any."""
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

    def rules(self) -> tuple[DetectorRule, ...]:
        """What every detector of the snapshot decides by; tells of nobody."""
        self._sight.require("findings")
        self._sight.log.answered = True
        return self._findings.rules()

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

    def seals(self) -> SealList:
        """The seals that stand, for the seal keeper: how many records on either side, and nobody."""
        self._sight.require("seal_conflicts")
        return SealingViews(self._sight).standing()

    def hide_orders(self) -> HideOrderList:
        """The hide orders that stand, for the privacy officer: how many records, the workers named, and nobody else."""
        self._sight.require("hide_orders")
        return HidingViews(self._sight).standing()

    def grants(self) -> SharingList:
        """What is released, listed, restricted, protected or refused, as far as the reader may know of it."""
        self._sight.require("grants")
        return SharingViews(self._sight).standing()

    def sharing_about(self, handle: str) -> PersonSharing:
        """Where the sharing of one person stands: releases, restrictions, refusals, consent and marks."""
        self._sight.require("grants")
        return SharingViews(self._sight).about(handle)

    def contributions(self) -> AgencyContributions:
        """What the reader's agency handed in, and what was decided where it was evidence."""
        self._sight.require("contributions")
        return ContributionViews(self._sight).own()

    def export(self, what: str, out: Path) -> list[Path]:
        """Write a table or the graph of the scope (see ``access.exports``); returns the files written."""
        self._sight.require("export")
        return write_table(self._sight, what, out)

    def draw_up(self, what: str, draw: Draw[Drawn]) -> Drawn:
        """What ``draw`` makes of the scope's rows, for a report that leaves as a file (see ``access.exports``)."""
        self._sight.require("export")
        return draw_up(self._sight, what, draw)
