"""The statistics, one after the other: which rows each counts, by what, and what it measures of them.

A question is SQL of a relation ``fact`` with ``event_id``, a column a dimension, and ``measured`` (NULL where it measures
nothing). It may use ``front`` (contacts and referrals of the front door, with ``source``), ``case_row`` (each case once: a
contact, or a referral that came without one) and, where it says so, ``membership``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from access.hub_figures import HubFigures
from access.statistics.cases import TURNAROUND, cases, contribution, re_referrals, subjects
from access.statistics.front_door import front
from access.statistics.scope_tables import ScopeTables
from access.statistics.work import DURATIONS, WAITS, calls, caseload, costs, families
from records.scope import Scope

_OF_CASE: Final = ("district", "source")
_OUTCOME: Final = "coalesce(lower(outcome), 'not stated') AS outcome"
_CONCERN: Final = "coalesce(concern, 'not stated') AS concern"
_FINAL_RATING: Final = "coalesce(rag_final, 'not stated') AS rag_final"


@dataclass(frozen=True, slots=True)
class Question:
    """One statistic. ``fact`` gives its SQL over the tables of a scope; ``measure``: the unit of what is measured.

    ``needs_people``: it joins records to people; ``names_people``: the dimension whose values are people, which answers
    call as the reader may know them.
    """

    key: str
    dimensions: tuple[str, ...]
    fact: Callable[[ScopeTables], str]
    measure: str | None = None
    needs_people: bool = False
    needs_households: bool = False
    names_people: str | None = None

    def sql(self, scope: Scope, figures: HubFigures) -> str:
        """The common relations and ``fact``, from WITH on."""
        return f"{front(scope, figures)}, fact AS ({self.fact(ScopeTables.of(scope))})"


_ASKED: Final = (
    Question("cases", ("step", "source", "district"), lambda _: cases("step")),
    Question("areas", ("district", "step", "source"), lambda _: cases("step")),
    Question("outcomes", ("outcome", "step", *_OF_CASE), lambda _: cases(_OUTCOME, "step")),
    Question("needs", ("concern", *_OF_CASE), lambda _: cases(_CONCERN)),
    Question("turnaround", ("rag_initial", "decided", *_OF_CASE), lambda _: TURNAROUND, "working hours"),
    Question(
        "rag_change",
        ("rag_initial", "rag_final", *_OF_CASE),
        lambda _: cases("rag_initial", _FINAL_RATING, only="rag_initial IS NOT NULL"),
    ),
    Question("re_referrals", ("again", *_OF_CASE), re_referrals, needs_people=True),
    Question("contribution", ("agency", "contributed", *_OF_CASE), contribution, needs_people=True),
    Question(
        "languages", ("language", *_OF_CASE), lambda tables: subjects(tables, "first_language", "language")
    ),
    Question(
        "disabilities", ("disability", *_OF_CASE), lambda tables: subjects(tables, "disability", "disability")
    ),
    Question(
        "calls",
        ("wait", "district"),
        lambda tables: calls(tables.event, "wait_seconds", "wait", WAITS),
        "minutes waited",
    ),
    Question(
        "call_durations",
        ("duration", "district"),
        lambda tables: calls(tables.event, "duration_seconds", "duration", DURATIONS),
        "minutes on the phone",
    ),
    Question(
        "caseload",
        ("worker", "kind", "district"),
        caseload,
        needs_people=True,
        names_people="worker",
    ),
    Question("costs", ("kind", "district"), lambda tables: costs(tables.event), "pounds"),
    Question(
        "costed_families",
        ("district",),
        families,
        "pounds",
        needs_people=True,
        needs_households=True,
    ),
)
ASKED: Final = {one.key: one for one in _ASKED}
QUESTIONS: Final = tuple(ASKED)
