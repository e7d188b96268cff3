"""Registers: labels under which nearly everybody stands whom the other agencies of the hub meet.

Where a practice list is one, whoever rings is on it with a date of birth in most cases, so that a name which one person on it
bears is theirs. How much of the population an agency holds is measured, not presumed: few hubs are given a whole list.
"""

from collections.abc import Sequence
from typing import Final

import duckdb

# Hub, agency, marking and category of a label.
Register = tuple[str, str, str, str]
# Of the people of other agencies a register holds so many at least under the same names and date of birth. Slips of the
# pen hide some whom it holds, so that it holds more.
LEAST_SHARE: Final = 0.85
# Of so few people it is not known.
LEAST_PEOPLE: Final = 1_000

_HELD: Final = """
    CREATE OR REPLACE TEMP TABLE held AS
    SELECT list(DISTINCT c.label_id) AS labels, list(DISTINCT {hub: l.hub, agency: l.agency}) AS holders
    FROM comparison_record c JOIN label l USING (label_id)
    WHERE c.birth_date IS NOT NULL AND c.forename_sound IS NOT NULL AND c.surname_sound IS NOT NULL AND NOT c.is_professional
    GROUP BY c.birth_date, least(c.forename_sound, c.surname_sound), greatest(c.forename_sound, c.surname_sound)"""
_SHARES: Final = """
    SELECT l.hub, l.agency, l.marking, l.category FROM label l
    JOIN held h ON len(h.holders) > 1 OR h.holders[1] <> {hub: l.hub, agency: l.agency}
    GROUP BY ALL HAVING count(*) >= $people AND avg(list_contains(h.labels, l.label_id)::TINYINT) >= $share ORDER BY ALL"""


def find_registers(
    connection: duckdb.DuckDBPyConnection, least_people: int = LEAST_PEOPLE
) -> tuple[Register, ...]:
    """The labels that are registers, by what ``comparison_record`` holds; none where records have no labels."""
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'label'").fetchall():
        return ()
    connection.execute(_HELD)
    found = connection.execute(_SHARES, {"people": least_people, "share": LEAST_SHARE}).fetchall()
    connection.execute("DROP TABLE temp.held")
    return tuple(
        (str(hub), str(agency), str(marking), str(category)) for hub, agency, marking, category in found
    )


def register_labels(connection: duckdb.DuckDBPyConnection, registers: Sequence[Register]) -> None:
    """Temporary ``register_label`` (label_id): the ``registers`` as labels of this snapshot."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE register_label AS SELECT label_id FROM label"
        " WHERE list_contains(?::VARCHAR[][], [hub, agency, marking, category])",
        [[list(register) for register in registers]],
    )
