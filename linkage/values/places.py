"""Which addresses are one place.

A place is a pure function of the address line itself: no other row, and so no hidden row, can move it. Within
a postcode the flat and house numbers tell dwellings apart and the first letter of the street's name tells
apart the streets that share the postcode; so misspelt streets, abbreviated types, building names left out and
"Flat 2, 10" against "2/10" all come to one place. A line without numbers stands on its UPRN where it has one,
otherwise on its words.
"""

import duckdb

from linkage.values.address_words import (
    BUILDING_WORDS,
    COMMUNAL_PATTERN,
    FLOOR_WORDS,
    STREET_TYPES,
    UNIT_WORDS,
)


def resolve_places(connection: duckdb.DuckDBPyConnection, calibration: object | None = None) -> None:
    """Fill ``place`` and ``place_of`` from the distinct addresses of ``address_spell`` and ``event``.

    ``calibration`` is taken so that every stage is called alike; places use none. ``place.address`` and
    ``place.is_communal`` sum up all rows of the snapshot: what a reader sees of a place in a scope comes from
    ``node`` and from the rows of that scope.
    """
    del calibration
    for step in (_distinct_lines(), _parts(), _street(), _keys()):
        connection.execute(step)
    connection.execute("DELETE FROM place_of")
    connection.execute("DELETE FROM place")
    connection.execute("INSERT INTO place_of BY NAME SELECT * FROM address_key ORDER BY ALL")
    connection.execute(
        """INSERT INTO place BY NAME
           SELECT place_id, min_by(address, (-length(address), address)) AS address, min(postcode) AS postcode,
                  min(uprn) AS uprn, bool_or(is_communal) AS is_communal
           FROM address_key GROUP BY place_id ORDER BY place_id"""
    )
    for table in ("address_line", "address_part", "address_street", "address_key"):
        connection.execute(f"DROP TABLE temp.{table}")


def _distinct_lines() -> str:
    """Every address as it stands, and in capitals without accents, punctuation or its postcode."""
    return r"""CREATE OR REPLACE TEMP TABLE address_line AS
        WITH stated AS (
            SELECT address, postcode, uprn FROM address_spell
            UNION SELECT place, postcode, uprn FROM event)
        SELECT *, trim(regexp_replace(regexp_replace(regexp_replace(
                   regexp_replace(upper(strip_accents(coalesce(address, ''))), '[''\x{2019}]', '', 'g'),
                   '\b[A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2}\b', ' ', 'g'),
                   '[^A-Z0-9/-]+', ' ', 'g'), '(^| )NO ([0-9])', ' \2', 'g')) AS line,
               nullif(regexp_replace(upper(coalesce(postcode, '')), '[^A-Z0-9]', '', 'g'), '') AS code
        FROM stated WHERE address IS NOT NULL OR uprn IS NOT NULL"""


def _parts() -> str:
    """The unit within the building, and the numbers and words of what remains."""
    unit = rf"\b(?:{'|'.join(UNIT_WORDS)}) ?([A-Z]?[0-9]+[A-Z]?| [A-Z])(?: |$)"
    floor = rf"\b({'|'.join(FLOOR_WORDS)}) (?:FLOOR )?FLAT\b"
    number = r"[0-9]+[A-Z]?(?:[-/][0-9]+[A-Z]?)*"
    return rf"""CREATE OR REPLACE TEMP TABLE address_part AS
        WITH storey AS (
            SELECT *, nullif(regexp_extract(line, '{floor}', 1), '') AS storey,
                   regexp_replace(line, '{floor}', ' ') AS without_storey
            FROM address_line),
        unit AS (
            SELECT *, coalesce(storey, nullif(ltrim(regexp_extract(without_storey, '{unit}', 1), ' 0'), '')) AS unit,
                   regexp_replace(without_storey, '{unit}', ' ') AS rest
            FROM storey),
        token AS (SELECT *, list_filter(string_split_regex(rest, '[ ]+'), lambda t: t <> '') AS tokens FROM unit)
        SELECT address, postcode, uprn, line, code, unit,
               list_transform(list_filter(tokens, lambda t: regexp_full_match(t, '{number}')),
                              lambda t: ltrim(t, '0')) AS numbers,
               list_filter(tokens, lambda t: regexp_full_match(t, '[A-Z][A-Z-]*')) AS words
        FROM token"""


def _street() -> str:
    """The word that names the street: the one before the first word such as ROAD, else the first."""
    types = ", ".join(f"'{word}'" for word in sorted(STREET_TYPES))
    return f"""CREATE OR REPLACE TEMP TABLE address_street AS
        SELECT *, coalesce(
                   list_extract(list_filter(list_zip(words, words[2:]), lambda w: w[2] IN ({types})), 1)[1],
                   words[1]) AS street
        FROM address_part"""


def _keys() -> str:
    """The place of each line, and whether its own words say that many unrelated people stay there."""
    blocks = "|".join(BUILDING_WORDS)
    streets = "|".join(sorted(STREET_TYPES))
    return rf"""CREATE OR REPLACE TEMP TABLE address_key AS
        WITH dwelling AS (
            SELECT *, array_to_string(list_concat(CASE WHEN unit IS NULL THEN [] ELSE [unit] END,
                                                  list_transform(numbers, lambda n: replace(n, '/', '.'))), '.') AS dwelling
            FROM address_street)
        SELECT address, postcode, uprn, code, dwelling, street,
               CASE WHEN code IS NOT NULL AND dwelling <> ''
                        THEN 'place:' || code || ':' || dwelling || ':' || coalesce(left(street, 1), '')
                    WHEN uprn IS NOT NULL THEN 'place:uprn:' || uprn
                    ELSE 'place:' || left(md5(coalesce(code, '') || '|' || dwelling || '|' || array_to_string(words, ' ')), 16)
               END AS place_id,
               regexp_matches(line, '{COMMUNAL_PATTERN}')
                   OR (dwelling = '' AND regexp_matches(line, '\b({blocks})\b') AND uprn IS NULL
                       AND NOT regexp_matches(line, '\b({blocks}) ({streets})\b')) AS is_communal
        FROM dwelling"""
