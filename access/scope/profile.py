"""The profile in force: the rules that decide who sees what at this hub, and what they let each role do."""

from dataclasses import dataclass, replace
from datetime import date

from access.acts import ACTS
from access.policy import Policies
from access.principal import PURPOSES, ROLES, Principal


@dataclass(frozen=True, slots=True)
class ProfileRule:
    """A rule: its id, its sentence, whether it permits or forbids, and whether this hub differs in it from the usual set."""

    rule: str
    reason: str
    effect: str
    own: bool


@dataclass(frozen=True, slots=True)
class RoleActs:
    """A role, the sentence of it, and its acts, each with the purposes that it may be done for."""

    role: str
    sentence: str
    acts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ProfileInForce:
    """A policy set by its name and digest; ``duty_from``: since when the duty to disclose binds, None while it does not."""

    name: str
    digest: str
    duty_from: date | None
    rules: tuple[ProfileRule, ...]
    roles: tuple[RoleActs, ...]


def profile_in_force(policies: Policies, reader: Principal) -> ProfileInForce:
    """What the policy set says, and for each role what comes of it at the reader's hub; looks at no row and no grant."""
    rules = tuple(
        ProfileRule(rule.rule_id, rule.reason, rule.effect, rule.rule_id in policies.own_rules)
        for rule in policies.rules
    )
    roles = tuple(
        RoleActs(role, sentence, _acts(policies, replace(reader, role=role)))
        for role, sentence in ROLES.items()
    )
    return ProfileInForce(policies.profile, policies.digest, policies.duty_from, rules, roles)


def _acts(policies: Policies, principal: Principal) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = (
        (act, tuple(one for one in PURPOSES if policies.may_do(principal, act, one).allowed)) for act in ACTS
    )
    return tuple((act, purposes) for act, purposes in found if purposes)
