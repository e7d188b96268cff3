"""A network narrowed to the kinds of tie, roles, agencies and strength that a reader chose; the same for picture and table."""

from dataclasses import dataclass, replace

from access import NetworkEdge, NetworkPicture
from api.console import words
from api.console.picture import reached_from


@dataclass(frozen=True, slots=True)
class Choices:
    """What to leave of a network: ties of any of these kinds, roles and agencies, at least so strong; empty is all."""

    kinds: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    least: float = 0.0

    def keeps(self, edge: NetworkEdge) -> bool:
        """Whether a tie stays."""
        return (
            (not self.kinds or edge.kind in self.kinds)
            and (not self.roles or edge.role in self.roles)
            and (not self.agencies or not self.agencies.isdisjoint(edge.agencies))
            and edge.strength >= self.least
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from in a network, in words, each with its number of ties."""

    kinds: dict[str, str]
    roles: dict[str, str]
    agencies: dict[str, str]


def narrowed(picture: NetworkPicture, choices: Choices) -> NetworkPicture:
    """The picture with the ties chosen, and of the nodes those that such ties still lead to from the middle."""
    if choices == Choices():
        return picture
    edges = tuple(edge for edge in picture.edges if choices.keeps(edge))
    reached = reached_from(picture.centre, edges)
    return replace(
        picture,
        nodes=tuple(node for node in picture.nodes if node.node in reached),
        edges=tuple(edge for edge in edges if edge.source in reached),
    )


def choices_of(picture: NetworkPicture) -> Offered:
    """The kinds, roles and agencies of the ties of a picture."""
    kinds = sorted({edge.kind for edge in picture.edges})
    roles = sorted({edge.role for edge in picture.edges if edge.role})
    agencies = sorted({agency for edge in picture.edges for agency in edge.agencies})
    return Offered(*({one: words.code(one) for one in found} for found in (kinds, roles, agencies)))
