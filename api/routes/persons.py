"""One person: page, chronology, households, links."""

from typing import Annotated

from fastapi import APIRouter, Path

from access import (
    Chronology,
    HouseholdFactors,
    HouseholdList,
    LinkList,
    PersonPage,
)
from api.reader import SomeReader

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
