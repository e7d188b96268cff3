"""What each statistic counts, in the words that stand beside it on every page and export."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Definition:
    """A statistic in words. ``rows`` and ``columns`` name the dimensions of its table; the rest is narrowed by.

    ``counts`` says what a row is, ``reads`` how the figures hang together, ``source`` whose definition it is; ``share``
    is the columns whose share of the row is given with an interval, ``not_shared`` those that it is no share of;
    ``divides``: what stands beside a row's counts was worked out from other rows as well.
    """

    title: str
    rows: str
    columns: str | None
    counts: str
    reads: str
    source: str
    share: tuple[str, ...] = ()
    column_order: tuple[str, ...] = ()
    divides: bool = False
    not_shared: tuple[str, ...] = ()


_RAG: Final = ("red", "amber", "green", "blue")
DEFINITIONS: Final[dict[str, Definition]] = {
    "cases": Definition(
        "Contacts and referrals by source",
        "source",
        "step",
        "A case: a contact received in the period, or a referral received in it without a contact before.",
        "A contact that becomes a referral is one case with two steps, so contacts and referrals are never added up: the "
        "columns sum to the cases. The conversion rate is the share of contacts that became a referral.",
        "Status as a series of events; tables that add contacts to the referrals made of them do not sum.",
        ("contact that became a referral",),
        ("contact only", "contact that became a referral", "referral without a contact"),
        not_shared=("referral without a contact",),
    ),
    "areas": Definition(
        "Contacts and referrals by area",
        "district",
        "step",
        "A case, by the district it is about.",
        "The columns sum to the cases, as by source. The rate is of cases, and is shown where the hub has stated how many "
        "children live in each district.",
        "Rates per 10,000 children under 18 (DfE, children in need census); populations by the hub, of the ONS.",
        ("contact that became a referral",),
        ("contact only", "contact that became a referral", "referral without a contact"),
        not_shared=("referral without a contact",),
    ),
    "outcomes": Definition(
        "Outcomes",
        "outcome",
        "step",
        "A case, by the outcome that the hub recorded of its contact, or of its referral where it came without one.",
        "The outcome is as written. What is written in two ways is two rows.",
        "Hub returns; the share of no further action is the first that inspections ask for.",
        (),
        ("contact only", "contact that became a referral", "referral without a contact"),
    ),
    "needs": Definition(
        "Need by area",
        "concern",
        "district",
        "A case, by its main concern and the district it is about.",
        "One case has one main concern: what else is wrong in a family is not counted here.",
        "Needs assessment for commissioning (Devon).",
    ),
    "turnaround": Definition(
        "Time to a decision by initial rating",
        "rag_initial",
        "decided",
        "A case that was given an initial rating, by whether it was decided within its target.",
        "Hours are the hub's working hours: nights, weekends, bank holidays of England and the hub's own closing days do not "
        "count. A case whose decision is stamped before its receipt is told apart and counts as neither in time nor late. The "
        "share is of the cases that were decided and have a target.",
        "Red 4 hours, amber 1 working day, green 3 working days; the statutory decision within one working day.",
        ("within target",),
        ("within target", "late", "not decided", "decided before it came", "no target"),
        not_shared=("not decided", "decided before it came", "no target"),
    ),
    "rag_change": Definition(
        "Initial and final rating",
        "rag_initial",
        "rag_final",
        "A case with an initial rating, by the rating it ended with.",
        "To the left of the same rating it was escalated, to the right de-escalated.",
        "Published by Westminster among others.",
        (),
        (*_RAG, "not stated"),
    ),
    "re_referrals": Definition(
        "Re-referrals",
        "district",
        "again",
        "A child in a referral of the period: once for each referral that names the child as its subject.",
        "A re-referral follows a referral of the same child, known under any name or number, within 12 months. One that came "
        "while a case was still open is no re-referral. Across authorities is a count of its own: national figures link within "
        "one authority alone.",
        "DfE, children in need census: a re-referral is one within 12 months of a previous one.",
        ("again, same authority", "again, other authority"),
        ("first in 12 months", "again, same authority", "again, other authority", "while a case was open"),
        not_shared=("while a case was open",),
    ),
    "contribution": Definition(
        "What partners contributed",
        "agency",
        "contributed",
        "A case and a partner that had joined by the day it came: once for each partner.",
        "A partner contributed when, in the 12 months up to the decision, it handed in a report of its own about somebody in the "
        "case. Cases from before a partner joined are not held against it, so rows have different totals.",
        "Partner contribution with joined-date denominators (Northumberland).",
        ("contributed",),
        ("contributed", "nothing known"),
    ),
    "languages": Definition(
        "First language",
        "language",
        None,
        "A subject of a case: once for each record that a case names as its subject.",
        "As recorded by the agency of the case; what nobody recorded is a row.",
        "Equality monitoring (Warwickshire).",
    ),
    "disabilities": Definition(
        "Disability",
        "disability",
        None,
        "A subject of a case: once for each record that a case names as its subject.",
        "As recorded by the agency of the case; what nobody recorded is not none.",
        "Equality monitoring (Warwickshire); DfE children in need: 13% have one recorded.",
    ),
    "calls": Definition(
        "Waiting on the phone",
        "wait",
        "district",
        "A call to the hub's line in the period, by how long the caller waited.",
        "The median and quartiles are of minutes waited, of calls whose wait is recorded.",
        "Phone logs (Warwickshire).",
        (),
    ),
    "call_durations": Definition(
        "Time on the phone",
        "duration",
        "district",
        "A call to the hub's line in the period, by how long it lasted.",
        "The median and quartiles are of minutes, of calls whose length is recorded.",
        "Phone logs (Warwickshire).",
    ),
    "caseload": Definition(
        "Caseload",
        "worker",
        "kind",
        "A piece of work begun in the period (referral, assessment, strategy discussion, section 47 enquiry, plan), once for "
        "each worker whom it names.",
        "Work that names two workers counts with both, so the total is of workers' shares and not of pieces of work. Work that "
        "names nobody is not here. A number says nothing of how heavy the work is.",
        "Cases per worker, as hubs report them (NFER, Warwickshire).",
    ),
    "costs": Definition(
        "Cost of the work",
        "kind",
        "district",
        "A piece of work of a kind that the hub has put a cost on.",
        "Cost is count times the unit cost in the hub's settings; no unit cost is shipped. Cost per referral divides what a "
        "kind of work cost by the referrals of the period, and the total by them as well.",
        "Unit costs in the manner of the NFER and of Devon; the hub's own figures.",
        divides=True,
    ),
    "costed_families": Definition(
        "Families whom costed work was about",
        "district",
        None,
        "A household, at the time of the work, with a member whom it was about; whoever has no known household counts alone.",
        "It opens the first piece of work of each family in the period. Work about two families is counted with each, so the "
        "cost here can be above the cost of the work. Readers whose people are formed on demand have no households here: "
        "their children count alone.",
        "Cost per family (Devon).",
        divides=True,
    ),
}
COLUMN_ORDER: Final = {
    "wait": ("up to 1 minute", "1 to 3 minutes", "3 to 5 minutes", "over 5 minutes", "not recorded"),
    "duration": ("up to 5 minutes", "5 to 15 minutes", "15 to 30 minutes", "over 30 minutes", "not recorded"),
    "rag_initial": _RAG,
}
