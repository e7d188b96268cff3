"""``make bench``: every benchmark beside its peer in one run; ``--full`` takes medians of five at 1M records."""

import argparse
import importlib
from collections.abc import Callable

# Module -> arguments of a quick run, and of a full one.
BENCHMARKS: dict[str, tuple[list[str], list[str]]] = {
    "benchmarks.whole_build": (
        ["--records", "100000", "--records", "1000000", "--runs", "1"],
        ["--records", "100000", "--records", "1000000", "--runs", "5"],
    ),
}


def main() -> None:
    """Run them one after the other, each with a line that says what it measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="medians of five runs at every size")
    full = parser.parse_args().full
    for name, (quick, thorough) in BENCHMARKS.items():
        run: Callable[[list[str]], None] = importlib.import_module(name).main
        run(thorough if full else quick)


if __name__ == "__main__":
    main()
