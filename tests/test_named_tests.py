"""The pages name the test that shows a thing, and the file it is in; each is there, and every point of the standard names a test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
ROOMS = ("records", "linkage", "graph", "detectors", "access", "products", "api", "mashlink", "synthetic", "benchmarks", "examples", "docs", "tests")  # fmt: skip
# What was run on a day, under the names that it had then.
RECORDS = ("evidence.md",)
NAMED = sorted(
    {
        (page.name, path)
        for page in PAGES
        if page.name not in RECORDS
        for path in re.findall(r"`(tests/[\w/]+(?:\.py)?)", page.read_text())
    }
)
PROGRAMS = sorted(
    {
        (page.name, path)
        for page in PAGES
        if page.name not in RECORDS
        for path in re.findall(r"`([a-z][\w/]*\.py)`", page.read_text())
    }
)
STATED = ("met", "met in deployment", "in part", "not met")
# The points of OWASP ASVS 5.0, by section: how many each has.
POINTS = {
    "8: authorisation": {"8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2},
    "16: logging and errors": {"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 4},
}


@pytest.mark.parametrize(("page", "path"), NAMED)
def test_every_test_that_a_page_names_is_there(page, path):
    named = ROOT / path
    files = sorted(named.rglob("test_*.py")) if named.is_dir() else [named]
    assert files
    for file in files:
        assert file.is_file(), f"{page} names {path}, which is not there"
        assert re.search(r"^ *def test_", file.read_text(), re.MULTILINE), f"no test in {path}"


def test_every_file_that_a_page_names_is_there():
    there = {path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert len(PROGRAMS) > 20
    missing = [
        (page, path)
        for page, path in PROGRAMS
        if not any(one == path or one.endswith(f"/{path}") for one in there)
    ]
    assert missing == []


@pytest.mark.parametrize("chapter", POINTS)
def test_every_point_of_the_standard_is_stated_and_named_a_test(chapter):
    page = (ROOT / "docs" / "security.md").read_text()
    table = page.split(f"## ASVS 5.0, chapter {chapter}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if re.match(r"\| \d", line)]
    points = [f"{section}.{n + 1}" for section, count in POINTS[chapter].items() for n in range(count)]
    assert [row[0].split()[0] for row in rows] == points
    for point, stated, how in rows:
        assert stated.strip() in STATED, point
        assert "`tests/" in how, f"{point}names no test"
