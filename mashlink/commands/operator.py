"""The operator of the host as a reader: the options that say why, and the view that each command reads through."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from access import PURPOSES, Principal, Purpose, ScopedView
from mashlink.commands.terminal import operating_system_user
from mashlink.settings import Settings
from mashlink.wiring import open_desk
from records.errors import PurposeMissing

StoreFolder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
# Not required here: the desk refuses, and the refusal leaves its entry in the ledger.
PurposeCode = Annotated[
    str | None, typer.Option("--purpose", help="Why, as a code of docs/access.md; required.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, in your own words; required.")]
Case = Annotated[str | None, typer.Option("--case", help="Case reference, where there is one.")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML) of the hub.")]


def operator(settings: Settings) -> Principal:
    """The command line's reader: the operating-system user, in the role ``operator``."""
    user = operating_system_user()
    return Principal(user, user, "operator", settings.hub, settings.hub)


def purpose_of(code: str | None, reason: str | None, case: str | None) -> Purpose | None:
    """The purpose as given, or None where code or reason is missing."""
    return Purpose(code, reason, case) if code and reason and reason.strip() else None


def required_purpose(code: str | None, reason: str | None, case: str | None) -> Purpose:
    """The purpose of an act that goes to the ledger without a desk to refuse it.

    Raises:
        PurposeMissing: code or reason is missing, or the code is none of the hub's.
    """
    stated = purpose_of(code, reason, case)
    codes = ", ".join(PURPOSES)
    if stated is None:
        raise PurposeMissing(
            f'Say for which purpose, and why, in a sentence: --purpose CODE --reason "…"; codes are {codes}.'
        )
    if stated.code not in PURPOSES:
        raise PurposeMissing(f"{stated.code}: not a purpose of the hub; use one of {codes}.")
    return stated


@contextmanager
def operator_view(store: Path, settings: Settings, purpose: Purpose | None, act: str) -> Iterator[ScopedView]:
    """The operator's view of a store for one act, with its one ledger entry; ``Denied`` where policy says no."""
    with open_desk(store, settings) as desk:
        try:
            with desk.open(operator(settings), purpose, act) as view:
                yield view
        except PurposeMissing as error:
            raise PurposeMissing(
                f'{error} On the command line: --purpose CODE --reason "…"; codes are {", ".join(PURPOSES)}.'
                if purpose is None
                else str(error)
            ) from error
