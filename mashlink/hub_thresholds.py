"""The thresholds that a hub saved: one small file a version in the store, none ever changed."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from detectors import Thresholds, changed_thresholds
from records.errors import BadInput, Conflict
from records.snapshot import Store

FOLDER: Final = "thresholds"


@dataclass(frozen=True, slots=True)
class SavedThresholds:
    """One version of a hub's thresholds: what it sets over the shipped ones, who saved it, when and why."""

    version: int
    saved_at: str
    saved_by: str
    reason: str
    thresholds: dict[str, dict[str, Any]]


def saved_thresholds(store: Store) -> SavedThresholds | None:
    """The newest version of a store, None where nothing was saved.

    Raises:
        BadInput: the newest version cannot be read; it says which file.
    """
    versions = sorted((store.path / FOLDER).glob("[0-9]*.json"))
    return _read(versions[-1]) if versions else None


def _read(version: Path) -> SavedThresholds:
    try:
        return SavedThresholds(**json.loads(version.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(
            f"{version}: these thresholds cannot be used ({error}). Put a good copy back, or remove the file to go "
            "back to the version before."
        ) from error


def save_thresholds(
    store: Store, changes: Mapping[str, Mapping[str, Any]], by: str, reason: str, at: datetime
) -> SavedThresholds:
    """Write ``changes`` over the newest version as the next one; the next build decides by it.

    A setting set back to its shipped value is left out. Raises BadInput for a setting that there is not or without a
    reason, Conflict where somebody else saved a version at the same time.
    """
    if not reason.strip():
        raise BadInput("Say why the thresholds change, in a sentence, with --reason.")
    last = saved_thresholds(store)
    before = changed_thresholds(Thresholds(), last.thresholds if last else {})
    wanted, shipped = (
        changed_thresholds(before, changes).model_dump(mode="json"),
        Thresholds().model_dump(mode="json"),
    )
    differing = {
        group: {name: value for name, value in settings.items() if value != shipped[group][name]}
        for group, settings in wanted.items()
    }
    kept = {group: settings for group, settings in differing.items() if settings}
    number, stamp = (last.version if last else 0) + 1, at.isoformat(timespec="seconds")
    return _write(store, SavedThresholds(number, stamp, by, reason, kept))


def undo_thresholds(store: Store, by: str, reason: str, at: datetime) -> SavedThresholds:
    """Take the newest version back: what the version before it set, or the shipped thresholds, becomes the next one.

    No version is removed. Raises BadInput where nothing was saved or without a reason, Conflict where somebody else
    saved a version at the same time.
    """
    if not reason.strip():
        raise BadInput("Say why the thresholds are taken back, in a sentence, with --reason.")
    versions = sorted((store.path / FOLDER).glob("[0-9]*.json"))
    if not versions:
        raise BadInput("No thresholds were saved here, so there is nothing to take back.")
    before = _read(versions[-2]).thresholds if len(versions) > 1 else {}
    number, stamp = _read(versions[-1]).version + 1, at.isoformat(timespec="seconds")
    return _write(store, SavedThresholds(number, stamp, by, reason, before))


def _write(store: Store, saved: SavedThresholds) -> SavedThresholds:
    file = store.path / FOLDER / f"{saved.version:04d}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}.new")
    with beside.open("w", encoding="utf-8") as stream:
        json.dump(asdict(saved), stream, indent=1, sort_keys=True, ensure_ascii=False)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        # A link is made only where no file of that name is: two who save at once do not write over each other.
        os.link(beside, file)
    except FileExistsError:
        raise Conflict(
            f"{file.name}: somebody else saved thresholds just now; look at them, then save yours."
        ) from None
    finally:
        beside.unlink()
    return saved
