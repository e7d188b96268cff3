"""Rows whose time has run out: the hub's schedule, what is due by it on a day, and the act that lets it go.

A schedule is a table of the settings: for each category of rows (or ``default``) how many months they are kept after the
last day of the event, or after the last case of anybody in it was closed, whichever is later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

import duckdb
import pyarrow as pa

from access.sight import Sight
from access.values import ErasureDone, KeepingLine, RetentionPlan
from records.errors import BadInput
from records.ledger import MOST_IN_AN_ENTRY, Actor, ErasureTerms, erase_rows, held_records
from records.scope import HUB
from records.vocabulary import CATEGORIES

DEFAULT: Final = "default"
_KEYS: Final = ("months", "months_while_open", "key_features_months")
_LONGEST_MONTHS: Final = 1_200
_SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long events of a category are kept, in months.

    ``months``: after the last day and the last closed case. ``months_while_open``: the same while somebody in the event
    has an open case, None to keep it. ``key_features_months``: after ``months`` the event stays with its key features
    alone until so many months are over; None erases it whole at once.
    """

    months: int
    months_while_open: int | None = None
    key_features_months: int | None = None


@dataclass(frozen=True, slots=True)
class RetentionSchedule:
    """The rules of a hub by category, and the page that they come from."""

    source: str
    rules: Mapping[str, RetentionRule] = field(default_factory=dict)

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> Self:
        """The schedule that settings state. Raises BadInput, naming what is wrong; nothing stated is no rule at all."""
        rules = {}
        source = stated.get(_SOURCE, "")
        if stated and not (isinstance(source, str) and source.strip()):
            raise BadInput("retention.source: name the hub's retention policy that the periods come from.")
        for category, one in stated.items():
            if category == _SOURCE:
                continue
            if category != DEFAULT and category not in CATEGORIES:
                raise BadInput(
                    f"retention.{category}: no such category; those are {DEFAULT}, {', '.join(sorted(CATEGORIES))}."
                )
            rules[category] = _rule(category, one)
        return cls(source, rules)

    def periods(self) -> Iterator[tuple[str, RetentionRule]]:
        """Category and rule, ``default`` standing for each that has none of its own."""
        for category in sorted(CATEGORIES):
            rule = self.rules.get(category, self.rules.get(DEFAULT))
            if rule is not None:
                yield category, rule


def _rule(category: str, stated: Any) -> RetentionRule:
    if not isinstance(stated, Mapping) or "months" not in stated or set(stated) - set(_KEYS):
        raise BadInput(
            f"retention.{category}: write a table with months, and as needed {', '.join(_KEYS[1:])}."
        )
    for name, value in stated.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LONGEST_MONTHS:
            raise BadInput(f"retention.{category}.{name}: write months from 1 to {_LONGEST_MONTHS:,}.")
    rule = RetentionRule(**stated)
    if rule.key_features_months is not None and rule.key_features_months <= rule.months:
        raise BadInput(f"retention.{category}.key_features_months: write more than months ({rule.months}).")
    return rule


