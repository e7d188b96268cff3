"""What a document is made of, whatever form it leaves in."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

NO_PRINT: Final = (
    "This hub asks that nothing of this is printed. A browser or a word processor cannot be stopped from printing: whoever "
    "prints it answers for the paper."
)


ParagraphKind = Literal["plain", "opinion", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Handling:
    """What stands on each page: how to handle the document, whose copy it is and for what.

    ``copy`` is "copy 3" once it is issued, "draft, not issued" before. ``by`` is who issued it, ``as_of`` the day up to
    which the agencies' rows tell.
    """

    marking: str
    caveat: str
    recipient: str
    purpose: str
    copy: str
    by: str
    on: date
    as_of: date
    may_print: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; the title is no heading of the list."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``opinion`` is somebody's view, ``warning`` what nobody may overlook, ``note`` says how to read.

    ``keep_next``: it stands on the page of what follows.
    """

    text: str
    kind: ParagraphKind = "plain"
    keep_next: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, a row each; ``caption`` names the table for those who hear it read."""

    caption: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a table. ``gap``: one cell over all columns. ``opinion``: the columns that hold an opinion."""

    cells: tuple[str, ...]
    gap: bool = False
    opinion: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a header row that is repeated on each page; ``widths`` are shares of the width.

    ``on_one_page``: it is not parted, where one page holds it.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[GridRow, ...]
    widths: tuple[int, ...]
    on_one_page: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Facts | Grid | Listing | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its title, what it is about in a line, how it is handled, and its blocks in order."""

    title: str
    subject: str
    handling: Handling
    blocks: tuple[Block, ...]
