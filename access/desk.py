"""The desk: where every read of personal data begins, and ends with its ledger entry."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import duckdb

from access.acts import ACTS
from access.exchange.budgets import ExchangeTerms
from access.exchange.holdings import HubExchange, principal_of_partner
from access.exchange.keys import epoch_of
from access.handles import Handles, handle_key
from access.hub_figures import HubFigures
from access.oversight.desk import LedgerDesk
from access.person.cards import Cards
from access.person.people import People
from access.policy import Policies
from access.principal import PURPOSES, Principal, Purpose
from access.reading_log import ReadLog
from access.scope.explanation import Explanation, Question, explain
from access.scope.granting import Reading
from access.scope.known import Forming, KnownScopes
from access.scope.masks import Known, Mask
from access.scope.profile import ProfileInForce, profile_in_force
from access.scope.scoping import namespace_of, scope_of
from access.scope.whereabouts import Hiding, protected_records
from access.sharing.glass import GlassReviews
from access.sight import Sight
from access.snapshots import OpenSnapshot, Snapshots
from access.values import GlassLine, GlassList
from access.view import ScopedView
from access.workers import WorkerNames
from detectors import Settings as DetectorSettings
from linkage import LinkageCalibration, Rulings
from records.erasure import ErasureKey
from records.intake import Sample, SampleTried, try_sample
from records.ledger import (
    Actor,
    Ledger,
    utc_now,
)
from records.scope import Scope
from records.snapshot import Store

Calibrations = Callable[[], LinkageCalibration]
Detecting = Callable[[], DetectorSettings]


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What a desk goes by besides its stores.

    ``detecting`` gives the thresholds, baselines and harm weights that the hub's detectors decide by; ``exchange``: what it
    tells other hubs of itself, and lets them ask; ``memory_gb``: what its queries may hold before they spill to disk, ``threads``:
    how many one of them may run on; ``loads_beside``: whether, once somebody asks for a network, the whole graph is read beside
    the answers, as a service that goes on needs it.
    """

    detecting: Detecting = DetectorSettings
    exchange: ExchangeTerms = field(default_factory=ExchangeTerms)
    memory_gb: float = 2.0
    threads: int = 2
    loads_beside: bool = False


class ReadingDesk(Protocol):
    """What opens views: the desk, to those who only read at it."""

    def open(
        self, principal: Principal, purpose: Purpose | None, act: str
    ) -> AbstractContextManager[ScopedView]:
        """One read by one person for one purpose; see ``Desk.open``."""
        ...


