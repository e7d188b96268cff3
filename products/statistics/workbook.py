"""Rows as an XLSX of one sheet that opens ready to read: columns wide enough, the header in sight, the marking on each page."""

from collections.abc import Sequence
from typing import Final

from products.documents.packing import content_types, core_properties, package, relationships, text_of

Rows = Sequence[Sequence[str | int]]
MARKING: Final = "OFFICIAL-SENSITIVE: SAFEGUARDING"
NARROWEST, WIDEST = 9, 42
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
# The looks of a cell, by their place in ``_STYLES``.
_PLAIN, _TITLE, _HEADER, _BODY, _FIGURE_HEADER, _FIGURE = range(6)
# The height of a line of text, in points.
_LINE: Final = 15
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="3"><font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="14"/><name val="Arial"/></font><font><b/><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF2"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="2" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="2" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment horizontal="right" vertical="top" wrapText="1" indent="1"/></xf>'
    # 3: whole numbers with the thousands parted.
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment horizontal="right" vertical="top" indent="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def as_workbook(title: str, rows: Rows, header: int = 0) -> bytes:
    """Rows as an XLSX of one sheet; every text is a text, whatever it begins with. Equal rows give equal bytes.

    ``header``: the place of the row of column names; those before it say what the table is.
    """
    return package(
        {
            "[Content_Types].xml": content_types(
                {
                    "/xl/workbook.xml": f"{_SHEET}.sheet.main+xml",
                    "/xl/styles.xml": f"{_SHEET}.styles+xml",
                    "/xl/worksheets/sheet1.xml": f"{_SHEET}.worksheet+xml",
                    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
                }
            ),
            "_rels/.rels": relationships(
                {
                    "rId1": (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                    "rId2": (_CORE, "docProps/core.xml"),
                }
            ),
            "docProps/core.xml": core_properties(title, "Statistics of the hub"),
            "xl/_rels/workbook.xml.rels": relationships(
                {
                    "rId1": (f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"),
                    "rId2": (f"{_OFFICE}/styles", "styles.xml"),
                }
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
                '<sheet name="Statistics" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/styles.xml": _STYLES,
            "xl/worksheets/sheet1.xml": _sheet(title, rows, header),
        }
    )


def _sheet(title: str, rows: Rows, header: int) -> str:
    """The one sheet: the header stays in sight, and on paper each page is as wide as the table and marked."""
    widths, figures = _widths(rows[header:]), _figures(rows[header + 1 :])
    told = "".join(
        f'<row r="{number + 1}"{_height(row, sum(widths)) if number < header else ""}>'
        f"{''.join(_cell(number, column, cell, _look(number, header, column in figures)) for column, cell in enumerate(row))}</row>"
        for number, row in enumerate(rows)
    )
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(widths, start=1)
    )
    # What is said above the table is as wide as the table, so that it makes no page wider.
    merged = [
        f"A{number + 1}:{_letters(len(widths) - 1)}{number + 1}" for number in range(header) if rows[number]
    ]
    spans = "".join(f'<mergeCell ref="{one}"/>' for one in merged) if len(widths) > 1 else ""
    below = f"A{header + 2}"
    pane = f'<pane ySplit="{header + 1}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
    # An ampersand begins a code of the header and footer; doubled it is itself.
    foot = text_of(f"&L{title.replace('&', '&&')}&RPage &P of &N")
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{told}</sheetData>"
        + (f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if spans else "")
        + '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>&amp;C{text_of(MARKING)}</oddHeader><oddFooter>{foot}</oddFooter></headerFooter></worksheet>"
    )


def _height(row: Sequence[str | int], width: int) -> str:
    """The height that a merged cell needs, which no spreadsheet works out; letters are a little narrower than figures."""
    lines = max((-(-len(str(cell)) * 19 // (20 * max(width, 1))) for cell in row), default=1)
    return f' ht="{_LINE * lines}" customHeight="1"' if lines > 1 else ""


def _figures(table: Rows) -> frozenset[int]:
    """The columns of figures; what is suppressed in one stands under them too."""
    return frozenset(column for row in table for column, cell in enumerate(row) if isinstance(cell, int))


def _look(row: int, header: int, is_figure: bool) -> int:
    if row < header:
        return _PLAIN if row else _TITLE
    if row == header:
        return _FIGURE_HEADER if is_figure else _HEADER
    return _FIGURE if is_figure else _BODY


def _widths(table: Rows) -> list[int]:
    """Of each column, in characters, the width of its longest cell within bounds."""
    width = max((len(row) for row in table), default=0)
    longest = [max(len(str(row[place])) for row in table if place < len(row)) for place in range(width)]
    return [min(WIDEST, max(NARROWEST, one + 2)) for one in longest]


def _cell(row: int, column: int, value: str | int, look: int) -> str:
    name = f"{_letters(column)}{row + 1}"
    if isinstance(value, int):
        return f'<c r="{name}" s="{look}"><v>{value}</v></c>'
    return f'<c r="{name}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text_of(value)}</t></is></c>'


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
