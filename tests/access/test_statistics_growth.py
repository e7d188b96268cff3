"""The work of a statistic grows with the rows: no join of it pairs each case with each report of the hub."""

import json
from datetime import date
from math import prod

import duckdb
import pytest

from access import QUESTIONS, HubFigures
from access.statistics.questions import ASKED
from access.statistics.working_time import calendar
from records.scope import HUB, Scope
from records.snapshot import TABLES

CASES = 1_000
# Rows that leave an operator for each row there is: a join of a hub of people with four reports each stays far below.
MOST_FOR_EACH = 40
PAIR_BY_PAIR = {"BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN", "CROSS_PRODUCT"}
FIGURES = HubFigures(unit_costs={"referral": 120.0}, joined_on={"police": date(2025, 10, 1)})
BOUND = {
    "scope": HUB, "front": ["council"], "from": date(2025, 3, 1), "to": date(2026, 2, 28), "district": None, "source": None,
    "rags": ["red"], "targets": [240], "partners": ["police"], "joined": [date(2025, 10, 1)], "costed": ["referral"], "costs": [120.0],
    "untold": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def hub():
    """A hub of people with one referral and three earlier reports each."""
    with duckdb.connect() as connection:
        for table in (
            "label",
            "record",
            "event",
            "involvement",
            "membership",
            "household_spell",
            "agency_name",
        ):
            connection.execute(f"CREATE TABLE {table} ({TABLES[table]})")
        connection.execute(
            "INSERT INTO label (label_id, hub, agency, marking, category) VALUES (1, 'home', 'council', 'shareable', 'ordinary')"
        )
        connection.execute(
            f"""INSERT INTO record (record_id, agency, feed, label_id) SELECT 'r' || n, 'council', 'f', 1 FROM range({CASES}) t(n);
            INSERT INTO membership (scope, record_id, person_id) SELECT '{HUB}', 'r' || n, 'p' || n FROM range({CASES}) t(n);
            INSERT INTO household_spell (scope, household_id, person_id)
            SELECT '{HUB}', 'h' || n // 2, 'p' || n FROM range({CASES}) t(n);
            INSERT INTO event (event_id, kind, agency, feed, authority, started_at, label_id)
            SELECT 'e' || n, CASE WHEN n % 4 = 0 THEN 'referral' ELSE 'incident' END, CASE WHEN n % 4 = 0 THEN 'council' ELSE 'police' END,
                   'f', 'north', TIMESTAMP '2025-04-01 10:00' + to_days((n % 300)::INTEGER), 1 FROM range({4 * CASES}) t(n);
            INSERT INTO involvement (event_id, record_id, role, label_id)
            SELECT 'e' || n, 'r' || n // 4, 'subject', 1 FROM range({4 * CASES}) t(n)"""
        )
        connection.register(
            "working_day", calendar(date(2024, 1, 1), date(2026, 12, 31), (FIGURES.model_dump_json(),))
        )
        yield connection


def most_rows(operator):
    return max([operator.get("operator_cardinality", 0), *(most_rows(one) for one in operator["children"])])


def most_pairs(operator):
    """How many pairs of rows a join that looks at each of them looks at, whatever it gives."""
    children = operator["children"]
    looked_at = prod(one.get("operator_cardinality", 0) for one in children)
    return max(
        [
            looked_at if operator.get("operator_type") in PAIR_BY_PAIR else 0,
            *(most_pairs(one) for one in children),
        ]
    )


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_operator_gives_many_times_the_rows_that_there_are(hub, name):
    scope = Scope(HUB, frozenset({1}), standing=True)
    sql = f"{ASKED[name].sql(scope, FIGURES)} SELECT count(*) FROM fact"
    used = {key: value for key, value in BOUND.items() if f"${key}" in sql}
    told = hub.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}", used).fetchall()[0][1]
    plan = json.loads(told)
    assert most_rows(plan) <= MOST_FOR_EACH * 4 * CASES
    assert most_pairs(plan) <= MOST_FOR_EACH * 4 * CASES
