"""Pairs of events that may tell one happening, with a score that each can be read out of."""

from collections.abc import Iterable

import duckdb

from linkage.agencies.resolve import sector_of
from linkage.incidents.calls import add_call_pairs
from linkage.incidents.words import (
    ANSWERS,
    OPPOSED_ROLES,
    RETOLD,
    ROLES_OF_THE_ACCUSED,
    ROLES_OF_THE_HARMED,
    ROLES_THAT_TIE_NOTHING,
    STEPS_OF_A_CASE,
    TELLING,
    concern_pairs,
    kind_pairs,
)

# An agency that was told writes the day it was told, or the next working day: a Friday night is a Monday's contact.
DAYS_TO_RETELL = 3
# Two entries of one agency and kind are two happenings unless their clocks agree to within this.
MINUTES_OF_ONE_ENTRY = 60
# The time of a happening is what a caller said; a patient may seem to arrive a little before it.
HOURS_OF_A_SLIP = 3
# A person's events are compared with this many that follow them, so that 5,000 in one week stay bounded.
EVENTS_AHEAD = 25
# Past midnight it still is the same night: an assault at eleven, a hospital at one.
HOURS_OF_ONE_NIGHT = 12
SCORE_OF_ONE_HAPPENING = 5


def make_telling_pairs(connection: duckdb.DuckDBPyConnection, of_members: bool = False) -> None:
    """Make the temporary tables ``telling``, ``telling_part`` and ``telling_pair`` from the views of the scope.

    ``telling_pair`` (event_id_a, event_id_b, score, days_apart, why): pairs that share a person in roles that do not
    oppose, of kinds and concerns that may tell one happening, days apart at most; or that one names the other; or a
    call and the case opened on it. ``of_members``: the views hold a few members, not everybody.
    """
    _name_sectors(connection)
    for step in (_tellings(), _parts(), _implied_steps(), _shared(), _scored(), _named()):
        connection.execute(step)
    add_call_pairs(connection, of_members)
    for table in ("telling_shared", "sector"):
        connection.execute(f"DROP TABLE temp.{table}")


