"""Everyone's names, by the rules of their culture: inherited, patronymic, doubled, gendered, taken in marriage."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from synthetic.name_lists import Culture, cultures
from synthetic.options import NOBODY, WINDOW_FROM, Flags, Indices, Texts
from synthetic.population import FEMALE, GRANDPARENT, HEAD, MALE, PARTNER, People
from synthetic.random_streams import Streams

MIDDLE_NAME_SHARE = {"white_british": 0.75, "black_caribbean": 0.6, "nigerian": 0.6}
OTHER_MIDDLE_NAME_SHARE = 0.15
# Wives who take their husband's name: YouGov 2016 and Savanta polls put it near nine in ten of the older, seven of ten now.
TAKES_HUSBANDS_NAME = 0.78
WOMENS_NAME_SHARE, GIRLS_NAME_SHARE = 0.65, 0.35


@dataclass(slots=True)
class Names:
    """One row a person, in the culture's own spelling. Empty where there is none.

    ``maiden``: the family name before marriage. ``known_as``: a given name used beside the official one.
    """

    given: Texts
    middle: Texts
    family: Texts
    maiden: Texts
    known_as: Texts


def _each_culture(people: People, who: Indices, draw: Callable[[Culture, int], Texts]) -> Texts:
    """``draw`` done per culture for ``who``, in their order."""
    drawn = np.full(len(who), "", dtype=object)
    for number, culture in enumerate(cultures()):
        own = np.flatnonzero(people.culture[who] == number)
        if len(own):
            drawn[own] = draw(culture, len(own))
    return drawn


def _drawn_given(rng: np.random.Generator, young: bool, sex: int, culture: Culture, count: int) -> Texts:
    male, female = (culture.young_male, culture.young_female) if young else (culture.male, culture.female)
    return (male if sex == MALE else female).draw(rng, count)


def _given_names(rng: np.random.Generator, people: People, who: Indices) -> Texts:
    given = np.full(len(who), "", dtype=object)
    young = people.age_on(WINDOW_FROM)[who] < 28
    for sex in (FEMALE, MALE):
        for is_young in (False, True):
            chosen = np.flatnonzero((people.sex[who] == sex) & (young == is_young))
            given[chosen] = _each_culture(people, who[chosen], partial(_drawn_given, rng, is_young, sex))
    return given


def _part_siblings(rng: np.random.Generator, people: People, given: Texts) -> None:
    """No two children of one mother share a given name."""
    children = np.flatnonzero(people.mother != NOBODY)
    numbered: dict[str, int] = {}
    for _ in range(6):
        names = np.array(
            [numbered.setdefault(name, len(numbered)) for name in given[children].tolist()], dtype=np.int64
        )
        _, first = np.unique(people.mother[children] * 1_000_000 + names, return_index=True)
        if len(first) == len(children):
            return
        again = np.setdiff1d(np.arange(len(children)), first)
        given[children[again]] = _given_names(rng, people, children[again])


def _rule_holds(people: People, rule: str) -> Flags:
    return np.array([culture.rule(rule) for culture in cultures()])[people.culture]


def _inherited(people: People, drawn: Texts) -> Texts:
    """Family names at birth: the father's, else the mother's, passed down three generations."""
    birth = drawn.copy()
    for _ in range(3):
        from_mother = (people.father == NOBODY) & (people.mother != NOBODY)
        birth[from_mother] = birth[people.mother[from_mother]]
        from_father = people.father != NOBODY
        birth[from_father] = birth[people.father[from_father]]
    return birth


def _womens_form(family: str) -> str:
    if family.endswith(("ski", "cki", "dzki")):
        return family[:-1] + "a"
    if family.endswith("auskas"):
        return family[:-2] + "ienė"
    return family


def make_names(streams: Streams, people: People) -> Names:
    """Names of everyone; a culture's own rules first, then marriage."""
    rng = streams.stream("names")
    everyone = np.arange(len(people))
    given = _given_names(rng, people, everyone)
    _part_siblings(rng, people, given)
    drawn = _each_culture(people, everyone, lambda culture, count: culture.family.draw(rng, count))
    family = _inherited(people, drawn)
    middle = _middle_names(rng, people, everyone)
    female = people.sex == FEMALE
    _double_names(rng, people, family, drawn)
    _patronymics(rng, people, given, middle, family)
    for number, culture in enumerate(cultures()):
        own = people.culture == number
        _religious_names(rng, culture, own & female, own & ~female, middle, family)
        _womens_names(rng, people, culture, own & female, family)
    gendered = np.flatnonzero(_rule_holds(people, "gendered_family") & female)
    family[gendered] = [_womens_form(name) for name in family[gendered]]
    maiden = _marry(rng, people, family)
    return Names(given, middle, family, maiden, _english_names(rng, people))


def _middle_names(rng: np.random.Generator, people: People, everyone: Indices) -> Texts:
    shares = np.array([MIDDLE_NAME_SHARE.get(item.name, OTHER_MIDDLE_NAME_SHARE) for item in cultures()])
    has_one = rng.random(len(people)) < shares[people.culture]
    middle = _given_names(rng, people, everyone)
    middle[~has_one] = ""
    return middle


