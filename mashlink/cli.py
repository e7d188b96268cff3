"""The command line: one file a group of commands in ``mashlink/commands``."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from mashlink import __version__
from mashlink.commands import (
    doctor,
    documentation,
    exchange,
    graph,
    judgements,
    ledger,
    lookup,
    mapping,
    region,
    report,
    retain,
    serving,
    statistics,
    store,
    subject_access,
    thresholds,
)
from mashlink.commands.terminal import complain
from mashlink.commands.unforeseen import sentence_of
from records.errors import BadInput, Denied, MashlinkError

app = typer.Typer(
    name="mashlink",
    help="Link people and households across safeguarding agencies, find emerging harm, show each reader their part.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for group in (
    region,
    mapping,
    store,
    report,
    thresholds,
    lookup,
    graph,
    judgements,
    ledger,
    exchange,
    statistics,
    retain,
    subject_access,
    doctor,
    serving,
    documentation,
):
    group.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"mashlink {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and stop.")
    ] = False,
) -> None:
    """Options that stand before any command."""
    del version  # handled by its callback before anything else runs


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, by default with the arguments of the process.

    A refusal ends with its reason on standard error and a status of 1 or 2.
    """
    try:
        app(args=arguments, prog_name="mashlink")
    except MashlinkError as error:
        complain(str(error))
        # 2: what was asked cannot be done as asked (as for a wrong option); 1: it could not be done.
        sys.exit(2 if isinstance(error, BadInput | Denied) else 1)
    except Exception as error:
        # The outermost edge: a traceback would print the values that it stumbled over.
        complain(sentence_of(error))
        sys.exit(1)
