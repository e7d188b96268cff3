"""What feeds get wrong, through the tables the build fills: nothing breaks, nothing is invented, and hubs stay hubs."""

from datetime import date

import pytest

from graph import (
    EgoOptions,
    GraphView,
    PathOptions,
    changes,
    ego,
    egos,
    groups_around,
    household_history,
    strongest_paths,
    timeline,
    write_graph,
)
from records.errors import BadInput


def test_a_tie_to_oneself_is_no_tie(town):
    town.record("police:1", "a", "Amira Ash")
    town.record("school:1", "a", "Amira Ash")
    for kind in ("parent", "child", "partner", "sibling"):
        town.related("police:1", kind, "police:1")
        town.related("police:1", kind, "school:1")
    view = GraphView(town.draw(), town.scope)
    assert town.connection.execute("SELECT count(*) FROM edge WHERE source_id = target_id").fetchone() == (0,)
    assert [node.node_id for node in ego(view, "a").nodes] == ["a"]
    assert groups_around(view, "a").groups == ()


def test_an_event_before_birth_is_kept_as_stated(town):
    town.record("police:1", "a", "Amira Ash", date_of_birth=date(2015, 5, 1))
    town.record("police:2", "b", "Ben Moor")
    town.event("police:e1", "2009-03-01", {"police:1": "victim", "police:2": "suspect"})
    view = GraphView(town.draw(), town.scope)
    (edge,) = [one for one in ego(view, "a").edges if one.source_id == "a"]
    assert (edge.role, edge.valid_from, edge.event_ids) == ("victim", date(2009, 3, 1), ("police:e1",))
    assert [event.started_at.date() for event in timeline(view, ["a"])] == [date(2009, 3, 1)]


def test_a_circle_of_guardianship_ends_every_walk(town):
    ring = ["a", "b", "c", "d"]
    for number, person_id in enumerate(ring):
        town.record(f"care:{number}", person_id, f"Person {person_id}")
    for number in range(4):
        town.related(f"care:{number}", "carer", f"care:{(number + 1) % 4}")
        town.related(f"care:{number}", "parent", f"care:{(number + 1) % 4}")
    view = GraphView(town.draw(), town.scope)
    assert {node.node_id: node.hop for node in ego(view, "a", EgoOptions(hops=4)).nodes} == {
        "a": 0,
        "b": 1,
        "d": 1,
        "c": 2,
    }
    first, second = strongest_paths(view, "a", "c", PathOptions(most=5))
    assert {first.nodes[1].node_id, second.nodes[1].node_id} == {"b", "d"}
    # Each is the child of the one before and the parent of the one after; both stand, from both ends.
    assert {(edge.kind, edge.target_id) for edge in view.edges_of(["a"])} == {
        ("carer", "b"),
        ("parent", "b"),
        ("cared_for", "d"),
        ("child", "d"),
    }
    (group,) = groups_around(view, "a").groups
    assert {member.node.node_id for member in group.members} == set(ring)


def test_an_event_with_nobody_in_it_is_no_node_and_breaks_nothing(town):
    town.record("police:1", "a", "Amira Ash")
    town.event("police:e1", "2025-03-01", {}, place="1 Mill Lane", postcode="ZQ1 1AA")
    town.event("police:e2", "2025-03-02", {"police:1": "victim"})
    view = GraphView(town.draw(), town.scope)
    assert [node.node_id for node in ego(view, "a").nodes] == ["a", "incident:police:e2"]
    nodes = {row[0] for row in town.connection.execute("SELECT node_id FROM node").fetchall()}
    assert nodes == {"a", "incident:police:e2"}


@pytest.mark.parametrize(("precision", "name"), [("year", "incident 2019"), ("month", "incident 2019-01")])
def test_a_date_with_only_a_year_counts_from_its_first_day_and_is_named_by_the_year(town, precision, name):
    town.record("police:1", "a", "Amira Ash", birth_year=1990)
    town.event("police:e1", "2019-01-01", {"police:1": "victim"}, date_precision=precision)
    view = GraphView(town.draw(), town.scope)
    assert [(event.started_at.date(), event.date_precision) for event in timeline(view, ["a"])] == [
        (date(2019, 1, 1), precision)
    ]
    assert len(ego(view, "a", EgoOptions(as_of=date(2018, 12, 31))).nodes) == 1
    assert [node.name for node in ego(view, "a", EgoOptions(as_of=date(2019, 1, 1))).nodes] == [
        "Amira Ash",
        name,
    ]


@pytest.mark.parametrize(
    ("precision", "told"), [("year", "in 2019"), ("month", "in January 2019"), ("day", "1 January 2019")]
)
def test_what_is_told_by_its_year_is_said_by_its_year(town, precision, told):
    town.record("police:1", "a", "Amira Ash")
    town.record("police:2", "b", "Ben Moor")
    town.event(
        "police:e1", "2019-01-01", {"police:1": "victim", "police:2": "suspect"}, date_precision=precision
    )
    view = GraphView(town.draw(), town.scope)
    exact = None if precision == "day" else precision
    (way,) = strongest_paths(view, "a", "b")
    assert [f"({told}, according to police)" in step.sentence for step in way.steps] == [True, True]
    assert {edge.precision for step in way.steps for edge in step.edges} == {exact}
    # The same from every question and in every form.
    assert {edge.precision for edge in egos(view, ["a"]).network("a").edges} == {exact}
    assert {data["precision"] for *_, data in ego(view, "a").to_networkx().edges(data=True)} == {exact}
    first = changes(view, "a", date(2018, 1, 1), date(2019, 12, 31)).changes
    assert {(change.on, change.precision) for change in first} == {(date(2019, 1, 1), exact)}
    assert all(told in change.sentence for change in first)


