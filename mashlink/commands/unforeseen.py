"""What the command line says of errors that nobody foresaw: enough to mend or to report them, and no value out of a row.

A traceback, or a database's own words, may repeat a name or a number; what a scheduled build writes lands in mails and
journals that more people read than may read that.
"""

import errno
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

_HOUSE: Final = Path(__file__).resolve().parents[2]
_ROOM: Final = "Make room, then run it again; what was published before is as it was."
_MENDS: Final = {
    errno.ENOSPC: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EROFS: "Mount the volume so that it can be written.",
    errno.EACCES: "Let the user that runs mashlink read and write there.",
    errno.EPERM: "Let the user that runs mashlink read and write there.",
    errno.ENOENT: "Check the path.",
    errno.EMFILE: "Raise the limit on open files (ulimit -n).",
}
# The system's own words, which DuckDB repeats under several kinds of error: a commit fails too where no page can be written.
_NO_ROOM: Final = ("No space left on device", "File too large", "Disk quota exceeded")


def sentence_of(error: Exception) -> str:
    """What went wrong and how to mend it, in words that hold no value of any row."""
    if isinstance(error, OSError) and error.errno is not None:
        where = f"{error.filename}: " if error.filename else ""
        mend = _MENDS.get(error.errno, "Mend that, then run it again.")
        return f"{where}{error.strerror}. {mend}"
    if isinstance(error, duckdb.OutOfMemoryException):
        return (
            "The memory that memory_limit_gb allows, or the room to spill to beside it, is used up. Allow more, or make "
            "room on the store's volume; what was published before is as it was."
        )
    if isinstance(error, duckdb.Error) and any(words in str(error) for words in _NO_ROOM):
        return f"The store's volume is full. {_ROOM}"
    place = _place(traceback.extract_tb(error.__traceback__))
    return (
        f"Something that nobody foresaw went wrong ({type(error).__name__}{place}). What was published before is as it was. "
        "Report this line; there is no personal data in it."
    )


def _place(frames: Sequence[traceback.FrameSummary]) -> str:
    """The line of ours that was last at work, and the last line of all where that is a library's."""
    if not frames:
        return ""
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_HOUSE)]
    lines = dict.fromkeys(f"{frame.filename}:{frame.lineno}" for frame in (*ours[-1:], frames[-1]))
    return f" at {', in '.join(lines)}"
