"""The answers of a scoped view: plain values, already masked; a field the reader may not see is None or empty.

Handles stand for people and opaque references for everything else; no internal id appears in any of them.
Dates are dates, weights are bits (log2 of the posterior odds of a match).
"""

from access.values.finding import (
    Disposition,
    EvidenceLine,
    FindingFilters,
    FindingLine,
    FindingList,
    FindingPage,
    FindingSubject,
)
from access.values.link import (
    Candidate,
    ComparisonLine,
    Description,
    LinkExplanation,
    LinkHop,
    LinkList,
    LookupAnswer,
)
from access.values.network import (
    ConnectionPath,
    NetworkEdge,
    NetworkNode,
    NetworkPicture,
    NetworkRequest,
    PathAnswer,
)
from access.values.page import PersonPage
from access.values.person import (
    AddressLine,
    Chronology,
    ChronologyLine,
    Household,
    HouseholdList,
    HouseholdMember,
    IdentifierLine,
    InvolvedPerson,
    NameLine,
    PersonCard,
    RelationLine,
    TieLine,
)
from access.values.plain import as_plain
from access.values.review import (
    ConflictLine,
    ConflictList,
    JudgementGiven,
    JudgementLine,
    JudgementTaken,
    ReviewLine,
    ReviewPair,
    ReviewQueue,
    ReviewSide,
)

__all__ = [
    "AddressLine",
    "Candidate",
    "Chronology",
    "ChronologyLine",
    "ComparisonLine",
    "ConflictLine",
    "ConflictList",
    "ConnectionPath",
    "Description",
    "Disposition",
    "EvidenceLine",
    "FindingFilters",
    "FindingLine",
    "FindingList",
    "FindingPage",
    "FindingSubject",
    "Household",
    "HouseholdList",
    "HouseholdMember",
    "IdentifierLine",
    "InvolvedPerson",
    "JudgementGiven",
    "JudgementLine",
    "JudgementTaken",
    "LinkExplanation",
    "LinkHop",
    "LinkList",
    "LookupAnswer",
    "NameLine",
    "NetworkEdge",
    "NetworkNode",
    "NetworkPicture",
    "NetworkRequest",
    "PathAnswer",
    "PersonCard",
    "PersonPage",
    "RelationLine",
    "ReviewLine",
    "ReviewPair",
    "ReviewQueue",
    "ReviewSide",
    "TieLine",
    "as_plain",
]
