"""Nodes and edges as values, as every question about the graph answers with them."""

from dataclasses import dataclass
from datetime import date

from graph.edge_sources import INVERSE_KINDS, REVERSED_KINDS


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A person, place, phone, vehicle, organisation, incident or household.

    ``degree``: distinct people at it in the whole scope (of a person: distinct neighbours). ``hop``: steps from
    the centre, 0 for the centre itself.
    """

    node_id: str
    kind: str
    name: str | None
    degree: int
    hop: int = 0


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """One tie: typed, in one role, dated, with the records and events that say so.

    ``valid_from`` None: since when is unknown; ``valid_to`` None: it goes on. ``known_on``: the first day that an
    agency recorded it, None where it did not say. ``strength``: 0-1, evidence after the hub discount. ``precision``:
    ``month`` or ``year`` where ``valid_from`` is the first day of what is told, None where it is a day.
    """

    source_id: str
    target_id: str
    kind: str
    role: str | None
    valid_from: date | None
    valid_to: date | None
    known_on: date | None
    agencies: tuple[str, ...]
    strength: float
    record_ids: tuple[str, ...]
    event_ids: tuple[str, ...]
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class EdgeGroup:
    """All ties between two nodes, for reading; the edges themselves stay what they are."""

    source_id: str
    target_id: str
    edges: tuple[NetworkEdge, ...]

    @property
    def strength(self) -> float:
        """That of the strongest edge."""
        return max(edge.strength for edge in self.edges)


def is_told_from_here(
    source_id: str, source_kind: str, target_id: str, target_kind: str, edge_kind: str
) -> bool:
    """Whether a picture shows the edge in this direction rather than in the other.

    A tie to a thing is told from the person, a relationship in its first form (parent, not child), and one that
    reads the same both ways from the smaller id.
    """
    if source_kind != "person" or target_kind != "person":
        return source_kind == "person"
    if edge_kind in REVERSED_KINDS:
        return False
    return edge_kind in INVERSE_KINDS or source_id < target_id
