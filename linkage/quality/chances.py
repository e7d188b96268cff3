"""How likely each pair of records is one person: pairs that were joined, and pairs that were left apart.

From the calibrated weights alone. A pair that sits in one person through others is as likely as the best way from
one to the other; two people that could be one are as likely as their pairs say on average, shared out where one
person could be any of several others, and not at all where facts exclude one another.
"""

from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.columns import column
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import CONTRADICTION, levels_query, weights_query
from records.scope import Scope

# People looked at; of more, as many are taken by a digest of their id, so that it does not matter which rows came first.
MOST_PEOPLE: Final = 20_000
# No real person has so many records: such a cluster is for the list of people to look at, and would outweigh all else.
MOST_RECORDS: Final = 150
_LEAST_BITS: Final = -40.0

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PairChances:
    """Pairs of records, a row each: whose (position of the person), the two records, and the chance that they are one.

    ``lump``: pairs that are right or wrong together with this one, so many do not count as so many proofs.
    ``share``: how much of the pair is the person's; a pair between two people is half the one's and half the other's.
    """

    person: Numbers
    number_a: Numbers
    number_b: Numbers
    chance: Floats
    lump: Floats
    share: float


@dataclass(frozen=True, slots=True)
class Chances:
    """``people``: how many people the positions of ``joined`` and ``apart`` number."""

    people: int
    joined: PairChances
    apart: PairChances


