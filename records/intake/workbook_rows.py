"""XLSX workbooks, one sheet as a table. The line of a row is its row number in the sheet."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from records.errors import BadFeed
from records.intake.rows import Batch, HeaderRow, table_of
from records.mapping import Files

_BATCH_ROWS: Final = 20_000
# A sheet unpacks to far less than this; more is a decompression bomb. Texts that cells share are held in memory.
_MOST_BYTES: Final = 4 << 30
_MOST_SHARED_BYTES: Final = 512 << 20
_SHARED: Final = "sharedStrings.xml"
# What Excel itself can hold. A row that says it is further down would have every row above it read as empty.
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
# What the package raises of files that are not what they seem.
_BROKEN: Final = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    InvalidFileException,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # a workbook under a password
    ParseError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
)


class WorkbookReader(HeaderRow):
    """A sheet of an XLSX file; its batches have the columns ``h0``, ``h1``, … in the order of the header."""

    def __init__(self, path: Path, name: str, files: Files) -> None:
        self._path, self._name, self._sheet = path, name, files.sheet
        header, self._first_line = [], files.skip_lines + 1
        for number, cells in self._rows():
            if number > files.skip_lines and any(cells):
                header, self._first_line = cells, number + 1
                break
        if not header:
            raise BadFeed(f"{name}: the sheet is empty, without even a header; ask for the extract again")
        while header and not header[-1]:
            header.pop()
        super().__init__(name, header)

    def batches(self) -> Iterator[Batch]:
        """The rows below the header that are not empty; cells right of the header are no part of them."""
        width = len(self._header)
        rows = (
            (number, cells) for number, cells in self._rows() if number >= self._first_line and any(cells)
        )
        while stretch := list(islice(rows, _BATCH_ROWS)):
            numbers = [number for number, _ in stretch]
            padded = [(cells + [""] * width)[:width] for _, cells in stretch]
            columns = {f"h{place}": column for place, column in enumerate(zip(*padded, strict=True))}
            yield Batch(table_of(columns, numbers, numbers))

    def raw(self, lines: dict[int, int]) -> dict[int, str]:
        """The rows that are keys, their cells joined by tabs."""
        return {number: "\t".join(cells) for number, cells in self._rows() if number in lines}

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        try:
            self._check_size()
            with self._path.open("rb") as handle, warnings.catch_warnings():
                # openpyxl warns of styles and extensions that it does not read; only values matter here.
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(handle, read_only=True, data_only=True)
                if self._sheet is not None and self._sheet not in book.sheetnames:
                    there = ", ".join(book.sheetnames)
                    raise BadFeed(f'{self._name}: no sheet "{self._sheet}"; it has {there}')
                sheet = book[self._sheet or book.sheetnames[0]]
                # The size that a sheet states may be any number, and every row would be made as wide as that.
                sheet.reset_dimensions()
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
                        raise BadFeed(
                            f"{self._name}: a cell beyond the last row or column of a sheet; save it again"
                        )
                    yield number, [_text_of(cell) for cell in cells]
        except _BROKEN as error:
            raise BadFeed(
                f"{self._name}: not a readable XLSX file ({type(error).__name__}); save it as .xlsx again"
            ) from None

    def _check_size(self) -> None:
        """Raise ``BadFeed`` for a workbook that unpacks to more than one may, before anything of it is unpacked."""
        with zipfile.ZipFile(self._path) as archive:
            parts = {entry.filename: entry.file_size for entry in archive.infolist()}
        shared = sum(size for name, size in parts.items() if name.endswith(_SHARED))
        if sum(parts.values()) > _MOST_BYTES or shared > _MOST_SHARED_BYTES:
            raise BadFeed(
                f"{self._name}: unpacks to {sum(parts.values()):,} bytes, more than a workbook may; split it"
            )


def _text_of(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
