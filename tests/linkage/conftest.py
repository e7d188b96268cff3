from collections.abc import Iterator

import duckdb
import pytest

from records.snapshot.schema import TABLES, create_table


@pytest.fixture
def snapshot() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name in TABLES:
            connection.execute(create_table(name))
        connection.execute("INSERT INTO label VALUES (0, 'hub', 'police', 'shareable', 'ordinary'), (1, 'hub', 'health', 'restricted', 'sexual_health')")
        yield connection
