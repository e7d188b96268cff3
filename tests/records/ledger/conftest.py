"""A ledger in SQLite and in a real PostgreSQL, for the same tests."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from records.ledger import Entry, Ledger, downgrade

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_address(postgres_server: Any) -> str:
    address: str = postgres_server.address
    return address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database's address."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite'}"
        return
    server = request.getfixturevalue("postgres_address")
    yield server
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"))
    downgrade(engine)
    engine.dispose()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ledger(address: str, keys: Path) -> Iterator[Ledger]:
    ticks = count()
    with Ledger.open(address, keys, clock=lambda: START + timedelta(minutes=next(ticks))) as opened:
        yield opened


@pytest.fixture
def tamper(address: str) -> Iterator[Callable[..., None]]:
    """Run SQL on the ledger's database behind its back."""
    engine: Engine = create_engine(
        make_url(address)
        if address.startswith("sqlite")
        else make_url(address).set(drivername="postgresql+psycopg")
    )

    def run(statement: str, **values: object) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    yield run
    engine.dispose()


@pytest.fixture
def entry() -> Callable[..., Entry]:
    def make(act: str = "lookup", **facts: object) -> Entry:
        usual: dict[str, object] = {
            "actor": "dana",
            "role": "analyst",
            "hub": "home",
            "outcome": "answered",
            "purpose": "emerging_harm",
            "reason": "Weekly look at repeat notifications",
            "subjects": ("police:1",),
        }
        return Entry(act=act, **(usual | facts))  # type: ignore[arg-type] # the tests name the fields

    return make
