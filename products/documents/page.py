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
    style = _STYLE + ("" if handling.may_print else _NOT_PRINTED)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style{styled}>{style}</style></head><body>'
        f'<header class="handling"><strong>{escape(handling.marking)}</strong><br>{escape(handling.caveat)}</header>'
        f'<main><h1>{escape(document.title)}</h1><p class="subject">{escape(document.subject)}</p>{warned}{body}</main>'
        f'<footer class="handling">{escape(copy_line(handling))}<br>{escape(issue_line(handling))}</footer></body></html>'
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
        case Paragraph():
            return f'<p class="{block.kind}">{_lines(block.text)}</p>'
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
    return f"<table><caption>{escape(grid.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


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
thead th{background:#e8edf2}.facts th{width:25%}
.opinion{font-style:italic}p.opinion{border-left:4px solid #858686;padding-left:.7rem}
.warning{border-left:8px solid #b10e1e;padding-left:.7rem;font-weight:700}
.note,.gap td{color:#484949}.gap td{background:#f6f6f6;font-style:italic}
@page{size:A4;margin:26mm 15mm 22mm}
@media print{body{font-size:11pt}main{max-width:none;padding:0}table{font-size:10pt}thead{display:table-header-group}
tr{break-inside:avoid}h2,h3,h4{break-after:avoid}.new-page{break-before:page}
.handling{position:fixed;left:0;right:0;font-size:8.5pt;padding:0}header.handling{top:-19mm}footer.handling{bottom:-16mm}}
"""
_NOT_PRINTED: Final = f"""
@media print{{main,header,footer{{display:none!important}}body::before{{content:"{NO_PRINT}"}}}}
"""
