"""``make bench``: every benchmark beside its peer in one run; ``--full`` takes medians of five at every size."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import detectors, difficulty, graph, linkage, whole_build

PEOPLE, SEED = 20_000, 41


def main() -> None:
    """Run them one after the other; each says what it measures and beside whom."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="medians of five builds at every size, not of one"
    )
    runs = "5" if parser.parse_args().full else "1"
    whole_build.main(["--records", "100000", "--records", "1000000", "--runs", runs])
    difficulty.main(["--people", str(PEOPLE), "--seed", str(SEED)])
    with tempfile.TemporaryDirectory(prefix="mashlink-bench-") as scratch:
        region, store = Path(scratch, "region"), Path(scratch, "store")
        mashlink("synth", "--people", str(PEOPLE), "--seed", str(SEED), "--out", str(region))
        mashlink("build", "--feeds", str(region / "feeds"), "--store", str(store))
        linkage.main([str(next((store / "snapshots").glob("*.duckdb"))), str(region / "truth")])
        detectors.main(["--store", str(store), "--truth", str(region / "truth")])
    graph.main([])


def mashlink(*arguments: str) -> None:
    """Run the command line in a process of its own, so that its memory is not counted as a benchmark's."""
    subprocess.run([sys.executable, "-m", "mashlink", *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
