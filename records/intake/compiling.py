"""One statement as one query over the staged rows: its texts, then its values, then what is wrong with them."""

from dataclasses import replace

from records.intake import readings
from records.intake.expressions import UNKNOWN, RowsOf, StagedColumns
from records.intake.fields import CONTENT, NAMED, REQUIRED, Field, fields_of, formats_of, id_kind
from records.intake.sql import cleaned, literal
from records.intake.stated import Stated
from records.mapping import Each, Event, Mapping, Record, Statement

# A staged row's number: the file's in the upper bits, the line in the lower ones.
LINE_BITS = 40


def raw_table(number: int, files: str) -> str:
    """The temporary table of the staged rows of ``[files.NAME]`` in the mapping with this number."""
    return f"raw_{number}_{files}"


def compile_statement(
    mapping: Mapping, stated: Stated, staged: dict[str, StagedColumns], mapping_number: int
) -> str:
    """SELECT with ``row_id``, ``copy``, ``extracted_on``, a column a field, and ``bad``.

    ``bad`` lists what was wrong, as structs of ``field`` (index into ``fields_of``), ``original`` and ``reason``;
    it is NULL for a row without fault. Ids come out whole (``<agency>:<id>``).
    """
    fields = fields_of(mapping, stated)
    repeats = stated.statement.repeat or (None,)
    texts = " UNION ALL ".join(
        _texts(
            RowsOf(mapping, stated.statement, staged, repeat, stated.inner, stated.around),
            stated,
            fields,
            mapping_number,
            copy,
        )
        for copy, repeat in enumerate(repeats)
    )
    named = _with_names(texts, stated.statement, fields)
    present = {field.name for field in fields}
    values = ", ".join(_value(field, mapping, stated) for field in fields)
    read = (
        f"SELECT *{', ' + values if values else ''} FROM ({named}) WHERE {_says_something(stated, present)}"
    )
    return (
        f"SELECT row_id, copy, extracted_on, {', '.join(_outputs(mapping, stated, fields))}, "
        f"{_faults(fields)} AS bad FROM ({read})"
    )


def _texts(rows: RowsOf, stated: Stated, fields: list[Field], mapping_number: int, copy: int) -> str:
    statement = stated.statement
    number = f"{copy} * 100000 + item_number" if statement.each else f"{copy}"
    parts = {"given_name", "family_name"} if isinstance(statement, NAMED) else set()
    full = next((field.value for field in fields if field.name == "full_name"), None)
    columns = [
        f"{rows.text(field.value)} AS v_{field.name}"
        for field in fields
        if not (field.name in parts and field.value is full)
    ]
    source = raw_table(mapping_number, rows.files)
    if statement.each is not None:
        source = _each_item(rows, source)
    if stated.inner is not None:
        number, source = f"({number})::BIGINT * 100000 + inner_number", _each_inner_item(rows, source)
    joins = ""
    for name, reference in statement.refer.items():
        key = rows.staged[reference.file].column(reference.key)
        newest = f"PARTITION BY {key} ORDER BY extracted_on DESC NULLS LAST, file_id DESC, line DESC"
        other = raw_table(mapping_number, reference.file)
        joins += (
            f" LEFT JOIN (SELECT * FROM {other} WHERE {key} IS NOT NULL QUALIFY row_number() OVER ({newest}) = 1)"
            f" AS ref_{name} ON ref_{name}.{key} = {rows.text(reference.by)}"
        )
    base = rows.condition(stated.base) if stated.base is not None else "true"
    keep = rows.condition(statement.where) if statement.where is not None else "true"
    if stated.inner is not None:
        keep = f"({keep} AND inner_item IS NOT NULL)"
    return (
        f"SELECT * EXCLUDE keep FROM (SELECT (r.file_id::BIGINT << {LINE_BITS}) + r.line AS row_id, "
        f"{number} AS copy, r.extracted_on AS extracted_on, {keep} AS keep, "
        f"{', '.join(columns)} FROM {source} AS r{joins} WHERE {base}) WHERE keep"
    )


def _each_item(rows: RowsOf, source: str) -> str:
    each = rows.statement.each
    if each is None:
        raise AssertionError("asked for the elements of a statement without each")
    listed = _listed(rows.staged[rows.files].column(each.column), each)
    return (
        f"(SELECT * EXCLUDE items, unnest(items) AS item, generate_subscripts(items, 1) AS item_number "
        f"FROM (SELECT *, {listed} AS items FROM {source}) WHERE len(items) > 0)"
    )


def _each_inner_item(rows: RowsOf, source: str) -> str:
    """A row an element of a nested statement's own list; a row without elements stays, with no ``inner_item``."""
    if rows.inner is None:
        raise AssertionError("asked for the elements of a nested statement without each")
    listed = _listed(replace(rows, inner=None).column(rows.inner.column), rows.inner)
    return (
        f"(SELECT * EXCLUDE inner_items, unnest(inner_items) AS inner_item, "
        f"generate_subscripts(inner_items, 1) AS inner_number FROM (SELECT * REPLACE "
        f"(CASE WHEN len(inner_items) > 0 THEN inner_items ELSE [NULL] END AS inner_items) "
        f"FROM (SELECT r.*, {listed} AS inner_items FROM {source} AS r)))"
    )


