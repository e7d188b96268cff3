"""The pages on access say what the running policy says."""

import re
from pathlib import Path

from access import ACTS, PURPOSES, ROLES, Policies, Principal, access_tables
from access.policy import DEFAULT_POLICIES

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_holds_the_tables_of_the_running_policy():
    policies = Policies.load()
    tables = access_tables(policies)
    assert tables in (DOCS / "access.md").read_text()
    for role in ROLES:
        reader = Principal("x", "X", role, "police", "home")
        acts = [
            act for act in ACTS if any(policies.may_do(reader, act, purpose).allowed for purpose in PURPOSES)
        ]
        row = next(line for line in tables.splitlines() if line.startswith(f"| `{role}` |"))
        assert row == f"| `{role}` | {', '.join(acts) or 'none'} |"


def test_the_example_of_a_new_role_holds_against_the_schema():
    (example,) = re.findall(r"```cedar\n(.*?)```", (DOCS / "adding-a-role.md").read_text(), re.DOTALL)
    text = "\n".join(file.read_text() for file in sorted(DEFAULT_POLICIES.glob("*.cedar")))
    policies = Policies(text + example, (DEFAULT_POLICIES / "schema.cedarschema").read_text())
    nurse = Principal("x", "X", "school_nurse", "health", "home")
    assert policies.may_do(nurse, "lookup", "safeguarding_s47").allowed
    assert not policies.may_do(nurse, "lookup", "marac").allowed
