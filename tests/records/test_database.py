"""Nothing that a library prints gets into an answer."""

import subprocess
import sys
from pathlib import Path

import duckdb

from records.database import open_database

ANSWERS_AMONG_NOISE = """
import os
from records.answering import take_standard_output
print("before")
answers = take_standard_output()
print("drawn by Python")
os.write(1, b"drawn below it")
with answers:
    answers.write(b"the answer")
os.write(1, b"drawn at the end")
"""


def progress_bar(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0][0])


def test_a_database_draws_nothing_even_where_the_program_seems_interactive(tmp_path: Path) -> None:
    # As `python -m package.program` loads DuckDB: before the program's file is known.
    script = tmp_path / "package" / "program.py"
    script.parent.mkdir()
    (script.parent / "__init__.py").write_text("import duckdb")
    script.write_text(
        "import duckdb\nfrom records.database import open_database\n"
        "for opened in (duckdb.connect(), open_database()):\n"
        "    print(opened.execute(\"SELECT current_setting('enable_progress_bar')\").fetchall()[0][0])\n"
    )
    house = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, "-m", "package.program"],
        env={"PYTHONPATH": f"{house}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    # The first says that the trap is there: when it no longer is, this wrapper may go.
    assert told.stdout.split() == ["True", "False"]


def test_a_file_may_be_opened_beside_a_plain_connection_to_it(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "one.duckdb")) as plain:
        plain.execute("CREATE TABLE one AS SELECT 1")
        with open_database(tmp_path / "one.duckdb") as beside:
            assert not progress_bar(beside)


def test_an_answer_holds_nothing_that_was_printed_meanwhile() -> None:
    house = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, "-u", "-c", ANSWERS_AMONG_NOISE],
        env={"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout == "before\nthe answer"
    assert "drawn below it" in told.stderr
