"""A mapping tried on a file from outside: what it makes of it, and that neither can reach, unpack or take more than it may."""

import io
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from records.errors import BadFeed
from records.intake import MOST_MAPPING_BYTES, MOST_SAMPLE_BYTES, Sample, try_sample
from records.intake.sample_process import check_size, held_to_sample
from records.mapping import parse_mapping

MAPPING = """
feed = "youth"
agency = "youth"
[label]
marking = "=shareable"
category = "=ordinary"
[files.people]
path = "youth/people_*.csv"
[files.visits]
path = "youth/visits.csv"
[[record]]
from = "people"
id = "REF"
given_name = "FIRST"
family_name = "LAST"
date_of_birth = "DOB"
[[event]]
from = "visits"
id = "NO"
kind = "=contact"
started_at = "WHEN"
"""
PEOPLE = b"REF,FIRST,LAST,DOB\n1,Ottoline,Brackwater,2012-03-09\n2,Barnaby,Quillfeather,31/02/2012\n,No,Key,2011-01-01\n"


def with_path(path: str) -> bytes:
    return MAPPING.replace("youth/people_*.csv", path).encode()


def test_a_sample_is_tried_and_nothing_of_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tried = try_sample(Sample(MAPPING.encode(), "people_1.csv", PEOPLE))
    assert (tried.read, tried.accepted, tried.quarantined, tried.fields_set_aside) == (3, 2, 1, 1)
    [kept_out], [set_aside] = tried.complaints, tried.set_aside
    assert (kept_out.line, set_aside.line, set_aside.shown) == (4, 3, "31/02/2012")
    assert [(one.table, one.total, one.first[0]["given_name"]) for one in tried.rows] == [
        ("record", 2, "Ottoline")
    ]
    assert tried.not_handed_in == ("visits",)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/passwd", "must be a path below the feeds directory"),
        ("../../etc/passwd", "must be a path below the feeds directory"),
        ("youth/../../passwd", "must be a path below the feeds directory"),
        ("C:\\\\people.csv", "must be a path below the feeds directory"),
    ],
)
def test_a_mapping_that_leads_out_of_its_folder_is_refused(path: str, why: str) -> None:
    with pytest.raises(BadFeed, match=why):
        parse_mapping(with_path(path), "The mapping")


def test_no_path_of_the_mapping_reaches_the_disk() -> None:
    for path in ("passwd.csv", "*/*/passwd.csv", "proc/self/environ*.csv", "**/pass*.csv"):
        mapping = parse_mapping(with_path(path), "The mapping")
        if "environ" in path:
            with pytest.raises(BadFeed, match="fits none of the mapping's paths"):
                held_to_sample(mapping, "passwd.csv")
            continue
        held, missing = held_to_sample(mapping, "passwd.csv")
        assert held.files["people"].path == ("passwd.csv",)
        assert held.files["visits"].path != ("youth/visits.csv",)
        assert missing == ["visits"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden.csv",
        "/etc/people_1.csv",
        "../people_1.csv",
        "a\\people_1.csv",
        "people_[1].csv",
        "people_*.csv",
        "people_1.csv\x00.toml",
        "people\n.csv",
        "-o.csv",
        "p" * 200 + ".csv",
    ],
)
def test_a_sample_that_is_named_like_a_path_is_refused(name: str) -> None:
    with pytest.raises(BadFeed, match="Rename the file"):
        try_sample(Sample(MAPPING.encode(), name, PEOPLE))


def test_what_is_too_large_or_empty_is_refused_before_it_is_written() -> None:
    for mapping, content in (
        (b"#" * (MOST_MAPPING_BYTES + 1), PEOPLE),
        (b" \n", PEOPLE),
        (MAPPING.encode(), b"x" * (MOST_SAMPLE_BYTES + 1)),
        (MAPPING.encode(), b""),
    ):
        with pytest.raises(BadFeed, match="bytes"):
            try_sample(Sample(mapping, "people_1.csv", content))


def test_a_packed_file_is_judged_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb, many, rows = tmp_path / "bomb.xlsx", tmp_path / "many.xlsx", tmp_path / "rows.parquet"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 << 20))
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}.xml", b"")
    parquet.write_table(pa.table({"REF": pa.array([1] * 60_000)}), rows)
    assert bomb.stat().st_size < MOST_SAMPLE_BYTES
    for path in (bomb, many, rows):
        with pytest.raises(BadFeed, match=r"unpacks to .* more than a trial is for"):
            check_size(path)


def test_a_bomb_and_a_link_in_a_workbook_are_refused_in_a_sentence(tmp_path: Path) -> None:
    packed = io.BytesIO()
    link = zipfile.ZipInfo("xl/workbook.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    mapping = with_path("youth/people_*.xlsx")
    with pytest.raises(BadFeed, match=r"^people_1\.xlsx: ") as refused:
        try_sample(Sample(mapping, "people_1.xlsx", packed.getvalue()))
    assert str(tmp_path.parent) not in str(refused.value)
    assert "root:" not in str(refused.value)
    assert os.sep + "mashlink-sample" not in str(refused.value)
