"""Counts of a statistic over a reader's scope, and the rows behind each count."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from access.hub_figures import HubFigures
from access.sight import Sight
from access.statistics.questions import AGAIN_DAYS, QUESTIONS, Question, front, questions
from access.statistics.working_time import calendar, minutes_at
from access.values import (
    CellCount,
    RowLine,
    RowList,
    StatisticAnswer,
    StatisticCell,
    StatisticRequest,
)
from linkage import resolve_agency_names
from records.errors import BadInput
from records.snapshot import TABLES
from records.snapshot.scoped import rows_in_scope

# Rows listed at once; a figure above it opens its first ones, and says how many there are.
MOST_ROWS: Final = 1000
LONGEST_DAYS: Final = 3 * 366


class StatisticsViews:
    """Counts in one scope. Every figure is a count of rows of the scope, so it opens exactly these."""

    def __init__(self, sight: Sight, figures: HubFigures) -> None:
        self._sight = sight
        self._figures = figures

    def counted(self, request: StatisticRequest) -> StatisticAnswer:
        """The cells of a statistic. Raises BadInput for a name or period that is none."""
        question = self._question(request)
        dims = ", ".join(question.dimensions)
        with self._tables(question, request):
            rows = self._run(
                f"""{self._facts(question)} SELECT {dims}, count(*), median(measured), quantile_cont(measured, 0.25),
                    quantile_cont(measured, 0.75), sum(measured) FROM fact GROUP BY {dims} ORDER BY {dims}""",
                request,
            )
            districts, sources = self._choices(request)
        width = len(question.dimensions)
        cells = tuple(_cell(row[:width], row[width:]) for row in rows)
        self._note(request, bool(cells))
        return StatisticAnswer(
            request=request,
            dimensions=question.dimensions,
            measure=question.measure,
            cells=cells,
            count=sum(cell.count for cell in cells),
            districts=districts,
            sources=sources,
            as_of=self._sight.as_of,
        )

    def rows(self, request: StatisticRequest, cell: StatisticCell, most: int = MOST_ROWS) -> RowList:
        """The rows of a cell, oldest first. Raises BadInput for a cell with other dimensions than the statistic's."""
        question = self._question(request)
        if len(cell.values) != len(question.dimensions):
            raise BadInput(
                f"{question.key} is counted by {', '.join(question.dimensions)}; name a value of each, or none."
            )
        named = [
            (name, value)
            for name, value in zip(question.dimensions, cell.values, strict=True)
            if value is not None
        ]
        where = " AND ".join([f"{name} = $cell_{name}" for name, _ in named] or ["true"])
        bound = {f"cell_{name}": value for name, value in named}
        with self._tables(question, request):
            found = self._run(
                f"{self._facts(question)} SELECT event_id FROM fact WHERE {where} ORDER BY event_id",
                request,
                bound,
            )
            lines = self._lines([event_id for (event_id,) in found[:most]])
        self._note(request, bool(found))
        return RowList(lines, len(found))

    def _question(self, request: StatisticRequest) -> Question:
        known = questions(self._sight.scope)
        if request.statistic not in known:
            raise BadInput(f"{request.statistic}: no such statistic; there are {', '.join(QUESTIONS)}.")
        if not 0 <= (request.date_to - request.date_from).days <= LONGEST_DAYS:
            raise BadInput("Name a first and a last day, at most three years apart.")
        return known[request.statistic]

    def _facts(self, question: Question) -> str:
        return f"{front(self._sight.scope, self._figures)}, fact AS ({question.fact})"

    def _run(
        self, sql: str, request: StatisticRequest, more: Mapping[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        figures = self._figures
        known = {
            "scope": self._sight.scope.name,
            "front": self._front_door(),
            "from": request.date_from,
            "to": request.date_to,
            "district": request.district,
            "source": request.source,
            "rags": list(figures.target_minutes),
            "targets": list(figures.target_minutes.values()),
            "partners": list(figures.joined_on),
            "joined": list(figures.joined_on.values()),
            "costed": list(figures.unit_costs),
            "costs": list(figures.unit_costs.values()),
            **(more or {}),
        }
        used = {name: value for name, value in known.items() if _is_named(name, sql)}
        return self._sight.connection.execute(sql, used).fetchall()

    def _front_door(self) -> list[str]:
        if self._figures.front_door:
            return list(self._figures.front_door)
        rows = self._sight.connection.execute(
            f"SELECT DISTINCT agency FROM {rows_in_scope('event', self._sight.scope)} WHERE kind = 'referral' ORDER BY agency"
        ).fetchall()
        return [agency for (agency,) in rows]

    def _choices(self, request: StatisticRequest) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Districts and sources of the period, whatever the request is narrowed to."""
        sql = front(self._sight.scope, self._figures)
        rows = self._run(
            f"""{sql} SELECT DISTINCT coalesce(authority, 'not stated'), source FROM front
                WHERE started_at >= $from::DATE AND started_at < $to::DATE + 1
                  AND ($district IS NULL OR true) AND ($source IS NULL OR true)""",
            request,
        )
        return tuple(sorted({one for one, _ in rows})), tuple(sorted({one for _, one in rows}))

    @contextmanager
    def _tables(self, question: Question, request: StatisticRequest) -> Iterator[None]:
        """The calendar of working days and, for a scope formed on demand, its agency names and people."""
        connection, scope = self._sight.connection, self._sight.scope
        first = date(request.date_from.year - 2, 1, 1)
        last = date(max(self._sight.as_of.year, request.date_to.year) + 1, 12, 31)
        connection.register("working_day", calendar(first, last, (self._figures.model_dump_json(),)))
        made: list[str] = []
        try:
            if not scope.standing:
                made = self._made_on_demand(question)
            yield
        finally:
            for name in made:
                connection.execute(f"DROP TABLE temp.{name}")
            connection.unregister("working_day")

    def _made_on_demand(self, question: Question) -> list[str]:
        """Temporary tables in place of those that a build stores for standing scopes; they hide these on this connection."""
        connection, scope = self._sight.connection, self._sight.scope
        holders = {}
        if question.needs_people:
            named = connection.execute(
                f"SELECT DISTINCT record_id FROM {rows_in_scope('involvement', scope)} ORDER BY record_id"
            ).fetchall()
            holders = self._sight.cards.people.holding([record_id for (record_id,) in named])
        names = ["agency_name", *(["membership"] if question.needs_people else [])]
        names += ["household_spell"] if question.needs_households else []
        for name in names:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({TABLES[name]})")
        resolve_agency_names(connection, scope)
        if question.needs_people:
            people = {person.person_id: person for person in holders.values()}
            rows = [(one, person.person_id) for person in people.values() for one in person.record_ids]
            connection.execute(
                """INSERT INTO temp.membership (scope, record_id, person_id)
                   SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[])""",
                [scope.name, [one for one, _ in rows], [person_id for _, person_id in rows]],
            )
        return names

    def _lines(self, event_ids: Sequence[str]) -> tuple[RowLine, ...]:
        """What a row shows; an event counted twice is listed twice."""
        listed = list(event_ids)
        sight = self._sight
        known = {row[0]: row for row in self._told(sorted(set(listed)))}
        shown = sight.cards.mask.usual
        sight.log.details["rows"] = len(listed)
        sight.log.saw(frozenset(one for row in known.values() for one in row[13]))
        lines = [
            RowLine(
                event=event_id if shown.identity else sight.cards.handles.reference("event", event_id),
                kind=kind,
                received_at=received_at,
                agency=agency,
                source=source,
                referrer=referrer if shown.narrative else None,
                district=district,
                concern=concern,
                rag_initial=rag_initial,
                rag_final=rag_final,
                outcome=outcome,
                decided_at=decided_at,
                working_hours=None if minutes is None else round(minutes / 60, 2),
                agencies=tuple(agencies),
                previous_on=date.fromisoformat(before[0]) if before else None,
                previous_outcome=before[1] if before else None,
            )
            for (
                event_id, kind, received_at, agency, source, referrer, district, concern, rag_initial, rag_final, outcome,
                decided_at, minutes, _, agencies, before,
            ) in (known[one] for one in listed if one in known)
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda line: (str(line.received_at), line.event)))

    def _told(self, event_ids: list[str]) -> list[tuple[Any, ...]]:
        scope, figures = self._sight.scope, self._figures
        return self._sight.connection.execute(
            _ROWS.format(
                event=rows_in_scope("event", scope),
                involvement=rows_in_scope("involvement", scope),
                received=minutes_at("e.started_at", figures),
                decided=minutes_at("e.decided_at", figures),
                days=AGAIN_DAYS,
            ),
            {"events": event_ids, "scope": scope.name},
        ).fetchall()

    def _note(self, request: StatisticRequest, answered: bool) -> None:
        self._sight.log.details.update(
            statistic=request.statistic,
            date_from=request.date_from.isoformat(),
            date_to=request.date_to.isoformat(),
        )
        self._sight.log.answered = answered


_ROWS: Final = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM {event} WHERE event_id IN (SELECT unnest($events::VARCHAR[]))
    ), named AS MATERIALIZED (
        SELECT event_id, record_id FROM {involvement} WHERE event_id IN (SELECT event_id FROM asked)
    ), report AS MATERIALIZED (
        -- Held apart, so that the days are compared of reports about the same people alone.
        SELECT DISTINCT a.event_id, a.started_at AS came_at, i.event_id AS other_id, i.role
        FROM asked a JOIN named n USING (event_id) JOIN {involvement} i ON i.record_id = n.record_id
    ), earlier AS (
        SELECT p.event_id, arg_max({{'on': r.started_at::DATE, 'outcome': r.outcome}}, r.started_at) AS latest
        FROM report p JOIN {event} r ON r.event_id = p.other_id
        WHERE p.role = 'subject' AND r.kind = 'referral'
          AND r.started_at < p.came_at AND r.started_at >= p.came_at - INTERVAL {days} DAY
        GROUP BY p.event_id
    ), told AS (
        SELECT p.event_id, list(DISTINCT e.agency ORDER BY e.agency) AS agencies
        FROM report p JOIN {event} e ON e.event_id = p.other_id
        WHERE e.started_at <= p.came_at AND e.started_at >= p.came_at - INTERVAL {days} DAY
        GROUP BY p.event_id
    ), parts AS (SELECT event_id, list(record_id ORDER BY record_id) AS record_ids FROM named GROUP BY event_id)
    SELECT e.event_id, e.kind, e.started_at, e.agency,
           coalesce(n.kind, CASE WHEN e.referrer IS NULL THEN 'not stated' ELSE 'not resolved' END),
           e.referrer, e.authority, e.concern, e.rag_initial, e.rag_final, e.outcome, e.decided_at,
           CASE WHEN e.decided_at >= e.started_at THEN {decided} - {received} END,
           coalesce(p.record_ids, []), coalesce(t.agencies, [e.agency]), CASE WHEN b.latest IS NOT NULL THEN [b.latest."on"::VARCHAR, b.latest.outcome] END
    FROM asked e LEFT JOIN agency_name n ON n.scope = $scope AND n.text = e.referrer
    LEFT JOIN working_day c_started_at ON c_started_at.day = e.started_at::DATE
    LEFT JOIN working_day c_decided_at ON c_decided_at.day = e.decided_at::DATE
    LEFT JOIN parts p USING (event_id) LEFT JOIN told t USING (event_id) LEFT JOIN earlier b USING (event_id)
    ORDER BY e.started_at, e.event_id"""


def _is_named(name: str, sql: str) -> bool:
    at = sql.find(f"${name}")
    while at >= 0:
        after = sql[at + len(name) + 1 : at + len(name) + 2]
        if not (after.isalnum() or after == "_"):
            return True
        at = sql.find(f"${name}", at + 1)
    return False


def _cell(values: tuple[Any, ...], counted: tuple[Any, ...]) -> CellCount:
    count, median, low, high, total = counted
    return CellCount(
        values=tuple(values),
        count=count,
        median=None if median is None else round(float(median), 2),
        quartiles=None if low is None else (round(float(low), 2), round(float(high), 2)),
        total=None if total is None else round(float(total), 2),
    )