def _listed(column: str, each: Each) -> str:
    """SQL: the elements of the list in ``column``; NULL or empty where there are none."""
    if each.separator is None:
        valid = f"json_valid({column}) AND json_type({column}) = 'ARRAY'"
        return f"CASE WHEN {valid} THEN json_extract({column}, '$[*]') END"
    cut = f"list_transform(string_split({column}, {literal(each.separator)}), lambda x: {cleaned('x')})"
    return f"list_filter({cut}, lambda x: x IS NOT NULL)"


def _with_names(texts: str, statement: Statement, fields: list[Field]) -> str:
    """``texts`` with the full name taken apart into title, given and family name."""
    sources = {field.name: field.value for field in fields}
    if not isinstance(statement, NAMED) or "full_name" not in sources:
        return texts
    is_name = f"{readings.GIVEN_NAME.value.replace('$v', 'v_full_name')} IS NOT NULL"
    full = f"CASE WHEN {is_name} THEN {readings.without_title('v_full_name')} END"
    given, family = _PARTS[statement.full_name_order]
    added = [f"{readings.title_in('v_full_name')} AS full_title"]
    kept = []
    for name, part in (("given_name", given), ("family_name", family)):
        text = readings.without_title(cleaned(part.replace("$full", "full_rest")))
        if sources[name] is not sources["full_name"]:
            kept.append(f"coalesce(v_{name}, {text}) AS v_{name}")
        else:
            added.append(f"{text} AS v_{name}")
    replaced = f" REPLACE ({', '.join(kept)})" if kept else ""
    return f"SELECT *{replaced}, {', '.join(added)} FROM (SELECT *, {full} AS full_rest FROM ({texts}))"


_COMMA = "contains($full, ',')"
_BEFORE, _AFTER = "split_part($full, ',', 1)", "regexp_replace($full, '^[^,]*,', '')"
_FIRST, _LATER = "split_part($full, ' ', 1)", "regexp_replace($full, '^[^ ]* *', '')"
_LAST, _EARLIER = "regexp_extract($full, '[^ ]*$')", "regexp_replace($full, ' *[^ ]*$', '')"
_IN_CAPITALS = "regexp_full_match(x, '[\\p{Lu}''\u2019-]{2,}')"
_CAPITALS = f"array_to_string(list_filter(string_split($full, ' '), lambda x: {_IN_CAPITALS}), ' ')"
_OTHERS = f"array_to_string(list_filter(string_split($full, ' '), lambda x: NOT {_IN_CAPITALS}), ' ')"
# (given, family) for each order of a full name.
_PARTS: dict[str, tuple[str, str]] = {
    "family, given": (f"CASE WHEN {_COMMA} THEN {_AFTER} END", f"CASE WHEN {_COMMA} THEN {_BEFORE} END"),
    "given, family": (f"CASE WHEN {_COMMA} THEN {_BEFORE} END", f"CASE WHEN {_COMMA} THEN {_AFTER} END"),
    "family given": (_LATER, _FIRST),
    # One word alone may be either: it stays a full name, which linkage reads.
    "given family": (
        f"CASE WHEN contains($full, ' ') THEN {_EARLIER} END",
        f"CASE WHEN contains($full, ' ') THEN {_LAST} END",
    ),
    "capitals": (_OTHERS, _CAPITALS),
    "unordered": ("CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)"),
}


def _says_something(stated: Stated, present: set[str]) -> str:
    kind = type(stated.statement).__name__
    tests: list[str] = []
    content = [f"v_{name}" for name in CONTENT.get(kind, ()) if name in present]
    if kind in CONTENT:
        tests.append(f"coalesce({', '.join(content)}) IS NOT NULL" if content else "false")
    if stated.may_be_absent:
        keys = {"id", "record", "event"} & set(REQUIRED[kind])
        tests += [f"v_{key} IS NOT NULL" for key in sorted(keys & present)]
    if stated.may_be_absent and isinstance(stated.statement, Record) and stated.statement.id.column is None:
        described = ("given_name", "family_name", "full_name", "date_of_birth", "sex")
        told = [f"v_{name}" for name in described if name in present]
        tests.append(f"coalesce({', '.join(told)}) IS NOT NULL" if told else "true")
    return " AND ".join(tests) or "true"


def _value(field: Field, mapping: Mapping, stated: Stated) -> str:
    text = f"v_{field.name}"
    value = field.reading.value.replace("$v", text)
    kind = id_kind(field.name, stated)
    if kind is not None:
        prefix = f"{mapping.agency}:" + (f"{mapping.system}/" if mapping.ids == "system" else "")
        value = f"{literal(prefix)} || {text}"
    return f"CASE WHEN contains({text}, chr({ord(UNKNOWN)})) THEN NULL ELSE {value} END AS p_{field.name}"


