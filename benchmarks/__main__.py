"""``make bench`` and ``make bench-full``: every figure that has to be reached, beside its peers, in one run.

Parts run one after the other, each in processes of its own and for a limited time; one that fails says so in the table
and the others go on. The table is printed, and left in ``benchmarks/results`` with a plot and everything as JSON.

Exit status: 0 every bar is reached; 1 a bar is missed; 2 a part was not measured; 130 or 143 interrupted.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.figures import screen, table_of
from benchmarks.machine import commit, machine, measured_code
from benchmarks.part import end_in_order
from benchmarks.plan import FULL, QUICK, Part, minutes, parts
from benchmarks.report import Run, shown, write
from benchmarks.running import Outcome, fingerprint, keep, kept, run_part, scratch_folder

# Never looked at while the rules were made; nothing of their truth is told but the scores.
UNSEEN_SEEDS: Final = (1009, 2027, 3041)
RESULTS: Final = Path(__file__).parent / "results"


def measure(
    planned: Sequence[Part], stamps: Sequence[str], shelf: Path, resume: bool, patience: float
) -> list[Outcome]:
    """What came of each part; ``resume``: what stands on the ``shelf`` under its stamp is taken from there."""
    told, outcomes = screen(), []
    with scratch_folder() as scratch:
        for number, (part, wanted) in enumerate(zip(planned, stamps, strict=True), 1):
            outcome = kept(part, wanted, shelf) if resume else None
            told.rule(f"{number} of {len(planned)}: {part.name}", align="left")
            if outcome is None:
                outcome = run_part(part, scratch, wanted, patience)
                if outcome.status == "measured":
                    keep(outcome, shelf)
            else:
                told.print("measured before, of the same code")
            if outcome.status != "measured":
                told.print(f"{outcome.status}: {outcome.reason}", markup=False)
            outcomes.append(outcome)
    return outcomes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked, print the table and write it; gives the exit status."""
    asked = _asked(arguments)
    name = asked.name or ("full" if asked.full else "quick")
    seeds = asked.seed or UNSEEN_SEEDS
    planned = parts(FULL if asked.full else QUICK, seeds, asked.runs, asked.scale)
    if asked.part:
        planned = [part for part in planned if part.command[1].removeprefix("benchmarks.") in asked.part]
    if not planned:
        sys.exit(f"No part is named {', '.join(asked.part)}.")
    told, on = screen(), machine()
    most = minutes(planned) * asked.patience
    told.print(
        f"{len(planned)} parts, at most {most:.0f} minutes together; an idle pair of cores needs half."
    )
    begun = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    built_from = commit()
    code, versions = measured_code(), on["packages"] | {"python": on["python"]}
    stamps = [fingerprint(part, code, versions) for part in planned]
    outcomes = measure(planned, stamps, asked.results / ".parts", asked.resume, asked.patience)
    command = " ".join(["python -m benchmarks", *(arguments if arguments is not None else sys.argv[1:])])
    run = Run(name, command, begun, built_from, on, tuple(planned), tuple(outcomes))
    told.print(
        table_of(f"Benchmarks, {name}: {run.minutes:.0f} minutes, commit {built_from}", shown(run.figures))
    )
    for part, why in run.not_measured.items():
        told.print(f"{part}: {why}", markup=False)
    write(run, asked.results)
    told.print(f"Written to {asked.results / name}.md, .svg and .json", soft_wrap=True)
    return run.exit_status


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--full", action="store_true", help="a million records, and three regions of 200,000 people")
    add(
        "--resume", action="store_true", help="take parts measured before of the same code with these options"
    )
    add("--part", action="append", default=[], help="this module alone, e.g. linkage (repeatable)")
    add("--runs", type=int, default=5, help="medians of times are over so many (default: %(default)s)")
    add("--scale", type=float, default=1.0, help="multiply every size, e.g. 0.1 to try the machinery")
    add(
        "--seed",
        type=int,
        action="append",
        help="regions for quality; three that nobody looked at, otherwise",
    )
    add("--patience", type=float, default=1.0, help="multiply the limits of time, for a slow or busy machine")
    add("--name", help="of the files that are written (default: quick or full)")
    add("--results", type=Path, default=RESULTS, help="where they are written (default: %(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
