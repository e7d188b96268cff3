"""Patterns: what they find on the hand-made town, against a search by hand on random towns, and whatever is asked."""

import re
import tomllib
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from graph import GraphView, Pattern, PatternOptions, find_pattern, pattern_search
from records.errors import BadInput, NotThere

TODAY = PatternOptions(date(2026, 8, 31))
ADULTS = {
    "title": "Adults tied to unrelated children over one address or vehicle",
    "find": {"age_from": 18},
    "tied": [
        {"to": {"age_to": 15}, "over": ["place", "vehicle"], "at_least": 2, "at_one": True, "unrelated": True}
    ],
}


def pattern(**changed):
    return Pattern.model_validate(ADULTS | {"tied": [ADULTS["tied"][0] | changed]})


@pytest.fixture
def flat(town):
    """An adult at a flat where two children of one family and one of another stayed; a neighbour with nobody."""
    for record_id, person_id, name, born in (
        ("police:1", "adult", "Cal Moor", date(1990, 1, 1)),
        ("police:2", "other", "Eve Lowe", date(1985, 1, 1)),
        ("school:1", "ann", "Ann Ash", date(2012, 3, 1)),
        ("school:2", "ben", "Ben Ash", date(2013, 3, 1)),
        ("school:3", "dee", "Dee Rowan", date(2012, 6, 1)),
        ("care:1", "mother", "Amira Ash", date(1984, 1, 1)),
    ):
        town.record(record_id, person_id, name)
        town.connection.execute(
            "UPDATE person SET date_of_birth = ?, sex = 'female' WHERE person_id = ?", [born, person_id]
        )
    town.address("police:1", "9 Quay Street", date(2024, 2, 1))
    town.address("police:2", "1 Mill Lane", date(2024, 2, 1))
    for record_id in ("school:1", "school:2"):
        town.address(record_id, "9 Quay Street", date(2025, 2, 1), date(2025, 9, 1))
        town.related("care:1", "parent", record_id)
    town.event(
        "police:e1",
        "2026-04-01",
        {"school:3": "victim", "police:1": "suspect"},
        place="9 Quay St",
        postcode="ZQ1 1AA",
    )
    return GraphView(town.draw(), town.scope)


def who(found):
    return [match.person.node_id for match in found.matches]


def test_an_adult_at_one_flat_with_children_of_two_families_is_found_with_the_evidence(flat):
    found = find_pattern(flat, pattern(), TODAY)
    assert found.words == (
        "People of 18 and over tied to 2 or more families of unrelated people under 16, over the same address or vehicle"
        " that at most 50 people share, as known on 31 August 2026."
    )
    (match,) = found.matches
    (tie,) = match.ties
    assert (match.person.node_id, match.count, tie.thing.node_id) == ("adult", 2, "place:ZQ11AA:9:Q")
    assert {other.node_id for other in tie.others} == {"ann", "ben", "dee"}
    assert len(tie.sentences) == len(tie.edges)
    assert (
        "Dee Rowan was victim in something that happened at 9 Quay Street, ZQ1 1AA (1 April 2026, according to police)."
        in tie.sentences
    )
    assert all(edge.record_ids for edge in tie.edges)


def test_brothers_and_sisters_are_one_family_and_own_children_are_none(flat):
    assert who(find_pattern(flat, pattern(at_least=3), TODAY)) == []
    assert who(find_pattern(flat, pattern(at_least=3, unrelated=False), TODAY)) == ["adult"]
    flat.connection.execute(
        "UPDATE edge SET source_id = 'adult' WHERE source_id = 'mother' AND kind = 'parent'"
    )
    again = GraphView(flat.connection, flat.scope)
    assert who(find_pattern(again, pattern(), TODAY)) == []


def test_days_are_those_of_each_tie(flat):
    assert who(find_pattern(flat, pattern(since=date(2025, 6, 1)), TODAY)) == ["adult"]
    assert who(find_pattern(flat, pattern(since=date(2026, 3, 1)), TODAY)) == []
    early = PatternOptions(date(2026, 3, 31))
    assert who(find_pattern(flat, pattern(), early)) == []
    # On that day they had not turned 18 nor, later, 16.
    assert who(find_pattern(flat, pattern(), PatternOptions(date(2029, 8, 31)))) == []


def test_roles_kinds_and_what_must_not_be(flat):
    met = pattern(
        over=["place"], kinds=["involved_at"], own_role=["suspect"], their_role=["victim"], at_least=1
    )
    assert who(find_pattern(flat, met, TODAY)) == ["adult"]
    turned = pattern(over=["place"], own_role=["victim"], at_least=1, at_one=False)
    assert who(find_pattern(flat, turned, TODAY)) == []
    parents = Pattern.model_validate(
        {"tied": [{"directly": ["parent"], "to": {"age_to": 15}, "at_least": 2}]}
    )
    assert who(find_pattern(flat, parents, TODAY)) == ["mother"]
    nobodys = Pattern.model_validate(ADULTS | {"not_tied": [{"over": ["incident"], "own_role": ["suspect"]}]})
    assert who(find_pattern(flat, nobodys, TODAY)) == []


def test_around_someone_and_over_the_whole_scope_agree_where_both_look(flat):
    near = replace(TODAY, around=("dee",))
    assert find_pattern(flat, pattern(), near) == find_pattern(flat, pattern(), TODAY)
    assert who(find_pattern(flat, pattern(), replace(TODAY, around=("other",)))) == []
    with pytest.raises(NotThere):
        find_pattern(flat, pattern(), replace(TODAY, around=("nobody",)))


