"""A document as DOCX (ECMA-376, WordprocessingML): real headings, tables with headers, the handling on each page."""

from typing import Final

from products.documents.docx_styles import STYLES
from products.documents.model import (
    NO_PRINT,
    Block,
    Document,
    Facts,
    Grid,
    GridRow,
    Handling,
    Heading,
    Listing,
    NewPage,
    Paragraph,
)
from products.documents.packing import content_types, core_properties, package, relationships, text_of

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# The width of the text on A4 with 1.8 cm margins, in twentieths of a point.
_WIDTH: Final = 9866
_PARAGRAPH_STYLES: Final = {"plain": "Normal", "opinion": "Opinion", "warning": "Warning", "note": "Note"}


def as_docx(document: Document) -> bytes:
    """The document as a DOCX file; equal documents give equal bytes."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return package(
        {
            "[Content_Types].xml": content_types(
                {
                    "/word/document.xml": main,
                    "/word/styles.xml": f"{_WORD}.styles+xml",
                    "/word/settings.xml": f"{_WORD}.settings+xml",
                    "/word/numbering.xml": f"{_WORD}.numbering+xml",
                    "/word/header1.xml": f"{_WORD}.header+xml",
                    "/word/footer1.xml": f"{_WORD}.footer+xml",
                    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
                }
            ),
            "_rels/.rels": relationships(
                {
                    "rId1": (f"{_OFFICE}/officeDocument", "word/document.xml"),
                    "rId2": (
                        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                        "docProps/core.xml",
                    ),
                }
            ),
            "docProps/core.xml": core_properties(document.title, document.subject),
            "word/_rels/document.xml.rels": relationships(
                {
                    "rId1": (f"{_OFFICE}/styles", "styles.xml"),
                    "rId2": (f"{_OFFICE}/settings", "settings.xml"),
                    "rId3": (f"{_OFFICE}/numbering", "numbering.xml"),
                    "rId4": (f"{_OFFICE}/header", "header1.xml"),
                    "rId5": (f"{_OFFICE}/footer", "footer1.xml"),
                }
            ),
            "word/document.xml": _body(document),
            "word/styles.xml": STYLES,
            "word/settings.xml": f'<w:settings {_W}><w:defaultTabStop w:val="567"/><w:themeFontLang w:val="en-GB"/></w:settings>',
            "word/numbering.xml": _BULLETS,
            "word/header1.xml": f"<w:hdr {_W}>{_header(document.handling)}</w:hdr>",
            "word/footer1.xml": f"<w:ftr {_W}>{_footer(document.handling)}</w:ftr>",
        }
    )


def _body(document: Document) -> str:
    blocks = [_paragraph(document.title, "Title"), _paragraph(document.subject, "Subtitle")]
    if not document.handling.may_print:
        blocks.append(_paragraph(NO_PRINT, "Warning"))
    blocks += [_block(block) for block in document.blocks]
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1304" w:right="1020" w:bottom="1474" w:left="1020" w:header="510" w:footer="510" w:gutter="0"/></w:sectPr>'
    )
    return f"<w:document {_W}><w:body>{''.join(blocks)}{section}</w:body></w:document>"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _paragraph(block.text, f"Heading{block.level}")
        case Paragraph():
            return _paragraph(block.text, _PARAGRAPH_STYLES[block.kind])
        case Listing():
            return "".join(_paragraph(item, "ListBullet") for item in block.items)
        case NewPage():
            return '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
        case Facts():
            rows = "".join(
                _row([_cell(label, 2500, "CellHeading"), _cell(value, _WIDTH - 2500, "Cell")])
                for label, value in block.rows
            )
            return _table(block.caption, (2500, _WIDTH - 2500), rows, has_header=False)
        case Grid():
            return _grid(block)


def _grid(grid: Grid) -> str:
    whole = sum(grid.widths)
    widths = tuple(_WIDTH * share // whole for share in grid.widths)
    head = _row(
        [
            _cell(text, width, "CellHeading", shade="E8EDF2")
            for text, width in zip(grid.header, widths, strict=True)
        ],
        is_header=True,
    )
    rows = "".join(_grid_row(row, widths) for row in grid.rows)
    return _table(grid.caption, widths, head + rows, has_header=True)


def _grid_row(row: GridRow, widths: tuple[int, ...]) -> str:
    if row.gap:
        return _row([_cell(row.cells[0], sum(widths), "CellNote", span=len(widths), shade="F6F6F6")])
    return _row(
        [
            _cell(text, width, "CellOpinion" if place in row.opinion else "Cell")
            for place, (text, width) in enumerate(zip(row.cells, widths, strict=True))
        ]
    )


def _table(caption: str, widths: tuple[int, ...], rows: str, *, has_header: bool) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = f'<w:tblLook w:val="04A0" w:firstRow="{int(has_header)}" w:lastRow="0" w:firstColumn="{int(not has_header)}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Lined"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'{look}<w:tblCaption w:val="{text_of(caption)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
        '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'
    )


def _row(cells: list[str], *, is_header: bool = False) -> str:
    # A row is not torn over two pages, and the header row comes again on each.
    properties = f"<w:trPr><w:cantSplit/>{'<w:tblHeader/>' if is_header else ''}</w:trPr>"
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _cell(text: str, width: int, style: str, *, span: int = 1, shade: str | None = None) -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    if shade:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
    paragraphs = "".join(_paragraph(line, style) for line in text.split("\n"))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


def _paragraph(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{text_of(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{lines}</w:r>"


def _header(handling: Handling) -> str:
    return _paragraph(handling.marking, "HandlingMark") + _paragraph(handling.caveat, "HandlingLine")


def _footer(handling: Handling) -> str:
    said = (
        f"For {handling.recipient} · {handling.purpose} · {handling.copy} · {day(handling.on)} · by {handling.by} · "
        f"rows up to {day(handling.as_of)}"
    )
    if not handling.may_print:
        said += " · not to be printed"
    numbers = f"{_run('Page ')}{_field('PAGE')}{_run(' of ')}{_field('NUMPAGES')}"
    return (
        _paragraph(said, "HandlingLine")
        + f'<w:p><w:pPr><w:pStyle w:val="HandlingLine"/></w:pPr>{numbers}</w:p>'
    )


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def day(value: object) -> str:
    """A day as documents write it: 2 May 2013."""
    return f"{value.day} {value:%B %Y}" if hasattr(value, "day") else "date not known"


_BULLETS: Final = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="\u2022"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="397" w:hanging="284"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
