"""Why can I (not) see this: the rules that decide, in their own words, without a look at any row.

The answer depends on the reader, the purpose and the kind of thing asked about alone, so it is the same whether
or not such a thing exists, is sealed, hidden or restricted.
"""

from dataclasses import dataclass
from typing import Final

from access.acts import ACTS, FIELDS
from access.policy import Decision, Label, Policies
from access.principal import Principal, Purpose
from records.errors import BadInput
from records.vocabulary import CATEGORIES, MARKINGS

KINDS: Final = ("act", "rows", "field")
_NOTHING_ALLOWS: Final = "No rule of the hub allows it, and what no rule allows is not done."
_BY_NAME: Final = (
    "Beyond these rules, single records may be opened or closed to you by name; whether any is, is not told here. "
    "The hub's information governance lead can be asked."
)


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of thing: an ``act`` (by ``name``), ``rows`` (of ``agency``, ``marking``, ``category``) or a ``field`` (by ``name``)."""

    kind: str
    name: str = ""
    agency: str = ""
    marking: str = "shareable"
    category: str = "ordinary"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that decided: its id, its sentence, and whether it permits or forbids."""

    rule: str
    reason: str
    effect: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision on a kind of thing, the rules behind it, and a sentence to read."""

    allowed: bool
    sentence: str
    rules: tuple[RuleLine, ...]
    note: str


def explain(policies: Policies, principal: Principal, purpose: Purpose, question: Question) -> Explanation:
    """The policy's word on a question. Raises BadInput for a kind, act, field, marking or category that is none."""
    decision = _decide(policies, principal, purpose.code, question)
    rules = tuple(RuleLine(rule.rule_id, rule.reason, rule.effect) for rule in decision.rules)
    sentence = " ".join(rule.reason for rule in rules) or _NOTHING_ALLOWS
    return Explanation(decision.allowed, sentence, rules, _BY_NAME if question.kind == "rows" else "")


def _decide(policies: Policies, principal: Principal, purpose: str, question: Question) -> Decision:
    known: dict[str, frozenset[str]] = {"act": frozenset(ACTS), "field": frozenset(FIELDS)}
    if question.kind not in KINDS:
        raise BadInput(f"Ask about one of {', '.join(KINDS)}, not {question.kind!r}.")
    if question.kind in known and question.name not in known[question.kind]:
        raise BadInput(
            f"{question.name!r} is no {question.kind}; use one of {', '.join(sorted(known[question.kind]))}."
        )
    if question.kind == "act":
        return policies.may_do(principal, question.name, purpose)
    if question.kind == "field":
        return policies.may_show(principal, question.name, purpose)
    if question.marking not in MARKINGS or question.category not in CATEGORIES:
        raise BadInput(
            f"Rows are marked {', '.join(sorted(MARKINGS))} and of the category {', '.join(sorted(CATEGORIES))}."
        )
    label = Label(principal.hub, question.agency, question.marking, question.category)
    return policies.may_see(principal, [label], purpose)[0]
