"""Which records are compared at all: pairs that share one specific key, with a cap on what one key may bring."""

from dataclasses import dataclass
from typing import Final

import duckdb


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """A key that pairs must share. ``key``: SQL over one comparison_record row; NULL takes no part.

    ``each``: a list column whose every member makes a key of its own, named ``member`` in ``key``. ``asks``: SQL
    that says of one record whether it needs this rule; a pair is compared when one of its two records asks.
    ``wide``: used only where next to no households are met, so that such a key brings no families together, or no homes
    by which else to find a person.
    """

    name: str
    key: str
    each: str | None = None
    asks: str = "true"
    wide: bool = False


_NAMES: Final = "least(forename_sound, surname_sound), greatest(forename_sound, surname_sound)"
# Day and month in either order, so that swapping them changes no key.
_DATE: Final = (
    "birth_year, least(day(birth_date), month(birth_date)), greatest(day(birth_date), month(birth_date))"
)

# Every sound of a record's names, given or family, and each of them with each word of the address.
_SOUNDS: Final = "list_concat(coalesce(given_sounds, []), coalesce(family_sounds, []))"
_SOUNDS_AT_WORDS: Final = (
    f"flatten(list_transform({_SOUNDS}, lambda heard:"
    " list_transform(coalesce(address_words, []), lambda word: heard || ' ' || word)))"
)

_SOUNDS_AT_DOORS: Final = (
    f"flatten(list_transform({_SOUNDS}, lambda heard:"
    " list_transform(coalesce(doors, []), lambda door: heard || ' ' || door)))"
)

# Too little to be found by name and date of birth.
_SPARSE: Final = "birth_date IS NULL OR forename IS NULL"

RULES: Final = (
    BlockingRule("the same NHS number", "hash('nhs', member)", "nhs_numbers"),
    BlockingRule("another identifier in common", "hash('identifier', member)", "identifiers"),
    BlockingRule(
        "date of birth and a name that sounds alike, given or family",
        f"CASE WHEN birth_date IS NOT NULL THEN hash('born with name', {_DATE}, member) END",
        _SOUNDS,
    ),
    BlockingRule(
        "both names, in either order, and the year of birth",
        f"CASE WHEN forename_sound IS NOT NULL AND surname_sound IS NOT NULL AND birth_year IS NOT NULL"
        f" THEN hash('names', {_NAMES}, birth_year) END",
    ),
    BlockingRule(
        "both names and the day and month of birth",
        f"CASE WHEN forename_sound IS NOT NULL AND surname_sound IS NOT NULL AND birth_date IS NOT NULL"
        f" THEN hash('day', {_NAMES}, day(birth_date), month(birth_date)) END",
    ),
    BlockingRule(
        "postcode and a given name that sounds alike",
        "CASE WHEN forename_sound IS NOT NULL THEN hash('home', member, forename_sound) END",
        "postcodes",
    ),
    BlockingRule(
        "postcode, year and month of birth",
        "CASE WHEN birth_date IS NOT NULL THEN hash('month', member, birth_year, month(birth_date)) END",
        "postcodes",
    ),
    BlockingRule(
        "phone and a given name that sounds alike",
        "CASE WHEN forename_sound IS NOT NULL THEN hash('phone', member, forename_sound) END",
        "phones",
    ),
    BlockingRule(
        "phone and year of birth",
        "CASE WHEN birth_year IS NOT NULL THEN hash('owner', member, birth_year) END",
        "phones",
    ),
    BlockingRule(
        "postcode and both initials, in either order",
        "CASE WHEN forename IS NOT NULL AND surname IS NOT NULL THEN hash('initials', member,"
        " least(forename[1], surname[1]), greatest(forename[1], surname[1])) END",
        "postcodes",
    ),
    BlockingRule(
        "house, street and the initial of the given name",
        "CASE WHEN forename IS NOT NULL THEN hash('door', member, forename[1]) END",
        "doors",
        asks=_SPARSE,
    ),
    BlockingRule(
        "house, street and year of birth",
        "CASE WHEN birth_year IS NOT NULL THEN hash('doors', member, birth_year) END",
        "doors",
    ),
    # These bring a whole household together, so they serve those alone who have no date of birth or given name.
    BlockingRule(
        "postcode and a family name that sounds alike",
        "CASE WHEN surname_sound IS NOT NULL THEN hash('relatives', member, surname_sound) END",
        "postcodes",
        asks=_SPARSE,
    ),
    BlockingRule(
        "phone and a family name that sounds alike",
        "CASE WHEN surname_sound IS NOT NULL THEN hash('line', member, surname_sound) END",
        "phones",
        asks=_SPARSE,
    ),
    BlockingRule("the same dwelling", "hash('dwelling', member)", "dwellings", asks=_SPARSE),
    # Every town has the same streets: without a name in common, house and street bring more strangers the larger the hub is.
    BlockingRule(
        "house, street and a name that sounds alike, given or family",
        "hash('street', member)",
        _SOUNDS_AT_DOORS,
        asks=_SPARSE,
    ),
    BlockingRule(
        "the same date of birth",
        "CASE WHEN birth_date IS NOT NULL THEN hash('born', birth_date) END",
        asks="forename IS NULL OR surname IS NULL",
    ),
    BlockingRule(
        "both names, in either order, and the postcode district",
        f"CASE WHEN forename_sound IS NOT NULL AND surname_sound IS NOT NULL THEN hash('local', {_NAMES}, member) END",
        "districts",
    ),
    BlockingRule(
        "both names, in either order",
        f"CASE WHEN forename_sound IS NOT NULL AND surname_sound IS NOT NULL THEN hash('both names', {_NAMES}) END",
        wide=True,
    ),
    BlockingRule(
        "a name that sounds alike, given or family, and a word of the address",
        "hash('name at word', member)",
        _SOUNDS_AT_WORDS,
        wide=True,
    ),
    BlockingRule(
        "date of birth and a word of the address",
        "CASE WHEN birth_date IS NOT NULL THEN hash('born at word', birth_date, member) END",
        "address_words",
        wide=True,
    ),
    BlockingRule(
        "date of birth and both initials, in either order",
        f"CASE WHEN birth_date IS NOT NULL AND forename IS NOT NULL AND surname IS NOT NULL THEN hash('born with initials', {_DATE},"
        " least(forename[1], surname[1]), greatest(forename[1], surname[1])) END",
        wide=True,
    ),
    BlockingRule(
        "a name that sounds alike, given or family, and the day and month of birth",
        "CASE WHEN birth_date IS NOT NULL THEN hash('name on day', day(birth_date), month(birth_date), member) END",
        _SOUNDS,
        wide=True,
    ),
    BlockingRule(
        "a name that sounds alike, given or family, and the year and month of birth",
        "CASE WHEN birth_date IS NOT NULL THEN hash('name in month', birth_year, month(birth_date), member) END",
        _SOUNDS,
        wide=True,
    ),
)


