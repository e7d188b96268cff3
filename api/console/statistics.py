"""Statistics as pages: a table with its definition and intervals, each figure a link to the rows that it counts."""

from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from access import BadInput, StatisticCell, StatisticRequest
from api.console.page import page
from api.console.visit import CurrentVisit
from api.routes.statistics import table_file
from products import (
    DEFINITIONS,
    HEADING_LINES,
    Cell,
    StatisticTable,
    extract_table,
    statistic_export,
    statistic_table,
)

router = APIRouter(prefix="/statistics", include_in_schema=False)
NOT_A_DAY = "Enter a day as year-month-day, like 2026-03-31."


class StatisticForm(BaseModel):
    """What the form above a table says; every field may be left out."""

    date_from: str = ""
    date_to: str = ""
    district: str = ""
    source: str = ""

    def request(self, statistic: str, as_of: date) -> StatisticRequest:
        """What is asked for; without days the 12 months up to the feeds' last. Raises BadInput for a day that is none."""
        try:
            until = date.fromisoformat(self.date_to) if self.date_to else as_of
            since = date.fromisoformat(self.date_from) if self.date_from else _year_before(until)
        except ValueError as error:
            raise BadInput(NOT_A_DAY) from error
        return StatisticRequest(statistic, since, until, self.district or None, self.source or None)


Asked = Annotated[StatisticForm, Query()]


@router.get("")
def statistics_page(request: Request, visit: CurrentVisit, asked: Asked) -> Response:
    """The first statistic."""
    return statistic_page(request, visit, "cases", asked)


@router.get("/cases/extract.{form}")
def extract(visit: CurrentVisit, form: str, asked: Asked) -> Response:
    """The pan-London audit pro-forma of a period as a file. Raises BadInput for another form or too many cases."""
    _check_form(form)
    with visit.reading("extract") as view:
        found = view.audit_extract(asked.request("cases", view.days()[1]))
    if found.count > len(found.rows):
        raise BadInput("These are too many cases for one extract; ask for a shorter period or one district.")
    header, lines = extract_table(found.rows)
    return table_file(f"audit-extract.{form}", "Audit extract", [header, *lines])


@router.get("/{statistic}")
def statistic_page(request: Request, visit: CurrentVisit, statistic: str, asked: Asked) -> Response:
    """One statistic as a table."""
    with visit.reading("statistics") as view:
        answer = view.statistic(asked.request(statistic, view.days()[1]))
        figures = view.hub_figures()
    table = statistic_table(answer, figures)
    return page(
        request,
        "statistics.html",
        table=table,
        definitions=DEFINITIONS,
        period=_period(table.request),
        smallest=figures.smallest_shown,
        way=lambda cell: _way(table, cell),
        here="/statistics",
    )


@router.get("/{statistic}/rows")
def rows_page(
    request: Request,
    visit: CurrentVisit,
    statistic: str,
    asked: Asked,
    cell: Annotated[list[str], Query(max_length=5)],
) -> Response:
    """The rows that a figure counts."""
    values = tuple(value or None for value in cell)
    with visit.reading("statistics") as view:
        wanted = asked.request(statistic, view.days()[1])
        found = view.statistic_rows(wanted, StatisticCell(values))
    return page(
        request,
        "statistic_rows.html",
        found=found,
        definition=DEFINITIONS[statistic],
        statistic=statistic,
        values=[value for value in values if value],
        back=f"/statistics/{statistic}?{urlencode(_period(wanted))}",
        here="/statistics",
    )


@router.get("/{statistic}/export.{form}")
def export(visit: CurrentVisit, statistic: str, form: str, asked: Asked) -> Response:
    """A statistic as a file, small numbers suppressed. Raises BadInput for another form."""
    _check_form(form)
    with visit.reading("statistics") as view:
        title, rows = statistic_export(view, asked.request(statistic, view.days()[1]))
    return table_file(f"{statistic}.{form}", title, rows, HEADING_LINES)


def _check_form(form: str) -> None:
    if form not in ("csv", "xlsx"):
        raise BadInput("A table leaves as csv or xlsx.")


def _year_before(day: date) -> date:
    """The first day of the year that ends with ``day``."""
    return day - timedelta(days=364)


def _period(request: StatisticRequest) -> dict[str, str]:
    return {
        "date_from": request.date_from.isoformat(),
        "date_to": request.date_to.isoformat(),
        "district": request.district or "",
        "source": request.source or "",
    }


def _way(table: StatisticTable, cell: Cell) -> str:
    """The address of the rows that a figure counts."""
    opened = [("cell", value or "") for value in cell.opens or ()]
    return f"/statistics/{table.statistic}/rows?{urlencode([*_period(table.request).items(), *opened])}"