class Retention:
    """Works out what is due on a day over every row of the snapshot, whoever may read it, and lets it go."""

    def __init__(self, sight: Sight, schedule: RetentionSchedule, day: date) -> None:
        self._sight = sight
        self._schedule = schedule
        self._day = day

    def plan(self) -> RetentionPlan:
        """What would go, in numbers."""
        self._due()
        lines = self._lines()
        (undated,) = self._sight.connection.execute(
            "SELECT count(*) FROM event WHERE coalesce(started_at::DATE, ended_on, known_on) IS NULL"
        ).fetchall()[0]
        self._sight.log.answered = True
        return RetentionPlan(
            self._day,
            self._schedule.source,
            lines,
            sum(one.records_erased for one in lines),
            sum(one.events_erased for one in lines),
            sum(one.events_reduced for one in lines),
            undated,
        )

    def carry_out(self, actor: Actor) -> ErasureDone:
        """Let it go: as many entries of the ledger as its size needs, none where nothing is due."""
        due = self._due()
        connection, key = self._sight.connection, self._sight.erasure_key()
        gone = [
            one for (one,) in connection.execute("SELECT record_id FROM due_record ORDER BY 1").fetchall()
        ]
        erased = sorted(due["erase"])
        reduced = sorted(due["reduce"])
        parts: list[tuple[str, str]] = [
            *(("records", one) for one in gone),
            *(("events", one) for one in erased),
            *(("reduced_events", one) for one in reduced),
        ]
        numbers = []
        for start in range(0, len(parts), MOST_IN_AN_ENTRY):
            some = parts[start : start + MOST_IN_AN_ENTRY]

            def of(kind: str, some: Sequence[tuple[str, str]] = some) -> frozenset[str]:
                return frozenset(one for named, one in some if named == kind)

            terms = ErasureTerms(
                "retention",
                key.key_id,
                key.digests("record", of("records")),
                key.digests("event", of("events")),
                key.digests("event", of("reduced_events")),
                of("records"),
            )
            numbers.append(erase_rows(self._sight.ledger, actor, terms).sequence)
        self._sight.log.logged = bool(numbers)
        return ErasureDone(len(gone), len(erased), len(reduced), tuple(numbers))

    def _due(self) -> dict[str, frozenset[str]]:
        """Events to erase and to reduce; leaves temporary ``event_fate`` and ``due_record`` for the counts."""
        connection, state = self._sight.connection, self._sight.state
        key = self._sight.erasure_key()
        fate(connection, self._schedule, self._day, sorted(held_records(state)))
        already = frozenset[str]().union(*(one.events | one.reduced_events for one in state.erasures))
        gone = frozenset[str]().union(*(one.events for one in state.erasures))
        found: dict[str, frozenset[str]] = {}
        for what, done in (("erase", gone), ("reduce", already)):
            rows = connection.execute("SELECT event_id FROM event_fate WHERE fate = ?", [what]).fetchall()
            found[what] = frozenset(one for (one,) in rows if key.digest("event", one) not in done)
            connection.register(
                "open_fate", pa.table({"event_id": pa.array(sorted(found[what]), pa.string())})
            )
            connection.execute(
                "UPDATE event_fate SET fate = 'done' WHERE fate = ? AND event_id NOT IN (SELECT event_id FROM open_fate)",
                [what],
            )
            connection.unregister("open_fate")
        self._leave_out_records_gone()
        return found

    def _leave_out_records_gone(self) -> None:
        """What an earlier run let go stands in this snapshot until the next build, and is not let go twice."""
        connection, key = self._sight.connection, self._sight.erasure_key()
        gone = frozenset[str]().union(*(one.records for one in self._sight.state.erasures))
        rows = connection.execute("SELECT record_id FROM due_record").fetchall() if gone else []
        done = sorted(one for (one,) in rows if key.digest("record", one) in gone)
        connection.execute("DELETE FROM due_record WHERE record_id IN (SELECT unnest($1::VARCHAR[]))", [done])

    def _lines(self) -> tuple[KeepingLine, ...]:
        rows = self._sight.connection.execute(
            """SELECT l.agency, l.category, sum(records)::BIGINT, sum(erased)::BIGINT, sum(reduced)::BIGINT,
                      sum(held)::BIGINT, sum(opened)::BIGINT
               FROM (SELECT label_id, 0 AS records, (fate = 'erase')::INT AS erased, (fate = 'reduce')::INT AS reduced,
                            (fate = 'held')::INT AS held, (fate = 'open')::INT AS opened
                     FROM event_fate
                     UNION ALL SELECT label_id, 1, 0, 0, 0, 0 FROM due_record) JOIN label l USING (label_id)
               GROUP BY 1, 2 HAVING sum(records + erased + reduced + held + opened) > 0 ORDER BY 1, 2"""
        ).fetchall()
        return tuple(KeepingLine(*row) for row in rows)


def fate(
    connection: duckdb.DuckDBPyConnection, schedule: RetentionSchedule, day: date, held: Sequence[str]
) -> None:
    """Fill temporary ``event_fate`` (event_id, label_id, fate) and ``due_record`` (record_id, label_id).

    ``fate`` is keep, open (due, but for an open case), held (due, but for a hold), reduce or erase. A record goes with
    the last of its events; one that never had an event stays as long as its agency hands it in.
    """
    periods = list(schedule.periods())
    connection.register(
        "retention_period",
        pa.table(
            {
                "category": pa.array([category for category, _ in periods], pa.string()),
                "months": pa.array([rule.months for _, rule in periods], pa.int32()),
                "open_months": pa.array([rule.months_while_open for _, rule in periods], pa.int32()),
                "key_months": pa.array([rule.key_features_months for _, rule in periods], pa.int32()),
            }
        ),
    )
    try:
        values = {"day": day, "scope": HUB, "held": list(held)}
        for statement in _FATE:
            connection.execute(
                statement, {name: value for name, value in values.items() if f"${name}" in statement}
            )
    finally:
        connection.unregister("retention_period")


