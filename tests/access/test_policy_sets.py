"""Each hub's policy set, told as the London report tells how the hub works; what no line speaks of stays as by default."""

from itertools import product

import pytest

from access import ACTS, FIELDS, POLICY_SETS, PURPOSES, ROLES, Label, Policies, Principal
from access.policy import DEFAULT_POLICIES, FieldContext

NAMES = ("brent", "lewisham", "merton", "tower_hamlets", "tri_borough")
DEFAULT = Policies.load()
GRANTS = ("none", "release", "meeting_list", "break_glass")
SAFEGUARDING = ("safeguarding_s47", "safeguarding_s17", "adult_safeguarding")
# Nobody of these ever sees a case, whichever hub they work in.
WITHOUT_CASES = ("auditor", "privacy_officer", "seal_keeper", "administrator", "referrer")


def hub(name):
    return Policies.load(POLICY_SETS / name)


def worker(role, agency="police"):
    return Principal("someone", "Someone", role, agency, "home")


def sees(
    policies,
    reader,
    marking="shareable",
    category="ordinary",
    *,
    of="health",
    purpose="safeguarding_s47",
    **by,
):
    return policies.may_see(reader, [Label("home", of, marking, category)], purpose, by.get("grant", "none"))[
        0
    ].allowed


def does(policies, reader, act, purpose="safeguarding_s47"):
    return policies.may_do(reader, act, purpose).allowed


def test_the_shipped_sets_are_the_default_and_the_hubs_of_the_report():
    assert sorted(folder.name for folder in POLICY_SETS.iterdir()) == sorted(("default", *NAMES))


def test_merton_contributors_mark_what_can_be_shared_and_the_pro_forma_takes_exactly_that():
    merton, sergeant = hub("merton"), worker("contributor")
    assert all(sees(merton, sergeant, purpose=purpose) for purpose in SAFEGUARDING)
    assert not sees(merton, sergeant, "ask_originator")
    assert not sees(merton, sergeant, "restricted")
    assert not sees(merton, sergeant, category="sexual_health")
    assert not sees(merton, sergeant, purpose="crime_prevention")
    assert does(merton, sergeant, "mark")
    assert does(merton, sergeant, "chronology")
    assert not sees(DEFAULT, sergeant)


def test_brent_sees_all_notifications_to_police_and_authority_and_locality_teams_spot_repeats():
    brent = hub("brent")
    for mine, other in (("police", "social_care"), ("social_care", "police")):
        reader = worker("contributor", mine)
        assert sees(brent, reader, of=other)
        assert sees(brent, reader, "ask_originator", of=other)
        assert not sees(brent, reader, "restricted", of=other)
        assert not sees(brent, reader, category="police_intelligence", of=other)
        assert not sees(brent, reader, of="health")
        assert does(brent, reader, "paths")
    nurse = worker("contributor", "health")
    assert not sees(brent, nurse, of="police")
    assert not does(brent, nurse, "paths")


def test_the_tri_borough_analyst_finds_patterns_in_intelligence_under_pseudonyms():
    tri_borough, analyst = hub("tri_borough"), worker("analyst", "social_care")
    for purpose in ("emerging_harm", "crime_prevention"):
        assert sees(tri_borough, analyst, category="police_intelligence", of="police", purpose=purpose)
        assert does(tri_borough, analyst, "network", purpose)
        assert does(tri_borough, analyst, "reveal", purpose)
        assert not tri_borough.may_show(analyst, "identity", purpose).allowed
    assert not sees(tri_borough, analyst, category="police_intelligence", of="police", purpose="data_quality")
    assert not sees(tri_borough, analyst, category="sexual_health", purpose="emerging_harm")
    assert not does(tri_borough, analyst, "reveal", "marac")


def test_lewisham_intelligence_informs_marac_and_no_referral_is_printed():
    lewisham, coordinator = hub("lewisham"), worker("marac_coordinator", "social_care")
    intelligence = {"category": "police_intelligence", "of": "police", "purpose": "marac"}
    assert sees(lewisham, coordinator, grant="meeting_list", **intelligence)
    assert not sees(lewisham, coordinator, **intelligence)
    assert not sees(lewisham, coordinator, category="adoption", purpose="marac", grant="meeting_list")
    for role, act in product(ROLES, ("print", "export")):
        assert not any(does(lewisham, worker(role), act, purpose) for purpose in PURPOSES)
    assert does(DEFAULT, worker("contributor"), "print")
    assert does(lewisham, coordinator, "marac_pack", "marac")


def test_tower_hamlets_is_open_to_the_team_with_restriction_file_by_file():
    tower_hamlets, officer = hub("tower_hamlets"), worker("contributor")
    assert sees(tower_hamlets, officer)
    assert sees(tower_hamlets, officer, "ask_originator", purpose="crime_prevention")
    assert not sees(tower_hamlets, officer, "restricted")
    assert not sees(tower_hamlets, officer, category="adoption")
    assert not sees(tower_hamlets, officer, purpose="service_planning")
    assert all(does(tower_hamlets, officer, act) for act in ("findings", "restriction", "end_grant"))
    assert not does(tower_hamlets, officer, "release")


SPOKEN_OF = {
    "brent": "contributor",
    "lewisham": "marac_coordinator",
    "merton": "contributor",
    "tower_hamlets": "contributor",
    "tri_borough": "analyst",
}
LABELS = [
    Label(at, agency, marking, category)
    for at, agency, marking, category in product(
        ("home", "next"),
        ("police", "health"),
        ("shareable", "restricted"),
        ("ordinary", "police_intelligence", "adoption"),
    )
]
FEW_PURPOSES = ("safeguarding_s47", "marac", "service_planning", "audit")


@pytest.mark.parametrize("name", NAMES)
def test_a_set_changes_what_it_names_and_nothing_else(name):
    """Whoever is not spoken of above sees and does what they do by default, printing apart."""
    policies = hub(name)
    for role in sorted(set(ROLES) - {SPOKEN_OF[name]}):
        reader = worker(role)
        for purpose, grant in product(FEW_PURPOSES, ("none", "break_glass")):
            pairs = (one.may_see(reader, LABELS, purpose, grant) for one in (policies, DEFAULT))
            mine, usual = ([one.allowed for one in decisions] for decisions in pairs)
            assert mine == usual, (role, purpose, grant)
        for act, purpose in product(
            set(ACTS) - {"print", "export", "extract"}, ("safeguarding_s47", "audit")
        ):
            assert does(policies, reader, act, purpose) == does(DEFAULT, reader, act, purpose)


@pytest.mark.parametrize("name", NAMES)
def test_no_set_opens_what_stays_shut_everywhere(name):
    policies = hub(name)
    for role, purpose, grant in product(ROLES, FEW_PURPOSES, GRANTS):
        decisions = policies.may_see(worker(role), LABELS, purpose, grant)
        opened = {label for label, one in zip(LABELS, decisions, strict=True) if one.allowed}
        assert not any(label.hub == "next" for label in opened)
        if role not in ("decision_maker", "operator"):
            assert not any(label.category == "adoption" for label in opened)
        assert not (opened and (role in WITHOUT_CASES or purpose == "audit"))
    for field, purpose in product(FIELDS, PURPOSES):
        assert not policies.may_show(worker("analyst"), field, purpose, FieldContext()).allowed


def test_a_set_without_its_own_rules_would_be_the_default():
    assert DEFAULT.digest == Policies.load(DEFAULT_POLICIES).digest
    assert len({hub(name).digest for name in NAMES} | {DEFAULT.digest}) == len(NAMES) + 1
