"""Which agency, or kind of agency, a referrer written in free text stands for: "Polcie", "NHS - ED", "St Marys Prim".

A name is looked for in two places: the list of agencies and organisations that the feeds themselves know, and the
shipped kinds with their usual spellings (``agencies.txt``). Either way misspellings, digits for letters, joined words
and usual abbreviations are allowed for, and what could as well be two agencies is told to be neither.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import duckdb

from linkage.agencies.kinds import KindFound, find_kinds, sector_of_kind, spellings
from linkage.agencies.organisations import Organisation, OrganisationFound, OrganisationIndex
from linkage.agencies.words import agency_words
from linkage.scope_rows import scope_rows
from records.scope import Scope
from records.snapshot import rows_in_scope

# Kinds of organisation_tie that refer people; an employer is no agency.
_KIND_OF_ORGANISATION: Mapping[str, str] = {
    "school": "school",
    "gp_practice": "general_practice",
    "hostel": "housing",
}
AMBIGUOUS = 0.5
LETTERS_OF_A_WORD_INSIDE = 6


@dataclass(frozen=True, slots=True)
class AgencyChoice:
    """One reading of a name: ``agency:<key>`` of a feed, ``organisation:<key>`` or ``kind:<kind>``; score 0 to 1."""

    agency_key: str
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class AgencyMatch:
    """What a referrer's text stands for.

    ``agency_key`` and ``kind`` are None where nothing is known by that name, or several are (then ``alternatives`` has
    them). ``score``: 1 as written, less for each slip and unknown word. ``sector``: police, health, education,
    housing, social_care, probation, fire, justice, government, voluntary or public.
    """

    agency_key: str | None
    kind: str | None
    sector: str | None
    score: float
    alternatives: tuple[AgencyChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class AgencyList:
    """What the feeds know: the agency of each sector that has one alone, and the organisations by name."""

    agency_of_sector: Mapping[str, str]
    organisations: OrganisationIndex


def agency_list(agencies: Iterable[str], organisations: Iterable[Organisation]) -> AgencyList:
    """The list to resolve names against, from the agencies of the feeds and the organisations they name."""
    by_sector: dict[str, set[str]] = {}
    for agency in agencies:
        sector = resolve_agency(agency.replace("_", " "), SHIPPED).sector
        if sector is not None:
            by_sector.setdefault(sector, set()).add(agency)
    alone = {sector: min(keys) for sector, keys in sorted(by_sector.items()) if len(keys) == 1}
    return AgencyList(alone, OrganisationIndex(organisations))


SHIPPED = AgencyList({}, OrganisationIndex(()))


def resolve_agency(text: str, known: AgencyList = SHIPPED) -> AgencyMatch:
    """What ``text`` stands for: an organisation of the list, else a kind of agency, else nothing."""
    words = agency_words(text)
    if not words:
        return AgencyMatch(None, None, None, 0.0)
    kinds = find_kinds(words)
    named = known.organisations.find(words)
    if len(named) == 1 or (named and named[0].score > named[1].score):
        best = named[0]
        kind = best.organisation.kind
        return AgencyMatch(
            f"organisation:{best.organisation.key}", kind, sector_of_kind(kind), best.score, _also(named[1:])
        )
    if named:
        shared = {found.organisation.kind for found in named}
        kind_of_all = shared.pop() if len(shared) == 1 else None
        sector = sector_of_kind(kind_of_all) if kind_of_all else None
        return AgencyMatch(None, kind_of_all, sector, AMBIGUOUS * named[0].score, _also(named))
    return _of_kind(kinds, known)


def _of_kind(kinds: list[KindFound], known: AgencyList) -> AgencyMatch:
    choices = [AgencyChoice(_key(found, known), found.kind, found.score) for found in kinds]
    if not kinds or len({found.sector for found in kinds}) > 1:
        return AgencyMatch(None, None, None, 0.0, tuple(choices))
    best = kinds[0]
    return AgencyMatch(choices[0].agency_key, best.kind, best.sector, best.score, tuple(choices[1:]))


def _key(found: KindFound, known: AgencyList) -> str:
    agency = known.agency_of_sector.get(found.sector)
    return f"kind:{found.kind}" if agency is None else f"agency:{agency}"


def _also(named: Iterable[OrganisationFound]) -> tuple[AgencyChoice, ...]:
    return tuple(
        AgencyChoice(f"organisation:{found.organisation.key}", found.organisation.kind, found.score)
        for found in named
    )


@lru_cache(maxsize=65_536)
def sector_of(text: str) -> str | None:
    """The sector of the agency that ``text`` names by the shipped kinds alone, None when it cannot be told.

    People who tell of themselves are of no sector: that a victim told one agency does not say who told another.
    """
    found = resolve_agency(text.replace("_", " "), SHIPPED)
    return None if found.kind == "self" else found.sector


@lru_cache(maxsize=65_536)
def kind_of(text: str) -> str | None:
    """The shipped kind of agency, or of people who refer, that ``text`` names; None when it cannot be told."""
    return resolve_agency(text.replace("_", " "), SHIPPED).kind


def sector_of_agency(key: str) -> str | None:
    """The sector of an agency by its key, as ``sector_of``; a key may run on: ``northpolice``, ``policenorth``.

    Only words of six letters and more are looked for inside a key: "ed" and "met" stand at the end of many a name.
    """
    written = sector_of(key)
    if written is not None:
        return written
    run_on = re.sub("[^a-z]", "", key.casefold())
    found = {
        spelling.sector
        for spelling in spellings()
        if len(spelling.words) == 1
        and spelling.letters >= LETTERS_OF_A_WORD_INSIDE
        and (run_on.startswith(spelling.words[0]) or run_on.endswith(spelling.words[0]))
    }
    return found.pop() if len(found) == 1 else None


def resolve_agency_names(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Fill ``agency_name`` for a standing scope: each referrer that its events state, with the agency it stands for.

    The list it is resolved against is that of the same scope: its agencies, schools, practices and hostels.
    """
    with scope_rows(connection, scope):
        texts = [
            str(text)
            for (text,) in connection.execute(
                "SELECT DISTINCT referrer FROM scope_event WHERE referrer IS NOT NULL ORDER BY referrer"
            ).fetchall()
        ]
        agencies = [
            str(agency)
            for (agency,) in connection.execute(
                "SELECT DISTINCT agency FROM scope_event WHERE agency IS NOT NULL ORDER BY agency"
            ).fetchall()
        ]
    known = agency_list(agencies, _organisations(connection, scope))
    found = [resolve_agency(text, known) for text in texts]
    connection.execute("DELETE FROM agency_name WHERE scope = $1", [scope.name])
    connection.execute(
        """INSERT INTO agency_name BY NAME
           SELECT $1 AS scope, unnest($2::VARCHAR[]) AS text, unnest($3::VARCHAR[]) AS agency_key,
                  unnest($4::VARCHAR[]) AS kind, unnest($5::DOUBLE[]) AS score""",
        [
            scope.name,
            texts,
            [match.agency_key for match in found],
            [match.kind for match in found],
            [match.score for match in found],
        ],
    )


def _organisations(connection: duckdb.DuckDBPyConnection, scope: Scope) -> list[Organisation]:
    rows = connection.execute(
        f"""SELECT DISTINCT kind, organisation_key, organisation_name FROM {rows_in_scope("organisation_tie", scope)}
            WHERE organisation_name IS NOT NULL ORDER BY ALL"""
    ).fetchall()
    return [
        Organisation(key or name, _KIND_OF_ORGANISATION[kind], name)
        for kind, key, name in rows
        if kind in _KIND_OF_ORGANISATION
    ]
