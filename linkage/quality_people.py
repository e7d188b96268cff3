"""People whose records deserve a second look: the largest, those held by a thread, those that contradict themselves."""

from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.calibration import LinkageCalibration
from linkage.columns import column
from linkage.scoring import component_numbers
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# People listed of a kind, and records named of each.
MOST_LISTED: Final = 15
MOST_NAMED: Final = 6
MANY_RECORDS: Final = 10
MANY_FEEDS: Final = 4
# A link this many bits above the joining weight is firm; a person in two firm parts hangs on what is between them.
FIRM_BITS: Final = 5.0
LEAST_PART: Final = 2


@dataclass(frozen=True, slots=True)
class PersonToLookAt:
    """One person: how many records of how many agencies, some of their ids, and what is the matter, in words."""

    record_ids: tuple[str, ...]
    records: int
    agencies: int
    matter: str


@dataclass(frozen=True, slots=True)
class PeopleToLookAt:
    """One kind: why they are listed, how many there are in all, and the first ``MOST_LISTED`` of them."""

    title: str
    why: str
    people_in_all: int
    people: tuple[PersonToLookAt, ...]


def people_to_look_at(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> tuple[PeopleToLookAt, ...]:
    """The kinds of people of ``scope`` that a link reviewer should open first; none of them need be wrong."""
    firm = calibration.join_bits + FIRM_BITS
    _list_hanging(connection, scope, firm)
    numbers = rows_in_scope("identifier", scope)
    records = rows_in_scope("record", scope)
    return (
        _kind(
            connection,
            scope,
            "Held by one weak link",
            "The records fall into parts of two records or more that are each firm, with nothing firm between the"
            " parts. If the weak link is wrong, two people are shown as one.",
            "SELECT person_id, 'parts of ' || array_to_string(parts, ' and ') || ' records' AS matter,"
            " -parts[2] AS rank FROM hanging_person",
        ),
        _kind(
            connection,
            scope,
            "Two NHS numbers",
            "Each number passed its check, so a person with two is either two people, or was given a second number.",
            "SELECT m.person_id, count(DISTINCT i.value) || ' NHS numbers' AS matter, -count(DISTINCT i.value) AS rank"
            f" FROM {numbers} i JOIN membership m ON m.record_id = i.record_id AND m.scope = $scope"
            " WHERE i.kind = 'nhs_number' GROUP BY m.person_id HAVING count(DISTINCT i.value) > 1",
        ),
        _kind(
            connection,
            scope,
            "Born in years apart",
            "Dates of birth more than one year apart. A wrong digit does this; so does a parent of the same name.",
            "SELECT m.person_id, 'years of birth from ' || min(year(r.date_of_birth)) || ' to '"
            " || max(year(r.date_of_birth)) AS matter, min(year(r.date_of_birth)) - max(year(r.date_of_birth)) AS rank"
            f" FROM {records} r JOIN membership m ON m.record_id = r.record_id AND m.scope = $scope"
            " WHERE r.date_of_birth IS NOT NULL GROUP BY m.person_id"
            " HAVING max(year(r.date_of_birth)) - min(year(r.date_of_birth)) > 1",
        ),
        _kind(
            connection,
            scope,
            f"More than {MANY_RECORDS} records",
            "As a rule one much-known person; but this is also where a placeholder, an office or a common name gathers"
            " strangers.",
            "SELECT person_id, 'the agencies ' || array_to_string(agencies, ', ') AS matter, -record_count AS rank"
            f" FROM person WHERE scope = $scope AND record_count > {MANY_RECORDS}",
        ),
        _kind(
            connection,
            scope,
            f"Known to more than {MANY_FEEDS} feeds",
            "As a rule right, and worth reading because a wrong link here would reach the most agencies.",
            "SELECT m.person_id, 'the feeds ' || array_to_string(list_sort(list(DISTINCT r.feed)), ', ') AS matter,"
            " -count(DISTINCT r.feed) AS rank"
            f" FROM {records} r JOIN membership m ON m.record_id = r.record_id AND m.scope = $scope"
            f" GROUP BY m.person_id HAVING count(DISTINCT r.feed) > {MANY_FEEDS}",
        ),
    )


def _kind(
    connection: duckdb.DuckDBPyConnection, scope: Scope, title: str, why: str, query: str
) -> PeopleToLookAt:
    """The first people of ``query`` (person_id, matter, rank), lowest rank first."""
    values = {"scope": scope.name} if "$scope" in query else {}
    # Made a table first: a bound value may not be left over in a query that does not name it.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE listed_person AS {query}", values)
    total = int(connection.execute("SELECT count(*) FROM listed_person").fetchall()[0][0])
    rows = connection.execute(
        f"""
        WITH first AS (SELECT * FROM listed_person ORDER BY rank, person_id LIMIT {MOST_LISTED})
        SELECT list_sort(list(m.record_id))[:{MOST_NAMED}], count(*), count(DISTINCT r.agency), any_value(f.matter)
        FROM first f JOIN membership m ON m.person_id = f.person_id AND m.scope = ?
        JOIN record r ON r.record_id = m.record_id
        GROUP BY f.person_id, f.rank ORDER BY f.rank, f.person_id""",
        [scope.name],
    ).fetchall()
    connection.execute("DROP TABLE temp.listed_person")
    people = tuple(
        PersonToLookAt(tuple(names), records, agencies, matter) for names, records, agencies, matter in rows
    )
    return PeopleToLookAt(title, why, total, people)


def _list_hanging(connection: duckdb.DuckDBPyConnection, scope: Scope, firm_bits: float) -> None:
    """Fill temporary ``hanging_person`` (person_id, parts): people whose firm links leave two parts of two records."""
    found = connection.execute(
        "SELECT row_number() OVER (ORDER BY m.person_id, c.record_number) - 1 AS place, c.record_number,"
        " dense_rank() OVER (ORDER BY m.person_id) - 1 AS person"
        " FROM membership m JOIN comparison_record c USING (record_id) WHERE m.scope = ? ORDER BY c.record_number",
        [scope.name],
    ).fetchnumpy()
    numbers, person = column(found, "record_number", np.int64), column(found, "person", np.int64)
    links = connection.execute(
        "SELECT number_a, number_b FROM link WHERE weight >= ?", [firm_bits]
    ).fetchnumpy()
    place_a, known_a = _places(numbers, column(links, "number_a", np.int64))
    place_b, known_b = _places(numbers, column(links, "number_b", np.int64))
    inside = known_a & known_b
    inside[inside] = person[place_a[inside]] == person[place_b[inside]]
    part = component_numbers(len(numbers), place_a[inside], place_b[inside])
    connection.register("arriving", {"record_number": numbers, "part": part})
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE hanging_person AS
        WITH sized AS (
            SELECT m.person_id, a.part, count(*) AS records FROM arriving a
            JOIN comparison_record c ON c.record_number = a.record_number
            JOIN membership m ON m.record_id = c.record_id AND m.scope = ? GROUP BY m.person_id, a.part)
        SELECT person_id, list(records ORDER BY records DESC) AS parts FROM sized
        GROUP BY person_id HAVING count(*) FILTER (records >= {LEAST_PART}) >= 2""",
        [scope.name],
    )
    connection.unregister("arriving")


def _places(
    numbers: NDArray[np.int64], wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted number stands in ascending ``numbers``, and whether it does at all."""
    places = np.minimum(np.searchsorted(numbers, wanted), max(len(numbers) - 1, 0))
    known = numbers[places] == wanted if len(numbers) else np.zeros(len(wanted), dtype=bool)
    return places, known
