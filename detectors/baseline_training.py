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
# An agency's feed begins where all but this share of its notifications lie: single rows date from long before it.
STRAGGLERS: Final = 0.01
# Fewer notifications do not show when an agency's feed began; then it is taken to begin with the others'.
SHOWS_ITS_BEGINNING: Final = 100

_Cell = tuple[str, str, str]


def train_baselines(connection: duckdb.DuckDBPyConnection) -> Baselines:
    """Rates a person-year from all rows of the standing scope ``hub``, each agency's over the time its feed tells of.

    Person-years are those of the people of an authority while they were in an age band and the agency's feed told of
    notifications (an agency that joined last year is not measured by three years).
    """
    labels = frozenset(int(row[0]) for row in connection.execute("SELECT label_id FROM label").fetchall())
    (last,) = connection.execute("SELECT max(known_on) FROM event").fetchall()[0]
    if last is None:
        return Baselines()
    with Facts(connection, Scope(HUB, labels, standing=True), [last], Settings()) as facts:
        _make_counted(facts)
        _make_person_years(facts, last)
        rates, wider = _rates(facts)
        facts.load(
            "rate",
            "authority VARCHAR, agency VARCHAR, side VARCHAR, band VARCHAR, rate DOUBLE",
            [(*cell.split("|"), rate) for cell, rate in rates.items()],
        )
        spread = {side: _spread(facts, side) for side in SIDES}
        habits = _habits(facts)
    return Baselines(rates, wider, spread, habits)


def _band(age: str) -> str:
    """SQL of the age band of ``age``, an expression for whole years."""
    whens = " ".join(f"WHEN {age} < {high} THEN '{age_band(low)}'" for low, high in AGE_BANDS)
    return f"CASE WHEN {age} IS NULL THEN 'unknown' WHEN {age} < 0 THEN '0-4' {whens} ELSE 'unknown' END"


def _make_counted(facts: Facts) -> None:
    """``counted``: happenings of a person on a side, at the agency that told first; ``telling_time``: each agency's own."""
    make_notices(facts)
    make_signals(facts)
    facts.make(
        "counted",
        f"""
        WITH told AS (
            SELECT person_id, side, agency, kind, happening_id, happened_on, known_on FROM notice
            UNION ALL SELECT person_id, side, agency, kind, happening_id, happened_on, known_on FROM signal)
        SELECT t.person_id, t.side, t.happening_id, min_by(t.agency, (t.known_on, t.agency)) AS agency,
               min_by(t.kind, (t.known_on, t.agency, t.kind)) AS kind,
               min(t.happened_on) AS happened_on, any_value(coalesce(f.authority, '')) AS authority,
               {_band("date_sub('year', any_value(f.born), min(t.happened_on))")} AS band
        FROM told t JOIN fact_person f ON f.person_id = t.person_id GROUP BY t.person_id, t.side, t.happening_id""",
    )
    facts.make(
        "telling_time",
        f"""
        WITH begun AS (
            SELECT agency, count(*) AS n, quantile_disc(happened_on, {STRAGGLERS}) AS began, max(happened_on) AS ended
            FROM counted GROUP BY agency),
        whole AS (SELECT quantile_disc(happened_on, {STRAGGLERS}) AS began, max(happened_on) AS ended FROM counted)
        SELECT b.agency, CASE WHEN b.n < {SHOWS_ITS_BEGINNING} THEN w.began ELSE b.began END AS began,
               CASE WHEN b.n < {SHOWS_ITS_BEGINNING} THEN w.ended ELSE b.ended END AS ended
        FROM begun b, whole w""",
    )


def _make_person_years(facts: Facts, last: date) -> None:
    """``person_year``: (person_id, authority, agency, band, years) in which the agency could have told of the person."""
    facts.load(
        "age_band", "band VARCHAR, low INTEGER, high INTEGER", [(age_band(a), a, b) for a, b in AGE_BANDS]
    )
    facts.make(
        "person_year",
        f"""
        WITH alive AS (
            SELECT f.person_id, coalesce(f.authority, '') AS authority, f.born, t.agency, t.began,
                   least(t.ended, DATE '{last.isoformat()}') AS ended
            FROM fact_person f, telling_time t WHERE NOT f.is_professional),
        known AS (
            SELECT a.person_id, a.authority, a.agency, b.band,
                   date_diff('day', greatest(a.began, (a.born + to_years(b.low))::DATE),
                             least(a.ended, (a.born + to_years(b.high))::DATE)) / 365.25 AS years
            FROM alive a, age_band b WHERE a.born IS NOT NULL)
        SELECT * FROM known WHERE years > 0
        UNION ALL
        SELECT person_id, authority, agency, 'unknown', greatest(date_diff('day', began, ended) / 365.25, 0.01)
        FROM alive WHERE born IS NULL""",
    )


