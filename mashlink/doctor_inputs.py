"""Whether a hub is given what it needs: learnt numbers, feeds that can be read, and an address that is free."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from access import HubFigures
from mashlink.calibration import load_calibration
from mashlink.checkups import Checkup, Patient
from mashlink.connections import check_free
from mashlink.hub_thresholds import saved_thresholds
from mashlink.wiring import detecting_of, open_ledger
from records.errors import BadInput, MashlinkError
from records.mapping import Mapping, load_mappings


def check_calibration(patient: Patient) -> Iterator[Checkup]:
    """The learnt numbers can be used, and so can the hub's own thresholds, harm weights and figures."""
    file = patient.store.calibration_path
    calibration = load_calibration(file)
    detecting_of(patient.settings, patient.store, calibration.detectors)
    HubFigures.from_profile(patient.settings.statistics)
    if file.is_file():
        yield Checkup("calibration", "well", f"{file.name}, thresholds and harm weights can be used.")
    elif not patient.store.published_paths():
        yield Checkup("calibration", "well", "The first build learns the hub's own numbers.")
    else:
        yield Checkup(
            "calibration", "look", f"The store has no {file.name}: the next build begins with the shipped numbers and learns the hub's own.",
            "If there was one, restore it: by other numbers other records are linked.",
        )  # fmt: skip


def check_thresholds(patient: Patient) -> Iterator[Checkup]:
    """The store's thresholds are those that the ledger says were saved last; a store restored without them decides by others."""
    if not patient.has_ledger:
        return
    # A ledger that cannot be opened is told of by its own check.
    with suppress(MashlinkError), open_ledger(patient.store, patient.settings) as ledger:
        noted = ledger.entries(act="save_thresholds", outcome="answered", newest_first=True, limit=1)
        kept = saved_thresholds(patient.store)
        said = int(noted[0].entry.details.get("version", 0)) if noted else 0
        held = kept.version if kept else 0
        if held < said:
            yield Checkup(
                "thresholds", "ill", f"The ledger says that version {said} was saved; the store has {f'version {held}' if held else 'none'}.",
                "Restore thresholds/ of the store (docs/operations.md): the next build would decide by other numbers.",
            )  # fmt: skip
        elif held > said:
            yield Checkup(
                "thresholds", "look", f"Version {held} is in force, and no entry of the ledger says who saved it.",
                "Compare it with mashlink thresholds show; save it again, or take it back by mashlink thresholds undo.",
            )  # fmt: skip


def check_feeds(patient: Patient) -> Iterator[Checkup]:
    """Every mapping loads, and its files are there and readable by this user; nothing in them is looked at."""
    feeds = patient.feeds
    if feeds is None:
        return
    mappings = load_mappings(feeds)
    wrong = [one for mapping in mappings for one in _files_of(mapping, feeds)]
    yield from wrong
    if not wrong:
        yield Checkup("feeds", "well", f"{len(mappings)} mappings, and every file they name.")


def _files_of(mapping: Mapping, feeds: Path) -> Iterator[Checkup]:
    for name, files in sorted(mapping.files.items()):
        found = sorted({path for pattern in files.path for path in feeds.glob(pattern)})
        if not found and not files.optional:
            yield Checkup(
                "feeds", "ill", f"{mapping.feed}: no file {' or '.join(files.path)} below {feeds} (files.{name}).",
                "Put it there, give its folder to the user that builds, or correct the mapping.",
            )  # fmt: skip
        for path in found:
            if not os.access(path, os.R_OK):
                yield Checkup(
                    "feeds", "ill", f"{path}: this user may not read it.", "Give it to the user that builds."
                )


def check_address(patient: Patient) -> Iterator[Checkup]:
    """Nobody else listens where the service is to listen."""
    if patient.listening is None:
        return
    host, port = patient.listening
    try:
        check_free(host, port)
    except BadInput as error:
        # Whoever asks this while the service runs is told of the service itself.
        yield Checkup("address", "ill", str(error), "")
    else:
        yield Checkup("address", "well", f"{host}:{port} is free.")
