"""A mapping tried on one file that somebody handed in: in a folder and a process of its own, bounded, and then gone.

Neither the mapping nor the file is trusted. The process that reads them has no settings, keys or addresses of the hub,
can write to no file, and ends when it takes too much time or memory; see ``sample_process``.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import records
from records.errors import BadFeed
from records.intake.report import Complaint

MOST_MAPPING_BYTES: Final = 256 * 1024
MOST_SAMPLE_BYTES: Final = 4 * 1024 * 1024
# The wall clock is only a stop for a process that waits; what it may compute is bounded in the process itself.
_LONGEST_SECONDS: Final = 120
_FILE_NAME: Final = re.compile(r"[^\W_][\w .()+-]{0,120}", re.ASCII)
_TOO_MUCH: Final = (
    "The sample takes more time or memory than a trial is given. Hand in the first few thousand rows of it."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A mapping (TOML) and one file for it, as bytes, with the name that the file bears where it comes from."""

    mapping: bytes
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SampleRows:
    """How many rows of a table of the snapshot came of a sample, and the first of them as name → text."""

    table: str
    total: int
    first: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class SampleTried:
    """What a mapping made of a sample: read = accepted + quarantined rows, the first complaints of each sort, rows made.

    ``not_handed_in`` names the mapping's other files, which the trial takes for empty; ``notes`` are sentences.
    """

    feed: str
    agency: str
    read: int
    accepted: int
    quarantined: int
    left_out: int
    fields_set_aside: int
    complaints: tuple[Complaint, ...]
    set_aside: tuple[Complaint, ...]
    rows: tuple[SampleRows, ...]
    not_handed_in: tuple[str, ...]
    notes: tuple[str, ...]

    @classmethod
    def from_told(cls, told: dict[str, Any]) -> "SampleTried":
        """What the process that read the sample printed."""
        return cls(
            **told
            | {
                "complaints": tuple(Complaint(**one) for one in told["complaints"]),
                "set_aside": tuple(Complaint(**one) for one in told["set_aside"]),
                "rows": tuple(
                    SampleRows(one["table"], one["total"], tuple(one["first"])) for one in told["rows"]
                ),
                "not_handed_in": tuple(told["not_handed_in"]),
                "notes": tuple(told["notes"]),
            }
        )


def try_sample(sample: Sample) -> SampleTried:
    """Try the mapping on the sample; nothing of either is kept, whatever comes of it.

    Raises:
        BadFeed: the mapping does not hold, the file is none of its, is too large or cannot be read at all; in words
            for the person who handed them in, without a path of the host.

    """
    _check(sample)
    with tempfile.TemporaryDirectory(prefix="mashlink-sample-") as scratch:
        folder = Path(scratch)
        (folder / "mapping.toml").write_bytes(sample.mapping)
        (folder / "sample").mkdir()
        (folder / "sample" / sample.name).write_bytes(sample.content)
        return SampleTried.from_told(_told_by_process(folder, sample.name))


def _check(sample: Sample) -> None:
    if not sample.mapping.strip() or len(sample.mapping) > MOST_MAPPING_BYTES:
        raise BadFeed(f"The mapping must have between 1 and {MOST_MAPPING_BYTES:,} bytes.")
    if not sample.content or len(sample.content) > MOST_SAMPLE_BYTES:
        raise BadFeed(
            f"The sample must have between 1 and {MOST_SAMPLE_BYTES:,} bytes. Hand in the first few thousand rows of it."
        )
    if not _FILE_NAME.fullmatch(sample.name):
        raise BadFeed(
            "The sample's name may have letters, digits, spaces and . _ - + ( ), begins with a letter or digit, "
            "and is no path. Rename the file."
        )


def _told_by_process(folder: Path, name: str) -> dict[str, Any]:
    # -P: nothing is imported from the folder that the process stands in.
    command = [sys.executable, "-B", "-P", "-m", "records.intake.sample_process", str(folder), name]
    house = str(Path(records.__file__).resolve().parent.parent)
    try:
        process = subprocess.run(  # noqa: S603 - our own program; the name was checked above
            command,
            cwd=folder,
            env={"PYTHONPATH": house, "LANG": "C.UTF-8"},
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        told: dict[str, Any] = json.loads(process.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise BadFeed(_TOO_MUCH) from None
    if "refused" in told:
        raise BadFeed(
            str(told["refused"]).replace(f"{folder}/", "").replace(str(folder), "the sample's folder")
        )
    return told
