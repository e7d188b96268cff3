"""Everything one read works with: rows, scope, people, what is shown, and the log of what was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from access.acts import ACTS
from access.exchange.holdings import HubExchange
from access.hub_figures import HubFigures
from access.person.cards import Cards
from access.person.people import People
from access.policy import Policies
from access.principal import Principal, Purpose
from access.reading_log import ReadLog
from access.scope.known import Forming
from access.workers import WorkerNames
from detectors import Settings
from graph import StandingGraph
from linkage import LinkageCalibration, Rulings
from records.erasure import ErasureKey
from records.errors import Denied
from records.ledger import Actor, Ledger, LedgerState
from records.scope import Scope


@dataclass(frozen=True, slots=True)
class Sight:
    """One read by one person for one purpose; made by the desk, used by the parts of the view.

    ``erased_record_ids``: erased since the snapshot at hand was built; no statement on ``connection`` meets them.
    ``scope_formed_by``: another scope of the same reader, from memory where it would come out the same; ``people_of``: the
    people of a scope, with those whom earlier reads of it found.
    """

    principal: Principal
    purpose: Purpose
    policies: Policies
    connection: duckdb.DuckDBPyConnection
    scope: Scope
    cards: Cards
    calibration: LinkageCalibration
    rulings: Rulings
    ledger: Ledger
    state: LedgerState
    log: ReadLog
    today: date
    standing_graph: Callable[[Scope], StandingGraph | None]
    detecting: Callable[[], Settings]
    as_of: date
    figures: HubFigures
    now: datetime
    exchange: HubExchange
    erasure_key: Callable[[], ErasureKey]
    erased_record_ids: frozenset[str]
    workers: WorkerNames
    scope_formed_by: Callable[[Forming], Scope]
    people_of: Callable[[Scope], People]

    def may(self, act: str) -> bool:
        """Whether the reader's role may do the act for the purpose."""
        return self.policies.may_do(self.principal, act, self.purpose.code).allowed

    def require(self, act: str) -> None:
        """Raise Denied, with words that name no data, when the reader may not do the act for the purpose."""
        if not self.may(act):
            raise Denied(refusal(self.principal, act, self.purpose.code))

    def actor(self, grounds: str) -> Actor:
        """Whoever reads, as the ledger names who acts, with the grounds of the act in place of the reason of the read."""
        principal, purpose = self.principal, self.purpose
        return Actor(
            principal.subject, principal.role, principal.hub, purpose.code, grounds, purpose.case_reference
        )

    def log_now(self, act: str) -> None:
        """Write the entry of this read before anything leaves; the desk writes no second one."""
        self.ledger.append(self.log.entry(self.principal, self.purpose, act))
        self.log.logged = True

    def revealing(self, record_ids: tuple[str, ...]) -> Cards:
        """The cards of this read with the identity of one more person open."""
        return self.cards.with_mask(self.cards.mask.revealing(record_ids))


def refusal(principal: Principal, act: str, purpose: str) -> str:
    """Why an act is refused, in a sentence."""
    doing = ACTS.get(act, act).rstrip(".").lower()
    return f"The role {principal.role} may not do this for the purpose {purpose}: {doing}."
