"""Who may see what, why, and the proof: the only door to data for the API and the products."""

from access import values
from access.acts import ACTS, CHANGES, FIELDS, LEDGER_ACTS, READS, VISITS
from access.desk import Desk, DeskOptions, ReadingDesk
from access.exchange.answering import token_shape_holds
from access.exchange.asking import Send
from access.exchange.book import PAIRED_ACTS, ExchangeEntry
from access.exchange.budgets import ExchangeTerms
from access.exchange.holdings import LEGAL_BASES, PROTOCOL_VERSION
from access.exchange.keys import ExchangeKeys, epoch_of, fingerprint
from access.hub_figures import HubFigures
from access.keeping.retention import RetentionRule, RetentionSchedule
from access.keeping.subject_access import HeldEvent, HeldRecord, HeldStatement, SubjectAccess
from access.oversight.unusual import UnusualLine
from access.oversight.views import LedgerFilters, LedgerLine, LedgerList, Period
from access.person.free_search import LONGEST_SEARCH, UnderstoodPart, UnderstoodSearch, understand
from access.policy import POLICY_SETS, Decision, Label, Policies, Rule
from access.principal import PURPOSES, ROLES, Principal, Purpose
from access.scope.documentation import access_tables
from access.scope.explanation import Explanation, Question, RuleLine, explain
from access.scope.profile import ProfileInForce, ProfileRule, RoleActs
from access.scope.standing import keeps_more_back, note_kept_back, standing_scopes
from access.statistics import QUESTIONS
from access.values import *  # noqa: F403 - the values are listed once, where they stand
from access.view import ScopedView
from detectors import seen_against
from graph import Pattern, end_as_told
from records.errors import (
    BadFeed,
    BadInput,
    BudgetSpent,
    Conflict,
    Denied,
    LedgerUnavailable,
    MashlinkError,
    MessageRefused,
    NotSignedIn,
    NotThere,
    PartnerUnavailable,
    PurposeMissing,
    StoreUnavailable,
)
from records.intake import MOST_MAPPING_BYTES, MOST_SAMPLE_BYTES, Complaint, Sample, SampleTried
from records.ledger import (
    Actor,
    Checkpoint,
    KeptAttempt,
    KeptVisit,
    LedgerProblem,
    Partner,
    SignedHead,
    SubjectReader,
    VerificationReport,
    Visits,
    WorkerSummary,
)
from records.vocabulary import CATEGORIES, IDENTIFIER_KINDS, MARKINGS

__all__ = [
    "ACTS",
    "CATEGORIES",
    "CHANGES",
    "FIELDS",
    "IDENTIFIER_KINDS",
    "LEDGER_ACTS",
    "LEGAL_BASES",
    "LONGEST_SEARCH",
    "MARKINGS",
    "MOST_MAPPING_BYTES",
    "MOST_SAMPLE_BYTES",
    "PAIRED_ACTS",
    "POLICY_SETS",
    "PROTOCOL_VERSION",
    "PURPOSES",
    "QUESTIONS",
    "READS",
    "ROLES",
    "VISITS",
    "Actor",
    "BadFeed",
    "BadInput",
    "BudgetSpent",
    "Checkpoint",
    "Complaint",
    "Conflict",
    "Decision",
    "Denied",
    "Desk",
    "DeskOptions",
    "ExchangeEntry",
    "ExchangeKeys",
    "ExchangeTerms",
    "Explanation",
    "HeldEvent",
    "HeldRecord",
    "HeldStatement",
    "HubFigures",
    "KeptAttempt",
    "KeptVisit",
    "Label",
    "LedgerFilters",
    "LedgerLine",
    "LedgerList",
    "LedgerProblem",
    "LedgerUnavailable",
    "MashlinkError",
    "MessageRefused",
    "NotSignedIn",
    "NotThere",
    "Partner",
    "PartnerUnavailable",
    "Pattern",
    "Period",
    "Policies",
    "Principal",
    "ProfileInForce",
    "ProfileRule",
    "Purpose",
    "PurposeMissing",
    "Question",
    "ReadingDesk",
    "RetentionRule",
    "RetentionSchedule",
    "RoleActs",
    "Rule",
    "RuleLine",
    "Sample",
    "SampleTried",
    "ScopedView",
    "Send",
    "SignedHead",
    "StoreUnavailable",
    "SubjectAccess",
    "SubjectReader",
    "UnderstoodPart",
    "UnderstoodSearch",
    "UnusualLine",
    "VerificationReport",
    "Visits",
    "WorkerSummary",
    "access_tables",
    "end_as_told",
    "epoch_of",
    "explain",
    "fingerprint",
    "keeps_more_back",
    "note_kept_back",
    "seen_against",
    "standing_scopes",
    "token_shape_holds",
    "understand",
]
__all__ += values.__all__
