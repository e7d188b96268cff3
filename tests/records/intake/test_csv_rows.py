"""The CSV reader against Python's csv module, and against files that no oracle reads as a person would."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import BadFeed
from records.intake import csv_rows
from records.intake.csv_rows import CsvReader
from records.intake.rows import Unusable
from records.mapping import Files

Rows = list[tuple[int, list[str]]]


def read(path: Path, **keys: object) -> tuple[list[str], Rows, list[Unusable]]:
    reader = CsvReader(path, path.name, Files.model_validate({"path": path.name, **keys}))
    rows: Rows = []
    unusable: list[Unusable] = []
    for batch in reader.batches():
        columns = [batch.rows.column(f"h{place}").to_pylist() for place in range(len(reader.columns()))]
        rows += list(
            zip(batch.rows.column("line").to_pylist(), map(list, zip(*columns, strict=True)), strict=True)
        )
        unusable += batch.unusable
    return reader.columns(), rows, unusable


def oracle(text: str, separator: str = ",") -> tuple[Rows, set[int]]:
    """Rows of the header's width with their first lines, and the first lines of the others."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    width = len(next(reader))
    rows: Rows = []
    others: set[int] = set()
    while True:
        line = reader.line_num + 1
        row = next(reader, None)
        if row is None:
            return rows, others
        if len(row) == width:
            rows.append((line, row))
        elif row and "".join(row).strip():
            others.add(line)


# Texts that a writer must quote, and some that it need not.
cells = st.text(st.sampled_from("ab\"', ;\t\r\né🙂"), max_size=6)


@given(
    table=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=12),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    separator=st.sampled_from([",", ";", "\t"]),
    block=st.sampled_from([7, 64, 8 << 20]),
)
def test_what_a_writer_wrote_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    quoting: int,
    line_end: str,
    separator: str,
    block: int,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]  # a constant of the module
    writer.writerow(["x", "y", "z"])
    # The writer leaves a lone return unquoted unless it is part of the line end, and then it ends the row.
    lost = "" if quoting == csv.QUOTE_ALL or line_end == "\r\n" else "\r"
    writer.writerows([[cell.replace(lost, "") if lost else cell for cell in row] for row in table])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(text.getvalue().encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "_BLOCK_BYTES", max(block, 16))
        header, rows, unusable = read(path, separator=separator)
    assert header == ["x", "y", "z"]
    assert (rows, unusable) == (oracle(text.getvalue(), separator)[0], [])


@given(body=st.text(st.sampled_from('a,"\n\r b1'), max_size=60), block=st.sampled_from([16, 8 << 20]))
def test_no_bytes_are_lost_in_a_damaged_file(
    tmp_path_factory: pytest.TempPathFactory, body: str, block: int
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(f"x,y\n{body}".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "_BLOCK_BYTES", block)
        _, rows, unusable = read(path)
    expected, others = oracle(f"x,y\n{body}")
    lines = [line for line, _ in rows] + [row.line for row in unusable]
    assert len(lines) == len(set(lines))
    if not unusable and not others:
        assert rows == expected
    # Every letter of the file is in a row or in the raw text of an unusable one.
    kept = "".join("".join(cells) for _, cells in rows) + "".join(row.raw for row in unusable)
    assert kept.count("a") + kept.count("b") + kept.count("1") == sum(map(body.count, "ab1"))


@given(
    st.lists(st.sampled_from(["1,2", '"1","2"', '"1",2', "", "é,ü", '"a,b",c', "1,", '"",""']), max_size=30)
)
def test_the_short_way_reads_what_the_long_way_reads(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text("x,y\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    short = read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CsvReader, "_read_plain", lambda *_: None)
        assert read(path) == short


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    good = "".join(f"{number},text\n" for number in range(5000))
    path.write_text(f'x,y\n1,"open\n{good}', encoding="utf-8")
    _, rows, unusable = read(path)
    assert len(rows) == 5000
    assert rows[0] == (3, ["0", "text"])
    assert [(row.line, row.raw) for row in unusable] == [(2, '1,"open')]
    assert "quote" in unusable[0].reason


def test_a_stray_quote_does_not_swallow_the_next_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('x,y\n1,"open\n2,b\n3,"c"\n4,d\n', encoding="utf-8")
    _, rows, unusable = read(path)
    assert [line for line, _ in rows] == [3, 4, 5]
    assert [(row.line, row.raw) for row in unusable] == [(2, '1,"open')]


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("9,last", "the last line is torn: 2 columns of 3"),
        ('9,"la', "the last line is torn inside a quoted text"),
    ],
)
def test_a_torn_last_line_is_named_so(tmp_path: Path, tail: str, reason: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"x,y,z\n1,2,3\n{tail}", encoding="utf-8")
    _, rows, unusable = read(path)
    assert len(rows) == 1
    assert [(row.line, row.reason, row.raw) for row in unusable] == [(3, reason, tail)]


def test_undecodable_bytes_cost_their_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'x,y\n1,good\n2,"b\xe9d"\n3,a\x00b\n4,gr\xc3\xbcn\n')
    _, rows, unusable = read(path)
    assert [row for _, row in rows] == [["1", "good"], ["4", "grün"]]
    assert [(row.line, row.raw) for row in sorted(unusable, key=lambda one: one.line)] == [
        (3, '2,"b\\xe9d"'),
        (4, "3,a\x00b"),
    ]


def test_windows_1252_skipped_lines_and_own_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("Report of today\nRené|Žižek\n".encode("windows-1252"))
    header, rows, _ = read(path, encoding="windows-1252", separator="|", skip_lines=1, columns=["g", "f"])
    assert (header, rows) == (["g", "f"], [(2, ["René", "Žižek"])])


def test_a_byte_order_mark_and_spaces_are_no_part_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbf x , y\r\n1,2\r\n")
    assert read(path)[:2] == (["x", "y"], [(2, ["1", "2"])])


def test_raw_gives_the_lines_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('x,y\n1,"two\nlines"\n3,4\n', encoding="utf-8")
    reader = CsvReader(path, "t.csv", Files.model_validate({"path": "t.csv"}))
    assert reader.raw({2: 3}) == {2: '1,"two\nlines"'}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(BadFeed, match=r"t\.csv: the file is empty"):
        read(path)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04\x14\x00", r"not a CSV file but a workbook \(XLSX\)"),
        (b"PAR1\x15\x04", "but a Parquet file"),
        (b"\x1f\x8b\x08", "compressed by gzip"),
        ("\ufeffid,name\n1,A\n".encode("utf-16-le"), "text in UTF-16"),
    ],
)
def test_another_kind_of_file_is_named_and_not_the_column_that_it_lacks(
    tmp_path: Path, start: bytes, said: str
) -> None:
    (tmp_path / "t.csv").write_bytes(start)
    with pytest.raises(BadFeed, match=rf"t\.csv: .*{said}"):
        read(tmp_path / "t.csv")
