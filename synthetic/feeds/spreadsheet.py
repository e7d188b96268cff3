"""A small XLSX writer whose bytes depend on the cells alone (library writers stamp the time of day into the file)."""

import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from synthetic.options import Texts

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_PACKAGE = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_PARTS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Style 1 is a date; number format 14 is the built-in short date.
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" applyNumberFormat="1" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_EPOCH = date(1899, 12, 30)


def _cell(text: str, is_date: bool) -> str:
    if not text:
        return "<c/>"
    if is_date:
        return f'<c s="1"><v>{(date.fromisoformat(text) - _EPOCH).days}</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def write_spreadsheet(
    path: Path, sheet: str, columns: dict[str, Texts], date_columns: frozenset[str]
) -> None:
    """Write one sheet, header first; ``date_columns`` hold ISO texts and become true date cells."""
    names = list(columns)
    rows = ["<row>" + "".join(_cell(name, is_date=False) for name in names) + "</row>"]
    flags = [name in date_columns for name in names]
    for values in zip(*(columns[name].tolist() for name in names), strict=True):
        rows.append(
            "<row>" + "".join(_cell(text, flag) for text, flag in zip(values, flags, strict=True)) + "</row>"
        )
    body = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    book = (
        f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{_MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {
        "[Content_Types].xml": _TYPES, "_rels/.rels": _PACKAGE, "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": _PARTS,
        "xl/styles.xml": _STYLES, "xl/worksheets/sheet1.xml": body,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, date_time=(2026, 8, 31, 0, 0, 0)), text, zipfile.ZIP_DEFLATED
            )
