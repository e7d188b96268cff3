"""Which records are the same person, household, incident; which addresses one place."""

from linkage.blocking import BlockingReport
from linkage.calibration import LinkageCalibration, shipped_calibration
from linkage.describe import describe_people
from linkage.explain import LinkExplanation, explain_link
from linkage.households import HouseholdSpell, households_of, resolve_households
from linkage.households_rows import records_around
from linkage.identity import carry_identity
from linkage.incidents import incidents_of, resolve_incidents
from linkage.lookup import Candidate, Description, LookupResult, lookup
from linkage.people import ResolvedPerson, people_of, resolve_people
from linkage.places import resolve_places
from linkage.rulings import NO_RULINGS, Judged, Rulings, Sealed
from linkage.scope_rows import scope_rows
from linkage.scoring import ScoringReport, score_pairs
from linkage.standardise import standardise
from linkage.training import train, untrained
from linkage.waterfall import ComparisonLine, probability

__all__ = [
    "NO_RULINGS",
    "BlockingReport",
    "Candidate",
    "ComparisonLine",
    "Description",
    "HouseholdSpell",
    "Judged",
    "LinkExplanation",
    "LinkageCalibration",
    "LookupResult",
    "ResolvedPerson",
    "Rulings",
    "ScoringReport",
    "Sealed",
    "carry_identity",
    "describe_people",
    "explain_link",
    "households_of",
    "incidents_of",
    "lookup",
    "people_of",
    "probability",
    "records_around",
    "resolve_households",
    "resolve_incidents",
    "resolve_people",
    "resolve_places",
    "scope_rows",
    "score_pairs",
    "shipped_calibration",
    "standardise",
    "train",
    "untrained",
]
