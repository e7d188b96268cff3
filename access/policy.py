"""Asking the policy: Cedar files with a schema, checked when loaded; any error in an answer is a no.

A decision depends on role, agency, hub and purpose and on what is asked for, never on who asks or on rows, so
it is asked once and kept for as long as the policy set is.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

import cedarpy

from access.principal import Principal
from records.errors import BadInput

POLICY_SETS: Final = Path(__file__).parent / "policies"
DEFAULT_POLICIES: Final = POLICY_SETS / "default"
NO_GRANT: Final = "none"


@dataclass(frozen=True, slots=True)
class Label:
    """The handling facts of rows, as the policy reads them."""

    hub: str
    agency: str
    marking: str
    category: str


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

    def __init__(self, text: str, schema: str) -> None:
        """Check and hold the policies. Raises BadInput when they do not parse, fit the schema or explain themselves."""
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
        self._lock = Lock()

    @classmethod
    def load(cls, folder: Path = DEFAULT_POLICIES) -> "Policies":
        """The policy set of a folder. Raises BadInput, naming the folder, when it cannot be used."""
        files = sorted(folder.glob("*.cedar"))
        schema = folder / "schema.cedarschema"
        if not files or not schema.is_file():
            raise BadInput(f"{folder}: a policy set needs schema.cedarschema and at least one .cedar file.")
        return cls(
            "\n".join(file.read_text(encoding="utf-8") for file in files), schema.read_text(encoding="utf-8")
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of the set, in the order of its id."""
        return tuple(sorted(self._rules.values(), key=lambda rule: rule.rule_id))

    def may_do(self, principal: Principal, act: str, purpose: str) -> Decision:
        """Whether the act is allowed at the principal's own hub."""
        resource = ("Desk", principal.hub)
        return self._ask([_question(principal, act, resource, {"purpose": purpose})])[0]

    def may_see(
        self, principal: Principal, labels: Sequence[Label], purpose: str, grant: str = NO_GRANT
    ) -> list[Decision]:
        """For each label, whether rows that carry it may be used, by themselves or where a grant names the record."""
        context = {"purpose": purpose, "grant": grant}
        resources = (("Label", label.hub, label.agency, label.marking, label.category) for label in labels)
        return self._ask([_question(principal, "see", resource, context) for resource in resources])

    def may_show(self, principal: Principal, field: str, purpose: str, revealed: bool = False) -> Decision:
        """Whether a kind of field is shown."""
        context: dict[str, str | bool] = {"purpose": purpose, "revealed": revealed}
        return self._ask([_question(principal, "show", ("Field", field), context)])[0]

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
