"""The drill: a ledger backed up while it is written to, restored, verified and written to again."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from records.errors import LedgerUnavailable
from records.ledger import Entry, Ledger

Make = Callable[..., Entry]


def back_up(store: Path, to: Path) -> None:
    """As docs/operations.md says: the head first, then the database by its own means."""
    to.mkdir()
    shutil.copy(store / "keys" / "head.json", to / "head.json")
    with (
        closing(sqlite3.connect(store / "ledger.sqlite")) as source,
        closing(sqlite3.connect(to / "ledger.sqlite")) as copy,
    ):
        source.backup(copy)


def test_a_backup_made_under_way_is_restored_verified_and_grown(tmp_path: Path, entry: Make) -> None:
    store, copy, restored = tmp_path / "store", tmp_path / "copy", tmp_path / "restored"
    with Ledger.open(store / "ledger.sqlite", store / "keys") as ledger:
        for _ in range(5):
            ledger.append(entry())
        witness = ledger.head()
        back_up(store, copy)
        ledger.append(entry())
        newer = ledger.head()
    assert witness is not None
    assert newer is not None
    shutil.copytree(store / "keys", restored / "keys")
    shutil.copy(copy / "ledger.sqlite", restored / "ledger.sqlite")
    with (
        Ledger.open(restored / "ledger.sqlite", restored / "keys") as ledger,
        pytest.raises(LedgerUnavailable),
    ):
        ledger.append(entry())  # under the head that came after the backup
    shutil.copy(copy / "head.json", restored / "keys" / "head.json")
    with Ledger.open(restored / "ledger.sqlite", restored / "keys") as ledger:
        assert ledger.verify((witness,)).sound
        # What was done since the backup is lost, and a partner's newer checkpoint says so.
        assert [one.kind for one in ledger.verify((newer,)).problems] == ["truncated"]
        assert ledger.append(entry()).sequence == 6
