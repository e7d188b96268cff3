"""Statistics: tables with their definitions, the rows behind each figure, exports with small numbers suppressed."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from access import BadInput, RowList, StatisticCell, StatisticRequest
from api.reader import SomeReader
from products import (
    HEADING_LINES,
    StatisticTable,
    as_csv,
    as_workbook,
    extract_table,
    statistic_export,
    statistic_table,
)

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])
Name = Annotated[
    str,
    Path(
        description="cases, areas, outcomes, needs, turnaround, rag_change, re_referrals, caseload, …",
        max_length=50,
    ),
]
Form = Annotated[Literal["csv", "xlsx"], Query(description="The form of the file.")]
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {media: {} for media in MEDIA.values()}}
}


def asked(
    statistic: Name,
    date_from: Annotated[date, Query(description="First day of the period.")],
    date_to: Annotated[date, Query(description="Last day of the period.")],
    district: Annotated[str | None, Query(max_length=200)] = None,
    source: Annotated[str | None, Query(max_length=200)] = None,
) -> StatisticRequest:
    """What is asked for, from the address."""
    return StatisticRequest(statistic, date_from, date_to, district or None, source or None)


Asked = Annotated[StatisticRequest, Depends(asked)]


@router.get(
    "/cases/extract", summary="The pan-London audit pro-forma", response_class=Response, responses=FILES
)
def extract(
    reader: SomeReader,
    date_from: Annotated[date, Query(description="First day of the period.")],
    date_to: Annotated[date, Query(description="Last day of the period.")],
    district: Annotated[str | None, Query(max_length=200)] = None,
    form: Form = "xlsx",
) -> Response:
    """A row a case: who referred, why, ratings, agencies involved, outcome, turnaround, the referral before and its outcome."""
    request = StatisticRequest("cases", date_from, date_to, district or None)
    with reader.reading("extract") as view:
        found = view.audit_extract(request)
    if found.count > len(found.rows):
        raise BadInput(
            f"{found.count} cases are too many for one extract; ask for a shorter period or one district."
        )
    header, lines = extract_table(found.rows)
    return table_file(f"audit-extract.{form}", "Audit extract", [header, *lines])


@router.get("/{statistic}", summary="A statistic as a table")
def statistic(request: Asked, reader: SomeReader) -> StatisticTable:
    """Counts of your own scope with their definition; ``opens`` of a cell is what to send as ``cell`` for its rows."""
    with reader.reading("statistics") as view:
        return statistic_table(view.statistic(request), view.hub_figures())


@router.get("/{statistic}/rows", summary="The rows behind a figure")
def rows(
    request: Asked,
    reader: SomeReader,
    cell: Annotated[
        list[str], Query(max_length=5, description="A value of each dimension, in order; empty for any.")
    ],
) -> RowList:
    """As many as the figure says; the first thousand are listed."""
    with reader.reading("statistics") as view:
        return view.statistic_rows(request, StatisticCell(tuple(value or None for value in cell)))


@router.get(
    "/{statistic}/export", summary="A statistic to take along", response_class=Response, responses=FILES
)
def export(request: Asked, reader: SomeReader, form: Form = "xlsx") -> Response:
    """Small numbers suppressed, with the definition above the table."""
    with reader.reading("statistics") as view:
        title, table = statistic_export(view, request)
    return table_file(f"{request.statistic}.{form}", title, table, HEADING_LINES)


def table_file(name: str, title: str, rows: Sequence[Sequence[str | int]], header: int = 0) -> Response:
    """Rows as a download; the form is the name's ending. ``header``: the place of the names of the columns."""
    form = name.rpartition(".")[2]
    content = as_csv(rows) if form == "csv" else as_workbook(title, rows, header)
    return Response(
        content, media_type=MEDIA[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
