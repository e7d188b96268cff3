"""The rows that households are read from, inside ``scope_rows``."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from linkage.households.known import KnownPeople
from linkage.households.timeline import Statement
from linkage.scope_rows import addresses, of_postcodes
from records.scope import Scope
from records.snapshot.about import RowsAbout, among

# An address that more records give than any dwelling could hold is an office, an institution or a block.
RECORDS_OF_A_DWELLING = 400

# Whoever is taken off a practice's list and is on no other has left the address that the practice holds, weeks before
# at the latest. One who only changed practice is on the list of the next.
_OFF_THE_LIST = """
    SELECT record_id, max(valid_to) AS day FROM scope_organisation_tie
    WHERE kind = 'gp_practice' AND person_id IN (
        SELECT person_id FROM scope_organisation_tie WHERE kind = 'gp_practice'
        GROUP BY person_id HAVING bool_and(valid_to IS NOT NULL))
    GROUP BY record_id"""

_LIVED_IN = f"""
    SELECT person_id, record_id, place_id, kind, valid_from,
           CASE WHEN bool_or(valid_to IS NOT NULL) OVER (PARTITION BY person_id, place_id) THEN valid_to
                WHEN off.day >= valid_from THEN off.day END AS valid_to, is_communal,
           kind IS DISTINCT FROM 'tenancy' AND (record_id, valid_from) IN (SELECT record_id, day FROM event_day) AS is_seen
    FROM scope_address LEFT JOIN ({_OFF_THE_LIST}) off USING (record_id)
    WHERE kind IS DISTINCT FROM 'correspondence'
      AND (valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from)
    QUALIFY NOT bool_or(is_communal) OVER (PARTITION BY place_id)
        AND count(*) OVER (PARTITION BY place_id) <= {RECORDS_OF_A_DWELLING}"""


_STATED: Final = f"""
    WITH event_day AS (
        SELECT DISTINCT i.record_id, CAST(e.started_at AS DATE) AS day
        FROM scope_involvement i JOIN scope_event e USING (event_id) WHERE e.started_at IS NOT NULL)
    SELECT person_id, place_id, valid_from - DATE '1970-01-01' AS starts, valid_to - DATE '1970-01-01' AS ends,
           record_id, coalesce(kind = 'tenancy', FALSE) AS is_tenancy, coalesce(is_seen, FALSE) AS is_seen
    FROM ({_LIVED_IN}) ORDER BY person_id, place_id, starts, ends, record_id, is_tenancy, is_seen"""

_PEOPLE: Final = """
    SELECT person_id, mode(date_of_birth ORDER BY date_of_birth) - DATE '1970-01-01' AS born,
           min(died_on) - DATE '1970-01-01' AS died,
           list_sort(list_distinct(list(upper(strip_accents(family_name))) FILTER (family_name IS NOT NULL))) AS surnames
    FROM scope_record WHERE NOT coalesce(is_professional, FALSE) GROUP BY person_id ORDER BY person_id"""

_TIES: Final = """
    SELECT DISTINCT person_id, kind, other_person_id, record_id, other_record_id FROM scope_relationship ORDER BY ALL"""

# What households are worked out of, inside ``scope_rows``, each in a fixed order: the fields of ``HouseholdRows``.
HOUSEHOLD_QUERIES: Final = (_STATED, _PEOPLE, _TIES)


_AT: Final = """JOIN {place_of} p ON p.address IS NOT DISTINCT FROM a.address
    AND p.postcode IS NOT DISTINCT FROM a.postcode AND p.uprn IS NOT DISTINCT FROM a.uprn"""


@dataclass(frozen=True, slots=True)
class HouseholdRows:
    """What the rows of a scope say of who lives where: the answers to ``HOUSEHOLD_QUERIES``, each read once."""

    stated: Iterable[tuple[Any, ...]]
    people: Iterable[tuple[Any, ...]]
    ties: Iterable[tuple[Any, ...]]


def household_rows(connection: duckdb.DuckDBPyConnection) -> HouseholdRows:
    """The rows of the scope that is open on ``connection``."""
    return HouseholdRows(*(connection.execute(query).fetchall() for query in HOUSEHOLD_QUERIES))


def statements_by_person(rows: HouseholdRows) -> dict[str, list[Statement]]:
    """What each person's records say of where they lived, without communal places, in a fixed order."""
    stated: dict[str, list[Statement]] = defaultdict(list)
    for person_id, *statement in rows.stated:
        stated[person_id].append(Statement(*statement))
    return stated


def known_people(rows: HouseholdRows) -> KnownPeople:
    """Births (the date most records give), deaths, family names and asserted ties of the members."""
    known = KnownPeople()
    for person_id, born, died, surnames in rows.people:
        if born is not None:
            known.born[person_id] = born
        if died is not None:
            known.died[person_id] = died
        known.surnames[person_id] = frozenset(surnames or ())
    known.add_ties(rows.ties)
    return known


def records_around(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: Collection[str]
) -> set[str]:
    """``record_ids`` and every record of the scope at a dwelling that one of them gives, or tied to one by kinship.

    Communal places and addresses of more records than a dwelling holds lead nowhere.
    """
    about, asked = RowsAbout(connection, scope), frozenset(record_ids)
    own = about.rows("address_spell", "record_id", asked)
    codes = _found(connection, f"SELECT DISTINCT postcode FROM {own}")
    stated = addresses(f"SELECT t.*, '' AS person_id FROM {own} t", of_postcodes("place_of", codes))
    places = _found(
        connection,
        f"""SELECT DISTINCT place_id FROM ({stated})
            WHERE kind IS DISTINCT FROM 'correspondence' AND NOT is_communal""",
    )
    written = f"(SELECT * FROM place_of WHERE {among('place_id', places)})"
    codes = _found(connection, f"SELECT DISTINCT postcode FROM {written}")
    near = of_postcodes("address_spell", codes)
    there = _found(connection, f"SELECT DISTINCT a.record_id FROM {near} a {_AT.format(place_of=written)}")
    at_home = _found(
        connection,
        f"""SELECT a.record_id FROM {about.rows("address_spell", "record_id", there)} a {_AT.format(place_of=written)}
            WHERE a.kind IS DISTINCT FROM 'correspondence'
            QUALIFY NOT bool_or(p.is_communal) OVER (PARTITION BY p.place_id)
                AND count(*) OVER (PARTITION BY p.place_id) <= {RECORDS_OF_A_DWELLING}""",
    )
    kin = _found(
        connection,
        f"""SELECT other_record_id FROM {about.rows("relationship", "record_id", asked)}
            UNION SELECT record_id FROM {about.rows("relationship", "other_record_id", asked)}""",
    )
    return at_home | kin | asked


def _found(connection: duckdb.DuckDBPyConnection, query: str) -> set[Any]:
    return {one for (one,) in connection.execute(query).fetchall()}
