"""Files that are not what they seem: whatever stands in one, its reader hands on rows or says ``BadFeed`` in a sentence."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import BadFeed
from records.intake.csv_rows import CsvReader
from records.intake.json_rows import JsonReader
from records.intake.parquet_rows import ParquetReader
from records.intake.workbook_rows import WorkbookReader
from records.mapping import Files, parse_mapping

HEADER = ["ID", "NAME", "DOB"]
ROWS = [["1", 'O"Shea, Ann', "2012-03-09"], ["2", "Żółć\nZed", "31/02/2019"], ["3", "", "=1+1"]]


def workbook(rows: list[list[str]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    columns = {name: [row[place] for row in rows] for place, name in enumerate(HEADER)}
    pq.write_table(pa.table(columns | {"AT": [[{"kind": "home"}]] * len(rows)}), out)
    return out.getvalue()


WHOLE = {
    "csv": "\n".join(",".join(f'"{cell}"' for cell in row) for row in [HEADER, *ROWS]).encode(),
    "jsonl": "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in ROWS).encode(),
    "parquet": parquet(ROWS),
    "xlsx": workbook([HEADER, *ROWS]),
}
READERS: dict[str, Callable[[Path, str, Files], Any]] = {
    "csv": CsvReader,
    "jsonl": lambda path, name, _: JsonReader(path, name),
    "parquet": lambda path, name, _: ParquetReader(path, name),
    "xlsx": WorkbookReader,
}


def read(path: Path, **keys: object) -> int:
    """Read a file as an intake does: every batch through the SQL of its columns, then the raw text of its rows."""
    files = Files.model_validate({"path": path.name, **keys})
    kind = path.suffix.removeprefix(".")
    reader, lines = READERS[kind](path, path.name, files), {}
    with duckdb.connect() as connection:
        for batch in reader.batches():
            connection.register("batch", batch.rows)
            texts = [reader.expression(name) for name in HEADER if reader.has(name)]
            asked = ", ".join([*texts, reader.content(), "line", "last_line"])
            for row in connection.execute(f"SELECT {asked} FROM batch").fetchall():
                assert all(one is None or isinstance(one, str) for one in row[:-2])
                lines[row[-2]] = row[-1]
            connection.unregister("batch")
            lines |= {one.line: one.line for one in batch.unusable}
    assert set(reader.raw(lines)) <= set(lines)
    return len(lines)


def refusal(path: Path) -> str | None:
    """Why a file is refused; None where it is read."""
    try:
        read(path)
    except BadFeed as error:
        return str(error)
    return None


# Bytes put in the place of others, anywhere, and an end anywhere.
damage = st.tuples(
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.one_of(st.binary(max_size=4), st.sampled_from([b"\x00", b'"', b"\xff\xfe", b"\n"])),
        ),
        max_size=4,
    ),
    st.floats(0.2, 1.5),
)


def damaged(content: bytes, harm: tuple[list[tuple[float, bytes]], float]) -> bytes:
    changed = bytearray(content)
    for where, what in harm[0]:
        place = int(where * len(changed))
        changed[place : place + len(what)] = what
    return bytes(changed[: int(harm[1] * len(changed))])


@pytest.mark.parametrize("kind", sorted(WHOLE))
@pytest.mark.parametrize("examples", [8, pytest.param(3_000, marks=pytest.mark.faults)])
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, kind: str, examples: int) -> None:
    path = tmp_path / f"people.{kind}"
    path.write_bytes(WHOLE[kind])
    assert read(path) == len(ROWS)
    ways = set()

    @settings(max_examples=examples, deadline=None)
    @given(damage)
    def hold(harm: Any) -> None:
        path.write_bytes(damaged(WHOLE[kind], harm))
        said = refusal(path)
        assert said is None or said.startswith(path.name)
        ways.add(said is None)

    hold()
    assert True in ways if kind in ("csv", "jsonl") else False in ways


def test_a_column_whose_name_is_no_text_is_refused_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    for places in range(1, 4):
        path.write_bytes(WHOLE["parquet"][::-1].replace(b"EMAN", b"EMA\x80", places)[::-1])
        said = refusal(path)
        assert said is None or said.startswith("people.parquet: ")
    assert said is not None


def test_a_parquet_file_with_a_cell_that_is_no_text_is_refused_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    plain = pa.table({"ID": ["1", "2"], "NAME": ["Quillfeather", "Ann"], "AT": [[{"kind": "homestead"}], []]})
    for place in (b"Quill", b"homes"):
        pq.write_table(plain, path, compression="none", use_dictionary=False, write_statistics=False)
        assert read(path) == 2
        path.write_bytes(path.read_bytes().replace(place, b"\xff" + place[1:]))
        said = refusal(path)
        assert said is not None
        assert said.startswith("people.parquet: damaged near row 1")


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("examples", [8, pytest.param(3_000, marks=pytest.mark.faults)])
def test_any_bytes_are_read_or_refused(tmp_path: Path, kind: str, examples: int) -> None:
    path = tmp_path / f"people.{kind}"

    @settings(max_examples=examples, deadline=None)
    @given(
        st.one_of(
            st.binary(max_size=200),
            st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
        )
    )
    def hold(content: bytes) -> None:
        path.write_bytes(content)
        said = refusal(path)
        assert said is None or said.startswith(path.name)

    hold()


def test_depth_and_size_of_json_are_nothing_to_fall_over(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    deep = b'{"NAME": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    lines = [
        deep,
        b'{"ID": 1e999}',
        b'{"ID": ' + b"9" * 5_000 + b"}",
        b'{"NAME": "\\u0000"}',
        b'{"NAME": "\\ud800"}',
        b"{" * 9_999,
    ]
    path.write_bytes(b"\n".join(lines))
    assert read(path) == len(lines)


def rewritten(parts: dict[str, bytes]) -> bytes:
    """The workbook with some of its parts replaced, packed as tightly as may be."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WHOLE["xlsx"])) as whole,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
    ):
        for entry in whole.infolist():
            packed.writestr(entry.filename, parts.get(entry.filename, whole.read(entry.filename)))
        for name in parts.keys() - set(whole.namelist()):
            packed.writestr(name, parts[name])
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: str, before: str = "", head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>'.encode()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = (
    "<row r='1'>"
    + "".join(cell(f"{letter}1", name) for letter, name in zip("ABC", HEADER, strict=True))
    + "</row>"
)


