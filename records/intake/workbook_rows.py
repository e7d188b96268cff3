"""XLSX workbooks, one sheet as a table. The line of a row is its row number in the sheet."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from records.errors import BadFeed
from records.intake.rows import Batch, HeaderRow, table_of
from records.mapping import Files

_BATCH_ROWS: Final = 20_000
# A sheet unpacks to far less than this; more is a decompression bomb.
_MOST_BYTES: Final = 4 << 30


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
            with zipfile.ZipFile(self._path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > _MOST_BYTES:
                raise BadFeed(f"{self._name}: unpacks to {size:,} bytes, more than a workbook may; split it")
            with warnings.catch_warnings():
                # openpyxl warns of styles and extensions that it does not read; only values matter here.
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(self._path, read_only=True, data_only=True)
                if self._sheet is not None and self._sheet not in book.sheetnames:
                    there = ", ".join(book.sheetnames)
                    raise BadFeed(f'{self._name}: no sheet "{self._sheet}"; it has {there}')
                sheet = book[self._sheet or book.sheetnames[0]]
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    yield number, [_text_of(cell) for cell in cells]
                book.close()
        except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
            raise BadFeed(
                f"{self._name}: not a readable XLSX file ({error}); save it as .xlsx again"
            ) from None


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
