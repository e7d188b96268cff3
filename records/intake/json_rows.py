"""JSON Lines: one object a line, columns by dotted path, read in blocks with true line numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from records.database import open_database
from records.errors import BadFeed
from records.intake.csv_parsing import RIGHT_ENCODING, WHOLE_FILE
from records.intake.rows import Batch, Unusable, table_of
from records.intake.sql import literal

_BLOCK_BYTES: Final = 8 << 20
ONE_OBJECT: Final = "write one JSON object a line"


class JsonReader:
    """A JSON Lines file; its batches have the one column ``body``."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        with path.open("rb") as handle:
            start = handle.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        if start.startswith(b"["):
            raise BadFeed(f"{name}: a JSON list, not JSON Lines; {ONE_OBJECT}")

    def columns(self) -> list[str]:
        """None: every row may have other keys."""
        return []

    def has(self, column: str) -> bool:
        """Any row may have any key."""
        return bool(column)

    def expression(self, column: str) -> str:
        """SQL that gives the text at the dotted path ``column``."""
        return json_text("body", column)

    def content(self) -> str:
        """SQL that gives the whole row as one text."""
        return "body"

    def batches(self) -> Iterator[Batch]:
        """The rows in file order, a block at a time."""
        line, carried = 1, b""
        with self._path.open("rb") as handle:
            while True:
                read = handle.read(_BLOCK_BYTES)
                block = carried + read
                if line == 1:
                    block = block.removeprefix(b"\xef\xbb\xbf")
                cut = block.rfind(b"\n") + 1 if read else len(block)
                block, carried = block[:cut], block[cut:]
                if block:
                    lines = block.split(b"\n")
                    is_torn = not read and not block.endswith(b"\n")
                    if lines[-1] == b"":
                        lines.pop()
                    yield _batch_of(lines, line, is_torn=is_torn)
                    line += len(lines)
                if not read:
                    return

    def raw(self, lines: dict[int, int]) -> dict[int, str]:
        """The lines that are keys, as they stand in the file."""
        with self._path.open(encoding="utf-8-sig", errors="backslashreplace", newline="\n") as handle:
            return {
                number: text.rstrip("\r\n") for number, text in enumerate(handle, start=1) if number in lines
            }


def json_text(body: str, path: str) -> str:
    """SQL: the value at ``path`` in the JSON ``body`` as text; lists and objects as JSON."""
    steps = "".join(
        f"[{step}]" if step.isdigit() else f'."{step}"' for step in path.replace('"', "").split(".")
    )
    nested = f"json_extract_string({body}, {literal('$' + steps)})"
    if "." not in path:
        return nested
    flat = path.replace('"', "")
    return f"""coalesce({nested}, json_extract_string({body}, {literal(f'$."{flat}"')}))"""


def _batch_of(lines: list[bytes], first: int, *, is_torn: bool) -> Batch:
    unusable: list[Unusable] = []
    texts: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, start=first):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            raw = line.decode(errors="backslashreplace")
            unusable.append(Unusable(number, None, "bytes that are not UTF-8", RIGHT_ENCODING, raw))
            continue
        if text:
            texts.append(text)
            numbers.append(number)
    rows = table_of({"body": texts}, numbers, numbers)
    good = _objects_in(rows)
    if not all(good):
        last = first + len(lines) - 1
        for is_good, number, text in zip(good, numbers, texts, strict=True):
            if not is_good:
                torn = is_torn and number == last
                reason = "the last line is torn: not a whole JSON object" if torn else "not a JSON object"
                unusable.append(Unusable(number, None, reason, WHOLE_FILE if torn else ONE_OBJECT, text))
        rows = rows.filter(pa.array(good))
    return Batch(rows, tuple(sorted(unusable, key=lambda row: row.line)))


def _objects_in(rows: pa.Table) -> list[bool]:
    """Which bodies are JSON objects."""
    with open_database() as connection:
        connection.register("rows", rows)
        found = connection.execute(
            "SELECT CASE WHEN json_valid(body) THEN json_type(body) = 'OBJECT' ELSE false END AS good FROM rows"
        ).to_arrow_table()
    return [bool(good) for good in found.column("good").to_pylist()]
