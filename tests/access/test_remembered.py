"""People found before are given again only where they would be found again."""

from dataclasses import replace

import pytest

from access.person import remembered
from access.person.people import KnownPerson
from access.person.remembered import RememberedPeople
from records.scope import Scope

SCOPE = Scope("home:manager::1f", frozenset({0, 2}))
CALIBRATION, JUDGEMENTS, SEALS = object(), {}, ()
RESTS_ON = (CALIBRATION, JUDGEMENTS, SEALS)


def somebody(person_id: str) -> KnownPerson:
    return KnownPerson(
        person_id, (f"a:{person_id}",), None, None, None, None, None, None, None, None, False, ("a",)
    )


def test_a_reader_of_the_same_scope_meets_those_found_before() -> None:
    people = RememberedPeople()
    people.of(SCOPE, RESTS_ON).by_id["p1"] = somebody("p1")
    assert people.of(replace(SCOPE), RESTS_ON).by_id.keys() == {"p1"}


@pytest.mark.parametrize(
    ("scope", "rests_on"),
    [
        (replace(SCOPE, label_ids=frozenset({0})), RESTS_ON),
        (replace(SCOPE, added_record_ids=frozenset({"a:9"})), RESTS_ON),
        (replace(SCOPE, removed_record_ids=frozenset({"a:p1"})), RESTS_ON),
        (replace(SCOPE, name="home:manager::2e"), RESTS_ON),
        (SCOPE, (object(), JUDGEMENTS, SEALS)),
        (SCOPE, (CALIBRATION, {"a judgement": "not_same"}, SEALS)),
        (SCOPE, (CALIBRATION, JUDGEMENTS, ("a seal",))),
    ],
)
def test_nobody_is_carried_over_to_another_scope_or_past_a_ruling(
    scope: Scope, rests_on: tuple[object, ...]
) -> None:
    people = RememberedPeople()
    people.of(SCOPE, RESTS_ON).by_id["p1"] = somebody("p1")
    assert not people.of(scope, rests_on).by_id


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_PEOPLE", 3)
    people = RememberedPeople()
    for number in range(10):
        shelf = people.of(replace(SCOPE, name=f"s{number}"), RESTS_ON)
        shelf.by_id[f"p{number}"] = somebody(f"p{number}")
    kept = [len(people.of(replace(SCOPE, name=f"s{number}"), RESTS_ON).by_id) for number in range(10)]
    assert sum(kept) <= 4


def test_readers_of_one_standing_scope_who_are_told_other_sources_keep_what_each_found() -> None:
    people = RememberedPeople()
    told = replace(SCOPE, source_label_ids=frozenset({2}))
    people.of(SCOPE, RESTS_ON).by_id["p1"] = somebody("p1")
    people.of(told, RESTS_ON).by_id["p2"] = somebody("p2")
    assert people.of(SCOPE, RESTS_ON).by_id.keys() == {"p1"}
    assert people.of(told, RESTS_ON).by_id.keys() == {"p2"}


def test_scopes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_SCOPES", 3)
    people = RememberedPeople()
    first = people.of(SCOPE, RESTS_ON)
    for number in range(10):
        people.of(replace(SCOPE, name=f"s{number}"), RESTS_ON)
    assert people.of(SCOPE, RESTS_ON) is not first
