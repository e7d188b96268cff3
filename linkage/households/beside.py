"""The households of standing scopes worked out in processes of their own, while the build goes on with what needs none.

Who lived with whom is read out of the rows in Python, one thing after another; the questions that a build asks meanwhile are
the database's. So each scope's rows are handed to a process (``linkage.households.process``) that holds nothing else,
and what it found is taken back where it is wanted. Rows and answers travel by pipes: nothing of them is written to a disk.
"""

import logging
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import duckdb
import pyarrow as pa

from linkage.households.chains import earlier_households
from linkage.households.rows import HOUSEHOLD_QUERIES
from linkage.households.spells import HouseholdTables, resolve_households, store_households
from linkage.scope_rows import scope_rows
from records.scope import Scope

LOG: Final = logging.getLogger("mashlink.households")
# Fewer records are worked out sooner than a process has started and been told of them.
LEAST_RECORDS: Final = 100_000
EARLIER_TYPES: Final = pa.schema([(name, pa.string()) for name in ("household_id", "person_id", "place_id")])


@dataclass(frozen=True, slots=True)
class _Asked:
    process: "subprocess.Popen[bytes]"
    answer: "Future[tuple[bytes, bytes]]"


class HouseholdsBeside:
    """Begins and fetches the households of standing scopes, as a context manager; leaving it ends what still runs.

    ``processes``: how many work at once, each in 1.6 GB at a million records; another waits for its turn. Without any, and for a
    scope of fewer than ``least_records`` records, ``store`` works them out here. The same rows are stored either way.
    """

    def __init__(self, *, processes: int, least_records: int = LEAST_RECORDS) -> None:
        self._allowed = processes > 0
        self._least = least_records
        self._asked: dict[str, _Asked] = {}
        self._talking = ThreadPoolExecutor(max(1, processes), thread_name_prefix="households")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for asked in self._asked.values():
            asked.process.kill()
        self._talking.shutdown()

    def begin(self, connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None) -> None:
        """Let the households of a standing scope be worked out, from its rows and people as they now are."""
        if not self._allowed or _members(connection, scope) < self._least:
            return
        with scope_rows(connection, scope):
            tables = [connection.execute(query).to_arrow_table() for query in HOUSEHOLD_QUERIES]
        earlier = earlier_households(connection, scope, previous_path)
        if earlier is not None:
            columns = zip(*earlier, strict=True) if earlier else ((), (), ())
            tables.append(
                pa.Table.from_arrays([pa.array(one, pa.string()) for one in columns], schema=EARLIER_TYPES)
            )
        told = BytesIO()
        write_tables(told, tables)
        process = _started()
        self._asked[scope.name] = _Asked(process, self._talking.submit(process.communicate, told.getvalue()))

    def store(self, connection: duckdb.DuckDBPyConnection, scope: Scope, previous_path: Path | None) -> None:
        """Fill ``household_spell`` and ``household_event`` for a standing scope, as ``resolve_households`` does.

        A process that ended without an answer that can be read (there was no memory for it) is told of in the log, and
        the work done here.
        """
        asked = self._asked.pop(scope.name, None)
        found = None if asked is None else _answer(asked, scope)
        if found is None:
            resolve_households(connection, scope, previous_path)
        else:
            store_households(connection, scope, found)


def write_tables(stream: IO[bytes], tables: Iterable[pa.Table]) -> None:
    """Write tables one behind the other, each as an Arrow stream."""
    for table in tables:
        with pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table)


def read_tables(content: bytes) -> list[pa.Table]:
    """The tables that ``write_tables`` wrote. Raises ``pa.ArrowInvalid`` where the last was cut off."""
    source, tables = pa.BufferReader(content), []
    while source.tell() < source.size():
        tables.append(pa.ipc.open_stream(source).read_all())
    return tables


def _members(connection: duckdb.DuckDBPyConnection, scope: Scope) -> int:
    counted = connection.execute("SELECT count(*) FROM membership WHERE scope = ?", [scope.name]).fetchone()
    return 0 if counted is None else int(counted[0])


def _started() -> "subprocess.Popen[bytes]":
    # -P: nothing is imported from the folder that the process stands in.
    command = [sys.executable, "-P", "-m", "linkage.households.process"]
    house = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(  # noqa: S603 - our own program without arguments
        command,
        env={"PYTHONPATH": house, "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _answer(asked: _Asked, scope: Scope) -> HouseholdTables | None:
    content, _ = asked.answer.result()
    ended = f"ended with {asked.process.returncode}"
    if asked.process.returncode == 0:
        try:
            return HouseholdTables(*read_tables(content))
        except (pa.ArrowInvalid, TypeError):
            ended = "gave an answer that cannot be read"
    LOG.warning("The process for the households of %s %s; they are worked out here.", scope.name, ended)
    return None
