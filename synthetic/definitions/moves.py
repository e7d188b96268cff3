"""Families that moved with a concern behind them, and children who left and were not seen again."""

from itertools import groupby

import duckdb

from synthetic.definitions.facts import rows
from synthetic.definitions.repeats import Found
from synthetic.options import NOBODY, WINDOW_FROM, WINDOW_TO

RECENT_DAYS = 183  # eastern-counties protocol: a plan now or within six months
UNSEEN_DAYS = 60


def cross_boundary_family(connection: duckdb.DuckDBPyConnection) -> Found:
    """Children who moved from a home authority to another with a concern there, open or of the last six months."""
    found = rows(connection, f"""
        WITH spell AS (
            SELECT *, lead(authority) OVER w AS next_authority, lead(begins) OVER w AS next_begins, lead(household) OVER w AS next_household
            FROM residence WINDOW w AS (PARTITION BY p ORDER BY begins)),
        moved AS (
            SELECT s.p, s.authority, s.ends AS day, s.household FROM spell s JOIN person USING (p)
            WHERE s.authority < 2 AND (next_authority <> s.authority) AND next_begins = s.ends AND s.ends BETWEEN {WINDOW_FROM} AND {WINDOW_TO}
                AND s.ends - born BETWEEN 0 AND 18 * 365.25),
        worry AS (
            SELECT p, day, CASE WHEN ended < 0 AND kind <> 'contact' THEN 99999 ELSE greatest(ended, day) END AS until, authority FROM event JOIN part USING (e)
            WHERE role IN ('subject', 'victim', 'witness') AND (agency = 'social_care' OR (agency IN ('police', 'health') AND concern NOT IN ('', 'mental_health', 'other')) OR kind = 'school_concern'))
        SELECT m.household, m.day, m.p, mother, min(w.day) FROM moved m JOIN person USING (p)
        JOIN worry w ON (w.p = m.p OR w.p = mother) AND w.authority = m.authority AND w.day <= m.day AND (w.until >= m.day OR m.day - w.day <= {RECENT_DAYS})
        GROUP BY ALL ORDER BY ALL""")  # fmt: skip
    families: Found = []
    for (_, day), members in groupby(found, key=lambda row: row[:2]):
        children = list(members)
        mothers = sorted({row[3] for row in children if row[3] != NOBODY})[:1]
        subjects = [(row[2], "subject") for row in children] + [
            (mother, "parent_carer") for mother in mothers
        ]
        families.append((subjects, (min(row[4] for row in children), day)))
    return families


def missing_from_view(connection: duckdb.DuckDBPyConnection) -> Found:
    """Children taken off a roll or a list without a place named, of whom no agency of the hub has a word since.

    Off roll to an unknown place, to home education or abroad, or off a GP list as having left the area; no event and
    no school, for at least 60 days and to the end of the window, and no brother or sister whose next school is known.
    """
    found = rows(connection, f"""
        WITH left_one AS (
            SELECT p, max(day) AS day FROM event JOIN part USING (e) JOIN person USING (p)
            WHERE ((kind = 'off_roll' AND note <> 'Known - school named') OR (kind = 'gp_deregistration' AND outcome = 'left area'))
                AND day - born BETWEEN 0 AND 16.5 * 365.25 AND role = 'subject' GROUP BY p),
        named AS (SELECT DISTINCT mother, day FROM event JOIN part USING (e) JOIN person USING (p) WHERE kind = 'off_roll' AND note = 'Known - school named'),
        still AS (SELECT p FROM residence WHERE authority < 2 AND ends > {WINDOW_TO} AND p NOT IN (
            SELECT p FROM event JOIN part USING (e) WHERE kind = 'off_roll' AND note IN ('Elective home education', 'Unknown')))
        SELECT l.mother, l.p, l.day FROM (SELECT left_one.*, mother FROM left_one JOIN person USING (p)) l
        WHERE l.day <= {WINDOW_TO} - {UNSEEN_DAYS} AND l.p NOT IN (SELECT p FROM still)
            AND NOT EXISTS (SELECT 1 FROM event JOIN part USING (e) WHERE part.p = l.p AND event.day > l.day + 7 AND kind <> 'gp_deregistration')
            AND NOT EXISTS (SELECT 1 FROM named n WHERE n.mother = l.mother AND abs(n.day - l.day) < 120)
        ORDER BY ALL""")  # fmt: skip
    families: Found = []
    for _, members in groupby(found, key=lambda row: row[0] if row[0] != NOBODY else -2 - row[1]):
        children = list(members)
        families.append(
            (
                [(row[1], "subject") for row in children],
                (min(row[2] for row in children), min(max(row[2] for row in children) + 120, WINDOW_TO)),
            )
        )
    return families
