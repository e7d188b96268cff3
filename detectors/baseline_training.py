"""Learning the baselines from the rows of the whole hub; runs on ``mashlink calibrate`` alone."""

from collections import defaultdict
from datetime import date
from typing import Final

import duckdb

from detectors.baselines import AGE_BANDS, Baselines, age_band
from detectors.facts import Facts, Settings
from detectors.notices import SIDES, make_notices, make_signals
from records.scope import HUB, Scope

# Prior weight of a cell, in notifications: below this many, a cell leans on the wider rate.
CELL_WEIGHT: Final = 20.0
# Bounds of the spread, so that a tiny hub cannot make the shrinkage vanish or swallow everything.
LEAST_SPREAD, MOST_SPREAD = 0.1, 5.0


def train_baselines(connection: duckdb.DuckDBPyConnection) -> Baselines:
    """Rates a person-year from all rows of the standing scope ``hub`` and the whole time that the feeds tell of.

    Person-years are those of the people of an authority, in the age band they are in at the middle of that time.
    """
    labels = frozenset(int(row[0]) for row in connection.execute("SELECT label_id FROM label").fetchall())
    first, last = connection.execute(
        "SELECT min(coalesce(started_at::DATE, known_on)), max(known_on) FROM event WHERE kind <> 'gp_registration'"
    ).fetchall()[0]
    if last is None:
        return Baselines()
    years = max((last - first).days / 365.25, 0.25)
    middle = first + (last - first) / 2
    with Facts(connection, Scope(HUB, labels, standing=True), [last], Settings()) as facts:
        make_notices(facts)
        make_signals(facts)
        facts.make(
            "counted",
            "SELECT * EXCLUDE (private_source) FROM notice UNION ALL SELECT * EXCLUDE (private_source, concern) FROM signal",
        )
        people = _person_years(facts, middle, years)
        rates, wider = _rates(facts, middle, people)
        spread = {side: _spread(facts, side, Baselines(rates, wider), middle, years) for side in SIDES}
    return Baselines(rates, wider, spread)


def _bands(middle: date) -> str:
    """SQL of a person's age band at ``middle``, from ``born``."""
    whens = " ".join(
        f"WHEN born > DATE '{middle.isoformat()}' - INTERVAL {high} YEAR THEN '{age_band(low)}'"
        for low, high in AGE_BANDS
    )
    return f"CASE WHEN born IS NULL THEN 'unknown' WHEN born > DATE '{middle.isoformat()}' THEN '0-4' {whens} ELSE 'unknown' END"


def _person_years(facts: Facts, middle: date, years: float) -> dict[tuple[str, str], float]:
    found = facts.rows(
        f"""SELECT coalesce(authority, '') AS authority, {_bands(middle)} AS band, count(*)
            FROM fact_person WHERE NOT is_professional GROUP BY ALL ORDER BY ALL"""
    )
    return {(authority, band): count * years for authority, band, count in found}


def _rates(
    facts: Facts, middle: date, people: dict[tuple[str, str], float]
) -> tuple[dict[str, float], dict[str, float]]:
    counted = facts.rows(
        f"""SELECT coalesce(f.authority, ''), n.agency, n.side, {_bands(middle)} AS band,
                   count(DISTINCT (n.person_id, n.happening_id))
            FROM counted n JOIN fact_person f ON f.person_id = n.person_id GROUP BY ALL ORDER BY ALL"""
    )
    years_of_band: dict[str, float] = defaultdict(float)
    for (_, band), years in people.items():
        years_of_band[band] += years
    events: dict[tuple[str, str, str], float] = defaultdict(float)
    for _, agency, side, band, count in counted:
        events[agency, side, band] += count
    wider = {
        f"{agency}|{side}|{band}": count / years_of_band[band]
        for (agency, side, band), count in events.items()
    }
    seen = {(authority, agency, side, band): count for authority, agency, side, band, count in counted}
    rates = {
        f"{authority}|{agency}|{side}|{band}": (seen.get((authority, agency, side, band), 0) + CELL_WEIGHT)
        / (years + CELL_WEIGHT / wider[f"{agency}|{side}|{band}"])
        for (authority, cell_band), years in people.items()
        for agency, side, band in events
        if band == cell_band
    }
    return rates, wider


def _spread(facts: Facts, side: str, baselines: Baselines, middle: date, years: float) -> float:
    """The gamma shape of people's own rates, by moments over everybody, the never notified included."""
    cells = facts.rows(
        f"""
        WITH person AS (
            SELECT person_id, count(DISTINCT happening_id) AS n FROM counted WHERE side = $side GROUP BY person_id)
        SELECT coalesce(f.authority, ''), {_bands(middle)} AS band, count(*), sum(coalesce(c.n, 0)),
               sum(coalesce(c.n, 0) ** 2)
        FROM fact_person f LEFT JOIN person c ON c.person_id = f.person_id
        WHERE NOT f.is_professional GROUP BY ALL ORDER BY ALL""",
        side=side,
    )
    squares = between = 0.0
    for authority, band, people, total, total_squares in cells:
        expected = baselines.expected(authority, side, band) * years
        squares += people * expected**2
        between += total_squares - 2 * expected * total + people * expected**2 - total
    return min(max(squares / between, LEAST_SPREAD), MOST_SPREAD) if between > 0 else MOST_SPREAD