@dataclass(frozen=True, slots=True)
class BlockingReport:
    """What blocking did: pairs to compare, and by rule the keys some of whose pairs the cap leaves out, with their records."""

    pairs: int
    keys_over_cap: dict[str, int]
    records_over_cap: dict[str, int]


def key_query(source: str, asks_always: bool = False) -> str:
    """SQL of the keys (key, rule, record_number, asks) of the comparison records in ``source``."""
    queries = []
    for number, rule in enumerate(RULES):
        if rule.wide and not asks_always:
            continue
        rows = source if rule.each is None else f"(SELECT *, unnest({rule.each}) AS member FROM {source})"
        queries.append(
            f"SELECT ({rule.key}) AS key, {number}::UTINYINT AS rule, record_number,"
            f" ({'true' if asks_always and rule.asks == _SPARSE else rule.asks}) AS asks"
            f" FROM {rows} WHERE ({rule.key}) IS NOT NULL"
        )
    return " UNION ALL ".join(queries)


def make_keys(connection: duckdb.DuckDBPyConnection, looks_widely: bool = False) -> None:
    """Fill ``blocking_key``, sorted by key so that a lookup reads little of it.

    Where the calibration met next to no households, or no homes, those who share a home are worth comparing, whoever asks, and
    so are those who share a wide key.
    """
    query = key_query("comparison_record", looks_widely)
    connection.execute(
        f"CREATE OR REPLACE TABLE blocking_key AS SELECT * FROM ({query}) ORDER BY key, record_number"
    )


# Two labels of a key are compared when no more records than the cap share the key under these labels. Only the two
# labels of a pair count, so that rows under a third one, which a reader may not know of, take no pair away. What one
# key brings is bounded all the same, however many share it: at most cap²/2 pairs of one label, cap²/4 of two.
USABLE: Final = "a.{size} + CASE WHEN a.label_id = b.label_id THEN 0 ELSE b.{size} END <= $cap"

