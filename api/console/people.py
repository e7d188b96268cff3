"""A person: who they are, what happened, whom they are tied to, and why their records are held for one person."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from access import BadInput, NetworkRequest
from api.console.page import page
from api.console.picture import elements, label, without, without_lone_happenings
from api.console.ties import ORDERS, tie_rows
from api.console.visit import CurrentVisit
from api.console.waterfall import waterfall
from products import chronology_proforma

router = APIRouter(prefix="/people", include_in_schema=False)
NODES = 80


class NetworkForm(BaseModel):
    """What the form above the picture says; every field may be left out."""

    hops: str = "2"
    as_of: str = ""
    bodies: str = "no"
    sort: str = "strength"

    def request(self) -> NetworkRequest:
        """The part of the network asked for. Raises BadInput when the day is none."""
        try:
            day = date.fromisoformat(self.as_of) if self.as_of else None
        except ValueError as error:
            raise BadInput("As it stood on: enter a day as year-month-day, like 2026-03-31.") from error
        return NetworkRequest(hops=1 if self.hops == "1" else 2, node_cap=NODES, as_of=day)


@router.get("/{handle}")
def person_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Who this is, by whose word, and with whom they live and lived."""
    with visit.reading("person") as view:
        shown = view.person(handle)
    return page(request, "person.html", tab="person", person=shown, card=shown.card)


@router.get("/{handle}/households")
def households_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Where and with whom, now and before."""
    with visit.reading("households") as view:
        shown, factors = view.households(handle), view.factors(handle)
    return page(
        request,
        "households.html",
        tab="households",
        households=shown.households,
        card=shown.person,
        picture=factors,
    )


@router.get("/{handle}/chronology")
def chronology_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """What every agency reported, incidents once, gaps shown."""
    with visit.reading("chronology") as view:
        proforma = chronology_proforma(view, handle)
    return page(request, "chronology.html", tab="chronology", proforma=proforma, card=proforma.person)


@router.get("/{handle}/network")
def network_page(
    request: Request, visit: CurrentVisit, handle: str, asked: Annotated[NetworkForm, Query()]
) -> Response:
    """The picture of whom and what a person is tied to, and the same as a table; BadInput when the day is none."""
    with visit.reading("network") as view:
        whole = view.network(handle, asked.request())
    # A school or a practice ties half the town together, a neighbour's own visit to a clinic nobody: shown when asked for.
    picture = whole if asked.bodies == "yes" else without_lone_happenings(without(whole, "organisation"))
    nodes = {node.node: node for node in picture.nodes}
    return page(
        request,
        "network.html",
        tab="network",
        card=nodes[picture.centre].person,
        picture=picture,
        taken_out=len(whole.nodes) - len(picture.nodes),
        elements=elements(picture),
        rows=tie_rows(picture, asked.sort if asked.sort in ORDERS else "strength"),
        label=label,
        asked=asked,
    )


@router.get("/{handle}/links")
def links_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Why these records are held to be one person."""
    with visit.reading("links") as view:
        shown = view.links(handle)
    pictures = [waterfall(link.comparisons, link.weight) for link in shown.links]
    return page(request, "links.html", tab="links", shown=shown, card=shown.person, pictures=pictures)


@router.post("/{handle}/reveal")
def reveal(visit: CurrentVisit, handle: str) -> Response:
    """Open who a person under a pseudonym is, for the case named; then show their page."""
    with visit.reading("reveal") as view:
        card = view.reveal(handle)
    return RedirectResponse("/people/" + quote(card.handle, safe=""), status_code=303)
