"""Harm between two people: escalating, again after MARAC, and from one victim to the next."""

from itertools import groupby

import duckdb

from synthetic.definitions.facts import rows
from synthetic.definitions.repeats import Found

# One row a pair and happening of domestic abuse that names both.
PAIR = """
    SELECT v.p AS victim, s.p AS suspect, incident, min(happening) AS day, max(severity) AS severity,
        bool_and(kind = 'marac_referral') AS is_marac
    FROM event JOIN part v USING (e) JOIN part s USING (e)
    WHERE concern = 'domestic_abuse' AND v.role = 'victim' AND s.role = 'suspect' AND v.p <> s.p AND kind <> 'custody'
    GROUP BY victim, suspect, incident"""


def escalating_harm(connection: duckdb.DuckDBPyConnection) -> Found:
    """At least five incidents, or three crimes (severity 2 on), of one pair within 365 days, rising.

    Rising: the later half of them is graver on average than the earlier, or closer together.
    """
    found: Found = []
    told = rows(
        connection, f"SELECT victim, suspect, day, severity FROM ({PAIR}) WHERE NOT is_marac ORDER BY ALL"
    )
    for (victim, suspect), incidents in groupby(told, key=lambda row: row[:2]):
        days = [(day, severity) for _, _, day, severity in incidents]
        windows = [
            window
            for last in range(len(days))
            if _rises(window := [one for one in days[: last + 1] if days[last][0] - one[0] <= 365])
        ]
        if windows:
            first, last = min(window[0][0] for window in windows), max(window[-1][0] for window in windows)
            found.append(([(victim, "victim"), (suspect, "suspect")], (first, last)))
    return found


def _rises(window: list[tuple[int, int]]) -> bool:
    if len(window) < 5 and sum(severity >= 2 for _, severity in window) < 3:
        return False
    half = len(window) // 2
    early, late = window[:half], window[-half:]
    graver = sum(severity for _, severity in late) > sum(severity for _, severity in early)
    closer = window[-1][0] - window[-1 - half][0] < window[half][0] - window[0][0]
    return graver or closer


def repeat_marac(connection: duckdb.DuckDBPyConnection) -> Found:
    """Any abuse of the same pair within 12 months after a MARAC referral (SafeLives), from any agency."""
    found = rows(connection, f"""
        WITH pair AS ({PAIR})
        SELECT m.victim, m.suspect, min(m.day), max(a.day)
        FROM pair m JOIN pair a ON a.victim = m.victim AND a.suspect = m.suspect AND a.incident <> m.incident
            AND a.day > m.day AND a.day <= m.day + 365
        WHERE m.is_marac GROUP BY m.victim, m.suspect ORDER BY ALL""")  # fmt: skip
    return [
        ([(victim, "victim"), (suspect, "suspect")], (first, last)) for victim, suspect, first, last in found
    ]


def serial_perpetrator(connection: duckdb.DuckDBPyConnection) -> Found:
    """Suspect of domestic abuse on more than one record with two victims or more within three years, aged 16 or over."""
    found = rows(connection, f"""
        WITH pair AS ({PAIR})
        SELECT suspect, min(day), max(day) FROM pair JOIN person ON p = suspect
        WHERE day - born >= 16 * 365.25 GROUP BY suspect HAVING count(DISTINCT victim) >= 2 ORDER BY suspect""")  # fmt: skip
    return [([(suspect, "suspect")], (first, last)) for suspect, first, last in found]
