"""A document as DOCX: real headings, tables with headers, the handling on each page. Written with python-docx."""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Final

from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc, CT_TrPr
from docx.oxml.text.paragraph import CT_P
from docx.shared import Length, Pt, Twips
from docx.text.paragraph import Paragraph as WordParagraph

from products.documents.docx_styles import LANGUAGE, TABLE_STYLE, blank
from products.documents.handling_lines import copy_line, issue_line
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
from products.documents.packing import readable, repacked

# The width of the text on A4 with 1.8 cm margins, in twentieths of a point.
_WIDTH: Final = 9866
_LABELS: Final = 2500
_PARAGRAPH_STYLES: Final = {"plain": "Normal", "opinion": "Opinion", "warning": "Warning", "note": "Note"}
_HEAD_SHADE: Final = "E8EDF2"
_LABEL_SHADE: Final = "F3F5F7"
_GAP_SHADE: Final = "F6F6F6"


def as_docx(document: Document) -> bytes:
    """The document as a DOCX file; equal documents give equal bytes."""
    written = blank()
    _describe(written, document)
    _handle(written, document.handling)
    written.add_paragraph(readable(document.title), "Title")
    written.add_paragraph(readable(document.subject), "Subtitle")
    if not document.handling.may_print:
        written.add_paragraph(NO_PRINT, "Warning")
    page_ended = False
    for block in document.blocks:
        if isinstance(block, NewPage):
            page_ended = True
            continue
        _write(written, block, page_ended=page_ended)
        page_ended = False
    buffer = io.BytesIO()
    written.save(buffer)
    return repacked(buffer.getvalue())


def _describe(written: WordDocument, document: Document) -> None:
    """The properties of the file; its day is the day of the copy, so that equal documents are equal bytes."""
    told = written.core_properties
    # The format allows 255 characters.
    told.title, told.subject = readable(document.title)[:255], readable(document.subject)[:255]
    told.author, told.last_modified_by, told.comments = "mashlink", "mashlink", ""
    told.language, told.category, told.revision = LANGUAGE, readable(document.handling.marking)[:255], 1
    told.created = told.modified = datetime.combine(document.handling.on, time())


def _handle(written: WordDocument, handling: Handling) -> None:
    section = written.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.style, head.text = "Handling Mark", readable(handling.marking)
    section.header.add_paragraph(readable(handling.caveat), "Handling Line")
    foot.style, foot.text = "Handling Line", readable(copy_line(handling))
    numbers = section.footer.add_paragraph(f"{readable(issue_line(handling))} · page ", "Handling Line")
    _field(numbers, "PAGE")
    numbers.add_run(" of ")
    _field(numbers, "NUMPAGES")


def _field(paragraph: WordParagraph, name: str) -> None:
    """A number that whoever shows the document works out."""
    field, run = OxmlElement("w:fldSimple"), OxmlElement("w:r")
    field.set(qn("w:instr"), f" {name} ")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph.add_run().element.addnext(field)


def _write(written: WordDocument, block: Block, *, page_ended: bool) -> None:
    if page_ended and not isinstance(block, Heading):
        written.add_paragraph(style="After Table").add_run().add_break(WD_BREAK.PAGE)
    match block:
        case Heading():
            heading = written.add_paragraph(readable(block.text), f"Heading {block.level}")
            # A page that is ended by its heading leaves no empty line above it.
            if page_ended:
                heading.paragraph_format.page_break_before = True
                heading.paragraph_format.space_before = Pt(0)
        case Paragraph():
            paragraph = written.add_paragraph(readable(block.text), _PARAGRAPH_STYLES[block.kind])
            paragraph.paragraph_format.keep_with_next = block.keep_next or None
        case Listing():
            for item in block.items:
                written.add_paragraph(readable(item), "List Bullet")
        case Facts():
            _facts(written, block)
        case Grid():
            _grid(written, block)
        case NewPage():
            pass


