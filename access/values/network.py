"""Networks and paths, as shown."""

from dataclasses import dataclass
from datetime import date

from access.values.person import PersonCard


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A node of a network; ``person`` is set for people, ``name`` for the rest where the reader may see it."""

    node: str
    kind: str
    name: str | None
    person: PersonCard | None
    degree: int
    hop: int


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """A tie between two nodes with the agencies that say so. ``strength`` is 0 to 1, after the hub discount."""

    source: str
    target: str
    kind: str
    role: str | None
    valid_from: date | None
    valid_to: date | None
    agencies: tuple[str, ...]
    strength: float
    evidence_count: int


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """The surroundings of a person. ``left_out`` counts neighbours inside the scope that the cap left out."""

    centre: str
    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ConnectionPath:
    """One way from a person to another, strongest first; ``nodes`` from end to end, ``edges`` between them."""

    strength: float
    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """The strongest ways between two people; empty when none is in the scope."""

    paths: tuple[ConnectionPath, ...]


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """How much of a network: hops 1 or 2, at most ``node_cap`` nodes, as of a day (None = the snapshot's)."""

    hops: int = 1
    node_cap: int = 150
    as_of: date | None = None
