"""Parquet files; nested fields by dotted path, lists as JSON. The line of a row is its number from 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from records.database import open_database
from records.errors import BadFeed
from records.intake.rows import Batch

_BATCH_ROWS: Final = 100_000
# The last: a column's name in a damaged footer, which is decoded when it is first asked for.
_UNREADABLE: Final = (OSError, pa.ArrowException, UnicodeDecodeError)


class ParquetReader:
    """A Parquet file; its batches have the file's own columns, numbered ``p0``, ``p1``, …."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        try:
            schema = parquet.read_schema(path)
            self._leaves = dict(_leaves_of(schema))
            self._names: list[str] = schema.names
        except _UNREADABLE as error:
            reason = str(error).splitlines()[0]
            raise BadFeed(
                f"{name}: not a readable Parquet file ({reason}); ask for the extract again"
            ) from None
        if len(set(self._names)) < len(self._names):
            raise BadFeed(f"{name}: two columns have one name; name every column once")

    def columns(self) -> list[str]:
        """The columns, nested ones by dotted path."""
        return list(self._leaves)

    def has(self, column: str) -> bool:
        """Whether the schema has ``column``."""
        return column in self._leaves

    def expression(self, column: str) -> str:
        """SQL that gives the text of ``column``."""
        place, steps, kind = self._leaves[column]
        position = self._names.index(place)
        value = f"p{position}" + "".join("." + _quoted(step) for step in steps)
        if pa.types.is_floating(kind):
            whole = f"{value} = floor({value}) AND abs({value}) < 1e15"
            return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
        if pa.types.is_timestamp(kind):
            return f"replace(CAST(CAST({value} AS TIMESTAMP) AS VARCHAR), ' 00:00:00', '')"
        if pa.types.is_nested(kind):
            return f"CAST(to_json({value}) AS VARCHAR)"
        return f"CAST({value} AS VARCHAR)"

    def content(self) -> str:
        """SQL that gives the whole row as one text."""
        return (
            "CAST(to_json(["
            + ", ".join(f"CAST(p{n} AS VARCHAR)" for n in range(len(self._names)))
            + "]) AS VARCHAR)"
        )

    def batches(self) -> Iterator[Batch]:
        """The rows in file order."""
        line = 1
        try:
            with parquet.ParquetFile(self._path) as file:
                for part in file.iter_batches(_BATCH_ROWS):
                    # Whether texts are UTF-8 is looked at by nobody else before the database, which would end the build.
                    part.validate(full=True)
                    numbers = pa.array(range(line, line + len(part)), pa.int64())
                    renamed = {f"p{n}": part.column(n) for n in range(len(self._names))}
                    yield Batch(pa.table({"line": numbers, "last_line": numbers} | renamed))
                    line += len(part)
        except _UNREADABLE as error:
            reason = str(error).splitlines()[0]
            raise BadFeed(
                f"{self._name}: damaged near row {line} ({reason}); ask for the extract again"
            ) from None

    def raw(self, lines: dict[int, int]) -> dict[int, str]:
        """The rows that are keys, as JSON."""
        found: dict[int, str] = {}
        with open_database() as connection:
            for batch in self.batches():
                rows = batch.rows.filter(_is_in(batch.rows.column("line"), lines))
                own = rows.select([f"p{place}" for place in range(len(self._names))]).rename_columns(
                    self._names
                )
                connection.register("own", own)
                texts = connection.execute("SELECT CAST(to_json(own) AS VARCHAR) FROM own").fetchall()
                found |= dict(zip(rows.column("line").to_pylist(), (row[0] for row in texts), strict=True))
        return found


def _is_in(numbers: pa.ChunkedArray, lines: dict[int, int]) -> pa.Array:
    return pa.array([number in lines for number in numbers.to_pylist()])


def _leaves_of(schema: pa.Schema) -> Iterator[tuple[str, tuple[str, tuple[str, ...], pa.DataType]]]:
    def walk(
        place: str, steps: tuple[str, ...], kind: pa.DataType
    ) -> Iterator[tuple[str, tuple[str, tuple[str, ...], pa.DataType]]]:
        yield ".".join((place, *steps)), (place, steps, kind)
        if pa.types.is_struct(kind):
            for field in kind:
                yield from walk(place, (*steps, field.name), field.type)

    for field in schema:
        yield from walk(field.name, (), field.type)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
