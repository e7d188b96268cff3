"""The pages on access say what the running policy says."""

import re
from pathlib import Path

import pytest

from access import ACTS, FIELDS, PURPOSES, ROLES, Policies, Principal
from access.policy import DEFAULT_POLICIES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_roles_lists_acts_and_fields_as_the_policy_does(role):
    policies, reader = Policies.load(), Principal("x", "X", role, "police", "home")
    acts = [act for act in ACTS if any(policies.may_do(reader, act, purpose).allowed for purpose in PURPOSES)]
    fields = [one for one in FIELDS if policies.may_show(reader, one, "safeguarding_s47").allowed]
    listed = ", ".join(act for act in acts if act != "explain_access") or "none"
    row = next(
        line for line in (DOCS / "access.md").read_text().splitlines() if line.startswith(f"| `{role}` |")
    )
    assert row.split(" | ")[2] == listed
    assert row.split(" | ")[3].removesuffix(" |").split(";")[0] == (", ".join(fields) or "none")


def test_every_purpose_is_listed_with_its_sentence():
    text = (DOCS / "access.md").read_text()
    assert all(f"| `{code}` | {sentence} |" in text for code, sentence in PURPOSES.items())


def test_the_example_of_a_new_role_holds_against_the_schema():
    (example,) = re.findall(r"```cedar\n(.*?)```", (DOCS / "adding-a-role.md").read_text(), re.DOTALL)
    text = "\n".join(file.read_text() for file in sorted(DEFAULT_POLICIES.glob("*.cedar")))
    policies = Policies(text + example, (DEFAULT_POLICIES / "schema.cedarschema").read_text())
    nurse = Principal("x", "X", "school_nurse", "health", "home")
    assert policies.may_do(nurse, "lookup", "safeguarding_s47").allowed
    assert not policies.may_do(nurse, "lookup", "marac").allowed
