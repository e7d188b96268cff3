"""Documents as values, and the forms they leave in: DOCX, and a page to read and print."""

from products.documents.docx import as_docx
from products.documents.model import (
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
    ParagraphKind,
)
from products.documents.page import as_page

__all__ = [
    "Block",
    "Document",
    "Facts",
    "Grid",
    "GridRow",
    "Handling",
    "Heading",
    "Listing",
    "NewPage",
    "Paragraph",
    "ParagraphKind",
    "as_docx",
    "as_page",
]
