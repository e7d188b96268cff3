"""Learning the numbers of the model from the records alone, without labels.

Chances among strangers come from random pairs, chances for one person from Splink's expectation maximisation on
several sets of pairs that agree on something specific, chances within a household from pairs that share a dwelling
and are plainly two people. A field that the records do not hold keeps its expected value.
"""

import logging
from typing import Any, Final

import duckdb
import numpy as np
from splink import DuckDBAPI, Linker

from linkage.columns import count
from linkage.model.calibration import (
    DEFAULT_BLOCK_CAP,
    DEFAULT_JOIN_BITS,
    DEFAULT_KEEP_BITS,
    LevelChances,
    LinkageCalibration,
)
from linkage.model.comparisons import COMPARED_COLUMNS, splink_settings
from linkage.model.join_threshold import join_threshold
from linkage.model.refinement import Refined, refine
from linkage.model.registers import find_registers
from linkage.model.training_pairs import make_home_pairs, make_random_pairs
from linkage.pairs.blocking import make_keys, make_pairs
from linkage.pairs.scoring import BITS_COLUMNS, RARE_HOUSEHOLDS, levels_query
from records.database import open_database

SAMPLE_RECORDS: Final = 150_000
MINIMUM_PAIRS: Final = 200
# Splink's chances among strangers are a start, which the refinement counts anew on pairs of its own.
FIRST_RANDOM_PAIRS: Final = 400_000
# The wide keys of records without households bring many pairs each; of more records than this, smaller blocks do.
MANY_RECORDS: Final = 200_000
LOW_BLOCK_CAP: Final = 40
# One record in so many, at least, is at first held to have a second one of its person: from next to none, as where records
# have no dates of birth to agree on, the refinement would find none at all.
RECORDS_FOR_ONE_PARTNER: Final = 10
# Where records show no homes, what brings two of them together is at first held to be hardly ever a family.
RATIO_WITHOUT_HOMES: Final = 0.25
# Of two people who share a home seven in ten bear one family name as a rule, among neighbours one in twenty at most.
LEAST_FAMILIES_AT_HOME: Final = 0.2
LISTED_NAMES: Final = 6_000
LISTED_FULL_NAMES: Final = 20_000
# More records than a large family makes: the number of an office, a hostel, a form's example.
OVER_COMMON: Final = {"phone": 40, "postcode": 600, "identifier": 25}

# What to expect before anything is learnt, best level first: of one person, of two people of one household, of
# strangers. Rounded from published linkage practice (HMPPS, Splink's guidance); every field present is retrained.
EXPECTED: Final = {
    "forename": LevelChances(
        (0.80, 0.03, 0.03, 0.05, 0.005, 0.01, 0.015, 0.004, 0.056),
        (0.010, 0.003, 0.007, 0.005, 0.001, 0.003, 0.01, 0.006, 0.955),
        (0.006, 0.004, 0.006, 0.004, 0.0008, 0.003, 0.01, 0.01, 0.9562),
    ),
    "surname": LevelChances(
        (0.82, 0.05, 0.05, 0.005, 0.01, 0.065), (0.70, 0.05, 0.01, 0.001, 0.005, 0.234), (0.002, 0.002, 0.002, 0.0008, 0.004, 0.9892)
    ),
    "birth": LevelChances(
        (0.90, 0.01, 0.04, 0.02, 0.005, 0.025), (0.008, 0.0001, 0.004, 0.005, 0.05, 0.9329), (4e-5, 4e-5, 0.004, 0.005, 0.03, 0.96092)
    ),
    "sex": LevelChances((0.985, 0.015), (0.5, 0.5), (0.5, 0.5)),
    "place": LevelChances(
        (0.55, 0.05, 0.005, 0.03, 0.005, 0.05, 0.03, 0.09, 0.19),
        (0.75, 0.05, 0.005, 0.03, 0.005, 0.03, 0.02, 0.04, 0.07),
        (4e-6, 2e-6, 1e-6, 1e-5, 5e-5, 1e-3, 1e-3, 1e-2, 0.987932),
    ),
    "phone": LevelChances((0.60, 0.40), (0.30, 0.70), (1e-5, 0.99999)),
    "nhs_number": LevelChances((0.985, 0.015), (0.003, 0.997), (1e-6, 0.999999)),
    "identifier": LevelChances((0.98, 0.02), (0.002, 0.998), (1e-6, 0.999999)),
}  # fmt: skip