def pair_chances(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> Chances:
    """The pairs within people of ``scope``, and those between them that any kept link ties, of a sample of people."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE quality_person AS
        SELECT person_id, row_number() OVER (ORDER BY person_id)::INTEGER - 1 AS place FROM (
            SELECT person_id FROM membership WHERE scope = ? GROUP BY person_id HAVING count(*) <= {MOST_RECORDS}
            ORDER BY md5(person_id) LIMIT {MOST_PEOPLE})""",
        [scope.name],
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE quality_member AS
        SELECT c.record_number, m.person_id, p.place FROM membership m JOIN comparison_record c USING (record_id)
        LEFT JOIN quality_person p USING (person_id) WHERE m.scope = ?""",
        [scope.name],
    )
    people = int(connection.execute("SELECT count(*) FROM quality_person").fetchall()[0][0])
    chances = Chances(people, _joined(connection, calibration), _apart(connection, calibration))
    for name in ("quality_person", "quality_member"):
        connection.execute(f"DROP TABLE temp.{name}")
    return chances


def _joined(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> PairChances:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE joined_pair AS SELECT a.place, a.record_number AS number_a,"
        " b.record_number AS number_b FROM quality_member a JOIN quality_member b ON a.place = b.place"
        " AND a.record_number < b.record_number"
    )
    found = connection.execute(
        f"SELECT p.place, number_a, number_b, w.weight FROM ({weights_query(levels_query('joined_pair'), calibration)}) w"
        " JOIN joined_pair p USING (number_a, number_b) ORDER BY p.place, number_a, number_b"
    ).fetchnumpy()
    connection.execute("DROP TABLE temp.joined_pair")
    place = column(found, "place", np.int64)
    number_a, number_b = column(found, "number_a", np.int64), column(found, "number_b", np.int64)
    alone = _share_alone(connection)
    direct = _probability(column(found, "weight", np.float64))
    chance = direct.copy()
    pairs_of_person = np.bincount(place, minlength=1)[place] if len(place) else np.zeros(0)
    # n records make n (n - 1) / 2 pairs; one wrong record makes n - 1 of them wrong.
    lump = np.round((1 + np.sqrt(1 + 8 * pairs_of_person)) / 2) - 1
    cuts = np.flatnonzero(np.diff(place)) + 1
    for low, high in zip(np.r_[0, cuts], np.r_[cuts, len(place)], strict=True):
        if high - low > 1:
            chance[low:high] = _best_way(number_a[low:high], number_b[low:high], direct[low:high])
    # Nearly everyone has a record elsewhere, so a record in the wrong place would, as a rule, have shown that it fits
    # another as well, and would have joined neither. It goes unnoticed where it is its person's only one.
    chance = chance / (chance + (1 - chance) * alone)
    return PairChances(place, number_a, number_b, chance, lump, 1.0)


def _share_alone(connection: duckdb.DuckDBPyConnection) -> float:
    """The share of records that are their person's only one; a record more of either kind keeps it from 0 and 1."""
    records, alone = connection.execute(
        "SELECT coalesce(sum(held), 0), count(*) FILTER (held = 1) FROM"
        " (SELECT count(*) AS held FROM quality_member GROUP BY person_id)"
    ).fetchall()[0]
    return float((alone + 1) / (records + 2))


def _best_way(number_a: Numbers, number_b: Numbers, direct: Floats) -> Floats:
    """For all pairs of one person, the highest product of chances on any way from one record to the other."""
    records, ends = np.unique(np.concatenate([number_a, number_b]), return_inverse=True)
    one, other = ends[: len(number_a)], ends[len(number_a) :]
    best = np.zeros((len(records), len(records)))
    best[one, other] = direct
    best[other, one] = direct
    for through in range(len(records)):
        np.maximum(best, np.outer(best[through], best[through]), out=best)
    return np.asarray(best[one, other], dtype=np.float64)


def _apart(connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration) -> PairChances:
    """All pairs between two people whom a kept link ties, from the side of each person of the sample."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE apart_pair AS
        WITH tied AS (
            SELECT DISTINCT least(a.person_id, b.person_id) AS one, greatest(a.person_id, b.person_id) AS other
            FROM link l JOIN quality_member a ON a.record_number = l.number_a
            JOIN quality_member b ON b.record_number = l.number_b
            WHERE a.person_id <> b.person_id AND (a.place IS NOT NULL OR b.place IS NOT NULL)),
        sized AS (
            SELECT person_id, any_value(place) AS place FROM quality_member GROUP BY person_id
            HAVING count(*) <= {MOST_RECORDS})
        SELECT t.one, t.other, s.place AS place_one, o.place AS place_other,
            a.record_number AS number_a, b.record_number AS number_b
        FROM tied t JOIN sized s ON s.person_id = t.one JOIN sized o ON o.person_id = t.other
        JOIN quality_member a ON a.person_id = t.one JOIN quality_member b ON b.person_id = t.other"""
    )
    found = connection.execute(
        f"""
        WITH weighed AS (
            SELECT p.*, greatest({_LEAST_BITS}, avg(w.weight) OVER (PARTITION BY p.one, p.other)) AS mean_bits,
                coalesce(bool_or(w.rule = '{CONTRADICTION}') OVER (PARTITION BY p.one, p.other), false) AS excluded,
                count(*) OVER (PARTITION BY p.one, p.other) AS pairs
            FROM ({weights_query(levels_query("apart_pair"), calibration)}) w
            JOIN apart_pair p USING (number_a, number_b)),
        sided AS (
            SELECT place_one AS place, * FROM weighed WHERE place_one IS NOT NULL AND NOT excluded
            UNION ALL
            SELECT place_other AS place, * FROM weighed WHERE place_other IS NOT NULL AND NOT excluded),
        -- A person is one other person at most: the odds of all whom it could be are set against one another.
        shared AS (SELECT *, 1 + sum(pow(2.0, mean_bits) / pairs) OVER (PARTITION BY place) AS odds FROM sided)
        SELECT place, number_a, number_b, pow(2.0, mean_bits) / odds AS chance, pairs FROM shared
        ORDER BY place, number_a, number_b"""
    ).fetchnumpy()
    connection.execute("DROP TABLE temp.apart_pair")
    return PairChances(
        column(found, "place", np.int64),
        column(found, "number_a", np.int64),
        column(found, "number_b", np.int64),
        column(found, "chance", np.float64),
        column(found, "pairs", np.float64),
        0.5,
    )


def _probability(bits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, _LEAST_BITS, 60.0))), dtype=np.float64)
