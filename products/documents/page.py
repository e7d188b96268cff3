"""A document as one page of HTML, to read in a browser and to print: the handling stands on each printed page."""

from html import escape
from typing import Final

from products.documents.handling_lines import copy_line, issue_line
from products.documents.model import (
    NO_PRINT,
    Block,
    Document,
    Facts,
    Grid,
    Heading,
    Listing,
    NewPage,
    Paragraph,
)


def as_page(document: Document, nonce: str = "") -> str:
    """The document as HTML; ``nonce`` lets its style past a content security policy."""
    handling = document.handling
    warned = "" if handling.may_print else f'<p class="warning">{escape(NO_PRINT)}</p>'
    body = "".join(_block(block) for block in document.blocks)
    styled = f' nonce="{escape(nonce)}"' if nonce else ""
    style = _STYLE + _columns(document) + ("" if handling.may_print else _NOT_PRINTED)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style{styled}>{style}</style></head><body>'
        f'<header class="handling"><strong>{escape(handling.marking)}</strong><br>{escape(handling.caveat)}</header>'
        f'<main><h1>{escape(document.title)}</h1><p class="subject">{escape(document.subject)}</p>{warned}{body}</main>'
        f'<footer class="handling">{escape(copy_line(handling))}<br>{escape(issue_line(handling))}</footer></body></html>'
    )


def _columns(document: Document) -> str:
    """The widths of the columns of its tables, as rules: a policy that allows this style allows none on an element."""
    shares = {share for block in document.blocks if isinstance(block, Grid) for share in _shares(block)}
    return "".join(f".w{share}{{width:{share}%}}" for share in sorted(shares))


def _shares(grid: Grid) -> tuple[int, ...]:
    """The widths of the columns in hundredths."""
    return tuple(share * 100 // sum(grid.widths) for share in grid.widths)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
        case Paragraph():
            kept = " keep" if block.keep_next else ""
            return f'<p class="{block.kind}{kept}">{_lines(block.text)}</p>'
        case Listing():
            return f"<ul>{''.join(f'<li>{_lines(item)}</li>' for item in block.items)}</ul>"
        case NewPage():
            return '<div class="new-page"></div>'
        case Facts():
            rows = "".join(
                f'<tr><th scope="row">{escape(label)}</th><td>{_lines(value)}</td></tr>'
                for label, value in block.rows
            )
            return f'<table class="facts"><caption>{escape(block.caption)}</caption><tbody>{rows}</tbody></table>'
        case Grid():
            return _grid(block)


def _grid(grid: Grid) -> str:
    columns = "".join(f'<col class="w{share}">' for share in _shares(grid))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in grid.header)
    rows = []
    for row in grid.rows:
        if row.gap:
            rows.append(f'<tr class="gap"><td colspan="{len(grid.header)}">{_lines(row.cells[0])}</td></tr>')
        else:
            cells = "".join(
                f"<td{_OPINION if place in row.opinion else ''}>{_lines(text)}</td>"
                for place, text in enumerate(row.cells)
            )
            rows.append(f"<tr>{cells}</tr>")
    kept = " whole" if grid.on_one_page else ""
    return f'<table class="grid{kept}"><caption>{escape(grid.caption)}</caption><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


_OPINION: Final = ' class="opinion"'
_STYLE: Final = """
body{font:16px/1.45 Arial,sans-serif;color:#0b0c0c;margin:0;background:#fff}
main{max-width:60rem;margin:0 auto;padding:1rem 1.5rem 3rem}
.handling{text-align:center;font-size:13px;color:#484949;padding:.5rem 1rem}
.handling strong{color:#b10e1e;font-size:16px}
h1{font-size:28px;margin:.6rem 0 .1rem}.subject{color:#484949;margin:0 0 1.2rem}
h2{font-size:22px;margin:1.8rem 0 .5rem}h3{font-size:18px;margin:1.4rem 0 .4rem}h4{font-size:16px;margin:1rem 0 .3rem}
table{border-collapse:collapse;width:100%;margin:0 0 1.2rem;font-size:14px}
caption{text-align:left;font-size:13px;color:#484949;padding-bottom:.25rem}
th,td{border:1px solid #b1b4b6;padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{background:#e8edf2}.facts th{width:25%}.grid{table-layout:fixed}
.opinion{font-style:italic}p.opinion{border-left:4px solid #858686;padding-left:.7rem}
.warning{border-left:8px solid #b10e1e;padding-left:.7rem;font-weight:700}
.note,.gap td{color:#484949}.gap td{background:#f6f6f6;font-style:italic}
@page{size:A4;margin:12mm 15mm 14mm;@bottom-right{content:"page " counter(page) " of " counter(pages);font:8.5pt Arial,sans-serif}}
@media print{body{font-size:11pt;line-height:1.3;display:table;table-layout:fixed;width:100%}main{display:table-row-group}
header.handling{display:table-header-group}footer.handling{display:table-footer-group;break-inside:avoid}
.handling{font-size:8.5pt;break-inside:avoid}header.handling::after,footer.handling::before{content:"";display:block;height:4mm}
table{font-size:10pt;margin-bottom:4mm}th,td{padding:1mm 1.4mm}h1,.new-page+h2{margin-top:0}thead{display:table-header-group}
tr,.whole,.facts{break-inside:avoid}tbody tr:first-child{break-before:avoid}h2,h3,h4,.keep{break-after:avoid}.new-page{break-before:page}}
"""
_NOT_PRINTED: Final = f"""
@media print{{main,header,footer{{display:none!important}}body::before{{content:"{NO_PRINT}"}}}}
"""
