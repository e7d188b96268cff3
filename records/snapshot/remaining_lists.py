"""What is gone from a snapshot by an erasure: the erased rows, and what the build had made of them.

People are gone who held erased records alone. Where somebody keeps part of their records, or took part in an event that is gone, what
the build made of them is no longer what their rows give: their scope is *unfit*, its people and edges are formed on demand,
and it has no findings until the next build.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from records.snapshot.encryption import ATTACHED_AS
from records.snapshot.opening import REMAINING

LISTS: Final[dict[str, str]] = {
    "gone_record": "record_id VARCHAR, record_number INTEGER",
    "gone_event": "event_id VARCHAR",
    "reduced_event": "event_id VARCHAR",
    "gone_person": "scope VARCHAR, person_id VARCHAR",
    "unfit_scope": "scope VARCHAR",
    "gone_finding": "scope VARCHAR, finding_id VARCHAR",
    # Rows that are not shown as they stand; what is left of them, if anything, is among the mended rows of their table.
    "touched_row": "table_name VARCHAR, id BIGINT",
}
# Tables whose rows name several people, records or events in lists, or count them.
MENDED: Final = ("edge", "node", "household_spell", "household_event", "finding_case", "finding_identity")
_PLACE_OF_AN_EVENT: Final = "involved_at"
# Whose part in an event does not make it theirs.
_BESIDE_THE_MATTER: Final = "'professional', 'reporter'"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Ids of records and events that nobody is shown, and of events of which the key features alone are."""

    record_ids: frozenset[str] = frozenset()
    event_ids: frozenset[str] = frozenset()
    reduced_event_ids: frozenset[str] = frozenset()


def fill_lists(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[str]], rows: LeftOut
) -> None:
    """Put all that follows from ``rows`` into the lists at once: a reader sees the old lists or the new ones."""
    cursor = connection.cursor()
    cursor.execute(f"USE {ATTACHED_AS}")
    cursor.execute("BEGIN TRANSACTION")
    try:
        for name in (*LISTS, *(f"mended_{one}" for one in MENDED if one in tables)):
            cursor.execute(f"DELETE FROM {REMAINING}.{name}")
        for name, ids in (
            ("gone_record", rows.record_ids),
            ("gone_event", rows.event_ids),
            ("reduced_event", rows.reduced_event_ids),
        ):
            cursor.register("listed", pa.table({"id": pa.array(sorted(ids), pa.string())}))
            more = ", NULL" if name == "gone_record" else ""
            cursor.execute(f"INSERT INTO {REMAINING}.{name} SELECT id{more} FROM listed")
            cursor.unregister("listed")
        for statement in _FOLLOWING:
            cursor.execute(statement.format(gone=REMAINING))
        if "comparison_record" in tables:
            cursor.execute(_NUMBERS.format(gone=REMAINING))
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    finally:
        cursor.close()


_NUMBERS: Final = """UPDATE {gone}.gone_record SET record_number = c.record_number FROM comparison_record c
    WHERE c.record_id = gone_record.record_id"""


def _without(column: str, listed: str, key: str) -> str:
    """SQL of a list column of ``t`` without the ids of a list, in its order."""
    return (
        f"(SELECT coalesce(list(o.one ORDER BY o.place), []) FROM (SELECT unnest(t.{column}) AS one, "
        f"generate_subscripts(t.{column}, 1) AS place) o WHERE o.one NOT IN (SELECT {key} FROM {{gone}}.{listed}))"
    )


def _touching(table: str, column: str, listed: str, key: str, scoped: bool = False) -> str:
    """SQL of the ids of rows of which a list column holds something of a list."""
    same = " AND g.scope = o.scope" if scoped else ""
    return (
        f"SELECT DISTINCT '{table}', o.id FROM (SELECT {table}.rowid AS id, {table}.scope, unnest({column}) AS one FROM {table}) o "
        f"JOIN {{gone}}.{listed} g ON g.{key} = o.one{same}"
    )


