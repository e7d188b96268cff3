"""Egos, paths, shared neighbours, timelines and household histories on the hand-made town."""

from datetime import date

import networkx
import pytest

from graph import (
    EgoOptions,
    GraphView,
    PathOptions,
    ego,
    household_history,
    shared_neighbours,
    strongest_paths,
    timeline,
)
from records.errors import BadInput, NotThere


@pytest.fixture
def view(ash):
    return GraphView(ash.draw(), ash.scope)


def ids(network):
    return [node.node_id for node in network.nodes]


def test_two_hops_reach_the_people_met_over_things_and_incidents(view):
    network = ego(view, "b")
    assert ids(network)[0] == "b"
    assert {node.node_id: node.hop for node in network.nodes if node.kind == "person"} == {
        "b": 0,
        "a": 1,
        "c": 2,
        "d": 2,
    }
    assert network.left_out == 0
    assert {(e.source_id, e.target_id, e.kind, e.role) for e in network.edges if e.source_id == "c"} == {
        ("c", "vehicle:QA12ABC", "uses", None),
        ("c", "incident:1", "involved", "suspect"),
    }


def test_one_hop_and_chosen_kinds(view):
    network = ego(view, "b", EgoOptions(hops=1, kinds=frozenset({"uses", "child"})))
    assert ids(network) == ["b", "a", "vehicle:QA12ABC"]
    assert {(e.source_id, e.target_id, e.kind) for e in network.edges} == {
        ("a", "b", "parent"),
        ("b", "vehicle:QA12ABC", "uses"),
    }


def test_as_of_a_day_shows_only_what_was_known_by_then(view):
    before = ego(view, "b", EgoOptions(as_of=date(2025, 6, 10)))
    assert "incident:1" not in {e.target_id for e in before.edges if e.source_id == "b"}
    assert "vehicle:QA12ABC" in ids(before)
    assert "vehicle:QA12ABC" not in ids(ego(view, "b", EgoOptions(as_of=date(2025, 4, 1))))


def test_since_leaves_out_what_had_ended(view):
    assert "place:ZQ11AA:9:Q" in ids(ego(view, "d", EgoOptions(hops=1)))
    assert "place:ZQ11AA:9:Q" not in ids(ego(view, "d", EgoOptions(hops=1, since=date(2026, 1, 1))))


def test_a_hub_is_shown_and_not_followed(ash):
    for number in range(60):
        ash.record(f"school:x{number}", f"x{number:02}", f"Pupil {number}")
        ash.organisation(f"school:x{number}", "school", "9901001")
    view = GraphView(ash.draw(), ash.scope)
    network = ego(view, "b")
    assert network.not_expanded == (("organisation:9901001", 62),)
    assert network.remarks == ("9901001: 62 people, not followed further.",)
    assert not any(node.node_id.startswith("x") for node in network.nodes)
    followed = ego(view, "b", EgoOptions(hub_cap=100, limit=30))
    assert followed.left_out > 0
    assert followed.remarks == (f"{followed.left_out} more not shown.",)


def test_pages_show_every_node_once_and_hang_together(ash):
    for number in range(30):
        ash.record(f"police:y{number}", f"y{number:02}")
        ash.thing(f"police:y{number}", "phone", "+447700900001")
    ash.thing("police:2", "phone", "+447700900001")
    view = GraphView(ash.draw(), ash.scope)
    whole = set(ids(ego(view, "c")))
    pages = [ego(view, "c", EgoOptions(limit=10, page=page)) for page in range(1, 6)]
    assert set().union(*(ids(page) for page in pages)) == whole
    for page in pages:
        assert networkx.is_connected(
            networkx.Graph([(e.source_id, e.target_id) for e in page.edges] or [("c", "c")])
        )
    assert pages[-1].left_out == 0


def test_nobody_by_that_id_is_not_there(view):
    for asked in (
        lambda: ego(view, "z"),
        lambda: strongest_paths(view, "a", "z"),
        lambda: shared_neighbours(view, "z", "a"),
    ):
        with pytest.raises(NotThere):
            asked()