def _outputs(mapping: Mapping, stated: Stated, fields: list[Field]) -> list[str]:
    names = {field.name for field in fields}
    outputs = [
        f"p_{field.name} AS {_column(field.name, stated)}" for field in fields if field.name not in _OWN_WAY
    ]
    by_name = {field.name: field for field in fields}
    outputs = [output for output in outputs if not output.startswith("p_flag_")]
    if isinstance(stated.statement, NAMED):
        outputs.append(f"{_full_name(names)} AS full_name")
    if isinstance(stated.statement, Record):
        title = "p_title" if "title" in names else "CAST(NULL AS VARCHAR)"
        outputs.append(f"coalesce({title}, {'full_title' if 'full_name' in names else 'NULL'}) AS title")
        year = "p_birth_year" if "birth_year" in names else "CAST(NULL AS SMALLINT)"
        born = "CAST(NULL AS DATE)"
        if "date_of_birth" in names:
            formats = formats_of(mapping, stated, by_name["date_of_birth"].value)
            born = readings.birth_day(formats).value.replace("$v", "v_date_of_birth")
            year = f"coalesce(p_date_of_birth, {readings.year_in(formats, 'v_date_of_birth')}, {year})"
        outputs += [f"{born} AS date_of_birth", f"{year} AS birth_year"]
    if isinstance(stated.statement, Event):
        shape = "p_date_precision" if "date_precision" in names else "CAST(NULL AS VARCHAR)"
        if "started_at" in names:
            formats = formats_of(mapping, stated, by_name["started_at"].value)
            fitted = readings.precision(formats, "v_started_at")
            shape = f"coalesce({shape}, CASE WHEN p_started_at IS NOT NULL THEN {fitted} END)"
        outputs += [f"{shape} AS date_precision", f"{_flags(stated.statement)} AS flags"]
    return outputs


def _full_name(names: set[str]) -> str:
    parts = ", ".join(f"p_{name}" for name in ("given_name", "family_name") if name in names)
    known = [f"nullif(concat_ws(' ', {parts}), '')"] if parts else []
    if "full_name" in names:
        known.append("CASE WHEN p_full_name IS NOT NULL THEN full_rest END")
    return f"coalesce({', '.join((*known, 'CAST(NULL AS VARCHAR)'))})"


_OWN_WAY = frozenset({"full_name", "title", "date_of_birth", "birth_year", "date_precision"})


def _flags(statement: Event) -> str:
    lists = ["CAST([] AS VARCHAR[])"]
    for number, flag in enumerate(statement.flags):
        text = f"p_flag_{number}"
        if flag.separator is not None:
            lists.append(f"string_split({text}, {literal(flag.separator)})")
        else:
            is_list = f"json_valid({text}) AND json_type({text}) = 'ARRAY'"
            lists.append(f"CASE WHEN {is_list} THEN from_json({text}, '[\"VARCHAR\"]') ELSE [{text}] END")
    joined = f"list_concat({', '.join(lists)})" if len(lists) > 1 else lists[0]
    trimmed = f"list_transform({joined}, lambda x: {cleaned('x')})"
    return f"list_sort(list_distinct(list_filter({trimmed}, lambda x: x IS NOT NULL)))"


def _column(name: str, stated: Stated) -> str:
    own_id = "event_id" if isinstance(stated.statement, Event) else "record_id"
    columns = {"id": own_id, "record": "record_id", "event": "event_id", "other": "other_record_id"}
    columns["related_event"] = "related_event_id"
    if type(stated.statement).__name__ == "Organisation":
        columns |= {"key": "organisation_key", "name": "organisation_name"}
    return columns.get(name, name)


def _faults(fields: list[Field]) -> str:
    """SQL: the list of faults of a row, NULL when it has none."""
    is_bad = {
        number: f"(v_{field.name} IS NOT NULL AND p_{field.name} IS NULL)"
        for number, field in enumerate(fields)
    }
    is_missing = {
        number: f"v_{field.name} IS NULL"
        for number, field in enumerate(fields)
        if field.required or field.needed
    }
    tests = [*is_bad.values(), *is_missing.values()]
    faults = [
        f"CASE WHEN {test} THEN {{'field': {number}, 'original': replace(v_{fields[number].name}, chr({ord(UNKNOWN)}), ''), "
        f"'reason': {_reason(fields[number])}}} END"
        for number, test in is_bad.items()
    ]
    faults += [
        f"CASE WHEN {test} THEN {{'field': {number}, 'original': NULL, 'reason': 'nothing in a field that the row needs'}} END"
        for number, test in is_missing.items()
    ]
    listed = f"list_filter([{', '.join(faults)}], lambda x: x IS NOT NULL)"
    return f"CASE WHEN {' OR '.join(tests)} THEN {listed} END"


def _reason(field: Field) -> str:
    text = f"v_{field.name}"
    unknown = literal(readings.UNKNOWN_CODE)
    return f"CASE WHEN contains({text}, chr({ord(UNKNOWN)})) THEN {unknown} ELSE {field.reading.reason.replace('$v', text)} END"
