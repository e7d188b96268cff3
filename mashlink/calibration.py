"""The calibration file of a store: every number learnt from data, changed by ``mashlink calibrate`` alone."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from detectors import Baselines, shipped_baselines
from linkage import LinkageCalibration, shipped_calibration
from records.errors import BadInput


@dataclass(frozen=True, slots=True)
class Calibration:
    """What linkage and the detectors learnt from data."""

    linkage: LinkageCalibration
    detectors: Baselines

    @property
    def text(self) -> str:
        """The file's content; equal calibrations give equal text."""
        parts = {"linkage": self.linkage.to_json(), "detectors": self.detectors.to_json()}
        return json.dumps(parts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of ``text``, for the build's own row."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def shipped() -> Calibration:
    """The calibration that mashlink brings, used until a hub calibrates on its own rows."""
    return Calibration(shipped_calibration(), shipped_baselines())


def load_calibration(file: Path) -> Calibration:
    """The calibration of a store, or the shipped one where the store has none yet.

    Raises:
        BadInput: the file is there and cannot be used.
    """
    if not file.is_file():
        return shipped()
    try:
        parts = json.loads(file.read_text(encoding="utf-8"))
        return Calibration(
            LinkageCalibration.from_json(parts["linkage"]), Baselines.from_json(parts["detectors"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{file}: this calibration cannot be used ({error}). Put the last good copy back, or remove the file "
            "and run `mashlink calibrate` again."
        ) from error


def save_calibration(file: Path, calibration: Calibration) -> None:
    """Replace the store's calibration in one step: a reader sees the old file or the new one."""
    beside = file.with_suffix(".json.new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(calibration.text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
    # The new name is on the disk before anything is built by what the file says.
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
