"""On what a run was made: processor, memory, versions and commit; never a name or an address."""

import hashlib
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = ("splink", "duckdb", "recordlinkage", "networkx", "igraph", "pandas", "numpy", "pyarrow")
_ROOT: Final = Path(__file__).resolve().parent.parent
# To write results or documents changes nothing that is measured.
_MEASURED: Final = ("--", ".", ":(exclude)benchmarks/results", ":(exclude)docs", ":(exclude)*.md")


def machine() -> dict[str, Any]:
    """Processor, cores, gigabytes of memory, how busy it was, and the versions of what is measured."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_at_start": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def commit() -> str:
    """The commit that is checked out, with a digest of what differs from it; "unknown" outside a checkout."""
    head = _git(_ROOT, "rev-parse", "--short=12", "HEAD")
    if head is None:
        return "unknown"
    changed = _changes(_ROOT)
    return f"{head}+{hashlib.sha256(changed.encode()).hexdigest()[:8]}" if changed else head


def measured_code(root: Path = _ROOT) -> str:
    """A digest of every file that may move a figure, as it stands; "unknown" outside a checkout.

    It outlives commits of documents, results and tests: what was measured before one holds after it.
    """
    files = _git(root, "ls-files", "--stage", *_MEASURED, ":(exclude)tests")
    if files is None:
        return "unknown"
    return hashlib.sha256((files + _changes(root, ":(exclude)tests")).encode()).hexdigest()[:16]


def _changes(root: Path, *left_out: str) -> str:
    """What differs from the commit, and what is in none, as text."""
    changed = _git(root, "diff", "HEAD", *_MEASURED, *left_out) or ""
    for file in (
        _git(root, "ls-files", "--others", "--exclude-standard", *_MEASURED, *left_out) or ""
    ).splitlines():
        changed += file + hashlib.sha256((root / file).read_bytes()).hexdigest()
    return changed


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, check=False, cwd=root, errors="replace"
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
