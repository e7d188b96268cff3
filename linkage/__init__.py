"""Which records are the same person, household, incident; which addresses one place."""

from linkage.agencies.organisations import Organisation
from linkage.agencies.resolve import (
    AgencyChoice,
    AgencyList,
    AgencyMatch,
    agency_list,
    resolve_agency,
    resolve_agency_names,
)
from linkage.exchange.index import Met, TokenIndex, descriptions_in, status_of
from linkage.exchange.tokens import (
    TELLING_KINDS,
    TOKEN_BYTES,
    TOKEN_SLOTS,
    PersonFacts,
    gathered,
    texts_of,
    token,
    tokens,
)
from linkage.households.beside import HouseholdsBeside
from linkage.households.events import HouseholdEvent, HouseholdSpell
from linkage.households.rows import records_around
from linkage.households.spells import household_events_of, households_of, resolve_households
from linkage.incidents.happenings import incidents_of, resolve_incidents
from linkage.increment.extent import CARRIED_TABLES, Extent, carries_on, find_extent
from linkage.lookup.answer import Candidate, Description, LookupResult, lookup
from linkage.lookup.index import index_for_lookup
from linkage.model.calibration import LinkageCalibration, shipped_calibration
from linkage.model.registers import find_registers
from linkage.model.training import train, untrained
from linkage.pairs.blocking import BlockingReport
from linkage.pairs.compare import score_pairs
from linkage.pairs.links import ScoringReport
from linkage.people.apart import UNLIKE, WHY_APART, why_apart
from linkage.people.conflicts import JudgementConflict, judgement_conflicts, judgements_against_seals
from linkage.people.describe import describe_people
from linkage.people.identity import carry_identity
from linkage.people.membership_path import MembershipExplanation, explain_membership
from linkage.people.people import ResolvedPerson, people_of, resolve_people
from linkage.people.rulings import NO_RULINGS, Judged, Rulings, Sealed
from linkage.quality.estimates import Estimate, GroupEstimate
from linkage.quality.measure import COMPLETENESS_FIELDS, QUALITY_BOUNDS, LinkageQuality, measure_linkage
from linkage.review.compared import links_among
from linkage.review.explain import LinkExplanation, explain_link, explain_links
from linkage.review.queue import ORDER_IN_WORDS, REVIEW_KINDS, ReviewReport, store_review
from linkage.review.waterfall import ComparisonLine, probability
from linkage.scope_rows import scope_rows
from linkage.spark.cluster import Cluster, require_spark
from linkage.values.places import resolve_places
from linkage.values.standardise import standardise

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
    "HouseholdsBeside",
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
    "explain_links",
    "explain_membership",
    "find_extent",
    "find_registers",
    "gathered",
    "household_events_of",
    "households_of",
    "incidents_of",
    "index_for_lookup",
    "judgement_conflicts",
    "judgements_against_seals",
    "links_among",
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
