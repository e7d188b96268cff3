"""Statistics as CSV and XLSX: small numbers suppressed, nothing that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from products.documents.packing import content_types, core_properties, package, relationships, text_of
from products.statistics.suppression import SHOWN_AS, suppressed
from products.statistics.tables import StatisticTable
from products.wording import code, day

# What Excel, LibreOffice and Google Sheets read as the beginning of a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Rows = Sequence[Sequence[str | int]]


def safe(text: str) -> str:
    """``text`` fit for a cell of a CSV: an apostrophe in front of what would be a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(rows: Rows) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([[cell if isinstance(cell, int) else safe(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def as_workbook(title: str, rows: Rows) -> bytes:
    """Rows as an XLSX of one sheet; every text is a text, whatever it begins with. Equal rows give equal bytes."""
    sheet = "".join(
        f'<row r="{number}">{"".join(_cell(number, column, cell) for column, cell in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    return package(
        {
            "[Content_Types].xml": content_types(
                {
                    "/xl/workbook.xml": f"{_SHEET}.sheet.main+xml",
                    "/xl/worksheets/sheet1.xml": f"{_SHEET}.worksheet+xml",
                    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
                }
            ),
            "_rels/.rels": relationships(
                {
                    "rId1": (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                    "rId2": (
                        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                        "docProps/core.xml",
                    ),
                }
            ),
            "docProps/core.xml": core_properties(title, "Statistics of the hub"),
            "xl/_rels/workbook.xml.rels": relationships(
                {"rId1": (f"{_OFFICE}/worksheet", "worksheets/sheet1.xml")}
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
                '<sheet name="Statistics" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        }
    )


def _cell(row: int, column: int, value: str | int) -> str:
    name = f"{_letters(column)}{row}"
    if isinstance(value, int):
        return f'<c r="{name}"><v>{value}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text_of(value)}</t></is></c>'


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def exported_rows(table: StatisticTable, smallest: int) -> list[list[str | int]]:
    """A table for export: title, definition, period and suppression said above it, small numbers taken out.

    Shares, medians, rates and costs of a row leave only where its counts do: they would tell them.
    """
    counts = [[cell.count or 0 for cell in cells[: table.counted]] for _, cells in table.rows]
    shown = suppressed(counts, smallest)
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
    for (label, cells), counted in zip(table.rows, shown, strict=True):
        told: list[str | int] = [SHOWN_AS if count is None else count for count in counted]
        complete = all(count is not None for count in counted)
        told += [cell.text if complete else SHOWN_AS for cell in cells[table.counted :]]
        rows.append([code(label), *told])
    return rows
