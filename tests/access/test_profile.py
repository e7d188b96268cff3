"""The profile in force: every rule, those of the hub's own told apart, and what comes of them for each role."""

import pytest

from access import POLICY_SETS, PURPOSES, ROLES, Policies, Principal
from access.scope.profile import profile_in_force

READER = Principal("demo:a", "A. Reader", "analyst", "social_care", "northmere")


@pytest.mark.parametrize("name", ["default", "brent", "merton"])
def test_a_profile_tells_every_rule_and_in_which_the_hub_differs(name: str) -> None:
    policies = Policies.load(POLICY_SETS / name)
    shown = profile_in_force(policies, READER)
    assert shown.name == name
    assert [one.rule for one in shown.rules] == [one.rule_id for one in policies.rules]
    own = {one.rule for one in shown.rules if one.own}
    usual = {one.rule_id: one.reason for one in Policies.load().rules}
    assert bool(own) == (name != "default")
    # Whatever is not the hub's own stands as it is in the usual set.
    assert {one.rule: one.reason for one in shown.rules if not one.own}.items() <= usual.items()


def test_a_role_is_shown_with_the_acts_that_the_policy_lets_it_do_and_no_others() -> None:
    policies = Policies.load()
    shown = profile_in_force(policies, READER)
    assert [one.role for one in shown.roles] == list(ROLES)
    auditor = next(one for one in shown.roles if one.role == "auditor")
    assert dict(auditor.acts) == {
        "ledger": ("audit",),
        "waiting": tuple(PURPOSES),
        "explain_access": tuple(PURPOSES),
    }
