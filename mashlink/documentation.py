"""Pages of the documentation that are written by the code, so that they cannot fall behind it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import typer
from pydantic_core import PydanticUndefined

from mashlink.settings import Settings
from records.errors import BadInput

NOTE = "<!-- Written by `mashlink docs`; change the code, then run it again. -->\n\n"
BEGIN = "<!-- Written by `mashlink docs` from the running policy; change the policy, then run it again. -->"
END = "<!-- End of what `mashlink docs` writes. -->"


class Command(Protocol):
    """What is read of a command (typer brings a click of its own, whose types it does not export)."""

    @property
    def help(self) -> str | None:
        """What the command does."""

    @property
    def params(self) -> Sequence[Any]:
        """Its options and arguments."""


def commands_page(app: typer.Typer) -> str:
    """Every command with its arguments, options and help."""
    parts = ["# Commands\n\n", NOTE]
    for path, command in _leaves(typer.main.get_command(app), ()):
        parts.append(f"## `mashlink {' '.join(path)}`\n\n{(command.help or '').strip()}\n\n")
        rows = [_parameter_row(parameter) for parameter in command.params if parameter.name != "help"]
        if rows:
            parts.append("| option | meaning | default |\n|---|---|---|\n" + "".join(rows) + "\n")
    return "".join(parts)


def _leaves(command: Command, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Command]]:
    children: dict[str, Command] | None = getattr(command, "commands", None)
    if children is None:
        return [(path, command)]
    return [leaf for name in sorted(children) for leaf in _leaves(children[name], (*path, name))]


def _parameter_row(parameter: Any) -> str:
    name = ", ".join(f"`{option}`" for option in parameter.opts)
    if parameter.param_type_name == "argument":
        name = f"`{(parameter.name or '').upper()}`"
    meaning = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    default = parameter.default
    if parameter.required:
        shown = "required"
    elif default is None or default is False or callable(default) or "Sentinel" in type(default).__name__:
        shown = ""
    else:
        shown = f"`{getattr(default, 'value', default)}`"
    return f"| {name} | {meaning} | {shown} |\n"


def settings_page() -> str:
    """Every setting with its environment variable, meaning and default."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        shown = "" if default in (None, PydanticUndefined, {}, ()) else f"`{default}`"
        rows.append(f"| `{name}` | `MASHLINK_{name.upper()}` | {field.description} | {shown} |\n")
    return (
        "# Settings\n\n"
        + NOTE
        + "A setting comes from the environment, from a file in the folder that `MASHLINK_SECRETS_DIR` names (called as the "
        + "variable, `mashlink_ledger_url`; for secrets), or from the TOML file that `--settings`, or `MASHLINK_SETTINGS_FILE`, "
        + "names. The first that has it wins.\n\n"
        + "| key | environment | meaning | default |\n|---|---|---|---|\n"
        + "".join(rows)
    )


def with_tables(page: Path, written: str) -> str:
    """The text of a page that people write, with what the code writes between the two marks in it.

    Raises BadInput when the page, or either mark, is missing.
    """
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise BadInput(f"{page}: put the lines {BEGIN!r} and {END!r} around the place for the tables.")
    return f"{before}{BEGIN}\n\n{written}\n{END}{after}"


def stale_pages(folder: Path, pages: dict[str, str]) -> list[str]:
    """Names of the pages in ``folder`` that are missing or differ from what the code says now."""
    return [
        name
        for name, text in sorted(pages.items())
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def write_pages(folder: Path, pages: dict[str, str]) -> None:
    """Write every page below ``folder``."""
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
