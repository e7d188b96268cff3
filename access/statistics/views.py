"""Counts of a statistic over a reader's scope, and the rows behind each count."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from access.hub_figures import HubFigures
from access.scope.untold import untold_labels
from access.sight import Sight
from access.statistics.front_door import front
from access.statistics.questions import ASKED, QUESTIONS, Question
from access.statistics.row_lines import RowLines
from access.statistics.working_time import calendar
from access.values import (
    CellCount,
    MeasuredOf,
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
# Answers kept of a scope: every statistic of two periods or districts, some 300 kB the largest.
MOST_KEPT: Final = 40


class _Counted(NamedTuple):
    """The rows of an answer as they are counted, with the districts and sources of its period."""

    rows: list[tuple[Any, ...]]
    districts: tuple[str, ...]
    sources: tuple[str, ...]


class StatisticsViews:
    """Counts in one scope. Every figure is a count of rows of the scope, so it opens exactly these."""

    def __init__(self, sight: Sight, figures: HubFigures) -> None:
        self._sight = sight
        self._figures = figures

    def counted(self, request: StatisticRequest) -> StatisticAnswer:
        """The cells of a statistic. Raises BadInput for a name or period that is none."""
        question = self._question(request)
        counted = self._counted_once(question, request)
        rows = self._in_readers_words(question, counted.rows)
        width = len(question.dimensions) + 1
        cells = tuple(_cell(row[1:width], row[width:]) for row in rows if row[0] == 0)
        one_dimension = len(question.dimensions) == 1
        margins = tuple(
            _measured(row[1:width], row[width:])
            for row in rows
            if question.measure and (row[0] or one_dimension)
        )
        self._note(request, bool(cells))
        return StatisticAnswer(
            request=request,
            dimensions=question.dimensions,
            measure=question.measure,
            cells=cells,
            count=sum(cell.count for cell in cells),
            districts=counted.districts,
            sources=counted.sources,
            as_of=self._sight.as_of,
            measured=margins,
        )

    def _counted_once(self, question: Question, request: StatisticRequest) -> _Counted:
        """What a question comes to in this scope; a page that is opened again, or as a file, is not counted again.

        What is counted and not measured is counted for every district and source at once, so that to narrow it is to leave
        rows out.
        """
        whole = request if question.measure else replace(request, district=None, source=None)
        known = self._sight.cards.people.of_everyone.counted
        untold = tuple(untold_labels(self._sight.connection, self._sight.cards.mask))
        asked = (whole, untold, self._figures.model_dump_json())
        found: _Counted | None = known.get(asked)
        if found is None:
            found = known[asked] = self._counted_now(question, whole)
            for oldest in list(known)[:-MOST_KEPT]:
                known.pop(oldest, None)
        narrowed = {"district": request.district, "source": request.source} if whole != request else {}
        wanted = [
            (question.dimensions.index(name) + 1, value)
            for name, value in narrowed.items()
            if value is not None and name in question.dimensions
        ]
        rows = [row for row in found.rows if all(row[place] == value for place, value in wanted)]
        return found._replace(rows=rows)

    def _counted_now(self, question: Question, request: StatisticRequest) -> _Counted:
        dims = ", ".join(question.dimensions)
        with self._tables(question, request):
            rows = self._run(
                f"""{self._facts(question)} SELECT grouping({dims}), {dims}, count(*), median(measured),
                    quantile_cont(measured, 0.25), quantile_cont(measured, 0.75), sum(measured)
                    FROM fact GROUP BY GROUPING SETS ({_grouped(question)}) ORDER BY ALL""",
                request,
            )
            return _Counted(rows, *self._choices(request))

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
            if f"cell_{question.names_people}" in bound:
                bound[f"cell_{question.names_people}"] = self._person_called(
                    question, request, bound[f"cell_{question.names_people}"]
                )
            found = self._run(
                f"{self._facts(question)} SELECT event_id FROM fact WHERE {where} ORDER BY event_id",
                request,
                bound,
            )
            lines = RowLines(self._sight, self._figures).lines([event_id for (event_id,) in found[:most]])
        self._note(request, bool(found))
        return RowList(lines, len(found))

    def _in_readers_words(self, question: Question, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows with people called by what the reader may know of them."""
        if question.names_people is None:
            return rows
        place = question.dimensions.index(question.names_people) + 1
        called = self._called(row[place] for row in rows if row[place] is not None)
        told = [(*row[:place], called.get(row[place]), *row[place + 1 :]) for row in rows]
        return sorted(told, key=lambda row: [str(value) for value in row[: len(question.dimensions) + 1]])

    def _person_called(self, question: Question, request: StatisticRequest, name: str) -> str:
        """The person whom an answer called by this name; nobody's id where it called nobody so."""
        rows = self._run(
            f"{self._facts(question)} SELECT DISTINCT {question.names_people} FROM fact", request
        )
        return next((one for one, known in self._called(one for (one,) in rows).items() if known == name), "")

    def _called(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Person id -> name, or the end of their handle; both where two bear one name."""
        cards = self._sight.cards
        known = {one: cards.card(person) for one, person in cards.people.with_ids(set(person_ids)).items()}
        names = Counter(card.name for card in known.values())
        return {
            one: card.name
            if card.name and names[card.name] == 1
            else f"{card.name or 'Worker'} ({card.handle[-6:]})"
            for one, card in known.items()
        }

    def _question(self, request: StatisticRequest) -> Question:
        if request.statistic not in ASKED:
            raise BadInput(f"{request.statistic}: no such statistic; there are {', '.join(QUESTIONS)}.")
        if not 0 <= (request.date_to - request.date_from).days <= LONGEST_DAYS:
            raise BadInput("Name a first and a last day, at most three years apart.")
        return ASKED[request.statistic]

    def _facts(self, question: Question) -> str:
        return question.sql(self._sight.scope, self._figures)

    def _run(
        self, sql: str, request: StatisticRequest, more: Mapping[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        figures = self._figures
        known = {
            "scope": self._sight.scope.name,
            "front": self._front_door(),
            "untold": untold_labels(self._sight.connection, self._sight.cards.mask),
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

    def _note(self, request: StatisticRequest, answered: bool) -> None:
        self._sight.log.details.update(
            statistic=request.statistic,
            district=request.district,
            source=request.source,
            date_from=request.date_from.isoformat(),
            date_to=request.date_to.isoformat(),
        )
        self._sight.log.answered = answered


def _grouped(question: Question) -> str:
    """The sets that a statistic is grouped by: its cells and, where something is measured, each margin."""
    margins = [f"({name})" for name in question.dimensions] if question.measure else []
    sets = [f"({', '.join(question.dimensions)})", *margins, *(["()"] if question.measure else [])]
    return ", ".join(dict.fromkeys(sets))


def _is_named(name: str, sql: str) -> bool:
    at = sql.find(f"${name}")
    while at >= 0:
        after = sql[at + len(name) + 1 : at + len(name) + 2]
        if not (after.isalnum() or after == "_"):
            return True
        at = sql.find(f"${name}", at + 1)
    return False


def _measured(values: tuple[Any, ...], counted: tuple[Any, ...]) -> MeasuredOf:
    cell = _cell(values, counted)
    return MeasuredOf(tuple(values), cell.median, cell.quartiles, cell.total)


def _cell(values: tuple[Any, ...], counted: tuple[Any, ...]) -> CellCount:
    count, median, low, high, total = counted
    return CellCount(
        values=tuple(values),
        count=count,
        median=None if median is None else round(float(median), 2),
        quartiles=None if low is None else (round(float(low), 2), round(float(high), 2)),
        total=None if total is None else round(float(total), 2),
    )
