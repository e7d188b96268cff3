"""The events that tell of a happening, who is in each, and who is said to have told it."""

from collections.abc import Iterable

import duckdb

from linkage.agencies.resolve import kind_of, sector_of, sector_of_agency
from linkage.incidents.grouping import DAYS_OF_ONE_HAPPENING
from linkage.incidents.words import (
    DAYS_TO_RETELL,
    KINDS_OF_A_SECTOR,
    RETOLD,
    ROLES_THAT_TIE_NOTHING,
    TELLING,
)

# Somebody of whom agencies tell the same thing again within this many days is likely to be told of anew by chance alone.
DAYS_OF_A_RUN = 60


def make_tellings(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``telling`` and ``telling_part`` from the views of the scope, one row a telling and a part.

    ``telling``: sector of the agency, sector and kind of who is said to have told it (NULL where that cannot be told).
    ``telling_part``: who, or which dwelling, was in it and in which roles, numbered along the time of each;
    ``run`` and ``run_of_all``: how many more tellings of that concern, and of any, there are of the same person within two
    months, but for those of the same days.
    """
    _name_sectors(connection)
    for step in (_tellings(), _parts(), _implied_steps()):
        connection.execute(step)
    connection.execute("DROP TABLE temp.sector")


def listed(words: Iterable[str]) -> str:
    """``words`` as a list of SQL texts; the vocabulary's own words only."""
    return ", ".join(f"'{word}'" for word in sorted(words))


def _name_sectors(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``sector`` (name, sector, kind) of every agency and referrer that the scope's events name.

    An agency is known by its name, or by what it alone of all sectors writes down: who holds tenancies is a landlord.
    """
    written: dict[str, set[str]] = {}
    for agency, kind in connection.execute(
        "SELECT DISTINCT agency, kind FROM scope_event WHERE agency IS NOT NULL ORDER BY ALL"
    ).fetchall():
        written.setdefault(agency, set()).update(
            sector for sector, kinds in KINDS_OF_A_SECTOR.items() if kind in kinds
        )
    of_name = {
        agency: sector_of_agency(agency) or (min(sectors) if len(sectors) == 1 else None)
        for agency, sectors in written.items()
    }
    referrers = connection.execute(
        "SELECT DISTINCT referrer FROM scope_event WHERE referrer IS NOT NULL ORDER BY referrer"
    ).fetchall()
    of_name.update({text: sector_of(text) for (text,) in referrers if text not in of_name})
    known = [(name, sector, kind_of(name)) for name, sector in of_name.items() if sector is not None]
    connection.execute("CREATE OR REPLACE TEMP TABLE sector (name VARCHAR, sector VARCHAR, kind VARCHAR)")
    connection.execute(
        "INSERT INTO sector SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[])",
        [[row[place] for row in known] for place in range(3)],
    )


def _tellings() -> str:
    """Events of a telling kind.

    A referral that names an event of its own agency as its origin is the next step of that case, not a report.
    """
    return f"""CREATE OR REPLACE TEMP TABLE telling AS
        SELECT e.event_id, e.agency, e.kind, nullif(e.concern, 'other') AS concern, e.started_at,
               coalesce(e.date_precision, 'day') AS date_precision, e.kind IN ({listed(RETOLD)}) AS is_retold,
               e.reference, e.related_event_id, a.sector, r.sector AS told_by, r.kind AS told_by_kind,
               CASE WHEN NOT p.is_communal AND p.dwelling <> '' THEN p.place_id END AS place_id
        FROM scope_event e
        LEFT JOIN place_of p ON p.address IS NOT DISTINCT FROM e.place AND p.postcode IS NOT DISTINCT FROM e.postcode
             AND p.uprn IS NOT DISTINCT FROM e.uprn
        LEFT JOIN sector a ON a.name = e.agency LEFT JOIN sector r ON r.name = e.referrer
        WHERE e.kind IN ({listed(TELLING)}) AND e.started_at IS NOT NULL
          AND (e.kind <> 'referral' OR coalesce(split_part(e.related_event_id, ':', 1), '') <> e.agency)"""


def _parts() -> str:
    """Who, or which dwelling, was in each and in which roles; numbered along the time of each.

    Where there are no more than the two tellings of a pair, nothing else is told: so only the busy are counted.
    """
    return f"""CREATE OR REPLACE TEMP TABLE telling_part AS
        WITH part AS MATERIALIZED (
            SELECT i.person_id AS shared_id, i.event_id, t.started_at, t.concern, TRUE AS is_person,
                   list_sort(list_distinct(list(i.role))) AS roles
            FROM scope_involvement i JOIN telling t USING (event_id) JOIN scope_record r USING (record_id)
            WHERE i.role NOT IN ({listed(ROLES_THAT_TIE_NOTHING)}) AND NOT coalesce(r.is_professional, FALSE)
              AND t.date_precision IN ('time', 'day')
            GROUP BY i.person_id, i.event_id, t.started_at, t.concern
            UNION ALL
            SELECT place_id, event_id, started_at, concern, FALSE, [] FROM telling
            WHERE place_id IS NOT NULL AND date_precision IN ('time', 'day')),
        busy AS (SELECT shared_id FROM part GROUP BY shared_id HAVING count(*) > 2),
        counted AS (
            SELECT shared_id, event_id, started_at, is_person, roles,
                   {_run("shared_id, concern")} AS run, {_run("shared_id")} AS run_of_all
            FROM part SEMI JOIN busy USING (shared_id)
            UNION ALL SELECT shared_id, event_id, started_at, is_person, roles, 0, 0 FROM part ANTI JOIN busy USING (shared_id))
        SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY started_at, event_id) AS turn FROM counted"""


def _run(of: str) -> str:
    """SQL: how many tellings there are ``of`` the same within two months of this one, but for those of its own days."""

    def within(days: int) -> str:
        return (
            f"count(*) OVER (PARTITION BY {of} ORDER BY CAST(started_at AS DATE)"
            f" RANGE BETWEEN INTERVAL {days} DAY PRECEDING AND INTERVAL {days} DAY FOLLOWING)"
        )

    return f"{within(DAYS_OF_A_RUN)} - {within(DAYS_OF_ONE_HAPPENING)}"


def _implied_steps() -> str:
    """A referral of people of whom the same agency noted a contact days before is that case's next step, named or not."""
    return f"""DELETE FROM telling USING (
            SELECT DISTINCT step.event_id
            FROM telling step JOIN telling_part p ON p.event_id = step.event_id AND p.is_person
            JOIN telling_part o ON o.shared_id = p.shared_id
            JOIN telling origin ON origin.event_id = o.event_id
            WHERE step.kind = 'referral' AND origin.kind = 'contact' AND origin.agency = step.agency
              AND CAST(step.started_at AS DATE) - CAST(origin.started_at AS DATE) BETWEEN 0 AND {DAYS_TO_RETELL}
        ) AS implied WHERE telling.event_id = implied.event_id"""
