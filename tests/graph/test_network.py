"""A network as a picture, a networkx graph and files."""

import csv
import xml.etree.ElementTree as ElementTree
from datetime import date

import networkx
import pytest

from graph import GraphView, Network, NetworkNode, ego, write_graph, write_network
from records.errors import BadInput


@pytest.fixture
def network(ash):
    ash.event("police:e3", "2025-06-01 23:00", {"police:1": "suspect"}, incident="incident:1")
    return ego(GraphView(ash.draw(), ash.scope), "a")


def test_networkx_keeps_parallel_edges_with_dates_and_evidence(network):
    graph = network.to_networkx()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert graph.graph["centre"] == "a"
    assert set(graph["a"]["incident:1"]) == {"involved:victim", "involved:suspect"}
    edge = graph["a"]["incident:1"]["involved:victim"]
    assert (edge["valid_from"], edge["event_ids"]) == (date(2025, 6, 1), ("police:e1",))
    assert graph.number_of_edges() == len(network.edges)


def test_grouping_for_reading_merges_nothing(network):
    groups = network.grouped()
    assert sum(len(group.edges) for group in groups) == len(network.edges)
    assert {
        len(group.edges) for group in groups if {group.source_id, group.target_id} == {"a", "incident:1"}
    } == {2}


def test_layout_is_the_same_every_time_and_fits_the_unit_square(network):
    placed = network.layout()
    assert placed == network.layout()
    assert set(placed) == {node.node_id for node in network.nodes}
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in placed.values())
    assert len(set(placed.values())) == len(placed)


def test_a_picture_too_large_to_read_is_refused():
    nodes = tuple(NetworkNode(str(number), "person", None, 0) for number in range(151))
    with pytest.raises(BadInput, match="150"):
        Network(None, None, nodes, ()).layout()
    assert Network(None, None, (), ()).layout() == {}


@pytest.mark.parametrize("reader", [("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)])
def test_graph_files_are_read_back_by_networkx(network, tmp_path, reader):
    ending, read = reader
    (path,) = write_network(network, tmp_path / f"ash.{ending}")
    graph = read(path)
    assert set(graph.nodes) == {node.node_id for node in network.nodes}
    assert graph.number_of_edges() == len(network.edges)
    assert graph.nodes["a"]["name"] == "Amira Ash"


def test_the_whole_scope_is_written_each_tie_once(ash, tmp_path):
    ash.draw()
    paths = write_graph(ash.connection, ash.scope, tmp_path / "all.csv")
    nodes, edges = (list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) for path in paths)
    assert [path.name for path in paths] == ["all.nodes.csv", "all.edges.csv"]
    assert len(nodes) == ash.connection.execute("SELECT count(*) FROM node").fetchone()[0]
    assert 2 * len(edges) == ash.connection.execute("SELECT count(*) FROM edge").fetchone()[0]
    assert {(row["source"], row["target"], row["kind"]) for row in edges if row["kind"] == "parent"} == {
        ("a", "b", "parent")
    }
    assert all(row["record_ids"] for row in edges)


def test_hostile_names_stay_text_in_every_format(ash, tmp_path):
    ash.record("police:6", "f", '</node>&<"\x00\x07\n;=cmd')
    ash.organisation("police:6", "school", "9901001")
    ash.draw()
    for ending in ("graphml", "gexf"):
        (path,) = write_graph(ash.connection, ash.scope, tmp_path / f"x.{ending}")
        ElementTree.parse(path)


def test_an_ending_nobody_knows_is_refused(ash, tmp_path):
    with pytest.raises(BadInput, match="graphml"):
        write_graph(ash.draw(), ash.scope, tmp_path / "graph.docx")
