"""Pairs of events that may tell one happening, with a score that each can be read out of."""

import duckdb

from linkage.incidents.calls import add_call_pairs
from linkage.incidents.grouping import DAYS_OF_ONE_HAPPENING
from linkage.incidents.references import add_named_pairs
from linkage.incidents.tellings import listed, make_tellings
from linkage.incidents.words import (
    ANSWERS,
    DAYS_TO_HEAR,
    DAYS_TO_RETELL,
    NOT_OF_A_HOSPITAL,
    OPPOSED_ROLES,
    ROLES_OF_THE_ACCUSED,
    ROLES_OF_THE_HARMED,
    STEPS_OF_A_CASE,
    concern_pairs,
    kind_pairs,
)

# Whoever names its source but words the concern differently does so at once.
DAYS_TO_REWORD = 1
# Two entries of one agency and kind are two happenings unless their clocks agree to within this.
MINUTES_OF_ONE_ENTRY = 60
# The time of a happening is what a caller said; a patient may seem to arrive a little before it.
HOURS_OF_A_SLIP = 3
# A person's events are compared with this many that follow them, so that 5,000 in one week stay bounded.
EVENTS_AHEAD = 25
# Past midnight it still is the same night: an assault at eleven, a hospital at one.
HOURS_OF_ONE_NIGHT = 12
SCORE_OF_ONE_HAPPENING = 5
TOLD_BY_NAME = 3


def make_telling_pairs(connection: duckdb.DuckDBPyConnection, of_members: bool = False) -> None:
    """Make the temporary tables ``telling``, ``telling_part`` and ``telling_pair`` from the views of the scope.

    ``telling_pair`` (event_id_a, event_id_b, score, days_apart, why, is_told): pairs that share a person in roles that do not
    oppose, of kinds and concerns that may tell one happening, days apart at most; or that one names the other; or a
    call and the case opened on it. ``of_members``: the views hold a few members, not everybody.
    """
    make_tellings(connection)
    for step in (_shared(), _scored()):
        connection.execute(step)
    add_named_pairs(connection)
    add_call_pairs(connection, of_members)
    connection.execute("DROP TABLE temp.telling_shared")


