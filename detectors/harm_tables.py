"""Reading tables of harm weights in the layouts in which they are published: CSV, or a sheet of an XLSX workbook."""

import csv
import math
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from records.errors import BadInput

# A title and notes may stand above the header of a published sheet, so many lines at most.
_LINES_ABOVE: Final = 30


@dataclass(frozen=True, slots=True)
class HarmRow:
    """One weight: the offence in words, its code where the table has one, and where the figure comes from.

    ``changes_unit``: it is no number of days at a starting point, as the shipped table's are.
    """

    offence: str
    weight: float
    source: str
    code: str | None = None
    changes_unit: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a published table, as its header names them (lower case), and how to cite a row of it."""

    name: str
    offence: str
    weight: str
    codes: tuple[str, ...]
    source: str | None
    cited: str
    changes_unit: bool = False


_LAYOUTS: Final = (
    # "CCHI 2026 values sheet" of the published workbook; a row an offence, with expired ones marked in the title.
    _Layout(
        "Cambridge Crime Harm Index",
        "full_offence_title",
        "cchi score",
        ("ho classification", "home office code", "athena urn"),
        None,
        "Cambridge Crime Harm Index",
    ),
    # "List of weights" of the data tool.
    _Layout(
        "ONS Crime Severity Score",
        "offence",
        "weight",
        ("offence code", "code"),
        None,
        "ONS Crime Severity Score, list of weights",
        changes_unit=True,
    ),
    _Layout("the hub's own", "offence", "weight", ("code",), "source", ""),
)


def read_harm_table(path: Path) -> list[HarmRow]:
    """Every weight of a table, in the order of its rows; the layout is told by its header.

    Rows without a weight, and rows that a published table marks as expired, are passed over.

    Raises:
        BadInput: no such file, no header of a known layout, a weight that is no number from 0 up, a row of a hub's own
            table without a source, or one offence with two weights.
    """
    for sheet, lines in _sheets(path):
        rows = list(lines)
        for at, cells in enumerate(rows[:_LINES_ABOVE]):
            header = [_text(cell).casefold() for cell in cells]
            layout = _layout_of(header)
            if layout is not None:
                where = f"{path}{f', sheet {sheet}' if sheet else ''}"
                return _rows(rows[at + 1 :], header, layout, (where, at + 2))
    raise BadInput(
        f"{path}: no header of a table of harm weights in its first {_LINES_ABOVE} lines; it needs the columns "
        "FULL_OFFENCE_TITLE and CCHI Score (Cambridge Crime Harm Index), Offence and Weight (ONS Crime Severity "
        "Score), or offence, weight and source (your own)."
    )


def _layout_of(header: Sequence[str]) -> _Layout | None:
    fitting = [
        layout
        for layout in _LAYOUTS
        if {layout.offence, layout.weight, *([layout.source] if layout.source else [])} <= set(header)
    ]
    # A table that names its sources is a hub's own, though its other columns are those of the score.
    return max(fitting, key=lambda layout: layout.source is not None) if fitting else None


def _rows(
    lines: Sequence[Sequence[Any]], header: Sequence[str], layout: _Layout, place: tuple[str, int]
) -> list[HarmRow]:
    where, first = place
    offence_at, weight_at = header.index(layout.offence), header.index(layout.weight)
    source_at = header.index(layout.source) if layout.source else None
    code_at = next((header.index(code) for code in layout.codes if code in header), None)
    found: list[HarmRow] = []
    weights: dict[str, tuple[float, int]] = {}
    for number, cells in enumerate(lines, start=first):
        offence, written = _cell(cells, offence_at), _cell(cells, weight_at)
        if not offence or not written or "expired" in offence.casefold():
            continue
        at = f"{where}, line {number}"
        weight = _weight(written, at)
        source = layout.cited if source_at is None else _cell(cells, source_at)
        if not source:
            raise BadInput(
                f"{at}: {offence} has no source; say in the column source where the figure is from."
            )
        # A published sheet repeats an offence under several codes: the same weight each time.
        known, line = weights.setdefault(offence.casefold(), (weight, number))
        if known != weight and code_at is None:
            raise BadInput(
                f"{at}: {offence} has the weight {weight:g} here and {known:g} in line {line}; keep one."
            )
        code = _cell(cells, code_at) if code_at is not None else ""
        if known == weight or code:
            name = offence if known == weight else code
            found.append(HarmRow(name, weight, source, code or None, layout.changes_unit))
    if not found:
        raise BadInput(f"{where}: the table has a header and no weight below it; ask for the file again.")
    return found


def _weight(written: str, at: str) -> float:
    try:
        weight = float(written.replace(",", ""))
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight >= 0):
        raise BadInput(f"{at}: {written!r} is no weight; give a number of days from 0 up.")
    return weight


def _cell(cells: Sequence[Any], at: int) -> str:
    return _text(cells[at]) if at < len(cells) else ""


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _sheets(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """Each sheet by name with its lines; a CSV is one sheet without a name."""
    if not path.is_file():
        raise BadInput(
            f"{path}: no such file of harm weights; name one that exists, or leave the setting out."
        )
    try:
        if path.suffix.lower() == ".xlsx":
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                yield sheet.title, iter(sheet.iter_rows(values_only=True))
            workbook.close()
        else:
            with path.open(encoding="utf-8-sig", newline="") as opened:
                yield "", iter(csv.reader(opened))
    except (
        OSError,
        UnicodeDecodeError,
        csv.Error,
        InvalidFileException,
        KeyError,
        zipfile.BadZipFile,
    ) as error:
        raise BadInput(
            f"{path}: cannot be read as a table of harm weights ({type(error).__name__}); save it as CSV in UTF-8 or as XLSX."
        ) from error
