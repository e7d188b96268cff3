"""Where children live over time, authority by authority, and when that changed."""

from typing import Final

from detectors.facts import Facts

# Events that show where a person is settled; an incident on a day out does not.
_SETTLED: Final = "('attendance', 'gp_registration', 'tenancy_start', 'plan', 'assessment')"


def make_moves(facts: Facts, child_age: int) -> None:
    """Make ``child_move``: children who came to live in another authority of the hub.

    Columns: person_id, from_authority, to_authority, moved_on, known_on, place_id (the new home, NULL when only
    events tell of it), and the row of either side: from_record_id, from_event_id, from_role, to_record_id,
    to_event_id, to_role (event NULL where a record's address says so). A move is the first sign of living in an
    authority where the child had not lived in the year before.
    """
    facts.make(
        "settled",
        f"""
        SELECT h.person_id, a.authority, h.valid_from AS since, h.valid_from AS known_on, h.place_id,
               h.record_id, NULL AS event_id, NULL AS role
        FROM fact_home h JOIN fact_place_authority a ON a.place_id = h.place_id
        WHERE h.valid_from > DATE '1900-01-01'
        UNION ALL
        SELECT p.person_id, p.authority, p.happened_on, p.known_on, NULL, p.record_id, p.event_id, p.role
        FROM fact_part p
        WHERE p.authority IS NOT NULL AND p.kind IN {_SETTLED} AND p.role = 'subject'""",
    )
    facts.make(
        "child_move",
        f"""
        WITH child AS (
            SELECT s.* FROM settled s JOIN fact_person f ON f.person_id = s.person_id
            WHERE s.since < f.born + INTERVAL {child_age} YEAR),
        arrival AS (
            SELECT * FROM child c
            WHERE NOT EXISTS (
                SELECT 1 FROM child b WHERE b.person_id = c.person_id AND b.authority = c.authority
                 AND b.since < c.since AND b.since > c.since - INTERVAL 1 YEAR)
            QUALIFY row_number() OVER (PARTITION BY person_id, authority, since
                                       ORDER BY event_id NULLS FIRST, record_id) = 1)
        SELECT a.person_id, b.authority AS from_authority, a.authority AS to_authority, a.since AS moved_on,
               a.known_on, a.place_id, b.record_id AS from_record_id, b.event_id AS from_event_id, b.role AS from_role,
               b.place_id AS from_place_id, a.record_id AS to_record_id, a.event_id AS to_event_id, a.role AS to_role
        FROM arrival a JOIN child b
          ON b.person_id = a.person_id AND b.authority <> a.authority AND b.since < a.since
        QUALIFY row_number() OVER (PARTITION BY a.person_id, a.authority, a.since
                                   ORDER BY b.since DESC, b.event_id NULLS FIRST, b.record_id) = 1""",
    )
