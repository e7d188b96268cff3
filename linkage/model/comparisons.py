"""What is compared between two records and in which steps: the one definition that Splink trains and we score with.

A comparison is a list of levels from best to worst; a pair gets the first level whose condition holds. Conditions
are SQL over ``<column>_l`` and ``<column>_r`` of table ``comparison_record``, in words that DuckDB and Spark share
but for the list functions. The words of a level are what a reader sees.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from linkage.values.names import markers

CLOSE: Final = 0.92
ALIKE: Final = 0.8
SHORT_NAME: Final = 5
MOST_WORDS: Final = 0.6
MOST_LETTERS: Final = 0.85


@dataclass(frozen=True, slots=True)
class Level:
    """One step of agreement: what a reader is told, and the SQL that holds for it."""

    words: str
    condition: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field compared. ``shown`` names the columns of comparison_record that a reader sees for it.

    ``worked_out`` names what several levels need and is worked out once a pair: SQL by the name that they use.
    """

    field: str
    words: str
    missing: str
    levels: tuple[Level, ...]
    shown: tuple[str, ...]
    columns: tuple[str, ...]
    worked_out: tuple[tuple[str, str], ...] = ()

    def spelled_out(self, condition: str) -> str:
        """A condition of this comparison in columns of the two records alone."""
        for name, expression in self.worked_out:
            condition = re.sub(rf"\b{name}\b", expression, condition)
        return condition


def _edited(column: str) -> str:
    # Names of four letters or more that differ by one slip are at least ALIKE, so the costlier distance is rare. A scanner
    # reads rn for m and m for rn (Emine, Ernine).
    left, right = f"{column}_l", f"{column}_r"
    alike = f"jaro_winkler_similarity({left}, {right})"
    return (
        f"({alike} >= {ALIKE} AND ({alike} >= {CLOSE}"
        f" OR (least(length({left}), length({right})) > 3 AND damerau_levenshtein({left}, {right}) <= 1))"
        f" OR replace({left}, 'rn', 'm') = replace({right}, 'rn', 'm'))"
    )


def _crossed(one: str, other: str) -> str:
    # The given name of one record is the family name of the other, but for a slip; NULL where one of them is not known.
    # A slip turns too many a short name into another (Dung, Dang).
    given, family = f"forename_{one}", f"surname_{other}"
    return (
        f"(list_contains(family_tokens_{other}, {given}) OR list_contains(given_tokens_{one}, {family})"
        f" OR (least(length({given}), length({family})) > {SHORT_NAME} AND abs(length({given}) - length({family})) <= 1"
        f" AND jaro_winkler_similarity({given}, {family}) >= {ALIKE} AND damerau_levenshtein({given}, {family}) <= 1))"
    )


# One name in the place of the other is one coincidence, so only where both are does it count in both comparisons.
# Where the family names agree, that one of them is a given name too says nothing.
_ONE_CROSSED: Final = (
    f"coalesce(surname_l <> surname_r, true) AND ({_crossed('l', 'r')} OR {_crossed('r', 'l')})"
)
# Said without coalesce, of which DuckDB works out every part for every pair.
_BOTH_CROSSED: Final = (
    f"(forename_l IS NULL OR {_crossed('l', 'r')}) AND (forename_r IS NULL OR {_crossed('r', 'l')})"
    " AND (forename_l IS NOT NULL OR forename_r IS NOT NULL)"
)


def _of_two_traditions(one: str, other: str) -> str:
    # An English name beside one of the tradition that the family name of either record belongs to.
    return (
        f"(list_contains(given_traditions_{one}, 'english') AND (list_has_any(given_traditions_{other}, family_traditions_{one})"
        f" OR list_has_any(given_traditions_{other}, family_traditions_{other})))"
    )


# Singh, Kaur, Begum: words that say son, lion or lady and stand where a family name is asked for. Whoever is Uppal to one
# agency is Singh to another, so that beside another family name they say nothing of it.
_MARKERS: Final = ", ".join(f"'{word}'" for word in markers())
_STANDS_FOR_A_FAMILY_NAME: Final = (
    f"(surname_l <> surname_r AND (surname_l IN ({_MARKERS}) OR surname_r IN ({_MARKERS})))"
)

