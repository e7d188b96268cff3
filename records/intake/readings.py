"""How the text of a field becomes its value, and what to say when it does not: one table of rules.

Each rule is SQL over ``$v`` (stands for the column of the text), ``extracted_on`` (the day of the extract, NULL
where unknown) and, for identifiers and things of several kinds, ``v_kind``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import Final

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL
from duckdb.sqltypes import VARCHAR

from records import identifiers
from records.intake.sql import literal, literals

# Days that systems fill in when they know none.
PLACEHOLDER_BIRTHS: Final = ("1900-01-01", "1970-01-01", "1811-11-11")
OLDEST_YEARS: Final = 130
# How a spreadsheet writes a day when the cell has lost its date style: days since 1899-12-30.
DAY_NUMBER: Final = "a spreadsheet's day number"
_IS_DAY_NUMBER: Final = "regexp_full_match($v, '[1-9][0-9]{4}')"
_PLACEHOLDERS: Final = ", ".join(f"DATE {literal(text)}" for text in PLACEHOLDER_BIRTHS)
UNKNOWN_CODE: Final = "a code that the mapping does not know"
ADD_THE_CODE: Final = "add the code to the mapping's code list, or correct it"
_NO_NAME: Final = (
    r"^(unknown|unk|not known|not given|not stated|not provided|not recorded|no name|no name given|nk|nfn|nln|fnu|lnu"
    r"|n/a|n\.a\.|none|none given|tbc|tba|refused|declined|withheld|anonymous|anon|xx+|zz+"
    r"|unknown (male|female|man|woman|person|adult|child|boy|girl|name|surname|forename))$"
)
_NEWBORN: Final = r"^(baby|infant|newborn|neonate|twin|triplet)( (boy|girl|male|female|one|two|three|1|2|3|i|ii|iii|a|b|c))*( of .*)?$"
_TITLES: Final = "mr|mrs|miss|ms|mx|master|dr|doctor|prof|professor|rev|revd|reverend|sir|dame|lord|lady|pc|dc|sgt|insp|cllr"
_TITLE_IN_FRONT: Final = rf"(?i)^(?:{_TITLES})\.?\s+"

_SHOWN: Final = (
    ("%Y", "yyyy"), ("%y", "yy"), ("%m", "mm"), ("%d", "dd"), ("%b", "Mon"), ("%B", "Month"),
    ("%H", "hh"), ("%M", "mm"), ("%S", "ss"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A rule: the SQL of the value, its type, the SQL of the reason when there is none, and the mend."""

    value: str
    type: str
    reason: str
    mend: str


TEXT: Final = Reading("$v", "VARCHAR", "'not a text'", "")
NAME: Final = Reading(
    f"CASE WHEN NOT regexp_matches(lower($v), {literal(_NO_NAME)}) AND regexp_matches($v, '\\pL') THEN $v END",
    "VARCHAR",
    "'a placeholder, not a name'",
    "leave the name empty where it is not known",
)
GIVEN_NAME: Final = Reading(
    f"CASE WHEN NOT regexp_matches(lower($v), {literal(_NO_NAME)}) AND NOT regexp_matches(lower($v), {literal(_NEWBORN)})"
    " AND regexp_matches($v, '\\pL') THEN $v END",
    "VARCHAR",
    "'a placeholder, not a name'",
    "leave the name empty where it is not known",
)
TRUTH: Final = Reading(
    "CASE lower($v) WHEN 'true' THEN true WHEN 'false' THEN false END",
    "BOOLEAN",
    "'neither true nor false'",
    "map the codes to true and false",
)
YEAR: Final = Reading(
    "CASE WHEN regexp_full_match($v, '1[0-9]{3}|20[0-9]{2}') AND CAST($v AS SMALLINT) <= coalesce(year(extracted_on), 2099)"
    " THEN CAST($v AS SMALLINT) END",
    "SMALLINT",
    "'not a year of birth'",
    "write the year with four digits",
)


def words(known: frozenset[str]) -> Reading:
    """A word of the vocabulary."""
    listed = literals(tuple(sorted(known)))
    return Reading(
        f"CASE WHEN lower($v) IN ({listed}) THEN lower($v) END",
        "VARCHAR",
        literal(UNKNOWN_CODE),
        ADD_THE_CODE,
    )


def number(kind: str, least: int, most: int, times: float | None) -> Reading:
    """A whole number of the SQL type ``kind`` between ``least`` and ``most``, once multiplied by ``times``."""
    scaled = f"round(TRY_CAST($v AS DOUBLE) * {times or 1})"
    return Reading(
        f"CASE WHEN {scaled} BETWEEN {least} AND {most} AND ({times or 1} <> 1 OR TRY_CAST($v AS DOUBLE) = {scaled})"
        f" THEN CAST({scaled} AS {kind}) END",
        kind,
        f"'not a whole number from {least} to {most}'",
        "write the number in digits",
    )