def _facts(written: WordDocument, facts: Facts) -> None:
    table = _table(written, facts.caption, (_LABELS, _WIDTH - _LABELS), len(facts.rows), has_header=False)
    for number, (row, (label, value)) in enumerate(zip(table.tr_lst, facts.rows, strict=True), start=1):
        _keep_whole(row)
        # What is told of one person stands on one page, where one page holds it.
        more = number < len(facts.rows)
        _fill(row.tc_lst[0], label, "CellHeading", shade=_LABEL_SHADE, keep_next=more)
        _fill(row.tc_lst[1], value, "Cell", keep_next=more)


def _grid(written: WordDocument, grid: Grid) -> None:
    whole = sum(grid.widths)
    widths = tuple(_WIDTH * share // whole for share in grid.widths)
    table = _table(written, grid.caption, widths, len(grid.rows) + 1, has_header=True)
    head, *rows = table.tr_lst
    _keep_whole(head).append(OxmlElement("w:tblHeader"))
    for cell, text in zip(head.tc_lst, grid.header, strict=True):
        _fill(cell, text, "CellHeading", shade=_HEAD_SHADE, keep_next=True)
    for number, (row, given) in enumerate(zip(rows, grid.rows, strict=True), start=1):
        _keep_whole(row)
        _grid_row(row, given, keep_next=grid.on_one_page and number < len(rows))


def _grid_row(row: CT_Row, given: GridRow, *, keep_next: bool) -> None:
    cells = row.tc_lst
    if given.gap:
        cells[0].grid_span = len(cells)
        cells[0].width = Length(sum(cell.width or 0 for cell in cells))
        for cell in cells[1:]:
            row.remove(cell)
        _fill(cells[0], given.cells[0], "CellNote", shade=_GAP_SHADE, keep_next=keep_next)
        return
    for place, (cell, text) in enumerate(zip(cells, given.cells, strict=True)):
        _fill(cell, text, "CellOpinion" if place in given.opinion else "Cell", keep_next=keep_next)


def _table(
    written: WordDocument, caption: str, widths: Sequence[int], rows: int, *, has_header: bool
) -> CT_Tbl:
    """An empty table at the end of the document, with a small space after it.

    Its elements are filled directly: the proxies of python-docx look a style up by its name for each cell.
    """
    table = CT_Tbl.new_tbl(rows, len(widths), Twips(sum(widths)))
    for column, width in zip(table.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Twips(width)
    for row in table.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Twips(width)
    table.tblStyle_val = TABLE_STYLE
    properties = table.tblPr
    properties.autofit = False
    (look,) = properties.findall(qn("w:tblLook"))
    look.attrib.clear()
    for name, value in (
        ("firstRow", has_header),
        ("firstColumn", not has_header),
        ("noHBand", True),
        ("noVBand", True),
    ):
        look.set(qn(f"w:{name}"), str(int(value)))
    for tag in ("w:tblCaption", "w:tblDescription"):
        told = OxmlElement(tag)
        told.set(qn("w:val"), readable(caption))
        properties.append(told)
    written.element.body.insert_element_before(table, "w:sectPr")
    written.add_paragraph(style="After Table")
    return table


def _keep_whole(row: CT_Row) -> CT_TrPr:
    """A row is not torn over two pages."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    return properties


def _fill(cell: CT_Tc, text: str, style: str, *, shade: str | None = None, keep_next: bool = False) -> None:
    """Put lines of text into an empty cell, a paragraph each. ``style`` is the id of a style."""
    if shade:
        filled = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", shade)):
            filled.set(qn(f"w:{name}"), value)
        cell.get_or_add_tcPr().append(filled)
    first, *others = readable(text).split("\n")
    paragraph: CT_P = cell.p_lst[0]
    for number, line in enumerate((first, *others)):
        written = paragraph if number == 0 else cell.add_p()
        written.style = style
        if keep_next:
            written.get_or_add_pPr().append(OxmlElement("w:keepNext"))
        written.add_r().text = line
