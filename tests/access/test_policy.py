"""The policy against a reference model written apart from it, in plain Python, over every question there is."""

import re
from datetime import date
from itertools import product

import pytest

from access import ACTS, FIELDS, PURPOSES, READS, ROLES, BadInput, Label, Policies, Principal
from access.policy import DEFAULT_POLICIES, FieldContext
from records.vocabulary import CATEGORIES, MARKINGS

KEPT_BACK = {"sexual_health", "police_intelligence", "adoption", "staff_or_relative", "protected_address"}
CASE_PURPOSES = {"safeguarding_s47", "safeguarding_s17", "adult_safeguarding", "marac", "crime_prevention"}
DECIDING = {
    "disposition",
    "release",
    "meeting_list",
    "restriction",
    "location_protection",
    "end_grant",
    "consent",
    "override",
    "plan_meeting",
    "meeting_case",
    "meeting_research",
    "meeting_minutes",
    "issue_pack",
    "feedback",
    "exchange_request",
    "exchange_decide",
}
PREPARING = {
    "meetings",
    "meeting_candidates",
    "marac_pack",
    "plan_meeting",
    "meeting_case",
    "meeting_research",
}
COMMENCED, BEFORE = date(2027, 4, 1), date(2027, 3, 31)
GRANTS = ("none", "release", "meeting_list", "break_glass")


def sees(role, agency, label, purpose, grant, duty=False):
    """May rows with this label be used? The same table of the domain, told in another way."""
    if (
        label.hub != "home"
        or role in {"auditor", "privacy_officer", "seal_keeper", "administrator", "referrer"}
        or purpose == "audit"
    ):
        return False
    kept_back = label.marking == "restricted" or label.category in KEPT_BACK
    if purpose == "service_planning" and kept_back:
        return False
    if role in {"decision_maker", "operator"}:
        return True
    if grant == "break_glass" and label.category != "adoption":
        return True
    own = label.agency == agency
    if role == "contributor" and own:
        return label.category != "adoption"
    if kept_back:
        return False
    if role == "contributor":
        asked = (
            label.marking == "ask_originator" and duty and purpose in {"safeguarding_s47", "safeguarding_s17"}
        )
        return grant == "release" and (label.marking == "shareable" or asked)
    if role == "marac_coordinator":
        return grant == "meeting_list" and purpose == "marac"
    return role in {"analyst", "exchange_officer", "link_reviewer"} or grant == "break_glass"


def does(role, act, purpose):
    """May this be done at all?"""
    if act in {"waiting", "explain_access"}:
        return True
    speaking = {"consent", "refusal", "mark"}
    opening = {"lookup", "person", "chronology", "network", "households"}
    allowed = {
        "contributor": {
            (one, why) for one in opening | speaking | {"grants", "contributions"} for why in CASE_PURPOSES
        }
        | {("meetings", "marac"), ("meeting_research", "marac")},
        "decision_maker": {
            (one, why)
            for one in {*READS, *DECIDING}
            - {"ledger", "export", "seal_conflicts", "glass_reviews", "exchange_answer", "exchange_disclose"}
            - {"erasure_plan", "subject_access", "try_mapping", "hide_orders"}
            for why in set(PURPOSES) - {"audit"}
            if one in READS or why != "service_planning"
        },
        "analyst": {
            (one, why)
            for one in opening
            | {"links", "paths", "patterns", "findings", "finding", "explain_link", "statistics", "extract"}
            for why in CASE_PURPOSES | {"emerging_harm", "data_quality", "service_planning"}
        }
        | {("reveal", why) for why in (CASE_PURPOSES | {"emerging_harm"}) - {"safeguarding_s17"}},
        "exchange_officer": {
            (one, why)
            for one in ACTS
            if one == "lookup" or (one.startswith("exchange_") and one != "exchange_decide")
            for why in ("cross_border", "safeguarding_s47", "adult_safeguarding")
        },
        "marac_coordinator": {
            (one, "marac") for one in opening | PREPARING | {"paths", "meeting_minutes", "issue_pack"}
        },
        "link_reviewer": {(one, "data_quality") for one in ("review", "explain_link", "judge")},
        "operator": {
            (one, why)
            for one in set(ACTS)
            - {
                "disposition",
                "reveal",
                "break_glass",
                "glass_reviews",
                "review_glass",
                "override",
                "feedback",
            }
            - {"exchange_answer", "exchange_disclose", "exchange_requested", "exchange_decide"}
            - speaking
            for why in PURPOSES
        },
        "seal_keeper": {(one, why) for one in ("seal", "seal_conflicts") for why in PURPOSES},
        "privacy_officer": {
            (one, "audit") for one in ("ledger", "hide", "hide_orders", "glass_reviews", "review_glass")
        },
        "auditor": {("ledger", "audit")},
        "administrator": {("try_mapping", "data_quality")},
    }.get(role, set())
    glass = act == "break_glass" and role in {"contributor", "decision_maker", "marac_coordinator"}
    if (
        act == "outcomes"
        and role in {"contributor", "referrer"}
        and purpose not in {"audit", "service_planning"}
    ):
        return True
    prints = act == "print" and role in {"analyst", "contributor", "marac_coordinator"}
    working = role in {"analyst", "contributor", "decision_maker", "marac_coordinator"}
    if act == "save_picture" and working and purpose not in {"audit", "service_planning"}:
        return True
    if prints and purpose not in {"audit", "service_planning"}:
        return True
    return (act, purpose) in allowed or (glass and purpose in {"safeguarding_s47", "adult_safeguarding"})