def _not_a_day(formats: tuple[str, ...]) -> str:
    written = [reduce(lambda text, sign: text.replace(*sign), _SHOWN, one) for one in formats]
    return f"not a day that exists, written as {' or '.join(written)}"


def _moment(formats: tuple[str, ...]) -> str:
    parsed = f"try_strptime($v, [{literals(tuple(one for one in formats if one != DAY_NUMBER))}])"
    if DAY_NUMBER in formats:
        parsed = f"coalesce({parsed}, DATE '1899-12-30' + to_days(CASE WHEN {_IS_DAY_NUMBER} THEN CAST($v AS INTEGER) END))"
    return f"CASE WHEN year({parsed}) BETWEEN 1000 AND 9999 THEN {parsed} END"


def moment(formats: tuple[str, ...]) -> Reading:
    """A date, with a time where the format has one."""
    parsed = _moment(formats)
    return Reading(
        f"CASE WHEN year({parsed}) >= 1800 THEN {parsed} END",
        "TIMESTAMP",
        f"{literal(_not_a_day(formats))}",
        "correct the date, or add its format to dates in the mapping",
    )


def day(formats: tuple[str, ...]) -> Reading:
    """A date."""
    rule = moment(formats)
    return Reading(f"CAST({rule.value} AS DATE)", "DATE", rule.reason, rule.mend)


def _birth_day(formats: tuple[str, ...]) -> str:
    """The day of birth; a two-digit year that gives a day after the extract belongs to the century before."""
    parsed = f"CAST({_moment(formats)} AS DATE)"
    if not any("%y" in text for text in formats):
        return parsed
    return f"CASE WHEN {parsed} > extracted_on THEN {parsed} - INTERVAL 100 YEAR ELSE {parsed} END"


def _birth_is_possible(born: str) -> str:
    return (
        f"({born} NOT IN ({_PLACEHOLDERS})"
        f" AND coalesce({born} <= extracted_on AND year({born}) >= year(extracted_on) - {OLDEST_YEARS}, true))"
    )


def birth_year(formats: tuple[str, ...]) -> Reading:
    """The year of a date of birth, which may be known without the day."""
    born = _birth_day(formats)
    return Reading(
        f"CASE WHEN {_birth_is_possible(born)} THEN CAST(year({born}) AS SMALLINT) END",
        "SMALLINT",
        f"CASE WHEN {born} IS NULL THEN {literal(_not_a_day(formats))}"
        f" WHEN {born} IN ({_PLACEHOLDERS}) THEN 'a placeholder, not a date of birth'"
        f" WHEN {born} > extracted_on THEN 'a date of birth after the extract'"
        f" ELSE 'a date of birth more than {OLDEST_YEARS} years before the extract' END",
        "correct the date of birth, or leave it empty where it is not known",
    )


# In any order of day, month and year.
_NO_DAY_OF_FEBRUARY: Final = (
    r"^(3[01]\D?0?2\D?\d{4}|0?2\D?3[01]\D?\d{4}|\d{4}\D?0?2\D?3[01]|\d{4}\D?3[01]\D?0?2)$"
)


def year_in(formats: tuple[str, ...], text: str) -> str:
    """SQL: the year in a date of birth whose day or month does not exist; the year is evidence all the same.

    But for 30 and 31 February, which stand where a form takes no "not known": their year is made up like their day, and a
    wrong year keeps two records of one child apart.
    """
    shapes = [r"^(\d{4})\D?\d{1,2}\D?\d{1,2}$"] if any(one.startswith("%Y") for one in formats) else []
    shapes += [r"^\d{1,2}\D?\d{1,2}\D?(\d{4})$"] if any(one.endswith("%Y") for one in formats) else []
    if not shapes:
        return "CAST(NULL AS SMALLINT)"
    found = ", ".join(f"nullif(regexp_extract({text}, {literal(shape)}, 1), '')" for shape in shapes)
    year = f"CAST(coalesce({found}) AS SMALLINT)"
    is_possible = (
        f"{year} BETWEEN coalesce(year(extracted_on) - {OLDEST_YEARS}, 1000) AND coalesce(year(extracted_on), 2099)"
        f" AND NOT regexp_matches({text}, {literal(_NO_DAY_OF_FEBRUARY)})"
    )
    return f"CASE WHEN {_moment(formats).replace('$v', text)} IS NULL AND {is_possible} THEN {year} END"


def birth_day(formats: tuple[str, ...]) -> Reading:
    """A whole date of birth; NULL, without complaint of its own, where only the year is known."""
    rule = birth_year(formats)
    whole = precision(formats, "$v")
    value = (
        f"CASE WHEN {rule.value} IS NOT NULL AND {whole} IN ('day', 'time') THEN {_birth_day(formats)} END"
    )
    return Reading(f"CAST({value} AS DATE)", "DATE", rule.reason, rule.mend)


