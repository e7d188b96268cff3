from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from records.scope import Scope
from records.snapshot.schema import TABLES, create_table

HUB = Scope("hub", frozenset({0, 1}), standing=True)
ORDINARY = Scope("hub_ordinary", frozenset({0}), standing=True)


def empty_snapshot() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in TABLES:
        connection.execute(create_table(name))
    connection.execute(
        "INSERT INTO label VALUES (0, 'home', 'police', 'shareable', 'ordinary'),"
        " (1, 'home', 'health', 'restricted', 'sexual_health')"
    )
    return connection


def put(connection: duckdb.DuckDBPyConnection, record_id: str, **facts: Any) -> None:
    """One record with its names, address, phone and number; what is not given is not known."""
    label = facts.get("label", 0)
    connection.execute(
        "INSERT INTO record BY NAME SELECT ? AS record_id, ? AS feed, split_part(record_id, ':', 1) AS agency,"
        " ? AS given_name, ? AS family_name, ?::DATE AS date_of_birth, ? AS sex, ? AS duplicate_free, ? AS label_id,"
        " DATE '2026-01-31' AS extracted_on",
        [
            record_id,
            facts.get("feed", "feed"),
            facts.get("given"),
            facts.get("family"),
            facts.get("born"),
            facts.get("sex"),
            facts.get("duplicate_free", False),
            label,
        ],
    )
    if "postcode" in facts or "address" in facts:
        connection.execute(
            "INSERT INTO address_spell BY NAME SELECT ? AS record_id, 'home' AS kind, ? AS address, ? AS postcode, ? AS label_id",
            [record_id, facts.get("address"), facts.get("postcode"), label],
        )
    if "phone" in facts:
        connection.execute(
            "INSERT INTO thing_use BY NAME SELECT ? AS record_id, 'phone' AS kind, ? AS value, ? AS label_id",
            [record_id, facts["phone"], label],
        )
    if "nhs" in facts:
        connection.execute(
            "INSERT INTO identifier BY NAME SELECT ? AS record_id, 'nhs_number' AS kind, ? AS value, ? AS label_id",
            [record_id, facts["nhs"], label],
        )


@pytest.fixture
def snapshot() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_snapshot() as connection:
        yield connection


@pytest.fixture
def hub() -> Scope:
    return HUB


@pytest.fixture
def ordinary() -> Scope:
    return ORDINARY


@pytest.fixture
def put_record() -> Callable[..., None]:
    return put


@pytest.fixture
def new_snapshot() -> Callable[[], duckdb.DuckDBPyConnection]:
    return empty_snapshot
