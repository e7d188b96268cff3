"""Keys bring together those who may be one person, and no more strangers the larger the hub."""

from collections.abc import Callable

import duckdb
import pytest

from linkage import shipped_calibration, standardise
from linkage.pairs.blocking import make_keys, make_pairs

Put = Callable[..., None]
FAMILIES = ("Abernethy", "Buckle", "Cattermole", "Dzurinda", "Fothergill", "Grzelak", "Hinxman", "Jellicoe")


def pairs_of(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Record ids of every pair that is to be compared."""
    standardise(connection, shipped_calibration())
    make_keys(connection)
    make_pairs(connection, shipped_calibration().block_cap)
    return set(
        connection.execute(
            """SELECT least(a.record_id, b.record_id), greatest(a.record_id, b.record_id) FROM candidate_pair p
               JOIN comparison_record a ON a.record_number = p.number_a
               JOIN comparison_record b ON b.record_number = p.number_b"""
        ).fetchall()
    )


@pytest.mark.parametrize("towns", [2, 8])
def test_callers_meet_their_namesake_of_the_street_and_not_the_streets_of_every_town(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put, towns: int
) -> None:
    for number, family in enumerate(FAMILIES[:towns]):
        postcode = f"Z{'ABCDEFGH'[number]}1 1AA"
        known = {"given": "Zoe", "family": family, "born": f"198{number}-05-06", "postcode": postcode}
        put_record(snapshot, f"health:{number}", address="2 High Street", **known)
        put_record(snapshot, f"police:{number}", family=family, address="2 High Street")
    assert pairs_of(snapshot) == {(f"health:{number}", f"police:{number}") for number in range(towns)}


def test_a_caller_is_met_by_either_name_in_its_place_or_the_others(
    snapshot: duckdb.DuckDBPyConnection, put_record: Put
) -> None:
    put_record(
        snapshot, "health:1", given="Amy", family="Cole", born="1980-05-06", address="2 High Street", postcode="ZQ1 1AA"
    )  # fmt: skip
    put_record(snapshot, "police:1", given="Cole", address="2 High Street")
    assert pairs_of(snapshot) == {("health:1", "police:1")}
