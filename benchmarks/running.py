"""Parts as processes of their own: one that fails or takes too long says so, and the others go on.

A part's process leads a group of its own; the whole group ends with the part, with the run, or when the run is
killed (the part reads the end of its standard input). What they write for the time being lies below one scratch
folder, which goes with the run; the folder of a run that was killed goes with the next one.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from benchmarks.figures import Figure, figure_from
from benchmarks.part import FROM_A_RUN
from benchmarks.plan import Part

Status = Literal["measured", "failed", "out of time"]
_PREFIX: Final = "mashlink-bench-"
_ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a part. ``fingerprint`` stands for the commit, the versions and the part's options."""

    part: str
    status: Status
    seconds: float = 0.0
    reason: str = ""
    fingerprint: str = ""
    figures: tuple[Figure, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    reused: bool = False


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for this run, and every temporary file of its parts; those of runs that are no more are removed."""
    parent = Path(tempfile.gettempdir())
    for left in parent.glob(f"{_PREFIX}*-*"):
        run = left.name.removeprefix(_PREFIX).partition("-")[0]
        if run.isdigit() and not Path("/proc", run).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fingerprint(part: Part, code: str, versions: Mapping[str, Any]) -> str:
    """The same for the same code, versions and options; never the same where the code is unknown."""
    if code == "unknown":
        return ""
    stated = json.dumps([code, versions, part.command], sort_keys=True)
    return hashlib.sha256(stated.encode()).hexdigest()


def run_part(part: Part, scratch: Path, stamp: str = "", patience: float = 1.0) -> Outcome:
    """Run a part to its end, or to ``patience`` times its limit; its figures under ``stamp``, or why there are none.

    What it leaves in its own temporary folder goes with it; what it made for other parts stays in ``scratch``.
    """
    own = Path(tempfile.mkdtemp(prefix="part-", dir=scratch))
    try:
        return _outcome(part, own, stamp, patience)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _outcome(part: Part, own: Path, stamp: str, patience: float) -> Outcome:
    out, complaints = own / "figures.json", own / "complaints.txt"
    started = time.perf_counter()
    with complaints.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, *part.command, "--out", str(out)],
            stdin=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            cwd=_ROOT,
            env={**os.environ, "TMPDIR": str(own), FROM_A_RUN: str(own.parent)},
        )
        try:
            code: int | None = process.wait(part.limit * patience)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            end_group(process)
    seconds = round(time.perf_counter() - started, 1)
    if code is None:
        return Outcome(part.name, "out of time", seconds, f"ended after {part.limit * patience:,.0f} s")
    if code or not out.is_file():
        return Outcome(part.name, "failed", seconds, _last_words(complaints) or f"exit status {code}")
    found = json.loads(out.read_text(encoding="utf-8"))
    figures = tuple(figure_from(figure) for figure in found["figures"])
    return Outcome(part.name, "measured", seconds, "", stamp, figures, found["details"])


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End the process and whatever it started; the group may be gone already."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _last_words(complaints: Path) -> str:
    lines = complaints.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


def keep(outcome: Outcome, folder: Path) -> None:
    """Keep what a part measured for a run that resumes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(outcome), ensure_ascii=False, indent=1)
    _file_of(outcome.part, folder).write_text(text + "\n", encoding="utf-8")


def kept(part: Part, wanted: str, folder: Path) -> Outcome | None:
    """What an earlier run measured with the same fingerprint, None where there is nothing."""
    file = _file_of(part.name, folder)
    if not wanted or not file.is_file():
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    if found["fingerprint"] != wanted:
        return None
    figures = tuple(figure_from(figure) for figure in found["figures"])
    return Outcome(**{**found, "figures": figures, "reused": True})


def _file_of(part: str, folder: Path) -> Path:
    return folder / f"{part.replace(',', '').replace(' ', '-')}.json"
