"""Which records are the same person, household, incident; which addresses one place."""

from linkage.agencies import (
    AgencyChoice,
    AgencyList,
    AgencyMatch,
    agency_list,
    resolve_agency,
    resolve_agency_names,
)
from linkage.agencies_organisations import Organisation
from linkage.apart import UNLIKE, WHY_APART, why_apart
from linkage.blocking import BlockingReport
from linkage.calibration import LinkageCalibration, shipped_calibration
from linkage.compare import score_pairs
from linkage.conflicts import JudgementConflict, judgement_conflicts, judgements_against_seals
from linkage.describe import describe_people
from linkage.exchange_index import Met, TokenIndex, descriptions_in, status_of
from linkage.exchange_tokens import (
    TELLING_KINDS,
    TOKEN_BYTES,
    TOKEN_SLOTS,
    PersonFacts,
    gathered,
    texts_of,
    token,
    tokens,
)
from linkage.explain import LinkExplanation, explain_link
from linkage.households import household_events_of, households_of, resolve_households
from linkage.households_events import HouseholdEvent, HouseholdSpell
from linkage.households_rows import records_around
from linkage.identity import carry_identity
from linkage.incidents import incidents_of, resolve_incidents
from linkage.increment import CARRIED_TABLES, Extent, carries_on, find_extent
from linkage.links import ScoringReport
from linkage.lookup import Candidate, Description, LookupResult, lookup
from linkage.lookup_index import index_for_lookup
from linkage.membership_path import MembershipExplanation, explain_membership
from linkage.people import ResolvedPerson, people_of, resolve_people
from linkage.places import resolve_places
from linkage.quality import COMPLETENESS_FIELDS, QUALITY_BOUNDS, LinkageQuality, measure_linkage
from linkage.quality_estimates import Estimate, GroupEstimate
from linkage.review import ORDER_IN_WORDS, REVIEW_KINDS, ReviewReport, store_review
from linkage.rulings import NO_RULINGS, Judged, Rulings, Sealed
from linkage.scope_rows import scope_rows
from linkage.spark_cluster import Cluster, require_spark
from linkage.standardise import standardise
from linkage.training import train, untrained
from linkage.waterfall import ComparisonLine, probability

__all__ = [
    "CARRIED_TABLES",
    "COMPLETENESS_FIELDS",
    "NO_RULINGS",
    "ORDER_IN_WORDS",
    "QUALITY_BOUNDS",
    "REVIEW_KINDS",
    "TELLING_KINDS",
    "TOKEN_BYTES",
    "TOKEN_SLOTS",
    "UNLIKE",
    "WHY_APART",
    "AgencyChoice",
    "AgencyList",
    "AgencyMatch",
    "BlockingReport",
    "Candidate",
    "Cluster",
    "ComparisonLine",
    "Description",
    "Estimate",
    "Extent",
    "GroupEstimate",
    "HouseholdEvent",
    "HouseholdSpell",
    "Judged",
    "JudgementConflict",
    "LinkExplanation",
    "LinkageCalibration",
    "LinkageQuality",
    "LookupResult",
    "MembershipExplanation",
    "Met",
    "Organisation",
    "PersonFacts",
    "ResolvedPerson",
    "ReviewReport",
    "Rulings",
    "ScoringReport",
    "Sealed",
    "TokenIndex",
    "agency_list",
    "carries_on",
    "carry_identity",
    "describe_people",
    "descriptions_in",
    "explain_link",
    "explain_membership",
    "find_extent",
    "gathered",
    "household_events_of",
    "households_of",
    "incidents_of",
    "index_for_lookup",
    "judgement_conflicts",
    "judgements_against_seals",
    "lookup",
    "measure_linkage",
    "people_of",
    "probability",
    "records_around",
    "require_spark",
    "resolve_agency",
    "resolve_agency_names",
    "resolve_households",
    "resolve_incidents",
    "resolve_people",
    "resolve_places",
    "scope_rows",
    "score_pairs",
    "shipped_calibration",
    "standardise",
    "status_of",
    "store_review",
    "texts_of",
    "token",
    "tokens",
    "train",
    "untrained",
    "why_apart",
]