def shows(role, shown, purpose, revealed, own):
    """May this kind of field be shown?"""
    if purpose == "service_planning":
        return False
    if role == "contributor" and own:
        return True
    if role == "analyst":
        return revealed and shown in {"identity", "location"}
    if shown in {"identity", "location", "narrative", "background"}:
        return role in {"contributor", "decision_maker", "marac_coordinator", "link_reviewer", "operator"}
    wanted = {
        "sexual_health": {"safeguarding_s47", "adult_safeguarding"},
        "sex_and_name_history": {"crime_prevention"},
        "intelligence_source": set(),
    }
    return role == "decision_maker" and purpose in wanted[shown]


@pytest.fixture(scope="module")
def policies():
    return Policies.load(duty_from=COMMENCED)


def reader(role):
    return Principal("someone", "Someone", role, "police", "home")


LABELS = [
    Label(hub, agency, marking, category)
    for hub, agency, marking, category in product(
        ("home", "next"), ("police", "health"), sorted(MARKINGS), sorted(CATEGORIES)
    )
]


@pytest.mark.parametrize("role", [*ROLES, "stranger"])
def test_rows_are_seen_as_the_reference_model_says(policies, role):
    for purpose, grant, day in product(PURPOSES, GRANTS, (BEFORE, COMMENCED)):
        answers = policies.may_see(reader(role), LABELS, purpose, grant, day)
        expected = [sees(role, "police", label, purpose, grant, day == COMMENCED) for label in LABELS]
        wrong = [
            (label, purpose, grant)
            for label, got, want in zip(LABELS, answers, expected, strict=True)
            if got.allowed != want
        ]
        assert wrong == []


@pytest.mark.parametrize("role", [*ROLES, "stranger"])
def test_acts_and_fields_are_allowed_as_the_reference_model_says(policies, role):
    for act, purpose in product(ACTS, PURPOSES):
        assert policies.may_do(reader(role), act, purpose).allowed == does(role, act, purpose), (act, purpose)
    for shown, purpose, revealed, own in product(FIELDS, PURPOSES, (False, True), (False, True)):
        got = policies.may_show(reader(role), shown, purpose, FieldContext(revealed, own)).allowed
        assert got == shows(role, shown, purpose, revealed, own), (shown, purpose, revealed, own)


def sources():
    return "\n".join(file.read_text() for file in sorted(DEFAULT_POLICIES.glob("*.cedar"))), (
        DEFAULT_POLICIES / "schema.cedarschema"
    ).read_text()