def _rates(facts: Facts) -> tuple[dict[str, float], dict[str, float]]:
    years_of: dict[_Cell, float] = {
        (authority, agency, band): years
        for authority, agency, band, years in facts.rows(
            "SELECT authority, agency, band, sum(years) FROM person_year GROUP BY ALL ORDER BY ALL"
        )
    }
    seen: dict[tuple[str, str, str, str], int] = {}
    events: dict[_Cell, float] = defaultdict(float)
    for authority, agency, side, band, count in facts.rows(
        "SELECT authority, agency, side, band, count(*) FROM counted GROUP BY ALL ORDER BY ALL"
    ):
        seen[authority, agency, side, band] = count
        events[agency, side, band] += count
    wider_years: dict[tuple[str, str], float] = defaultdict(float)
    for (_, agency, band), years in years_of.items():
        wider_years[agency, band] += years
    wider = {
        (agency, side, band): count / wider_years[agency, band]
        for (agency, side, band), count in events.items()
        if wider_years[agency, band]
    }
    rates = {
        f"{authority}|{agency}|{side}|{band}": (seen.get((authority, agency, side, band), 0) + CELL_WEIGHT)
        / (years + CELL_WEIGHT / wider[agency, side, band])
        for (authority, agency, band), years in years_of.items()
        for side in SIDES
        if (agency, side, band) in wider
    }
    return rates, {"|".join(cell): rate for cell, rate in wider.items()}


def _habits(facts: Facts) -> dict[str, float]:
    """How often each agency of an authority sends a kind, over what the hub's rates by age would give (indirect standardisation)."""
    found = facts.rows(
        """
        WITH years AS (SELECT authority, agency, band, sum(years) AS years FROM person_year GROUP BY ALL),
        seen AS (SELECT authority, agency, kind, side, band, count(*) AS n FROM counted GROUP BY ALL),
        wider AS (
            SELECT s.agency, s.kind, s.side, s.band, sum(s.n) / any_value(y.years) AS rate
            FROM seen s JOIN (SELECT agency, band, sum(years) AS years FROM years GROUP BY ALL) y USING (agency, band)
            GROUP BY ALL),
        due AS (
            SELECT y.authority, w.agency, w.kind, w.side, sum(y.years * w.rate) AS expected
            FROM wider w JOIN years y USING (agency, band) GROUP BY ALL),
        sent AS (SELECT authority, agency, kind, side, sum(n) AS n FROM seen GROUP BY ALL)
        SELECT d.authority, d.agency, d.kind, d.side, (coalesce(s.n, 0) + $weight) / (d.expected + $weight)
        FROM due d LEFT JOIN sent s USING (authority, agency, kind, side)
        WHERE d.authority <> '' ORDER BY ALL""",
        weight=CELL_WEIGHT,
    )
    return {
        f"{authority}|{agency}|{kind}|{side}": float(times) for authority, agency, kind, side, times in found
    }


def _spread(facts: Facts, side: str) -> float:
    """The gamma shape of people's own rates, by moments over everybody, the never notified included."""
    squares, between = facts.rows(
        """
        WITH due AS (
            SELECT y.person_id, sum(y.years * r.rate) AS expected
            FROM person_year y
            JOIN rate r ON r.authority = y.authority AND r.agency = y.agency AND r.band = y.band AND r.side = $side
            GROUP BY y.person_id),
        told AS (
            SELECT person_id, count(DISTINCT happening_id) AS n FROM counted WHERE side = $side GROUP BY person_id)
        SELECT coalesce(sum(d.expected ** 2), 0),
               coalesce(sum((coalesce(t.n, 0) - d.expected) ** 2 - coalesce(t.n, 0)), 0)
        FROM due d LEFT JOIN told t ON t.person_id = d.person_id""",
        side=side,
    )[0]
    return float(min(max(squares / between, LEAST_SPREAD), MOST_SPREAD)) if between > 0 else MOST_SPREAD