def test_the_size_that_a_sheet_states_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(
        rewritten(
            {SHEET: sheet(HEAD + f"<row r='2'>{cell('A2', '7')}</row>", '<dimension ref="A1:XFD1048576"/>')}
        )
    )
    assert read(path) == 1


@pytest.mark.parametrize("place", ["A99999999999", "A1048577", "AAAA2", "XFE2"])
def test_a_cell_where_no_sheet_has_one_is_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / "people.xlsx"
    number = "".join(filter(str.isdigit, place))
    path.write_bytes(rewritten({SHEET: sheet(HEAD + f"<row r='{number}'>{cell(place, '7')}</row>")}))
    with pytest.raises(BadFeed, match=r"^people\.xlsx: .*save it"):
        read(path)


def test_what_unpacks_to_more_than_a_workbook_may_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    shared = tmp_path / "shared.xlsx"
    for file, name, size in ((path, SHEET, (4 << 30) + 1), (shared, "xl/sharedStrings.xml", (512 << 20) + 1)):
        content = bytearray(rewritten({name: b"0"}))
        # What the list of parts says of a part's size, without having to write as much.
        listed = content.rfind(name.encode())
        content[listed - 46 + 24 : listed - 46 + 28] = min(size, 0xFFFFFFFE).to_bytes(4, "little")
        file.write_bytes(bytes(content))
        with pytest.raises(
            BadFeed, match=r"unpacks to [\d,]+ bytes, more than a workbook may|not a readable XLSX file"
        ):
            read(file)


def test_entities_of_a_workbook_neither_swell_nor_reach_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Quillfeather")
    path = tmp_path / "people.xlsx"
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<!DOCTYPE w [<!ENTITY a0 "ha">{entities}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    for text in ("&a11;", "&f;"):
        path.write_bytes(
            rewritten({SHEET: sheet(HEAD + f"<row r='2'>{cell('B2', text)}</row>", head=laughs)})
        )
        with pytest.raises(BadFeed) as refused:
            read(path)
        assert "Quillfeather" not in str(refused.value)


def test_a_mapping_of_any_text_holds_or_is_refused() -> None:
    words = [
        "feed",
        "agency",
        "[label]",
        "[[record]]",
        "[files.people]",
        "path",
        "=",
        '"',
        "'../../x.csv'",
        "\n",
        "{",
        "[",
        "\x00",
    ]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.one_of(st.sampled_from(words), st.text(max_size=8)), max_size=20))
    def hold(parts: list[str]) -> None:
        with pytest.raises(BadFeed, match=r"^m\.toml: "):
            parse_mapping(" ".join(parts).encode("utf-8", "surrogatepass"), "m.toml")

    hold()


def test_a_deep_mapping_is_refused() -> None:
    for content in (b"a = " + b"[" * 20_000, b"a = " + b"{a=" * 5_000, b"[" + b"a." * 3_000 + b"a]"):
        with pytest.raises(BadFeed, match=r"^m\.toml: "):
            parse_mapping(content, "m.toml")


@pytest.mark.parametrize("leads", ["outside.csv", "../outside.csv"])
def test_a_link_out_of_the_feeds_is_not_followed(
    tmp_path: Path, take: Any, people_mapping: str, leads: str
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text("ID,NAME,DOB,NHS\n1,Secret,,\n")
    link = tmp_path / "people.csv"
    link.symlink_to(outside if leads == "outside.csv" else Path("..") / outside.name)
    with pytest.raises(BadFeed, match="a link that leads out of the feeds directory"):
        take({"m.toml": people_mapping})


def test_what_is_no_file_is_not_waited_for(tmp_path: Path, take: Any, people_mapping: str) -> None:
    os.mkfifo(tmp_path / "people.csv")
    with pytest.raises(BadFeed, match=r"no file people\*\.csv"):
        take({"m.toml": people_mapping})
