"""A statistic as a table with its margins: every figure names the cell it counts, so that it can be opened."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from access import HubFigures, MeasuredOf, RowLine, StatisticAnswer, StatisticRequest
from products.statistics.definitions import COLUMN_ORDER, DEFINITIONS, Definition
from products.statistics.intervals import rate_interval, share_interval
from products.wording import code

TOTAL: Final = "Total"
PER: Final = 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; ``opens`` are the values of the statistic's dimensions that it counts, None for any; None: opens nothing."""

    text: str
    count: int | None = None
    opens: tuple[str | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class StatisticTable:
    """A statistic as shown: header, rows (a label and its cells), notes that explain, and the definition.

    ``counted`` is how many of the columns, from the first, are counts whose rows sum to the last of them.
    """

    statistic: str
    definition: Definition
    request: StatisticRequest
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    counted: int
    notes: tuple[str, ...]
    districts: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: date


def statistic_table(answer: StatisticAnswer, figures: HubFigures) -> StatisticTable:
    """The table of an answer. Pure: the same answer and figures give the same table."""
    definition = DEFINITIONS[answer.request.statistic]
    rows = _order(definition.rows, _values(answer, definition.rows), ())
    columns: tuple[str, ...] = ()
    if definition.columns is not None:
        columns = _order(definition.columns, _values(answer, definition.columns), definition.column_order)
    counted = _Counted(answer, definition)
    body = [(row, _cells(counted, row, columns, figures)) for row in (*rows, None)]
    extra = _extra_header(answer, definition, figures)
    return StatisticTable(
        statistic=answer.request.statistic,
        definition=definition,
        request=answer.request,
        header=(definition.rows, *columns, TOTAL, *extra),
        rows=tuple((TOTAL if row is None else row, cells) for row, cells in body),
        counted=len(columns) + 1,
        notes=_notes(answer, figures),
        districts=answer.districts,
        sources=answer.sources,
        as_of=answer.as_of,
    )


def _values(answer: StatisticAnswer, dimension: str) -> tuple[str, ...]:
    place = answer.dimensions.index(dimension)
    return tuple({cell.values[place]: None for cell in answer.cells})


def _order(dimension: str, found: Sequence[str], stated: Sequence[str]) -> tuple[str, ...]:
    """Values in the order of their definition; those it does not name after them, by the alphabet."""
    known = (*stated, *COLUMN_ORDER.get(dimension, ()))
    first = [value for value in dict.fromkeys(known) if value in found or value in stated]
    return (*first, *sorted(set(found) - set(first)))


class _Counted:
    """How many each row and column holds; None for either is all of them. Added up once: a hub has hundreds of workers."""

    def __init__(self, answer: StatisticAnswer, definition: Definition) -> None:
        self.answer, self.definition = answer, definition
        row = answer.dimensions.index(definition.rows)
        column = answer.dimensions.index(definition.columns) if definition.columns else None
        self._sums: Counter[tuple[str | None, str | None]] = Counter()
        for cell in answer.cells:
            there = None if column is None else cell.values[column]
            for key in {(cell.values[row], there), (cell.values[row], None), (None, there), (None, None)}:
                self._sums[key] += cell.count

    def of(self, row: str | None, column: str | None = None) -> int:
        return self._sums[row, column]

    def cell(self, row: str | None, column: str | None = None) -> Cell:
        """The count with what its rows are asked by."""
        named = {self.definition.rows: row}
        if self.definition.columns:
            named[self.definition.columns] = column
        count = self.of(row, column)
        return Cell(str(count), count, tuple(named.get(name) for name in self.answer.dimensions))


def _cells(
    counted: _Counted, row: str | None, columns: Sequence[str], figures: HubFigures
) -> tuple[Cell, ...]:
    answer, definition = counted.answer, counted.definition
    cells = [*(counted.cell(row, column) for column in columns), counted.cell(row)]
    if definition.share:
        of = counted.of(row) - sum(counted.of(row, column) for column in definition.not_shared)
        cells.append(Cell(_share(sum(counted.of(row, column) for column in definition.share), of)))
    if answer.measure is not None:
        cells.append(Cell(_measured(answer, definition, row)))
    if answer.measure == "pounds":
        cells.append(Cell(_unit_cost(answer, definition, row)))
    if _has_rates(answer, figures):
        cells += _rates(counted, row, figures)
    return tuple(cells)


def _measured(answer: StatisticAnswer, definition: Definition, row: str | None) -> str:
    """What is measured of a row: money is summed, time is told by the median of its rows and their quartiles."""
    found = _margin(answer, definition, row)
    if answer.measure == "pounds":
        return _pounds(found.total if found and found.total else 0.0)
    if found is None or found.median is None or found.quartiles is None:
        return "not measured"
    return f"{found.median:.1f} (quartiles {found.quartiles[0]:.1f} to {found.quartiles[1]:.1f})"


def _margin(answer: StatisticAnswer, definition: Definition, row: str | None) -> MeasuredOf | None:
    wanted = tuple(row if name == definition.rows else None for name in answer.dimensions)
    return next((one for one in answer.measured if one.values == wanted), None)


def _unit_cost(answer: StatisticAnswer, definition: Definition, row: str | None) -> str:
    """What a family cost, or what a row cost for each referral of the table."""
    found = _margin(answer, definition, row)
    each_family = definition.rows == "district"
    of = [
        cell.count
        for cell in answer.cells
        if (each_family and row in (None, cell.values[0]))
        or (not each_family and cell.values[0] == "referral")
    ]
    if found is None or found.total is None or not sum(of):
        return "none to divide by"
    return _pounds(found.total / sum(of))


def _pounds(amount: float) -> str:
    return f"£{amount:,.2f}"


def _share(count: int, of: int) -> str:
    interval = share_interval(count, of)
    if interval is None:
        return "none to share"
    return f"{count / of:.1%} ({interval[0]:.1%} to {interval[1]:.1%})"


def _has_rates(answer: StatisticAnswer, figures: HubFigures) -> bool:
    """A rate is of all cases of a district, so not of those of one source."""
    return answer.request.statistic == "areas" and bool(figures.children) and answer.request.source is None


def _rates(counted: _Counted, district: str | None, figures: HubFigures) -> list[Cell]:
    """Of a table whose rows are districts."""
    asked = district or counted.answer.request.district
    districts = [asked] if asked else list(figures.children)
    population = sum(figures.children.get(one, 0) for one in districts)
    count = counted.of(district)
    interval = rate_interval(count, population, PER)
    if interval is None:
        return [Cell("no population given")]
    return [Cell(f"{count / population * PER:.1f} ({interval[0]:.1f} to {interval[1]:.1f})")]


def _extra_header(answer: StatisticAnswer, definition: Definition, figures: HubFigures) -> tuple[str, ...]:
    extra = []
    if definition.share:
        extra.append(f"Share {' or '.join(definition.share)} (95% interval)")
    if answer.measure is not None:
        extra.append("Cost" if answer.measure == "pounds" else f"Median {answer.measure}")
    if answer.measure == "pounds":
        extra.append("Cost per family" if definition.rows == "district" else "Cost per referral")
    if _has_rates(answer, figures):
        extra.append("Rate per 10,000 children (95% interval)")
    return tuple(extra)


def _notes(answer: StatisticAnswer, figures: HubFigures) -> tuple[str, ...]:
    notes = []
    if answer.request.statistic == "turnaround":
        notes.append(
            f"Working hours are {figures.opens_at:%H:%M} to {figures.closes_at:%H:%M} on working days. Targets: "
            + ", ".join(f"{rag} {minutes / 60:g} hours" for rag, minutes in figures.target_minutes.items())
            + "."
        )
    if answer.request.statistic == "caseload" and answer.cells:
        place = answer.dimensions.index("worker")
        workers = {cell.values[place] for cell in answer.cells}
        notes.append(
            f"{len(workers):,} workers, {answer.count / len(workers):.1f} pieces of work each on average."
        )
    if answer.measure == "pounds" and not figures.unit_costs:
        notes.append("No unit costs are set for this hub, so there is nothing to count.")
    if answer.request.date_to > answer.as_of:
        notes.append("The feeds tell up to the day above; the period goes on after it.")
    return tuple(notes)


def extract_table(rows: Sequence[RowLine]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The pan-London audit pro-forma: header and a row a case, dates in ISO form."""
    header = (
        "Case",
        "Received",
        "Who referred",
        "Referrer as written",
        "District",
        "Reason",
        "Initial rating",
        "Final rating",
        "Agencies involved",
        "Outcome",
        "Decided",
        "Turnaround, working hours",
        "Previous referral",
        "Its outcome",
    )
    return header, tuple(
        (
            row.event,
            row.received_at.isoformat(" ", "minutes") if row.received_at else "",
            code(row.source),
            row.referrer or "",
            row.district or "",
            code(row.concern) if row.concern else "",
            code(row.rag_initial) if row.rag_initial else "",
            code(row.rag_final) if row.rag_final else "",
            ", ".join(code(agency) for agency in row.agencies),
            row.outcome or "",
            row.decided_at.isoformat(" ", "minutes") if row.decided_at else "",
            "" if row.working_hours is None else f"{row.working_hours:.2f}",
            row.previous_on.isoformat() if row.previous_on else "",
            row.previous_outcome or "",
        )
        for row in rows
    )
