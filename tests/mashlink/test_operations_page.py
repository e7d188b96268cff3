"""The units on docs/operations.md are ones that systemd takes, and their commands ones that mashlink has."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAGE = Path("docs/operations.md").read_text(encoding="utf-8")
PROGRAM = "/opt/mashlink/bin/mashlink"


def units() -> dict[str, str]:
    """The units by their file's name."""
    found = re.split(r"^# /etc/systemd/system/(\S+)\n", PAGE, flags=re.MULTILINE)[1:]
    return {name: text.partition("```")[0] for name, text in zip(found[::2], found[1::2], strict=True)}


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        pytest.skip(
            "systemd-analyze is not here; to run this test: apt-get install --no-install-recommends systemd"
        )
    written = units()
    assert sorted(written) == ["mashlink-build.service", "mashlink-build.timer", "mashlink.service"]
    for name, text in written.items():
        # Neither program nor user is there where this is tested.
        (tmp_path / name).write_text(text.replace(PROGRAM, "/bin/true").replace("User=mashlink", "User=root"))
    done = subprocess.run(
        [verifier, "verify", "--man=no", *(tmp_path / name for name in written)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "mashlink" in line]
    assert complaints == []


def test_every_command_of_the_units_is_one(mashlink: Callable[..., Any]) -> None:
    commands = [
        shlex.split(line) for line in re.findall(rf"^ExecStart={PROGRAM} (.+)$", PAGE, flags=re.MULTILINE)
    ]
    assert [words[0] for words in commands] == ["retain", "build", "ledger", "doctor", "serve"]
    for words in commands:
        name = [word for word in words if not word.startswith("-")][: 2 if words[0] == "ledger" else 1]
        told = mashlink(*name, "--help").output
        assert all(word in told for word in words if word.startswith("--"))
