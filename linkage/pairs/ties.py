"""What ties two records besides what they say themselves: relatives, a moment, whose a phone or a name is, who is at home."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.columns import column
from linkage.model.calibration import LinkageCalibration
from linkage.model.registers import register_labels
from linkage.pairs.moments import (
    MOMENT,
    MOMENT_BITS,
    OPEN_CASE,
    OPEN_CASE_BITS,
    make_moment_pairs,
    moment_ties_query,
)
from linkage.pairs.one_at_home import AT_HOME, AT_HOME_BITS, home_ties_query, make_home_pairs
from linkage.pairs.only_bearer import BEARER_BITS, ONLY_BEARER, bearer_ties_query, make_bearer_pairs
from linkage.pairs.phone_users import PHONE, PHONE_BITS_AT_HOME, make_phone_pairs, phone_ties_query
from linkage.pairs.relatives import FAMILY_BITS, HAS_AFFECTED_END, family_ties_query, make_family_pairs
from linkage.pairs.scoring import component_numbers
from records.scope import Scope

Numbers = NDArray[np.int64]


class Tie(NamedTuple):
    """What a reader is told of a kind of tie, and its bits against strangers and against two people of one household."""

    words: str
    bits: float
    bits_at_home: float = 0.0


# By kind; where several tie two records, the first by name counts.
TIES: Final[dict[str, Tie]] = {
    AT_HOME: Tie("nobody else of that sex and family name is known to live there", 0.0, AT_HOME_BITS),
    "family": Tie("they share a relative, or one lives with a relative of the other", FAMILY_BITS),
    MOMENT: Tie("one called, and a case was opened for the other, within a few hours", MOMENT_BITS),
    OPEN_CASE: Tie(
        "one called about a concern for which a case of the other had been opened in the month before",
        OPEN_CASE_BITS,
    ),
    ONLY_BEARER: Tie(
        "nobody else of that name is known, and an agency that holds nearly everybody knows this one",
        BEARER_BITS,
    ),
    PHONE: Tie("nobody else of that name who is grown up is known to use the phone", 0.0, PHONE_BITS_AT_HOME),
}


def _family_ties_query(scope: Scope) -> str:
    return f"SELECT number_a, number_b, 'family' AS kind FROM ({family_ties_query(scope)})"


def _phone_ties_query(scope: Scope) -> str:
    return f"SELECT number_a, number_b, '{PHONE}' AS kind FROM ({phone_ties_query(scope)})"


def _home_ties_query(scope: Scope) -> str:
    return f"SELECT number_a, number_b, '{AT_HOME}' AS kind FROM ({home_ties_query(scope)})"


def _bearer_ties_query(_: Scope) -> str:
    return f"SELECT number_a, number_b, '{ONLY_BEARER}' AS kind FROM ({bearer_ties_query()})"


_QUERIES: Final[dict[str, Callable[[Scope], str]]] = {
    AT_HOME: _home_ties_query,
    "family": _family_ties_query,
    MOMENT: moment_ties_query,
    OPEN_CASE: moment_ties_query,
    ONLY_BEARER: _bearer_ties_query,
    PHONE: _phone_ties_query,
}


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of records by number, each with its kind (a key of ``TIES``)."""

    number_a: Numbers
    number_b: Numbers
    kinds: tuple[str, ...]


