"""Where each node of a network stands on the page: computed here, the same on every visit."""

import hashlib
import math
from dataclasses import replace
from typing import Any, Final

import numpy as np

from access import NetworkEdge, NetworkNode, NetworkPicture
from api.console import words

APART = 100.0
# Half the picture's width and height in pixels for up to ROOMY nodes; more nodes spread over more pixels, so that
# labels stay apart when the reader zooms in.
HALF_PICTURE = (500.0, 215.0)
ROOMY = 36
ROUNDS = 140
# How the kinds of node stand apart for readers who see no colours: a shape each.
SHAPES: Final[dict[str, str]] = {
    "person": "ellipse",
    "place": "rectangle",
    "household": "round-rectangle",
    "phone": "diamond",
    "vehicle": "hexagon",
    "organisation": "pentagon",
    "incident": "triangle",
}


def without(picture: NetworkPicture, kind: str) -> NetworkPicture:
    """The picture less the nodes of a kind, and less what only they tied to the person in the middle."""
    kept = {node.node for node in picture.nodes if node.kind != kind}
    near: dict[str, set[str]] = {}
    for low, high in bundles(picture):
        if low in kept and high in kept:
            near.setdefault(low, set()).add(high)
            near.setdefault(high, set()).add(low)
    reached, edge_of_reach = {picture.centre}, [picture.centre]
    while edge_of_reach:
        new = near.get(edge_of_reach.pop(), set()) - reached
        reached |= new
        edge_of_reach.extend(new)
    return replace(
        picture,
        nodes=tuple(node for node in picture.nodes if node.node in reached),
        edges=tuple(edge for edge in picture.edges if edge.source in reached and edge.target in reached),
    )


def without_lone_happenings(picture: NetworkPicture) -> NetworkPicture:
    """The picture less the happenings that concern one person other than the one in the middle: they tie nobody to anybody."""
    near: dict[str, set[str]] = {}
    for low, high in bundles(picture):
        near.setdefault(low, set()).add(high)
        near.setdefault(high, set()).add(low)
    lone = {
        node.node
        for node in picture.nodes
        if node.kind == "incident"
        and picture.centre not in near.get(node.node, set())
        and len(near.get(node.node, ())) < 2
    }
    return replace(
        picture,
        nodes=tuple(node for node in picture.nodes if node.node not in lone),
        edges=tuple(edge for edge in picture.edges if edge.source not in lone and edge.target not in lone),
    )


def elements(picture: NetworkPicture) -> dict[str, Any]:
    """The picture as Cytoscape takes it: nodes with positions, and one line for all ties between the same two."""
    places = positions(picture)
    nodes = [
        {
            "data": {
                "id": node.node,
                "label": label(node),
                "kind": node.kind,
                "centre": node.node == picture.centre,
                "shape": SHAPES.get(node.kind, "ellipse"),
                "address": f"/people/{node.person.handle}"
                if node.person and node.node != picture.centre
                else "",
            },
            "position": {"x": round(float(x), 1), "y": round(float(y), 1)},
        }
        for node, (x, y) in zip(picture.nodes, places, strict=True)
    ]
    shown = {node.node for node in picture.nodes}
    lines = [
        {
            "data": {
                "id": f"{source}|{target}",
                "source": source,
                "target": target,
                "label": ", ".join(
                    dict.fromkeys(words.code(edge.role or edge.kind).lower() for edge in edges)
                ),
                "role": ", ".join(
                    dict.fromkeys(words.code(edge.role).lower() for edge in edges if edge.role)
                ),
                "strength": max(edge.strength for edge in edges),
            }
        }
        for (source, target), edges in bundles(picture).items()
        if source in shown and target in shown
    ]
    return {"nodes": nodes, "edges": lines}


def bundles(picture: NetworkPicture) -> dict[tuple[str, str], list[NetworkEdge]]:
    """The ties between each two nodes, whichever way they point, in the order of the answer."""
    grouped: dict[tuple[str, str], list[NetworkEdge]] = {}
    for edge in picture.edges:
        low, high = sorted((edge.source, edge.target))
        grouped.setdefault((low, high), []).append(edge)
    return grouped


def label(node: NetworkNode) -> str:
    """What stands at a node: a person's name or pseudonym, a thing's name, else its kind."""
    if node.person is not None:
        return words.who(node.person)
    return node.name or words.code(node.kind)


def positions(picture: NetworkPicture) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """An (n, 2) array in pixels around the centre at (0, 0).

    Nodes start on rings by hop, at an angle that their id alone decides, and then settle: tied nodes pull, all push
    (Fruchterman and Reingold 1991, a fixed number of rounds). A node that comes or goes moves the others little.
    """
    count = len(picture.nodes)
    index = {node.node: number for number, node in enumerate(picture.nodes)}
    place = np.array([_start(node) for node in picture.nodes], dtype=np.float64).reshape(count, 2)
    ties = np.array(
        [
            (index[low], index[high])
            for low, high in bundles(picture)
            if low != high and low in index and high in index
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    centre = index.get(picture.centre, 0)
    for round_number in range(ROUNDS if count > 2 else 0):
        apart = place[:, None, :] - place[None, :, :]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1.0)
        push = (apart * (APART * APART / distance**2)[:, :, None]).sum(axis=1)
        if len(ties):
            along = place[ties[:, 0]] - place[ties[:, 1]]
            pull = along * (np.linalg.norm(along, axis=1) / APART)[:, None]
            np.add.at(push, ties[:, 0], -pull)
            np.add.at(push, ties[:, 1], pull)
        step = np.maximum(np.linalg.norm(push, axis=1), 1e-9)
        allowed = 30.0 * (1 - round_number / ROUNDS) + 1
        place += push * (np.minimum(step, allowed) / step)[:, None]
    if count < 2:
        return place
    place -= place[centre]
    reach = np.maximum(np.abs(place).max(axis=0), 1.0)
    wanted = np.array(HALF_PICTURE) * max(1.0, math.sqrt(count / ROOMY))
    # Short of the wanted size a picture of few nodes may stretch, but not to a caricature of itself.
    place *= np.minimum(wanted / reach, 3.0)
    return place


def _start(node: NetworkNode) -> tuple[float, float]:
    if node.hop == 0:
        return 0.0, 0.0
    digest = hashlib.sha256(node.node.encode()).digest()
    angle = int.from_bytes(digest[:4], "big") / 2**32 * 2 * math.pi
    wide = APART * node.hop * (0.85 + 0.3 * digest[4] / 255)
    return wide * math.cos(angle), wide * math.sin(angle)
