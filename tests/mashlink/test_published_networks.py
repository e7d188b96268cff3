"""Networks in the shapes in which others publish them, by the mappings of examples/networks alone, through the real build."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph import EgoOptions, GraphView, ego, groups_around, shared_neighbours, strongest_paths
from mashlink.build import BuildRequest, build
from mashlink.settings import Settings
from records.scope import HUB, Scope
from records.snapshot import Store

pytestmark = pytest.mark.xdist_group("networks")
NETWORKS = Path(__file__).parents[2] / "examples" / "networks"


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphView]:
    store = tmp_path_factory.mktemp("networks")
    report = build(BuildRequest(feeds=NETWORKS, store=store), Settings())
    assert (report.people, report.as_of) == (25, date(2024, 12, 31))
    assert all(feed["quarantined"] == 0 for feed in report.feeds.values())
    with Store(store).open_current() as connection:
        labels = frozenset(row[0] for row in connection.execute("SELECT label_id FROM label").fetchall())
        yield GraphView(connection, Scope(HUB, labels, standing=True))


def test_a_list_of_people_and_offences_becomes_people_incidents_and_places(view):
    first, last = view.person_of("offending:A1"), view.person_of("offending:A5")
    way = strongest_paths(view, first, last)[0]
    assert [node.node_id for node in way.nodes if node.kind == "incident"] == [
        "incident:offending:O1",
        "incident:offending:O2",
        "incident:offending:O3",
    ]
    assert {edge.role for edge in ego(view, "incident:offending:O2", EgoOptions(hops=1)).edges} == {
        "suspect",
        "victim",
    }
    assert "involved_at" in {edge.kind for edge in ego(view, first, EgoOptions(hops=1)).edges}
    # The one without a name is somebody all the same, and the year without a day is a year.
    assert ego(view, view.person_of("offending:A4"), EgoOptions(hops=1)).nodes[0].name in (None, "")
    assert "violence 2024" in {node.name for node in way.nodes}


def test_calls_become_phones_and_events_with_both_ends(view):
    one, other = view.person_of("calls:07700900101"), view.person_of("calls:07700900102")
    both = [shared.node for shared in shared_neighbours(view, one, other)]
    assert [node.kind for node in both] == ["incident", "incident"]
    assert "phone:+447700900101" in {node.node_id for node in ego(view, one, EgoOptions(hops=1)).nodes}


def test_a_list_of_nodes_and_links_becomes_organisations_and_relationships(view):
    frost, gale, holt = (view.person_of(f"companies:P{number}") for number in (1, 2, 3))
    (company,) = shared_neighbours(view, frost, gale)
    assert (company.node.name, company.edges_a[0].valid_to) == ("Gale Haulage", date(2022, 6, 30))
    assert {edge.kind for edge in view.edges_of([frost]) if edge.target_id == holt} == {"sibling"}


def test_a_matrix_of_people_gives_its_close_groups_and_who_stands_between_them(view):
    first, last = view.person_of("matrix:1"), view.person_of("matrix:9")
    way = strongest_paths(view, first, last)[0]
    assert [node.name for node in way.nodes] == [f"Member {number}" for number in (1, 4, 5, 6, 9)]
    closest = groups_around(view, first).groups[0]
    assert {member.node.name for member in closest.members} >= {f"Member {number}" for number in (1, 2, 3)}
    assert {member.core for member in closest.members if member.node.name != "Member 5"} == {3}
    assert {edge.kind for edge in view.edges_of([first]) if edge.target_id == view.person_of("matrix:2")} == {
        "kin"
    }


def test_a_matrix_of_people_and_happenings_becomes_incidents_without_a_day(view):
    (way,) = strongest_paths(
        view, view.person_of("attendance:Alba Reed"), view.person_of("attendance:Dove Ware")
    )
    happenings = [node.node_id for node in way.nodes if node.kind == "incident"]
    assert happenings == [f"incident:attendance:{place}" for place in ("Depot", "Harbour", "Fair")]
    assert (
        way.steps[0].sentence
        == "Alba Reed was suspect in incident of no known day (according to attendance)."
    )
    assert not view.edges_of([view.person_of("attendance:Esk Young")])
