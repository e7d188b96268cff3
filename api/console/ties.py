"""A network as a table: a row for each two nodes that are tied, in the order the reader asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from access import NetworkEdge, NetworkNode, NetworkPicture
from api.console.picture import bundles, label


@dataclass(frozen=True, slots=True)
class TieRow:
    """Two nodes and every tie between them; the person whose page it is stands first."""

    one: NetworkNode
    other: NetworkNode
    edges: tuple[NetworkEdge, ...]

    @property
    def strength(self) -> float:
        """That of the strongest tie."""
        return max(edge.strength for edge in self.edges)

    @property
    def _names(self) -> tuple[int, str, str]:
        return (self.one.hop, label(self.one).casefold(), label(self.other).casefold())


ORDERS: Final[dict[str, Callable[[TieRow], Any]]] = {
    "strength": lambda row: (-row.strength, row._names),
    "name": lambda row: row._names,
    "kind": lambda row: (row.edges[0].kind, row._names),
}


def tie_rows(picture: NetworkPicture, order: str) -> list[TieRow]:
    """All ties of the picture, parallel ones in one row, sorted by a key of ``ORDERS``."""
    nodes = {node.node: node for node in picture.nodes}
    rows = []
    for (low, high), edges in bundles(picture).items():
        if low in nodes and high in nodes:
            one, other = sorted(
                (nodes[low], nodes[high]), key=lambda node: (node.hop, node.person is None, node.node)
            )
            rows.append(TieRow(one, other, tuple(edges)))
    return sorted(rows, key=ORDERS[order])
