"""Where a field's value comes from, and conditions on rows: the two small grammars of a mapping."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

import pyarrow as pa
from pyarrow import compute
from pydantic import Field, field_validator, model_validator

from records.mapping.table import Table

_DATE_SIGNS = frozenset("YymdbBjHIMSfpaAzZ%")
_KINDS = ("column", "constant", "join", "first", "when", "made_from", "file_name")


class Value(Table):
    """A value source: a column's name, ``"=text"`` for a constant, or a table that says more.

    Exactly one of ``column``, ``constant``, ``join``, ``first``, ``when``, ``made_from`` and ``file_name`` says
    where the text comes from; the other keys work on that text, in the order split, pattern, codes.
    """

    column: str | None = None
    constant: str | None = None
    join: tuple["Value", ...] | None = None
    with_: Annotated[str, Field(alias="with")] = " "
    first: tuple["Value", ...] | None = None
    when: "Condition | None" = None
    then: "Value | None" = None
    otherwise: "Value | None" = None
    made_from: tuple["Value", ...] | None = None
    file_name: str | None = None
    split: str | None = None
    part: int = 1
    pattern: str | None = None
    codes: str | dict[str, str] | None = None
    dates: tuple[str, ...] | None = None
    times: float | None = None
    separator: str | None = None
    required: bool = False

    @model_validator(mode="before")
    @classmethod
    def _read_shorthand(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"constant": data[1:]} if data.startswith("=") else {"column": data}
        return data

    @field_validator("constant", mode="before")
    @classmethod
    def _write_constant_as_text(cls, constant: Any) -> Any:
        if isinstance(constant, bool):
            return "true" if constant else "false"
        if isinstance(constant, date | datetime):
            return constant.isoformat()
        return str(constant) if isinstance(constant, int | float) else constant

    @field_validator("pattern", "file_name")
    @classmethod
    def _check_pattern(cls, pattern: str | None) -> str | None:
        return checked_pattern(pattern)

    @field_validator("dates")
    @classmethod
    def _check_dates(cls, dates: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return checked_dates(dates)

    @model_validator(mode="after")
    def _check_shape(self) -> "Value":
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_KINDS)} (given: {', '.join(given) or 'none'})")
        if (self.when is None) != (self.then is None):
            raise ValueError('"when" and "then" go together')
        if self.otherwise is not None and self.when is None:
            raise ValueError('"otherwise" needs "when"')
        if self.part == 0:
            raise ValueError('"part" counts from 1, or from -1 backwards')
        if self.made_from == () or self.join == () or self.first == ():
            raise ValueError("a list of sources may not be empty")
        return self

    def parts(self) -> Iterator["Value"]:
        """The sources directly inside this one, those of its condition included."""
        yield from self.join or ()
        yield from self.first or ()
        yield from self.made_from or ()
        for part in (self.then, self.otherwise):
            if part is not None:
                yield part
        if self.when is not None:
            yield from self.when.values()


class Condition(Table):
    """A condition on a row: tests on one value (all must hold), or ``all``, ``any``, ``not`` of conditions.

    Texts are compared trimmed and without regard to case.
    """

    column: str | None = None
    value: Value | None = None
    is_: Annotated[tuple[str, ...] | None, Field(alias="is")] = None
    is_not: tuple[str, ...] | None = None
    matches: str | None = None
    empty: bool | None = None
    all_: Annotated[tuple["Condition", ...] | None, Field(alias="all")] = None
    any_: Annotated[tuple["Condition", ...] | None, Field(alias="any")] = None
    not_: Annotated["Condition | None", Field(alias="not")] = None

    @field_validator("is_", "is_not", mode="before")
    @classmethod
    def _take_one_for_a_list(cls, words: Any) -> Any:
        words = [words] if not isinstance(words, list | tuple) else words
        return tuple(str(word) if isinstance(word, int) else word for word in words)

    @field_validator("matches")
    @classmethod
    def _check_pattern(cls, pattern: str | None) -> str | None:
        return checked_pattern(pattern)

    @model_validator(mode="after")
    def _check_shape(self) -> "Condition":
        heads = (self.column, self.value, self.all_, self.any_, self.not_)
        if sum(head is not None for head in heads) != 1:
            raise ValueError("a condition has exactly one of column, value, all, any, not")
        tests = (self.is_, self.is_not, self.matches, self.empty)
        on_a_value = self.column is not None or self.value is not None
        if on_a_value != any(test is not None for test in tests):
            raise ValueError('a condition on a column or value needs "is", "is_not", "matches" or "empty"')
        return self

    def tested(self) -> Value:
        """The value that the tests look at."""
        return self.value if self.value is not None else Value.model_validate(self.column)

    def values(self) -> Iterator[Value]:
        """Every source that the condition reads."""
        if self.column is not None or self.value is not None:
            yield self.tested()
        for inner in (*(self.all_ or ()), *(self.any_ or ()), *((self.not_,) if self.not_ else ())):
            yield from inner.values()


def checked_dates(dates: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The date formats themselves, once each is known to be one."""
    for one in dates or ():
        unknown = [sign for sign in re.findall("%(-?.?)", one) if sign.lstrip("-") not in _DATE_SIGNS]
        if unknown or "%" not in one:
            raise ValueError(f'"{one}" is not a date format; write it like %d/%m/%Y or %Y-%m-%d %H:%M')
    if dates == ():
        raise ValueError('"dates" needs a format; leave it out for the usual ones')
    return dates


def checked_pattern(pattern: str | None) -> str | None:
    """The regular expression itself, once it is known to be one with at most one group."""
    if pattern is not None:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f'"{pattern}" is not a regular expression: {error}') from None
        try:
            compute.match_substring_regex(pa.array([""]), pattern)
        except pa.ArrowInvalid as error:
            raise ValueError(
                f'"{pattern}" is not a regular expression that the build can run: {error}'
            ) from None
        if groups > 1:
            raise ValueError(f'"{pattern}" has {groups} groups; use one, and (?:…) for the others')
    return pattern


Value.model_rebuild()
Condition.model_rebuild()
