"""The blank that each DOCX is written on: python-docx's own, with our styles alone and everything English.

A sans serif of at least 10 points (8.5 in header and footer), headings with outline levels, contrast above 7 to 1.
"""

import io
from dataclasses import dataclass
from functools import cache
from typing import Final

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT: Final = "Arial"
LANGUAGE: Final = "en-GB"
INK: Final = RGBColor(0x0B, 0x0C, 0x0C)
QUIET: Final = RGBColor(0x48, 0x49, 0x49)
ALARM: Final = RGBColor(0xB1, 0x0E, 0x1E)
NAVY: Final = RGBColor(0x1D, 0x3C, 0x5E)
TABLE_STYLE: Final = "Lined"
# The blank of python-docx has these beside what a document needs: a thumbnail of an empty page, styles of older programs.
_UNUSED_PARTS: Final = ("thumbnail", "customXml", "stylesWithEffects")
_LEFT_ALONE: Final = frozenset({"Normal", "Normal Table", "Default Paragraph Font", "No List"})
# What may follow a border in the properties of a paragraph (ECMA-376, CT_PPrBase).
_AFTER_BORDER: Final = (
    *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing"),
    *("w:jc", "w:outlineLvl"),
)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a paragraph looks: sizes and spaces in points, ``side`` the width of a line at its left in eighths of a point."""

    size: float
    before: float = 0
    after: float = 0
    bold: bool = False
    italic: bool = False
    color: RGBColor = INK
    line: float = 1.1
    keep_next: bool = False
    side: int = 0
    centred: bool = False


_LOOKS: Final[dict[str, _Look]] = {
    "Normal": _Look(11, after=6),
    "Title": _Look(22, after=2, bold=True, color=NAVY),
    "Subtitle": _Look(12, after=12, color=QUIET),
    "Heading 1": _Look(16, before=18, after=5, bold=True, color=NAVY, keep_next=True),
    "Heading 2": _Look(13, before=14, after=5, bold=True, color=NAVY, keep_next=True),
    "Heading 3": _Look(11, before=10, after=4, bold=True, keep_next=True),
    "List Bullet": _Look(11, after=3),
    "Opinion": _Look(11, after=6, italic=True, side=18),
    "Warning": _Look(11, after=6, bold=True, side=36),
    "Note": _Look(10, after=6, color=QUIET),
    "Lead-in": _Look(10, after=3, color=QUIET, keep_next=True),
    "Cell": _Look(10, line=1.05),
    "Cell Heading": _Look(10, line=1.05, bold=True),
    "Cell Opinion": _Look(10, line=1.05, italic=True),
    "Cell Note": _Look(10, line=1.05, italic=True, color=QUIET),
    "After Table": _Look(4, after=4),
    "Handling Mark": _Look(11, bold=True, color=ALARM, centred=True),
    "Handling Line": _Look(8.5, color=QUIET, centred=True),
}


def blank() -> WordDocument:
    """A new document without content, in our styles, on A4."""
    return docx.Document(io.BytesIO(_blank()))


@cache
def _blank() -> bytes:
    document = docx.Document()
    for relations in (document.part.package.rels, document.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in _UNUSED_PARTS:
                del relations[name]
    kept = _LEFT_ALONE | _LOOKS.keys()
    for style in list(document.styles):
        if style.name not in kept:
            style.delete()
    for name, look in _LOOKS.items():
        _dress(document, name, look)
    _add_table_style(document)
    _speak_english(document)
    # As Word 2013 and later lay out, which set the lines of a table, not its text, at the margin.
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.4)
    section.header_distance = section.footer_distance = Cm(0.9)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _style(document: WordDocument, name: str) -> ParagraphStyle:
    known = {style.name: style for style in document.styles}
    style = known.get(name) or document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs in python-docx's blank")
    return style


def _dress(document: WordDocument, name: str, look: _Look) -> None:
    style = _style(document, name)
    if name != "Normal":
        style.base_style = document.styles["Normal"]
    _undress(style)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, look.italic
    style.font.color.rgb = look.color
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.line_spacing, layout.keep_with_next = look.line, look.keep_next
    layout.widow_control = True
    style.quick_style = True
    if look.centred:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if look.side:
        layout.left_indent = Cm(0.4)
        properties = style.element.get_or_add_pPr()
        color = ALARM if look.bold else RGBColor(0x85, 0x86, 0x86)
        properties.insert_element_before(
            parse_xml(
                f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="{look.side}" w:space="8" w:color="{color}"/></w:pBdr>'
            ),
            *_AFTER_BORDER,
        )


def _undress(style: ParagraphStyle) -> None:
    """Take out what the blank's own style says of fonts, borders and spacing of letters; its outline level and list stay."""
    for properties in style.element.findall(qn("w:rPr")):
        style.element.remove(properties)
    for border in style.element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        border.getparent().remove(border)
    style.font.name = FONT


def _add_table_style(document: WordDocument) -> None:
    style = document.styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="B1B4B6"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    room = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 50), ("left", 90), ("bottom", 50), ("right", 90))
    )
    style.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders>{lines}</w:tblBorders><w:tblCellMar>{room}</w:tblCellMar></w:tblPr>"
        )
    )


def _speak_english(document: WordDocument) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
    for root in (document.styles.element, document.settings.element):
        for tag in ("w:lang", "w:themeFontLang"):
            for language in root.iter(qn(tag)):
                language.set(qn("w:val"), LANGUAGE)
                language.set(qn("w:eastAsia"), LANGUAGE)
