"""The SQL of ``comparison_record``: what one record's rows come to, in comparable form.

Queries name the row tables in braces, so that they read a whole snapshot, a scope or the touched records alone.
"""

from typing import Final

# The row tables that a comparison record is made of.
COMPARED_TABLES: Final = ("record", "name", "identifier", "address_spell", "thing_use")

# The tokens of every name a record goes by; its own name first. $1: words that are nobody's given name (``names.markers``). Of an alias one word is what somebody is called by.
RECORD_NAMES: Final = r"""
    WITH spoken AS (
        SELECT record_id, true AS own, given_name, family_name, full_name,
            coalesce(regexp_matches(title, '^(mr|mrs|miss|ms|mx)\b', 'i'), false) AS is_addressed FROM {record}
        UNION ALL SELECT record_id, false, given_name, family_name, full_name, false FROM {name}),
    tokens AS (
        SELECT s.record_id, s.own,
            s.own AND w.is_one_word AND (w.is_family OR s.is_addressed) AS as_family,
            coalesce(g.tokens, CASE WHEN as_family THEN NULL ELSE w.given END) AS before,
            coalesce(f.tokens, w.family, CASE WHEN as_family THEN w.given END) AS behind,
            coalesce(g.sounds, CASE WHEN as_family THEN NULL ELSE w.given_sounds END) AS before_sounds,
            coalesce(f.sounds, w.family_sounds, CASE WHEN as_family THEN w.given_sounds END) AS behind_sounds,
            -- Singh and Kaur are nobody's given name: such a name was written in the other order.
            -- So are Zhou and Nguyen, where a given name stands for the family name.
            coalesce(len(before) = 1 AND list_contains($1, before[1]) AND NOT list_has_any(behind, $1), false)
                OR coalesce(g.stands_first AND f.are_given_names, false) AS is_swapped,
            CASE WHEN is_swapped THEN behind ELSE before END AS given,
            CASE WHEN is_swapped THEN before ELSE behind END AS family,
            CASE WHEN is_swapped THEN behind_sounds ELSE before_sounds END AS given_sounds,
            CASE WHEN is_swapped THEN before_sounds ELSE behind_sounds END AS family_sounds
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
        LEFT JOIN postcode_part p ON p.written = coalesce(s.postcode, a.postcode)
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

# The records numbered from 0 in the order of their ids.
NUMBERED_AFRESH: Final = (
    "(SELECT record_id, row_number() OVER (ORDER BY record_id)::INTEGER - 1 AS record_number FROM {record})"
)

# 1 January is what is written when only the year is known, so it counts as the year alone. Where no sex is written a title tells it.
COMPARISON_RECORD: Final = r"""
    WITH named AS (
        SELECT record_id, coalesce(given[1], all_given[1]) AS forename,
            nullif(array_to_string(coalesce(family, all_family[1:1]), ''), '') AS surname,
            all_given, all_given_sounds, all_family, all_family_sounds FROM record_names)
    SELECT k.record_number, r.record_id, r.label_id, r.feed,
        coalesce(r.duplicate_free, false) AS duplicate_free, coalesce(r.is_professional, false) AS is_professional,
        n.forename, t.sound AS forename_sound, t.roots AS forename_roots,
        t.given_traditions, u.family_traditions,
        nullif(n.all_given, []) AS given_tokens, nullif(n.all_given_sounds, []) AS given_sounds,
        n.surname, u.sound AS surname_sound,
        -- Beside a given name that may be Chinese, Lee is a spelling of 李; beside another it is a name of England.
        CASE WHEN list_has_any(t.given_traditions, ['chinese', 'perhaps chinese']) THEN u.family_roots_beside
            ELSE u.family_roots END AS family_roots, nullif(n.all_family, []) AS family_tokens,
        nullif(n.all_family_sounds, []) AS family_sounds,
        CASE WHEN day(r.date_of_birth) = 1 AND month(r.date_of_birth) = 1 THEN NULL ELSE r.date_of_birth END AS birth_date,
        coalesce(year(r.date_of_birth)::SMALLINT, r.birth_year) AS birth_year,
        CASE WHEN r.sex IN ('female', 'male') THEN r.sex
            WHEN regexp_matches(coalesce(r.title, r.full_name, r.given_name), '^\s*mr\b', 'i') THEN 'male'
            WHEN regexp_matches(coalesce(r.title, r.full_name, r.given_name), '^\s*(mrs|miss|ms)\b', 'i') THEN 'female'
        END AS sex, r.died_on,
        l.postcodes, l.sectors, l.districts, nullif(l.dwellings, []) AS dwellings, l.doors,
        nullif(l.address_words, []) AS address_words,
        p.phones, i.nhs_numbers, i.identifiers, i.identifier_kinds,
        CASE WHEN n.forename IS NOT NULL THEN coalesce(fb.bits, rare.bits) END AS forename_bits,
        CASE WHEN n.forename IS NOT NULL THEN coalesce(fb.together, 0) END AS household_bits,
        CASE WHEN n.surname IS NOT NULL THEN coalesce(sb.bits, rare_family.bits) END AS surname_bits,
        coalesce(wb.bits, 0)::FLOAT AS together_bits
    FROM {record} r
    JOIN {number} k ON k.record_id = r.record_id
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
