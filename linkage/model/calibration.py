"""The numbers learnt from data, as one value that never changes with the rows of the day."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from linkage.model.comparisons import COMPARISONS, Comparison
from linkage.model.registers import Register
from records.errors import BadInput

CALIBRATION_VERSION: Final = 1
DEFAULT_BLOCK_CAP: Final = 120
# Odds of four to one: where families live together a wrong link puts a relative's history on a person.
DEFAULT_JOIN_BITS: Final = 2.0
DEFAULT_KEEP_BITS: Final = -4.0
# An unseen value is held to be no rarer than this, so that one slip of the pen is not mistaken for a rare name.
FREQUENCY_FLOOR: Final = 5e-5


@dataclass(frozen=True, slots=True)
class LevelChances:
    """How often a comparison falls on a level, best first: for one person, for two people of a household, for strangers."""

    same_person: tuple[float, ...]
    same_household: tuple[float, ...]
    strangers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LinkageCalibration:
    """Everything the weight of a pair depends on besides the two records.

    ``prior``: chance that two random records are one person; ``household_ratio``: pairs of records of two
    people of one household, for each pair of records of one person. ``frequencies``: share of records with a
    value, by ``forename``, ``surname`` and ``full_name`` (the two with a space between; listed where people share it). ``over_common``: values that stand for an office or a
    hostel and say nothing of a person, by ``phone``, ``postcode`` and ``identifier``. ``block_cap``: most
    records compared with one another because of one key. ``join_bits``: weight from which a link may join.
    ``keep_bits``: weight from which a link is kept for review. ``shows_homes``: whether records share dwellings, by which
    those of one home, and one person, can be found. ``registers``: labels (hub, agency, marking, category) under which
    nearly everybody stands (``registers.py``).
    """

    chances: dict[str, LevelChances]
    prior: float = 2e-6
    household_ratio: float = 3.0
    frequencies: dict[str, dict[str, float]] = field(default_factory=dict)
    over_common: dict[str, tuple[str, ...]] = field(default_factory=dict)
    block_cap: int = DEFAULT_BLOCK_CAP
    join_bits: float = DEFAULT_JOIN_BITS
    keep_bits: float = DEFAULT_KEEP_BITS
    shows_homes: bool = True
    registers: tuple[Register, ...] = ()
    trained_on: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The calibration as plain JSON values; ``from_json`` gives it back."""
        return {"version": CALIBRATION_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "LinkageCalibration":
        """The calibration that ``to_json`` stored; BadInput for another version or a model with other levels."""
        if stored.get("version") != CALIBRATION_VERSION:
            raise BadInput(
                f"The linkage calibration has version {stored.get('version')!r}, this program reads "
                f"{CALIBRATION_VERSION}: retrain it with `mashlink calibrate`."
            )
        values = {name: value for name, value in stored.items() if name != "version"}
        chances = {
            name: LevelChances(
                *(tuple(found[kind]) for kind in ("same_person", "same_household", "strangers"))
            )
            for name, found in values.pop("chances").items()
        }
        for comparison in COMPARISONS:
            found = chances.get(comparison.field)
            if found is None or len(found.same_person) != len(comparison.levels):
                raise BadInput(
                    f"The linkage calibration does not fit the comparison {comparison.field!r}: retrain it with "
                    "`mashlink calibrate`."
                )
        values["over_common"] = {name: tuple(listed) for name, listed in values.pop("over_common").items()}
        listed = [tuple(register) for register in values.pop("registers", [])]
        return cls(chances=chances, registers=tuple(listed), **values)

    def digest(self) -> str:
        """A short name for exactly these numbers."""
        plain = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()[:16]

    def bits(self, comparison: Comparison, value: int) -> tuple[float, float]:
        """Weight of level ``value`` against strangers and against two people of one household, in bits."""
        if value < 0:
            return 0.0, 0.0
        rank = len(comparison.levels) - 1 - value
        chances = self.chances[comparison.field]
        same = chances.same_person[rank]
        return math.log2(same / chances.strangers[rank]), math.log2(same / chances.same_household[rank])

    @property
    def prior_bits(self) -> tuple[float, float]:
        """The weight before anything is compared: against strangers and against people of one household."""
        return math.log2(self.prior / (1 - self.prior)), -math.log2(self.household_ratio)


@cache
def shipped_calibration() -> LinkageCalibration:
    """The calibration that comes with mashlink, trained on a made-up region; see docs/linkage.md."""
    text = files(__package__).joinpath("shipped_calibration.json").read_text(encoding="utf-8")
    return LinkageCalibration.from_json(json.loads(text))