def precision(formats: tuple[str, ...], text: str) -> str:
    """SQL: the date precision of the format that ``text`` fits, the first of ``formats``."""
    named = [(_precision_of(one), one) for one in formats]
    if len({name for name, _ in named}) == 1:
        return f"CASE WHEN {text} IS NOT NULL THEN {literal(named[0][0])} END"
    cases = "".join(f" WHEN {_fits(one, text)} THEN {literal(name)}" for name, one in named)
    return f"CASE{cases} END"


def _fits(date_format: str, text: str) -> str:
    if date_format == DAY_NUMBER:
        return _IS_DAY_NUMBER.replace("$v", text)
    return f"year(try_strptime({text}, {literal(date_format)})) >= 1000"


def _precision_of(date_format: str) -> str:
    if date_format == DAY_NUMBER:
        return "day"
    for name, signs in (("time", "HIcXs"), ("day", "djxD"), ("month", "mbB")):
        if any(f"%{sign}" in date_format.replace("%-", "%") for sign in signs):
            return name
    return "year"


_BY_FUNCTION: Final = {
    "nhs_number": ("the check digit does not hold", "correct the NHS number"),
    "upn": ("the check letter does not hold", "correct the UPN"),
    "pnc_id": ("the check letter does not hold", "correct the PNC id"),
    "cro_number": ("the check letter does not hold", "correct the CRO number"),
    "other_identifier": ("a filler, not an identifier", "leave it empty where it is not known"),
    "phone": ("not a possible phone number", "correct the number, or name its country (+44 …)"),
    "vehicle": ("not a vehicle's plate", "correct the plate"),
    "postcode": ("not a postcode", "correct the postcode, or leave it empty where it is not known"),
    "uprn": ("not a UPRN of 1 to 12 digits", "correct the UPRN"),
}


def normalised(name: str) -> Reading:
    """What the function ``name`` of ``records.identifiers`` makes of the text (see ``register_functions``)."""
    reason, mend = _BY_FUNCTION[name.partition("_in_")[0]]
    return Reading(f"normal_{name}($v)", "VARCHAR", literal(reason), mend)


def identifier(kind: str) -> Reading:
    """An identifier of ``kind``."""
    return normalised(kind if kind in identifiers.BY_KIND else "other_identifier")


def register_functions(connection: duckdb.DuckDBPyConnection, phone_regions: frozenset[str]) -> list[str]:
    """Make the functions of ``records.identifiers`` callable in SQL, and name them; each distinct text is read once."""
    functions = {name: getattr(identifiers, name) for name in _BY_FUNCTION if name != "phone"}
    for region in sorted(phone_regions):
        functions[f"phone_in_{region.lower()}"] = partial(identifiers.phone, region=region)
    for name, function in functions.items():
        connection.create_function(
            f"normal_{name}", _vectorised(function), [VARCHAR], VARCHAR, type=ARROW, null_handling=SPECIAL
        )
    return [f"normal_{name}" for name in functions]


def _vectorised(function: identifiers.Normaliser) -> Callable[[pa.ChunkedArray], pa.Array]:
    known: dict[str | None, str | None] = {None: None}

    def on_texts(texts: pa.ChunkedArray) -> pa.Array:
        normal: list[str | None] = []
        for text in texts.to_pylist():
            if text not in known:
                known[text] = function(text)
            normal.append(known[text])
        return pa.array(normal, pa.string())

    return on_texts


def without_title(full_name: str) -> str:
    """SQL: ``full_name`` without a title in front."""
    return f"nullif(regexp_replace({full_name}, {literal(_TITLE_IN_FRONT)}, ''), '')"


def title_in(full_name: str) -> str:
    """SQL: the title in front of ``full_name``, or NULL."""
    return f"nullif(trim(regexp_extract({full_name}, {literal(_TITLE_IN_FRONT)}), ' .'), '')"


IDENTIFIER_KIND: Final = Reading(
    "CASE WHEN regexp_full_match(lower($v), '[a-z][a-z0-9_]*') THEN lower($v) END",
    "VARCHAR",
    "'not the name of a kind of identifier: small letters, digits and _'",
    "map the codes to such names",
)


def by_kind(rules: dict[str, Reading]) -> Reading:
    """The rule of the row's own kind (``v_kind``); a kind without one is an identifier of the mapping's own."""
    other = normalised("other_identifier")
    values = "".join(f" WHEN {literal(kind)} THEN {rule.value}" for kind, rule in rules.items())
    reasons = "".join(f" WHEN {literal(kind)} THEN {rule.reason}" for kind, rule in rules.items())
    return Reading(
        f"CASE lower(v_kind){values} ELSE {other.value} END",
        "VARCHAR",
        f"CASE lower(v_kind){reasons} ELSE {other.reason} END",
        "correct it, or leave it empty where it is not known",
    )
