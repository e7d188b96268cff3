import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mashlink.cli import main


@dataclass(frozen=True)
class Ran:
    """A finished run of the command line."""

    status: int
    output: str
    complaints: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)


def run_mashlink(*arguments: str | Path) -> Ran:
    """Run a command in this process: to import everything anew takes longer than most of them do."""
    output, complaints, status = io.StringIO(), io.StringIO(), 0
    with redirect_stdout(output), redirect_stderr(complaints):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 0
    return Ran(status, output.getvalue(), complaints.getvalue())


@pytest.fixture(scope="session")
def mashlink() -> Callable[..., Ran]:
    return run_mashlink


@dataclass(frozen=True)
class Walked:
    """A small region, built once by the command line as a newcomer would."""

    region: Path
    store: Path
    report: dict[str, Any]


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("walk")
    made = run_mashlink("synth", "--people", "1200", "--seed", "3", "--out", folder / "region", "--json")
    assert made.status == 0, made.complaints
    built = run_mashlink(
        "build", "--feeds", folder / "region" / "feeds", "--store", folder / "store", "--json"
    )
    assert built.status == 0, built.complaints
    return Walked(folder / "region", folder / "store", built.json)