# Sets of pairs to learn from: pairs that agree on these columns. ``sampled_by`` thins a large store to whole groups.
_SESSIONS: Final = (
    ("nhs_number", "list_has_any(l.nhs_numbers, r.nhs_numbers) AND l.nhs_numbers[1] = r.nhs_numbers[1]"),
    ("birth and surname", "l.birth_date = r.birth_date AND l.surname = r.surname"),
    ("birth and forename", "l.birth_date = r.birth_date AND l.forename = r.forename"),
    (
        "names and district",
        "l.forename = r.forename AND l.surname = r.surname AND l.districts[1] = r.districts[1]",
    ),
)
_SAMPLED_BY: Final = {
    "nhs_number": "nhs_numbers[1]",
    "birth and surname": "birth_date",
    "birth and forename": "birth_date",
    "names and district": "surname",
}


def untrained(**changes: Any) -> LinkageCalibration:
    """The calibration of expected values, with nothing learnt from any record."""
    return LinkageCalibration(chances=dict(EXPECTED), **changes)


def train(connection: duckdb.DuckDBPyConnection, seed: int = 1) -> LinkageCalibration:
    """A calibration learnt from ``comparison_record`` (see ``standardise``); the same rows and seed give the same one.

    The connection is only read. Raises nothing for thin data: what cannot be learnt keeps its expected value.
    """
    records = connection.execute("SELECT count(*) FROM comparison_record").fetchall()[0][0]
    if records < MINIMUM_PAIRS:
        return untrained(trained_on={"records": records, "seed": seed})
    with open_database() as workplace:
        _copy_sample(connection, workplace, records)
        learnt = _learn_with_splink(workplace, seed)
        strangers = {name: _mend(learnt[name][1], EXPECTED[name].strangers, 1e-7) for name in EXPECTED}
        same = {name: _mend(learnt[name][0], EXPECTED[name].same_person, 1e-4) for name in EXPECTED}
        household, ratio, homes = _learn_households(workplace, strangers)
    chances = {name: LevelChances(same[name], household[name], strangers[name]) for name in EXPECTED}
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'blocking_key'").fetchall():
        make_keys(connection, looks_widely=ratio < RARE_HOUSEHOLDS)
    block_cap = LOW_BLOCK_CAP if ratio < RARE_HOUSEHOLDS and records > MANY_RECORDS else DEFAULT_BLOCK_CAP
    make_pairs(connection, block_cap)
    make_home_pairs(connection, homes)
    make_random_pairs(connection, seed)
    refined = refine(connection, Refined(chances, _prior(connection, chances, records), ratio), EXPECTED)
    shows_homes = count(connection, "home_pair") >= MINIMUM_PAIRS
    for pairs in ("candidate_pair", "home_pair", "random_pair"):
        connection.execute(f"DROP TABLE temp.{pairs}")
    join_bits = join_threshold(connection, refined.prior, refined.household_ratio)
    return LinkageCalibration(
        chances=refined.chances,
        prior=refined.prior,
        household_ratio=refined.household_ratio,
        frequencies={column: _frequencies(connection, column, records) for column in ("forename", "surname")}
        | {"full_name": _full_names(connection)},
        over_common=_over_common(connection),
        block_cap=block_cap,
        join_bits=join_bits,
        keep_bits=min(DEFAULT_KEEP_BITS, join_bits - DEFAULT_JOIN_BITS),
        shows_homes=shows_homes,
        registers=find_registers(connection),
        trained_on={"records": records, "seed": seed},
    )


