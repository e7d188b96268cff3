"""Where each node of a network stands on the page: computed here, the same on every visit."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from access import NetworkEdge, NetworkNode, NetworkPicture
from api.console import words

APART = 100.0
# Half the picture's width and height in pixels for up to ROOMY nodes; more nodes spread over more pixels, so that
# labels stay apart when the reader zooms in.
HALF_PICTURE = (500.0, 300.0)
ROOMY = 36
ROUNDS = 140
# A node with its label takes about so many pixels across and down; a happening of many, whose name is read by zooming in.
LABELLED = (124.0, 66.0)
NAMELESS = (44.0, 40.0)
IN_THE_MIDDLE = (150.0, 96.0)
ROUNDS_OF_MAKING_ROOM = 160
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
# Kinds of happening that a picture writes shorter than a table does.
IN_PICTURES: Final[dict[str, str]] = {
    "ed_attendance": "ED attendance",
    "s47_enquiry": "S47 enquiry",
    "antisocial_behaviour": "Anti-social",
}


def without(picture: NetworkPicture, kind: str) -> NetworkPicture:
    """The picture less the nodes of a kind, and less what only they tied to the person in the middle."""
    kept = {node.node for node in picture.nodes if node.kind != kind}
    reached = reached_from(
        picture.centre, (edge for edge in picture.edges if edge.source in kept and edge.target in kept)
    )
    return replace(
        picture,
        nodes=tuple(node for node in picture.nodes if node.node in reached),
        edges=tuple(edge for edge in picture.edges if edge.source in reached and edge.target in reached),
    )


def reached_from(centre: str, edges: Iterable[NetworkEdge]) -> set[str]:
    """The nodes that a way over these ties leads to from one of them, itself included."""
    near: dict[str, set[str]] = {}
    for edge in edges:
        near.setdefault(edge.source, set()).add(edge.target)
        near.setdefault(edge.target, set()).add(edge.source)
    reached, ahead = {centre}, [centre]
    while ahead:
        new = near.get(ahead.pop(), set()) - reached
        reached |= new
        ahead += sorted(new)
    return reached


def without_lone_happenings(picture: NetworkPicture) -> NetworkPicture:
    """The picture less the happenings that concern one person alone: they tie nobody to anybody, and stand in the chronology."""
    near: dict[str, set[str]] = {}
    for low, high in bundles(picture):
        near.setdefault(low, set()).add(high)
        near.setdefault(high, set()).add(low)
    lone = {
        node.node for node in picture.nodes if node.kind == "incident" and len(near.get(node.node, ())) < 2
    }
    return replace(
        picture,
        nodes=tuple(node for node in picture.nodes if node.node not in lone),
        edges=tuple(edge for edge in picture.edges if edge.source not in lone and edge.target not in lone),
    )


def elements(picture: NetworkPicture) -> dict[str, Any]:
    """The picture as Cytoscape takes it: nodes with positions, and one line for all ties between the same two."""
    places = positions(picture)
    crowded = len(picture.nodes) > ROOMY
    return {
        "nodes": [
            {
                **_node(node, picture.centre, crowded),
                "position": {"x": round(float(x), 1), "y": round(float(y), 1)},
            }
            for node, (x, y) in zip(picture.nodes, places, strict=True)
        ],
        "edges": _lines(picture),
    }


def beside(picture: NetworkPicture) -> dict[str, Any]:
    """What an expansion adds: nodes with the place of each beside the one expanded, and the lines between them.

    ``offset`` is from the expanded node, at an angle that the node's id alone decides: the same on every visit.
    """
    around = [node for node in picture.nodes if node.node != picture.centre]
    nodes = []
    for number, node in enumerate(sorted(around, key=lambda one: one.node)):
        x, y = _start(replace(node, hop=1))
        # Rings of ten, so that labels of many new nodes keep apart.
        wide = 1.0 + 0.6 * (number // 10)
        nodes.append({**_node(node, "", True), "offset": {"x": round(x * wide, 1), "y": round(y * wide, 1)}})
    return {"nodes": nodes, "edges": _lines(picture)}


def _node(node: NetworkNode, centre: str, crowded: bool) -> dict[str, Any]:
    """What is drawn of a node; of a ``quiet`` one the name is not written until the reader zooms in or points at it."""
    return {
        "data": {
            "id": node.node,
            "label": _short(node),
            "kind": node.kind,
            "says": words.code(node.kind),
            "degree": node.degree,
            "centre": node.node == centre,
            "quiet": crowded and node.kind == "incident",
            "shape": SHAPES.get(node.kind, "ellipse"),
            "address": f"/people/{node.person.handle}" if node.person else "",
        }
    }


def _short(node: NetworkNode) -> str:
    """The label in the picture, short so that it does not cover its neighbours: of a place its first two lines."""
    if node.kind == "incident" and node.name:
        return words.happening(node.name, IN_PICTURES)
    told = label(node)
    return ", ".join(told.split(", ")[:2]) if node.kind == "place" else told


def _lines(picture: NetworkPicture) -> list[dict[str, Any]]:
    """One line for all ties between the same two, with the first day on which any of them was known or began."""
    shown = {node.node for node in picture.nodes}
    lines = []
    for (source, target), edges in bundles(picture).items():
        if source not in shown or target not in shown:
            continue
        days = [known for edge in edges if (known := edge.known_on or edge.valid_from) is not None]
        told = dict.fromkeys(words.code(edge.role or edge.kind).lower() for edge in edges)
        roles = dict.fromkeys(words.code(edge.role).lower() for edge in edges if edge.role)
        data = {
            "id": f"{source}|{target}",
            "source": source,
            "target": target,
            "label": ", ".join(told),
            "role": ", ".join(roles),
            "strength": max(edge.strength for edge in edges),
            "since": min(days).isoformat() if len(days) == len(edges) else "",
        }
        lines.append({"data": data})
    return lines


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
    if node.kind == "incident" and node.name:
        return words.happening(node.name)
    return words.written(node.kind, node.name) if node.name else words.code(node.kind)


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
        # The two axes apart: half the work of one array of pairs.
        across, down = (place[:, None, axis] - place[None, :, axis] for axis in (0, 1))
        repulsion = APART * APART / np.maximum(across * across + down * down, 1.0)
        push = np.stack([(across * repulsion).sum(axis=1), (down * repulsion).sum(axis=1)], axis=1)
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
    sizes = np.array(
        [NAMELESS if count > ROOMY and node.kind == "incident" else LABELLED for node in picture.nodes]
    )
    sizes[centre] = IN_THE_MIDDLE
    spread = _with_room_for_labels(place, sizes)
    spread -= spread[centre]
    return spread


def _with_room_for_labels(
    place: "np.ndarray[Any, np.dtype[np.float64]]", sizes: "np.ndarray[Any, np.dtype[np.float64]]"
) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """The positions with nodes moved aside, no more than is needed, until no label lies over another; ``sizes`` (n, 2)."""
    wide, high = ((sizes[:, None, axis] + sizes[None, :, axis]) / 2 for axis in (0, 1))
    place = place.copy()
    for _ in range(ROUNDS_OF_MAKING_ROOM):
        across, down = (np.abs(place[:, None, axis] - place[None, :, axis]) for axis in (0, 1))
        one, other = np.nonzero(np.triu((across < wide) & (down < high), k=1))
        if not len(one):
            break
        taken = np.stack([wide[one, other], high[one, other]], axis=1)
        apart = place[one] - place[other]
        over = taken - np.abs(apart)
        # Along the way on which the smaller share of the label is covered; of two in one place the first goes up and left.
        aside = (over / taken).argmin(axis=1)[:, None] == np.arange(2)
        towards = np.where(apart == 0, -1.0, np.sign(apart))
        move = towards * (over / 2 + 0.5) * aside * 0.6
        np.add.at(place, one, move)
        np.subtract.at(place, other, move)
    return place


def _start(node: NetworkNode) -> tuple[float, float]:
    if node.hop == 0:
        return 0.0, 0.0
    digest = hashlib.sha256(node.node.encode()).digest()
    angle = int.from_bytes(digest[:4], "big") / 2**32 * 2 * math.pi
    wide = APART * node.hop * (0.85 + 0.3 * digest[4] / 255)
    return wide * math.cos(angle), wide * math.sin(angle)
