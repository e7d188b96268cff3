"""The rows of a scope as temporary views, so that one piece of SQL serves standing and on-demand scopes.

Inside ``scope_rows`` the connection has, in its temporary schema:

* ``scope_member`` (record_id, person_id, weight): the records in question, each with its person and the bits
  of the link that holds it there (NULL when it stands alone);
* ``scope_record``, ``scope_address``, ``scope_thing_use``, ``scope_organisation_tie``: the rows of these
  records in the scope, with ``person_id`` (``scope_address`` with its ``place_id`` and ``is_communal`` too);
* ``scope_relationship``: rows both of whose records are members, with ``person_id``, ``other_person_id``;
* ``scope_event`` and ``scope_involvement``: the events of the scope, and the members' parts in them;
* ``scope_named_part``: the names of everybody in the scope with a part in an event, members or not.

For a standing scope the members are all its records; on demand they are those that the caller names, so that
a result is complete only where every record that matters to it was named.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import duckdb

from records.scope import Scope
from records.snapshot import rows_in_scope
from records.snapshot.about import FEW, RowsAbout, among
from records.snapshot.listed import is_listed, listed_rows

# A postcode typed wrong: a letter off, or two swapped, or one too many.
LETTERS_OF_A_SLIP = 2
ALIKE_STREETS = 0.85
POSTCODE = "[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}"

# Row tables that hold rows of the scope beside the records themselves.
_SCOPED = ("address_spell", "thing_use", "organisation_tie", "relationship", "event", "involvement")
_VIEWS = (
    "scope_named_part",
    "scope_involvement",
    "scope_event",
    "scope_relationship",
    "scope_organisation_tie",
    "scope_thing_use",
    "scope_address",
    "scope_record",
)


@contextmanager
def scope_rows(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    members: Mapping[str, str] | None = None,
    weights: Mapping[str, float | None] | None = None,
    *,
    members_alone: bool = False,
) -> Iterator[None]:
    """Open the views of ``scope`` on ``connection`` and take them away afterwards.

    ``members`` maps record id to person id for a scope on demand, ``weights`` record id to the bits that hold
    it; without ``members`` the membership that the build stored for ``scope.name`` is read. Records named in
    ``members`` must be in the scope. ``members_alone``: nothing is asked but of rows about the members, and of events
    that they have a part in; so where they are few, their rows are found by index, and ``scope_named_part`` is not there.
    """
    _drop(connection)
    if members is None:
        connection.execute(
            "CREATE TEMP TABLE scope_member AS SELECT record_id, person_id, weight FROM membership WHERE scope = $1",
            [scope.name],
        )
    else:
        _name_members(connection, members, weights or {})
    with listed_rows(connection, scope):
        is_few = members_alone and members is not None and len(members) <= FEW and not is_listed(scope)
        sources = _members_alone(connection, scope, members or {}) if is_few else _everybodys(scope)
        for sql in _view_definitions(sources):
            connection.execute(sql)
        if not members_alone:
            connection.execute(_named_parts(scope))
        try:
            yield
        finally:
            _drop(connection)


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    for name in _VIEWS:
        connection.execute(f"DROP VIEW IF EXISTS temp.{name}")
    connection.execute("DROP TABLE IF EXISTS temp.scope_member")


def _name_members(
    connection: duckdb.DuckDBPyConnection, members: Mapping[str, str], weights: Mapping[str, float | None]
) -> None:
    record_ids = sorted(members)
    connection.execute(
        """CREATE TEMP TABLE scope_member AS
           SELECT unnest($1::VARCHAR[]) AS record_id, unnest($2::VARCHAR[]) AS person_id, unnest($3::DOUBLE[]) AS weight""",
        [
            record_ids,
            [members[record_id] for record_id in record_ids],
            [weights.get(record_id) for record_id in record_ids],
        ],
    )


def _view_definitions(sources: Mapping[str, str]) -> Iterator[str]:
    """The views over ``sources``: by row table, SQL of the rows that the scope holds; ``record`` is held by the members."""
    yield f"""CREATE TEMP VIEW scope_record AS
              SELECT t.*, m.person_id, m.weight FROM {sources["record"]} t JOIN scope_member m USING (record_id)"""
    members = (
        f"SELECT t.*, m.person_id FROM {sources['address_spell']} t JOIN scope_member m USING (record_id)"
    )
    yield f"CREATE TEMP VIEW scope_address AS {addresses(members, sources['place_of'])}"
    for name in ("thing_use", "organisation_tie", "involvement"):
        yield f"""CREATE TEMP VIEW scope_{name} AS
                  SELECT t.*, m.person_id FROM {sources[name]} t JOIN scope_member m USING (record_id)"""
    yield f"""CREATE TEMP VIEW scope_relationship AS
              SELECT t.*, m.person_id, o.person_id AS other_person_id
              FROM {sources["relationship"]} t JOIN scope_member m USING (record_id)
              JOIN scope_member o ON o.record_id = t.other_record_id"""
    yield f"CREATE TEMP VIEW scope_event AS SELECT t.* FROM {sources['event']} t"


def _named_parts(scope: Scope) -> str:
    return f"""CREATE TEMP VIEW scope_named_part AS
               SELECT i.event_id, i.record_id, i.role, r.given_name, r.family_name, r.full_name, r.is_professional
               FROM {rows_in_scope("involvement", scope)} i JOIN {rows_in_scope("record", scope)} r USING (record_id)"""


def _everybodys(scope: Scope) -> dict[str, str]:
    """Where the rows of the whole scope are read."""
    return {"record": "record", "place_of": "place_of"} | {
        name: rows_in_scope(name, scope) for name in _SCOPED
    }


def _members_alone(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: Collection[str]
) -> dict[str, str]:
    """The same for a few records, by index: only rows about them, and the events that they have a part in."""
    about = RowsAbout(connection, scope)
    sources = {name: about.rows(name, "record_id", record_ids) for name in _SCOPED if name != "event"}
    parts = connection.execute(f"SELECT DISTINCT event_id FROM {sources['involvement']}").fetchall()
    sources["event"] = about.rows("event", "event_id", [event_id for (event_id,) in parts])
    sources["record"] = f"(SELECT * FROM record WHERE {among('record_id', record_ids)})"
    codes = connection.execute(f"SELECT DISTINCT postcode FROM {sources['address_spell']}").fetchall()
    sources["place_of"] = of_postcodes("place_of", {code for (code,) in codes})
    return sources


def of_postcodes(table: str, postcodes: Collection[str | None]) -> str:
    """SQL of a sub-query, in brackets: the rows of ``table`` written with one of some postcodes, by index; None is without."""
    read = [f"SELECT * FROM {table} WHERE {among('postcode', (one for one in postcodes if one is not None))}"]
    read += [f"SELECT * FROM {table} WHERE postcode IS NULL"] if None in postcodes else []
    return f"({' UNION ALL '.join(read)})"


def addresses(members: str, place_of: str = "place_of") -> str:
    """SQL of addresses with their places; one that a person gives without its postcode, or with a slip in it, is their known one.

    ``members`` is SQL of rows of ``address_spell`` with a ``person_id``, ``place_of`` of the places they are written at. Of places with the same numbers and street that one
    person gives, the one most often given with a postcode stands for those without, or with a code no more than two letters
    off; a code of a postcode's form, a property number and a date speak for a place. Only the person's own rows decide.
    """
    return f"""
        WITH stated AS (
            SELECT t.*, p.is_communal, p.place_id AS own_place_id, p.code, p.dwelling, p.street,
                   count(*) OVER (PARTITION BY t.person_id, p.place_id) AS given
            FROM ({members}) t
            JOIN {place_of} p ON p.address IS NOT DISTINCT FROM t.address
                AND p.postcode IS NOT DISTINCT FROM t.postcode AND p.uprn IS NOT DISTINCT FROM t.uprn),
        compared AS (
            SELECT *, first_value({{'place_id': own_place_id, 'code': code, 'street': street}}) OVER (
                PARTITION BY person_id, dwelling, left(street, 1)
                ORDER BY code IS NULL, NOT regexp_full_match(code, '{POSTCODE}'), given DESC, uprn IS NULL,
                         valid_from IS NULL, own_place_id) AS best
            FROM stated)
        SELECT * EXCLUDE (own_place_id, code, dwelling, street, given, best),
               CASE WHEN dwelling <> '' AND best.code IS NOT NULL
                         AND (code IS NULL OR damerau_levenshtein(code, best.code) <= {LETTERS_OF_A_SLIP})
                         AND jaro_winkler_similarity(street, best.street) >= {ALIKE_STREETS}
                    THEN best.place_id ELSE own_place_id END AS place_id
        FROM compared"""
