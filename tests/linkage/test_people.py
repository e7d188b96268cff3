import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage import (
    Rulings,
    carry_identity,
    describe_people,
    people_of,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]


@dataclass(frozen=True)
class Judgement:
    record_id_a: str
    record_id_b: str
    decision: str


@dataclass(frozen=True)
class Seal:
    protected_record_ids: frozenset[str] = field(default_factory=frozenset)
    other_record_ids: frozenset[str] = field(default_factory=frozenset)


AMINA = {
    "given": "Amina",
    "family": "Okonkwo",
    "born": "2011-05-17",
    "sex": "female",
    "postcode": "ZZ1 2AB",
    "address": "14 Larch Way",
}


def build(connection: Snapshot, scope: Scope, rulings: Rulings | None = None) -> dict[str, str]:
    rulings = rulings or Rulings()
    calibration = shipped_calibration()
    standardise(connection, calibration)
    score_pairs(connection, calibration, rulings.seals)
    resolve_people(connection, scope, calibration, rulings)
    return memberships(connection, scope)


def memberships(connection: Snapshot, scope: Scope) -> dict[str, str]:
    return dict(
        connection.execute(
            "SELECT record_id, person_id FROM membership WHERE scope = ?", [scope.name]
        ).fetchall()
    )


XIAOMING = {
    "given": "Xiaoming",
    "family": "Chen",
    "born": "2011-05-17",
    "sex": "male",
    "postcode": "ZZ1 2AB",
    "address": "14 Larch Way",
    "phone": "07700900123",
    "feed": "education",
}


@pytest.mark.parametrize(
    ("other", "people"),
    [
        ({}, 1),
        ({"feed": "education"}, 2),
        ({"sex": "female"}, 2),
        ({"sex": None}, 2),
        ({"given": "Weiguo"}, 2),
        ({"given": "Oluwaseun"}, 2),
        # Whoever moved was born on the day that they were born on.
        ({"postcode": "ZZ9 9ZZ", "address": "3 Mill Lane", "phone": None}, 1),
        ({"postcode": "ZZ9 9ZZ", "address": "3 Mill Lane", "phone": None, "born": "2011-05-18"}, 2),
    ],
)
def test_a_child_under_a_chinese_and_an_english_name_is_one_person_where_nothing_tells_two_apart(
    snapshot: Snapshot, hub: Scope, put_record: Put, other: dict[str, Any], people: int
) -> None:
    jason = {**XIAOMING, "given": "Jason", "feed": "health", **other}
    put_record(snapshot, "education:1", **XIAOMING)
    put_record(snapshot, "health:1", **{key: value for key, value in jason.items() if value is not None})
    assert len(set(build(snapshot, hub).values())) == people
    again = people_of(snapshot, hub, ["education:1"], shipped_calibration())["education:1"]
    assert len(again.record_ids) == 3 - people


@pytest.mark.parametrize("family", ["Bibi", "Hussain"])
def test_a_sisters_number_on_a_form_merges_no_twins_whom_one_agency_holds_side_by_side(
    snapshot: Snapshot, hub: Scope, put_record: Put, family: str
) -> None:
    sabina = {**XIAOMING, "given": "Sabina", "family": "Hussain", "sex": "female", "feed": "housing"}
    parvin = {**sabina, "given": "Parvin", "family": family}
    put_record(snapshot, "housing:1", **sabina)
    put_record(snapshot, "housing:2", **parvin)
    put_record(snapshot, "practice:1", **{**sabina, "feed": "practice", "nhs": "9990000018"})
    put_record(snapshot, "hospital:1", **{**parvin, "feed": "hospital", "nhs": "9990000018"})
    person = build(snapshot, hub)
    assert person["housing:1"] == person["practice:1"]
    assert person["housing:2"] == person["hospital:1"]
    assert person["housing:1"] != person["housing:2"]


