"""``mashlink calibrate``: learn the model and the baselines anew from the current rows."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from detectors import train_baselines
from linkage import train
from mashlink.calibration import Calibration, load_calibration, save_calibration
from mashlink.resources import limit_resources
from mashlink.settings import Settings
from mashlink.stages import Progress, StageClock, quiet
from mashlink.wiring import store_at

# Tables that are keyed by what stands in the rows: names, numbers, addresses.
_BY_VALUE: Final = ("frequencies", "over_common")


@dataclass(frozen=True, slots=True)
class Change:
    """One number of the calibration before and after."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class CalibrationChange:
    """What a calibration changed: digests of both files and every number of the summary that moved."""

    before_digest: str
    after_digest: str
    changes: list[Change]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def calibrate(store_path: Path, settings: Settings, progress: Progress = quiet) -> CalibrationChange:
    """Retrain on the rows of the current snapshot and replace the store's calibration; the next build uses it.

    Raises:
        StoreUnavailable: nothing was built yet.
    """
    store = store_at(store_path, settings)
    clock = StageClock(progress)
    before = load_calibration(store.calibration_path)
    with store.open_current() as connection:
        limit_resources(connection, settings)
        with clock("Learning the linkage model"):
            linkage = train(connection)
        with clock("Learning the detectors' baselines"):
            baselines = train_baselines(connection)
    after = Calibration(linkage, baselines)
    save_calibration(store.calibration_path, after)
    old, new = _numbers(before), _numbers(after)
    changes = [
        Change(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    return CalibrationChange(before.digest, after.digest, changes)


def _numbers(calibration: Calibration) -> dict[str, float]:
    """The numbers a person compares: no long table, and nothing of the frequencies of names, which say who lives here."""

    def walk(prefix: str, value: object) -> None:
        if isinstance(value, bool):
            return
        if isinstance(value, int | float):
            found[prefix] = float(value)
        elif isinstance(value, dict) and len(value) <= 60:
            for key, item in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), item)
        elif isinstance(value, list) and len(value) <= 60:
            for index, item in enumerate(value):
                name = item.get("name", index) if isinstance(item, dict) else index
                walk(f"{prefix}.{name}", item)

    found: dict[str, float] = {}
    linkage = calibration.linkage.to_json()
    walk("linkage", {name: value for name, value in linkage.items() if name not in _BY_VALUE})
    walk("detectors", calibration.detectors.to_json())
    return found