def _copy_sample(
    source: duckdb.DuckDBPyConnection, workplace: duckdb.DuckDBPyConnection, records: int
) -> None:
    """Whole groups of records that agree on something, so that pairs of one person survive the sampling."""
    share = max(1, records // SAMPLE_RECORDS)
    flags = {name: f"coalesce(hash({column}) % {share} = 0, false)" for name, column in _SAMPLED_BY.items()}
    columns = [column for column in COMPARED_COLUMNS if not column.endswith("_bits")]
    flagged = ", ".join(f'{condition} AS "{name}"' for name, condition in flags.items())
    rows = source.execute(
        f"SELECT record_number, {', '.join(columns)}, {flagged} FROM comparison_record"
        f" WHERE {' OR '.join(flags.values())} ORDER BY record_number"
    ).to_arrow_table()
    workplace.register("arriving", rows)
    workplace.execute("CREATE TABLE comparison_record AS SELECT * FROM arriving")
    workplace.unregister("arriving")


def _learn_with_splink(
    workplace: duckdb.DuckDBPyConnection, seed: int
) -> dict[str, tuple[list[float | None], list[float | None]]]:
    """Chances for one person and for strangers by field, best level first; None where Splink saw nothing."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    backend = DuckDBAPI(workplace)
    frame = backend.register("comparison_record")
    settings = splink_settings(1e-4)
    linker = Linker(frame, settings, log_level=None, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=FIRST_RANDOM_PAIRS, seed=seed, min_count_per_level=None
    )
    for name, condition in _SESSIONS:
        rule = f'{condition} AND l."{name}" AND r."{name}"'
        pairs = workplace.execute(
            f"SELECT count(*) FROM comparison_record l JOIN comparison_record r ON {rule}"
            " WHERE l.record_number < r.record_number"
        ).fetchall()[0][0]
        if pairs >= MINIMUM_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True, record_sample_proportion=1.0
            )
    learnt = {}
    for stored in linker.misc.save_model_to_json()["comparisons"]:
        levels = [level for level in stored["comparison_levels"] if not level.get("is_null_level")]
        learnt[stored["output_column_name"]] = (
            [level.get("m_probability") for level in levels],
            [level.get("u_probability") for level in levels],
        )
    return learnt


def _mend(learnt: list[float | None], expected: tuple[float, ...], floor: float) -> tuple[float, ...]:
    """Learnt chances with the gaps filled from the expected ones, floored, and summing to one."""
    values = [
        max(wanted if found is None else (0.98 * found + 0.02 * wanted), floor)
        for found, wanted in zip(learnt, expected, strict=True)
    ]
    total = sum(values)
    return tuple(value / total for value in values)


def _learn_households(
    workplace: duckdb.DuckDBPyConnection, strangers: dict[str, tuple[float, ...]]
) -> tuple[dict[str, tuple[float, ...]], float, bool]:
    """Chances within a household, how many such pairs there are for one pair of one person, and whether homes are told of."""
    household = {name: EXPECTED[name].same_household for name in EXPECTED}
    household["forename"] = _mend(list(strangers["forename"]), EXPECTED["forename"].same_household, 1e-6)
    household["birth"] = _with_twins(strangers["birth"])
    at_home = _shared(workplace, "dwellings")
    homes = at_home is None or _are_homes(at_home)
    at_home = at_home if homes else None
    by_phone = _shared(workplace, "phones")
    ratio = RATIO_WITHOUT_HOMES if at_home is None else 3.0
    if at_home is not None:
        for field in ("surname", "phone", "nhs_number", "identifier"):
            household[field] = _counted(at_home, field, household[field])
        two = int((np.isin(at_home["forename"], (0, 1)) & (at_home["birth"] == 0)).sum())
        one = int(((at_home["forename"] >= 5) & (at_home["birth"] >= 3)).sum())
        ratio = float(np.clip(two / max(one, 1), 0.02, 20.0)) if one >= MINIMUM_PAIRS else ratio
    if by_phone is not None:
        household["place"] = _counted(by_phone, "place", household["place"])
    return household, ratio, homes


def _are_homes(sharing: dict[str, Any]) -> bool:
    """Whether people who share an address live together: as many bear one family name as in families, not as in a village.

    Where all that a list tells of an address is a village, a suburb or a parish, its people are neighbours.
    """
    two = (
        np.isin(sharing["forename"], (0, 1)) & np.isin(sharing["birth"], (-1, 0)) & (sharing["surname"] >= 0)
    )
    same = sharing["surname"][two] == len(EXPECTED["surname"].strangers) - 1
    return len(same) < MINIMUM_PAIRS or float(same.mean()) >= LEAST_FAMILIES_AT_HOME


def _with_twins(strangers: tuple[float, ...]) -> tuple[float, ...]:
    """Dates of birth in a household: as among strangers, but for twins (about 1.5% of births in England are multiple)."""
    values = [max(strangers[0], 0.008), *strangers[1:]]
    return tuple(value / sum(values) for value in values)


def _shared(workplace: duckdb.DuckDBPyConnection, column: str) -> dict[str, Any] | None:
    """Levels of a sample of pairs that share a member of ``column``, leaving out what many share."""
    workplace.execute(
        f"""
        CREATE OR REPLACE TABLE sharing AS
        WITH member AS (SELECT record_number, unnest({column}) AS value FROM comparison_record),
        small AS (SELECT value FROM member GROUP BY value HAVING count(*) BETWEEN 2 AND 30)
        SELECT DISTINCT a.record_number AS number_a, b.record_number AS number_b
        FROM small s JOIN member a ON a.value = s.value JOIN member b ON b.value = s.value
        WHERE a.record_number < b.record_number AND hash(s.value) % 4 = 0"""
    )
    for bits in BITS_COLUMNS:
        workplace.execute(f"ALTER TABLE comparison_record ADD COLUMN IF NOT EXISTS {bits} FLOAT")
    found = workplace.execute(levels_query("sharing")).fetchnumpy()
    return dict(found) if len(found["number_a"]) >= MINIMUM_PAIRS else None


def _counted(pairs: dict[str, Any], field: str, expected: tuple[float, ...]) -> tuple[float, ...]:
    """Share of each level of ``field`` among pairs that are plainly two people, with expected values for the rare."""
    two = pairs[field][np.isin(pairs["forename"], (0, 1)) & (pairs["birth"] == 0) & (pairs[field] >= 0)]
    best = len(expected) - 1
    seen = [int((two == best - rank).sum()) + 100 * expected[rank] for rank in range(len(expected))]
    return tuple(value / sum(seen) for value in seen)


def _prior(connection: duckdb.DuckDBPyConnection, chances: dict[str, LevelChances], records: int) -> float:
    """Pairs that agree on both names and the date of birth, scaled up by how often one person's records do."""
    agreeing, complete = connection.execute(
        """
        WITH alike AS (
            SELECT count(*) AS size FROM comparison_record
            WHERE forename IS NOT NULL AND surname IS NOT NULL AND birth_date IS NOT NULL
            GROUP BY forename, surname, birth_date HAVING count(*) <= 50)
        SELECT sum(size * (size - 1) / 2), sum(size) FROM alike"""
    ).fetchall()[0]
    found = (
        chances["forename"].same_person[0]
        * chances["surname"].same_person[0]
        * chances["birth"].same_person[0]
    )
    pairs = (agreeing or 0) / max(found, 0.2) / max((complete or 0) / records, 0.2) ** 2
    least = records / RECORDS_FOR_ONE_PARTNER / 2
    return float(np.clip(max(pairs, least) / (records * (records - 1) / 2), 1e-8, 1e-3))


def _frequencies(connection: duckdb.DuckDBPyConnection, column: str, records: int) -> dict[str, float]:
    rows = connection.execute(
        f"SELECT {column}, count(*) AS held FROM comparison_record WHERE {column} IS NOT NULL GROUP BY {column}"
        f" HAVING count(*) >= 3 ORDER BY held DESC, {column} LIMIT {LISTED_NAMES}"
    ).fetchall()
    return {str(value): float(f"{held / records:.3g}") for value, held in rows}


def _full_names(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Share of people with a full name, where years of birth show that several people bear it."""
    rows = connection.execute(
        f"""
        WITH bearer AS (
            SELECT forename || ' ' || surname AS full_name, birth_year FROM comparison_record
            WHERE forename IS NOT NULL AND surname IS NOT NULL AND birth_year IS NOT NULL GROUP BY ALL)
        SELECT full_name, people, (SELECT count(*) FROM bearer) AS everyone
        FROM (SELECT full_name, count(*) AS people FROM bearer GROUP BY full_name HAVING count(*) >= 2)
        ORDER BY people DESC, full_name LIMIT {LISTED_FULL_NAMES}"""
    ).fetchall()
    return {str(full_name): float(f"{people / everyone:.3g}") for full_name, people, everyone in rows}


def _over_common(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    listed = {}
    for kind, column in (("phone", "phones"), ("postcode", "postcodes"), ("identifier", "identifiers")):
        rows = connection.execute(
            f"SELECT value FROM (SELECT unnest({column}) AS value FROM comparison_record) GROUP BY value"
            f" HAVING count(*) > {OVER_COMMON[kind]} ORDER BY value"
        ).fetchall()
        listed[kind] = tuple(str(value) for (value,) in rows)
    numbers = connection.execute(
        "SELECT value FROM (SELECT unnest(nhs_numbers) AS value FROM comparison_record) GROUP BY value"
        f" HAVING count(*) > {OVER_COMMON['identifier']} ORDER BY value"
    ).fetchall()
    listed["identifier"] += tuple(f"nhs_number:{value}" for (value,) in numbers)
    return listed