class Desk(LedgerDesk):
    """Opens views on the current snapshot. One desk serves all readers of a process, in any number of threads."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        policies: Policies,
        calibrations: Calibrations,
        clock: Callable[[], datetime] = utc_now,
        options: DeskOptions | None = None,
    ) -> None:
        """Stand ready; nothing is opened before the first read.

        ``calibrations`` gives the store's present one, ``options`` what else the desk
        goes by.
        """
        options = options or DeskOptions()
        snapshots = Snapshots(store, options.memory_gb, options.threads, loads_beside=options.loads_beside)
        super().__init__(snapshots, ledger, policies, HubExchange(store.keys_path, options.exchange))
        self._calibrations = calibrations
        self._clock = clock
        # What the hub says of itself for its statistics; whoever builds the desk sets it before the first read.
        self.figures = HubFigures()
        self._detecting = options.detecting
        self._handle_key = handle_key(store.keys_path)
        self._keys = store.keys_path
        self._scopes = KnownScopes()

    @contextmanager
    def open(self, principal: Principal, purpose: Purpose | None, act: str) -> Iterator[ScopedView]:
        """One read by one person for one purpose; ``act`` names what is done (an ``access.ACTS`` key).

        The ledger entry is written when the ``with`` block ends, so an answer is complete only after it::

            with desk.open(principal, purpose, "person") as view:
                page = view.person(handle)
            return page

        Raises PurposeMissing, Denied, StoreUnavailable on entry, LedgerUnavailable at the end; each leaves its
        entry too, as far as the ledger can take one.
        """
        with self._logged(principal, purpose, act) as log:
            stated = self._stated(principal, purpose, act)
            reading = Reading(principal, stated, self._policies, self._ledger.state(), self._clock().date())
            with self._snapshots.current() as snapshot:
                connection = snapshot.cursor(reading.state.erasures, self._erasure_key)
                try:
                    yield ScopedView(self._sight(snapshot, connection, reading, log))
                finally:
                    connection.close()

    def broken_glass(self, principal: Principal, purpose: Purpose | None) -> GlassList:
        """Every broken glass, for its review; nobody whom one opened is named. Logged like any read."""
        with self._logged(principal, purpose, "glass_reviews") as log:
            self._stated(principal, purpose, "glass_reviews")
            answer = GlassReviews(self._ledger).listed()
            log.answered = bool(answer.lines)
        return answer

    def review_glass(
        self, principal: Principal, purpose: Purpose | None, review: tuple[str, str, str]
    ) -> GlassLine:
        """Say of a broken glass whether it was right: its name, justified or not_justified, and the grounds.

        The review is the ledger entry. Raises BadInput for another verdict, or a glass that there is not.
        """
        sharing, verdict, grounds = review
        with self._logged(principal, purpose, "review_glass") as log:
            stated = self._stated(principal, purpose, "review_glass")
            actor = Actor(
                principal.subject,
                principal.role,
                principal.hub,
                stated.code,
                grounds,
                stated.case_reference,
            )
            line = GlassReviews(self._ledger).reviewed(actor, sharing, verdict)
            log.logged = True
        return line

    def explain(self, principal: Principal, purpose: Purpose | None, question: Question) -> Explanation:
        """Why the principal can, or cannot, do or see a kind of thing; says nothing of whether one exists."""
        with self._logged(principal, purpose, "explain_access") as log:
            stated = self._stated(principal, purpose, "explain_access")
            log.answered = True
            return explain(self._policies, principal, stated, question)

    def profile(self, principal: Principal, purpose: Purpose | None) -> ProfileInForce:
        """The rules in force at this hub, and what they let each role do; of nobody anything. Logged like a question why."""
        with self._logged(principal, purpose, "explain_access") as log:
            self._stated(principal, purpose, "explain_access")
            log.answered = True
            return profile_in_force(self._policies, principal)

    def try_mapping(self, principal: Principal, purpose: Purpose | None, sample: Sample) -> SampleTried:
        """What a mapping makes of a sample that was handed in with it; nothing of either is kept. Logged like any read.

        The entry holds how many rows there were, and nothing that is in them. Raises BadFeed for what cannot be tried.
        """
        with self._logged(principal, purpose, "try_mapping") as log:
            self._stated(principal, purpose, "try_mapping")
            found = try_sample(sample)
            log.details |= {"feed": found.feed, "rows": found.read, "quarantined": found.quarantined}
            log.answered = True
        return found

    def offers(self, principal: Principal) -> dict[str, frozenset[str]]:
        """The acts that the policy lets this reader do, by purpose, so that a screen offers nothing else.

        Looks at no row and tells of none, so it is not logged.
        """
        return {
            purpose: frozenset(act for act in ACTS if self._policies.may_do(principal, act, purpose).allowed)
            for purpose in PURPOSES
        }

    def prepare_exchange(self, hub: str) -> None:
        """Work out the tokens that partners' questions to ``hub`` are compared with, so that the first one does not wait.

        Nothing of anybody is shown by it; raises StoreUnavailable or LedgerUnavailable.
        """
        state, now = self._ledger.state(), self._clock()
        for partner in state.exchange.partners.values():
            reader = principal_of_partner(hub, partner)
            purpose = Purpose("cross_border", "Preparing")
            reading = Reading(reader, purpose, self._policies, state, now.date())
            with (
                self._snapshots.current() as snapshot,
                closing(snapshot.cursor(state.erasures, self._erasure_key)) as connection,
            ):
                self._exchange.index(connection, partner, epoch_of(now), reading)

    def now(self) -> datetime:
        """The time by the desk's clock."""
        return self._clock()

    def check_ready(self) -> None:
        """Return when data can be read and the ledger can take an entry; raises StoreUnavailable or LedgerUnavailable."""
        self._ledger.check_grows()
        with self._snapshots.current():
            return

    def close(self) -> None:
        """Let the snapshot go. The ledger stays open: it was handed in."""
        self._snapshots.close()

    def _sight(
        self, snapshot: OpenSnapshot, connection: duckdb.DuckDBPyConnection, reading: Reading, log: ReadLog
    ) -> Sight:
        principal, purpose, state = reading.principal, reading.purpose, reading.state

        def formed_by(forming: Forming) -> Scope:
            return self._scopes.of(snapshot.path, connection, reading, forming)

        scope = formed_by(scope_of)
        calibration = self._calibrations()
        rulings = Rulings(tuple(state.judgements.values()), state.seals)
        revealed = frozenset[str]().union(
            *(
                one.record_ids
                for one in state.reveals
                if (one.actor, one.purpose, one.case_reference)
                == (principal.subject, purpose.code, purpose.case_reference)
            )
        )

        def people_of(scope: Scope) -> People:
            rests_on = (calibration, state.judgements, state.seals, state.erasures)
            return People(connection, scope, calibration, rulings, snapshot.people.of(scope, rests_on))

        people = people_of(scope)
        protected = protected_records(principal, state, reading.on)
        known = Known(revealed, Hiding(connection, scope, people, protected).whereabouts)
        cards = Cards(
            people,
            Handles(self._handle_key, namespace_of(principal)),
            Mask(self._policies, principal, purpose.code, known),
            log,
            snapshot.as_of,
        )
        return Sight(
            principal=principal,
            purpose=purpose,
            policies=self._policies,
            connection=connection,
            scope=scope,
            cards=cards,
            calibration=calibration,
            rulings=rulings,
            ledger=self._ledger,
            state=state,
            log=log,
            today=reading.on,
            standing_graph=snapshot.standing_graph,
            detecting=self._detecting,
            as_of=snapshot.as_of,
            figures=self.figures,
            now=self._clock(),
            exchange=self._exchange,
            erasure_key=self._erasure_key,
            erased_record_ids=snapshot.left_out.record_ids,
            workers=WorkerNames(self._ledger),
            scope_formed_by=formed_by,
            people_of=people_of,
        )

    def _erasure_key(self) -> ErasureKey:
        return ErasureKey.of(self._keys)