def test_a_twins_number_on_a_form_merges_no_twins_where_another_agency_knows_the_child_by_its_own(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    holly = {**XIAOMING, "given": "Holly", "family": "Elcombe", "sex": "female", "feed": "practice"}
    put_record(snapshot, "practice:1", **{**holly, "nhs": "9990000018"})
    put_record(snapshot, "practice:2", **{**holly, "given": "Wendy", "nhs": "9990000026"})
    put_record(snapshot, "hospital:1", **{**holly, "feed": "hospital", "nhs": "9990000026"})
    person = build(snapshot, hub)
    assert person["practice:1"] == person["hospital:1"] != person["practice:2"]


def test_a_record_that_fits_one_twin_by_name_and_the_other_by_home_is_neither(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    """Freddie Jacob and Jacob are twins who moved; an agency wrote down Freddie Jacob where only Jacob is known to live."""
    freddie = {**XIAOMING, "given": "Freddie Jacob", "family": "Jones", "phone": None, "feed": "practice"}
    jacob, other_home = {**freddie, "given": "Jacob"}, {"postcode": "ZZ9 9ZZ", "address": "81 Quarry Road"}
    put_record(snapshot, "practice:1", **{**freddie, "nhs": "9990000018"})
    put_record(snapshot, "practice:2", **{**jacob, "nhs": "9990000026"})
    put_record(snapshot, "hospital:2", **{**jacob, **other_home, "feed": "hospital", "nhs": "9990000026"})
    put_record(snapshot, "police:1", **{**freddie, **other_home, "feed": "police"})
    person = build(snapshot, hub)
    assert person["practice:2"] == person["hospital:2"]
    assert person["police:1"] not in (person["practice:1"], person["practice:2"])


def test_an_agency_that_holds_both_names_keeps_the_records_of_every_other_apart_too(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "education:1", **XIAOMING)
    put_record(snapshot, "health:1", **{**XIAOMING, "feed": "health"})
    put_record(snapshot, "police:1", **{**XIAOMING, "given": "Jason", "feed": "police"})
    put_record(snapshot, "education:2", **{**XIAOMING, "given": "Jason"})
    person = build(snapshot, hub)
    assert person["education:1"] == person["health:1"]
    assert person["education:2"] == person["police:1"]
    assert person["education:1"] != person["police:1"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"given": "Aminah"},
        {"given": "Okonkwo", "family": "Amina"},
        {"born": "2011-05-18"},
        {"family": "Okonkwo-Bello"},
        {"address": "14 Larch Wy", "postcode": "ZZ1 2AD"},
        {"sex": None},
    ],
)
def test_one_child_described_twice_is_one_person(
    snapshot: Snapshot, hub: Scope, put_record: Put, change: dict[str, Any]
) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "health:1", **(AMINA | change))
    assert len(set(build(snapshot, hub).values())) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"given": "Blessing"},  # a twin
        {"given": "Chidi", "born": "2014-01-09", "sex": "male"},  # a brother
        {"born": "1985-03-02"},  # a mother of the same name
        {"given": "Lena", "family": "Novak", "born": "1979-11-30"},
    ],
)
def test_two_of_one_household_are_two_people(
    snapshot: Snapshot, hub: Scope, put_record: Put, change: dict[str, Any]
) -> None:
    put_record(snapshot, "police:1", **AMINA, phone="+447700900001")
    put_record(snapshot, "health:1", **(AMINA | change), phone="+447700900001")
    assert len(set(build(snapshot, hub).values())) == 2


def test_a_siblings_number_on_a_form_joins_nobody(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "health:1", **AMINA, nhs="9990000018")
    put_record(
        snapshot,
        "education:1",
        **(AMINA | {"given": "Chidi", "born": "2014-01-09", "sex": "male"}),
        nhs="9990000018",
    )
    assert len(set(build(snapshot, hub).values())) == 2


def test_records_without_names_or_dates_stand_alone(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "police:1")
    put_record(snapshot, "police:2", given="Amina")
    put_record(snapshot, "police:3", phone="+447700900001")
    assert len(set(build(snapshot, hub).values())) == 3


