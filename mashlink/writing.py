"""Files that a command hands over: whole under the name asked for, or not there at all."""

from pathlib import Path

from records.errors import BadInput


def write_whole(out: Path, content: bytes) -> None:
    """Write ``content`` to ``out``; a reader of the file sees what was there before, or all of it.

    Raises:
        BadInput: it cannot be written there.
    """
    beside = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(f"{out}: cannot be written here ({error.strerror}). Name another place.") from error
