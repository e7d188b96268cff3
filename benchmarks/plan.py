"""Which parts a run has, at which sizes, and how long each may take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

# The region that parts share is made from this seed; no rule was made and no model learnt on it.
SHARED_SEED: Final = 5
QUICK_MINUTES: Final = 60
FULL_MINUTES: Final = 210


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
    products: tuple[int, float] = (50_000, 150)
    pages: tuple[int, float] = (50_000, 150)


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
    builds=((100_000, 1_000_000), 2520),
    detectors=(1_000_000, 600),
    edges=(1_200_000, 300),
    groups=(1_200_000, 120_000, 300),
    products=(1_000_000, 900),
    pages=(1_000_000, 480),
)

# A size as a run asks for it.
Scaled = Callable[[int], str]
_QUALITY: Final = (
    *("pairwise_precision", "pairwise_recall", "bcubed_f1", "recall_gap", "twins_merged", "seals_broken"),
    *("households_precision", "households_recall", "incidents_precision", "incidents_recall"),
    *(
        "detector_recall",
        "detector_precision",
        "detector_decoys",
        "repeat_notifications",
        "repeat_errors_avoided",
    ),
    *("roles_changed", "not_replayed"),
)
_PRODUCTS: Final = ("packs_of_20", "statistic_p95")
_PAGES: Final = ("page_p95", "page_processor", "page_failures")
_LOOKUPS: Final = ("lookup_p50", "lookup_p95", "lookup_ratio", "lookup_ratio_p95")


def parts(sizes: Sizes, seeds: Sequence[int], runs: int, scale: float = 1.0) -> list[Part]:
    """The parts of a run in their order; ``scale`` multiplies every size, and no limit."""

    def of(count: int) -> str:
        return str(max(1_000, round(count * scale)))

    in_runs = ("--runs", str(runs))
    return [*_quality(sizes, seeds, of), *_building(sizes, of, in_runs), *_asking(sizes, of, in_runs)]


def _part(name: str, limit: float, bars: Sequence[str], *options: str) -> Part:
    return Part(name, ("-m", f"benchmarks.{name}", *options), limit, tuple(bars))


def _quality(sizes: Sizes, seeds: Sequence[int], of: Scaled) -> list[Part]:
    people = ("-m", "benchmarks.quality", "--people", of(sizes.people[0]), "--seed")
    regions = [
        Part(f"quality, seed {seed}", (*people, str(seed)), sizes.people[1], _QUALITY) for seed in seeds
    ]
    return [*regions, _part("unlike_sets", sizes.lists, ("febrl4", "febrl3"))]


def _building(sizes: Sizes, of: Scaled, in_runs: Sequence[str]) -> list[Part]:
    def part(name: str, size: tuple[int, float], *bars: str) -> Part:
        return _part(name, size[1], bars, "--records", of(size[0]), *in_runs)

    small, large = (of(records) for records in sizes.builds[0])
    both = ("--records", small, "--records", large, *in_runs)
    return [
        part("linkage", sizes.linkage, "linkage", "linkage_memory", "training"),
        part("incremental", sizes.increment, "increment", "increment_differences"),
        part("lookup", sizes.lookup, *_LOOKUPS),
        _part(
            "whole_build",
            sizes.builds[1],
            ("build", "build_memory", "build_growth", "build_growth_processor"),
            *both,
        ),
        part("detectors", sizes.detectors, "detectors", "detectors_memory"),
    ]


def _asking(sizes: Sizes, of: Scaled, in_runs: Sequence[str]) -> list[Part]:
    edges, in_reach, limit = sizes.groups
    both = ("--edges", of(edges), "--edges-in-reach", of(in_reach), *in_runs)
    asked = ("--edges", of(sizes.edges[0]), *in_runs)
    crowd = ("load_p95", "load_processor", "load_failures", "load_memory_growth")
    written = ("append_p95", "verify", "verify_memory")
    return [
        _part("graph", sizes.edges[1], ("ego", "egos_batched", "path"), *asked),
        _part("groups", limit, ("groups", "groups_in_reach"), *both),
        _part("load", sizes.load[1], crowd, "--users", str(sizes.load[0])),
        _part("access", sizes.readers[1], ("scope_p95", "scope_share"), "--records", of(sizes.readers[0])),
        _part("products", sizes.products[1], _PRODUCTS, "--records", of(sizes.products[0])),
        _part("pages", sizes.pages[1], _PAGES, "--records", of(sizes.pages[0]), "--seconds", "40"),
        _part("ledger", sizes.ledger[1], written, "--entries", of(sizes.ledger[0])),
    ]


def minutes(planned: Sequence[Part]) -> float:
    """The longest that the parts may take together."""
    return sum(part.limit for part in planned) / 60
