"""What the command line says of errors that nobody foresaw: enough to mend or to report them, and no value out of a row.

A traceback, or a database's own words, may repeat a name or a number; what a scheduled build writes lands in mails and
journals that more people read than may read that.
"""

import errno
import traceback
from typing import Final

import duckdb

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
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return (
        f"Something that nobody foresaw went wrong ({type(error).__name__}{place}). What was published before is as it was. "
        "Report this line; there is no personal data in it."
    )