def test_a_feed_without_duplicates_gives_a_person_one_record(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    for record_id in ("gp:1", "gp:2"):
        put_record(snapshot, record_id, **AMINA, feed="gp", duplicate_free=True)
    put_record(snapshot, "police:1", **AMINA)
    people = build(snapshot, hub)
    assert people["gp:1"] != people["gp:2"]


def test_seals_and_judgements_bind(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    for record_id in ("police:1", "health:1", "education:1"):
        put_record(snapshot, record_id, **AMINA)
    put_record(snapshot, "housing:1", given="Someone", family="Else", born="1990-02-03")
    sealed = Rulings(seals=(Seal(frozenset({"police:1"}), frozenset({"health:1"})),))
    people = build(snapshot, hub, sealed)
    assert people["police:1"] != people["health:1"]
    pairs = snapshot.execute("SELECT record_id_a, record_id_b FROM link ORDER BY ALL").fetchall()
    assert ("health:1", "police:1") not in pairs
    judged = Rulings(
        (Judgement("education:1", "housing:1", "same"), Judgement("health:1", "police:1", "not_same"))
    )
    people = build(snapshot, hub, judged)
    assert people["education:1"] == people["housing:1"]
    assert people["police:1"] != people["health:1"]


def test_kin_are_two_people_and_a_parent_is_no_infant(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    home = {"family": "Raja", "sex": "male", "postcode": "ZZ1 2AB", "address": "14 Larch Way"}
    put_record(snapshot, "education:contact", given="Ahmed", **home)
    put_record(snapshot, "education:pupil", given="Bilal", born="2015-02-02", **home)
    put_record(snapshot, "health:baby", given="Ahmed", born="2025-06-07", **home)
    together = build(snapshot, hub)
    assert together["education:contact"] == together["health:baby"]
    snapshot.execute(
        "INSERT INTO relationship VALUES ('education:contact', 'education:pupil', 'parent', NULL, NULL, 0)"
    )
    people = build(snapshot, hub)
    assert people["education:contact"] != people["health:baby"]
    found = people_of(snapshot, hub, ["education:contact"], shipped_calibration())
    assert found["education:contact"].record_ids == ("education:contact",)


def test_a_parent_too_young_by_the_same_record_says_that_a_childs_day_of_birth_is_wrong(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    home = {"family": "Raja", "sex": "male", "postcode": "ZZ1 2AB", "address": "14 Larch Way"}
    put_record(snapshot, "social_care:parent", given="Ahmed", born="2003-06-07", **home)
    put_record(snapshot, "social_care:child", given="Bilal", born="2012-02-02", **home)
    put_record(snapshot, "health:1", given="Ahmed", born="2003-06-07", **home)
    put_record(snapshot, "education:pupil", given="Bilal", born="2012-02-02", **home)
    put_record(snapshot, "education:contact", given="Ahmed", **home)
    snapshot.execute(
        "INSERT INTO relationship VALUES ('social_care:parent', 'social_care:child', 'parent', NULL, NULL, 0),"
        " ('education:contact', 'education:pupil', 'parent', NULL, NULL, 0)"
    )
    people = build(snapshot, hub)
    assert people["social_care:parent"] == people["health:1"]
    # A record that gives no age of its own is still of a grown-up.
    assert people["education:contact"] != people["health:1"]


NAMES = st.sampled_from(
    [
        ("Amina", "Okonkwo"),
        ("Aminah", "Okonkwo"),
        ("Blessing", "Okonkwo"),
        ("Chidi", "Okonkwo"),
        (None, "Okonkwo"),
    ]
)
RECORD = st.fixed_dictionaries(
    {
        "name": NAMES,
        "born": st.sampled_from([None, "2011-05-17", "2011-05-18", "1985-03-02"]),
        "postcode": st.sampled_from(["ZZ1 2AB", "ZZ1 2AD"]),
        "nhs": st.sampled_from([None, "9990000018", "9990000026"]),
        "label": st.sampled_from([0, 0, 0, 1]),
    }
)


def fill(connection: Snapshot, put: Put, records: list[tuple[int, dict[str, Any]]]) -> None:
    for number, facts in records:
        kept = {key: value for key, value in facts.items() if key != "name" and value is not None}
        put(
            connection,
            f"police:{number}",
            given=facts["name"][0],
            family=facts["name"][1],
            address="14 Larch Way",
            **kept,
        )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORD, min_size=2, max_size=9), seed=st.integers(0, 99))
def test_people_depend_on_the_rows_in_scope_alone(
    new_snapshot: Callable[[], Snapshot],
    put_record: Put,
    hub: Scope,
    ordinary: Scope,
    records: list[dict[str, Any]],
    seed: int,
) -> None:
    numbered = list(enumerate(records))
    shuffled = random.Random(seed).sample(numbered, len(numbered))
    calibration = shipped_calibration()
    with new_snapshot() as whole, new_snapshot() as without:
        fill(whole, put_record, shuffled)
        fill(without, put_record, [(number, facts) for number, facts in numbered if facts["label"] == 0])
        seen = build(whole, ordinary)
        assert seen == build(without, ordinary), "neither hidden rows nor the order of rows may move a person"
        links = "SELECT record_id_a, record_id_b, weight, rule, comparisons FROM link ORDER BY ALL"
        assert set(without.execute(links).fetchall()) <= set(whole.execute(links).fetchall())
        for record_id, person_id in seen.items():
            found = people_of(whole, ordinary, [record_id], calibration)[record_id]
            assert found.record_ids == tuple(sorted(other for other in seen if seen[other] == person_id))
            assert found.person_id == person_id


def test_ids_outlive_a_rebuild_and_tell_of_merges_and_splits(
    new_snapshot: Callable[[], Snapshot], hub: Scope, put_record: Put, tmp_path: Any
) -> None:
    history: list[dict[str, tuple[str, int, str]]] = []
    previous = None
    rulings = [Rulings(), Rulings(), Rulings((Judgement("police:1", "police:9", "same"),)), Rulings()]
    for build_number, ruled in enumerate(rulings, start=1):
        with new_snapshot() as connection:
            put_record(connection, "police:1", **AMINA)
            put_record(connection, "health:1", **AMINA)
            put_record(connection, "police:9", given="Lena", family="Novak", born="1979-11-30")
            build(connection, hub, ruled)
            carry_identity(connection, hub, previous, build_number)
            describe_people(connection, hub)
            current = connection.execute(
                "SELECT record_id, person_id, since_build, cause FROM identity WHERE until_build IS NULL"
            ).fetchall()
            assert {row[0]: row[1] for row in current} == memberships(connection, hub)
            history.append({row[0]: row[1:] for row in current})
            previous = tmp_path / f"{build_number}.duckdb"
            connection.execute(
                f"ATTACH '{previous}' AS kept; CREATE TABLE kept.identity AS FROM identity; DETACH kept"
            )
    first, second, merged, split = history
    assert second == first
    assert merged["police:9"] == (first["police:1"][0], 3, "merge")
    assert merged["police:1"] == first["police:1"]
    assert split["police:9"][1:] == (4, "split")
    assert split["police:9"][0] not in {first["police:1"][0]}


def test_a_person_is_described_by_what_most_records_say(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "police:1", **(AMINA | {"given": "AMINA"}))
    put_record(snapshot, "police:2", **(AMINA | {"given": "AMINA"}))
    put_record(snapshot, "health:1", **AMINA)
    put_record(snapshot, "education:1", **(AMINA | {"given": "Aminah"}))
    put_record(snapshot, "education:2", **(AMINA | {"given": "Aminah"}))
    build(snapshot, hub)
    carry_identity(snapshot, hub, None, 1)
    describe_people(snapshot, hub)
    assert snapshot.execute(
        "SELECT given_name, agencies, record_count, anchor_record_id FROM person"
    ).fetchall() == [("Amina", ["education", "health", "police"], 5, "education:1")]


def test_a_twin_whose_given_name_is_nearly_the_family_name_stays_apart(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    home = {"born": "2018-11-10", "sex": "female", "postcode": "ZZ1 3DJ", "address": "1 Larch Way"}
    put_record(snapshot, "school:1", given="Dung", family="Dang", **home)
    put_record(snapshot, "health:1", given="Quynh", family="Dang", **home)
    person = build(snapshot, hub)
    assert person["school:1"] != person["health:1"]


def test_a_brother_and_sister_stay_apart_though_a_form_gives_both_one_number(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    twins = {"family": "Palmer", "born": "2003-02-03", "nhs": "9990000018"}
    put_record(snapshot, "hospital:1", given="Isaac", sex="male", postcode="ZZ1 9SA", **twins)
    put_record(snapshot, "practice:1", given="Emma", sex="female", postcode="ZZ2 2TH", **twins)
    person = build(snapshot, hub)
    assert person["hospital:1"] != person["practice:1"]


@pytest.mark.parametrize(
    ("full", "stated", "sex"),
    [("Mrs Anna Hart", None, "female"), ("MR HART", None, "male"), ("Mr Hart", "female", "female"), ("Mirza Beg", None, None)],
)  # fmt: skip
def test_a_title_tells_the_sex_that_is_not_stated(
    snapshot: duckdb.DuckDBPyConnection, full: str, stated: str | None, sex: str | None
) -> None:
    snapshot.execute(
        "INSERT INTO record BY NAME SELECT 'line:1' AS record_id, 'feed' AS feed, 'line' AS agency, ? AS full_name, ? AS sex,"
        " 0 AS label_id, DATE '2026-01-31' AS extracted_on",
        [full, stated],
    )
    standardise(snapshot, shipped_calibration())
    assert snapshot.execute("SELECT sex FROM comparison_record").fetchall() == [(sex,)]
