"""Seconds, peak memory and bytes written of each stage of a run, told as it goes."""

import gc
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from records.collecting import without_collecting

# Called with the stage's name when it starts, and with its seconds when it ends.
Progress = Callable[[str, float | None], None]

_STATUS = Path("/proc/self/status")
_TRANSFERS = Path("/proc/self/io")
_TASKS = Path("/proc/self/task")
_CLEAR_REFS = Path("/proc/self/clear_refs")


def quiet(_stage: str, _seconds: float | None) -> None:
    """A progress that says nothing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One finished stage: wall seconds, and the largest resident memory (megabytes) reached during it.

    ``processor_seconds`` are those of all threads, and of processes beside that ended in it, which on a busy machine tell
    more than the clock; ``peak_mb`` counts the processes that stood beside as it began or ended, each at its largest.
    ``written_mb`` went to the disk during the stage, what was spilled included, 0 where the system does not say.
    """

    name: str
    seconds: float
    peak_mb: float
    processor_seconds: float = 0.0
    written_mb: float = 0.0


@dataclass(slots=True)
class StageClock:
    """Times the stages of one run."""

    progress: Progress = quiet
    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run the body as the stage ``name``; what it made that points back at itself is collected when it ends."""
        self.progress(name, None)
        _reset_peak_memory()
        started, spent, written, beside = time.perf_counter(), _spent(), _written_mb(), _beside_mb()
        # The collector took a third of the time of households.
        with without_collecting():
            yield
        # The youngest generation holds all that was made while the collector rested. To look at the whole program took a
        # quarter of a second a stage, which is most of a small build.
        gc.collect(0)
        seconds = time.perf_counter() - started
        spent, written = _spent() - spent, _written_mb() - written
        peak = _peak_memory_mb() + max(beside, _beside_mb())
        self.stages.append(Stage(name, round(seconds, 3), round(peak, 1), round(spent, 3), round(written, 1)))
        self.progress(name, seconds)

    @property
    def seconds_total(self) -> float:
        """Seconds of all stages."""
        return round(sum(stage.seconds for stage in self.stages), 3)

    @property
    def peak_mb(self) -> float:
        """The largest resident memory of any stage, in megabytes."""
        return max((stage.peak_mb for stage in self.stages), default=0.0)


def _reset_peak_memory() -> None:
    # Writing 5 sets VmHWM back to the present size (proc(5)); where it is not allowed the peak is the process's own.
    try:
        _CLEAR_REFS.write_text("5")
    except OSError:
        return


def _spent() -> float:
    """Seconds of processor of this process, and of those it started that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _beside_mb() -> float:
    """The largest memory so far of each process that this one started and that still runs, together."""
    found = 0.0
    for listed in _TASKS.glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:
            continue
        found += sum(_peak_mb_in(Path("/proc", child, "status")) or 0.0 for child in children)
    return found


def _written_mb() -> float:
    try:
        for line in _TRANSFERS.read_text().splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1]) / 2**20
    except OSError:
        pass
    return 0.0


def _peak_memory_mb() -> float:
    return _peak_mb_in(_STATUS) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _peak_mb_in(status: Path) -> float | None:
    try:
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return None


def by_name(progress: Progress) -> Callable[[str], None]:
    """A progress for work that only says what it begins: each beginning ends what went before, ``""`` ends the last."""
    running: list[tuple[str, float]] = []

    def begun(stage: str) -> None:
        if running:
            before, started = running.pop()
            progress(before, time.perf_counter() - started)
        if stage:
            running.append((stage, time.perf_counter()))
            progress(stage, None)

    return begun
