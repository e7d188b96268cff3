"""People, households, places, things and events over time."""

from graph.edges import build_edges

__all__ = ["build_edges"]
