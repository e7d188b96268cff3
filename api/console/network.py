"""A person's network: the picture and the same as a table, its filters, expansion, ways between two, kept pictures."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from access import BadInput, NetworkNode, NetworkPicture, NetworkRequest, PictureGiven, SavedPicture
from api.console import words
from api.console.narrowing import Choices, choices_of, narrowed
from api.console.page import page
from api.console.picture import beside, elements, label, without, without_lone_happenings
from api.console.ties import ORDERS, tie_rows
from api.console.visit import CurrentVisit

router = APIRouter(include_in_schema=False)
NODES = 150
# Nodes that one expansion brings, so that a school does not flood the picture.
EXPANSION = 30
MOST_PLACES_TEXT = 60_000
# What a sentence calls somebody without a name: the kind, and so much of the handle.
SHORT_NAME = 7


class NetworkForm(BaseModel):
    """What the form above the picture says; every field may be left out."""

    hops: str = "2"
    as_of: str = ""
    bodies: str = "no"
    kind: list[str] = []
    role: list[str] = []
    agency: list[str] = []
    least: str = ""
    sort: str = "strength"
    order: str = ""
    picture: str = ""

    def request(self) -> NetworkRequest:
        """The part of the network asked for. Raises BadInput when the day is none."""
        return NetworkRequest(hops=1 if self.hops == "1" else 2, node_cap=NODES, as_of=_day(self.as_of))

    def choices(self) -> Choices:
        """What is to be left of it."""
        least = float(self.least) if self.least.replace(".", "", 1).isdigit() else 0.0
        return Choices(frozenset(self.kind), frozenset(self.role), frozenset(self.agency), min(least, 1.0))

    @property
    def backwards(self) -> bool:
        """Whether the table is to run the other way round."""
        return self.order == "reverse"

    def terms(self) -> list[tuple[str, str]]:
        """What was asked, but for the order of the table: for addresses, and to keep with a picture."""
        told = [("hops", self.hops), ("as_of", self.as_of), ("bodies", self.bodies), ("least", self.least)]
        many = [(name, one) for name in ("kind", "role", "agency") for one in getattr(self, name)]
        return [(name, value) for name, value in told if value] + many


@router.get("/people/{handle}/network")
def network_page(
    request: Request, visit: CurrentVisit, handle: str, asked: Annotated[NetworkForm, Query()]
) -> Response:
    """The picture of whom and what a person is tied to, and the same as a table; BadInput when the day is none."""
    with visit.reading("network") as view:
        whole = view.network(handle, asked.request())
        kept = view.pictures()
        saved = view.picture(asked.picture) if asked.picture else None
        as_of = view.as_of
    # A school or a practice ties half the town together, somebody's own visit to a clinic nobody: shown when asked for.
    usual = whole if asked.bodies == "yes" else without_lone_happenings(without(whole, "organisation"))
    picture = narrowed(usual, asked.choices())
    nodes = {node.node: node for node in picture.nodes}
    sort = asked.sort if asked.sort in ORDERS else "strength"
    rows = tie_rows(picture, sort)
    address = f"/people/{quote(handle, safe='')}/network?"
    return page(
        request,
        "network.html",
        tab="network",
        card=nodes[picture.centre].person,
        picture=picture,
        taken_out=len(whole.nodes) - len(usual.nodes),
        narrowed_out=len(usual.nodes) - len(picture.nodes),
        elements=_with_places(elements(picture), saved),
        rows=rows[::-1] if asked.backwards else rows,
        label=label,
        asked=asked,
        sort=sort,
        way=address + urlencode(asked.terms()),
        everything=address
        + urlencode([*(one for one in asked.terms() if one[0] != "bodies"), ("bodies", "yes")]),
        choices=choices_of(usual),
        kept=kept,
        saved=saved,
        days=_days_of(picture, as_of),
        picture_address=picture_address,
    )


@router.get("/network/more")
def expansion(visit: CurrentVisit, node: str, as_of: str = "") -> Response:
    """What a node of the picture is tied to beside what is drawn, as the picture takes it; one more read.

    ``node``: any node that an answer named.
    """
    with visit.reading("network") as view:
        more = view.network(node, NetworkRequest(hops=1, node_cap=EXPANSION, as_of=_day(as_of)))
    return JSONResponse({**beside(more), "left_out": more.left_out})


@router.get("/people/{handle}/paths")
def paths_page(request: Request, visit: CurrentVisit, handle: str, to: str = "") -> Response:
    """The strongest ways from a person to another, a sentence and its agencies for each step."""
    with visit.reading("paths") as view:
        found = view.path(handle, to).paths
    return page(request, "paths.html", handle=handle, to=to, paths=found, label=label, in_words=in_words)


def in_words(sentence: str, nodes: Sequence[NetworkNode]) -> str:
    """A sentence about nodes with people under pseudonyms called as the rest of the page calls them."""
    for node in nodes:
        if node.person is not None and node.person.name is None:
            sentence = sentence.replace(f"{node.kind} {node.node[:SHORT_NAME]}", words.who(node.person))
    return words.sentence(words.shortened(sentence))


@router.post("/people/{handle}/network/pictures")
def keep_picture(
    visit: CurrentVisit,
    handle: str,
    title: Annotated[str, Form(max_length=200)] = "",
    terms: Annotated[str, Form(max_length=4000)] = "[]",
    places: Annotated[str, Form(max_length=MOST_PLACES_TEXT)] = "{}",
) -> Response:
    """Keep the picture as it stands for the case; with scripts off, where the server put the nodes."""
    given = PictureGiven(title.strip(), _terms(terms), _places(places))
    with visit.reading("save_picture") as view:
        saved = view.save_picture(handle, given)
    return visit.done(picture_address(saved), f"The picture is kept for the case: {saved.title}.")


def picture_address(saved: SavedPicture) -> str:
    """Where a kept picture is drawn again."""
    told = urlencode([*saved.terms, ("picture", saved.picture)])
    return f"/people/{quote(saved.person.handle, safe='')}/network?{told}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput("As it stood on: enter a day as year-month-day, like 2026-03-31.") from error


def _days_of(picture: NetworkPicture, as_of: date) -> list[str]:
    """The days on which ties of the picture became known or began, in ISO form, oldest first: the stops of the slider."""
    days = {known for edge in picture.edges if (known := edge.known_on or edge.valid_from) is not None}
    return [day.isoformat() for day in sorted({*(day for day in days if day <= as_of), as_of})]


def _with_places(drawn: dict[str, Any], saved: SavedPicture | None) -> dict[str, Any]:
    """The elements with the nodes where somebody put them, as far as a kept picture says."""
    places = {node: (x, y) for node, x, y in saved.places} if saved else {}
    for node in drawn["nodes"]:
        if (place := places.get(node["data"]["id"])) is not None:
            node["position"] = {"x": place[0], "y": place[1]}
    return drawn


def _terms(text: str) -> tuple[tuple[str, str], ...]:
    told = _json(text)
    if not isinstance(told, list) or not all(
        isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one) for one in told
    ):
        raise BadInput("What the picture shows cannot be read. Open the network again, then save it.")
    return tuple((name, value) for name, value in told if name in NetworkForm.model_fields)


def _places(text: str) -> tuple[tuple[str, float, float], ...]:
    told = _json(text)
    if not isinstance(told, dict) or not all(
        isinstance(place, list) and len(place) == 2 and all(isinstance(one, int | float) for one in place)
        for place in told.values()
    ):
        raise BadInput("Where the nodes stand cannot be read. Open the network again, then save it.")
    return tuple((str(node), float(x), float(y)) for node, (x, y) in told.items())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("The picture cannot be read. Open the network again, then save it.") from error
