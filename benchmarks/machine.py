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
    """The commit that is checked out, with a digest of what differs from it; "unknown" outside a checkout.

    Results and documents are left out: to write the one or the other changes nothing that is measured.
    """
    head = _git("rev-parse", "--short=12", "HEAD")
    if head is None:
        return "unknown"
    measured = ("--", ".", ":(exclude)benchmarks/results", ":(exclude)docs", ":(exclude)*.md")
    changed = _git("diff", "HEAD", *measured) or ""
    for file in (_git("ls-files", "--others", "--exclude-standard", *measured) or "").splitlines():
        changed += file + hashlib.sha256((_ROOT / file).read_bytes()).hexdigest()
    return f"{head}+{hashlib.sha256(changed.encode()).hexdigest()[:8]}" if changed else head


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, check=False, cwd=_ROOT, errors="replace"
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
