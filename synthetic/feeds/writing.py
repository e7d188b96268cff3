"""Writes the sheets of an agency in its house style; returns how many rows each file has and how many are bad."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from synthetic.feeds.spoiling import Columns, Sheet, spoil_columns, spoil_lines, spoilt_rows
from synthetic.feeds.spreadsheet import write_spreadsheet

Counts = dict[str, tuple[int, int]]
Writer = Callable[[np.random.Generator, Path, list[Sheet]], Counts]


def _table(columns: Columns) -> pa.Table:
    return pa.table({name: pa.array(values, type=pa.string()) for name, values in columns.items()})


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def write_csv(
    rng: np.random.Generator, folder: Path, sheets: list[Sheet], separator: str, encoding: str
) -> Counts:
    """CSV; texts are quoted where the separator is a comma, since addresses hold commas."""
    quoted = separator == ","
    unreadable = b"\x81\x8d" if encoding == "cp1252" else b"\xff\xfe"
    counts: Counts = {}
    for sheet in sheets:
        columns = spoil_columns(rng, sheet)
        options = pyarrow.csv.WriteOptions(
            delimiter=separator, quoting_style="needed" if quoted else "none", include_header=False
        )
        buffer = io.BytesIO()
        pyarrow.csv.write_csv(_table(columns), buffer, options)
        header = separator.join(f'"{name}"' if quoted else name for name in columns)
        body = buffer.getvalue()
        if encoding == "cp1252":
            body = body.decode("utf-8").encode("cp1252")
        lines = [header.encode(), *body.splitlines()]
        lines = spoil_lines(rng, sheet, lines, b'","' if quoted else separator.encode(), unreadable)
        path = folder / sheet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        end = b"\r\n" if encoding == "cp1252" else b"\n"
        start = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
        path.write_bytes(start + end.join(lines) + end)
        counts[sheet.path] = (len(lines) - 1, spoilt_rows(sheet, text=True))
    return counts


def write_parquet(rng: np.random.Generator, folder: Path, sheets: list[Sheet]) -> Counts:
    """Parquet, every column text, empty as null."""
    counts: Counts = {}
    for sheet in sheets:
        columns = spoil_columns(rng, sheet)
        arrays = {
            name: pa.array([text or None for text in values.tolist()], type=pa.string())
            for name, values in columns.items()
        }
        path = folder / sheet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pa.table(arrays), path, compression="zstd")
        counts[sheet.path] = (_count(columns), spoilt_rows(sheet, text=False))
    return counts


def _nested(names: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        if value:
            holder = row
            *outer, last = name.split(".")
            for part in outer:
                holder = holder.setdefault(part, {})
            holder[last] = value.split("|") if last == "flags" else value
    return row


def write_json_lines(rng: np.random.Generator, folder: Path, sheets: list[Sheet]) -> Counts:
    """JSON Lines; a dot in a column's name nests it, ``flags`` is a list, what is empty is left out."""
    counts: Counts = {}
    for sheet in sheets:
        columns = spoil_columns(rng, sheet)
        names = list(columns)
        encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
        rows = zip(*(values.tolist() for values in columns.values()), strict=True)
        lines = [b"", *(encoder.encode(_nested(names, row)).encode() for row in rows)]
        lines = spoil_lines(rng, sheet, lines, b"", b"\xff\xfe")[1:]
        path = folder / sheet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(lines) + b"\n")
        counts[sheet.path] = (len(lines), spoilt_rows(sheet, text=True))
    return counts


def write_xlsx(
    rng: np.random.Generator, folder: Path, sheet: Sheet, name: str, date_columns: frozenset[str]
) -> Counts:
    """One sheet of a spreadsheet."""
    columns = spoil_columns(rng, sheet)
    (folder / sheet.path).parent.mkdir(parents=True, exist_ok=True)
    write_spreadsheet(folder / sheet.path, name, columns, date_columns)
    return {sheet.path: (_count(columns), spoilt_rows(sheet, text=False))}
