"""An independent second opinion on pairs of records: another model, other comparisons, learnt without labels.

The expectation/conditional maximisation classifier of the recordlinkage library sees plain yes-or-no agreements on
single values, no levels, no frequencies and no households. Where it and the model disagree, a person should look.
"""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

if TYPE_CHECKING:
    import pandas as pd

Pair = tuple[str, str]

# Bounds on what it is asked and on what it learns from, so that a build's time for it does not grow with the hub.
MOST_ASKED: Final = 20_000
SAMPLE_PAIRS: Final = 5_000
# With fewer pairs than this to learn from it has no opinion.
LEAST_PAIRS: Final = 400
# Pairs as sure as this show what one person looks like.
SURE_BITS: Final = 12.0
_ALIKE_NAMES: Final = 0.88
_EXACT: Final = ("day", "month", "year", "sex", "postcode", "phone", "nhs_number")


def second_opinions(
    connection: duckdb.DuckDBPyConnection, scope: Scope, asked: Sequence[Pair]
) -> dict[Pair, float]:
    """The chance that each pair of records of the scope is one person, as another model sees it; 0 to 1.

    It learns from the pairs asked, pairs that the model is sure of and pairs picked at random, all of the scope's
    records. Only the first ``MOST_ASKED`` pairs are answered. A pair one of whose records lacks a given name, a family
    name or a date of birth gets no answer; nor does any where there is too little to learn from.
    """
    if not asked:
        return {}
    wanted = list(dict.fromkeys(asked))[:MOST_ASKED]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE opinion_record AS {_values_query(scope)}")
    try:
        pairs = list(dict.fromkeys([*wanted, *_sample(connection)]))
        known = _known_pairs(connection, pairs)
        if len(known) < LEAST_PAIRS:
            return {}
        chances = _learnt(connection, known)
    finally:
        connection.execute("DROP TABLE temp.opinion_record")
    return {pair: chances[pair] for pair in wanted if pair in chances}


def _values_query(scope: Scope) -> str:
    """SQL of one value a field for each record of the scope that has names and a date of birth."""
    one_of = "SELECT record_id, min({value}) AS {name} FROM {rows} WHERE {condition} AND {value} IS NOT NULL GROUP BY record_id"
    postcode = one_of.format(
        value="postcode", name="postcode", rows=rows_in_scope("address_spell", scope), condition="true"
    )
    phone = one_of.format(
        value="value", name="phone", rows=rows_in_scope("thing_use", scope), condition="kind = 'phone'"
    )
    number = one_of.format(
        value="value",
        name="nhs_number",
        rows=rows_in_scope("identifier", scope),
        condition="kind = 'nhs_number'",
    )
    return f"""
        SELECT r.record_id, lower(r.given_name) AS given, lower(r.family_name) AS family, day(date_of_birth) AS day,
            month(date_of_birth) AS month, year(date_of_birth) AS year, sex, postcode, phone, nhs_number
        FROM {rows_in_scope("record", scope)} r LEFT JOIN ({postcode}) USING (record_id)
        LEFT JOIN ({phone}) USING (record_id) LEFT JOIN ({number}) USING (record_id)
        WHERE given_name IS NOT NULL AND family_name IS NOT NULL AND date_of_birth IS NOT NULL"""


def _sample(connection: duckdb.DuckDBPyConnection) -> list[Pair]:
    """Pairs that the model is sure of and pairs picked at random: by digests of ids, the same on every run."""
    sure = connection.execute(
        """SELECT record_id_a, record_id_b FROM link
           WHERE weight >= ? AND rule IS NULL AND record_id_a IN (SELECT record_id FROM opinion_record)
             AND record_id_b IN (SELECT record_id FROM opinion_record)
           ORDER BY md5(record_id_a || record_id_b), record_id_a, record_id_b LIMIT ?""",
        [SURE_BITS, SAMPLE_PAIRS],
    ).fetchall()
    random = connection.execute(
        """SELECT least(record_id, following), greatest(record_id, following) FROM (
               SELECT record_id, lead(record_id) OVER (ORDER BY md5(record_id), record_id) AS following, md5(record_id) AS place
               FROM opinion_record)
           WHERE following IS NOT NULL ORDER BY place LIMIT ?""",
        [SAMPLE_PAIRS],
    ).fetchall()
    return [(str(a), str(b)) for a, b in (*sure, *random)]


def _known_pairs(connection: duckdb.DuckDBPyConnection, pairs: list[Pair]) -> list[Pair]:
    """Those pairs both of whose records have values, in their order."""
    arriving = pa.table(
        {"place": range(len(pairs)), "a": [pair[0] for pair in pairs], "b": [pair[1] for pair in pairs]}
    )
    connection.register("arriving", arriving)
    rows = connection.execute(
        "SELECT a, b FROM arriving WHERE a IN (SELECT record_id FROM opinion_record)"
        " AND b IN (SELECT record_id FROM opinion_record) ORDER BY place"
    ).fetchall()
    connection.unregister("arriving")
    return [(str(a), str(b)) for a, b in rows]


def _learnt(connection: duckdb.DuckDBPyConnection, pairs: list[Pair]) -> dict[Pair, float]:
    """The chance of each pair, learnt from all of them."""
    # Here and not above: the library takes two seconds to import, and only a build asks for its opinion.
    import pandas  # noqa: PLC0415 - slow to import
    import recordlinkage  # noqa: PLC0415 - slow to import

    connection.register(
        "arriving", pa.table({"record_id": sorted({record_id for pair in pairs for record_id in pair})})
    )
    values = connection.execute(
        "SELECT * FROM opinion_record WHERE record_id IN (SELECT record_id FROM arriving) ORDER BY record_id"
    ).df()
    connection.unregister("arriving")
    index = pandas.MultiIndex.from_tuples(pairs, names=["record_id_a", "record_id_b"])
    # The library divides by what is nought where a value never occurs, and speaks to an older pandas.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agreements = _agreements(recordlinkage, index, values.set_index("record_id"))
        varied = agreements.loc[:, agreements.nunique() > 1]
        if varied.shape[1] < 3:
            return {}
        chances = recordlinkage.ECMClassifier(init="jaro", atol=1e-4)
        chances.fit(varied)
        told = chances.prob(varied)
    return {
        pair: min(max(float(chance), 0.0), 1.0)
        for pair, chance in zip(pairs, told.tolist(), strict=True)
        if chance == chance  # noqa: PLR0124 - not a number where the library found no answer
    }


def _agreements(recordlinkage: Any, pairs: "pd.MultiIndex", values: "pd.DataFrame") -> "pd.DataFrame":
    """One column a field, 1 where the two records agree; a value that is not known agrees with nothing."""
    compare = recordlinkage.Compare(n_jobs=1)
    for name in ("given", "family"):
        compare.string(name, name, method="jarowinkler", threshold=_ALIKE_NAMES, label=name)
    for name in _EXACT:
        compare.exact(name, name, label=name)
    found: pd.DataFrame = compare.compute(pairs, values)
    return found.astype(int)
