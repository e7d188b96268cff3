"""A phone log beside a case log: a call and the contact made of it, told by like names and by the clock alone."""

from typing import Final

import duckdb
from rapidfuzz.distance import OSA

from linkage.values.names import NameParts, name_parts, nickname_roots
from linkage.values.phonetics import sound

# The case is opened after the call; its clock may be set a little before.
HOURS_TO_OPEN_A_CASE: Final = 24
HOURS_OF_A_SLIP: Final = 1
# Without a name: the only call and the only case of the public of one concern in one authority within this long; and only as
# long after the call as it takes another such case to be opened by chance once in twenty times, by what was opened in those
# hours on the days around.
HOURS_OF_THE_ONLY_ONE: Final = 3
CHANCE_OF_ANOTHER: Final = 0.05
_DAYS_AROUND: Final = 28
CASES: Final = ("contact", "referral")
SCORE_OF_ONE_HAPPENING: Final = 5
# Points for the hours between: minutes, the same session, the same day.
_HOURS: Final = ((2, 3), (8, 2), (HOURS_TO_OPEN_A_CASE, 1))
FULL_NAME, PART_OF_A_NAME, ONE_NAME = 3, 2, 1
_ALIKE: Final = {
    FULL_NAME: "the same name in both",
    PART_OF_A_NAME: "like names in both",
    ONE_NAME: "one name in both",
}
_LETTERS_OF_A_SLIP: Final = 5


def add_call_pairs(connection: duckdb.DuckDBPyConnection, of_members: bool = False) -> None:
    """Add to ``telling_pair`` the calls that a contact or referral within a day of them goes back to.

    Neither side need share a person or an identifier: the name of anybody in the call (the caller, whom it is about) is
    compared with everybody's in the case. Points: 3 for the whole name, 2 for a slip, an initial or a short form, 1 for
    one name alone; 3 within two hours, 2 within eight, 1 within the day; 3 for the same concern, -3 for another; 3 for
    the same phone number. Five make one happening: so a name alone joins the two only within hours. Of a case on the
    word of somebody who is not named, the call is the only one of that concern in that authority in the hours before.
    ``of_members``: the members in question are few, so only what lies within a day of their own events is looked at.
    """
    connection.execute(_parts(of_members))
    names = connection.execute(
        "SELECT DISTINCT given_name, family_name, full_name FROM call_part ORDER BY ALL"
    ).fetchall()
    parts = {name: name_parts(*name) for name in names}
    sounds = [(name, key) for name, own in parts.items() for key in _keys(own)]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE call_sound (given_name VARCHAR, family_name VARCHAR, full_name VARCHAR, key VARCHAR)"
    )
    connection.execute(
        """INSERT INTO call_sound SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]),
                                         unnest($4::VARCHAR[])""",
        [[name[place] for name, _ in sounds] for place in range(3)] + [[key for _, key in sounds]],
    )
    best: dict[tuple[str, str], tuple[int, int, str]] = {}
    for call, case, hours, concern, phone, *names_of_both in connection.execute(_candidates()).fetchall():
        alike = names_agree(parts[tuple(names_of_both[:3])], parts[tuple(names_of_both[3:])])
        if alike == 0:
            continue
        near = next((points for limit, points in _HOURS if abs(hours) <= limit), 0)
        score = alike + near + concern + phone
        why = f"{_ALIKE[alike]}; {_minutes(hours)}" + ("; the same phone number" if phone else "")
        if score >= SCORE_OF_ONE_HAPPENING and score > best.get((call, case), (0, 0, ""))[0]:
            best[call, case] = (score, int(abs(hours) >= HOURS_TO_OPEN_A_CASE), why)
    told_otherwise = {case for _, case in best} | _paired(connection)
    for call, case, hours in connection.execute(_only_ones()).fetchall():
        if case in told_otherwise:
            continue
        best.setdefault(
            (call, case),
            (
                SCORE_OF_ONE_HAPPENING,
                0,
                f"the only call and the only case of that concern; {_minutes(hours)}",
            ),
        )
    found = sorted((min(pair), max(pair), *values) for pair, values in best.items())
    connection.execute(
        """INSERT INTO telling_pair BY NAME
           SELECT unnest($1::VARCHAR[]) AS event_id_a, unnest($2::VARCHAR[]) AS event_id_b, unnest($3::INTEGER[]) AS score,
                  unnest($4::INTEGER[]) AS days_apart, unnest($5::VARCHAR[]) AS why""",
        [[row[place] for row in found] for place in range(5)],
    )
    for table in ("call_part", "call_sound"):
        connection.execute(f"DROP TABLE temp.{table}")


