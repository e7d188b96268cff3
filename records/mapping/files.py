"""Which files a feed consists of, and how they are written."""

import codecs
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import field_validator, model_validator

from records.mapping.table import Table
from records.mapping.values import Condition, Value

FileFormat = Literal["csv", "json_lines", "parquet", "xlsx"]
_BY_ENDING: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".dat": "csv",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
_CSV_KEYS = ("separator", "quote", "encoding", "columns")


class Files(Table):
    """Files of one shape: the parts or extracts that ``path`` finds below the feeds directory, read as one table."""

    path: tuple[str, ...]
    format: FileFormat | None = None
    separator: str | None = None
    quote: str | None = None
    encoding: str | None = None
    skip_lines: int = 0
    columns: tuple[str, ...] | None = None
    sheet: str | None = None
    null_values: tuple[str, ...] = ()
    optional: bool = False
    optional_columns: tuple[str, ...] = ()
    where: Condition | None = None
    extracted_on: Value | None = None

    @field_validator("path", mode="before")
    @classmethod
    def _take_one_for_a_list(cls, path: Any) -> Any:
        return (path,) if isinstance(path, str) else path

    @field_validator("path")
    @classmethod
    def _stay_below_the_feeds(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if (
                PurePosixPath(path).is_absolute()
                or ".." in PurePosixPath(path).parts
                or "\\" in path
                or not path
            ):
                raise ValueError(f'"{path}" must be a path below the feeds directory, with / between folders')
        if not paths:
            raise ValueError("name at least one file")
        return paths

    @field_validator("encoding")
    @classmethod
    def _know_the_encoding(cls, encoding: str | None) -> str | None:
        if encoding is not None:
            try:
                name = codecs.lookup(encoding).name
                is_plain = '\n,"'.encode(name) == b'\n,"'
            except (LookupError, TypeError):
                is_plain = False
            if not is_plain and encoding.lower() != "utf-8-sig":
                raise ValueError(f'"{encoding}" cannot be read; usual are utf-8 and windows-1252')
            return "utf-8" if encoding.lower() == "utf-8-sig" else name
        return encoding

    @model_validator(mode="after")
    def _check_shape(self) -> "Files":
        if self.format is None and None in {
            _BY_ENDING.get(PurePosixPath(path).suffix.lower()) for path in self.path
        }:
            raise ValueError(f'the ending of "{self.path[0]}" does not tell the format; give "format"')
        if len({self.file_format(path) for path in self.path}) > 1:
            raise ValueError("files of one table must have one format")
        if self.file_format(self.path[0]) != "csv":
            given = [key for key in _CSV_KEYS if getattr(self, key) is not None]
            if given:
                raise ValueError(f"{', '.join(given)} belong to CSV files only")
        for key in ("separator", "quote"):
            text = getattr(self, key)
            if text is not None and (len(text) != 1 or text in "\r\n"):
                raise ValueError(f'"{key}" is one character')
        if self.separator is not None and self.separator == self.quote:
            raise ValueError("separator and quote must differ")
        if self.skip_lines < 0:
            raise ValueError('"skip_lines" counts from 0')
        return self

    def file_format(self, path: str) -> FileFormat:
        """The format of ``path``: as given, else by its ending."""
        return self.format or _BY_ENDING[PurePosixPath(path).suffix.lower()]
