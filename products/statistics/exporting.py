"""Statistics as rows for export and as CSV: small numbers suppressed, nothing that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from access import ScopedView, StatisticAnswer, StatisticRequest
from products.statistics.suppression import SHOWN_AS, Key, withheld
from products.statistics.tables import Cell, StatisticTable, statistic_table
from products.wording import code, day

# What Excel, LibreOffice and Google Sheets read as the beginning of a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
Rows = Sequence[Sequence[str | int]]
# Lines above the names of the columns of an export.
HEADING_LINES: Final = 7


def safe(text: str) -> str:
    """``text`` fit for a cell of a CSV: an apostrophe in front of what would be a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(rows: Rows) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([[cell if isinstance(cell, int) else safe(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def statistic_export(view: ScopedView, request: StatisticRequest) -> tuple[str, list[list[str | int]]]:
    """A statistic as it leaves the hub: its title and the rows of its file. Raises BadInput as the statistic does."""
    whole = view.statistic(replace(request, district=None, source=None))
    answer = view.statistic(request) if request.district or request.source else whole
    figures = view.hub_figures()
    table = statistic_table(answer, figures)
    return table.definition.title, exported_rows(table, whole, figures.smallest_shown)


def exported_rows(table: StatisticTable, whole: StatisticAnswer, smallest: int) -> list[list[str | int]]:
    """A table for export: title, definition, period and suppression said above it, small numbers taken out.

    ``whole``: the same statistic and period of all districts and sources, by which it is decided what is taken out.
    Shares, medians, rates and costs of a row leave only where its counts do: they would tell them.
    """
    keys = [[_key(table, whole, cell) for cell in cells[: table.counted]] for _, cells in table.rows]
    counted = {cell.values: cell.count for cell in whole.cells}
    out = withheld(counted, smallest, [key for line in keys for key in line])
    request = table.request
    rows: list[list[str | int]] = [
        [table.definition.title],
        [
            f"{day(request.date_from)} to {day(request.date_to)}; {request.district or 'all districts'}; {request.source or 'all sources'}"
        ],
        [f"Counts: {table.definition.counts}"],
        [table.definition.reads],
        [f"Definition: {table.definition.source}"],
        [f"{SHOWN_AS}: suppressed, a count from 1 to {smallest - 1} or one that would tell such a count."],
        [],
        [code(name) for name in table.header],
    ]
    stand = [not out.intersection(line) for line in keys]
    for (label, cells), line, complete in zip(table.rows, keys, stand, strict=True):
        told: list[str | int] = [
            SHOWN_AS if key in out else cell.count or 0 for key, cell in zip(line, cells, strict=False)
        ]
        beside = all(stand) if table.definition.divides else complete
        told += [cell.text if beside else SHOWN_AS for cell in cells[table.counted :]]
        rows.append([code(label), *told])
    return rows


def _key(table: StatisticTable, whole: StatisticAnswer, cell: Cell) -> Key:
    """A figure as a cell of the whole: what the table is narrowed to stands in its place."""
    narrowed = {"district": table.request.district, "source": table.request.source}
    opens = cell.opens or (None,) * len(whole.dimensions)
    return tuple(value or narrowed.get(name) for name, value in zip(whole.dimensions, opens, strict=True))
