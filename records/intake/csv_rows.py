"""CSV files in any separator, quote and encoding, read in blocks with true line numbers.

A block whose quotes are all regular (around whole texts, on one line, none inside) is cut into columns by Arrow,
which gives what Python's csv module would; every other block, and every one with a row of the wrong shape, goes
through ``csv_parsing``.
"""

import csv
import io
from collections.abc import Iterator
from itertools import compress
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from records.errors import BadFeed
from records.intake.csv_parsing import RIGHT_ENCODING, Dialect, Parsed, parse_lines
from records.intake.rows import Batch, HeaderRow, Unusable, table_of
from records.mapping import Files

_BLOCK_BYTES: Final = 8 << 20
_BOM: Final = b"\xef\xbb\xbf"
# What agencies hand in under the name of a CSV file, by its first bytes; no text begins with them.
_NO_CSV: Final = {
    b"PK\x03\x04": "a workbook (XLSX) or another zip archive",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel before 2007",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "compressed by gzip",
    b"%PDF-": "a PDF document",
    b"\xff\xfe": "text in UTF-16, which is not read",
    b"\xfe\xff": "text in UTF-16, which is not read",
}


class CsvReader(HeaderRow):
    """A CSV file; its batches have the columns ``h0``, ``h1``, … in the order of the header."""

    def __init__(self, path: Path, name: str, files: Files) -> None:
        self._path, self._name = path, name
        self._encoding = files.encoding or "utf-8"
        self._separator = files.separator or ("\t" if path.suffix.lower() == ".tsv" else ",")
        self._quote = files.quote or '"'
        self._skip = files.skip_lines
        with path.open("rb") as handle:
            start = handle.read(_BLOCK_BYTES)
        self._check_text(start)
        header, self._first_line = self._read_header(start, files)
        super().__init__(name, header)

    def _check_text(self, start: bytes) -> None:
        """Refuse what is no text of the mapping's encoding, in words, and not for a column that it lacks."""
        for first_bytes, kind in _NO_CSV.items():
            if start.startswith(first_bytes):
                raise BadFeed(
                    f"{self._name}: not a CSV file but {kind}; ask for the extract as CSV in UTF-8, or put it under its own ending "
                    "and name that in the mapping"
                )

    def _read_header(self, start: bytes, files: Files) -> tuple[list[str], int]:
        """The columns, and the number of the first line behind the header."""
        if files.columns is not None:
            return list(files.columns), self._skip + 1
        lines = io.StringIO(self._decode(start)[0], newline="")
        for _ in range(self._skip):
            lines.readline()
        reader = csv.reader(lines, delimiter=self._separator, quotechar=self._quote)
        try:
            header = next((row for row in reader if any(cell.strip() for cell in row)), None)
        except csv.Error as error:
            raise BadFeed(f"{self._name}: the header cannot be read ({error}); is it a CSV file?") from None
        if header is None:
            raise BadFeed(
                f"{self._name}: the file is empty, without even a header; ask for the extract again"
            )
        return [cell.strip() for cell in header], self._skip + reader.line_num + 1

    def batches(self) -> Iterator[Batch]:
        """The rows in file order, a block at a time."""
        dialect = Dialect(self._separator, self._quote, len(self._header))
        carried, line, is_first = b"", 1, True
        with self._path.open("rb") as handle:
            while True:
                read = handle.read(_BLOCK_BYTES)
                block = carried + read
                if is_first:
                    block = self._without_head(block.removeprefix(_BOM))
                    line, is_first = self._first_line, False
                is_end = not read
                cut = len(block) if is_end else block.rfind(b"\n") + 1
                block, carried = block[:cut], block[cut:]
                if block:
                    batch, consumed, lines = self._read_block(block, line, dialect, is_end=is_end)
                    yield batch
                    line += lines
                    carried = block[consumed:] + carried
                if is_end:
                    return

    def _without_head(self, block: bytes) -> bytes:
        """The block without the lines above the first row."""
        text = io.StringIO(self._decode(block)[0], newline="")
        head = "".join(text.readline() for _ in range(self._first_line - 1))
        return block[len(head.encode(self._encoding, "surrogateescape")) :]

    def _decode(self, block: bytes) -> tuple[str, bool]:
        """The text, and whether every byte of it is in the encoding."""
        try:
            return block.removeprefix(_BOM).decode(self._encoding), True
        except UnicodeDecodeError:
            return block.removeprefix(_BOM).decode(self._encoding, "surrogateescape"), False

    def _read_block(
        self, block: bytes, line: int, dialect: Dialect, *, is_end: bool
    ) -> tuple[Batch, int, int]:
        """The batch, the bytes consumed and the lines consumed."""
        plain = self._read_plain(block, line)
        if plain is not None:
            return Batch(plain), len(block), len(plain)
        text, is_clean = self._decode(block)
        lines = list(io.StringIO(text, newline=""))
        parsed = parse_lines(lines, line, dialect, is_end=is_end)
        unusable = parsed.unusable
        if not is_clean or "\x00" in text:
            unusable = self._take_out_undecodable(parsed, lines, line)
        columns = list(zip(*parsed.rows, strict=True)) or [()] * dialect.width
        rows = table_of({f"h{n}": column for n, column in enumerate(columns)}, parsed.first, parsed.last)
        rest = "".join(lines[parsed.consumed :]).encode(self._encoding, "surrogateescape")
        return Batch(rows, tuple(unusable)), len(block) - len(rest), parsed.consumed

    def _take_out_undecodable(self, parsed: Parsed, lines: list[str], number: int) -> list[Unusable]:
        """Take rows with undecodable or NUL bytes out of ``parsed``; all its unusable rows, fit to be printed."""
        bad = [self._printable(row) for row in parsed.unusable]
        kept = [True] * len(parsed.rows)
        for place, (first, last) in enumerate(zip(parsed.first, parsed.last, strict=True)):
            text = "".join(lines[first - number : last - number + 1])
            if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
                kept[place] = False
                reason = (
                    "NUL bytes in the row" if "\x00" in text else "bytes that are not in the file's encoding"
                )
                bad.append(
                    self._printable(Unusable(first, None, reason, RIGHT_ENCODING, text.rstrip("\r\n")))
                )
        parsed.rows = list(compress(parsed.rows, kept))
        parsed.first = list(compress(parsed.first, kept))
        parsed.last = list(compress(parsed.last, kept))
        return bad

    def _printable(self, row: Unusable) -> Unusable:
        r"""The row with undecodable bytes written as ``\xNN``."""
        raw = row.raw.encode(self._encoding, "surrogateescape").decode(self._encoding, "backslashreplace")
        return Unusable(row.line, row.field, row.reason, row.mend, raw)

    def _read_plain(self, block: bytes, line: int) -> pa.Table | None:
        """The rows of a block without quotes, damage or empty lines; None where it is not one."""
        quote, separator = self._quote.encode(self._encoding), self._separator.encode(self._encoding)
        if len(quote) != 1 or len(separator) != 1 or b"\x00" in block:
            return None
        has_quotes = quote in block
        if has_quotes and not _has_regular_quotes(block, quote, separator):
            return None
        if not _is_one_line_a_row(block):
            return None
        names = [f"h{place}" for place in range(len(self._header))]
        try:
            text = block.decode(self._encoding).encode() if self._encoding != "utf-8" else block
            rows = arrow_csv.read_csv(
                pa.BufferReader(text),
                read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(text) + 1),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self._separator,
                    quote_char=self._quote if has_quotes else False,
                    ignore_empty_lines=False,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except (UnicodeDecodeError, pa.ArrowInvalid):
            return None
        numbers = pa.array(np.arange(line, line + len(rows)), pa.int64())
        return rows.append_column("line", numbers).append_column("last_line", numbers)

    def raw(self, lines: dict[int, int]) -> dict[int, str]:
        """The lines from each key to its value, as they stand in the file."""
        found: dict[int, list[str]] = {}
        inside = {line: first for first, last in lines.items() for line in range(first, last + 1)}
        with self._path.open(encoding=self._encoding, errors="backslashreplace", newline="") as handle:
            for number, text in enumerate(handle, start=1):
                if number in inside:
                    found.setdefault(inside[number], []).append(text)
        return {first: "".join(texts).rstrip("\r\n").removeprefix("\ufeff") for first, texts in found.items()}


def _has_regular_quotes(block: bytes, quote: bytes, separator: bytes) -> bool:
    """Whether every quote opens or closes a whole text on one line that holds no further quote."""
    signs = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(signs == quote[0])
    if len(quotes) % 2:
        return False
    padded = np.concatenate([[ord("\n")], signs, [ord("\n")]]).astype(np.uint8)
    before, after = padded[quotes[0::2]], padded[quotes[1::2] + 2]
    if not np.isin(before, (separator[0], ord("\n"))).all():
        return False
    if not np.isin(after, (separator[0], ord("\n"), ord("\r"))).all():
        return False
    quotes_before_line_end = np.searchsorted(quotes, np.flatnonzero(signs == ord("\n")))
    return not (quotes_before_line_end % 2).any()


def _is_one_line_a_row(block: bytes) -> bool:
    """Whether a block without quotes has no empty line and no line end but LF and CRLF."""
    if block.startswith((b"\n", b"\r")) or b"\n\n" in block or b"\n\r" in block:
        return False
    return b"\r" not in block or block.count(b"\r") == block.count(b"\r\n")
