from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings

from records.erasure import ErasedRows
from records.intake import IntakeReport, take_in
from records.mapping import load_mappings
from records.snapshot import ROW_TABLES, create_table

# The machine's load is no part of what is tested.
settings.register_profile("records", deadline=None)
settings.load_profile("records")

MAPPING_HEAD = """
feed = "test"
agency = "a"
[label]
marking = "=shareable"
category = "=ordinary"
"""


@dataclass
class Taken:
    """A finished intake: its report, and its tables by query."""

    connection: duckdb.DuckDBPyConnection
    report: IntakeReport

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.connection.execute(query).fetchall()


TakeIn = Callable[..., Taken]


@pytest.fixture
def take(tmp_path: Path) -> Iterator[TakeIn]:
    """Write files (name to text or bytes) below tmp_path, then take them in with the mappings among them."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def take_files(files: dict[str, str | bytes], erased: ErasedRows | None = None) -> Taken:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        connection = duckdb.connect()
        opened.append(connection)
        for table in ROW_TABLES:
            connection.execute(create_table(table))
        report = take_in(connection, tmp_path, load_mappings(tmp_path), hub="h", erased=erased)
        return Taken(connection, report)

    yield take_files
    for connection in opened:
        connection.close()


@pytest.fixture
def people_mapping() -> str:
    """A mapping of people.csv: ID, NAME (family, given), DOB, NHS."""
    return (
        MAPPING_HEAD
        + """
[files.people]
path = "people*.csv"
[[record]]
from = "people"
id = "ID"
full_name = "NAME"
full_name_order = "family, given"
date_of_birth = "DOB"
identifiers = { nhs_number = "NHS" }
"""
    )


@pytest.fixture
def head() -> str:
    """The keys that every mapping begins with."""
    return MAPPING_HEAD
