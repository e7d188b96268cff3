"""Slips of the keyboard, the ear and the scanner, made on many texts at once."""

from collections.abc import Callable

import numpy as np

from synthetic.options import Indices, Texts

KEYBOARD = {
    "a": "sqz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok", "j": "hku", "k": "jli", "l": "kop",
    "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xas",
}  # fmt: skip
# What people hear the same, and what scanners read for one another.
SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "y"), ("ey", "y"), ("ou", "u"), ("gh", "g"), ("sh", "sch"), ("th", "t"), ("ll", "l"), ("tt", "t"), ("nn", "n"),
    ("ss", "s"), ("rr", "r"), ("c", "k"), ("k", "c"), ("y", "i"), ("i", "y"), ("s", "z"), ("v", "w"), ("j", "g"), ("a", "e"), ("e", "a"), ("o", "u"),
)  # fmt: skip
SCANS = (
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("l", "1"),
    ("o", "0"),
    ("S", "5"),
    ("B", "8"),
    ("vv", "w"),
    ("h", "b"),
    ("u", "v"),
)


def chosen(rng: np.random.Generator, count: int, rate: float) -> Indices:
    """The rows out of ``count`` that something happens to."""
    return np.flatnonzero(rng.random(count) < rate)


def change(texts: Texts, rows: Indices, how: Callable[[str], str]) -> None:
    """Replace the texts at ``rows``; only the few rows that a slip happens to come here."""
    texts[rows] = [how(text) if text else text for text in texts[rows]]


def mistype(rng: np.random.Generator, texts: Texts, rows: Indices) -> None:
    """A key beside, one left out, two swapped or one twice, in each of ``rows``."""
    places, kinds, picks = rng.random(len(rows)), rng.integers(0, 4, len(rows)), rng.random(len(rows))
    out = []
    for text, place, kind, pick in zip(texts[rows].tolist(), places, kinds, picks, strict=True):
        at = 1 + int(place * max(len(text) - 1, 1)) if len(text) > 2 else 0
        if len(text) < 3 or at >= len(text):
            out.append(text)
        elif kind == 0:
            near = KEYBOARD.get(text[at].lower(), text[at])
            out.append(text[:at] + near[int(pick * len(near))] + text[at + 1 :])
        elif kind == 1:
            out.append(text[:at] + text[at + 1 :])
        elif kind == 2 and at + 1 < len(text):
            out.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
        else:
            out.append(text[:at] + text[at] + text[at:])
    texts[rows] = out


def _swap_pattern(
    rng: np.random.Generator, texts: Texts, rows: Indices, patterns: tuple[tuple[str, str], ...]
) -> None:
    starts = rng.integers(0, len(patterns), len(rows))
    out = []
    for text, start in zip(texts[rows].tolist(), starts.tolist(), strict=True):
        replaced = text
        for step in range(len(patterns)):
            heard, written = patterns[(start + step) % len(patterns)]
            at = text.find(heard, 1)
            if at > 0:
                replaced = text[:at] + written + text[at + len(heard) :]
                break
        out.append(replaced)
    texts[rows] = out


def mishear(rng: np.random.Generator, texts: Texts, rows: Indices) -> None:
    """Written as heard."""
    _swap_pattern(rng, texts, rows, SOUNDS)


def misread(rng: np.random.Generator, texts: Texts, rows: Indices) -> None:
    """Read wrongly by a scanner."""
    _swap_pattern(rng, texts, rows, SCANS)


def other_form(
    rng: np.random.Generator, texts: Texts, forms: dict[str, tuple[str, ...]], rate: float
) -> None:
    """Put another form of a name for some of the names that have one."""
    known = np.array([text in forms for text in texts.tolist()], dtype=bool)
    rows = np.flatnonzero(known & (rng.random(len(texts)) < rate))
    picks = rng.random(len(rows))
    texts[rows] = [
        forms[text][int(pick * len(forms[text]))]
        for text, pick in zip(texts[rows].tolist(), picks, strict=True)
    ]


def wrong_digit(rng: np.random.Generator, texts: Texts, rows: Indices) -> None:
    """One digit replaced or two neighbours swapped, in each of ``rows``."""
    places, kinds, digits = rng.random(len(rows)), rng.random(len(rows)), rng.integers(0, 10, len(rows))
    out = []
    for text, place, kind, digit in zip(texts[rows].tolist(), places, kinds, digits.tolist(), strict=True):
        at = int(place * (len(text) - 1))
        if len(text) < 2:
            out.append(text)
        elif kind < 0.5:
            out.append(text[:at] + str(digit) + text[at + 1 :])
        else:
            out.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    texts[rows] = out
