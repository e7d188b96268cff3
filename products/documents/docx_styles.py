"""The styles of a DOCX: a sans serif of at least 10 points, headings with outline levels, contrast above 7 to 1."""

from typing import Final

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_INK: Final = "0B0C0C"
_QUIET: Final = "484949"


def _style(name: str, shown: str, paragraph: str, run: str, based_on: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="0" w:styleId="{name}"><w:name w:val="{shown}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _space(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


_SIDE: Final = '<w:pBdr><w:left w:val="single" w:sz="{size}" w:space="8" w:color="{color}"/></w:pBdr>'
_LINES: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="B1B4B6"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
STYLES: Final = (
    f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/>'
    f'<w:color w:val="{_INK}"/>{_size(22)}<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
    '<w:style w:type="table" w:styleId="Lined"><w:name w:val="Lined"/><w:basedOn w:val="TableNormal"/><w:tblPr>'
    f"<w:tblBorders>{_LINES}</w:tblBorders><w:tblCellMar>"
    '<w:top w:w="50" w:type="dxa"/><w:left w:w="90" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/><w:right w:w="90" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
    + _style("Title", "Title", _space(0, 40), f"<w:b/>{_size(40)}")
    + _style("Subtitle", "Subtitle", _space(0, 240), f'<w:color w:val="{_QUIET}"/>{_size(24)}')
    + "".join(
        _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/><w:keepLines/>{_space(before, 100)}<w:outlineLvl w:val="{level - 1}"/>',
            f"<w:b/>{_size(size)}",
        )
        for level, before, size in ((1, 360, 32), (2, 280, 26), (3, 200, 22))
    )
    + _style("Opinion", "Opinion", _SIDE.format(size=18, color="858686") + '<w:ind w:left="227"/>', "<w:i/>")
    + _style("Warning", "Warning", _SIDE.format(size=36, color="B10E1E") + '<w:ind w:left="227"/>', "<w:b/>")
    + _style("Note", "Note", "<w:keepNext/>", f'<w:color w:val="{_QUIET}"/>{_size(20)}')
    + _style(
        "ListBullet",
        "List Bullet",
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + _space(0, 60),
        "",
    )
    + _style("Cell", "Cell", _space(0, 0), _size(20))
    + _style("CellHeading", "Cell Heading", _space(0, 0), f"<w:b/>{_size(20)}")
    + _style("CellOpinion", "Cell Opinion", _space(0, 0), f"<w:i/>{_size(20)}")
    + _style("CellNote", "Cell Note", _space(0, 0), f'<w:i/><w:color w:val="{_QUIET}"/>{_size(20)}')
    + _style(
        "AfterTable",
        "After Table",
        '<w:spacing w:before="0" w:after="120" w:line="120" w:lineRule="exact"/>',
        _size(8),
    )
    + _style(
        "HandlingMark",
        "Handling Mark",
        '<w:jc w:val="center"/>' + _space(0, 0),
        f'<w:b/><w:color w:val="B10E1E"/>{_size(22)}',
    )
    + _style(
        "HandlingLine",
        "Handling Line",
        '<w:jc w:val="center"/>' + _space(0, 0),
        f'<w:color w:val="{_QUIET}"/>{_size(17)}',
    )
    + "</w:styles>"
)
