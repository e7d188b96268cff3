"""Networks, paths and patterns, as shown; evidence is named as everywhere, by record and event."""

from dataclasses import dataclass
from datetime import date, datetime

from access.values.person import PersonCard


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A node of a network; ``person`` is set for people, ``name`` for the rest where the reader may see it.

    ``node`` is a person's handle, or a reference that ``network`` takes in a handle's place.
    """

    node: str
    kind: str
    name: str | None
    person: PersonCard | None
    degree: int
    hop: int


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """A tie between two nodes with the agencies that say so. ``strength`` is 0 to 1, after the hub discount.

    ``records`` and ``events`` are the evidence, each by its own id, or opaque where the reader sees no identities.
    ``precision``: ``month`` or ``year`` where ``valid_from`` is told no closer than that.
    """

    source: str
    target: str
    kind: str
    role: str | None
    valid_from: date | None
    valid_to: date | None
    agencies: tuple[str, ...]
    strength: float
    evidence_count: int
    known_on: date | None = None
    records: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """The surroundings of a person or thing. ``left_out`` counts nodes of the scope that this and earlier pages lack.

    ``remarks``: what the picture does not show, in sentences ("12 more not shown.").
    """

    centre: str
    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    left_out: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathStep:
    """One hop of a way: the two nodes, every tie between them, and a sentence that says what ties them."""

    source: str
    target: str
    sentence: str
    edges: tuple[NetworkEdge, ...]


@dataclass(frozen=True, slots=True)
class ConnectionPath:
    """One way from a person to another, strongest first; ``nodes`` from end to end, ``edges`` between them."""

    strength: float
    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    steps: tuple[PathStep, ...] = ()


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """The strongest ways between two or among several people; empty when none is in the scope."""

    paths: tuple[ConnectionPath, ...]


@dataclass(frozen=True, slots=True)
class SharedNode:
    """What, or whom, two people are both tied to; ``at_once``: both at the same time, as far as the dates go."""

    node: NetworkNode
    edges_a: tuple[NetworkEdge, ...]
    edges_b: tuple[NetworkEdge, ...]
    sentences: tuple[str, ...]
    strength: float
    at_once: bool


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """What two people have in common, strongest first."""

    shared: tuple[SharedNode, ...]


@dataclass(frozen=True, slots=True)
class StayCompanion:
    """Someone who lived in the same household at the same place, and when."""

    person: PersonCard
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A spell of a person at a place, with those who shared it. ``place`` and ``household`` are nodes of the network."""

    place: str
    name: str | None
    household: str
    valid_from: date | None
    valid_to: date | None
    records: tuple[str, ...]
    with_people: tuple[StayCompanion, ...]


@dataclass(frozen=True, slots=True)
class StayList:
    """Where, when and with whom a person lived, oldest first."""

    person: PersonCard
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that became different: ``new``, ``more`` (further events of a tie known before) or ``ended``.

    ``precision``: ``month`` or ``year`` where no day of it is told; then ``on`` is the first that it may be.
    """

    kind: str
    on: date
    sentence: str
    edge: NetworkEdge
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeList:
    """What became different around a person, oldest first, with the nodes that it happened to."""

    changes: tuple[ChangeLine, ...]
    nodes: tuple[NetworkNode, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupPerson:
    """A person of a group; the figures say where someone stands in it, and nothing of a part played."""

    person: NetworkNode
    weight: float
    core: int
    between: float


@dataclass(frozen=True, slots=True)
class GroupTie:
    """What ties a group: a node, and how many of the group are at it."""

    node: NetworkNode
    people: int


@dataclass(frozen=True, slots=True)
class CloseGroup:
    """People close to each other. ``closeness``: the mean weight of tie of each two."""

    members: tuple[GroupPerson, ...]
    closeness: float
    over: tuple[GroupTie, ...]


@dataclass(frozen=True, slots=True)
class GroupList:
    """The group of the person asked about first, then the others within reach."""

    groups: tuple[CloseGroup, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchTie:
    """How someone meets a tie of a pattern: over what, with whom, with the evidence and a sentence for each edge."""

    thing: NetworkNode | None
    others: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Someone whom a pattern describes; ``count`` of people, or families, over all its ties."""

    person: NetworkNode
    count: int
    ties: tuple[MatchTie, ...]


@dataclass(frozen=True, slots=True)
class PatternAnswer:
    """A page of matches; ``words`` says what was looked for, ``total`` counts them all."""

    words: str
    matches: tuple[Match, ...]
    total: int
    left_out: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """How much of a network: ``hops`` 1 to 4, at most ``node_cap`` nodes a page, pages from 1, ``kinds`` of ties.

    ``as_of``: as known that day (None: all that the snapshot knows). ``since``: what was still so then or later.
    """

    hops: int = 1
    node_cap: int = 150
    as_of: date | None = None
    since: date | None = None
    kinds: frozenset[str] | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class PathRequest:
    """Ways to look for: ``most`` for each two people; days and kinds as in ``NetworkRequest``."""

    most: int = 3
    as_of: date | None = None
    since: date | None = None
    kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """Close groups to look for: see ``graph.GroupOptions``; ``resolution`` is the mean tie that each two must bear."""

    hops: int = 4
    resolution: float = 0.05
    as_of: date | None = None
    since: date | None = None
    kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PatternRequest:
    """Where to look for a pattern: around these people (handles), or with none in the whole of what a reader may use."""

    around: tuple[str, ...] = ()
    limit: int = 20
    page: int = 1


@dataclass(frozen=True, slots=True)
class PictureGiven:
    """A picture to keep: its title, what was asked (name, value), and where nodes stand (node, x, y in pixels)."""

    title: str
    terms: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A picture kept for a case. ``places`` are empty for readers of another role than who kept it."""

    picture: str
    person: PersonCard
    title: str
    terms: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, float, float], ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PictureList:
    """The pictures of the case that a purpose names, latest first."""

    case_reference: str | None
    pictures: tuple[SavedPicture, ...]