def test_what_is_too_wide_is_refused_and_says_how_to_narrow_it(flat, monkeypatch):
    monkeypatch.setattr(pattern_search, "MOST_PAIRS", 1)
    with pytest.raises(BadInput, match="narrower ages"):
        find_pattern(flat, pattern(at_least=1), TODAY)


def test_the_pattern_in_the_documentation_is_one():
    text = (Path(__file__).parents[2] / "docs" / "graph.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert Pattern.model_validate(tomllib.loads(example)).tied[0].since == date(2026, 3, 1)


def test_asking_leaves_nothing_behind(flat):
    find_pattern(flat, pattern(), TODAY)
    left = flat.connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
    ).fetchall()
    assert left == []


@pytest.mark.parametrize(
    ("tie", "reason"),
    [
        ({}, "over"),
        ({"over": ["place"], "directly": ["parent"]}, "over"),
        ({"over": ["castle"]}, "castle"),
        ({"directly": ["enemy"]}, "enemy"),
        ({"over": ["phone"], "own_role": ["victim"]}, "roles"),
        ({"over": ["household"], "unrelated": True}, "household"),
        ({"over": ["place"], "at_least": 0}, "at_least"),
        ({"over": ["place"], "where": "1=1; DROP TABLE edge"}, "where"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused_by_name(tie, reason):
    with pytest.raises(ValidationError, match=reason):
        Pattern.model_validate({"tied": [tie]})


WHO = st.fixed_dictionaries(
    {},
    optional={
        "age_from": st.integers(0, 60),
        "age_to": st.integers(0, 60),
        "sex": st.sampled_from(["female", "male", "other"]),
    },
)
TIE = st.fixed_dictionaries(
    {},
    optional={
        "to": WHO,
        "over": st.lists(
            st.sampled_from(["place", "household", "phone", "vehicle", "organisation", "incident"]),
            max_size=4,
        ),
        "directly": st.lists(
            st.sampled_from(["parent", "child", "partner", "associate", "'; --"]), max_size=2
        ),
        "kinds": st.lists(st.sampled_from(["lived_at", "uses", "involved", "x' OR 1=1"]), max_size=2),
        "own_role": st.lists(st.sampled_from(["victim", "suspect", ""]), max_size=2),
        "at_least": st.integers(0, 4),
        "at_one": st.booleans(),
        "at_once": st.booleans(),
        "unrelated": st.booleans(),
        "since": st.dates(),
        "most_people": st.integers(1, 60),
    },
)
ASKED = st.fixed_dictionaries(
    {"tied": st.lists(TIE, max_size=3)},
    optional={
        "find": WHO,
        "not_tied": st.lists(TIE, max_size=2),
        "as_of": st.dates(),
        "title": st.text(max_size=30),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(asked=ASKED, around=st.booleans())
def test_any_document_is_refused_or_answered_and_never_breaks(flat, asked, around):
    try:
        sought = Pattern.model_validate(asked)
    except ValidationError:
        return
    found = find_pattern(flat, sought, replace(TODAY, around=("adult",) if around else ()))
    assert found.words.endswith(".")
    assert found.total == len(found.matches)
    for match in found.matches:
        assert match.count >= sum(tie.at_least for tie in sought.tied)
        assert match.ties


TIES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=24)


@settings(deadline=None, max_examples=25)
@given(
    ties=TIES,
    ages=st.lists(st.integers(5, 40), min_size=8, max_size=8),
    at_least=st.integers(1, 3),
    one=st.booleans(),
)
def test_a_search_by_hand_finds_the_same_people(ties, ages, at_least, one):
    with duckdb.connect() as connection:
        connection.execute(
            """CREATE TABLE pattern_edge (source_id VARCHAR, target_id VARCHAR, kind VARCHAR, role VARCHAR, valid_from DATE,
               valid_to DATE, known_on DATE, strength DOUBLE);
               CREATE TABLE pattern_node (node_id VARCHAR, kind VARCHAR, degree INTEGER);
               CREATE TABLE pattern_person (person_id VARCHAR, date_of_birth DATE, birth_year INTEGER, sex VARCHAR)"""
        )
        for number, age in enumerate(ages):
            connection.execute(
                "INSERT INTO pattern_person VALUES (?, ?, NULL, NULL)", [f"p{number}", date(2026 - age, 1, 1)]
            )
        for thing in range(4):
            connection.execute("INSERT INTO pattern_node VALUES (?, 'place', 8)", [f"place:{thing}"])
        for person, thing in ties:
            connection.execute(
                "INSERT INTO pattern_edge VALUES (?, ?, 'lived_at', NULL, NULL, NULL, NULL, 0.5)",
                [f"p{person}", f"place:{thing}"],
            )
        sought = Pattern.model_validate(
            {
                "find": {"age_from": 18},
                "tied": [{"to": {"age_to": 15}, "over": ["place"], "at_least": at_least, "at_one": one}],
            }
        )
        found = pattern_search.people_found(connection, sought, date(2026, 8, 31))
    at = defaultdict(set)
    for person, thing in ties:
        at[thing].add(person)
    expected = set()
    for person, age in enumerate(ages):
        met = [
            {other for other in people if ages[other] <= 15 and other != person}
            for people in at.values()
            if person in people
        ]
        most = max(map(len, met), default=0) if one else len(set().union(*met))
        if age >= 18 and most >= at_least:
            expected.add(f"p{person}")
    assert found == expected
