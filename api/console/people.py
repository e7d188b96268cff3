"""A person: who they are, what happened, whom they are tied to, and why their records are held for one person."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from access import Household
from api.console.differences import differences_of
from api.console.meetings import issue_chronology
from api.console.page import page
from api.console.visit import CurrentVisit
from api.console.waterfall import waterfall
from api.console.whose_word import whose_word
from products import ChronologyChoice, chronology_proforma

router = APIRouter(prefix="/people", include_in_schema=False)


@router.get("/{handle}")
def person_page(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Who this is, by whose word, and with whom they live and lived."""
    may = visit.session.may
    with visit.reading("person") as view:
        shown = view.person(handle)
        sharing = view.sharing_about(handle) if may("grants") else None
    return page(
        request,
        "person.html",
        tab="person",
        person=shown,
        card=shown.card,
        differences=differences_of(shown),
        said=whose_word(shown),
        sharing=sharing,
    )


@router.get("/{handle}/lives-with")
def lives_with_part(request: Request, visit: CurrentVisit, handle: str) -> Response:
    """Whom a person lives with now: a part of their page, fetched after it, since households take as long as all the rest."""
    with visit.reading("households") as view:
        shown = view.households(handle)
    return page(
        request,
        "lives_with.html",
        card=shown.person,
        lives_with=_lives_with(shown.households, shown.person.handle),
    )


def _lives_with(households: Iterable[Household], handle: str) -> list[Household]:
    """The households that the person lives in now, with those alone who live there now too."""
    now = []
    for household in households:
        here = tuple(member for member in household.members if member.valid_to is None)
        if any(member.person.handle == handle for member in here):
            now.append(replace(household, members=here))
    return now


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
def chronology_page(request: Request, visit: CurrentVisit, handle: str, of: str = "") -> Response:
    """What every agency reported, incidents once, gaps shown; ``of`` household: of everyone who lives with them."""
    choice = ChronologyChoice(whole_household=of == "household")
    with visit.reading("chronology") as view:
        proforma, elsewhere = chronology_proforma(view, handle, choice), view.from_other_hubs(handle)
    return page(
        request,
        "chronology.html",
        tab="chronology",
        proforma=proforma,
        card=proforma.person,
        elsewhere=elsewhere,
    )


@router.post("/{handle}/chronology/issue")
def issue(
    visit: CurrentVisit,
    handle: str,
    recipient: Annotated[str, Form(max_length=200)] = "",
    form: Annotated[str, Form()] = "docx",
    incidents: Annotated[list[str] | None, Form(max_length=500)] = None,
    of: Annotated[str, Form()] = "",
) -> Response:
    """Issue the chronology as a document, with the happenings ticked; all of them where none is."""
    choice = ChronologyChoice(incidents=frozenset(incidents or ()), whole_household=of == "household")
    return issue_chronology(visit, handle, recipient, form, choice)


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