def _double_names(rng: np.random.Generator, people: People, family: Texts, drawn: Texts) -> None:
    """Two family names: the first of the father's and the first of the mother's."""
    doubled = np.flatnonzero(_rule_holds(people, "double_family"))
    mothers = people.mother[doubled]
    second = drawn[rng.permutation(doubled)]
    second = np.where(mothers != NOBODY, drawn[mothers], second)
    family[doubled] = [f"{first} {last}" for first, last in zip(family[doubled], second, strict=True)]


def _patronymics(
    rng: np.random.Generator, people: People, given: Texts, middle: Texts, family: Texts
) -> None:
    """One's own, the father's and the grandfather's given name."""
    named = np.flatnonzero(_rule_holds(people, "patronymic"))
    fathers = people.father[named]
    drawn = _each_culture(people, named, lambda culture, count: culture.male.draw(rng, count))
    grand = _each_culture(people, named, lambda culture, count: culture.male.draw(rng, count))
    # Siblings whose father is not in the region share the father's names all the same.
    _, first, inverse = np.unique(
        np.where(people.mother[named] != NOBODY, people.mother[named], -2 - named),
        return_index=True,
        return_inverse=True,
    )
    drawn, grand = drawn[first][inverse], grand[first][inverse]
    middle[named] = np.where(fathers != NOBODY, given[fathers], drawn)
    family[named] = grand
    for _ in range(2):
        family[named] = np.where(fathers != NOBODY, middle[fathers], family[named])
    blank = named[family[named] == ""]
    family[blank] = "Mohamed"


def _religious_names(
    rng: np.random.Generator, culture: Culture, women: Flags, men: Flags, middle: Texts, family: Texts
) -> None:
    share = float(culture.rules.get("religious_family_share", 0.0))
    for own, key in ((women, "female_middle"), (men, "male_middle")):
        words = culture.words(key)
        if len(words):
            chosen = np.flatnonzero(own)
            middle[chosen] = rng.choice(words, len(chosen))
            as_family = chosen[rng.random(len(chosen)) < share]
            if share:
                family[as_family] = middle[as_family]
                middle[as_family] = ""


def _womens_names(
    rng: np.random.Generator, people: People, culture: Culture, women: Flags, family: Texts
) -> None:
    words = culture.words("female_family")
    if len(words):
        chosen = np.flatnonzero(women)
        adult = people.age_on(WINDOW_FROM)[chosen] >= 18
        takes = rng.random(len(chosen)) < np.where(adult, WOMENS_NAME_SHARE, GIRLS_NAME_SHARE)
        family[chosen[takes]] = rng.choice(words, int(takes.sum()))


def _marry(rng: np.random.Generator, people: People, family: Texts) -> Texts:
    """Wives take their husbands' names where their culture does; the maiden name is kept beside it."""
    maiden = np.full(len(people), "", dtype=object)
    keeps = np.array([
        culture.rule("patronymic") or culture.rule("double_family") or "female_family" in culture.rules
        or culture.name in {"chinese", "vietnamese", "arabic"}
        for culture in cultures()
    ])[people.culture]  # fmt: skip
    couple = np.full(int(people.household.max()) + 1, NOBODY)
    partners = np.flatnonzero((people.place_in_household == PARTNER) & people.married)
    couple[people.household[partners]] = partners
    heads = np.flatnonzero((people.place_in_household == HEAD) & people.married)
    spouses = couple[people.household[heads]]
    known = spouses != NOBODY
    one, other = heads[known], spouses[known]
    wife = np.where(people.sex[one] == FEMALE, one, other)
    husband = np.where(people.sex[one] == FEMALE, other, one)
    takes = (
        (people.sex[wife] != people.sex[husband])
        & ~keeps[wife]
        & (rng.random(len(wife)) < TAKES_HUSBANDS_NAME)
    )
    wife, husband = wife[takes], husband[takes]
    maiden[wife] = family[wife]
    gendered = _rule_holds(people, "gendered_family")[wife]
    taken = family[husband].copy()
    taken[gendered] = [_womens_form(name) for name in taken[gendered]]
    sikh = np.isin(taken.astype(str), ("Singh", "Kaur"))
    wife, taken = wife[~sikh], taken[~sikh]
    family[wife] = taken
    maiden[family == maiden] = ""
    # Widowed and single grandmothers carried a maiden name too, known to few.
    older = np.flatnonzero((people.place_in_household == GRANDPARENT) & (people.sex == FEMALE) & ~keeps)
    maiden[older] = _each_culture(people, older, lambda culture, count: culture.family.draw(rng, count))
    return maiden


def _english_names(rng: np.random.Generator, people: People) -> Texts:
    known_as = np.full(len(people), "", dtype=object)
    for number, culture in enumerate(cultures()):
        share = float(culture.rules.get("english_name_share", 0.0))
        for sex, key in ((MALE, "english_male"), (FEMALE, "english_female")):
            if share:
                own = np.flatnonzero(
                    (people.culture == number) & (people.sex == sex) & (rng.random(len(people)) < share)
                )
                known_as[own] = rng.choice(culture.words(key), len(own))
    return known_as
