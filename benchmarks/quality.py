"""Quality of a whole build against known truth, bare Splink and raw counts beside it, for one seed.

``python -m benchmarks.quality --people 200000 --seed 41``. Detectors count at their default capacity, week by week.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bars import BARS
from benchmarks.figures import Figure, Peer, tell
from benchmarks.part import in_a_process, mashlink, options
from benchmarks.regions import current_snapshot

Found = Mapping[str, Any]


def measure(people: int, seed: int) -> dict[str, Any]:
    """Make a region, build it, and hold the build, bare Splink and raw counts to the truth."""
    with tempfile.TemporaryDirectory(prefix="mashlink-quality-") as scratch:
        region, store = Path(scratch, "region"), Path(scratch, "store")
        truth = ("--truth", str(region / "truth"))
        mashlink("synth", "--people", str(people), "--seed", str(seed), "--out", str(region))
        mashlink("build", "--feeds", str(region / "feeds"), "--store", str(store))
        found: dict[str, Any] = mashlink("evaluate", "--store", str(store), *truth, "--json")
        snapshot = str(current_snapshot(store))
        return found | {
            "bare_splink": in_a_process("benchmarks.bare_splink", "--snapshot", snapshot, *truth),
            "checks": in_a_process("benchmarks.finding_checks", "--store", str(store), *truth),
        }


def figures(found: Found, people: int, seed: int) -> list[Figure]:
    """The rows of one seed."""
    linkage, splink = found["linkage"], found["bare_splink"]
    pairs, groups = linkage["pairwise"], linkage["by_group"]
    recalls = sorted((group["recall"], name) for name, group in groups.items())
    worst, best = recalls[0], recalls[-1]

    def figure(bar: str, ours: float, *peers: Peer, where: str = "") -> Figure:
        return Figure(
            bar, ours, people, "people", ", ".join(filter(None, [f"seed {seed}", where])), peers=peers
        )

    checks = found["checks"]
    return [
        figure("pairwise_precision", pairs["precision"], Peer("bare Splink", splink["precision"])),
        figure("pairwise_recall", pairs["recall"], Peer("bare Splink", splink["recall"])),
        figure("bcubed_f1", linkage["bcubed"]["f1"]),
        figure("recall_gap", best[0] - worst[0], where=f"{worst[1].replace('_', ' ')} least"),
        figure("twins_merged", linkage["twins_merged"]),
        figure("seals_broken", linkage["seals_broken"]),
        *(
            figure(f"{what}_{measure}", found[what][measure])
            for what in ("households", "incidents")
            for measure in ("precision", "recall")
        ),
        *(
            figure(f"detector_{measure}", found["detectors"][name][key], where=name)
            for measure, key in (
                ("recall", "recall"),
                ("precision", "precision"),
                ("decoys", "decoys_flagged"),
            )
            for name in sorted(found["detectors"])
        ),
        _beside_raw_counts(figure, checks["beside_raw_counts"]),
        figure("roles_changed", found["roles_changed"]),
        figure("not_replayed", checks["not_replayed"], where=f"{checks['replayed']} replayed"),
    ]


def _beside_raw_counts(figure: Callable[..., Figure], compared: Sequence[Mapping[str, float]]) -> Figure:
    """How much better the detector is than raw counts, of all that it shows at its capacity."""
    if not compared:
        # Where the detector shows nobody there is no volume to be equal to.
        return figure("repeat_notifications", 0.0)
    shown = compared[-1]
    ours, raw, least = shown["detector"], shown["raw_counts"], BARS["repeat_notifications"].least
    peer = Peer("raw counts", raw)
    if least is None or shown["most_possible"] >= least:
        return figure("repeat_notifications", ours, peer)
    return figure(
        "repeat_errors_avoided",
        1 - (1 - ours) / (1 - raw) if raw < 1 else 1.0,
        where=f"{shown['times']:.2f} times raw counts, which are right for {raw:.2f}: {shown['most_possible']:.2f} is the most",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure a seed and print its rows."""
    parser = options(__doc__, runs=None)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args(arguments)
    found = measure(asked.people, asked.seed)
    tell(figures(found, asked.people, asked.seed), asked.out, found, f"{asked.people:,} people")


if __name__ == "__main__":
    main()
