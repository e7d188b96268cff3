"""What a run leaves: every figure as JSON, a table to read in Markdown, and a plot."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.bars import BARS
from benchmarks.figures import COLUMNS, Figure
from benchmarks.plan import Part
from benchmarks.plot import plot
from benchmarks.running import Outcome

DETECTOR_ROWS: Final = ("detector_recall", "detector_precision", "detector_decoys")
_ISSUES: Final = {3: "Linkage", 4: "The graph and the findings", 8: "What leaves the hub", 9: "Scale"}


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run. ``command`` makes it again; ``begun`` is a date and time in UTC."""

    name: str
    command: str
    begun: str
    commit: str
    machine: Mapping[str, Any]
    planned: tuple[Part, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def figures(self) -> list[Figure]:
        """Every figure, in the order of the table of bars."""
        places = {bar: place for place, bar in enumerate(BARS)}
        told = [figure for outcome in self.outcomes for figure in outcome.figures]
        return sorted(told, key=lambda figure: places[figure.bar])

    @property
    def minutes(self) -> float:
        """How long the parts took, those taken from an earlier run too."""
        return sum(outcome.seconds for outcome in self.outcomes) / 60

    @property
    def not_measured(self) -> dict[str, str]:
        """By part that gave no figures, why."""
        return {
            outcome.part: f"{outcome.status}: {outcome.reason}" if outcome.reason else outcome.status
            for outcome in self.outcomes
            if outcome.status != "measured"
        }

    @property
    def exit_status(self) -> int:
        """0: every bar reached; 1: one missed; 2: a part was not measured."""
        if self.not_measured:
            return 2
        return int(any(figure.reached is False for figure in self.figures))


def shown(figures: Sequence[Figure]) -> list[Figure]:
    """The figures of the main table: of each measure of the detectors, the worst of all detectors and seeds alone."""
    kept = [figure for figure in figures if figure.bar not in DETECTOR_ROWS]
    for bar in DETECTOR_ROWS:
        rows = [figure for figure in figures if figure.bar == bar]
        if rows:
            place = next((number for number, figure in enumerate(kept) if figure.row.issue > 3), len(kept))
            kept.insert(place + DETECTOR_ROWS.index(bar), max(rows, key=_share_used))
    return kept


def _share_used(figure: Figure) -> float:
    return figure.row.share_used(figure.ours) or 0.0


def write(run: Run, folder: Path) -> None:
    """Write ``<name>.json``, ``<name>.md`` and ``<name>.svg`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "name": run.name,
        "command": run.command,
        "begun": run.begun,
        "commit": run.commit,
        "minutes": round(run.minutes, 1),
        "machine": run.machine,
        "exit_status": run.exit_status,
        "figures": [asdict(figure) | {"reached": figure.reached} for figure in run.figures],
        "parts": [
            {key: value for key, value in asdict(outcome).items() if key not in ("figures", "fingerprint")}
            for outcome in run.outcomes
        ],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / f"{run.name}.json").write_text(text + "\n", encoding="utf-8")
    (folder / f"{run.name}.md").write_text("\n".join(_page(run)) + "\n", encoding="utf-8")
    plot(shown(run.figures), folder / f"{run.name}.svg")


def _page(run: Run) -> Iterator[str]:
    yield f"# Benchmarks: {run.name}"
    yield ""
    yield from _facts(run)
    figures = shown(run.figures)
    for issue, title in _ISSUES.items():
        rows = [figure for figure in figures if figure.row.issue == issue]
        missing = _missing(run, issue)
        if rows or missing:
            yield from ("", f"## {title}", "", _line(COLUMNS), _line(["---"] * len(COLUMNS)))
            yield from (_line(figure.cells()) for figure in rows)
            yield from missing
    yield from ("", f"![Share of what each bar allows]({run.name}.svg)")
    yield from _by_detector(run.figures)
    yield from _by_stage(run)


def _facts(run: Run) -> Iterator[str]:
    packages = ", ".join(f"{name} {version}" for name, version in run.machine["packages"].items())
    reused = [outcome.part for outcome in run.outcomes if outcome.reused]
    yield f"`{run.command}`, begun {run.begun} UTC at commit {run.commit}; {run.minutes:.0f} minutes of parts."
    yield (
        f"{run.machine['processor']}, {run.machine['cores']} cores, {run.machine['memory_gb']} GB, "
        f"load {run.machine['load_at_start']} at the start; {run.machine['system']}, "
        f"Python {run.machine['python']}, {packages}."
    )
    yield "Peers ran in the same run on the same data. What each row is: [README](../README.md)."
    if reused:
        yield f"Taken from an earlier run of the same code: {', '.join(reused)}."


def _missing(run: Run, issue: int) -> list[str]:
    """A line for each row that has to be reached and that nobody measured, with the reason."""
    measured = {figure.bar for figure in run.figures}
    why = {bar: run.not_measured.get(part.name) for part in run.planned for bar in part.bars}
    lines = []
    for part in run.planned:
        reason = run.not_measured.get(part.name)
        rows = [bar for bar in part.bars if BARS[bar].issue == issue]
        lines += [
            _line([BARS[bar].measure, part.name, BARS[bar].words, "not measured", "", "", reason])
            for bar in rows
            if reason
        ]
    lines += [
        _line([bar.measure, "", bar.words, "not measured", "", "", "in no part of this run"])
        for key, bar in BARS.items()
        if bar.issue == issue and bar.words and key not in measured and key not in why
    ]
    return lines


def _by_detector(figures: Sequence[Figure]) -> Iterator[str]:
    rows = [figure for figure in figures if figure.bar in DETECTOR_ROWS]
    if not rows:
        return
    seeds = list(dict.fromkeys(figure.where.partition(", ")[0] for figure in rows))
    value = {(figure.where, figure.bar): figure.ours for figure in rows}
    yield from ("", "## Detectors at their capacity", "", "Recall / precision / decoys flagged.", "")
    yield from (_line(["Detector", *seeds]), _line(["---"] * (len(seeds) + 1)))
    for name in sorted({figure.where.partition(", ")[2] for figure in rows}):
        cells = []
        for seed in seeds:
            told = [value.get((f"{seed}, {name}", bar)) for bar in DETECTOR_ROWS]
            cells.append(" / ".join("-" if one is None else f"{one:.3f}" for one in told))
        yield _line([name, *cells])


def _by_stage(run: Run) -> Iterator[str]:
    builds = [size for outcome in run.outcomes for size in outcome.details.get("sizes", [])]
    if not builds:
        return
    told = "Median seconds, seconds of processor, the stage's peak of memory, what it wrote to disk; the power of the records"
    yield from ("", "## Stages of a whole build", "", f"{told} by which its processor time grows.", "")
    sizes = [f"{build['records']:,} records" for build in builds]
    yield from (_line(["Stage", *sizes, "power"]), _line(["---"] * (len(sizes) + 2)))
    counts = [build["records"] for build in builds]
    for stages in zip(*(build["stages"] for build in builds), strict=True):
        cells = [
            f"{stage['seconds']:.1f} s, {stage['processor_seconds']:.1f} s, {stage['peak_mb']:,.0f} MB,"
            f" {stage['written_mb']:,.0f} MB"
            for stage in stages
        ]
        yield _line(
            [stages[0]["name"], *cells, _power(counts, [stage["processor_seconds"] for stage in stages])]
        )
    yield _line(["snapshot file", *(f"{build['snapshot_mb']:,.0f} MB" for build in builds), ""])


def _power(sizes: Sequence[float], values: Sequence[float]) -> str:
    """By which the values grow from the first size to the last; nothing where they are too small to tell."""
    if len(sizes) < 2 or sizes[0] == sizes[-1] or min(values[0], values[-1]) < 0.1:
        return ""
    return f"{math.log(values[-1] / values[0]) / math.log(sizes[-1] / sizes[0]):.2f}"


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
