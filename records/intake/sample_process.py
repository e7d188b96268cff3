"""The process that reads a sample which somebody handed in: ``python -m records.intake.sample_process FOLDER NAME``.

It prints one JSON object: what came of the sample, or ``{"refused": why}``. It bounds itself before it reads a byte, for
a small file may unpack to a large one, and a mapping may ask for much work.
"""

import json
import resource
import sys
import zipfile
from dataclasses import asdict
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, Final

import duckdb
import pyarrow as pa
from pyarrow import parquet

from records.answering import take_standard_output
from records.database import open_database
from records.errors import BadFeed
from records.intake.check import checked
from records.intake.report import MappingCheck
from records.mapping import Files, Mapping, parse_mapping

_CPU_SECONDS: Final = 30
_MEMORY_BYTES: Final = 3 << 30
_UNPACKED_BYTES: Final = 64 << 20
_MOST_PARTS: Final = 1_000
_MOST_ROWS: Final = 50_000
_COMPLAINTS: Final = 50
_ROWS_SHOWN: Final = 3
_LONGEST_TEXT: Final = 500
_NOWHERE: Final = ("not-handed-in/nothing",)


def bound_this_process() -> None:
    """Limit what this process may compute, hold and write; the system ends it, or refuses it, at the limit."""
    for limit, most in (
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def tried(folder: Path, name: str) -> dict[str, Any]:
    """What the mapping in ``folder`` makes of the file ``sample/name`` there, as plain values. Raises ``BadFeed``."""
    mapping, missing = held_to_sample(
        parse_mapping((folder / "mapping.toml").read_bytes(), "The mapping"), name
    )
    check_size(folder / "sample" / name)
    # Even text that slipped into SQL could reach no file and no host.
    with open_database(config={"enable_external_access": "false", "threads": "1"}) as connection:
        result = checked(connection, mapping, folder / "sample", _COMPLAINTS)
    return _plain(result) | {"feed": mapping.feed, "agency": mapping.agency, "not_handed_in": missing}


def held_to_sample(mapping: Mapping, name: str) -> tuple[Mapping, list[str]]:
    """The mapping with the sample in place of the files that it is one of, and the names of its other files.

    No path of the mapping reaches the disk: they are only compared with the sample's name. Raises ``BadFeed`` when the
    sample is none of the mapping's files.
    """
    files: dict[str, Files] = {}
    for key, one in mapping.files.items():
        is_sample = any(fnmatchcase(name, PurePosixPath(path).name) for path in one.path)
        path = (name,) if is_sample else _NOWHERE
        shape = one.file_format(one.path[0])
        files[key] = one.model_copy(update={"path": path, "format": shape, "optional": not is_sample})
    missing = [key for key, one in files.items() if one.path == _NOWHERE]
    if len(missing) == len(files):
        wanted = ", ".join(sorted({path for one in mapping.files.values() for path in one.path}))
        raise BadFeed(
            f"{name}: the sample's name fits none of the mapping's paths ({wanted}). Rename the file, or correct the path."
        )
    return mapping.model_copy(update={"files": files}), missing


def check_size(path: Path) -> None:
    """Raise ``BadFeed`` for a packed file that unpacks to more than a trial is for, judged before it is unpacked."""
    with path.open("rb") as handle:
        start = handle.read(4)
    if start == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(path) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise BadFeed(
                f"{path.name}: not a readable XLSX file ({error}); save it as .xlsx again"
            ) from None
        size = sum(part.file_size for part in parts)
        if size > _UNPACKED_BYTES or len(parts) > _MOST_PARTS:
            raise BadFeed(_unpacks(path, f"{size:,} bytes in {len(parts):,} parts"))
    elif start == b"PAR1":
        try:
            about = parquet.read_metadata(path)
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0]
            raise BadFeed(f"{path.name}: not a readable Parquet file ({reason})") from None
        size = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
        if about.num_rows > _MOST_ROWS or size > _UNPACKED_BYTES:
            raise BadFeed(_unpacks(path, f"{about.num_rows:,} rows in {size:,} bytes"))


def _unpacks(path: Path, what: str) -> str:
    return f"{path.name}: unpacks to {what}, more than a trial is for. Hand in the first few thousand rows of it."


def _plain(result: MappingCheck) -> dict[str, Any]:
    report = result.report
    counted = {
        "read": sum(file.rows_read for file in report.files),
        "accepted": sum(file.rows_accepted for file in report.files),
        "quarantined": sum(file.rows_quarantined for file in report.files),
        "left_out": sum(file.rows_left_out for file in report.files),
        "fields_set_aside": sum(file.fields_set_aside for file in report.files),
    }
    complaints = {
        key: [
            {name: _shown(value) if isinstance(value, str) else value for name, value in asdict(one).items()}
            for one in found
        ]
        for key, found in (("complaints", result.quarantined), ("set_aside", result.set_aside))
    }
    rows = [
        {
            "table": table,
            "total": result.totals[table],
            "first": [
                {name: _shown(str(value)) for name, value in row.items()} for row in first[:_ROWS_SHOWN]
            ],
        }
        for table, first in result.rows.items()
        if result.totals[table]
    ]
    return {**counted, **complaints, "rows": rows, "notes": list(report.notes)}


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"


def main() -> None:
    """Read the sample that the arguments name, and print what came of it."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    answers = take_standard_output()
    bound_this_process()
    try:
        told = tried(folder, name)
    except BadFeed as refused:
        told = {"refused": str(refused)}
    except (
        ArithmeticError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
        duckdb.Error,
    ) as error:
        # What the readers do not foresee in a file from outside is that file's fault here, not the service's.
        told = {"refused": f"{name}: cannot be read with this mapping ({type(error).__name__})."}
    with answers:
        answers.write(json.dumps(told).encode())


if __name__ == "__main__":
    main()
