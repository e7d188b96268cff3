"""Row tables to ``comparison_record``: one row a record, everything that is compared, in comparable form.

Distinct written values go through the pure functions of ``names`` and ``places_lived`` once; the rest is SQL.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import duckdb
import pyarrow as pa

from linkage.calibration import FREQUENCY_FLOOR, LinkageCalibration
from linkage.names import name_parts, name_tokens, nickname_roots
from linkage.phonetics import sound, sounds_of
from linkage.places_lived import address_parts, postcode_parts
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

_TOKENS: Final = pa.list_(pa.string())
SOURCES: Final = (
    "name_given",
    "name_family",
    "name_full",
    "name_token",
    "address_part",
    "postcode_part",
    "name_bits",
)
# The row tables that a comparison record is made of; queries below name them in braces.
COMPARED_TABLES: Final = ("record", "name", "identifier", "address_spell", "thing_use")


def standardise(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    """Fill ``comparison_record`` from the row tables; records are numbered from 0 in the order of their ids."""
    _standardise(connection, calibration, {name: name for name in COMPARED_TABLES}, "TABLE comparison_record")


def standardise_within(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    calibration: LinkageCalibration,
    asked: str,
    into: str,
) -> None:
    """Temporary ``into``: the records listed in the table ``asked`` as ``scope``'s rows alone describe them.

    Columns are those of ``comparison_record``, but records are numbered among themselves.
    """
    sources = {
        name: f"(SELECT * FROM {rows_in_scope(name, scope)} WHERE record_id IN (SELECT record_id FROM {asked}))"
        for name in COMPARED_TABLES
    }
    _standardise(connection, calibration, sources, f"TEMP TABLE {into}")


def _standardise(
    connection: duckdb.DuckDBPyConnection,
    calibration: LinkageCalibration,
    sources: Mapping[str, str],
    target: str,
) -> None:
    _split_names(connection, sources)
    _split_places(connection, sources)
    _weigh_names(connection, calibration)
    for name, query, over_common in (
        ("record_names", RECORD_NAMES, None),
        ("record_places", RECORD_PLACES, "postcode"),
        ("record_identifiers", RECORD_IDENTIFIERS, "identifier"),
        ("record_phones", RECORD_PHONES, "phone"),
    ):
        values = [_listed(calibration, over_common)] if over_common else None
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query.format(**sources)}", values)
    connection.execute(f"CREATE OR REPLACE {target} AS {COMPARISON_RECORD.format(**sources)}")
    for name in (*SOURCES, "record_names", "record_places", "record_identifiers", "record_phones"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


def frequency_bits(calibration: LinkageCalibration, column: str, value: str) -> float:
    """Bits by which agreement on ``value`` counts for more (or less) than agreement on the average value."""
    listed = calibration.frequencies.get(column)
    if not listed:
        return 0.0
    share = max(listed.get(value, FREQUENCY_FLOOR), FREQUENCY_FLOOR)
    return math.log2(calibration.chances[column].strangers[0] / share)


def together_bits(calibration: LinkageCalibration, forename: str | None, surname: str | None) -> float:
    """Bits to take off because given and family names keep company (Ghanaian with Ghanaian); never above 0.

    Several people are known by this very name, so that its two parts do not count as if they met by chance.
    """
    share = calibration.frequencies.get("full_name", {}).get(f"{forename} {surname}")
    if share is None or forename is None or surname is None:
        return 0.0
    chances = calibration.chances
    met = math.log2(chances["forename"].strangers[0] * chances["surname"].strangers[0] / share)
    apart = frequency_bits(calibration, "forename", forename) + frequency_bits(
        calibration, "surname", surname
    )
    return min(0.0, met - apart)


def household_bits(calibration: LinkageCalibration, forename: str) -> float:
    """Bits to take off where two of one household may well share so common a forename; never above 0."""
    share = calibration.frequencies.get("forename", {}).get(forename, FREQUENCY_FLOOR)
    return min(0.0, math.log2(calibration.chances["forename"].same_household[0] / share))


def _listed(calibration: LinkageCalibration, kind: str) -> list[str]:
    return list(calibration.over_common.get(kind, ()))


def _distinct(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [str(value) for value in connection.execute(query).fetchnumpy()["value"]]


def _store(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, pa.Array]) -> None:
    rows = pa.table(columns)
    connection.register("arriving", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")
    connection.unregister("arriving")


def _columns(
    values: list[str], split: Callable[[str], Iterable[Any]], types: dict[str, pa.DataType]
) -> dict[str, pa.Array]:
    found = [tuple(split(value)) for value in values]
    columns = {"written": pa.array(values, pa.string())}
    for place, (name, kind) in enumerate(types.items()):
        columns[name] = pa.array([row[place] for row in found], kind)
    return columns


def _split_part(value: str) -> tuple[Any, Any]:
    tokens = name_tokens(value)
    return tokens or None, sounds_of(tokens) or None


def _split_full(value: str) -> tuple[Any, Any, Any, Any]:
    parts = name_parts(None, None, value)
    return (
        parts.given or None,
        parts.family or None,
        sounds_of(parts.given) or None,
        sounds_of(parts.family) or None,
    )


def _split_names(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, str]) -> None:
    for part in ("given", "family"):
        column = f"{part}_name"
        values = _distinct(
            connection,
            f"SELECT DISTINCT {column} AS value FROM (SELECT {column} FROM {sources['record']}"
            f" UNION ALL SELECT {column} FROM {sources['name']})"
            f" WHERE {column} IS NOT NULL",
        )
        _store(
            connection, f"name_{part}", _columns(values, _split_part, {"tokens": _TOKENS, "sounds": _TOKENS})
        )
    values = _distinct(
        connection,
        f"SELECT DISTINCT full_name AS value FROM (SELECT given_name, family_name, full_name FROM {sources['record']} UNION ALL"
        f" SELECT given_name, family_name, full_name FROM {sources['name']})"
        " WHERE full_name IS NOT NULL AND given_name IS NULL AND family_name IS NULL",
    )

    kinds = dict.fromkeys(("given", "family", "given_sounds", "family_sounds"), _TOKENS)
    _store(connection, "name_full", _columns(values, _split_full, kinds))
    tokens = _distinct(
        connection,
        "SELECT DISTINCT unnest(tokens) AS value FROM (SELECT tokens FROM name_given UNION ALL SELECT tokens FROM name_family"
        " UNION ALL SELECT [array_to_string(tokens, '')] FROM name_family WHERE len(tokens) > 1"
        " UNION ALL SELECT given FROM name_full UNION ALL SELECT family FROM name_full"
        " UNION ALL SELECT [array_to_string(family, '')] FROM name_full WHERE len(family) > 1)",
    )
    _store(
        connection,
        "name_token",
        _columns(
            tokens,
            lambda token: (sound(token), nickname_roots(token) or None),
            {"sound": pa.string(), "roots": _TOKENS},
        ),
    )


def _split_places(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, str]) -> None:
    addresses = _distinct(
        connection,
        f"SELECT DISTINCT address AS value FROM {sources['address_spell']} WHERE address IS NOT NULL",
    )

    def split_address(value: str) -> tuple[Any, Any, Any]:
        parts = address_parts(value)
        return parts.words or None, parts.house, parts.door

    kinds = {"words": _TOKENS, "house": pa.string(), "door": pa.string()}
    _store(connection, "address_part", _columns(addresses, split_address, kinds))
    postcodes = _distinct(
        connection,
        f"SELECT DISTINCT postcode AS value FROM {sources['address_spell']} WHERE postcode IS NOT NULL",
    )

    def split_postcode(value: str) -> tuple[Any, Any, Any]:
        parts = postcode_parts(value)
        return (parts.postcode, parts.sector, parts.district) if parts else (None, None, None)

    kinds = {"postcode": pa.string(), "sector": pa.string(), "district": pa.string()}
    _store(connection, "postcode_part", _columns(postcodes, split_postcode, kinds))


def _weigh_names(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> None:
    values, kinds, bits, together = [], [], [], []
    for column in ("forename", "surname"):
        for value in sorted(calibration.frequencies.get(column, {})):
            values.append(value)
            kinds.append(column)
            bits.append(frequency_bits(calibration, column, value))
            together.append(household_bits(calibration, value) if column == "forename" else 0.0)
        # The last row of a kind answers for names that are not listed.
        values.append("")
        kinds.append(column)
        bits.append(frequency_bits(calibration, column, ""))
        together.append(0.0)
    for value in sorted(calibration.frequencies.get("full_name", {})):
        forename, _, surname = value.partition(" ")
        values.append(value)
        kinds.append("full_name")
        bits.append(together_bits(calibration, forename, surname))
        together.append(0.0)
    floats = pa.float32()
    columns = {"value": pa.array(values, pa.string()), "kind": pa.array(kinds, pa.string())}
    _store(
        connection,
        "name_bits",
        columns | {"bits": pa.array(bits, floats), "together": pa.array(together, floats)},
    )


# The tokens of every name a record goes by; its own name first.
RECORD_NAMES: Final = """
    WITH spoken AS (
        SELECT record_id, true AS own, given_name, family_name, full_name FROM {record}
        UNION ALL SELECT record_id, false, given_name, family_name, full_name FROM {name}),
    tokens AS (
        SELECT s.record_id, s.own,
            coalesce(g.tokens, w.given) AS given, coalesce(f.tokens, w.family) AS family,
            coalesce(g.sounds, w.given_sounds) AS given_sounds, coalesce(f.sounds, w.family_sounds) AS family_sounds
        FROM spoken s
        LEFT JOIN name_given g ON g.written = s.given_name
        LEFT JOIN name_family f ON f.written = s.family_name
        LEFT JOIN name_full w ON w.written = s.full_name AND s.given_name IS NULL AND s.family_name IS NULL),
    others AS (
        SELECT record_id, flatten(list(given) FILTER (given IS NOT NULL)) AS given,
            flatten(list(family) FILTER (family IS NOT NULL)) AS family,
            flatten(list(given_sounds) FILTER (given_sounds IS NOT NULL)) AS given_sounds,
            flatten(list(family_sounds) FILTER (family_sounds IS NOT NULL)) AS family_sounds
        FROM tokens WHERE NOT own GROUP BY record_id)
    SELECT t.record_id, t.given, t.family, CASE WHEN o.record_id IS NULL THEN t.given ELSE
            list_sort(list_distinct(list_concat(coalesce(t.given, []), coalesce(o.given, [])))) END AS all_given,
        CASE WHEN o.record_id IS NULL THEN t.family ELSE
            list_sort(list_distinct(list_concat(coalesce(t.family, []), coalesce(o.family, [])))) END AS all_family,
        CASE WHEN o.record_id IS NULL THEN t.given_sounds ELSE
            list_sort(list_distinct(list_concat(coalesce(t.given_sounds, []), coalesce(o.given_sounds, [])))) END AS all_given_sounds,
        CASE WHEN o.record_id IS NULL THEN t.family_sounds ELSE
            list_sort(list_distinct(list_concat(coalesce(t.family_sounds, []), coalesce(o.family_sounds, [])))) END AS all_family_sounds
    FROM tokens t LEFT JOIN others o ON o.record_id = t.record_id
    WHERE t.own"""

# Where a record's person lived, over all spells, current or past. Most records have one spell: no grouping for them.
RECORD_PLACES: Final = """
    WITH spell AS (
        SELECT s.record_id, p.postcode, p.sector, p.district, a.door, a.words,
            CASE WHEN a.house IS NOT NULL THEN p.postcode || '|' || a.house END AS dwelling, 'uprn:' || s.uprn AS uprn,
            count(*) OVER (PARTITION BY s.record_id) AS spells
        FROM {address_spell} s
        LEFT JOIN address_part a ON a.written = s.address
        LEFT JOIN postcode_part p ON p.written = s.postcode
        WHERE p.postcode IS NULL OR NOT list_contains(?::VARCHAR[], p.postcode))
    SELECT record_id, CASE WHEN postcode IS NOT NULL THEN [postcode] END AS postcodes,
        CASE WHEN sector IS NOT NULL THEN [sector] END AS sectors,
        CASE WHEN district IS NOT NULL THEN [district] END AS districts,
        CASE WHEN dwelling IS NULL THEN CASE WHEN uprn IS NOT NULL THEN [uprn] END
            WHEN uprn IS NULL THEN [dwelling] ELSE [dwelling, uprn] END AS dwellings,
        CASE WHEN door IS NOT NULL THEN [door] END AS doors, words AS address_words
    FROM spell WHERE spells = 1
    UNION ALL
    SELECT record_id,
        list_sort(list(DISTINCT postcode) FILTER (postcode IS NOT NULL)),
        list_sort(list(DISTINCT sector) FILTER (sector IS NOT NULL)),
        list_sort(list(DISTINCT district) FILTER (district IS NOT NULL)),
        list_sort(list_distinct(list_concat(
            coalesce(list(dwelling) FILTER (dwelling IS NOT NULL), []), coalesce(list(uprn) FILTER (uprn IS NOT NULL), [])))),
        list_sort(list(DISTINCT door) FILTER (door IS NOT NULL)),
        list_sort(list_distinct(flatten(list(words) FILTER (words IS NOT NULL))))
    FROM spell WHERE spells > 1 GROUP BY record_id"""

RECORD_IDENTIFIERS: Final = """
    SELECT record_id,
        list_sort(list(DISTINCT value) FILTER (kind = 'nhs_number')) AS nhs_numbers,
        list_sort(list(DISTINCT kind || ':' || value) FILTER (kind <> 'nhs_number')) AS identifiers,
        list_sort(list(DISTINCT kind) FILTER (kind <> 'nhs_number')) AS identifier_kinds
    FROM {identifier} WHERE NOT list_contains(?::VARCHAR[], kind || ':' || value) GROUP BY record_id"""

RECORD_PHONES: Final = """
    SELECT record_id, list_sort(list(DISTINCT value)) AS phones
    FROM {thing_use} WHERE kind = 'phone' AND NOT list_contains(?::VARCHAR[], value) GROUP BY record_id"""

# 1 January is what is written when only the year is known, so it counts as the year alone.
COMPARISON_RECORD: Final = """
    WITH numbered AS (
        SELECT record_id, row_number() OVER (ORDER BY record_id)::INTEGER - 1 AS record_number FROM {record}),
    named AS (
        SELECT record_id, coalesce(given[1], all_given[1]) AS forename,
            nullif(array_to_string(coalesce(family, all_family[1:1]), ''), '') AS surname,
            all_given, all_given_sounds, all_family, all_family_sounds FROM record_names)
    SELECT k.record_number, r.record_id, r.label_id, r.feed,
        coalesce(r.duplicate_free, false) AS duplicate_free, coalesce(r.is_professional, false) AS is_professional,
        n.forename, t.sound AS forename_sound, t.roots AS forename_roots,
        nullif(n.all_given, []) AS given_tokens, nullif(n.all_given_sounds, []) AS given_sounds,
        n.surname, u.sound AS surname_sound, nullif(n.all_family, []) AS family_tokens,
        nullif(n.all_family_sounds, []) AS family_sounds,
        CASE WHEN day(r.date_of_birth) = 1 AND month(r.date_of_birth) = 1 THEN NULL ELSE r.date_of_birth END AS birth_date,
        coalesce(year(r.date_of_birth)::SMALLINT, r.birth_year) AS birth_year,
        CASE WHEN r.sex IN ('female', 'male') THEN r.sex END AS sex, r.died_on,
        l.postcodes, l.sectors, l.districts, nullif(l.dwellings, []) AS dwellings, l.doors,
        nullif(l.address_words, []) AS address_words,
        p.phones, i.nhs_numbers, i.identifiers, i.identifier_kinds,
        CASE WHEN n.forename IS NOT NULL THEN coalesce(fb.bits, rare.bits) END AS forename_bits,
        CASE WHEN n.forename IS NOT NULL THEN coalesce(fb.together, 0) END AS household_bits,
        CASE WHEN n.surname IS NOT NULL THEN coalesce(sb.bits, rare_family.bits) END AS surname_bits,
        coalesce(wb.bits, 0)::FLOAT AS together_bits
    FROM {record} r
    JOIN numbered k ON k.record_id = r.record_id
    JOIN named n ON n.record_id = r.record_id
    LEFT JOIN record_places l ON l.record_id = r.record_id
    LEFT JOIN record_phones p ON p.record_id = r.record_id
    LEFT JOIN record_identifiers i ON i.record_id = r.record_id
    LEFT JOIN name_token t ON t.written = n.forename
    LEFT JOIN name_token u ON u.written = n.surname
    LEFT JOIN name_bits fb ON fb.kind = 'forename' AND fb.value = n.forename
    LEFT JOIN name_bits sb ON sb.kind = 'surname' AND sb.value = n.surname
    LEFT JOIN name_bits wb ON wb.kind = 'full_name' AND wb.value = n.forename || ' ' || n.surname
    CROSS JOIN (SELECT bits FROM name_bits WHERE kind = 'forename' AND value = '') rare
    CROSS JOIN (SELECT bits FROM name_bits WHERE kind = 'surname' AND value = '') rare_family"""
