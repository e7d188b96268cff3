"""The first build of a hub: it learns its numbers from the rows at hand.

How often agencies notify differs several-fold from place to place: the baselines are always a hub's own. The shipped model of
linkage was learnt on the shipped mappings' feeds, and serves those; where a hub brings mappings of its own, names, errors and
households differ too much to be linked by it. See ``docs/decisions/0003-the-first-calibration.md``.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from detectors import train_baselines
from linkage import find_registers, standardise, train
from mashlink.calibration import Calibration, load_calibration, save_calibration
from records.mapping import own_mappings
from records.snapshot import Store

# Fewer records say too little of how often agencies notify: the shipped baselines are the better guess, and what was learnt of
# names and errors is learnt anew by the next build.
LEAST_RECORDS = 1_000
# Fewer say too little of names and errors too.
LEAST_FOR_MODEL = 300


@dataclass(slots=True)
class Learning:
    """The calibration of one build: the store's, or one that is learnt as the build goes.

    ``from_scratch``: the model too; ``counts_anew``: the baselines.
    """

    calibration: Calibration
    file: Path
    from_scratch: bool
    counts_anew: bool

    @classmethod
    def of(cls, store: Store, feeds: Path) -> "Learning":
        """Learn only where the store has no calibration yet; the model only where the feeds bring mappings of their own."""
        kept = store.calibration_path
        calibration = load_calibration(kept)
        known = (
            kept.is_file() and calibration.linkage.trained_on.get("records", LEAST_RECORDS) >= LEAST_RECORDS
        )
        own = feeds.is_dir() and bool(own_mappings(feeds))
        return cls(calibration, kept, from_scratch=own and not known, counts_anew=not known)

    def learn_model(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Fit the linkage model to the standardised records, and standardise once more by what was learnt."""
        self.from_scratch = self.from_scratch and _records(connection) >= LEAST_FOR_MODEL
        if self.from_scratch:
            self.calibration = replace(self.calibration, linkage=train(connection))
            standardise(connection, self.calibration.linkage)

    def learn_registers(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Find out which labels hold nearly everybody: for the hub's own records to say, whatever the model was learnt on."""
        if self.counts_anew and _records(connection) >= LEAST_RECORDS:
            learnt = replace(self.calibration.linkage, registers=find_registers(connection))
            self.calibration = replace(self.calibration, linkage=learnt)

    def learn_baselines(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Fit the detectors' baselines to the people of the scope ``hub``, and keep the calibration for good."""
        self.counts_anew = self.counts_anew and _records(connection) >= LEAST_RECORDS
        if self.counts_anew:
            self.calibration = replace(self.calibration, detectors=train_baselines(connection))
        if self.counts_anew or self.from_scratch:
            save_calibration(self.file, self.calibration)
        self.from_scratch = self.counts_anew = False


def _records(connection: duckdb.DuckDBPyConnection) -> int:
    counted = connection.execute("SELECT count(*) FROM record").fetchone()
    return 0 if counted is None else int(counted[0])