_FATE: Final = (
    # Everybody in an event; a record that no person of the hub holds (a sealed one, say) stands for itself.
    """CREATE OR REPLACE TEMP TABLE part AS
       SELECT DISTINCT i.event_id, i.record_id, i.role, coalesce(m.person_id, i.record_id) AS person_id
       FROM involvement i LEFT JOIN (SELECT record_id, person_id FROM membership WHERE scope = $scope) m USING (record_id)""",
    """CREATE OR REPLACE TEMP TABLE person_case AS
       SELECT p.person_id,
              bool_or(e.status = 'open' AND coalesce(e.ended_on, DATE '9999-12-31') >= $day::DATE) AS is_open,
              max(CASE WHEN e.status IS DISTINCT FROM 'open' THEN greatest(e.ended_on, e.decided_at::DATE) END) AS closed_on
       FROM part p JOIN event e USING (event_id)
       WHERE p.role NOT IN ('professional', 'reporter') GROUP BY p.person_id""",
    # A hold on a record without a case reaches all records of its person as well.
    """CREATE OR REPLACE TEMP TABLE held_person AS
       SELECT DISTINCT coalesce(m.person_id, h.record_id) AS person_id
       FROM (SELECT unnest($held::VARCHAR[]) AS record_id) h
       LEFT JOIN (SELECT record_id, person_id FROM membership WHERE scope = $scope) m USING (record_id)""",
    """CREATE OR REPLACE TEMP TABLE event_fate AS
       WITH everyone AS (
           SELECT p.event_id, coalesce(bool_or(c.is_open), FALSE) AS is_open, max(c.closed_on) AS closed_on,
                  bool_or(p.person_id IN (SELECT person_id FROM held_person)) AS is_held
           FROM part p LEFT JOIN person_case c USING (person_id)
           WHERE p.role NOT IN ('professional', 'reporter') GROUP BY p.event_id),
       dated AS (
           SELECT e.event_id, e.label_id, r.months, r.open_months, r.key_months, coalesce(v.is_open, FALSE) AS is_open,
                  coalesce(v.is_held, FALSE) AS is_held,
                  greatest(e.started_at::DATE, e.ended_on, e.known_on, e.decided_at::DATE, v.closed_on) AS since,
                  coalesce(e.summary, e.opinion, e.place, e.postcode, e.uprn, e.referrer, e.reference) IS NULL AS is_bare
           FROM event e JOIN label USING (label_id) JOIN retention_period r USING (category)
           LEFT JOIN everyone v USING (event_id)
           WHERE coalesce(e.started_at::DATE, e.ended_on, e.known_on) IS NOT NULL),
       due AS (
           SELECT *, since + to_months(months) <= $day::DATE AS is_due,
                  coalesce(since + to_months(open_months) <= $day::DATE, FALSE) AS is_due_though_open,
                  key_months IS NULL OR since + to_months(key_months) <= $day::DATE AS goes_whole
           FROM dated)
       SELECT event_id, label_id, CASE
           WHEN NOT is_due THEN 'keep'
           WHEN is_held THEN 'held'
           WHEN is_open AND NOT is_due_though_open THEN 'open'
           WHEN goes_whole THEN 'erase'
           WHEN is_bare THEN 'keep'
           ELSE 'reduce' END AS fate
       FROM due""",
    """CREATE OR REPLACE TEMP TABLE due_record AS
       SELECT r.record_id, r.label_id FROM record r JOIN part p USING (record_id)
       LEFT JOIN event_fate f ON f.event_id = p.event_id
       GROUP BY r.record_id, r.label_id
       HAVING bool_and(coalesce(f.fate = 'erase', FALSE))
          AND NOT bool_or(p.person_id IN (SELECT person_id FROM held_person))""",
)
