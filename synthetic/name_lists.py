"""Names of each naming culture with their frequencies, from the lists in ``data/names``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.options import Indices, Texts

# Zipf-Mandelbrot: the share of the name at rank r is proportional to 1 / (r + offset) ** exponent. With these the
# commonest White British family name has 1.2% and the first ten 7%, as ONS counts of family names show.
GIVEN_OFFSET, GIVEN_EXPONENT = 6.0, 1.0
FAMILY_OFFSET, FAMILY_EXPONENT = 7.0, 0.95


@dataclass(frozen=True, slots=True)
class NameList:
    """Names, commonest first, with the cumulated shares of their ranks."""

    names: Texts
    cumulated: NDArray[np.float64]

    def draw(self, rng: np.random.Generator, count: int) -> Texts:
        """``count`` names at their frequencies."""
        return self.names[np.searchsorted(self.cumulated, rng.random(count), side="right")]


@dataclass(frozen=True, slots=True)
class Culture:
    """A naming culture: its lists and the rules by which names pass on."""

    name: str
    share: float
    rules: dict[str, Any]
    male: NameList
    female: NameList
    young_male: NameList
    young_female: NameList
    family: NameList

    def rule(self, name: str) -> bool:
        """Whether a yes-or-no rule such as ``patronymic`` holds."""
        return bool(self.rules.get(name, False))

    def words(self, name: str) -> Texts:
        """The words of a list-valued rule such as ``female_family``."""
        return np.array(str(self.rules.get(name, "")).split(), dtype=object)


def _name_list(names: list[str], offset: float, exponent: float) -> NameList:
    shares = 1.0 / (np.arange(len(names)) + 1 + offset) ** exponent
    cumulated = np.cumsum(shares / shares.sum())
    cumulated[-1] = 1.0
    return NameList(np.array(names, dtype=object), cumulated)


def _distinct(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _family_names(rules: dict[str, Any]) -> list[str]:
    head = rules["family"].split()
    tail = [
        first + last
        for last, first in product(rules.get("tail_last", "").split(), rules.get("tail_first", "").split())
    ]
    # A fixed shuffle, so that neighbouring ranks of the tail do not share an ending.
    shuffled = np.random.Generator(np.random.PCG64(7)).permutation(len(tail))
    return _distinct(head + [tail[place] for place in shuffled])


def _culture(name: str, share: float, rules: dict[str, Any]) -> Culture:
    lists = {}
    young_from = int(rules.get("young_from", 0))
    for sex in ("male", "female"):
        names = _distinct(rules[sex].split())
        lists[sex] = _name_list(names, GIVEN_OFFSET, GIVEN_EXPONENT)
        lists[f"young_{sex}"] = _name_list(
            names[young_from:] + names[:young_from], GIVEN_OFFSET, GIVEN_EXPONENT
        )
    family = _name_list(_family_names(rules), FAMILY_OFFSET, FAMILY_EXPONENT)
    return Culture(
        name, share, rules, lists["male"], lists["female"], lists["young_male"], lists["young_female"], family
    )


@cache
def cultures() -> tuple[Culture, ...]:
    """Every naming culture, in the order of ``culture_shares.toml``."""
    data = files("synthetic") / "data"
    shares = tomllib.loads((data / "culture_shares.toml").read_text("utf-8"))
    return tuple(
        _culture(name, share, tomllib.loads((data / "names" / f"{name}.toml").read_text("utf-8")))
        for name, share in shares.items()
    )


def draw_cultures(rng: np.random.Generator, count: int) -> Indices:
    """Indices into :func:`cultures`, at the shares of households."""
    shares = np.array([culture.share for culture in cultures()])
    return rng.choice(len(shares), size=count, p=shares / shares.sum()).astype(np.int64)


@cache
def name_variants() -> dict[str, dict[str, tuple[str, ...]]]:
    """For ``nicknames`` and ``transliterations``: a name to the other forms of it."""
    text = (files("synthetic") / "data" / "name_variants.toml").read_text("utf-8")
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    for kind, table in tomllib.loads(text).items():
        forms: dict[str, tuple[str, ...]] = {}
        for line in table["forms"]:
            words = line.split()
            # A nickname stands for the full name only; a transliteration goes every way.
            for word in words[:1] if kind == "nicknames" else words:
                forms[word] = tuple(other for other in words if other != word) + forms.get(word, ())
        tables[kind] = forms
    return tables
