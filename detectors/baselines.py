"""How often people are notified of where nothing unusual goes on: rates learnt once, kept in the calibration.

A rate belongs to an authority, an agency, a side (harmed: subject or victim; suspected: suspect or offender;
signal: what an agency notes short of its own threshold) and an age band. Cells are small, so each is shrunk towards its agency's rate over all authorities of the hub
(gamma-Poisson): a cell with little behind it takes the wider rate, one with much keeps its own.

A habit is how many times as often an agency of one authority sends a kind of notification as the whole hub's agency would about
people of the same ages. Where every trifle is sent, each message says less.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scipy.special import gammaincinv

SHIPPED: Final = Path(__file__).with_name("shipped_baselines.json")
AGE_BANDS: Final = ((0, 5), (5, 11), (11, 16), (16, 18), (18, 25), (25, 40), (40, 65), (65, 200))
# Used where nothing was ever counted: one notification in fifty years of a person.
FLOOR_RATE: Final = 0.02


def age_band(age_years: float | None) -> str:
    """The band of an age, ``"11-15"``; ``"unknown"`` where there is none."""
    if age_years is None:
        return "unknown"
    for low, high in AGE_BANDS:
        if low <= age_years < high:
            return f"{low}-{high - 1}"
    return "unknown"


@dataclass(frozen=True, slots=True)
class Baselines:
    """Notifications a person-year by cell, and how much people differ within a cell.

    ``rates``: ``"<authority>|<agency>|<side>|<age band>"`` to notifications a year, shrunk; ``wider``:
    ``"<agency>|<side>|<age band>"`` over all authorities. ``spread``: a side to the gamma shape of a person's
    own rate about the cell's (small: people differ much). ``habits``: ``"<authority>|<agency>|<kind>|<side>"`` to how many
    times as often as in the whole hub, shrunk towards 1.
    """

    rates: Mapping[str, float] = field(default_factory=dict)
    wider: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    habits: Mapping[str, float] = field(default_factory=dict)

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies that the rates tell of, in order."""
        return tuple(sorted({cell.split("|")[0] for cell in self.wider}))

    def expected_of(self, agency: str, authority: str | None, side: str, band: str) -> float:
        """Notifications a year by ``agency`` expected of somebody in this cell; the wider rate for an unknown cell."""
        wider = self.wider.get(f"{agency}|{side}|{band}", self.wider.get(f"{agency}|{side}|unknown", 0.0))
        return self.rates.get(f"{authority}|{agency}|{side}|{band}", wider)

    def expected(self, authority: str | None, side: str, band: str) -> float:
        """Notifications a year by all agencies together expected of somebody in this cell; never zero."""
        total = sum(self.expected_of(agency, authority, side, band) for agency in self.agencies)
        return max(total, FLOOR_RATE)

    def expected_at_usual(self, side: str, band: str) -> float:
        """As ``expected``, at the rates of the whole hub."""
        return self.expected(None, side, band)

    def worth(self, authority: str | None, agency: str, kind: str, side: str) -> float:
        """How many usual notifications one of this kind is worth: half of one where twice as many are sent as elsewhere."""
        return 1 / self.habits.get(f"{authority}|{agency}|{kind}|{side}", 1.0)

    def ratio(self, side: str, observed: float, expected: float) -> tuple[float, float, float]:
        """Observed over expected, shrunk towards 1: (lower 5%, mean, upper 95%) of the gamma posterior."""
        shape = self.spread.get(side, 0.5)
        rate = shape + expected
        low, high = (float(gammaincinv(shape + observed, share)) / rate for share in (0.05, 0.95))
        return low, (shape + observed) / rate, high

    def to_json(self) -> dict[str, Any]:
        """Plain values for the calibration file, keys in order."""
        return {
            "rates": dict(sorted(self.rates.items())),
            "wider": dict(sorted(self.wider.items())),
            "spread": dict(sorted(self.spread.items())),
            "habits": dict(sorted(self.habits.items())),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, float]]) -> "Baselines":
        """The reverse of ``to_json``."""
        tables = {name: dict(stored[name]) for name in ("rates", "wider", "spread")}
        # A calibration of an earlier version knows no habits: then all are as usual.
        return cls(**tables, habits=dict(stored.get("habits", {})))


def shipped_baselines() -> Baselines:
    """The baselines that come with mashlink, in force until a hub calibrates its own."""
    return Baselines.from_json(json.loads(SHIPPED.read_text(encoding="utf-8")))
