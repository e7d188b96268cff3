"""A person: who they are, what happened, whom they are tied to, and why their records are held for one person."""

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from access import BadInput, NetworkRequest
from api.console.page import page
from api.console.picture import elements, label
from api.console.ties import ORDERS, tie_rows
from api.console.visit import CurrentVisit
from products import chronology_proforma

router = APIRouter(prefix="/people", include_in_schema=False)


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
        shown = view.households(handle)
    return page(request, "households.html", tab="households", households=shown.households, card=shown.person)


@router.get("/{handle}/chronology")
def chronology_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """What every agency reported, incidents once, gaps shown."""
    with visit.reading("chronology") as view:
        proforma = chronology_proforma(view, handle)
    return page(request, "chronology.html", tab="chronology", proforma=proforma, card=proforma.person)


@router.get("/{handle}/network")
def network_page(
    request: Request,
    visit: CurrentVisit,
    handle: str,
    hops: str = "1",
    as_of: str = "",
    sort: str = "strength",
) -> Response:
    """The picture of whom and what a person is tied to, and the same as a table.

    Raises:
        BadInput: the day is no day.

    """
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise BadInput("As of: enter a day as year-month-day, like 2026-03-31.") from error
    asked = NetworkRequest(hops=2 if hops == "2" else 1, as_of=day)
    with visit.reading("network") as view:
        picture = view.network(handle, asked)
    nodes = {node.node: node for node in picture.nodes}
    order = sort if sort in ORDERS else "strength"
    return page(
        request,
        "network.html",
        tab="network",
        card=nodes[picture.centre].person,
        picture=picture,
        elements=elements(picture),
        rows=tie_rows(picture, order),
        label=label,
        asked={"hops": asked.hops, "as_of": as_of, "sort": order},
    )


@router.get("/{handle}/links")
def links_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Why these records are held to be one person."""
    with visit.reading("links") as view:
        shown = view.links(handle)
    return page(request, "links.html", tab="links", shown=shown, card=shown.person)


@router.post("/{handle}/reveal")
def reveal(visit: CurrentVisit, handle: str) -> Response:
    """Open who a person under a pseudonym is, for the case named; then show their page."""
    with visit.reading("reveal") as view:
        card = view.reveal(handle)
    return RedirectResponse("/people/" + quote(card.handle, safe=""), status_code=303)
