"""Making a made-up region, with progress."""

from pathlib import Path

from mashlink.stages import Progress, by_name, quiet
from synthetic import RegionOptions, RegionReport, make_region


def synthesise(people: int, seed: int, out: Path, progress: Progress = quiet) -> RegionReport:
    """Write the region of ``people`` people from ``seed`` to ``out``."""
    tell = by_name(progress)
    report = make_region(RegionOptions(people=people, seed=seed), out, tell)
    tell("")
    return report
