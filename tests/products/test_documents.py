"""Documents in both forms: the same bytes for the same document, the handling on each page, nothing taken for markup."""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from products import Document, Handling, as_docx, as_page
from products.documents import Facts, Grid, GridRow, Heading, Listing, NewPage, Paragraph

HANDLING = Handling(
    "OFFICIAL-SENSITIVE",
    "Do not copy",
    "PS A. Reader, police",
    "MARAC",
    "copy 3",
    "Carys",
    date(2026, 3, 2),
    date(2026, 3, 1),
)


def document(text: str = "Words", may_print: bool = True) -> Document:
    handling = (
        HANDLING
        if may_print
        else Handling(*(getattr(HANDLING, name) for name in HANDLING.__slots__[:-1]), may_print=False)
    )
    blocks = (
        Heading(1, text), Paragraph(text, "opinion"), Facts(text, ((text, text),)),
        Grid(text, (text, "Source"), (GridRow((text, text), opinion=frozenset({0})), GridRow((text,), gap=True)), (2, 1)),
        Listing((text,)), NewPage(), Paragraph(text, "warning"),
    )  # fmt: skip
    return Document(text, text, handling, blocks)


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=60))
def test_any_text_gives_well_formed_documents_and_equal_ones_give_equal_bytes(text: str) -> None:
    content = as_docx(document(text))
    assert content == as_docx(document(text))
    for xml in parts(content).values():
        ElementTree.fromstring(xml)
    page = as_page(document(text))
    assert page == as_page(document(text))
    assert "<script" not in page


def test_the_handling_stands_on_each_page_and_tables_can_be_heard() -> None:
    found = parts(as_docx(document()))
    assert "OFFICIAL-SENSITIVE" in found["word/header1.xml"]
    for said in ("PS A. Reader, police", "MARAC", "copy 3", "PAGE", "NUMPAGES"):
        assert said in found["word/footer1.xml"]
    body = found["word/document.xml"]
    assert "w:tblHeader" in body
    assert 'w:tblCaption w:val="Words"' in body
    assert 'w:val="Heading1"' in body
    page = as_page(document())
    assert '<th scope="col">' in page
    assert "<caption>" in page
    assert 'lang="en-GB"' in page


def test_what_may_not_be_printed_says_so_and_prints_nothing_in_a_browser() -> None:
    page, docx = as_page(document(may_print=False)), parts(as_docx(document(may_print=False)))
    assert "cannot be stopped from printing" in page
    assert "main,header,footer{display:none!important}" in page
    assert "not to be printed" in docx["word/footer1.xml"]
    assert "display:none" not in as_page(document())


def test_a_table_that_is_to_stay_whole_is_kept_on_one_page_with_what_stands_above_it() -> None:
    rows = tuple(GridRow((str(number), "x")) for number in range(3))
    blocks = (
        Paragraph("Read it so", "note", keep_next=True),
        Grid("Table", ("A", "B"), rows, (1, 3), on_one_page=True),
    )
    whole = Document("T", "S", HANDLING, blocks)
    body = parts(as_docx(whole))["word/document.xml"]
    # The paragraph, both cells of the header, and those of every row but the last, which nothing has to follow.
    assert body.count("<w:keepNext/>") == 1 + 2 + 2 * 2
    page = as_page(whole)
    assert '<table class="grid whole">' in page
    assert '<col class="w25"><col class="w75">' in page
    assert ".w25{width:25%}.w75{width:75%}" in page


def test_a_browser_prints_the_handling_at_the_head_and_foot_of_each_page() -> None:
    # As header and footer of a table that holds the page: a browser repeats these, and room is kept for them.
    page = as_page(document())
    for said in (
        "body{",
        "header.handling{display:table-header-group}",
        "footer.handling{display:table-footer-group",
    ):
        assert said in page.partition("@media print{")[2]
    assert "position:fixed" not in page
