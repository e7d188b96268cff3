"""How much may be asked between hubs in a day, and when asking looks like going through names and dates.

Both sides count: the asking hub its own workers, the hub asked everybody who asks it, by what the tokens alone tell.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from records.errors import BudgetSpent
from records.ledger import AskedToday

_AGAIN: Final = "Ask the other hub by telephone, or again tomorrow."


@dataclass(frozen=True, slots=True)
class ExchangeTerms:
    """What a hub tells others of itself, and what it lets be asked.

    ``*_a_day`` are questions in a day: of one worker, between two hubs, about one subject. ``band_seconds``: answers leave
    at whole multiples of it after the question came. ``clock_seconds``: how far another hub's clock may be off.
    """

    name: str = ""
    address: str = ""
    contact: str = ""
    worker_a_day: int = 40
    hub_a_day: int = 400
    subject_a_day: int = 3
    band_seconds: float = 0.5
    clock_seconds: int = 30


@dataclass(frozen=True, slots=True)
class EnumerationRules:
    """When asking looks like trying: see ``enumeration``."""

    least_questions: int = 30
    unknown_share: float = 0.9
    near_questions: int = 5


def check_budgets(today: Sequence[AskedToday], asked: AskedToday, terms: ExchangeTerms) -> None:
    """Raise BudgetSpent when one more question like ``asked`` is too many for the day; ``today``: those so far.

    What is said does not depend on whether anybody is known.
    """
    of_hub = [one for one in today if one.hub == asked.hub]
    if len(of_hub) >= terms.hub_a_day:
        raise BudgetSpent(f"{asked.hub}: {terms.hub_a_day} questions were asked today. {_AGAIN}")
    if sum(one.worker == asked.worker for one in of_hub) >= terms.worker_a_day:
        raise BudgetSpent(f"This worker asked {terms.worker_a_day} questions today. {_AGAIN}")
    about = Counter(mark for one in of_hub for mark in one.telling & asked.telling)
    if about and max(about.values()) >= terms.subject_a_day:
        raise BudgetSpent(f"This was asked {terms.subject_a_day} times today. {_AGAIN}")


def enumeration(
    today: Sequence[AskedToday], asked: AskedToday, rules: EnumerationRules | None = None
) -> list[str]:
    """Why the questions of ``asked``'s hub, this one with them, look like trying names and dates; empty when they do not.

    ``near``: one worker asked of several that share a name or most of a date and are yet not one person.
    ``unknown``: next to none of a hub's questions of the day met anybody.
    """
    rules = rules or EnumerationRules()
    of_hub = [one for one in today if one.hub == asked.hub]
    like = [
        one
        for one in of_hub
        if one.worker == asked.worker and one.near & asked.near and not one.telling & asked.telling
    ]
    found = []
    # This one too is a question of either kind.
    if len(like) + 1 >= rules.near_questions:
        found.append("near")
    every = [*of_hub, asked]
    unknown = sum(one.status == "NoMatch" for one in every)
    if len(every) >= rules.least_questions and unknown >= rules.unknown_share * len(every):
        found.append("unknown")
    return found
