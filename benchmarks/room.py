"""What a build takes up on the disk: bytes of each table of its snapshot, and the most that it spilled at once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

from records.database import open_database
from records.snapshot.opening import SPILL_ENDING

# Long enough to cost a build nothing; what is spilled and taken back in between is not seen.
_BETWEEN_LOOKS: Final = 0.25
# What is no table's own: indexes, the catalogue, free blocks.
BESIDE_TABLES: Final = "indexes and the rest"
_BLOCKS: Final = """
    SELECT DISTINCT block FROM (
        SELECT unnest([block_id] || additional_block_ids) AS block FROM pragma_storage_info(?) WHERE persistent
    ) WHERE block >= 0"""


@dataclass(slots=True)
class Spilled:
    """The most megabytes that lay in the folders a build spills to, at any one look."""

    peak_mb: float = 0.0


@contextmanager
def watching_spills(store: Path) -> Iterator[Spilled]:
    """Look at what is spilled beside the snapshots of ``store`` while the block lasts; a build may run in another process."""
    seen, ended = Spilled(), Event()

    def look() -> None:
        while not ended.wait(_BETWEEN_LOOKS):
            seen.peak_mb = max(seen.peak_mb, spilled_mb(store))

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def spilled_mb(store: Path) -> float:
    """Megabytes that lie in the folders that processes spill to beside the snapshots of a store."""
    found = 0
    for file in (store / "snapshots").glob(f"*{SPILL_ENDING}/*"):
        # A file that was taken back in between is no longer spilled.
        with suppress(OSError):
            found += file.stat().st_size
    return found / 2**20


def table_megabytes(snapshot: Path) -> dict[str, float]:
    """Megabytes of each table of a snapshot file that is not encrypted, largest first, and of what is beside them.

    They add up to the file: a block (DuckDB: 256 KiB) that several tables have something in is shared out among them.
    """
    holders: dict[int, set[str]] = {}
    with open_database(snapshot, read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
        block_bytes = connection.execute("SELECT block_size FROM pragma_database_size()").fetchall()[0][0]
        for (name,) in tables:
            for (block,) in connection.execute(_BLOCKS, [name]).fetchall():
                holders.setdefault(block, set()).add(name)
    held = dict.fromkeys((name for (name,) in tables), 0.0)
    for names in holders.values():
        for name in names:
            held[name] += block_bytes / len(names)
    held[BESIDE_TABLES] = max(0.0, snapshot.stat().st_size - sum(held.values()))
    ordered = sorted(held.items(), key=lambda item: (-item[1], item[0]))
    return {name: round(size / 2**20, 2) for name, size in ordered}
