"""The truth as tables that the definitions can ask: events, parts, people, spells at addresses."""

import duckdb
import numpy as np
import pyarrow as pa

from synthetic.event_log import Events
from synthetic.homes import Residences
from synthetic.notifying import BY_HABIT
from synthetic.world import World

EVENT_COLUMNS = (
    "agency",
    "system",
    "kind",
    "plan_kind",
    "concern",
    "outcome",
    "note",
    "severity",
    "day",
    "ended",
    "related",
    "incident",
    "authority",
)


def open_facts(world: World, events: Events) -> duckdb.DuckDBPyConnection:
    """A connection with ``event``, ``part`` (residents alone), ``person`` and ``residence``; the home hub's events only.

    Days are whole numbers since 1970. ``happening``: the first day of the incident that an event tells of. ``worth``: how
    much of a usual notification it is: half of one where the agency tells twice as much as usual, one where rules decide.
    """
    connection = duckdb.connect()
    # Drawn on standard output, where the command answers (records/database.py says when).
    connection.execute("SET enable_progress_bar = false")
    home = np.flatnonzero(events["authority"] < 2)
    columns = {name: pa.array(events[name][home]) for name in EVENT_COLUMNS}
    by_habit = np.isin(events["kind"][home].astype(str), BY_HABIT)
    times = world.habits.of(events["agency"][home], events["authority"][home])
    columns["worth"] = pa.array(np.where(by_habit, 1 / times, 1.0))
    connection.register("event_rows", pa.table({"e": home} | columns))
    resident = np.flatnonzero(events.part_person < len(world.people))
    parts = {
        "e": events.part_event[resident],
        "p": events.part_person[resident],
        "role": pa.array(events.part_role[resident]),
    }
    connection.register("part_rows", pa.table(parts))
    # All that one private person brought and that came to nothing is one happening.
    connection.execute("""
        CREATE TABLE event AS
        WITH source AS (SELECT e, min(p) AS reporter FROM part_rows WHERE role = 'reporter' GROUP BY e)
        SELECT * REPLACE (CASE WHEN outcome = 'no further action' AND reporter IS NOT NULL THEN -1 - reporter ELSE incident END AS incident),
            min(day) OVER (PARTITION BY incident) AS happening
        FROM event_rows LEFT JOIN source USING (e)""")
    connection.execute(
        "CREATE TABLE part AS SELECT part_rows.* FROM part_rows JOIN event USING (e) WHERE part_rows.role <> 'professional'"
    )
    people = world.people
    connection.register("person_rows", pa.table({
        "p": np.arange(len(people)), "born": people.born, "mother": people.mother, "father": people.father, "household": people.household, "sex": people.sex,
    }))  # fmt: skip
    connection.execute("CREATE TABLE person AS SELECT * FROM person_rows")
    connection.register("residence_rows", _residence_table(world.residences))
    connection.execute("CREATE TABLE residence AS SELECT * FROM residence_rows")
    return connection


def _residence_table(residences: Residences) -> pa.Table:
    main = np.flatnonzero(~residences.secondary)
    return pa.table({
        "p": residences.person[main], "household": residences.household[main], "authority": residences.authority[main],
        "begins": residences.begins[main], "ends": residences.ends[main],
    })  # fmt: skip


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[int, ...]]:
    """The rows of a query of whole numbers."""
    return connection.execute(query).fetchall()