FEW_LABELS = [
    Label(hub, agency, marking, category)
    for hub, agency, marking, category in product(
        ("home", "next"),
        ("police", "health"),
        ("shareable", "restricted"),
        ("ordinary", "adoption", "sexual_health"),
    )
] + [Label("home", "health", "ask_originator", "ordinary")]


FEW_PURPOSES = ("safeguarding_s47", "marac", "cross_border", "data_quality", "service_planning", "audit")


def answers(policies, file, role):
    """Answers of a policy set, for one role, to the questions that a file of it is about."""
    if file == "rows.cedar":
        contexts = product(("safeguarding_s47", "marac", "service_planning", "audit"), GRANTS)
        return [
            one.allowed
            for context in contexts
            for one in policies.may_see(reader(role), FEW_LABELS, *context, COMMENCED)
        ]
    if file == "acts.cedar":
        return [policies.may_do(reader(role), *question).allowed for question in product(ACTS, FEW_PURPOSES)]
    contexts = (FieldContext(), FieldContext(revealed=True), FieldContext(own=True))
    questions = product(FIELDS, ("safeguarding_s47", "crime_prevention", "service_planning"), contexts)
    return [policies.may_show(reader(role), *question).allowed for question in questions]


@pytest.mark.parametrize("file", ["rows.cedar", "acts.cedar", "fields.cedar"])
def test_a_rule_dropped_or_turned_round_changes_an_answer(policies, file):
    text, schema = sources()
    ids = re.findall(r'@id\("([^"]+)"\)', (DEFAULT_POLICIES / file).read_text())
    rules = ["@id(" + part for part in text.split("@id(")[1:]]
    survivors = []
    for number, rule in enumerate(rules):
        rule_id = rule.split('"')[1]
        if rule_id not in ids:
            continue
        effects = ("\npermit (", "\nforbid (")
        turned = rule.replace(*(effects if effects[0] in rule else effects[::-1]))
        assert turned != rule
        # The roles that a rule names are asked first: a mutant mostly dies there.
        roles = sorted(ROLES, key=lambda role, rule=rule: f'Role::"{role}"' not in rule)
        for name, mutant in (("dropped", []), ("turned", [turned])):
            mutated = Policies("\n".join(rules[:number] + mutant + rules[number + 1 :]), schema, COMMENCED)
            if all(answers(mutated, file, role) == answers(policies, file, role) for role in roles):
                survivors.append((name, rule_id))
    assert survivors == []


def test_a_rule_that_errors_denies():
    text, schema = sources()
    loose = schema.replace("marking: String", "marking: String, note?: String")
    policies = Policies(
        text
        + '\n@id("broken") @reason("Reads what is not there.") forbid (principal, action == Action::"see", resource) when { resource has note && 1 + 9223372036854775807 > 0 };',
        loose,
    )
    manager = Principal("mo", "Mo", "decision_maker", "police", "home")
    assert policies.may_see(manager, [LABELS[0]], "marac")[0].allowed
    overflow = (
        text
        + '\n@id("broken") @reason("Overflows.") forbid (principal, action == Action::"see", resource) when { 1 + 9223372036854775807 > 0 };'
    )
    assert not Policies(overflow, schema).may_see(manager, [LABELS[0]], "marac")[0].allowed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text + "\npermit (principal, action, resource);", "needs an @id"),
        (lambda text: text + '\n@id("no-reason") permit (principal, action, resource);', "no-reason"),
        (
            lambda text: text + '\n@id("own-agency") @reason("Again.") permit (principal, action, resource);',
            "own-agency",
        ),
        (lambda text: text.replace("resource.marking", "resource.colour"), "do not hold"),
        (lambda text: text + "permit (", "do not hold"),
    ],
)
def test_a_policy_set_that_does_not_hold_is_refused_at_start(change, message):
    text, schema = sources()
    with pytest.raises(BadInput, match=message):
        Policies(change(text), schema)


def test_a_folder_without_policies_is_refused(tmp_path):
    with pytest.raises(BadInput, match="at least one"):
        Policies.load(tmp_path)


def test_every_rule_says_what_it_is_for_in_a_sentence(policies):
    assert all(rule.reason.endswith(".") and " " in rule.reason for rule in policies.rules)
