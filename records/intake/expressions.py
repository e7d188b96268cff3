"""Value sources and conditions of a mapping as SQL over the staged rows.

A text that no code list knows travels on as a marked text (``UNKNOWN`` in front), so that wherever it ends up
the field that receives it is bad, with the original to show.
"""

import re
from dataclasses import dataclass, field

from records.intake.json_rows import json_text
from records.intake.sql import cleaned, literal, literals
from records.mapping import Condition, Each, Mapping, Statement, Value

UNKNOWN = "\x1a"


@dataclass(slots=True)
class StagedColumns:
    """The columns of one ``[files.NAME]`` that some statement uses, in the order of their first use.

    ``names`` are columns of the files, staged as ``c0``, ``c1``, …; ``patterns`` are looked up in each file's
    name and staged as ``f0``, ``f1``, ….
    """

    names: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)

    def column(self, name: str) -> str:
        """The staged column of the file's column ``name``."""
        if name not in self.names:
            self.names.append(name)
        return f"c{self.names.index(name)}"

    def pattern(self, pattern: str) -> str:
        """The staged column that holds what ``pattern`` finds in the file's name."""
        if pattern not in self.patterns:
            self.patterns.append(pattern)
        return f"f{self.patterns.index(pattern)}"


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The rows a statement reads: resolves columns, and writes values and conditions as SQL over them.

    ``repeat`` replaces ``{n}``. The staged row is ``r``, a referenced one ``ref_<name>``, a list's element ``item``, and that of
    a nested statement's own list (``inner``) ``inner_item``: NULL where the list is empty, so that the ordinals in
    ``around``, the id of the statement around it, count every row.
    """

    mapping: Mapping
    statement: Statement
    staged: dict[str, StagedColumns]
    repeat: str | None = None
    inner: Each | None = None
    around: Value | None = None

    @property
    def files(self) -> str:
        """The ``[files.NAME]`` of the statement."""
        return self.statement.from_ or ""

    def column(self, name: str) -> str:
        """SQL for the text of the column ``name``."""
        if self.repeat is not None:
            name = name.replace("{n}", self.repeat)
        for each, item in ((self.inner, "inner_item"), (self.statement.each, "item")):
            if each is not None and name == each.column:
                return item if each.separator is not None else cleaned(f"json_extract_string({item}, '$')")
            if each is not None and each.separator is None and name.startswith(each.column + "."):
                return cleaned(json_text(item, name.removeprefix(each.column + ".")))
        head, _, rest = name.partition(".")
        if rest and head in self.statement.refer:
            return f"ref_{head}.{self.staged[self.statement.refer[head].file].column(rest)}"
        return f"r.{self.staged[self.files].column(name)}"

    def text(self, value: Value) -> str:
        """SQL for the text that ``value`` gives: NULL for nothing, marked where a code is unknown."""
        sql = self._source(value)
        if value.split is not None:
            sql = cleaned(f"string_split({sql}, {literal(value.split)})[{value.part}]")
        if value.pattern is not None:
            sql = cleaned(
                f"regexp_extract({sql}, {literal(value.pattern)}, {re.compile(value.pattern).groups})"
            )
        if value.codes is not None:
            sql = self._decoded(sql, value.codes)
        return sql

    def _source(self, value: Value) -> str:  # noqa: PLR0911  # one return a kind of source
        if value.column is not None:
            return self.column(value.column)
        if value.constant is not None:
            constant = (
                value.constant.replace("{n}", self.repeat) if self.repeat is not None else value.constant
            )
            return literal(constant) if constant else "CAST(NULL AS VARCHAR)"
        if value.join is not None:
            return f"nullif(concat_ws({literal(value.with_)}, {self._texts(value.join)}), '')"
        if value.first is not None:
            return f"coalesce({self._texts(value.first)})"
        if value.made_from is not None:
            return self._made_from(value.made_from, counts_rows=value is self.around)
        if value.file_name is not None:
            return f"r.{self.staged[self.files].pattern(value.file_name)}"
        if value.when is None or value.then is None:
            raise AssertionError("a mapping that was validated has a source in every value")
        otherwise = self.text(value.otherwise) if value.otherwise is not None else "NULL"
        return f"CASE WHEN {self.condition(value.when)} THEN {self.text(value.then)} ELSE {otherwise} END"

    def _texts(self, values: tuple[Value, ...]) -> str:
        return ", ".join(self.text(value) for value in values)

    def _made_from(self, parts: tuple[Value, ...], *, counts_rows: bool) -> str:
        texts = [self.text(part) for part in parts]
        there = " AND ".join(f"{text} IS NOT NULL" for text in texts)
        item = ", item_number" if self.statement.each is not None else ""
        counted, order = "row_number()", f"r.line{item}"
        if self.inner is not None and counts_rows:
            counted = "dense_rank()"
        elif self.inner is not None:
            counted, order = "count(inner_item)", f"{order}, inner_number ROWS UNBOUNDED PRECEDING"
        ordinal = f"{counted} OVER (PARTITION BY r.file_id, {', '.join(texts)} ORDER BY {order})"
        return f"CASE WHEN {there} THEN concat_ws('/', {', '.join(texts)}, CAST({ordinal} AS VARCHAR)) END"

    def _decoded(self, sql: str, codes: str | dict[str, str]) -> str:
        known = self.mapping.codes[codes] if isinstance(codes, str) else codes
        cases = "".join(
            f" WHEN {literal(code.strip().lower())} THEN {literal(word) if word else 'NULL'}"
            for code, word in known.items()
            if code not in {"", "*"}
        )
        other = f"{literal(UNKNOWN)} || {sql}"
        if "*" in known:
            other = literal(known["*"]) if known["*"] else "NULL"
        nothing = literal(known[""]) if known.get("") else "NULL"
        decoded = f"CASE lower({sql}){cases} ELSE {other} END" if cases else other
        return f"CASE WHEN {sql} IS NULL THEN {nothing} ELSE {decoded} END"

    def condition(self, condition: Condition) -> str:
        """SQL for ``condition``: true or false, never NULL."""
        if condition.all_ is not None:
            return "(" + " AND ".join([self.condition(inner) for inner in condition.all_] or ["true"]) + ")"
        if condition.any_ is not None:
            return "(" + " OR ".join([self.condition(inner) for inner in condition.any_] or ["false"]) + ")"
        if condition.not_ is not None:
            return f"(NOT {self.condition(condition.not_)})"
        text = self.text(condition.tested())
        tests: list[str] = []
        if condition.is_ is not None:
            tests.append(f"coalesce(lower({text}) IN ({_lowered(condition.is_)}), false)")
        if condition.is_not is not None:
            tests.append(f"coalesce(lower({text}) NOT IN ({_lowered(condition.is_not)}), true)")
        if condition.matches is not None:
            tests.append(f"coalesce(regexp_matches({text}, {literal(condition.matches)}, 'i'), false)")
        if condition.empty is not None:
            tests.append(f"({text} IS {'' if condition.empty else 'NOT '}NULL)")
        return "(" + " AND ".join(tests) + ")"


def _lowered(words: tuple[str, ...]) -> str:
    return literals(tuple(word.strip().lower() for word in words)) or "NULL"
