"""Columns of text out of columns of numbers: dates in house style, names in house order, letters that fit."""

import unicodedata
from datetime import date, timedelta
from functools import cache

import numpy as np

from synthetic.describing import NO_DAY
from synthetic.options import OPEN_END, Days, Indices, Texts

FIRST_DAY = date(1800, 1, 1)
FIRST = (FIRST_DAY - date(1970, 1, 1)).days
LAST = OPEN_END
UK, ISO, NAMED = "%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y"
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "\u0131": "i", "đ": "d", "Đ": "D", "ø": "o", "æ": "ae", "ß": "ss", "İ": "I"}
)


@cache
def _calendar(form: str) -> Texts:
    days = [(FIRST_DAY + timedelta(days=place)).strftime(form) for place in range(LAST - FIRST)]
    return np.array([*days, ""], dtype=object)


def dates(days: Days, form: str) -> Texts:
    """Each day written in ``form``; empty for no day and for an open end."""
    known = (days > NO_DAY) & (days >= FIRST) & (days < LAST)
    return np.asarray(_calendar(form)[np.where(known, days - FIRST, LAST - FIRST)])


def clock(minutes: Indices) -> Texts:
    """HH:MM, empty for a minute that is not stated."""
    table = np.array([f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440)] + [""], dtype=object)
    return np.asarray(table[np.where(minutes < 0, 1440, minutes % 1440)])


def joined(*parts: Texts, between: str = " ") -> Texts:
    """The parts of each row that are there, with ``between`` between them."""
    return np.array([between.join(filter(None, row)) for row in zip(*parts, strict=True)], dtype=object)


def both(*parts: Texts | str) -> Texts:
    """The parts of each row one after another, empty ones included."""
    count = next(len(part) for part in parts if not isinstance(part, str))
    columns = [[part] * count if isinstance(part, str) else part.tolist() for part in parts]
    return np.array(["".join(row) for row in zip(*columns, strict=True)], dtype=object)


@cache
def _plain_word(text: str) -> str:
    stripped = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in stripped if not unicodedata.combining(letter))


def plain(texts: Texts) -> Texts:
    """As a system writes it that knows no letters beyond English ones."""
    return np.array([text if text.isascii() else _plain_word(text) for text in texts.tolist()], dtype=object)


def upper(texts: Texts) -> Texts:
    """In capitals."""
    return np.array([text.upper() for text in texts.tolist()], dtype=object)


def numbers(values: Indices, none_below: int = 0) -> Texts:
    """Whole numbers as text; empty below ``none_below``."""
    texts = values.astype(str).astype(object)
    texts[values < none_below] = ""
    return np.asarray(texts)


def picked(texts: Texts, rows: Indices) -> Texts:
    """``texts[rows]``, empty where the row is -1."""
    return np.asarray(np.append(texts, "")[rows])
