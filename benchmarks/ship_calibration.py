"""Write linkage/model/shipped_calibration.json from the rows of a store: ``python -m benchmarks.ship_calibration STORE``.

The store is a made-up region of a seed that no quality figure is measured on. What belongs to those records
alone (over-common phones and postcodes) is left out, and the prior is that of a hub of a few hundred thousand
records rather than of the region.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import duckdb

import linkage
from records.snapshot import Store

PRIOR = 2e-5


def ship(connection: duckdb.DuckDBPyConnection) -> linkage.LinkageCalibration:
    """The calibration to ship, learnt from the standardised records of ``connection``."""
    learnt = linkage.train(connection)
    return replace(learnt, prior=PRIOR, over_common={})


if __name__ == "__main__":
    text = json.dumps(ship(Store(Path(sys.argv[1])).open_current()).to_json(), ensure_ascii=False, indent=0)
    Path(linkage.__file__).parent.joinpath("model", "shipped_calibration.json").write_text(
        text + "\n", encoding="utf-8"
    )
