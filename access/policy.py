"""Asking the policy: Cedar files with a schema, checked when loaded; any error in an answer is a no.

A decision depends on role, agency, hub and purpose and on what is asked for, never on who asks or on rows, so
it is asked once and kept for as long as the policy set is.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, Final

import cedarpy

from access.acts import FIELDS
from access.principal import Principal
from records.errors import BadInput

POLICY_SETS: Final = Path(__file__).parent / "policies"
DEFAULT_POLICIES: Final = POLICY_SETS / "default"
NO_GRANT: Final = "none"
# A rule begins with its id, at the start of a line; so a text of rules comes apart before each.
_RULE_START: Final = re.compile(r'^(?=@id\(")', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Label:
    """The handling facts of rows, as the policy reads them."""

    hub: str
    agency: str
    marking: str
    category: str


@dataclass(frozen=True, slots=True)
class FieldContext:
    """What a field belongs to: a person ``revealed`` to the reader, a row of the reader's ``own`` agency."""

    revealed: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy: its id and the sentence that says what it is for."""

    rule_id: str
    reason: str
    effect: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and the rules that made it so; no rules means that nothing allows it."""

    allowed: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """One request, in a form that can be a key."""

    role: str
    agency: str
    hub: str
    action: str
    resource: tuple[str, ...]
    context: tuple[tuple[str, str | bool], ...]


class Policies:
    """A policy set: one folder of Cedar files and their schema. Safe to share between threads."""

    def __init__(
        self,
        text: str,
        schema: str,
        duty_from: date | None = None,
        profile: tuple[str, frozenset[str]] = ("default", frozenset()),
    ) -> None:
        """Check and hold the policies; ``duty_from``: the day from which the duty to disclose is in force.

        ``profile``: what the set is called, and the ids of the rules in which it is the hub's own.

        Raises BadInput when they do not parse, fit the schema or explain themselves.
        """
        self.duty_from = duty_from
        self.profile, self.own_rules = profile
        result = cedarpy.validate_policies(text, schema)
        if not result.validation_passed:
            raise BadInput(
                f"The access policies do not hold: {'; '.join(str(error) for error in result.errors)}"
            )
        self._rules = _rules(text)
        self._policies = cedarpy.PolicySet.from_str(text)
        self._schema = cedarpy.Schema.from_str(schema)
        self.digest = hashlib.sha256(f"{schema}\n{text}".encode()).hexdigest()[:16]
        self._answers: dict[_Question, Decision] = {}
        self._shown: dict[tuple[str, str, str, str, FieldContext], Mapping[str, bool]] = {}
        self._lock = Lock()

    @classmethod
    def load(cls, folder: Path = DEFAULT_POLICIES, duty_from: date | None = None) -> "Policies":
        """The policy set of a folder: the default one with the folder's rules over it.

        A rule with the id of a default one takes its place; any other is added. So a hub's set says only in what it
        differs. Raises BadInput, naming the folder, when it cannot be used.
        """
        if not any(folder.glob("*.cedar")):
            raise BadInput(f"{folder}: a policy set needs at least one .cedar file.")
        text, differs = _source(folder), frozenset[str]()
        if folder != DEFAULT_POLICIES:
            differs = frozenset(_rules(text))
            text = _laid_over(_source(DEFAULT_POLICIES), text)
        schema = (DEFAULT_POLICIES / "schema.cedarschema").read_text(encoding="utf-8")
        return cls(text, schema, duty_from, (folder.name, differs))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of the set, in the order of its id."""
        return tuple(sorted(self._rules.values(), key=lambda rule: rule.rule_id))

    def may_do(self, principal: Principal, act: str, purpose: str) -> Decision:
        """Whether the act is allowed at the principal's own hub."""
        resource = ("Desk", principal.hub)
        return self._ask([_question(principal, act, resource, {"purpose": purpose})])[0]

    def duty_stands(self, on: date | None) -> bool:
        """Whether the duty to disclose (Children Act 2004 s16LA, by the Act of 2026) is in force on a day."""
        return self.duty_from is not None and on is not None and on >= self.duty_from

    def may_see(
        self,
        principal: Principal,
        labels: Sequence[Label],
        purpose: str,
        grant: str = NO_GRANT,
        on: date | None = None,
    ) -> list[Decision]:
        """For each label, whether rows that carry it may be used, by themselves or where a grant names the record.

        ``on`` is the day asked about; without one, duties that are yet to commence are not in force.
        """
        context: dict[str, str | bool] = {
            "purpose": purpose,
            "grant": grant,
            "duty_to_disclose": self.duty_stands(on),
        }
        resources = (("Label", label.hub, label.agency, label.marking, label.category) for label in labels)
        return self._ask([_question(principal, "see", resource, context) for resource in resources])

    def may_show(
        self, principal: Principal, field: str, purpose: str, about: FieldContext | None = None
    ) -> Decision:
        """Whether a kind of field is shown; without ``about``, of a row of another agency and a person not revealed."""
        about = about or FieldContext()
        context: dict[str, str | bool] = {
            "purpose": purpose,
            "revealed": about.revealed,
            "own": about.own,
        }
        return self._ask([_question(principal, "show", ("Field", field), context)])[0]

    def fields_shown(self, principal: Principal, purpose: str, about: FieldContext) -> Mapping[str, bool]:
        """Of each kind of field (``access.FIELDS``), whether it is shown; worked out once for a role, agency, hub and purpose."""
        key = (principal.role, principal.agency, principal.hub, purpose, about)
        known = self._shown.get(key)
        if known is None:
            known = {name: self.may_show(principal, name, purpose, about).allowed for name in FIELDS}
            self._shown[key] = known
        return known

    def _ask(self, questions: Sequence[_Question]) -> list[Decision]:
        with self._lock:
            new = [question for question in dict.fromkeys(questions) if question not in self._answers]
            if new:
                self._answers.update(zip(new, self._decide(new), strict=True))
            return [self._answers[question] for question in questions]

    def _decide(self, questions: Sequence[_Question]) -> list[Decision]:
        """All questions in one batch; they share the reader only when role, agency and hub are the same."""
        entities: dict[str, dict[str, Any]] = {}
        requests = []
        for question in questions:
            reader = _entity(entities, "Reader", json.dumps([question.role, question.agency, question.hub]))
            reader["attrs"] = {"agency": question.agency, "hub": question.hub}
            reader["parents"] = [{"type": "Role", "id": question.role}]
            kind, *facts = question.resource
            resource = _entity(entities, kind, facts[0] if len(facts) == 1 else json.dumps(facts))
            if kind == "Desk":
                resource["attrs"] = {"hub": facts[0]}
            elif kind == "Label":
                resource["attrs"] = dict(zip(("hub", "agency", "marking", "category"), facts, strict=True))
            requests.append(
                {
                    "principal": reader["uid"],
                    "action": {"type": "Action", "id": question.action},
                    "resource": resource["uid"],
                    "context": dict(question.context),
                }
            )
        answers = cedarpy.is_authorized_batch(requests, self._policies, list(entities.values()), self._schema)
        return [self._decision(answer) for answer in answers]

    def _decision(self, answer: cedarpy.AuthzResult) -> Decision:
        # Cedar skips a policy that errors, and a skipped forbid would allow: so an error of any kind denies.
        allowed = answer.allowed and not answer.diagnostics.errors
        ids = sorted(answer.diagnostics.id_annotations_by_reason.values())
        return Decision(allowed, tuple(self._rules[rule_id] for rule_id in ids))


