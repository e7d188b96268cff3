"""One measured figure, beside its bar and its peers, and the tables it stands in."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.bars import BARS, Bar

# A made-up region holds about so many records, a made-up graph about so many edges, as it was asked for.
_ABOUT: Final = 0.98
COLUMNS: Final = ("Measure", "At", "Bar", "Ours", "Peer, same run", "Ratio", "Reached")


@dataclass(frozen=True, slots=True)
class Peer:
    """What another did with the same data in the same run, in the unit of ours."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured for the row ``bar`` of ``BARS``, as a median over ``runs`` where it is a time.

    ``count`` data of the kind ``of``; ``where`` tells figures of one row apart ("seed 1009"). ``ratio`` is ours divided
    by the first peer's, as a median of the runs where they took turns.
    """

    bar: str
    ours: float
    count: int
    of: str
    where: str = ""
    runs: int = 1
    peers: tuple[Peer, ...] = ()
    ratio: float | None = None

    @property
    def row(self) -> Bar:
        """The row of the table of bars."""
        return BARS[self.bar]

    @property
    def times_the_peer(self) -> float | None:
        """Ours divided by the first peer's, None where there is none above nought."""
        if self.ratio is not None or not self.peers or self.peers[0].value <= 0:
            return self.ratio
        return self.ours / self.peers[0].value

    @property
    def judged(self) -> float | None:
        """The value that the bar speaks of."""
        return self.times_the_peer if self.row.on_ratio else self.ours

    @property
    def reached(self) -> bool | None:
        """Whether the bar is reached, None without one; a ratio that cannot be told does not reach it."""
        return self.row.reached(self.judged) if self.judged is not None else False

    @property
    def at_full_size(self) -> bool:
        """Whether as much data was measured as the bar speaks of."""
        return self.row.size is None or self.count >= _ABOUT * self.row.size.count

    def cells(self) -> tuple[str, ...]:
        """What a table prints, in the order of ``COLUMNS``."""
        unit = self.row.unit
        at = ", ".join(filter(None, [f"{self.count:,} {self.of}", self.where]))
        runs = f" (of {self.runs})" if self.runs > 1 else ""
        peers = "; ".join(f"{peer.name} {written(peer.value, unit)}" for peer in self.peers)
        ratio = "" if self.times_the_peer is None else f"{self.times_the_peer:.3g}"
        verdict = {True: "yes", False: "NO", None: ""}[self.reached]
        if verdict and not self.at_full_size:
            verdict += f" (asked at {self.row.size})"
        return (self.row.measure, at, self.row.words, written(self.ours, unit) + runs, peers, ratio, verdict)


def written(value: float, unit: str) -> str:
    """A value with as many digits as it deserves; a whole number is a count."""
    if unit == "MB":
        return f"{value:,.0f} MB"
    if unit:
        return f"{value:,.1f} {unit}" if value >= 1 else f"{value:.3g} {unit}"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"


def figure_from(given: Mapping[str, Any]) -> Figure:
    """The figure that ``asdict`` made ``given`` of."""
    return Figure(**{**given, "peers": tuple(Peer(**peer) for peer in given["peers"])})


def table_of(title: str, figures: Sequence[Figure]) -> Table:
    """Figures as a table on the screen."""
    table = Table(title=title, title_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in COLUMNS[:2] else "right")
    for figure in figures:
        table.add_row(*figure.cells(), style="bold red" if figure.reached is False else None)
    return table


def screen() -> Console:
    """Standard output, wide enough for a table where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 170)


def tell(
    figures: Sequence[Figure], out: Path | None, details: Mapping[str, Any] | None = None, title: str = ""
) -> None:
    """Print a part's figures; where ``out`` names a file, leave them and the details there as JSON."""
    screen().print(table_of(title, figures))
    if out:
        document = {"figures": [asdict(figure) for figure in figures], "details": details or {}}
        out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