# Which of two rows a, b of a key make the pair (a, b), where all pairs are asked for.
EVERY_PAIR: Final = "a.record_number < b.record_number"


def make_pairs(
    connection: duckdb.DuckDBPyConnection,
    block_cap: int,
    keys: str = "blocking_key",
    which: str = EVERY_PAIR,
) -> BlockingReport:
    """Fill temporary ``candidate_pair`` (number_a, number_b) from the table ``keys``, each pair once.

    ``which``: SQL over two rows a and b of one key. Two records of one feed that is declared free of duplicates are no
    pair. Temporary ``left_out_key`` (key, rule, records) keeps the keys some of whose pairs the cap leaves out.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE block AS SELECT key, count(*) AS size, min(rule) AS rule FROM {keys}"
        " GROUP BY key HAVING count(*) > 1"
    )
    _part_crowds(connection, block_cap, keys)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE candidate_pair AS
        WITH shared AS (SELECT k.* FROM {keys} k JOIN block b ON b.key = k.key WHERE b.size <= $cap)
        SELECT DISTINCT number_a, number_b FROM (
            SELECT a.record_number AS number_a, b.record_number AS number_b
            FROM shared a JOIN shared b ON a.key = b.key AND {which} WHERE a.asks OR b.asks
            UNION ALL
            SELECT a.record_number, b.record_number
            FROM (SELECT c.*, p.label_b FROM crowd c JOIN label_pair p ON p.key = c.key AND p.label_a = c.label_id) a
            JOIN crowd b ON b.key = a.key AND b.label_id = a.label_b AND {which} WHERE a.asks OR b.asks)""",
        {"cap": block_cap},
    )
    for name in ("block", "crowd", "label_pair"):
        connection.execute(f"DROP TABLE temp.{name}")
    drop_pairs_of_one_feed(connection)
    return blocking_report(connection, "temp.left_out_key")


def _part_crowds(connection: duckdb.DuckDBPyConnection, block_cap: int, keys: str) -> None:
    """Of the keys that more records share than the cap: temporary ``crowd`` and ``label_pair``, what is compared of them.

    And temporary ``left_out_key``, those of which something is not.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE crowd AS SELECT k.*, c.label_id FROM {keys} k"
        " JOIN block b ON b.key = k.key AND b.size > ? JOIN comparison_record c ON c.record_number = k.record_number",
        [block_cap],
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE label_pair AS
        WITH held AS (SELECT key, label_id, count(*) AS size FROM crowd GROUP BY key, label_id)
        SELECT a.key, a.label_id AS label_a, b.label_id AS label_b, {USABLE.format(size="size")} AS usable
        FROM held a JOIN held b ON b.key = a.key""",
        {"cap": block_cap},
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE left_out_key AS SELECT b.key, b.rule, b.size AS records FROM block b"
        " WHERE b.key IN (SELECT key FROM label_pair WHERE NOT usable)"
    )
    connection.execute("DELETE FROM label_pair WHERE NOT usable")
    connection.execute(
        "DELETE FROM crowd WHERE NOT EXISTS (SELECT 1 FROM label_pair p WHERE p.key = crowd.key AND p.label_a = crowd.label_id)"
    )


def drop_pairs_of_one_feed(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out of ``candidate_pair`` two records of one feed that is declared free of duplicates."""
    if connection.execute("SELECT bool_or(duplicate_free) FROM comparison_record").fetchall()[0][0]:
        connection.execute(
            "DELETE FROM candidate_pair USING comparison_record a, comparison_record b WHERE a.record_number = number_a"
            " AND b.record_number = number_b AND a.duplicate_free AND b.duplicate_free AND a.feed = b.feed"
        )


def blocking_report(
    connection: duckdb.DuckDBPyConnection, crowded: str, pairs: int | None = None
) -> BlockingReport:
    """What the pairs, those of ``candidate_pair`` or so many, and the table ``crowded`` (key, rule, records) come to."""
    if pairs is None:
        pairs = int(connection.execute("SELECT count(*) FROM candidate_pair").fetchall()[0][0])
    over = connection.execute(
        f"SELECT rule, count(*), sum(records)::BIGINT FROM {crowded} GROUP BY rule ORDER BY rule"
    ).fetchall()
    return BlockingReport(
        pairs,
        {RULES[rule].name: found for rule, found, _ in over},
        {RULES[rule].name: size for rule, _, size in over},
    )