def _values(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(f"('{one}', '{other}')" for one, other in pairs)


def _shared() -> str:
    """Pairs of events days apart that share people or a dwelling, with how many people they share."""
    opposed = " OR ".join(
        f"(list_contains(a.roles, '{one}') AND list_contains(b.roles, '{other}')"
        f" AND NOT list_has_any(a.roles, b.roles))"
        for pair in OPPOSED_ROLES
        for one, other in (pair, pair[::-1])
    )
    same_part = " OR ".join(
        f"(list_has_any(a.roles, [{listed(roles)}]) AND list_has_any(b.roles, [{listed(others)}]))"
        for roles, others in (
            (ROLES_OF_THE_HARMED, ("subject", *ROLES_OF_THE_HARMED)),
            (("subject", *ROLES_OF_THE_HARMED), ROLES_OF_THE_HARMED),
            (ROLES_OF_THE_ACCUSED, ROLES_OF_THE_ACCUSED),
        )
    )
    return f"""CREATE OR REPLACE TEMP TABLE telling_shared AS
        SELECT a.event_id AS event_id_a, b.event_id AS event_id_b,
               CAST(b.started_at AS DATE) - CAST(a.started_at AS DATE) AS days_apart,
               count(*) FILTER (a.is_person) AS people, bool_or(NOT a.is_person) AS is_one_place,
               max(greatest(a.run, b.run)) AS run, max(greatest(a.run_of_all, b.run_of_all)) AS run_of_all,
               bool_or({opposed}) AS is_opposed,
               bool_or({same_part}) AS is_same_part
        FROM telling_part a JOIN telling_part b
          ON a.shared_id = b.shared_id AND b.turn > a.turn AND b.turn <= a.turn + {EVENTS_AHEAD}
         AND CAST(b.started_at AS DATE) - CAST(a.started_at AS DATE) <= {DAYS_TO_HEAR}
        GROUP BY ALL"""


def _scored() -> str:
    """Points for shared people (two each, up to two), nearness, concern, place and who is said to have told.

    A report is not dated on a day before the happening; that a patient arrived hours before it speaks against the two
    being one, though clocks slip; an agency that says it was told by a neighbour was not told by the police. Of somebody
    of whom agencies tell one thing again and again, that two tell it days apart says little. Two entries of one agency
    must agree on the concern and on who told; its contact and its referral are two steps of a case, not two reports.
    """
    answers, steps = listed(ANSWERS), listed(STEPS_OF_A_CASE)
    points = (
        "2 * least(people, 2) + 3 - least(days_apart, 3) + concern_score + place_score + told_score + order_score"
        " + run_score"
    )
    return f"""CREATE OR REPLACE TEMP TABLE telling_pair AS
        WITH may_be_kind(kind_a, kind_b) AS (VALUES {_values(kind_pairs())}),
        may_be_concern(concern_a, concern_b) AS (VALUES {_values(concern_pairs())}),
        compared AS (
            SELECT s.* EXCLUDE (is_opposed, run), greatest(0, s.run - CAST(s.days_apart > {DAYS_OF_ONE_HAPPENING} AS INTEGER)) AS run,
                   CASE WHEN a.concern IS NULL OR b.concern IS NULL THEN 0 WHEN a.concern = b.concern THEN 3
                        WHEN c.concern_a IS NOT NULL THEN 1 ELSE -2 END AS concern_score,
                   CASE WHEN NOT s.is_one_place THEN 0 WHEN s.people > 0 THEN 1 ELSE 2 END AS place_score,
                   {_told("a", "b")} AS told_on, {_told("b", "a")} AS told_back,
                   a.agency = b.agency AND a.kind = b.kind AS is_same_source,
                   a.told_by IS NULL OR b.told_by IS NULL OR a.told_by = b.told_by AS is_same_teller,
                   a.agency = b.agency AND a.kind <> b.kind AND a.kind IN ({steps}) AND b.kind IN ({steps}) AS is_next_step,
                   a.date_precision = 'time' AND b.date_precision = 'time' AS is_timed,
                   (epoch(b.started_at) - epoch(a.started_at)) / 3600 AS hours_apart,
                   a.kind IN ({answers}) OR b.kind IN ({answers}) AS is_answered,
                   (a.kind IN ({answers}) AND a.concern IS NULL)
                       OR (b.kind IN ({answers}) AND b.concern IS NULL) AS is_plain_answer,
                   (a.concern IS NULL AND a.is_retold) OR (b.concern IS NULL AND b.is_retold) AS is_vague_report,
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
            WHERE NOT s.is_opposed),
        directed AS (
            SELECT *, greatest(-2, told_on + CASE WHEN is_told_back THEN told_back ELSE least(0, told_back) END) AS told_score,
                   is_timed AND hours_apart <= {HOURS_OF_ONE_NIGHT} AS is_one_night
            FROM (SELECT *, days_apart = 0 AND (NOT is_timed OR hours_apart <= {HOURS_OF_A_SLIP}) AS is_told_back
                  FROM compared)),
        weighed AS (
            SELECT *, CASE WHEN days_apart = 0 OR people > 1 OR told_score > 0 OR concern_score < 3 OR run = 0 THEN 0
                           WHEN run = 1 THEN -1 ELSE -3 END AS run_score
            FROM directed)
        SELECT event_id_a, event_id_b, days_apart, {points} AS score, {_reasons()} AS why,
               told_score >= {TOLD_BY_NAME} AS is_told
        FROM weighed
        WHERE {points} >= {SCORE_OF_ONE_HAPPENING} AND NOT is_next_step AND NOT (is_told_first AND days_apart > 0)
          AND (days_apart <= {DAYS_TO_RETELL} OR (told_score >= {TOLD_BY_NAME} AND concern_score = 3 AND people > 0 AND run = 0))
          AND (days_apart <= 1 OR concern_score = 3 OR run_of_all = 0)
          AND (NOT is_same_source OR (is_timed AND hours_apart * 60 <= {MINUTES_OF_ONE_ENTRY} AND concern_score > 0
                                      AND is_same_teller))
          AND NOT (are_reports AND told_score < 0 AND days_apart > 0)
          AND {_concerns_allow()}"""


def _concerns_allow() -> str:
    """SQL: whether two tellings of these concerns may be one, by who is in both, who told and how soon.

    The same concern may. Kindred ones share two people and a day, or one who was treated that night, unless the one says
    that the other told it: then one person and the days that a notice takes will do. Where one states none: likewise told
    by one another (an ordinary attendance at a hospital within a day), or of one night and agreed on who was harmed or
    accused, or of one day where the one that states none is a report. Concerns that have nothing in common are of two
    happenings, unless the later says at once that the other told it: agencies word one notice differently.
    """
    return f"""CASE concern_score
                  WHEN 3 THEN TRUE
                  WHEN 1 THEN (people > 0 AND told_score >= {TOLD_BY_NAME})
                      OR ((people > 1 OR (is_answered AND is_one_night)) AND days_apart <= 1 AND told_score >= 0)
                  WHEN 0 THEN people > 0 AND CASE
                      WHEN told_score >= {TOLD_BY_NAME} THEN days_apart <= 1 OR NOT is_plain_answer
                      WHEN told_score < 0 OR days_apart > 1 THEN FALSE
                      ELSE (is_same_part AND (days_apart = 0 OR is_one_night))
                          OR (is_vague_report AND days_apart = 0 AND told_back <= 0 AND NOT is_plain_answer) END
                  ELSE told_score >= {TOLD_BY_NAME} AND people > 0 AND days_apart <= {DAYS_TO_REWORD} END"""


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
            CASE days_apart WHEN 0 THEN 'on one day' WHEN 1 THEN 'a day apart' ELSE days_apart || ' days apart' END,
            CASE WHEN told_score > 0 THEN 'the one says the other told it'
                 WHEN told_score < 0 THEN 'somebody else is said to have told' END,
            CASE WHEN run_score < 0 THEN 'told of again and again in these months' END,
            CASE WHEN order_score < 0 THEN 'the answer is timed before the happening' END)"""


def _told(by: str, to: str) -> str:
    """SQL: 3 when ``to`` says that an agency such as ``by`` told it, -2 when a report names another, else 0.

    A hospital is of the health sector, and so are those who visit homes: that a midwife told says nothing of a night at
    the hospital.
    """
    elsewhere = f"{by}.kind IN ({listed(ANSWERS)}) AND {to}.told_by_kind IN ({listed(NOT_OF_A_HOSPITAL)})"
    return f"""CASE WHEN {to}.told_by IS NULL OR {by}.sector IS NULL THEN 0
               WHEN {to}.told_by = {by}.sector THEN CASE WHEN {elsewhere} THEN 1 ELSE {TOLD_BY_NAME} END
               WHEN {to}.is_retold AND {by}.sector IS DISTINCT FROM {to}.sector THEN -2 ELSE 0 END"""
