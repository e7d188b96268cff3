"""A network as a picture, a networkx graph and files."""

import csv
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import networkx
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def texts(values):
    """A node's or an edge's fields as a file holds them: days as texts, lists joined, nothing left out."""
    told = {}
    for name, value in values.items():
        if isinstance(value, tuple):
            value = "; ".join(value)  # noqa: PLW2901 - the same value as a text
        if value not in (None, ""):
            told[name] = value.isoformat() if isinstance(value, date) else value
    return told


@pytest.mark.parametrize("reader", [("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)])
def test_what_was_written_is_read_back_field_for_field_with_its_type(network, tmp_path, reader):
    ending, read = reader
    (path,) = write_network(network, tmp_path / f"ash.{ending}")
    back, graph = read(path), network.to_networkx()
    assert isinstance(back, networkx.MultiDiGraph)
    own = {"kind", "name", "degree"}
    for node, fields in graph.nodes(data=True):
        stated = {name: value for name, value in texts(fields).items() if name in own}
        assert {name: back.nodes[node].get(name) for name in stated} == stated
    told = sorted((a, b, sorted(texts(fields).items())) for a, b, fields in graph.edges(data=True))
    names = {name for *_, fields in told for name, _ in fields}
    assert told == sorted(
        (a, b, sorted((name, value) for name, value in fields.items() if name in names))
        for a, b, fields in back.edges(data=True)
    )


def test_tables_are_read_back_edge_for_edge(network, tmp_path):
    nodes, edges = (
        list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for path in write_network(network, tmp_path / "ash.csv")
    )
    assert {(row["id"], row["kind"], row["name"]) for row in nodes} == {
        (node.node_id, node.kind, node.name or "") for node in network.nodes
    }
    assert {row["type"] for row in edges} == {"Directed"}
    back = networkx.from_pandas_edgelist(
        pandas.DataFrame(edges), edge_attr=True, create_using=networkx.MultiDiGraph
    )
    assert sorted(
        (a, b, row["kind"], float(row["weight"]), tuple(row["record_ids"].split("; ")))
        for a, b, row in back.edges(data=True)
    ) == sorted(
        (edge.source_id, edge.target_id, edge.kind, edge.strength, edge.record_ids) for edge in network.edges
    )


@given(st.text(max_size=20))
def test_no_cell_of_a_table_is_a_formula(name):
    network = Network(None, None, (NetworkNode("p1", "person", name, 0),), ())
    with tempfile.TemporaryDirectory() as folder:
        nodes, _ = write_network(network, Path(folder) / "x.csv")
        with nodes.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
    begins = row["name"].lstrip()[:1]
    assert begins not in set("=@\t\r")
    assert begins not in set("+-") or not re.search(r"[^\d\s.()+-]", row["name"])
    assert row["name"].removeprefix("'") == name.removeprefix("'")


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