def test_a_year_recorded_on_a_later_day_is_new_on_that_day(town):
    town.record("police:1", "a", "Amira Ash")
    town.event(
        "police:e1", "2019-01-01", {"police:1": "victim"}, date_precision="year", known_on=date(2019, 8, 10)
    )
    view = GraphView(town.draw(), town.scope)
    assert len(ego(view, "a", EgoOptions(as_of=date(2019, 8, 9))).nodes) == 1
    assert len(ego(view, "a", EgoOptions(as_of=date(2019, 8, 10))).nodes) == 2
    (change,) = changes(view, "a", date(2018, 1, 1), date(2019, 12, 31)).changes
    assert (change.on, change.precision) == (date(2019, 8, 10), None)
    assert "(in 2019, according to police)" in change.sentence


def test_a_spell_from_new_year_is_not_said_as_if_the_day_were_known(town):
    town.record("police:1", "a", "Amira Ash")
    town.thing("police:1", "vehicle", "QA12ABC", date(2019, 1, 1))
    town.thing("police:1", "phone", "+447700900001", date(2019, 3, 1))
    view = GraphView(town.draw(), town.scope)
    found = changes(view, "a", date(2018, 1, 1), date(2019, 12, 31)).changes
    assert [(change.on, change.precision) for change in found] == [
        (date(2019, 1, 1), "year"),
        (date(2019, 3, 1), None),
    ]
    told = sorted(change.sentence for change in found)
    assert told == [
        "Amira Ash used +447700900001 (from 1 March 2019, according to police).",
        "Amira Ash used QA12ABC (from 2019, according to police).",
    ]


def many(town, table, rows):
    """Insert rows of one shape by one statement: ``rows`` is SQL."""
    town.connection.execute(f"INSERT INTO {table} BY NAME {rows}")


def test_a_person_with_5000_events_is_paged_and_counted(town):
    town.record("police:1", "a", "Amira Ash")
    many(
        town,
        "event",
        """SELECT 'police:e' || n AS event_id, 'police' AS agency, 'incident' AS kind, 0 AS label_id,
                  TIMESTAMP '2015-01-01' + INTERVAL (n % 3000) DAY AS started_at, 'day' AS date_precision,
                  DATE '2015-01-01' + (n % 3000)::INTEGER AS known_on FROM range(5000) t(n)""",
    )
    many(
        town,
        "involvement",
        "SELECT 'police:e' || n AS event_id, 'police:1' AS record_id, 'victim' AS role, 0 AS label_id FROM range(5000) t(n)",
    )
    many(
        town,
        "incident",
        "SELECT 'hub' AS scope, 'police:e' || n AS event_id, 'incident:police:e' || n AS incident_id FROM range(5000) t(n)",
    )
    view = GraphView(town.draw(), town.scope)
    shown = ego(view, "a", EgoOptions(limit=150))
    assert (len(shown.nodes), shown.left_out) == (150, 5001 - 150)
    assert shown.remarks == ("4851 more not shown.",)
    last = ego(view, "a", EgoOptions(limit=150, page=34))
    assert (len(last.nodes), last.left_out) == (1 + 5000 - 33 * 149, 0)
    told = timeline(view, ["a"])
    assert len(told) == 5000
    assert told == sorted(told, key=lambda event: (event.started_at, event.event_id))
    found = changes(view, "a", date(2015, 6, 1), date(2015, 7, 1))
    assert ({change.kind for change in found.changes}, len(found.changes)) == ({"new"}, 60)


def test_a_hub_of_50000_people_is_shown_and_not_followed_by_any_question(town, tmp_path):
    town.record("police:1", "a", "Amira Ash")
    town.record("police:2", "b", "Ben Moor")
    many(
        town,
        "record",
        "SELECT 'school:' || n AS record_id, 'school' AS agency, 'Pupil ' || n AS full_name, 0 AS label_id FROM range(50000) t(n)",
    )
    many(
        town,
        "membership",
        "SELECT 'hub' AS scope, 'school:' || n AS record_id, 'x' || n AS person_id FROM range(50000) t(n)",
    )
    many(
        town,
        "organisation_tie",
        """SELECT 'school:' || n AS record_id, 'school' AS kind, 's1' AS organisation_key, 'Far Lane' AS organisation_name,
                  0 AS label_id FROM range(50000) t(n)""",
    )
    for record_id in ("police:1", "police:2"):
        town.organisation(record_id, "school", "s1")
    view = GraphView(town.draw(), town.scope)
    network = ego(view, "a", EgoOptions(hops=4))
    assert [node.node_id for node in network.nodes] == ["a", "organisation:s1"]
    assert network.remarks == ("Far Lane: 50002 people, not followed further.",)
    assert strongest_paths(view, "a", "b") == []
    assert groups_around(view, "a").groups == ()
    # Asked for by name it is shown, a page at a time.
    of_the_hub = ego(view, "organisation:s1", EgoOptions(hops=1, limit=100))
    assert (len(of_the_hub.nodes), of_the_hub.left_out) == (100, 50003 - 100)
    nodes, _ = write_graph(town.connection, town.scope, tmp_path / "all.csv")
    assert len(nodes.read_text(encoding="utf-8").splitlines()) == 50004


def test_days_and_bounds_the_wrong_way_are_refused_with_a_reason(ash):
    view = GraphView(ash.draw(), ash.scope)
    with pytest.raises(BadInput, match="earlier day first"):
        changes(view, "a", date(2026, 1, 1), date(2025, 1, 1))
    with pytest.raises(BadInput, match="ways"):
        PathOptions(most=0)
    assert household_history(view, "d") == []
