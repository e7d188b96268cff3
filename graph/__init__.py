"""People, households, places, things and events over time."""

from graph.adjacency import Adjacency, Window
from graph.changes import Change, Changes, changes
from graph.edges import build_edges
from graph.ego import EgoOptions, ego
from graph.egos import MOST_CENTRES, Egos, egos
from graph.files import GRAPH_ENDINGS, write_graph, write_network
from graph.groups import betweenness, core_numbers, leiden_groups, leiden_membership
from graph.network import NODES_OF_A_PICTURE, Network
from graph.on_demand import Formed, Kept
from graph.paths import Path, PathOptions, Step, paths_among, strongest_paths, turned
from graph.pattern import Pattern, Tie, Who
from graph.pattern_search import PatternMatch, PatternMatches, PatternOptions, PatternTie, find_pattern
from graph.seed_groups import Group, GroupMember, GroupOptions, Groups, groups_around
from graph.sentences import day_as_told, end_as_told, sentence_of
from graph.shared import SharedNeighbour, shared_neighbours
from graph.standing import StandingGraph
from graph.timeline import HouseholdStay, Part, TimelineEvent, household_history, timeline
from graph.values import EdgeGroup, NetworkEdge, NetworkNode
from graph.view import GraphView

__all__ = [
    "GRAPH_ENDINGS",
    "MOST_CENTRES",
    "NODES_OF_A_PICTURE",
    "Adjacency",
    "Change",
    "Changes",
    "EdgeGroup",
    "EgoOptions",
    "Egos",
    "Formed",
    "GraphView",
    "Group",
    "GroupMember",
    "GroupOptions",
    "Groups",
    "HouseholdStay",
    "Kept",
    "Network",
    "NetworkEdge",
    "NetworkNode",
    "Part",
    "Path",
    "PathOptions",
    "Pattern",
    "PatternMatch",
    "PatternMatches",
    "PatternOptions",
    "PatternTie",
    "SharedNeighbour",
    "StandingGraph",
    "Step",
    "Tie",
    "TimelineEvent",
    "Who",
    "Window",
    "betweenness",
    "build_edges",
    "changes",
    "core_numbers",
    "day_as_told",
    "ego",
    "egos",
    "end_as_told",
    "find_pattern",
    "groups_around",
    "household_history",
    "leiden_groups",
    "leiden_membership",
    "paths_among",
    "sentence_of",
    "shared_neighbours",
    "strongest_paths",
    "timeline",
    "turned",
    "write_graph",
    "write_network",
]