_TOUCHED: Final = "INSERT INTO {gone}.touched_row "
_IDS: Final = "(SELECT id FROM {gone}.touched_row WHERE table_name = '%s')"
_OTHERS: Final = (
    "(SELECT coalesce(list(o.one ORDER BY o.place), []) FROM (SELECT unnest(t.person_ids) AS one, "
    "generate_subscripts(t.person_ids, 1) AS place) o WHERE NOT EXISTS ("
    "SELECT 1 FROM {gone}.gone_person g WHERE g.scope = t.scope AND g.person_id = o.one))"
)
_FOLLOWING: Final = (
    """INSERT INTO {gone}.gone_person
       SELECT m.scope, m.person_id FROM membership m
       SEMI JOIN (SELECT scope, person_id FROM membership SEMI JOIN {gone}.gone_record USING (record_id)) a
           ON a.scope = m.scope AND a.person_id = m.person_id
       GROUP BY m.scope, m.person_id
       HAVING bool_and(m.record_id IN (SELECT record_id FROM {gone}.gone_record))""",
    f"""INSERT INTO {{gone}}.unfit_scope
       SELECT DISTINCT m.scope FROM membership m SEMI JOIN {{gone}}.gone_record USING (record_id)
       ANTI JOIN {{gone}}.gone_person g ON g.scope = m.scope AND g.person_id = m.person_id
       UNION
       SELECT DISTINCT m.scope FROM involvement i SEMI JOIN {{gone}}.gone_event USING (event_id)
       ANTI JOIN {{gone}}.gone_record r ON r.record_id = i.record_id
       JOIN membership m ON m.record_id = i.record_id WHERE i.role NOT IN ({_BESIDE_THE_MATTER})""",
    # A finding stands on its evidence alone, so one that rests on none of this is what it was.
    """INSERT INTO {gone}.gone_finding
       SELECT scope, finding_id FROM finding_subject SEMI JOIN {gone}.gone_person USING (scope, person_id)
       UNION SELECT scope, finding_id FROM finding_evidence
             WHERE record_id IN (SELECT record_id FROM {gone}.gone_record)
                OR event_id IN (SELECT event_id FROM {gone}.gone_event UNION ALL SELECT event_id FROM {gone}.reduced_event)
       UNION SELECT scope, finding_id FROM finding_trace
             WHERE record_id IN (SELECT record_id FROM {gone}.gone_record)
                OR event_id IN (SELECT event_id FROM {gone}.gone_event)""",
    # An edge of somebody gone goes; where something happened goes with the events it was known by.
    _TOUCHED
    + """SELECT 'edge', edge.rowid FROM edge JOIN {gone}.gone_person g ON g.scope = edge.scope AND g.person_id = source_id
       UNION SELECT 'edge', edge.rowid FROM edge JOIN {gone}.gone_person g ON g.scope = edge.scope AND g.person_id = target_id
       UNION """
    + _touching("edge", "record_ids", "gone_record", "record_id")
    + " UNION "
    + _touching("edge", "event_ids", "gone_event", "event_id")
    + f" UNION SELECT 'edge', e.id FROM (SELECT rowid AS id, unnest(event_ids) AS one FROM edge WHERE kind = '{_PLACE_OF_AN_EVENT}') e"
    " JOIN {gone}.reduced_event g ON g.event_id = e.one",
    # Materialised, so that lists are gone through of the few rows that are touched and of no others.
    f"""INSERT INTO {{gone}}.mended_edge
       WITH t AS MATERIALIZED (
           SELECT edge.* FROM edge WHERE kind = '{_PLACE_OF_AN_EVENT}' AND edge.rowid IN {_IDS % "edge"}
             AND NOT EXISTS (SELECT 1 FROM {{gone}}.gone_person g
                             WHERE g.scope = edge.scope AND g.person_id IN (edge.source_id, edge.target_id))),
       left_over AS (SELECT t.* REPLACE ({_without("event_ids", "reduced_event", "event_id")} AS event_ids) FROM t
                     WHERE NOT list_has_any(t.record_ids, (SELECT list(record_id) FROM {{gone}}.gone_record))
                       AND NOT list_has_any(t.event_ids, (SELECT list(event_id) FROM {{gone}}.gone_event)))
       SELECT * FROM left_over WHERE len(event_ids) > 0""",
    _TOUCHED
    + """SELECT DISTINCT 'node', node.rowid FROM node JOIN (
           SELECT scope, node_id FROM {gone}.gone_person p JOIN (SELECT scope AS s, source_id, target_id AS node_id FROM edge) e
               ON e.s = p.scope AND e.source_id = p.person_id
           UNION SELECT scope, person_id FROM {gone}.gone_person) a USING (scope, node_id)""",
    # A thing, a home, a happening that nobody else is tied to is gone; the others are tied to fewer.
    f"""INSERT INTO {{gone}}.mended_node
       SELECT t.* REPLACE (greatest(t.degree - coalesce(lost.people, 0), 0)::INTEGER AS degree) FROM node t
       LEFT JOIN (SELECT e.scope, e.target_id AS node_id, count(DISTINCT e.source_id) AS people FROM edge e
                  SEMI JOIN {{gone}}.gone_person g ON g.scope = e.scope AND g.person_id = e.source_id GROUP BY ALL) lost
           USING (scope, node_id)
       WHERE t.rowid IN {_IDS % "node"}
         AND NOT EXISTS (SELECT 1 FROM {{gone}}.gone_person g WHERE g.scope = t.scope AND g.person_id = t.node_id)
         AND (t.kind = 'person' OR EXISTS (
             SELECT 1 FROM edge e WHERE e.scope = t.scope AND e.source_id = t.node_id
             AND NOT EXISTS (SELECT 1 FROM {{gone}}.touched_row r WHERE r.table_name = 'edge' AND r.id = e.rowid)))""",
    _TOUCHED
    + _touching("household_spell", "evidence_record_ids", "gone_record", "record_id")
    + " UNION SELECT 'household_spell', t.rowid FROM household_spell t SEMI JOIN {gone}.gone_person USING (scope, person_id)",
    f"""INSERT INTO {{gone}}.mended_household_spell
       SELECT t.* REPLACE ({_without("evidence_record_ids", "gone_record", "record_id")} AS evidence_record_ids)
       FROM household_spell t ANTI JOIN {{gone}}.gone_person USING (scope, person_id)
       WHERE t.rowid IN {_IDS % "household_spell"}""",
    _TOUCHED
    + _touching("household_event", "person_ids", "gone_person", "person_id", scoped=True)
    + " UNION "
    + _touching("household_event", "evidence_record_ids", "gone_record", "record_id"),
    f"""INSERT INTO {{gone}}.mended_household_event
       SELECT t.* REPLACE ({_OTHERS} AS person_ids,
           {_without("evidence_record_ids", "gone_record", "record_id")} AS evidence_record_ids)
       FROM household_event t WHERE t.rowid IN {_IDS % "household_event"} AND len({_OTHERS}) > 0""",
    # A case that was led by a finding that is gone is led by each of the others.
    _TOUCHED
    + """SELECT 'finding_case', t.rowid FROM finding_case t
         JOIN {gone}.gone_finding g ON g.scope = t.scope AND g.finding_id IN (t.case_id, t.finding_id)""",
    f"""INSERT INTO {{gone}}.mended_finding_case
       SELECT t.* REPLACE (t.finding_id AS case_id) FROM finding_case t ANTI JOIN {{gone}}.gone_finding USING (scope, finding_id)
       WHERE t.rowid IN {_IDS % "finding_case"}""",
    _TOUCHED + _touching("finding_identity", "anchor", "gone_person", "person_id", scoped=True),
    "DELETE FROM {gone}.mended_node WHERE scope IN (SELECT scope FROM {gone}.unfit_scope)",
    "DELETE FROM {gone}.mended_edge WHERE scope IN (SELECT scope FROM {gone}.unfit_scope)",
    "DELETE FROM {gone}.mended_household_spell WHERE scope IN (SELECT scope FROM {gone}.unfit_scope)",
    "DELETE FROM {gone}.mended_household_event WHERE scope IN (SELECT scope FROM {gone}.unfit_scope)",
    "DELETE FROM {gone}.mended_finding_case WHERE scope IN (SELECT scope FROM {gone}.unfit_scope)",
)
