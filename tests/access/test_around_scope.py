"""A lint: no query of the rooms that answer readers goes around the scope."""

import ast
import re
from pathlib import Path

import pytest

from records.snapshot import RESOLVED_TABLES, ROW_TABLES

ROOT = Path(__file__).parents[2]
# Tables of rows with a label, and of what was made of them for each standing scope.
LABELLED = sorted(name for name, columns in ROW_TABLES.items() if "label_id" in columns and name != "label")
SCOPED = sorted(name for name, columns in RESOLVED_TABLES.items() if re.search(r"\bscope VARCHAR", columns))
# Where a query may name a table of rows itself, and why that lets nothing through.
ALLOWED = {
    ("access/scope/granting.py", "record"): "decides which records a grant reaches",
    ("access/scope/granting.py", "event"): "decides which events a grant reaches",
    ("access/scope/granting.py", "involvement"): "decides which events a grant reaches",
    (
        "access/sharing/keepers.py",
        "record",
    ): "tells keepers of seals and hide orders which of the records named are not there",
    ("access/scope/sources.py", "record"): "decides which records of intelligence are its sources alone",
    ("access/scope/sources.py", "involvement"): "decides which records of intelligence are its sources alone",
    ("access/scope/whereabouts.py", "address_spell"): "which rows to ask the scope for, by an index",
    ("access/network/node_names.py", "organisation_tie"): "which organisations to ask the scope about",
    ("access/person/lookups.py", "thing_use"): "of records behind a hide order, for the alert alone",
    (
        "access/oversight/unusual.py",
        "record",
    ): "tells the auditor whether a look was at a worker's own family, and no row",
    ("access/oversight/unusual.py", "address_spell"): "tells the auditor of looks at one address, and no row",
    ("access/scope/erased.py", "involvement"): "decides which erased records come back with a new event",
    (
        "access/keeping/erasing.py",
        "involvement",
    ): "decides which events are about nobody else, and shows none",
    ("access/keeping/retention.py", "record"): "counts what is due, of every row alike, and shows none",
    ("access/keeping/retention.py", "event"): "counts what is due, of every row alike, and shows none",
    ("access/keeping/retention.py", "involvement"): "counts what is due, of every row alike, and shows none",
    ("access/findings/evidence.py", "event"): "of events that a finding of the scope names",
    ("access/findings/standing.py", "event"): "of events that a finding of the scope names",
}


def queries(path):
    """Every text of a file that reads tables, with what is put into it as ``{}``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def ways_around(path):
    """(table, why) of every query of a file that reads rows, or what was made of them, of no scope."""
    for text in queries(path):
        if not re.search(r"\bSELECT\b", text):
            continue
        read = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b", text))
        for table in sorted(read.intersection(LABELLED)):
            yield table, "reads rows by the table's own name; use rows_in_scope"
        for table in sorted(read.intersection(SCOPED)):
            if not re.search(r"\bscope = [$?]", text):
                yield table, "does not say of which scope"


FILES = sorted(
    path
    for room in ("access", "api", "products")
    for path in (ROOT / room).rglob("*.py")
    if path.name != "documentation.py"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_query_goes_around_the_scope(path):
    name = path.relative_to(ROOT).as_posix()
    found = [(table, why) for table, why in ways_around(path) if (name, table) not in ALLOWED]
    assert found == []


def test_every_exception_is_still_needed():
    needed = {(path.relative_to(ROOT).as_posix(), table) for path in FILES for table, _ in ways_around(path)}
    assert set(ALLOWED) - needed == set()


@pytest.mark.parametrize(
    "query",
    [
        'x = "SELECT * FROM record WHERE record_id = $1"',
        'x = f"SELECT a FROM {rows} t JOIN involvement USING (event_id)"',
        'x = "SELECT person_id FROM membership WHERE record_id = $1"',
    ],
)
def test_the_lint_finds_a_way_around(tmp_path, query):
    (tmp_path / "around.py").write_text(query)
    assert list(ways_around(tmp_path / "around.py"))
