"""Which parts a run has, at which sizes, and how long each may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The region that parts share is made from this seed; no rule was made and no model learnt on it.
SHARED_SEED: Final = 5
QUICK_MINUTES: Final = 55
FULL_MINUTES: Final = 190


@dataclass(frozen=True, slots=True)
class Part:
    """One process of a run: what Python is started with, and after how many seconds it is given up.

    ``bars`` are the rows it measures: where it fails, they are told as not measured.
    """

    name: str
    command: tuple[str, ...]
    limit: float
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much each part measures, and its limit in seconds."""

    people: tuple[int, float]
    linkage: tuple[int, float]
    increment: tuple[int, float]
    lookup: tuple[int, float]
    builds: tuple[tuple[int, int], float]
    detectors: tuple[int, float]
    edges: tuple[int, float]
    groups: tuple[int, int, float]
    lists: float = 300
    load: tuple[int, float] = (50, 300)
    readers: tuple[int, float] = (50_000, 180)
    ledger: tuple[int, float] = (100_000, 120)


# The limits add up to the minutes told; an idle pair of cores needs about half of them.
QUICK: Final = Sizes(
    people=(30_000, 240),
    linkage=(200_000, 300),
    increment=(200_000, 270),
    lookup=(200_000, 270),
    builds=((30_000, 100_000), 360),
    detectors=(100_000, 120),
    edges=(1_200_000, 200),
    groups=(1_200_000, 30_000, 160),
)
FULL: Final = Sizes(
    people=(200_000, 1200),
    linkage=(1_000_000, 1200),
    increment=(1_000_000, 1200),
    lookup=(500_000, 600),
    builds=((100_000, 1_000_000), 2700),
    detectors=(1_000_000, 600),
    edges=(1_200_000, 300),
    groups=(1_200_000, 120_000, 300),
)

_QUALITY: Final = (
    *("pairwise_precision", "pairwise_recall", "bcubed_f1", "recall_gap", "twins_merged", "seals_broken"),
    *("households_precision", "households_recall", "incidents_precision", "incidents_recall"),
    *("detector_recall", "detector_precision", "detector_decoys", "repeat_notifications"),
    *("roles_changed", "not_replayed"),
)
_LOOKUPS: Final = ("lookup_p50", "lookup_p95", "lookup_ratio", "lookup_ratio_p95")


def parts(sizes: Sizes, seeds: Sequence[int], runs: int, scale: float = 1.0) -> list[Part]:
    """The parts of a run in their order; ``scale`` multiplies every size, and no limit."""

    def of(count: int) -> str:
        return str(max(1_000, round(count * scale)))

    def part(name: str, limit: float, bars: Sequence[str], *options: str, module: str = "") -> Part:
        return Part(name, ("-m", f"benchmarks.{module or name}", *options), limit, tuple(bars))

    in_runs = ("--runs", str(runs))
    small, large = (of(records) for records in sizes.builds[0])
    quality = [
        part(
            f"quality, seed {seed}",
            sizes.people[1],
            _QUALITY,
            *("--people", of(sizes.people[0]), "--seed", str(seed)),
            module="quality",
        )
        for seed in seeds
    ]
    return [
        *quality,
        part("unlike_sets", sizes.lists, ("febrl4", "febrl3")),
        part(
            "linkage",
            sizes.linkage[1],
            ("linkage", "linkage_memory", "training"),
            *("--records", of(sizes.linkage[0]), *in_runs),
        ),
        part(
            "incremental",
            sizes.increment[1],
            ("increment", "increment_differences"),
            *("--records", of(sizes.increment[0]), *in_runs),
        ),
        part("lookup", sizes.lookup[1], _LOOKUPS, "--records", of(sizes.lookup[0]), *in_runs),
        part(
            "whole_build",
            sizes.builds[1],
            ("build", "build_memory", "build_growth"),
            *("--records", small, "--records", large, *in_runs),
        ),
        part(
            "detectors",
            sizes.detectors[1],
            ("detectors", "detectors_memory"),
            *("--records", of(sizes.detectors[0]), *in_runs),
        ),
        part(
            "graph", sizes.edges[1], ("ego", "egos_batched", "path"), "--edges", of(sizes.edges[0]), *in_runs
        ),
        part(
            "groups",
            sizes.groups[2],
            ("groups", "groups_in_reach"),
            *("--edges", of(sizes.groups[0]), "--edges-in-reach", of(sizes.groups[1]), *in_runs),
        ),
        part(
            "load",
            sizes.load[1],
            ("load_p95", "load_failures", "load_memory_growth"),
            *("--users", str(sizes.load[0])),
        ),
        part(
            "access",
            sizes.readers[1],
            ("scope_p95", "scope_share"),
            *("--records", of(sizes.readers[0])),
        ),
        part(
            "ledger",
            sizes.ledger[1],
            ("append_p95", "verify", "verify_memory"),
            *("--entries", of(sizes.ledger[0])),
        ),
    ]


def minutes(planned: Sequence[Part]) -> float:
    """The longest that the parts may take together."""
    return sum(part.limit for part in planned) / 60
