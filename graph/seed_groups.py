"""The close groups around a person: who keeps company with whom, over what, and who stands where."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from graph.adjacency import Adjacency, Window
from graph.ego import MOST_HOPS, EgoOptions, reach
from graph.groups import betweenness, core_numbers, leiden_groups
from graph.values import NetworkNode
from graph.view import GraphView
from records.errors import BadInput

# Things named with a group, those at which most of its people are first.
THINGS_NAMED = 8
_SEED = 1


@dataclass(frozen=True, slots=True)
class GroupOptions:
    """How far to look and how close a group is.

    ``hops``: edges from the person; person to person over a thing is two. ``resolution``: the weight of tie that
    each pair of a group must bear on average; at 0.05 two people who share a flat of three in one agency's word
    (0.09) or one incident of two (0.14) make a group, classmates do not. ``most``: groups shown. Days, ``kinds``
    and ``hub_cap`` as in ``EgoOptions``.
    """

    hops: int = 4
    resolution: float = 0.05
    as_of: date | None = None
    since: date | None = None
    kinds: frozenset[str] | None = None
    hub_cap: int = 50
    most: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.hops <= MOST_HOPS or not 0 < self.resolution <= 1 or self.most < 1:
            raise BadInput(
                f"Groups: hops from 1 to {MOST_HOPS}, a resolution above 0 and up to 1, and one group or more."
            )


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A person of a group, with a place in it that says nothing of a part played.

    ``weight``: of the ties to its others; ``core``: the largest k such that the person is among people with k ties
    each to one another; ``between``: share of the shortest ways inside that lead through the person (0-1).
    """

    node: NetworkNode
    weight: float
    core: int
    between: float


@dataclass(frozen=True, slots=True)
class Group:
    """People close to each other. ``closeness``: mean weight of tie of a pair; ``over``: what ties them, with how many."""

    members: tuple[GroupMember, ...]
    closeness: float
    over: tuple[tuple[NetworkNode, int], ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The person's own group first, then the others within reach, largest first. ``left_out``: groups not shown."""

    groups: tuple[Group, ...]
    alone: int
    left_out: int

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the answer does not show, in plain sentences."""
        said = [f"{self.left_out} more groups not shown."] if self.left_out else []
        said += [f"{self.alone} people within reach belong to no group."] if self.alone else []
        return tuple(said)


def groups_around(view: GraphView, person_id: str, options: GroupOptions | None = None) -> Groups:
    """Groups by the Leiden algorithm (constant Potts model) among the people within reach of one.

    Two people are tied by the sum of the products of their ties to what they share, and by their direct ties.

    Raises NotThere when nobody of the scope has this id.
    """
    options = options or GroupOptions()
    graph = view.around([person_id], options.hops)
    centre = graph.number_of(person_id)
    assert centre is not None  # noqa: S101 - around() has raised otherwise
    window = Window.over(options.kinds, options.as_of, options.since)
    reached, _ = reach(graph, centre, window, EgoOptions(hops=options.hops, hub_cap=options.hub_cap))
    people = {number for number in reached if graph.kind_of(number) == "person"}
    ties, shared = _ties_between(graph, people, window, options.hub_cap)
    edges = [(_name(one), _name(other), weight) for (one, other), weight in sorted(ties.items())]
    found = [sorted(int(name) for name in group) for group in leiden_groups(edges, options.resolution, _SEED)]
    found.sort(key=lambda group: (centre not in group, -len(group), group[0]))
    made = [_group(graph, members, ties, shared) for members in found[: options.most]]
    return Groups(tuple(made), len(people) - sum(map(len, found)), max(0, len(found) - options.most))


def _name(number: int) -> str:
    # Names sort as their numbers do, so that ties among equals are told the same way everywhere.
    return str(number).zfill(12)


Ties = dict[tuple[int, int], float]


def _ties_between(
    graph: Adjacency, people: set[int], window: Window, hub_cap: int
) -> tuple[Ties, dict[int, dict[int, float]]]:
    """The weight of each tie of two people, and who is at each thing with which strength."""
    at: dict[int, dict[int, float]] = defaultdict(dict)
    ties: Ties = defaultdict(float)
    for person in sorted(people):
        positions = graph.edges_from(person, window)
        for target, strength in zip(
            graph.target[positions].tolist(), graph.strength[positions].tolist(), strict=True
        ):
            if target in people:
                if person < target:
                    ties[person, target] = max(ties[person, target], strength)
            elif graph.kind_of(target) != "person" and graph.degree[target] <= hub_cap:
                at[target][person] = max(at[target].get(person, 0.0), strength)
    for thing in sorted(at):
        for one, other in combinations(sorted(at[thing]), 2):
            ties[one, other] += at[thing][one] * at[thing][other]
    return dict(ties), at


def _group(graph: Adjacency, members: list[int], ties: Ties, shared: dict[int, dict[int, float]]) -> Group:
    inside = [
        (_name(one), _name(other), ties[one, other])
        for one, other in combinations(members, 2)
        if (one, other) in ties
    ]
    weight: dict[str, float] = defaultdict(float)
    for one, other, strength in inside:
        weight[one] += strength
        weight[other] += strength
    cores, between = core_numbers(inside), betweenness(inside)
    made = [
        GroupMember(node, round(weight[name], 6), cores.get(name, 0), round(between.get(name, 0.0), 6))
        for node, name in zip(graph.nodes(members), map(_name, members), strict=True)
    ]
    held = {thing: len(users.keys() & set(members)) for thing, users in shared.items()}
    named = sorted((thing for thing in held if held[thing] > 1), key=lambda thing: (-held[thing], thing))
    named = named[:THINGS_NAMED]
    pairs = len(members) * (len(members) - 1) / 2
    return Group(
        tuple(sorted(made, key=lambda member: (-member.weight, member.node.node_id))),
        round(sum(strength for *_, strength in inside) / pairs, 6),
        tuple(zip(graph.nodes(named), (held[thing] for thing in named), strict=True)),
    )
