"""A desk that needs no data: it knows two people and one finding, and writes down what was asked of it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from access import (
    ACTS,
    PURPOSES,
    BadInput,
    CandidateCase,
    CandidateList,
    CellCount,
    ChangeList,
    Checkpoint,
    Chronology,
    ConflictLine,
    ConflictList,
    Denied,
    Disposition,
    ExchangeInbox,
    Explanation,
    FindingClearing,
    FindingFilters,
    FindingLine,
    FindingList,
    FindingPage,
    FindingSubject,
    GlassLine,
    GlassList,
    GlassOpened,
    GroupList,
    HouseholdFactors,
    HouseholdList,
    HubFigures,
    JudgementGiven,
    JudgementLine,
    JudgementTaken,
    LedgerFilters,
    LedgerLine,
    LedgerList,
    LinkExplanation,
    LinkList,
    LookupAnswer,
    MeetingActTaken,
    MeetingLine,
    MeetingList,
    MeetingPage,
    NetworkNode,
    NetworkPicture,
    NotThere,
    OtherHubHistory,
    OutcomeLine,
    OutcomeList,
    PartnerLine,
    PathAnswer,
    PatternAnswer,
    PersonCard,
    PersonPage,
    Principal,
    Purpose,
    PurposeMissing,
    Question,
    QuestionAnswered,
    RequestLine,
    RequestPage,
    RequestSent,
    ReviewLine,
    ReviewPair,
    ReviewQueue,
    ReviewSide,
    RowList,
    SharedAnswer,
    SharingLine,
    SharingList,
    SharingTaken,
    SignedHead,
    StatisticAnswer,
    StatisticCell,
    StatisticRequest,
    StayList,
    Suppression,
    VerificationReport,
    WhatIf,
)
from api import ApiSettings, ClaimMapping, OidcSettings, create_app
from api.provider import Provider

CARD = PersonCard("known", None, None, "10-15", "female", ("police",), 2, False)
LINE = FindingLine(
    "f-1",
    "repeat_notifications",
    "More notifications than expected.",
    1,
    date(2026, 3, 1),
    date(2026, 9, 1),
    date(2025, 4, 1),
    date(2026, 2, 1),
    6.0,
    1.5,
    4.5,
    "notifications in 12 months",
    (FindingSubject(CARD, "victim"),),
    None,
)
LINK = LinkExplanation("police:1", "council:1", "police", "council", 12.0, None, None, True, ())
REVIEW_LINE = ReviewLine(
    pair="r-1",
    kind="near_threshold",
    why="The two are nearly alike enough to be one person.",
    rule=None,
    weight=0.5,
    probability=0.586,
    second_opinion=None,
    uncertainty=0.98,
    records_moved=1,
    open_events=0,
    children=1,
    agencies_joined=2,
    expected_change=3.92,
    agencies_a=("police",),
    agencies_b=("council",),
    records_a=1,
    records_b=1,
    reopened=False,
)
SAID = JudgementLine(
    "police:1", "council:1", "not_same", "rosa", datetime(2026, 3, 2, 10, 0, tzinfo=UTC), "Cousins"
)
CONFLICT = ConflictLine("pair", "Some said same, some not the same.", "r-1", (SAID,))
REQUEST_LINE = RequestLine(
    request_id="77d0b0c29d6c4a7e",
    ours=False,
    hub="neighbour",
    at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
    role="exchange_officer",
    purpose="safeguarding_s47",
    legal_basis="children_act_1989_s47",
    case_reference=None,
    reason="Family moved here",
    asked="Concerns of two years",
    state="waiting",
    decided_reason=None,
    ends_on=None,
)
TAKEN = SharingTaken("release-7", "release", 3, date(2026, 12, 31), datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
MEETING = MeetingLine("meeting-1", "MARAC-3", date(2026, 3, 20), "North", None, 0, 0)
ACT_TAKEN = MeetingActTaken("case-7", datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
PURPOSE = {"Purpose": "safeguarding_s47", "Purpose-Reason": "Strategy discussion today"}


@dataclass(frozen=True)
class Asked:
    """One read: by whom, why, what, and how it ended."""

    principal: Principal
    purpose: Purpose | None
    act: str
    outcome: str


class FakeProducts:
    """Meetings, statistics and feedback of a hub that has one meeting, and no case on its list."""

    def _meeting(self, *names: str) -> None:
        if any(name != "meeting-1" for name in names):
            raise NotThere("a text that must not reach anybody")

    def days(self) -> tuple[date, date]:
        return date(2026, 3, 2), date(2026, 3, 1)

    def next_copy(self, kind: str, about: str) -> int:
        raise NotThere("a text that must not reach anybody")

    def meetings(self) -> MeetingList:
        return MeetingList((MEETING,))

    def meeting(self, meeting: str) -> MeetingPage:
        self._meeting(meeting)
        return MeetingPage(MEETING, (), (), (), (), (), ())

    def candidates(self, meeting: str) -> CandidateList:
        self._meeting(meeting)
        found = CandidateCase("r-1", "referral", date(2026, 2, 1), "police", "Polcie", None, CARD, ())
        return CandidateList((found,))

    def referrals_waiting(self) -> int:
        return 1

    def case_file(self, case: str) -> Any:
        raise NotThere("a text that must not reach anybody")

    def plan_meeting(self, given: Any) -> MeetingActTaken:
        return ACT_TAKEN

    def add_case(self, given: Any) -> MeetingActTaken:
        self._meeting(given.meeting)
        return ACT_TAKEN

    def note_attendance(self, meeting: str, agency: str, name: str, standing: str) -> MeetingActTaken:
        self._meeting(meeting)
        return ACT_TAKEN

    def write_minute(self, meeting: str, case: str | None, text: str) -> MeetingActTaken:
        self._meeting(meeting)
        return ACT_TAKEN

    def drop_case(self, case: str, grounds: str) -> MeetingActTaken:
        self._meeting(case)
        return ACT_TAKEN

    def end_action(self, action: str, ended: str, result: str) -> MeetingActTaken:
        self._meeting(action)
        return ACT_TAKEN

    def add_research(self, given: Any) -> MeetingActTaken:
        self._meeting(given.case)
        return ACT_TAKEN

    def agree_action(self, given: Any) -> MeetingActTaken:
        self._meeting(given.case)
        return ACT_TAKEN

    def give_feedback(self, given: Any) -> MeetingActTaken:
        return ACT_TAKEN

    def outcomes(self) -> OutcomeList:
        line = OutcomeLine("o-1", date(2026, 2, 1), "Assessment begun", None, date(2026, 2, 9))
        return OutcomeList((line,))

    def hub_figures(self) -> HubFigures:
        return HubFigures()

    def statistic(self, request: StatisticRequest) -> StatisticAnswer:
        if request.statistic != "needs":
            raise BadInput("No such statistic.")
        cells = (CellCount(("neglect", "North"), 7), CellCount(("physical", "North"), 2))
        return StatisticAnswer(
            request, ("concern", "district"), None, cells, 9, ("North",), ("police",), date(2026, 3, 1)
        )

    def statistic_rows(self, request: StatisticRequest, cell: StatisticCell) -> RowList:
        return RowList((), 0)

    def audit_extract(self, request: StatisticRequest) -> RowList:
        return RowList((), 0)


class FakeView(FakeProducts):
    """Answers for the handle ``known`` and the finding ``f-1``; nothing else is there."""

    def _known(self, *handles: str) -> None:
        if any(handle not in ("known", "police:1", "council:1", "f-1", "r-1") for handle in handles):
            raise NotThere("a text that must not reach anybody")

    def ask_hub(self, given: Any, send: Any) -> QuestionAnswered:
        return QuestionAnswered(given.hub, "Eastmere", given.question_id, "NoMatch", False, "Ring the desk")

    def request_detail(self, given: Any, send: Any) -> RequestSent:
        return RequestSent(given.request_id, given.hub, "waiting")

    def collect_detail(self, request_id: str, message_id: str, send: Any) -> RequestSent:
        return RequestSent(request_id, "neighbour", "waiting")

    def exchange_inbox(self) -> ExchangeInbox:
        return ExchangeInbox((PartnerLine("neighbour", "Eastmere", "Ring the desk"),), (REQUEST_LINE,), ())

    def exchange_request(self, request_id: str) -> RequestPage:
        return RequestPage(REQUEST_LINE, (CARD,), ())

    def decide_request(self, request_id: str, given: Any) -> RequestLine:
        return REQUEST_LINE

    def from_other_hubs(self, handle: str) -> tuple[OtherHubHistory, ...]:
        self._known(handle)
        return ()

    def lookup(self, description: Any) -> LookupAnswer:
        return LookupAnswer("NoMatch", False, (), ())

    def person(self, handle: str) -> PersonPage:
        if handle == "broken":
            raise RuntimeError("Marta Quillfeather, 999 000 0018")
        self._known(handle)
        return PersonPage(CARD, None, None, None, (), (), (), (), (), (), (LINE,))

    def chronology(self, handle: str) -> Chronology:
        self._known(handle)
        return Chronology(CARD, ())

    def network(self, handle: str, request: Any) -> NetworkPicture:
        self._known(handle)
        return NetworkPicture("known", (NetworkNode("known", "person", None, CARD, 0, 0),), (), 0)

    def networks(self, handles: Any, request: Any) -> NetworkPicture:
        self._known(*handles)
        return self.network(handles[0], request)

    def network_file(self, handles: Any, out: Path, request: Any) -> list[Path]:
        self._known(*handles)
        files = (
            [out] if out.suffix != ".csv" else [out.with_suffix(".nodes.csv"), out.with_suffix(".edges.csv")]
        )
        for file in files:
            file.write_text("drawn")
        return files

    def households(self, handle: str) -> HouseholdList:
        self._known(handle)
        return HouseholdList(CARD, ())

    def factors(self, handle: str) -> HouseholdFactors:
        self._known(handle)
        return HouseholdFactors(CARD, (CARD,), date(2024, 3, 1), date(2026, 3, 1), (), "Side by side.")

    def links(self, handle: str) -> LinkList:
        self._known(handle)
        return LinkList(CARD, ("police:1", "council:1"), (LINK,))

    def lived(self, handle: str, as_of: Any) -> StayList:
        self._known(handle)
        return StayList(CARD, ())

    def changes(self, handle: str, after: date, until: date, request: Any) -> ChangeList:
        self._known(handle)
        return ChangeList((), (), ())

    def groups(self, handle: str, request: Any) -> GroupList:
        self._known(handle)
        return GroupList((), ())

    def paths(self, handles: Any, request: Any) -> PathAnswer:
        self._known(*handles)
        return PathAnswer(())

    def shared(self, handle_a: str, handle_b: str, as_of: Any) -> SharedAnswer:
        self._known(handle_a, handle_b)
        return SharedAnswer(())

    def match(self, pattern: Any, request: Any) -> PatternAnswer:
        self._known(*request.around)
        return PatternAnswer(pattern.words, (), 0, 0, ())

    def findings(self, filters: FindingFilters) -> FindingList:
        every = [LINE] * 30
        return FindingList(tuple(every[filters.offset : filters.offset + filters.limit]), len(every))

    def finding(self, finding_id: str) -> FindingPage:
        self._known(finding_id)
        return FindingPage(LINE, "1", (3.0, 9.0), (), "Fewer notifications.", (), ())

    def clearing(self, finding_id: str) -> FindingClearing:
        self._known(finding_id)
        return FindingClearing(None, None, 0, 0, "No link.")

    def what_if(self, changes: dict[str, dict[str, object]]) -> WhatIf:
        return WhatIf(date(2026, 3, 1), ())

    def explain_link(self, record_a: str, record_b: str) -> LinkExplanation:
        self._known(record_a, record_b)
        return LINK

    def review(self, offset: int, limit: int) -> ReviewQueue:
        every = [REVIEW_LINE] * 30
        return ReviewQueue(tuple(every[offset : offset + limit]), len(every), "By expected change.", True)

    def review_pair(self, pair: str) -> ReviewPair:
        self._known(pair)
        side = ReviewSide(CARD, ("police:1",))
        return ReviewPair(REVIEW_LINE, LINK, side, side, (SAID,), (CONFLICT,))

    def conflicts(self) -> ConflictList:
        return ConflictList((CONFLICT,))

    def seal_conflicts(self) -> ConflictList:
        return ConflictList(())

    def judge_pair(self, pair: str, given: JudgementGiven) -> JudgementTaken:
        self._known(pair)
        return JudgementTaken(SAID, ())

    def judge_records(self, record_a: str, record_b: str, given: JudgementGiven) -> JudgementTaken:
        self._known(record_a, record_b)
        return JudgementTaken(SAID, (CONFLICT,))

    def dispose(self, finding_id: str, decision: str, reason: str, whole_case: bool = True) -> Disposition:
        self._known(finding_id)
        return Disposition(decision, reason, "Somebody", datetime(2026, 3, 2, 10, 0, tzinfo=UTC))

    def release(self, given: Any) -> SharingTaken:
        self._known(*given.handles)
        return TAKEN

    def list_for_meeting(self, given: Any) -> SharingTaken:
        self._known(*given.handles)
        return TAKEN

    def restrict(self, given: Any) -> SharingTaken:
        self._known(*given.handles)
        return TAKEN

    def protect_location(self, given: Any) -> SharingTaken:
        self._known(*given.handles)
        return TAKEN

    def consent(self, given: Any) -> SharingTaken:
        self._known(given.handle)
        return TAKEN

    def refuse_to_share(self, given: Any) -> SharingTaken:
        self._known(given.handle)
        return TAKEN

    def mark(self, given: Any) -> SharingTaken:
        self._known(given.handle)
        return TAKEN

    def grants(self) -> SharingList:
        line = SharingLine(
            "release-7", "release", "demo:daniel", None, None, ("education",), (), (), None, None, 3
        )
        return SharingList((line,))

    def end_grant(self, sharing: str, grounds: str) -> SharingTaken:
        self._known(sharing.replace("release-7", "known"))
        return TAKEN

    def break_glass(self, given: Any) -> GlassOpened:
        self._known(given.handle or "known")
        return GlassOpened(TAKEN, "known")

    def reveal(self, handle: str) -> PersonCard:
        self._known(handle)
        return CARD

    def suppress(self, finding_id: str, reason: str, until: date | None = None) -> Suppression:
        self._known(finding_id)
        return Suppression(until, reason, "Somebody", datetime(2026, 3, 2, 10, 0, tzinfo=UTC))

    def end_suppression(self, finding_id: str, reason: str) -> None:
        self._known(finding_id)


def _entry(sequence: int) -> LedgerLine:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return LedgerLine(
        sequence,
        at,
        "demo:amina",
        "analyst",
        "home",
        "person",
        "Opened.",
        None,
        None,
        None,
        "answered",
        1,
        (),
        False,
    )


def _broken(verdict: str | None) -> GlassLine:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return GlassLine(
        sharing="break_glass-9",
        by="demo:priya",
        role="contributor",
        at=at,
        purpose="safeguarding_s47",
        reason="Child missing tonight",
        case_reference=None,
        record_count=2,
        ends_on=date(2026, 3, 2),
        verdict=verdict,
        reviewed_by=None if verdict is None else "demo:tom",
        review_reason=None,
    )


@dataclass
class FakeDesk:
    """Opens fake views; keeps one line a read, refusals and failures included."""

    asked: list[Asked] = field(default_factory=list)
    visits: list[tuple[str, str]] = field(default_factory=list)

    def check_ready(self) -> None:
        """Always ready."""

    def note_visit(self, principal: Principal, act: str) -> None:
        """Keep who came and went."""
        self.visits.append((principal.subject, act))

    def last_visit(self, principal: Principal, before: datetime) -> datetime | None:
        """Never here before."""
        return None

    def worker_named(self, worker: str) -> str | None:
        """Nobody ever signed in."""
        return None

    def offers(self, principal: Principal) -> dict[str, frozenset[str]]:
        """Everything to everybody, but for auditors."""
        acts = {"ledger"} if principal.role == "auditor" else set(ACTS) - {"ledger"}
        return {code: frozenset(acts) for code in PURPOSES}

    def ledger_entries(
        self, principal: Principal, purpose: Purpose | None, filters: LedgerFilters
    ) -> LedgerList:
        """A ledger of 120 entries."""
        newest = 120 if filters.before is None else filters.before - 1
        with self.open(principal, purpose, "ledger"):
            return LedgerList(tuple(_entry(at) for at in range(newest, max(newest - filters.limit, 0), -1)))

    def ledger_workers(self, principal: Principal, purpose: Purpose | None, period: Any) -> tuple[Any, ...]:
        """Nobody did anything."""
        with self.open(principal, purpose, "ledger"):
            return ()

    def ledger_readers_of(
        self, principal: Principal, purpose: Purpose | None, record_id: str
    ) -> tuple[Any, ...]:
        """Nobody looked."""
        with self.open(principal, purpose, "ledger"):
            return ()

    def unusual_access(self, principal: Principal, purpose: Purpose | None, period: Any) -> tuple[Any, ...]:
        """Nothing unusual."""
        with self.open(principal, purpose, "ledger"):
            return ()

    def verify_ledger(self, principal: Principal, purpose: Purpose | None) -> VerificationReport:
        """Always whole."""
        with self.open(principal, purpose, "ledger"):
            return VerificationReport(120, "ab" * 32, (), ())

    def checkpoint(self, principal: Principal, purpose: Purpose | None, since: int = 0) -> Checkpoint:
        """A ledger of 120 entries, signed by nobody."""
        with self.open(principal, purpose, "ledger"):
            return Checkpoint("home", SignedHead(120, "ab" * 32, "", "", ""), "", since)

    def broken_glass(self, principal: Principal, purpose: Purpose | None) -> GlassList:
        """One that waits for review."""
        with self.open(principal, purpose, "glass_reviews"):
            return GlassList((_broken(None),))

    def review_glass(
        self, principal: Principal, purpose: Purpose | None, review: tuple[str, str, str]
    ) -> GlassLine:
        """Any verdict on it is taken."""
        with self.open(principal, purpose, "review_glass"):
            if review[0] != "break_glass-9":
                raise NotThere("a text that must not reach anybody")
            return _broken(review[1])

    def explain(self, principal: Principal, purpose: Purpose | None, question: Question) -> Explanation:
        """Always yes."""
        with self.open(principal, purpose, "explain_access"):
            return Explanation(True, "It is yours.", (), "")

    @contextmanager
    def open(self, principal: Principal, purpose: Purpose | None, act: str) -> Iterator[FakeView]:
        outcome = "answered"
        try:
            if purpose is None or not purpose.code or not purpose.reason:
                raise PurposeMissing("Say why.")
            if (principal.role == "auditor") != (act == "ledger") and act not in {
                "waiting",
                "explain_access",
            }:
                raise Denied("Auditors see no case content, and nobody else the ledger.")
            yield FakeView()
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            self.asked.append(Asked(principal, purpose, act, outcome))


@pytest.fixture(scope="session")
def _demo(serve: Callable[..., str]) -> tuple[FakeDesk, str]:
    desk = FakeDesk()
    return desk, serve(lambda address: create_app(ApiSettings(demo=True, public_base_url=address), desk))


@pytest.fixture
def desk(_demo: tuple[FakeDesk, str]) -> FakeDesk:
    """The desk behind the served application, with nothing asked yet."""
    _demo[0].asked.clear()
    _demo[0].visits.clear()
    return _demo[0]


@pytest.fixture
def api(_demo: tuple[FakeDesk, str], desk: FakeDesk) -> Iterator[httpx.Client]:
    """A program that calls the JSON views as the made-up analyst, with a purpose."""
    headers = {"Authorization": "Bearer demo-amina", **PURPOSE}
    with httpx.Client(base_url=_demo[1], headers=headers) as client:
        yield client


@pytest.fixture
def browser_like(_demo: tuple[FakeDesk, str], desk: FakeDesk) -> Iterator[httpx.Client]:
    """A client with cookies and the headers that browsers send with their own pages' posts."""
    with httpx.Client(
        base_url=_demo[1], headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True
    ) as client:
        yield client


@pytest.fixture
def settings_for() -> Callable[..., OidcSettings]:
    """The settings of a hub whose provider is at an issuer; keys are fetched anew whenever one is unknown."""

    def make(issuer: str, **others: Any) -> OidcSettings:
        given = {"keys_renewed_seconds": 0, "claims": ClaimMapping(role="hub_role"), **others}
        return OidcSettings(
            issuer=issuer,
            audience="urn:test:mashlink",
            client_id="console",
            client_secret="not-a-secret",
            **given,
        )

    return make


@pytest.fixture
def provider_for() -> Iterator[Callable[..., Provider]]:
    """Providers as mashlink sees them, closed when the test is over."""
    with ExitStack() as opened:

        def make(settings: OidcSettings, *given: Any, **named: Any) -> Provider:
            provider = Provider(settings, *given, **named)
            opened.callback(provider.close)
            return provider

        yield make


@pytest.fixture
def unused_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
