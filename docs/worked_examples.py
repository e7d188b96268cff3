"""The worked examples of ``docs/detectors``: ``python docs/worked_examples.py [PEOPLE [SEED]]``, then ``mashlink docs``.

Makes a region, builds it in a folder of its own and writes ``detectors/worked_examples.json``. It takes no store, so
that no finding about anybody who exists can come into the documentation.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from detectors import DETECTORS, EXAMPLES_FILE, chosen_example, worked_example
from mashlink.build import BuildRequest, build
from mashlink.region import synthesise
from mashlink.settings import Settings
from records.snapshot import Store


def main() -> None:
    """Make, build, choose one finding a detector, write."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 41
    with TemporaryDirectory() as folder:
        region, store = Path(folder) / "region", Path(folder) / "store"
        synthesise(people, seed, region)
        build(BuildRequest(feeds=region / "feeds", store=store), Settings())
        write(store, f"the made-up region of {people:,} people, seed {seed}")


def write(store: Path, region: str) -> None:
    """Write the examples found in ``store``, which holds a made-up region and nothing else."""
    connection = Store(store).open_current()
    found = {}
    for detector in DETECTORS:
        rows = connection.execute(
            "SELECT body FROM finding WHERE scope = 'hub' AND detector = ? ORDER BY rank", [detector.name]
        ).fetchall()
        chosen = chosen_example([json.loads(body) for (body,) in rows])
        if chosen is not None:
            found[detector.name] = worked_example(chosen)
    connection.close()
    text = json.dumps({"region": region, "findings": found}, indent=1, sort_keys=True, ensure_ascii=False)
    EXAMPLES_FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
