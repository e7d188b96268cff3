"""The list of patterns and decoys that a region holds: who, in which role, when."""

from dataclasses import dataclass, field

import numpy as np

from synthetic.feeds.texts import ISO, dates
from synthetic.options import Texts

PLANTED, NATURAL, DECOY = "planted", "natural", "decoy"
PATTERNS = (
    "repeat_notifications", "escalating_harm", "repeat_marac", "serial_perpetrator", "exploitation_network", "gang_network",
    "cross_boundary_family", "missing_from_view", "cumulative_concern", "bridging_adult",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One person's part in a pattern."""

    pattern: str
    key: str
    kind: str
    person: int
    role: str
    window_from: int
    window_to: int


@dataclass(slots=True)
class PatternBook:
    """Patterns are noted as they are planted, or found by definition."""

    rows: list[Row] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, pattern: str, kind: str, subjects: list[tuple[int, str]], window: tuple[int, int]) -> None:
        """Note one pattern with its subjects (person, role) and the first and last day of its evidence."""
        number = self._numbers.get((pattern, kind), 0) + 1
        self._numbers[pattern, kind] = number
        key = f"{pattern}-{kind}-{number:05d}"
        self.rows.extend(
            Row(pattern, key, kind, int(person), role, int(window[0]), int(window[1]))
            for person, role in subjects
        )

    def counts(self) -> dict[tuple[str, str], int]:
        """(pattern, kind) to how many there are."""
        return dict(sorted(self._numbers.items()))

    def cast(self, pattern: str, kind: str | None = None) -> set[int]:
        """People of the patterns of a name noted so far."""
        return {
            row.person for row in self.rows if row.pattern == pattern and (kind is None or row.kind == kind)
        }

    def table(self) -> dict[str, Texts]:
        """The columns of ``patterns.parquet``."""

        def texts(values: list[str]) -> Texts:
            return np.array(values, dtype=object)

        return {
            "pattern": texts([row.pattern for row in self.rows]), "pattern_key": texts([row.key for row in self.rows]),
            "kind": texts([row.kind for row in self.rows]), "person_key": texts([f"P{row.person:07d}" for row in self.rows]),
            "role": texts([row.role for row in self.rows]),
            "window_from": dates(np.array([row.window_from for row in self.rows], dtype=np.int64), ISO),
            "window_to": dates(np.array([row.window_to for row in self.rows], dtype=np.int64), ISO),
        }  # fmt: skip
