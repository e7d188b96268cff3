"""One person: page, chronology, network, households, links; and the ways between two."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from access import (
    Chronology,
    HouseholdFactors,
    HouseholdList,
    LinkList,
    NetworkPicture,
    NetworkRequest,
    PathAnswer,
    PersonPage,
)
from api.reader import SomeReader
from api.requests import PathRequest

router = APIRouter(prefix="/v1", tags=["people"])
Handle = Annotated[
    str, Path(description="A person's handle, as an answer gave it to you.", examples=["p-4c81f0a2"])
]


@router.get("/persons/{handle}", summary="A person's page")
def person(handle: Handle, reader: SomeReader) -> PersonPage:
    """Who this is: names, identifiers, addresses and ties, each by the agency that says so, and open findings.

    Conflicting facts stand side by side. A former handle leads to the person who now holds its record.
    """
    with reader.reading("person") as view:
        return view.person(handle)


@router.get("/persons/{handle}/chronology", summary="What happened to and around a person")
def chronology(handle: Handle, reader: SomeReader) -> Chronology:
    """Every event with a part of this person in it, oldest first; ``incident`` joins the reports of one happening."""
    with reader.reading("chronology") as view:
        return view.chronology(handle)


@router.get("/persons/{handle}/network", summary="Whom and what a person is tied to")
def network(
    handle: Handle,
    reader: SomeReader,
    hops: Annotated[int, Query(ge=1, le=2, description="How far from the person.")] = 1,
    nodes: Annotated[
        int, Query(ge=2, le=500, description="At most so many nodes; left_out counts the others.")
    ] = 150,
    as_of: Annotated[date | None, Query(description="The ties as they stood on a day.")] = None,
) -> NetworkPicture:
    """People, places, things, organisations and incidents around a person, with what ties them."""
    with reader.reading("network") as view:
        return view.network(handle, NetworkRequest(hops=hops, node_cap=nodes, as_of=as_of))


@router.get("/persons/{handle}/households", summary="Where and with whom a person lived")
def households(handle: Handle, reader: SomeReader) -> HouseholdList:
    """The households of a person, latest first, with the spells of every member."""
    with reader.reading("households") as view:
        return view.households(handle)


@router.get("/persons/{handle}/factors", summary="The three factors around a person")
def factors(handle: Handle, reader: SomeReader) -> HouseholdFactors:
    """Domestic abuse, mental ill health and substance misuse of those they live with: side by side, never added up."""
    with reader.reading("households") as view:
        return view.factors(handle)


@router.get("/persons/{handle}/links", summary="What holds a person's records together")
def links(handle: Handle, reader: SomeReader) -> LinkList:
    """The records of a person and the comparisons that join them, in bits."""
    with reader.reading("links") as view:
        return view.links(handle)


@router.post("/paths", summary="The strongest ways between two people")
def paths(body: PathRequest, reader: SomeReader) -> PathAnswer:
    """How two people are connected, strongest first, each hop with its kind, dates and agencies."""
    with reader.stating(body.stated_purpose()).reading("paths") as view:
        return view.path(body.from_handle, body.to_handle)
