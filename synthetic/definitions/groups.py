"""People tied to one another: exploitation, groups of offenders, an adult between families."""

import duckdb

from synthetic.definitions.facts import rows
from synthetic.definitions.repeats import Found

KIN = """(c.mother = a.p OR c.father = a.p OR a.household = c.household OR c.mother = a.mother AND c.mother >= 0
    OR EXISTS (SELECT 1 FROM person g WHERE (g.p = c.mother OR g.p = c.father) AND (g.mother = a.p OR g.father = a.p OR g.mother = a.mother AND g.mother >= 0)))"""


def exploitation_network(connection: duckdb.DuckDBPyConnection) -> Found:
    """An adult beside two or more unrelated children who are exploited or often missing (three times in 90 days).

    Beside: named with the child by police as an associate or a suspect.
    """
    ties = rows(connection, f"""
        WITH often AS (
            SELECT DISTINCT p FROM (
                SELECT p, day - lag(day, 2) OVER (PARTITION BY p ORDER BY day, e) AS span FROM event JOIN part USING (e)
                WHERE kind = 'missing_episode' AND role = 'subject') WHERE span <= 90),
        exploited AS (
            SELECT DISTINCT p FROM event JOIN part USING (e) WHERE concern IN ('sexual_exploitation', 'criminal_exploitation') AND role IN ('subject', 'victim', 'associate')),
        tie AS (
            SELECT a.p AS adult, c.p AS child, c.mother, min(day) AS first, max(day) AS last
            FROM event JOIN part pa USING (e) JOIN part pc USING (e) JOIN person a ON a.p = pa.p JOIN person c ON c.p = pc.p
            WHERE agency = 'police' AND pa.role IN ('associate', 'suspect') AND pc.role IN ('subject', 'victim', 'associate') AND pa.p <> pc.p
                AND day - a.born >= 18 * 365.25 AND day - c.born < 18 * 365.25
                AND (c.p IN (SELECT p FROM often) OR c.p IN (SELECT p FROM exploited)) AND NOT {KIN}
            GROUP BY a.p, c.p, c.mother)
        SELECT adult, child, first, last FROM tie
        WHERE adult IN (SELECT adult FROM tie GROUP BY adult HAVING count(DISTINCT mother) >= 2) ORDER BY adult, child""")  # fmt: skip
    by_adult: dict[int, list[tuple[int, int, int]]] = {}
    for adult, child, first, last in ties:
        by_adult.setdefault(adult, []).append((child, first, last))
    return [
        ([*((child, "subject") for child, _, _ in children), (adult, "associate")], (min(one[1] for one in children), max(one[2] for one in children)))
        for adult, children in by_adult.items()
    ]  # fmt: skip


def gang_network(connection: duckdb.DuckDBPyConnection) -> Found:
    """Three or more people tied by pairs who were together on two police happenings or more as suspects or associates."""
    ties = rows(connection, """
        WITH present AS (
            SELECT DISTINCT p, incident, day FROM event JOIN part USING (e) JOIN person USING (p)
            WHERE agency = 'police' AND kind = 'incident' AND role IN ('suspect', 'associate') AND concern <> 'domestic_abuse' AND day - born BETWEEN 10 * 365 AND 30 * 365)
        SELECT a.p, b.p, min(a.day), max(a.day) FROM present a JOIN present b ON a.incident = b.incident AND a.p < b.p
        GROUP BY a.p, b.p HAVING count(DISTINCT a.incident) >= 2 ORDER BY ALL""")  # fmt: skip
    group: dict[int, int] = {}

    def root(person: int) -> int:
        while group.setdefault(person, person) != person:
            person = group[person]
        return person

    for one, other, _, _ in ties:
        group[max(root(one), root(other))] = min(root(one), root(other))
    members: dict[int, set[int]] = {}
    spans: dict[int, list[int]] = {}
    for one, other, first, last in ties:
        members.setdefault(root(one), set()).update((one, other))
        spans.setdefault(root(one), []).extend((first, last))
    return [
        ([(person, "suspect") for person in sorted(people)], (min(spans[key]), max(spans[key])))
        for key, people in sorted(members.items())
        if len(people) >= 3
    ]


def bridging_adult(connection: duckdb.DuckDBPyConnection) -> Found:
    """An adult named beside children in harm of two or more households, none of them kin, within two years."""
    found = rows(connection, f"""
        WITH tie AS (
            SELECT a.p AS adult, c.mother, c.household, min(day) AS first, max(day) AS last
            FROM event JOIN part pa USING (e) JOIN part pc USING (e) JOIN person a ON a.p = pa.p JOIN person c ON c.p = pc.p
            WHERE pa.role IN ('associate', 'suspect') AND pc.role IN ('subject', 'victim', 'witness', 'associate') AND pa.p <> pc.p
                AND concern NOT IN ('', 'other') AND day - a.born >= 18 * 365.25 AND day - c.born < 18 * 365.25 AND NOT {KIN}
            GROUP BY ALL)
        SELECT adult, min(first), max(last) FROM tie GROUP BY adult
        HAVING count(DISTINCT household) >= 2 AND count(DISTINCT mother) >= 2 AND max(first) - min(last) <= 730 ORDER BY adult""")  # fmt: skip
    return [([(adult, "associate")], (first, last)) for adult, first, last in found]
