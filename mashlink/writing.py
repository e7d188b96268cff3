"""Files that a command hands over: whole under the name asked for, or not there at all."""

import os
from contextlib import suppress
from pathlib import Path

from records.errors import BadInput


def write_whole(out: Path, content: bytes, asked_on_ledger: bool = False) -> None:
    """Write ``content`` to ``out``; a reader of the file sees what was there before, or all of it.

    ``asked_on_ledger``: the entry for what stands in it is written already, so that whoever cannot have the file is told.

    Raises:
        BadInput: it cannot be written there.
    """
    beside = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as error:
        noted = " The ledger shows the request, and will show the next one too." if asked_on_ledger else ""
        raise BadInput(
            f"{out}: cannot be written here ({error.strerror}); nothing was. Name another place.{noted}"
        ) from error
    finally:
        # Gone where it was put in place; where its folder is no folder, there is nothing to remove.
        with suppress(OSError):
            beside.unlink(missing_ok=True)
