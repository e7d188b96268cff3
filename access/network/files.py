"""A picture of the network as a file for Gephi, i2 or a notebook: what the reader sees, under the names the reader has."""

from pathlib import Path

import graph
from access.sight import Sight
from access.values import NetworkPicture
from graph import GRAPH_ENDINGS, write_network
from records.errors import BadInput


def write_picture(sight: Sight, picture: NetworkPicture, out: Path) -> list[Path]:
    """Write ``picture`` to ``out`` (.graphml, .gexf, or .csv: two files) and return what was written.

    Nodes and evidence are named as in the answer: handles and opaque references where the reader sees no identities.
    The entry of the read is written first: what cannot be logged does not leave. Raises BadInput for another ending.
    """
    if out.suffix.lower() not in GRAPH_ENDINGS:
        raise BadInput(
            f"{out}: a network is written as {', '.join(GRAPH_ENDINGS)}; give the file one of these endings."
        )
    sight.log.details.update(file=out.name)
    sight.log.answered = True
    sight.log_now("print")
    out.parent.mkdir(parents=True, exist_ok=True)
    return write_network(_as_graph(picture), out)


def _as_graph(picture: NetworkPicture) -> graph.Network:
    return graph.Network(
        picture.centre,
        None,
        tuple(
            graph.NetworkNode(
                node.node,
                node.kind,
                node.name if node.person is None else node.person.name,
                node.degree,
                node.hop,
            )
            for node in picture.nodes
        ),
        tuple(
            graph.NetworkEdge(
                edge.source,
                edge.target,
                edge.kind,
                edge.role,
                edge.valid_from,
                edge.valid_to,
                edge.known_on,
                edge.agencies,
                edge.strength,
                edge.records,
                edge.events,
                edge.precision,
            )
            for edge in picture.edges
        ),
        picture.left_out,
    )
