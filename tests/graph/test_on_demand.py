"""A scope on demand answers as the standing scope of the same rows does."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from graph import (
    EgoOptions,
    GraphView,
    Kept,
    Pattern,
    PatternOptions,
    changes,
    ego,
    find_pattern,
    groups_around,
    household_history,
    shared_neighbours,
    strongest_paths,
    timeline,
)
from linkage import resolve_households, resolve_incidents, resolve_places
from records.errors import BadInput, NotThere


@dataclass(frozen=True)
class Person:
    person_id: str
    record_ids: tuple[str, ...]
    weights: tuple[float | None, ...]


@pytest.fixture
def both(ash):
    """The standing view of the town with resolved households and incidents, and a view on demand of the same rows."""
    connection = ash.connection
    resolve_places(connection)
    resolve_households(connection, ash.scope)
    resolve_incidents(connection, ash.scope)
    ash.draw()
    people: dict[str, list[str]] = {}
    for record_id, person_id in connection.execute(
        "SELECT record_id, person_id FROM membership ORDER BY ALL"
    ).fetchall():
        people.setdefault(person_id, []).append(record_id)

    def resolve(record_ids):
        return {
            record_id: Person(person_id, tuple(held), (None,) * len(held))
            for person_id, held in people.items()
            for record_id in held
            if record_id in record_ids
        }

    formed = GraphView(connection, replace(ash.scope, name="formed", standing=False), kept=Kept(resolve))
    return GraphView(connection, ash.scope), formed


@pytest.mark.parametrize("hops", [1, 2])
@pytest.mark.parametrize("record_id", ["police:1", "school:1", "police:2", "school:2"])
def test_egos_are_the_same(both, record_id, hops):
    standing, formed = both
    person_id = formed.person_of(record_id)
    assert person_id == standing.person_of(record_id)
    assert ego(formed, person_id, EgoOptions(hops=hops)) == ego(standing, person_id, EgoOptions(hops=hops))


def test_paths_shared_neighbours_timelines_and_households_are_the_same(both):
    standing, formed = both
    one, other = formed.person_of("school:1"), formed.person_of("school:2")
    assert strongest_paths(formed, one, other) == strongest_paths(standing, one, other)
    assert shared_neighbours(formed, one, other) == shared_neighbours(standing, one, other)
    assert timeline(formed, [one]) == timeline(standing, [one])
    assert household_history(formed, one) == household_history(standing, one)


def test_changes_groups_and_patterns_are_the_same(both):
    standing, formed = both
    one = formed.person_of("school:1")
    days = (date(2024, 12, 31), date(2025, 12, 31))
    assert changes(formed, one, *days, EgoOptions(hops=2)) == changes(
        standing, one, *days, EgoOptions(hops=2)
    )
    assert groups_around(formed, one) == groups_around(standing, one)
    assert groups_around(formed, one).groups
    sought = Pattern.model_validate({"tied": [{"over": ["place", "vehicle", "incident"], "at_least": 2}]})
    asked = PatternOptions(date(2026, 8, 31), (one,))
    assert find_pattern(formed, sought, asked) == find_pattern(standing, sought, asked)
    assert find_pattern(formed, sought, asked).matches
    with pytest.raises(BadInput, match="name people"):
        find_pattern(formed, sought, replace(asked, around=()))


@pytest.mark.parametrize("node_id", ["place:ZQ11AA:9:Q", "vehicle:QA12ABC", "incident:police:e1"])
def test_what_is_around_a_thing_is_the_same(both, node_id):
    standing, formed = both
    shown = ego(formed, node_id, EgoOptions(hops=1))
    assert shown == ego(standing, node_id, EgoOptions(hops=1))
    assert len(shown.nodes) > 2
    with pytest.raises(NotThere):
        ego(formed, "place:nowhere")


def test_nobody_comes_into_view_by_guessing_an_id(both):
    _, formed = both
    with pytest.raises(NotThere):
        ego(formed, "a")
    with pytest.raises(NotThere):
        formed.person_of("police:none")


def test_a_scope_that_does_not_stand_needs_someone_to_form_its_people(ash):
    with pytest.raises(BadInput, match="calibration"):
        GraphView(ash.connection, replace(ash.scope, standing=False))


def test_asking_leaves_no_temporary_table_behind(both):
    _, formed = both
    ego(formed, formed.person_of("school:1"))
    left = formed.connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert left == []
