"""``mashlink graph``: the network's questions on the command line, each with purpose and reason and one ledger entry."""

import json
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from access import (
    BadInput,
    GroupRequest,
    NetworkRequest,
    PathRequest,
    Pattern,
    PatternRequest,
    Purpose,
    ScopedView,
    as_plain,
)
from mashlink.commands.operator import (
    Case,
    PurposeCode,
    Reason,
    SettingsFile,
    StoreFolder,
    operator_view,
    purpose_of,
)
from mashlink.commands.terminal import print_json, screen
from mashlink.network_summary import (
    show_changes,
    show_groups,
    show_matches,
    show_network,
    show_paths,
    show_shared,
    show_stays,
)
from mashlink.settings import load_settings

_DAY = ["%Y-%m-%d", "%d/%m/%Y"]
_NAMED = "A person: a handle, or a record id such as police:N100456."
Person = Annotated[str, typer.Option("--person", help=_NAMED)]
People = Annotated[list[str], typer.Option("--person", help=f"{_NAMED} Give it once for each.")]
AsOf = Annotated[datetime | None, typer.Option(formats=_DAY, help="As known on this day.")]
Since = Annotated[
    datetime | None, typer.Option(formats=_DAY, help="Only what was still so on this day or later.")
]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Only ties of this kind (lived_at, uses …); repeatable.")
]
Hops = Annotated[int, typer.Option(help="How far to look, 1 to 4.")]
PageNumber = Annotated[int, typer.Option(min=1, help="Pages count from 1.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One read by the operator: called with the question, it opens the desk, asks and leaves the ledger entry."""

    store: Path
    purpose: Purpose | None
    settings_file: Path | None
    act: str

    def __call__(self, question: Callable[[ScopedView], Answer]) -> Answer:
        settings = load_settings(self.settings_file)
        with operator_view(self.store, settings, self.purpose, self.act) as view:
            return question(view)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(help="Ask the network of people, places, things and incidents.", no_args_is_help=True)
    for command in (around, paths, shared, lived, changes, groups, match):
        group.command(command.__name__)(command)
    app.add_typer(group, name="graph")


def around(
    store: StoreFolder,
    node: Annotated[
        list[str],
        typer.Option(
            "--person", "--node", help=f"{_NAMED} Or a node of an answer. Several make one picture."
        ),
    ],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    hops: Hops = 1,
    kind: Kinds = None,
    as_of: AsOf = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=2, max=500, help="Nodes a page.")] = 150,
    page: PageNumber = 1,
    out: Annotated[
        Path | None, typer.Option(help="Write it to this file instead: .graphml, .gexf or .csv (two files).")
    ] = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Whom and what someone is tied to, as of a day, with the evidence; on the screen or as a file for Gephi or i2."""
    asked = NetworkRequest(hops, limit, _day(as_of), _day(since), _kinds(kind), page)
    stated = purpose_of(purpose, reason, case)
    if out is not None:
        files = _Reading(store, stated, settings_file, "print")(
            lambda view: view.network_file(node, out, asked)
        )
        screen.print(f"Wrote {', '.join(str(file) for file in files)}.", highlight=False, soft_wrap=True)
        return
    answer = _Reading(store, stated, settings_file, "network")(lambda view: view.networks(node, asked))
    _print(answer, show_network, as_json)


def paths(
    store: StoreFolder,
    person: People,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    most: Annotated[int, typer.Option(min=1, max=10, help="Ways for each two people.")] = 3,
    kind: Kinds = None,
    as_of: AsOf = None,
    since: Since = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """The strongest ways between two or among several people, with a sentence for each hop."""
    asked = PathRequest(most, _day(as_of), _day(since), _kinds(kind))
    reading = _Reading(store, purpose_of(purpose, reason, case), settings_file, "paths")
    answer = reading(lambda view: view.paths(person, asked))
    _print(answer, show_paths, as_json)


def shared(
    store: StoreFolder,
    person: People,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    as_of: AsOf = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """What and whom two people have in common, and whether at the same time."""
    if len(person) != 2:
        raise BadInput("Give --person twice, once for each of the two.")
    reading = _Reading(store, purpose_of(purpose, reason, case), settings_file, "paths")
    answer = reading(lambda view: view.shared(person[0], person[1], _day(as_of)))
    _print(answer, show_shared, as_json)


def lived(
    store: StoreFolder,
    person: Person,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    as_of: AsOf = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Where, when and with whom a person lived, oldest first."""
    reading = _Reading(store, purpose_of(purpose, reason, case), settings_file, "households")
    answer = reading(lambda view: view.lived(person, _day(as_of)))
    _print(answer, show_stays, as_json)


def changes(
    store: StoreFolder,
    person: Person,
    after: Annotated[datetime, typer.Option(formats=_DAY, help="What was known on this day is not news.")],
    until: Annotated[datetime, typer.Option(formats=_DAY, help="The last day looked at.")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    hops: Hops = 1,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """What came, grew or ended around someone between two days."""
    reading = _Reading(store, purpose_of(purpose, reason, case), settings_file, "network")
    answer = reading(lambda view: view.changes(person, after.date(), until.date(), NetworkRequest(hops=hops)))
    _print(answer, show_changes, as_json)


def groups(
    store: StoreFolder,
    person: Person,
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    hops: Hops = 4,
    resolution: Annotated[
        float, typer.Option(help="The tie that each two must bear on average, 0 to 1.")
    ] = 0.05,
    as_of: AsOf = None,
    since: Since = None,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """The close groups around someone, and what ties them."""
    asked = GroupRequest(hops, resolution, _day(as_of), _day(since))
    reading = _Reading(store, purpose_of(purpose, reason, case), settings_file, "network")
    answer = reading(lambda view: view.groups(person, asked))
    _print(answer, show_groups, as_json)


def match(
    store: StoreFolder,
    pattern: Annotated[Path, typer.Option(help="File with the pattern, TOML or JSON (docs/graph.md).")],
    purpose: PurposeCode = None,
    reason: Reason = None,
    case: Case = None,
    around: Annotated[
        list[str] | None, typer.Option(help="Only people within two steps of this one; repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Matches a page.")] = 20,
    page: PageNumber = 1,
    settings_file: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Search the network for a pattern, such as adults tied to unrelated children over one address."""
    sought = pattern_from(pattern)
    asked = PatternRequest(tuple(around or ()), limit, page)
    reading = _Reading(store, purpose_of(purpose, reason, case), settings_file, "patterns")
    answer = reading(lambda view: view.match(sought, asked))
    _print(answer, show_matches, as_json)


def pattern_from(path: Path) -> Pattern:
    """The pattern in a TOML or JSON file. Raises BadInput, naming file and key, when it is none."""
    try:
        text = path.read_text(encoding="utf-8")
        document: Any = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        return Pattern.model_validate(document)
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(str(one) for one in problem['loc']) or 'the whole'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise BadInput(f"{path}: {reasons}") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise BadInput(f"{path}: no pattern can be read from it ({error}).") from None


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _kinds(kinds: Iterable[str] | None) -> frozenset[str] | None:
    return frozenset(kinds) if kinds else None


def _print(answer: Answer, show: Callable[[Console, Answer], None], as_json: bool) -> None:
    if as_json:
        print_json(as_plain(answer))
    else:
        show(screen, answer)
