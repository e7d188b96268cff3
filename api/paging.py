"""Cursors: an opaque place in a list. A cursor holds the place alone, so it tells nothing about what is there."""

import base64
import binascii
import json

from access import BadInput

LONGEST_CURSOR = 200
FURTHEST = 1_000_000


def cursor_for(offset: int) -> str:
    """The cursor of the row at ``offset``, from 0."""
    return base64.urlsafe_b64encode(json.dumps([offset]).encode()).decode().rstrip("=")


def offset_of(cursor: str | None) -> int:
    """The row a cursor stands for; the first without one.

    Raises:
        BadInput: it is no cursor of ours.

    """
    if cursor is None:
        return 0
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if (
            type(told) is not list
            or len(told) != 1
            or type(told[0]) is not int
            or not 0 <= told[0] <= FURTHEST
        ):
            raise ValueError
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadInput(
            "cursor: not one that this list gave. Leave it out to start at the first page."
        ) from error
    offset: int = told[0]
    return offset


def next_cursor(offset: int, shown: int, total: int) -> str | None:
    """The cursor of the page after the ``shown`` rows from ``offset``; ``None`` after the last."""
    return cursor_for(offset + shown) if shown and offset + shown < total else None
