"""What the commands share: where messages go, JSON on standard output, progress on standard error."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mashlink.stages import Progress as StageProgress

screen = Console()
errors = Console(stderr=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output, nothing else."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def complain(message: str) -> None:
    """A refusal with its reason, on standard error."""
    errors.print(f"[bold red]mashlink:[/] {_escaped(message)}", soft_wrap=True, highlight=False)


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")


def operating_system_user() -> str:
    """The actor of the command line."""
    return getpass.getuser()


@contextmanager
def stage_progress(title: str) -> Iterator[StageProgress]:
    """A line a stage on standard error: what runs now, and what took how long."""
    with Progress(
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=16, pulse_style="cyan"),
        TimeElapsedColumn(),
        console=errors,
        transient=False,
    ) as bars:
        errors.print(f"[bold]{title}[/]")
        current: list[Any] = []

        def told(stage: str, seconds: float | None) -> None:
            if seconds is None:
                current.append(bars.add_task(stage, total=None))
            elif current:
                bars.update(current.pop(), total=1, completed=1)

        yield told
