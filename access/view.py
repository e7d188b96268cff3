"""What a reader may do with the data: one view a read, opened by the desk, closed with one ledger entry."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from access.principal import Principal, Purpose
from access.values import (
    Chronology,
    Disposition,
    FindingFilters,
    FindingList,
    FindingPage,
    HouseholdList,
    LinkExplanation,
    LinkList,
    LookupAnswer,
    NetworkPicture,
    NetworkRequest,
    PathAnswer,
    PersonPage,
)


@dataclass(frozen=True, slots=True)
class Description:
    """Whom someone looks for: what they know, None for the rest; ``identifiers`` are (kind, value) pairs."""

    given_name: str | None = None
    family_name: str | None = None
    date_of_birth: date | None = None
    sex: str | None = None
    postcode: str | None = None
    address: str | None = None
    phone: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()


class ScopedView(Protocol):
    """One read in one scope. Every method raises NotThere for a handle that is not the reader's, or nobody's.

    A method that the reader's role may not use raises Denied before anything is looked at.
    """

    def lookup(self, description: Description) -> LookupAnswer:
        """Who is this, and what is known?"""
        ...

    def person(self, handle: str) -> PersonPage:
        """The page of a person."""
        ...

    def chronology(self, handle: str) -> Chronology:
        """What happened to and around a person, oldest first."""
        ...

    def network(self, handle: str, request: NetworkRequest) -> NetworkPicture:
        """The surroundings of a person."""
        ...

    def households(self, handle: str) -> HouseholdList:
        """Where and with whom a person lived."""
        ...

    def links(self, handle: str) -> LinkList:
        """What holds the records of a person together."""
        ...

    def path(self, handle_a: str, handle_b: str) -> PathAnswer:
        """The strongest ways from one person to another."""
        ...

    def findings(self, filters: FindingFilters) -> FindingList:
        """Findings of the scope by detector and rank."""
        ...

    def finding(self, finding_id: str) -> FindingPage:
        """One finding with its evidence."""
        ...

    def explain_link(self, record_a: str, record_b: str) -> LinkExplanation:
        """Why two records (as named in answers) are, or are not, one person."""
        ...

    def dispose(self, finding_id: str, decision: str, reason: str) -> Disposition:
        """Decide on a finding: confirmed, not_confirmed, watch or escalated_to_manager, with a reason."""
        ...


class ReadingDesk(Protocol):
    """Opens views. ``act`` names what is done (an ``access.ACTS`` key): lookup, person, chronology, network ...

    The ledger entry is written when the ``with`` block ends, so an answer is complete only after it::

        with desk.open(principal, purpose, "person") as view:
            page = view.person(handle)
        return page

    Raises PurposeMissing, Denied, StoreUnavailable on entry; LedgerUnavailable at the end.
    """

    def open(
        self, principal: Principal, purpose: Purpose | None, act: str
    ) -> AbstractContextManager[ScopedView]:
        """One read by one person for one purpose."""
        ...