_SHARED_WORDS: Final = "shared_words"
_WORKED_OUT: Final = ((_SHARED_WORDS, "len(list_intersect(address_words_l, address_words_r))"),)
# A house number and the short name of a state or a country say little.
_SHARED_LONG_WORDS: Final = (
    "len(list_filter(list_intersect(address_words_l, address_words_r), lambda word: length(word) > 3))"
)
_FEWER_WORDS: Final = "least(len(address_words_l), len(address_words_r))"
_MOST_WORDS_SHARED: Final = f"{_SHARED_WORDS} >= {MOST_WORDS} * {_FEWER_WORDS}"
# Slips and lost spaces leave few words alike, but the letters of all of them, in the order of the words' first letters.
_SAME_LETTERS: Final = (
    "jaro_similarity(array_to_string(address_words_l, ''), array_to_string(address_words_r, ''))"
    f" >= {MOST_LETTERS}"
)
_LIKE_ADDRESS: Final = f"({_MOST_WORDS_SHARED} OR {_SAME_LETTERS})"
_SAME_DAY: Final = "day(birth_date_l) = day(birth_date_r)"
_SAME_MONTH: Final = "month(birth_date_l) = month(birth_date_r)"
# As when one digit of the year is wrong, or two of them are swapped: 1964 or 1948 for 1984.
_YEAR_BUT_FOR_A_SLIP: Final = (
    "(abs(birth_year_l - birth_year_r) <= 10"
    " OR damerau_levenshtein(birth_year_l::VARCHAR, birth_year_r::VARCHAR) <= 1)"
)

COMPARISONS: Final = (
    Comparison(
        "forename",
        "Given name",
        "forename_l IS NULL OR forename_r IS NULL",
        (
            Level("the same given name", "forename_l = forename_r"),
            Level(
                # A level of its own: two of a family are named after one another far oftener than they bear two forms of one name.
                "a short form of the same given name",
                "list_has_any(forename_roots_l, forename_roots_r)"
                " OR (length(forename_l) <> length(forename_r) AND (length(forename_l) > 2 AND starts_with(forename_r, forename_l)"
                " OR length(forename_r) > 2 AND starts_with(forename_l, forename_r)"
                " OR length(forename_l) > 3 AND ends_with(forename_r, forename_l)"
                " OR length(forename_r) > 3 AND ends_with(forename_l, forename_r)))",
            ),
            Level(
                "an alias or another given name in common",
                # The name that one is called by, among the other's: that brother and sister both have their father's name behind
                # their own (Hassan Khalid, Bilan Khalid) makes them no one person.
                "len(given_tokens_l) + len(given_tokens_r) > 2"
                " AND (list_contains(given_tokens_l, forename_r) OR list_contains(given_tokens_r, forename_l))",
            ),
            Level("given names that differ by a slip", _edited("forename")),
            Level(
                "given name and family name in the other order",
                _ONE_CROSSED,
            ),
            Level(
                "an initial that fits",
                "least(length(forename_l), length(forename_r)) = 1 AND forename_l[1] = forename_r[1]",
            ),
            Level(
                "given names that sound alike",
                "forename_sound_l = forename_sound_r OR (abs(length(forename_l) - length(forename_r)) <= 2"
                " AND jaro_winkler_similarity(forename_l, forename_r) >= 0.55"
                " AND damerau_levenshtein(forename_l, forename_r)"
                " <= CASE WHEN least(length(forename_l), length(forename_r)) > 5 THEN 2 ELSE 1 END)",
            ),
            Level(
                "given names of two traditions, as many people bear",
                f"{_of_two_traditions('l', 'r')} OR {_of_two_traditions('r', 'l')}",
            ),
            Level("different given names", "ELSE"),
        ),
        ("given_tokens",),
        (
            "forename",
            "given_tokens",
            "forename_roots",
            "forename_sound",
            "given_traditions",
            "family_traditions",
        ),
    ),
    Comparison(
        "surname",
        "Family name",
        f"surname_l IS NULL OR surname_r IS NULL OR {_STANDS_FOR_A_FAMILY_NAME}",
        (
            Level("the same family name", "surname_l = surname_r"),
            Level(
                "part of a double name, a maiden name or an alias in common",
                "len(family_tokens_l) + len(family_tokens_r) > 2 AND list_has_any(family_tokens_l, family_tokens_r)",
            ),
            Level(
                "family names that differ by a slip, or two spellings of one name",
                # Chow and Zhou, Faarax and Farah: linkage/values/family_spellings.txt.
                f"{_edited('surname')} OR list_has_any(family_roots_l, family_roots_r)",
            ),
            Level(
                "family name and given name in the other order",
                _BOTH_CROSSED,
            ),
            Level(
                "family names that sound alike",
                f"surname_sound_l = surname_sound_r OR jaro_winkler_similarity(surname_l, surname_r) >= {ALIKE}",
            ),
            Level("different family names", "ELSE"),
        ),
        ("family_tokens",),
        ("surname", "family_tokens", "surname_sound", "family_roots"),
    ),
    Comparison(
        "birth",
        "Date of birth",
        "birth_year_l IS NULL OR birth_year_r IS NULL",
        (
            Level("the same date of birth", "birth_date_l = birth_date_r"),
            Level(
                "day and month of birth swapped",
                "birth_year_l = birth_year_r AND day(birth_date_l) = month(birth_date_r)"
                " AND month(birth_date_l) = day(birth_date_r)",
            ),
            Level(
                "one part of the date of birth differs",
                f"(birth_year_l = birth_year_r AND ({_SAME_DAY} OR {_SAME_MONTH}))"
                f" OR ({_SAME_DAY} AND {_SAME_MONTH} AND {_YEAR_BUT_FOR_A_SLIP})",
            ),
            Level(
                "the same year of birth, where no more is known of one",
                "birth_year_l = birth_year_r AND (birth_date_l IS NULL OR birth_date_r IS NULL)",
            ),
            Level("years of birth within one of each other", "abs(birth_year_l - birth_year_r) <= 1"),
            Level("different dates of birth", "ELSE"),
        ),
        ("birth_date", "birth_year"),
        ("birth_date", "birth_year"),
    ),
    Comparison(
        "sex",
        "Sex",
        "sex_l IS NULL OR sex_r IS NULL",
        (Level("the same sex", "sex_l = sex_r"), Level("a different sex", "ELSE")),
        ("sex",),
        ("sex",),
    ),
    Comparison(
        "place",
        "Places lived",
        "(postcodes_l IS NULL AND address_words_l IS NULL) OR (postcodes_r IS NULL AND address_words_r IS NULL)",
        (
            Level(
                "the same dwelling, now or before",
                f"list_has_any(dwellings_l, dwellings_r) AND coalesce({_LIKE_ADDRESS}, true)",
            ),
            Level(
                "the same postcode and a like address",
                f"list_has_any(postcodes_l, postcodes_r) AND coalesce({_LIKE_ADDRESS}, true)",
            ),
            Level(
                "the same house in a like address under another postcode",
                f"list_has_any(doors_l, doors_r) AND {_SHARED_WORDS} >= 2 AND {_LIKE_ADDRESS}",
            ),
            Level("the same postcode", "list_has_any(postcodes_l, postcodes_r)"),
            Level(
                "a like address under another postcode",
                f"({_SHARED_WORDS} >= 3 AND {_MOST_WORDS_SHARED}) OR {_SAME_LETTERS}",
            ),
            Level("the same postcode sector", "list_has_any(sectors_l, sectors_r)"),
            Level("part of an address in common", f"{_SHARED_LONG_WORDS} >= 2"),
            Level("the same postcode district", "list_has_any(districts_l, districts_r)"),
            Level("different places", "ELSE"),
        ),
        ("addresses", "postcodes"),
        ("postcodes", "sectors", "districts", "dwellings", "doors", "address_words"),
        worked_out=_WORKED_OUT,
    ),
    Comparison(
        "phone",
        "Phone",
        "phones_l IS NULL OR phones_r IS NULL",
        (Level("a phone in common", "list_has_any(phones_l, phones_r)"), Level("different phones", "ELSE")),
        ("phones",),
        ("phones",),
    ),
    Comparison(
        "nhs_number",
        "NHS number",
        "nhs_numbers_l IS NULL OR nhs_numbers_r IS NULL",
        (
            Level("the same NHS number", "list_has_any(nhs_numbers_l, nhs_numbers_r)"),
            Level("different NHS numbers", "ELSE"),
        ),
        ("nhs_numbers",),
        ("nhs_numbers",),
    ),
    Comparison(
        "identifier",
        "Other identifier",
        "NOT coalesce(list_has_any(identifier_kinds_l, identifier_kinds_r), false)",
        (
            Level("another identifier in common", "list_has_any(identifiers_l, identifiers_r)"),
            Level("different identifiers of one kind", "ELSE"),
        ),
        ("identifiers",),
        ("identifiers", "identifier_kinds"),
    ),
)