def make_tied_pairs(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, changed: str | None = None
) -> None:
    """Fill ``tied_pair`` (number_a < number_b, kind) and ``circle`` (record_number, circle) from links and row tables.

    ``tied_pair``: records whom relatives, a moment, a phone or a home may tie in some scope, and no link joins. ``circle``: records that
    links and tied pairs hold together, so that what a person is made of never reaches beyond its circle. With ``changed``
    (see ``make_family_pairs``) the family pairs of the last build stay but for those it may have changed.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE near AS SELECT c.record_number, coalesce(l.component, -1 - c.record_number) AS component"
        " FROM comparison_record c LEFT JOIN link_component l USING (record_number)"
    )
    make_family_pairs(connection, changed)
    if changed:
        connection.execute(
            "INSERT INTO family_pair SELECT number_a, number_b FROM tied_pair"
            f" WHERE kind = 'family' AND NOT {HAS_AFFECTED_END}"
        )
        connection.execute("DROP TABLE temp.affected")
    make_moment_pairs(connection)
    make_phone_pairs(connection)
    make_home_pairs(connection, calibration)
    make_bearer_pairs(connection, calibration)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE tied_pair AS
        SELECT number_a, number_b, kind FROM (
            SELECT number_a, number_b, 'family' AS kind FROM family_pair UNION ALL SELECT number_a, number_b, kind FROM moment_pair
            UNION ALL SELECT number_a, number_b, '{PHONE}' FROM phone_pair
            UNION ALL SELECT number_a, number_b, '{AT_HOME}' FROM home_pair
            UNION ALL SELECT number_a, number_b, '{ONLY_BEARER}' FROM bearer_pair)
        ORDER BY ALL"""
    )
    _make_circles(connection)
    connection.execute(
        "DROP TABLE temp.near; DROP TABLE temp.family_pair; DROP TABLE temp.moment_pair; DROP TABLE temp.phone_pair;"
        " DROP TABLE temp.home_pair; DROP TABLE temp.bearer_pair"
    )


def _make_circles(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT number_a, number_b FROM tied_pair UNION ALL"
        " SELECT record_number, min(record_number) OVER (PARTITION BY component) FROM link_component"
    ).fetchnumpy()
    number_a, number_b = column(found, "number_a", np.int64), column(found, "number_b", np.int64)
    numbers = np.unique(np.concatenate([number_a, number_b]))
    circles = component_numbers(
        len(numbers), np.searchsorted(numbers, number_a), np.searchsorted(numbers, number_b)
    )
    connection.register("arriving", pa.table({"record_number": numbers.astype(np.int32), "circle": circles}))
    connection.execute(
        "CREATE OR REPLACE TABLE circle AS SELECT record_number, circle FROM arriving ORDER BY circle, record_number"
    )
    connection.unregister("arriving")


def ties_between(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    numbers: Numbers,
    person: Numbers,
) -> Ties:
    """Ties in ``scope`` between records of two people. ``numbers`` are those of temporary ``resolving``, ``person`` who each is so far."""
    connection.register("so_far", pa.table({"record_number": numbers, "person": person}))
    connection.execute("CREATE OR REPLACE TEMP TABLE first_person AS SELECT * FROM so_far")
    connection.unregister("so_far")
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE asked_tie AS
        SELECT k.number_a, k.number_b, k.kind, p.person AS person_a, q.person AS person_b FROM tied_pair k
        JOIN first_person p ON p.record_number = k.number_a JOIN first_person q ON q.record_number = k.number_b
        WHERE p.person <> q.person"""
    )
    asked = connection.execute("SELECT DISTINCT kind FROM asked_tie ORDER BY kind").fetchall()
    # Most people have nobody near whom anything may tie to them, and every query here reads many rows.
    register_labels(connection, calibration.registers)
    queries = sorted({f"({_QUERIES[kind](scope)})" for (kind,) in asked})
    found = connection.execute(
        f"""
        SELECT number_a, number_b, min(kind) AS kind FROM ({" UNION ALL ".join(queries) or "SELECT * FROM asked_tie"})
        GROUP BY number_a, number_b ORDER BY number_a, number_b"""
    ).fetchnumpy()
    connection.execute(
        "DROP TABLE temp.asked_tie; DROP TABLE temp.first_person; DROP TABLE temp.register_label"
    )
    return Ties(
        column(found, "number_a", np.int64),
        column(found, "number_b", np.int64),
        tuple(str(kind) for kind in found["kind"]),
    )
