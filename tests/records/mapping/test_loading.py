from pathlib import Path

import pytest

from records.errors import BadFeed
from records.mapping import load_mapping, load_mappings

GOOD = """
feed = "f"
agency = "a"
[label]
marking = "=shareable"
category = { column = "CAT", codes = { H = "health", "*" = "ordinary" } }
[files.people]
path = "f/people*.csv"
[[record]]
from = "people"
id = "ID"
[[record.address]]
postcode = "PC"
[[event]]
from = "people"
id = "NO"
kind = "=contact"
[[event.involvement]]
record = "ID"
role = "=subject"
"""


def write(folder: Path, text: str, name: str = "m.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_shorthand_and_nesting(tmp_path: Path) -> None:
    mapping = load_mapping(write(tmp_path, GOOD))
    assert mapping.record[0].id.column == "ID"
    assert mapping.event[0].kind.constant == "contact"
    assert mapping.record[0].address[0].postcode is not None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'postcode = "PC"',
            'postcod = "PC"',
            'record 1.address 1: unknown key "postcod"; did you mean "postcode"?',
        ),
        ("[label]", "[lable]", 'unknown key "lable"; did you mean "label"?'),
        ('marking = "=shareable"', 'marking = "=shareabel"', 'did you mean "shareable"?'),
        ('kind = "=contact"', 'kind = "=contcat"', 'did you mean "contact"?'),
        (
            'kind = "=contact"',
            'kind = { column = "K", codes = { A = "cotnact" } }',
            'did you mean "contact"?',
        ),
        ('kind = "=contact"', 'kind = { column = "K", codes = "kinds" }', "no [codes.kinds]"),
        (
            'kind = "=contact"',
            'kind = { colum = "K" }',
            'event 1.kind: unknown key "colum"; did you mean "column"?',
        ),
        ('kind = "=contact"', 'kind = { column = "K", constant = "x" }', "exactly one of"),
        ('kind = "=contact"', 'kind = { column = "K", pattern = "(a)(b)" }', "has 2 groups"),
        ('kind = "=contact"', 'kind = { column = "K", pattern = "(" }', "not a regular expression"),
        ('kind = "=contact"', 'kind = { column = "K", pattern = "(?=a)b" }', "not a regular expression"),
        ('kind = "=contact"', "", "event 1.kind: this key is required"),
        ('from = "people"', 'from = "peple"', 'did you mean "people"?'),
        ('from = "people"', "", 'needs "from"'),
        ("category = {", "catgory = {", 'did you mean "category"?'),
        ('path = "f/people*.csv"', 'path = "../people.csv"', "below the feeds directory"),
        ('path = "f/people*.csv"', 'path = "/etc/people.csv"', "below the feeds directory"),
        ('path = "f/people*.csv"', 'path = "f/people"', 'give "format"'),
        ('path = "f/people*.csv"', 'path = "f/people.csv"\nencoding = "utf-16"', "cannot be read"),
        ('path = "f/people*.csv"', 'path = "f/people.csv"\nencoding = "klingon"', "cannot be read"),
        ('path = "f/people*.csv"', 'path = "f/people.csv"\nseparator = "||"', "one character"),
        ('path = "f/people*.csv"', 'path = "f/people.parquet"\nseparator = ";"', "CSV files only"),
        ('record = "ID"\n', "", 'needs "record"'),
        ('postcode = "PC"', 'postcode = "PC"\nfrom = "people"', "belongs to the statement around it"),
        (
            'id = "ID"\n',
            'id = "ID"\neach = { column = "HOMES" }\n[[record.name]]\nkind = "=alias"\neach = { column = "NAMES" }\n',
            'a list within an element of the list around it, "HOMES.…"',
        ),
        ('agency = "a"', 'agency = "a"\ndates = ["dd/mm/yyyy"]', "not a date format"),
        ('agency = "a"', 'agency = "A b"', "agency"),
        ('agency = "a"', 'agency = "a"\nids = "system"', 'needs "system"'),
        ('feed = "f"', "feed = f", "not a TOML file"),
    ],
)
def test_a_mapping_that_does_not_hold_is_refused_with_place_and_mend(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(BadFeed) as refused:
        load_mapping(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_mapping_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match=r"none\.toml"):
        load_mapping(tmp_path / "none.toml")


def test_own_mappings_win_and_come_by_feed_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('"f"', '"z"', 1), "deep/b.toml")
    write(tmp_path, GOOD, "c.toml")
    assert [mapping.feed for mapping in load_mappings(tmp_path)] == ["f", "z"]


def test_two_mappings_may_not_share_a_feed_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.toml")
    write(tmp_path, GOOD, "b.toml")
    with pytest.raises(BadFeed, match="already taken"):
        load_mappings(tmp_path)


def test_shipped_mappings_serve_the_folders_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "probation").mkdir()
    (tmp_path / "ambulance").mkdir()
    assert [mapping.feed for mapping in load_mappings(tmp_path)] == ["ambulance", "probation"]


def test_no_mapping_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="no mapping"):
        load_mappings(tmp_path)
    with pytest.raises(BadFeed, match="no such directory"):
        load_mappings(tmp_path / "nowhere")
