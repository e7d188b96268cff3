"""People whose records deserve a second look: the largest, those held by a thread, those that contradict themselves."""

from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from linkage.model.calibration import LinkageCalibration
from linkage.people.weak_holds import weak_holds
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# People listed of a kind, and records named of each.
MOST_LISTED: Final = 15
MOST_NAMED: Final = 6
MANY_RECORDS: Final = 10
MANY_FEEDS: Final = 4
# A link this many bits above the joining weight is firm; parts with none between them hang on what there is.
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
    _list_hanging(connection, scope, calibration)
    numbers = rows_in_scope("identifier", scope)
    records = rows_in_scope("record", scope)
    return (
        _kind(
            connection,
            scope,
            "Held by one weak link",
            "The records fall into parts of two records or more, with nothing firm between the parts. If the one link"
            " that holds them is wrong, two people are shown as one.",
            "SELECT person_id, matter, rank, holding FROM hanging_person",
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
    """The first people of ``query`` (person_id, matter, rank and, where it knows, holding), lowest rank first.

    ``holding``: record ids to be named before the others.
    """
    values = {"scope": scope.name} if "$scope" in query else {}
    # Made a table first: a bound value may not be left over in a query that does not name it.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE listed_person AS {query}", values)
    total = int(connection.execute("SELECT count(*) FROM listed_person").fetchall()[0][0])
    rows = connection.execute(
        f"""
        WITH first AS (
            SELECT * FROM (SELECT * FROM listed_person UNION ALL BY NAME SELECT NULL::VARCHAR[] AS holding WHERE false)
            ORDER BY rank, person_id LIMIT {MOST_LISTED})
        SELECT list(m.record_id ORDER BY coalesce(list_position(f.holding, m.record_id), 3), m.record_id)[:{MOST_NAMED}],
            count(*), count(DISTINCT r.agency), any_value(f.matter)
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


def _list_hanging(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> None:
    """Fill temporary ``hanging_person`` (person_id, matter, rank, holding): people of two parts of two records, with one weak link."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE held_member AS SELECT c.record_number, c.record_id, m.person_id"
        " FROM membership m JOIN comparison_record c USING (record_id) WHERE m.scope = ?",
        [scope.name],
    )
    holds = [
        hold
        for hold in weak_holds(connection, "held_member", calibration, calibration.join_bits + FIRM_BITS)
        if min(len(hold.part_a), len(hold.part_b)) >= LEAST_PART
    ]
    connection.register(
        "arriving",
        pa.table(
            {
                "number_a": pa.array([hold.number_a for hold in holds], pa.int64()),
                "number_b": pa.array([hold.number_b for hold in holds], pa.int64()),
                "weight": pa.array([hold.weight for hold in holds], pa.float64()),
                "records_a": pa.array([len(hold.part_a) for hold in holds], pa.int64()),
                "records_b": pa.array([len(hold.part_b) for hold in holds], pa.int64()),
            }
        ),
    )
    # One line a person: that of the weakest hold.
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE hanging_person AS
        SELECT a.person_id, min(h.weight) AS rank,
            arg_min(format('{} and {} records, held by the link of the first two ({:+.1f} bits)',
                h.records_a, h.records_b, h.weight), (h.weight, a.record_id)) AS matter,
            arg_min([a.record_id, b.record_id], (h.weight, a.record_id)) AS holding
        FROM arriving h JOIN held_member a ON a.record_number = h.number_a
        JOIN held_member b ON b.record_number = h.number_b GROUP BY a.person_id"""
    )
    connection.unregister("arriving")
    connection.execute("DROP TABLE temp.held_member")