def _paired(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The events of ``telling_pair``: who told of them is known better than by the clock."""
    rows = connection.execute(
        "SELECT event_id_a FROM telling_pair UNION SELECT event_id_b FROM telling_pair"
    ).fetchall()
    return {event_id for (event_id,) in rows}


def names_agree(one: NameParts, other: NameParts) -> int:
    """``FULL_NAME``, ``PART_OF_A_NAME``, ``ONE_NAME``, or 0 where two names do not agree; order counts for nothing."""
    few, many = sorted(
        ((*one.given, *one.family), (*other.given, *other.family)), key=lambda own: (len(own), own)
    )
    if not few:
        return 0
    left = list(many)
    worst = FULL_NAME
    for token in few:
        found = max(((_tokens_agree(token, beside), beside) for beside in left), default=(0, ""))
        if found[0] == 0:
            return 0
        worst = min(worst, found[0])
        left.remove(found[1])
    if len(few) == 1:
        return ONE_NAME if worst == FULL_NAME and len(few[0]) > 2 else 0
    return worst


def _tokens_agree(one: str, other: str) -> int:
    if one == other:
        return FULL_NAME
    if (
        set(nickname_roots(one)) & set(nickname_roots(other))
        or one in nickname_roots(other)
        or other in nickname_roots(one)
    ):
        return PART_OF_A_NAME
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1 and longer.startswith(shorter):
        return PART_OF_A_NAME
    is_slip = len(shorter) >= _LETTERS_OF_A_SLIP and OSA.distance(one, other, score_cutoff=1) <= 1
    return (
        PART_OF_A_NAME
        if is_slip or (len(shorter) >= _LETTERS_OF_A_SLIP and sound(one) == sound(other))
        else 0
    )


def _keys(parts: NameParts) -> set[str]:
    """What names are looked up by: how each token sounds, and its first letters, which a slip behind them leaves."""
    tokens = (*parts.given, *parts.family)
    return {sound(token) for token in tokens if len(token) > 1} | {
        token[:4] for token in tokens if len(token) > 4
    }


def _minutes(hours: float) -> str:
    minutes = round(abs(hours) * 60)
    return f"{minutes} minutes apart" if minutes < 120 else f"{round(abs(hours))} hours apart"


def _parts(of_members: bool) -> str:
    """Everybody named in the calls of the scope and in the cases opened within a day of one."""
    cases = ", ".join(f"'{kind}'" for kind in CASES)
    near_members = f"""AND EXISTS (
                SELECT 1 FROM telling m JOIN (SELECT DISTINCT event_id FROM scope_involvement) USING (event_id)
                WHERE m.started_at BETWEEN t.started_at - INTERVAL {HOURS_OF_A_SLIP} HOUR
                                       AND t.started_at + INTERVAL {HOURS_TO_OPEN_A_CASE} HOUR)"""
    return f"""CREATE OR REPLACE TEMP TABLE call_part AS
        WITH call AS (
            SELECT event_id, started_at FROM telling t WHERE kind = 'call' AND date_precision = 'time'
            {near_members if of_members else ""}),
        opened AS (
            SELECT event_id, started_at FROM telling t WHERE kind IN ({cases}) AND date_precision = 'time'
              AND EXISTS (SELECT 1 FROM call c WHERE t.started_at BETWEEN c.started_at - INTERVAL {HOURS_OF_A_SLIP} HOUR
                                                     AND c.started_at + INTERVAL {HOURS_TO_OPEN_A_CASE} HOUR)),
        asked AS (SELECT *, TRUE AS is_call FROM call UNION ALL SELECT *, FALSE FROM opened)
        SELECT DISTINCT a.event_id, a.started_at, a.is_call, n.given_name, n.family_name, n.full_name
        FROM asked a JOIN scope_named_part n USING (event_id)
        WHERE n.role <> 'professional' AND NOT coalesce(n.is_professional, FALSE)"""


def _candidates() -> str:
    """Calls and cases with names that share a key, hours apart at most; one of the two is of the members in question."""
    return f"""
        WITH keyed AS (
            SELECT DISTINCT p.*, s.key FROM call_part p JOIN call_sound s
              ON s.given_name IS NOT DISTINCT FROM p.given_name AND s.family_name IS NOT DISTINCT FROM p.family_name
             AND s.full_name IS NOT DISTINCT FROM p.full_name),
        phone AS (
            SELECT DISTINCT i.event_id, t.value FROM scope_thing_use t JOIN scope_involvement i USING (record_id)
            WHERE t.kind = 'phone'),
        near AS (
            SELECT DISTINCT c.event_id AS call_id, o.event_id AS case_id,
                   (epoch(o.started_at) - epoch(c.started_at)) / 3600.0 AS hours,
                   c.given_name AS g1, c.family_name AS f1, c.full_name AS n1,
                   o.given_name AS g2, o.family_name AS f2, o.full_name AS n2
            FROM keyed c JOIN keyed o ON o.key = c.key AND c.is_call AND NOT o.is_call
             AND o.started_at BETWEEN c.started_at - INTERVAL {HOURS_OF_A_SLIP} HOUR
                                  AND c.started_at + INTERVAL {HOURS_TO_OPEN_A_CASE} HOUR)
        SELECT n.call_id, n.case_id, n.hours,
               CASE WHEN c.concern IS NULL OR o.concern IS NULL THEN 0 WHEN c.concern = o.concern THEN 3 ELSE -3 END,
               CASE WHEN EXISTS (SELECT 1 FROM phone a JOIN phone b USING (value)
                                 WHERE a.event_id = n.call_id AND b.event_id = n.case_id) THEN 3 ELSE 0 END,
               g1, f1, n1, g2, f2, n2
        FROM near n JOIN telling c ON c.event_id = n.call_id JOIN telling o ON o.event_id = n.case_id
        WHERE n.call_id IN (SELECT event_id FROM scope_involvement)
           OR n.case_id IN (SELECT event_id FROM scope_involvement)
        ORDER BY ALL"""


def _only_ones() -> str:
    """Calls and cases that nobody named told, where neither could belong to another; one is of the members in question.

    The more cases of a concern an authority opens, the sooner one follows a call by chance, and the less the clock says.
    """
    cases = ", ".join(f"'{kind}'" for kind in CASES)
    return f"""
        WITH timed AS (
            SELECT t.event_id, t.kind, t.concern, t.started_at, t.told_by, e.authority
            FROM telling t JOIN scope_event e USING (event_id)
            WHERE t.date_precision = 'time' AND t.concern IS NOT NULL AND e.authority IS NOT NULL),
        unnamed AS (
            SELECT * FROM timed WHERE kind IN ({cases}) AND told_by = 'public' AND event_id NOT IN (
                SELECT event_id FROM scope_named_part WHERE role = 'reporter' AND NOT coalesce(is_professional, FALSE))),
        near AS (
            SELECT c.event_id AS call_id, o.event_id AS case_id, (epoch(o.started_at) - epoch(c.started_at)) / 3600.0 AS hours,
                   o.concern, o.authority, c.started_at, count(*) OVER (PARTITION BY c.event_id) AS cases, count(*) OVER (PARTITION BY o.event_id) AS calls
            FROM timed c JOIN unnamed o ON o.concern = c.concern AND o.authority = c.authority
             AND o.started_at BETWEEN c.started_at - INTERVAL {HOURS_OF_A_SLIP} HOUR
                                  AND c.started_at + INTERVAL {HOURS_OF_THE_ONLY_ONE} HOUR
            WHERE c.kind = 'call'),
        single AS (SELECT * FROM near WHERE cases = 1 AND calls = 1 AND hours >= 0),
        due AS (
            SELECT n.call_id, (count(*) - 1) / {2 * _DAYS_AROUND} AS another
            FROM single n JOIN unnamed o ON o.concern = n.concern AND o.authority = n.authority
             AND o.started_at BETWEEN n.started_at - INTERVAL {_DAYS_AROUND} DAY AND n.started_at + INTERVAL {_DAYS_AROUND} DAY
             AND ((epoch(o.started_at) - epoch(n.started_at)) % 86400 + 86400) % 86400 <= n.hours * 3600
            GROUP BY n.call_id)
        SELECT call_id, case_id, hours FROM single JOIN due USING (call_id) WHERE another <= {CHANCE_OF_ANOTHER}
           AND (call_id IN (SELECT event_id FROM scope_involvement) OR case_id IN (SELECT event_id FROM scope_involvement))
        ORDER BY ALL"""
