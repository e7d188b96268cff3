"""Repeat notifications and cumulative concern: how often, by whom, about one person."""

import duckdb

from synthetic.definitions.facts import rows
from synthetic.stage import Parts

Found = list[tuple[Parts, tuple[int, int]]]
# What reaches a hub as a notification; intelligence, custody and routine health care do not.
NOTIFICATION = """(kind IN ('contact', 'referral', 'school_concern', 'missing_episode', 'antisocial_behaviour', 'marac_referral')
    OR (kind = 'incident' AND system = '') OR (kind IN ('ed_attendance', 'admission') AND concern <> ''))"""
OPEN_CASE = """SELECT p, day AS opened, CASE WHEN ended < 0 THEN 99999 ELSE ended END AS closed
    FROM event JOIN part USING (e) WHERE agency = 'social_care' AND kind IN ('referral', 'plan') AND role = 'subject'"""


def repeat_notifications(connection: duckdb.DuckDBPyConnection) -> Found:
    """Three happenings within 365 days on one side (harmed or suspected), or a referral within 365 days of another.

    They must be as many as three are at usual rates: beside an authority's agency that tells twice as much as others, its
    notifications count half. A happening counts once however many tell of it, as the first to tell of it tells; contacts and
    referrals of somebody whose case is open do not count.
    """
    found = rows(connection, f"""
        WITH open_case AS ({OPEN_CASE}),
        told AS (
            SELECT DISTINCT p, CASE WHEN role IN ('subject', 'victim') THEN 0 ELSE 1 END AS side, incident, happening, kind, related, day, e, worth,
                bool_or(kind = 'referral') OVER (PARTITION BY p, incident) AS referred, agency, role
            FROM event JOIN part USING (e)
            WHERE {NOTIFICATION} AND role IN ('subject', 'victim', 'suspect', 'offender') AND NOT (kind = 'referral' AND related >= 0)),
        counted AS (
            SELECT p, side, incident, min(happening) AS day, min_by(worth, (day, e)) AS worth, bool_or(agency = 'social_care') AS care, min(CASE role WHEN 'victim' THEN 1 WHEN 'subject' THEN 0 ELSE 2 END) AS role
            FROM told GROUP BY ALL),
        clear AS (
            SELECT c.* FROM counted c WHERE NOT (c.care AND EXISTS (
                SELECT 1 FROM open_case o WHERE o.p = c.p AND o.opened < c.day AND o.closed >= c.day))),
        third AS (
            SELECT p, side, day, role, count(*) OVER year AS happenings, sum(worth) OVER year AS worth, min(day) OVER year AS first
            FROM clear WINDOW year AS (PARTITION BY p, side ORDER BY day RANGE BETWEEN 365 PRECEDING AND CURRENT ROW)),
        referral AS (
            SELECT p, 0 AS side, day, ended, lag(day) OVER w AS before, lag(CASE WHEN ended < 0 THEN 99999 ELSE ended END) OVER w AS closed
            FROM (SELECT DISTINCT p, day, ended FROM event JOIN part USING (e) WHERE kind = 'referral' AND role = 'subject')
            WINDOW w AS (PARTITION BY p ORDER BY day, ended)),
        both_ways AS (
            SELECT p, side, first, day, role FROM third WHERE happenings >= 3 AND worth >= 3 - 1e-9
            UNION ALL SELECT p, side, before, day, 0 FROM referral WHERE day - before <= 365 AND closed < day)
        SELECT p, side, min(role), min(first), max(day) FROM both_ways GROUP BY p, side ORDER BY p, side""")  # fmt: skip
    roles = ("subject", "victim", "suspect")
    return [([(p, roles[role])], (first, last)) for p, _, role, first, last in found]


def cumulative_concern(connection: duckdb.DuckDBPyConnection) -> Found:
    """A child with slight concerns (severity 2 at most) at three agencies within 183 days, four happenings at least.

    A happening belongs to the agency that told of it first. No enquiry and no plan in that time: then one agency had enough.
    """
    found = rows(connection, """
        WITH slight AS (
            SELECT p, incident, min_by(agency, (day, e)) AS agency, min(happening) AS day, max(severity) AS severity
            FROM event JOIN part USING (e)
            WHERE role IN ('subject', 'victim') AND (kind IN ('school_concern', 'contact', 'missed_appointment', 'antisocial_behaviour', 'arrears', 'exclusion', 'missing_episode')
                OR (kind = 'ed_attendance' AND concern <> ''))
            GROUP BY p, incident),
        child AS (SELECT s.* FROM slight s JOIN person USING (p) WHERE s.day - born < 18 * 365.25 AND severity <= 2),
        grave AS (SELECT DISTINCT p, day FROM event JOIN part USING (e) WHERE kind IN ('s47_enquiry', 'plan') AND role = 'subject'),
        windows AS (
            SELECT a.p, a.day AS first, max(b.day) AS last, count(DISTINCT b.agency) AS agencies, count(*) AS happenings
            FROM child a JOIN child b ON b.p = a.p AND b.day BETWEEN a.day AND a.day + 183 GROUP BY a.p, a.day, a.incident),
        good AS (SELECT * FROM windows w WHERE agencies >= 3 AND happenings >= 4
            AND NOT EXISTS (SELECT 1 FROM grave g WHERE g.p = w.p AND g.day BETWEEN w.first AND w.last))
        SELECT p, min(first), max(last) FROM good GROUP BY p ORDER BY p""")  # fmt: skip
    return [([(p, "subject")], (first, last)) for p, first, last in found]
