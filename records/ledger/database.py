"""Opening the ledger's database: SQLite or PostgreSQL, one writer at a time, the newest tables."""

import errno
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from records.errors import BadInput, LedgerUnavailable

NEWEST_REVISION: Final = "0003"
# Any number, the same in every process: PostgreSQL's advisory lock that serialises appends.
_APPEND_LOCK: Final = 0x6D617368
_WRITING: Final = "ledger_writing"
# How long a writer waits for its turn before the entry counts as not taken.
_PATIENCE_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 5


def open_engine(address: str | Path) -> Engine:
    """An engine on the ledger at an SQLAlchemy URL or, given a path, in an SQLite file that only its owner reads."""
    try:
        url = URL.create("sqlite", database=str(address)) if isinstance(address, Path) else make_url(address)
    except ArgumentError:
        # Not repeated, and without the error that repeats it: a password may stand in it.
        raise BadInput(
            "ledger_url is not a database address; write sqlite:///FILE or postgresql://HOST/NAME."
        ) from None
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url)
    if backend == "postgresql":
        return _postgres_engine(url.set(drivername="postgresql+psycopg"))
    raise BadInput(
        f"{backend}: the ledger lives in SQLite or PostgreSQL; write sqlite:///FILE or postgresql://HOST/NAME."
    )


def _postgres_engine(url: URL) -> Engine:
    """An engine that gives up rather than wait for ever: on a server that is away, and behind a writer that hangs."""
    waiting = {
        "connect_timeout": _CONNECT_SECONDS,
        # A host that vanished without a word shows by what is sent to it and not confirmed.
        "tcp_user_timeout": _PATIENCE_SECONDS * 1000,
        "keepalives_idle": _PATIENCE_SECONDS,
    }
    stated = {name: value for name, value in waiting.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=stated)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        milliseconds = _PATIENCE_SECONDS * 1000
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {milliseconds}")
            # A process that was stopped in the middle of an append must not hold up all others.
            cursor.execute(f"SET idle_in_transaction_session_timeout = {milliseconds}")
        connection.commit()

    return engine


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise BadInput("The ledger needs a file: an SQLite database in memory would forget what people did.")
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_or_check(path)
    except OSError as error:
        raise LedgerUnavailable(
            f"{path}: the ledger cannot be opened for writing ({error.strerror})."
        ) from error
    engine = create_engine(url, connect_args={"timeout": _PATIENCE_SECONDS})

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        # The driver would begin transactions by itself, and only when it saw a write.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # What an erasure takes out is written over, not only let go.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITING, False):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _make_or_check(path: Path) -> None:
    """Make the file for its owner alone, or see that it can be written. Raises OSError.

    A file that is there is never opened for that: closing it would drop every lock that this process holds on it (POSIX),
    and the next process to leave the ledger would take it for unused and delete the log that others still write to.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, "Permission denied") from None


def _begin_writing(connection: Connection) -> None:
    """Wait for the one writer's place, asking often: SQLite's own waiting asks ten times a second and may starve."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.001, 0.004))  # noqa: S311 - only so that waiters do not ask in step
            else:
                return
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE_SECONDS * 1000}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer of this ledger runs beside, in any thread or process.

    Raises LedgerUnavailable when the database refuses.
    """
    try:
        with engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _APPEND_LOCK})
            yield connection
    except SQLAlchemyError as error:
        raise LedgerUnavailable(f"The ledger cannot be written: {_cause(error)}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the ledger throughout. Raises LedgerUnavailable when it cannot be read."""
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        raise LedgerUnavailable(f"The ledger cannot be read: {_cause(error)}") from error


def forget_pages(engine: Engine) -> None:
    """Leave nothing of what was erased in SQLite's write-ahead log, as far as readers under way allow.

    PostgreSQL lets go of it with its next VACUUM and the end of its own log's keeping: see docs/retention.md.
    """
    if engine.dialect.name != "sqlite":
        return
    with suppress(SQLAlchemyError), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision; nothing to do when they are there."""
    with writing(engine) as connection:
        if _revision(connection) != NEWEST_REVISION:
            command.upgrade(_alembic(connection), "head")


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the tables back to ``revision``; ``base`` removes them with all they hold."""
    with writing(engine) as connection:
        command.downgrade(_alembic(connection), revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _cause(error: SQLAlchemyError) -> str:
    """The driver's own words; SQLAlchemy's would repeat the bound values, which are personal data."""
    cause = getattr(error, "orig", None)
    return f"{type(cause).__name__}." if cause is not None else f"{type(error).__name__}."