COMPARED_COLUMNS: Final = tuple(
    dict.fromkeys(column for comparison in COMPARISONS for column in comparison.columns)
)


def level_expression(comparison: Comparison) -> str:
    """SQL giving the level of a pair: the number of levels below it, 0 for the worst, -1 where either is missing."""
    best = len(comparison.levels) - 1
    cases = [f"WHEN {comparison.missing} THEN -1"]
    cases += [
        f"WHEN {level.condition} THEN {best - rank}"
        for rank, level in enumerate(comparison.levels)
        if level.condition != "ELSE"
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END"


def level_of(comparison: Comparison, value: int) -> Level | None:
    """The level that ``level_expression`` numbers ``value``; None for a missing value."""
    return None if value < 0 else comparison.levels[len(comparison.levels) - 1 - value]


def splink_settings(prior: float) -> dict[str, Any]:
    """The untrained model as a Splink settings dictionary (its defaults for m and u)."""
    comparisons = []
    for comparison in COMPARISONS:
        levels: list[dict[str, Any]] = [
            {"sql_condition": comparison.missing, "label_for_charts": "not known", "is_null_level": True}
        ]
        levels += [
            {"sql_condition": comparison.spelled_out(level.condition), "label_for_charts": level.words}
            for level in comparison.levels
        ]
        comparisons.append(
            {
                "output_column_name": comparison.field,
                "comparison_levels": levels,
                "comparison_description": comparison.words,
            }
        )
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_number",
        "probability_two_random_records_match": prior,
        "comparisons": comparisons,
        "retain_matching_columns": False,
    }