def _name_sectors(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``sector`` (name, sector) of every agency and referrer that the scope's events name."""
    names = connection.execute(
        "SELECT DISTINCT unnest([agency, referrer]) AS name FROM scope_event ORDER BY name"
    ).fetchall()
    sectors = [(name, sector_of(name)) for (name,) in names if name is not None]
    connection.execute("CREATE OR REPLACE TEMP TABLE sector (name VARCHAR, sector VARCHAR)")
    known = [(name, sector) for name, sector in sectors if sector is not None]
    connection.execute(
        "INSERT INTO sector SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
        [[name for name, _ in known], [sector for _, sector in known]],
    )


def _values(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(f"('{one}', '{other}')" for one, other in pairs)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _tellings() -> str:
    """Events of a telling kind.

    A referral that names an event of its own agency as its origin is the next step of that case, not a report.
    """
    return f"""CREATE OR REPLACE TEMP TABLE telling AS
        SELECT e.event_id, e.agency, e.kind, nullif(e.concern, 'other') AS concern, e.started_at,
               coalesce(e.date_precision, 'day') AS date_precision, e.kind IN ({_listed(RETOLD)}) AS is_retold,
               e.reference, e.system, e.related_event_id, a.sector, r.sector AS told_by,
               CASE WHEN NOT p.is_communal AND p.dwelling <> '' THEN p.place_id END AS place_id
        FROM scope_event e
        LEFT JOIN place_of p ON p.address IS NOT DISTINCT FROM e.place AND p.postcode IS NOT DISTINCT FROM e.postcode
             AND p.uprn IS NOT DISTINCT FROM e.uprn
        LEFT JOIN sector a ON a.name = e.agency LEFT JOIN sector r ON r.name = e.referrer
        WHERE e.kind IN ({_listed(TELLING)}) AND e.started_at IS NOT NULL
          AND (e.kind <> 'referral' OR coalesce(split_part(e.related_event_id, ':', 1), '') <> e.agency)"""


def _parts() -> str:
    """Who, or which dwelling, was in each and in which roles; numbered along the time of each."""
    return f"""CREATE OR REPLACE TEMP TABLE telling_part AS
        WITH part AS (
            SELECT i.person_id AS shared_id, i.event_id, t.started_at, TRUE AS is_person,
                   list_sort(list_distinct(list(i.role))) AS roles
            FROM scope_involvement i JOIN telling t USING (event_id) JOIN scope_record r USING (record_id)
            WHERE i.role NOT IN ({_listed(ROLES_THAT_TIE_NOTHING)}) AND NOT coalesce(r.is_professional, FALSE)
              AND t.date_precision IN ('time', 'day')
            GROUP BY i.person_id, i.event_id, t.started_at
            UNION ALL
            SELECT place_id, event_id, started_at, FALSE, [] FROM telling
            WHERE place_id IS NOT NULL AND date_precision IN ('time', 'day'))
        SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY started_at, event_id) AS turn FROM part"""


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


def _shared() -> str:
    """Pairs of events days apart that share people or a dwelling, with how many people they share."""
    opposed = " OR ".join(
        f"(list_contains(a.roles, '{one}') AND list_contains(b.roles, '{other}')"
        f" AND NOT list_has_any(a.roles, b.roles))"
        for pair in OPPOSED_ROLES
        for one, other in (pair, pair[::-1])
    )
    same_part = " OR ".join(
        f"(list_has_any(a.roles, [{_listed(roles)}]) AND list_has_any(b.roles, [{_listed(others)}]))"
        for roles, others in (
            (ROLES_OF_THE_HARMED, ("subject", *ROLES_OF_THE_HARMED)),
            (("subject", *ROLES_OF_THE_HARMED), ROLES_OF_THE_HARMED),
            (ROLES_OF_THE_ACCUSED, ROLES_OF_THE_ACCUSED),
        )
    )
    return f"""CREATE OR REPLACE TEMP TABLE telling_shared AS
        SELECT a.event_id AS event_id_a, b.event_id AS event_id_b,
               count(*) FILTER (a.is_person) AS people, bool_or(NOT a.is_person) AS is_one_place,
               bool_or({opposed}) AS is_opposed,
               bool_or({same_part}) AS is_same_part
        FROM telling_part a JOIN telling_part b
          ON a.shared_id = b.shared_id AND b.turn > a.turn AND b.turn <= a.turn + {EVENTS_AHEAD}
         AND CAST(b.started_at AS DATE) - CAST(a.started_at AS DATE) <= {DAYS_TO_RETELL}
        GROUP BY ALL"""


def _scored() -> str:
    """Points for shared people (two each, up to two), nearness, concern, place and who is said to have told.

    A report is not dated on a day before the happening; that a patient arrived hours before it speaks against the two
    being one, though clocks slip; an agency that says it was told by a neighbour was not told by the police. Unless
    both state the same concern they must share a person, lie a day apart at most, and nobody else may be said to have
    told: two people, where the concerns are only kindred, or one who was treated that night; where one states none, they must be of one night or the one
    told by the other, and agree on who was harmed or accused, or on who told. Concerns that are not even kindred are
    of two happenings, and so are two reports of different days that somebody else is said to have told. Two entries of
    one agency must agree on the concern; its contact and its referral are two steps of a case, not two reports.
    """
    answers, steps = _listed(ANSWERS), _listed(STEPS_OF_A_CASE)
    points = "2 * least(people, 2) + 3 - days_apart + concern_score + place_score + told_score + order_score"
    return f"""CREATE OR REPLACE TEMP TABLE telling_pair AS
        WITH may_be_kind(kind_a, kind_b) AS (VALUES {_values(kind_pairs())}),
        may_be_concern(concern_a, concern_b) AS (VALUES {_values(concern_pairs())}),
        compared AS (
            SELECT s.event_id_a, s.event_id_b, s.people, s.is_one_place, s.is_same_part,
                   CAST(b.started_at AS DATE) - CAST(a.started_at AS DATE) AS days_apart,
                   CASE WHEN a.concern IS NULL OR b.concern IS NULL THEN 0 WHEN a.concern = b.concern THEN 3
                        WHEN c.concern_a IS NOT NULL THEN 1 ELSE -3 END AS concern_score,
                   CASE WHEN NOT s.is_one_place THEN 0 WHEN s.people > 0 THEN 1 ELSE 2 END AS place_score,
                   greatest(-2, {_told("a", "b")} + {_told("b", "a")}) AS told_score,
                   a.agency = b.agency AND a.kind = b.kind AS is_same_source,
                   a.agency = b.agency AND a.kind <> b.kind AND a.kind IN ({steps}) AND b.kind IN ({steps}) AS is_next_step,
                   a.date_precision = 'time' AND b.date_precision = 'time' AS is_timed,
                   (epoch(b.started_at) - epoch(a.started_at)) / 3600 AS hours_apart,
                   a.kind IN ({answers}) OR b.kind IN ({answers}) AS is_answered,
                   a.date_precision = 'time' AND b.date_precision = 'time'
                       AND epoch(b.started_at) - epoch(a.started_at) <= 3600 * {HOURS_OF_ONE_NIGHT} AS is_one_night,
                   {_is_report("a")} AND {_is_report("b")} AS are_reports,
                   a.is_retold AND NOT b.is_retold AND b.kind NOT IN ({answers}) AS is_told_first,
                   CASE WHEN a.kind IN ({answers}) AND b.kind NOT IN ({answers}) AND NOT b.is_retold
                             AND a.date_precision = 'time' AND b.date_precision = 'time'
                             AND epoch(b.started_at) - epoch(a.started_at) > 3600 * {HOURS_OF_A_SLIP}
                        THEN -2 ELSE 0 END AS order_score
            FROM telling_shared s
            JOIN telling a ON a.event_id = s.event_id_a JOIN telling b ON b.event_id = s.event_id_b
            JOIN may_be_kind k ON k.kind_a = a.kind AND k.kind_b = b.kind
            LEFT JOIN may_be_concern c ON c.concern_a = a.concern AND c.concern_b = b.concern
            WHERE NOT s.is_opposed)
        SELECT event_id_a, event_id_b, days_apart, {points} AS score, {_reasons()} AS why
        FROM compared
        WHERE {points} >= {SCORE_OF_ONE_HAPPENING} AND NOT is_next_step AND NOT (is_told_first AND days_apart > 0)
          AND (NOT is_same_source
               OR (is_timed AND hours_apart * 60 <= {MINUTES_OF_ONE_ENTRY} AND concern_score > 0))
          AND NOT (are_reports AND told_score < 0 AND days_apart > 0)
          AND CASE concern_score
                  WHEN 3 THEN TRUE
                  WHEN 1 THEN (people > 1 OR (is_answered AND is_one_night)) AND days_apart <= 1 AND told_score >= 0
                  WHEN 0 THEN people > 0 AND days_apart <= 1 AND told_score >= 0 AND (is_same_part OR told_score > 0)
                      AND (days_apart = 0 OR told_score > 0 OR is_one_night)
                  ELSE FALSE END"""


def _is_report(telling: str) -> str:
    """SQL: whether a telling is of what somebody told the agency; complaints to a landlord are."""
    return f"({telling}.is_retold OR {telling}.kind = 'antisocial_behaviour')"


def _reasons() -> str:
    """SQL: the points of a pair in words, as a reader is shown them."""
    return """concat_ws('; ',
            CASE WHEN people > 1 THEN people || ' people in both' WHEN people = 1 THEN 'one person in both' END,
            CASE WHEN is_one_place THEN 'at one dwelling' END,
            CASE concern_score WHEN 3 THEN 'the same concern' WHEN 1 THEN 'kindred concerns'
                 WHEN 0 THEN 'a concern not stated' ELSE 'concerns that differ' END,
            CASE days_apart WHEN 0 THEN 'on one day' ELSE days_apart || ' days apart' END,
            CASE WHEN told_score > 0 THEN 'the one says the other told it'
                 WHEN told_score < 0 THEN 'somebody else is said to have told' END,
            CASE WHEN order_score < 0 THEN 'the answer is timed before the happening' END)"""


def _told(by: str, to: str) -> str:
    """SQL: 2 when ``to`` says that an agency such as ``by`` told it, -2 when a report names another, else 0."""
    return f"""CASE WHEN {to}.told_by IS NULL OR {by}.sector IS NULL THEN 0 WHEN {to}.told_by = {by}.sector THEN 2
               WHEN {to}.is_retold AND {by}.sector IS DISTINCT FROM {to}.sector THEN -2 ELSE 0 END"""


def _named() -> str:
    """Pairs of which one names the other, or that carry one reference across agencies: above any other evidence."""
    return """INSERT INTO telling_pair BY NAME
        WITH named AS (
            SELECT a.event_id AS one, b.event_id AS other, a.started_at AS start_one, b.started_at AS start_other
            FROM telling a JOIN telling b ON b.event_id = a.related_event_id AND a.agency <> b.agency
            UNION SELECT a.event_id, b.event_id, a.started_at, b.started_at
            FROM telling a JOIN telling b ON b.reference = a.reference AND a.agency < b.agency)
        SELECT least(one, other) AS event_id_a, greatest(one, other) AS event_id_b, 100 AS score,
               'the one names the other, or both carry one reference' AS why,
               min(abs(CAST(start_one AS DATE) - CAST(start_other AS DATE))) AS days_apart
        FROM named WHERE one <> other AND abs(CAST(start_one AS DATE) - CAST(start_other AS DATE)) <= 30
        GROUP BY ALL"""
