"""What the command line says of errors that nobody foresaw: how to mend them, and no value of any row."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mashlink.commands.unforeseen import sentence_of
from mashlink.writing import write_whole
from records.errors import BadInput


def raised(statement: str) -> Exception:
    with pytest.raises(duckdb.Error) as told, duckdb.connect() as connection:
        connection.execute(statement)
    return told.value


def test_a_databases_own_words_are_not_repeated() -> None:
    for statement in ("SELECT CAST('Quillfeather' AS INTEGER)", "SELECT error('Quillfeather, 9990000018')"):
        error = raised(statement)
        assert "Quillfeather" in str(error)
        assert "Quillfeather" not in sentence_of(error)
        assert type(error).__name__ in sentence_of(error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/store/CURRENT.tmp"), "/srv/store/CURRENT.tmp: No space left"),
        (OSError(errno.EROFS, "Read-only file system", "/srv/store/build.lock"), "can be written"),
        (duckdb.OutOfMemoryException("failed to allocate 'Quillfeather'"), "memory_limit_gb"),
        (duckdb.IOException('Could not write "x": No space left on device'), "Make room"),
        (duckdb.TransactionException("Failed to commit: Could not write: No space left on device"), "Make room"),
        (duckdb.IOException("Cannot open 'Quillfeather'"), "nobody foresaw"),
    ],
)  # fmt: skip
def test_each_says_how_to_mend_it(error: Exception, said: str) -> None:
    assert said in sentence_of(error)
    assert "Quillfeather" not in sentence_of(error)


def test_the_outermost_edge_prints_no_traceback(
    mashlink: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("Ottoline Quillfeather, 9990000018")

    monkeypatch.setattr("mashlink.commands.doctor.examine", stumble)
    ran = mashlink("doctor", "--store", tmp_path)
    assert ran.status == 1
    assert "ValueError at " in ran.complaints
    assert "Quillfeather" not in ran.complaints + ran.output
    assert "Traceback" not in ran.complaints


def test_a_file_is_handed_over_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_whole(out, b"whole")
    assert out.read_bytes() == b"whole"
    taken = tmp_path / "taken.csv"
    taken.mkdir()
    with pytest.raises(BadInput, match=r"taken\.csv: cannot be written here"):
        write_whole(taken, b"whole")
    with pytest.raises(BadInput, match=r"below\.csv: cannot be written here .* The ledger shows the request"):
        write_whole(out / "below.csv", b"whole", asked_on_ledger=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.csv", "taken.csv"]


def test_a_file_for_which_there_is_no_room_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "out.csv"
    out.write_bytes(b"before")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BadInput, match="No space left on device"):
        write_whole(out, b"whole")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("out.csv", b"before")]
