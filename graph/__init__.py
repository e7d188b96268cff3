"""People, households, places, things and events over time."""

from graph.adjacency import Adjacency, Window
from graph.edges import build_edges
from graph.ego import EgoOptions, ego
from graph.files import write_graph, write_network
from graph.groups import betweenness, core_numbers, leiden_groups, leiden_membership
from graph.network import NODES_OF_A_PICTURE, Network
from graph.paths import Path, PathOptions, Step, strongest_paths
from graph.sentences import sentence_of
from graph.shared import SharedNeighbour, shared_neighbours
from graph.timeline import HouseholdStay, Part, TimelineEvent, household_history, timeline
from graph.values import EdgeGroup, NetworkEdge, NetworkNode
from graph.view import GraphView

__all__ = [
    "NODES_OF_A_PICTURE",
    "Adjacency",
    "EdgeGroup",
    "EgoOptions",
    "GraphView",
    "HouseholdStay",
    "Network",
    "NetworkEdge",
    "NetworkNode",
    "Part",
    "Path",
    "PathOptions",
    "SharedNeighbour",
    "Step",
    "TimelineEvent",
    "Window",
    "betweenness",
    "build_edges",
    "core_numbers",
    "ego",
    "household_history",
    "leiden_groups",
    "leiden_membership",
    "sentence_of",
    "shared_neighbours",
    "strongest_paths",
    "timeline",
    "write_graph",
    "write_network",
]