def _source(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.cedar")))


def _laid_over(usual: str, own: str) -> str:
    """Both rule texts as one, less the usual rules that one of the hub's own replaces."""
    replaced = _rules(own).keys()
    kept = [
        rule
        for rule in _RULE_START.split(usual)
        if not rule.startswith(tuple(f'@id("{one}")' for one in replaced))
    ]
    return "".join(kept) + "\n" + own


def _question(
    principal: Principal, action: str, resource: tuple[str, ...], context: Mapping[str, str | bool]
) -> _Question:
    return _Question(
        principal.role, principal.agency, principal.hub, action, resource, tuple(sorted(context.items()))
    )


def _entity(entities: dict[str, dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The Cedar entity of this kind and name, made when it is new."""
    return entities.setdefault(
        f"{kind} {name}", {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": []}
    )


def _rules(text: str) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for policy in _annotated(text):
        annotations = policy.get("annotations", {})
        rule_id, reason = annotations.get("id"), annotations.get("reason")
        if not rule_id or not reason:
            raise BadInput(f"Each access policy needs an @id and a @reason; {rule_id or 'one'} lacks them.")
        if rule_id in rules:
            raise BadInput(f"Two access policies have the @id {rule_id!r}.")
        rules[rule_id] = Rule(rule_id, reason, policy["effect"])
    return rules


def _annotated(text: str) -> Iterable[dict[str, Any]]:
    document: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(text))
    static: dict[str, dict[str, Any]] = document["staticPolicies"]
    return static.values()