def test_senseless_options_are_refused_with_a_reason():
    with pytest.raises(BadInput, match="hops"):
        EgoOptions(hops=9)


def test_the_strongest_way_prefers_evidence_to_a_crowd(ash):
    for number in range(60):
        ash.record(f"school:x{number}", f"x{number:02}")
        ash.organisation(f"school:x{number}", "school", "9901001")
    view = GraphView(ash.draw(), ash.scope)
    first, *others = strongest_paths(view, "b", "d")
    assert [node.node_id for node in first.nodes] == ["b", "vehicle:QA12ABC", "c", "place:ZQ11AA:9:Q", "d"]
    assert "organisation:9901001" in {node.node_id for path in others for node in path.nodes}
    assert [step.sentence for step in first.steps][:2] == [
        "Ben Ash used QA12ABC (from 1 May 2025, according to care).",
        "Cal Moor used QA12ABC (from 1 May 2024, according to police).",
    ]
    interior = [{node.node_id for node in path.nodes[1:-1]} for path in (first, *others)]
    assert all(not one & other for place, one in enumerate(interior) for other in interior[place + 1 :])


def test_a_path_carries_the_evidence_of_every_hop_and_both_roles(ash):
    ash.event("police:e3", "2025-06-01 23:00", {"police:1": "suspect"}, incident="incident:1")
    view = GraphView(ash.draw(), ash.scope)
    (path,) = strongest_paths(view, "a", "c", PathOptions(most=1, kinds=frozenset({"involved"})))
    assert {(edge.role, edge.event_ids) for edge in path.steps[0].edges} == {
        ("victim", ("police:e1",)),
        ("suspect", ("police:e3",)),
    }
    assert all(edge.record_ids for step in path.steps for edge in step.edges)
    assert "was victim in" in path.steps[0].sentence


def test_no_way_is_an_empty_answer(ash):
    ash.record("police:9", "z", "Zed")
    view = GraphView(ash.draw(), ash.scope)
    assert strongest_paths(view, "a", "z") == []
    assert strongest_paths(view, "a", "a") == []
    assert (
        strongest_paths(view, "b", "c", PathOptions(as_of=date(2020, 1, 1), kinds=frozenset({"uses"}))) == []
    )


def test_shared_neighbours_say_whether_it_was_at_once(view):
    found = {shared.node.node_id: shared for shared in shared_neighbours(view, "c", "d")}
    assert list(found) == ["place:ZQ11AA:9:Q"]
    assert found["place:ZQ11AA:9:Q"].at_once
    assert [shared.node.node_id for shared in shared_neighbours(view, "a", "b")][:1] == ["household:1"]


def test_timeline_keeps_every_agencys_version_and_role(view):
    told = timeline(view, ["a", "b"])
    assert [(e.event_id, e.incident_id, e.versions) for e in told] == [
        ("police:e1", "incident:1", 2),
        ("care:e2", "incident:1", 2),
    ]
    assert [(p.person_id, p.role) for p in told[0].parts] == [("a", "victim"), ("c", "suspect")]
    assert [(e.event_id, e.versions) for e in timeline(view, ["a", "b"], date(2025, 6, 10))] == [
        ("police:e1", 1)
    ]


def test_household_history_names_who_shared_it(view):
    (stay,) = household_history(view, "b")
    assert stay.with_people == (("a", date(2024, 1, 1), None),)
    assert stay.evidence_record_ids == ("care:1", "school:1")
    assert household_history(view, "b", date(2024, 1, 15)) == []


def test_edges_of_gives_both_directions_as_known_on_a_day(view):
    assert {edge.target_id for edge in view.edges_of(["incident:1"])} == {"a", "b", "c"}
    assert {edge.target_id for edge in view.edges_of(["incident:1"], date(2025, 6, 5))} == {"a", "c"}
