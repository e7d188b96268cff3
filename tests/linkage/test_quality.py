from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage import (
    BlockingReport,
    LinkageQuality,
    describe_people,
    measure_linkage,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from linkage.quality.chances import _best_way, pair_chances
from linkage.quality.estimates import LEAST_PAIRS, Estimate
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]

AMINA = {"given": "Amina", "family": "Okonkwo", "born": "2011-05-17", "sex": "female", "postcode": "ZZ1 2AB"}


def build(connection: Snapshot, scope: Scope) -> BlockingReport:
    calibration = shipped_calibration()
    connection.execute("INSERT INTO build BY NAME SELECT 's1' AS snapshot_id, DATE '2026-01-31' AS as_of")
    standardise(connection, calibration)
    blocking = score_pairs(connection, calibration).blocking
    resolve_people(connection, scope, calibration)
    describe_people(connection, scope)
    return blocking


def measured(connection: Snapshot, scope: Scope) -> LinkageQuality:
    return measure_linkage(connection, scope, shipped_calibration())


def people(connection: Snapshot, put_record: Put, number: int, copies: int = 2) -> None:
    """People nobody could mix up, each with as many records as asked for."""
    families = [
        "Abbott",
        "Brennan",
        "Castellanos",
        "Drummond",
        "Eriksen",
        "Fontaine",
        "Gallagher",
        "Hartmann",
    ]
    forenames = ["Oluwaseun", "Bartholomew", "Guinevere", "Xiomara", "Thorfinn", "Persephone", "Quentin"]
    for person in range(number):
        for copy in range(copies):
            put_record(
                connection,
                f"{'police' if copy % 2 else 'health'}:{person}-{copy}",
                feed=f"feed{copy}",
                given=forenames[person % 7],
                family=families[person % 8],
                born=date(1950 + person, 2 + person % 11, 2 + person % 27).isoformat(),
                sex="female" if person % 2 else "male",
                postcode=f"ZZ{person % 9 + 1} {person % 8 + 1}AB",
                phone=f"+4477009{person:05d}",
            )


def test_completeness_counts_what_linkage_can_use(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "police:2", **(AMINA | {"given": "unknown", "born": "2011-01-01"}))
    put_record(snapshot, "health:1", family="Okonkwo", feed="gp")
    build(snapshot, hub)
    health, police = measured(snapshot, hub).completeness
    assert (health.agency, health.feed, health.records, health.shares["Given name"]) == ("health", "gp", 1, 0)
    assert (police.shares["Given name"], police.shares["Family name"]) == (0.5, 1.0)
    assert (police.shares["Full date of birth"], police.shares["Year of birth"]) == (0.5, 1.0)


def test_a_record_with_a_given_name_alone_is_too_bare_to_link(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "police:2", given="Amina", feed="calls")
    build(snapshot, hub)
    bare = measured(snapshot, hub).self_match
    assert {feed.feed: (feed.records, feed.too_bare) for feed in bare.feeds} == {
        "feed": (1, 0),
        "calls": (1, 1),
    }
    assert [share for _, share in bare.curve] == sorted(share for _, share in bare.curve)


def test_every_kept_link_is_in_one_bar(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    people(snapshot, put_record, 6)
    put_record(snapshot, "education:1", **AMINA)
    put_record(snapshot, "health:twin", **(AMINA | {"given": "Blessing"}))
    build(snapshot, hub)
    bars = measured(snapshot, hub).weights
    links = snapshot.execute("SELECT count(*) FROM link").fetchall()[0][0]
    assert sum(bar.joined + bar.apart for bar in bars) == links
    assert sum(bar.apart for bar in bars) == 1
    assert [bar.bits for bar in bars] == list(range(bars[0].bits, bars[-1].bits + 1))


def test_the_second_search_finds_a_pair_that_was_never_compared(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    people(snapshot, put_record, 6)
    build(snapshot, hub)
    everyone = ("everyone", "everyone")
    assert measured(snapshot, hub).blocking.never_compared[everyone].lost == 0
    snapshot.execute("DELETE FROM link WHERE record_id_a = 'health:0-0'")
    searched = measured(snapshot, hub).blocking
    assert searched.never_compared[everyone].found == pytest.approx(6, abs=0.01)
    assert searched.never_compared[everyone].lost == pytest.approx(1, abs=0.01)
    assert searched.never_compared[("agency", "police")].lost == pytest.approx(0.5, abs=0.01)
    assert all(order.lost == 1 for order in searched.orders)


def test_common_keys_are_told_by_rule(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    cap = shipped_calibration().block_cap
    for number in range(cap + 1):
        put_record(snapshot, f"police:{number:03d}", given="Amina", family="Okonkwo", born="1990-03-04")
    blocking = build(snapshot, hub)
    crowded = measured(snapshot, hub).blocking.common_keys
    assert crowded
    assert {one.rule: one.keys for one in crowded} == blocking.keys_over_cap
    assert {one.rule: one.records for one in crowded} == blocking.records_over_cap


@settings(deadline=None, max_examples=60)
@given(
    size=st.integers(2, 7),
    chances=st.lists(st.floats(0.01, 1.0), min_size=21, max_size=21),
)
def test_records_that_meet_through_others_are_as_likely_as_the_best_way(
    size: int, chances: list[float]
) -> None:
    low, high = np.triu_indices(size, 1)
    direct = np.array(chances[: len(low)])
    network = nx.Graph()
    for one, other, chance in zip(low.tolist(), high.tolist(), direct.tolist(), strict=True):
        network.add_edge(one, other, cost=-np.log(chance))
    found = _best_way(low.astype(np.int64) + 40, high.astype(np.int64) + 40, direct)
    for one, other, chance in zip(low.tolist(), high.tolist(), found.tolist(), strict=True):
        cost = nx.shortest_path_length(network, one, other, weight="cost")
        assert chance == pytest.approx(np.exp(-cost))


def test_one_who_could_be_either_of_two_counts_as_one_of_them_at_most(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    # Father and son of one name in one house, and a call that says no more than the name and the house.
    home = {"given": "Rashid", "family": "Khan", "postcode": "ZZ1 2AB", "address": "14 Larch Way"}
    put_record(snapshot, "health:father", **home, born="1960-02-03", sex="male")
    put_record(snapshot, "health:son", **home, born="1991-08-09", sex="male")
    put_record(snapshot, "police:caller", **home)
    build(snapshot, hub)
    apart = pair_chances(snapshot, hub, shipped_calibration()).apart
    caller = snapshot.execute(
        "SELECT record_number FROM comparison_record WHERE record_id = 'police:caller'"
    ).fetchall()[0][0]
    own = {}
    for person, a, b, chance in zip(apart.person, apart.number_a, apart.number_b, apart.chance, strict=True):
        if caller in (a, b):
            own.setdefault(int(person), []).append(float(chance))
    both = [chances for chances in own.values() if len(chances) == 2]
    assert len(both) == 1
    assert sum(both[0]) <= 1


def test_estimates_are_near_certain_where_records_agree_and_fall_where_links_are_missing(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    people(snapshot, put_record, 40, copies=3)
    build(snapshot, hub)
    before = {(group.dimension, group.value): group for group in measured(snapshot, hub).estimates}
    everyone = before[("everyone", "everyone")]
    assert everyone.pairs == 120
    assert everyone.precision is not None
    assert everyone.recall is not None
    assert everyone.precision.value > 0.99
    assert everyone.recall.value > 0.99
    # Each of these people falls into one record and two; the weights still say that they are one.
    snapshot.execute(
        "UPDATE membership SET person_id = person_id || 'x' WHERE record_id LIKE '%-2' AND record_id < 'health:2'"
    )
    after = {(group.dimension, group.value): group for group in measured(snapshot, hub).estimates}
    fallen = after[("everyone", "everyone")].recall
    assert fallen is not None
    assert fallen.value < everyone.recall.value
    assert not fallen.holds(everyone.recall.value)


def test_a_link_is_safer_where_everybody_has_other_records(
    new_snapshot: Callable[[], Snapshot], hub: Scope, put_record: Put
) -> None:
    """The same weak link, among people who are known elsewhere and among people who are not."""
    chances = []
    for copies in (3, 1):
        with new_snapshot() as connection:
            people(connection, put_record, 20, copies=copies)
            for agency in ("education", "housing"):
                put_record(connection, f"{agency}:weak", given="Bo", family="Ash", born="1999-07-08")
            build(connection, hub)
            joined = pair_chances(connection, hub, shipped_calibration()).joined
            chances.append(float(joined.chance.min()))
    assert 0.9 < chances[1] < chances[0] < 1


def test_a_group_of_few_is_not_told(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    people(snapshot, put_record, LEAST_PAIRS // 2)
    build(snapshot, hub)
    assert all(
        group.precision is None and group.recall is None and group.pairs < LEAST_PAIRS
        for group in measured(snapshot, hub).estimates
    )


def test_the_order_of_rows_changes_nothing(
    new_snapshot: Callable[[], Snapshot], hub: Scope, put_record: Put
) -> None:
    rows: list[tuple[str, dict[str, Any]]] = [
        (f"health:{n}-{copy}", AMINA | {"born": f"19{50 + n}-05-17", "given": given})
        for n, given in enumerate(["Amina", "Bola", "Chidi", "Dayo", "Efe"])
        for copy in range(5)
    ]
    told = []
    for ordered in (rows, rows[::-1]):
        with new_snapshot() as connection:
            for record_id, facts in ordered:
                put_record(connection, record_id, **facts)
            build(connection, hub)
            told.append(measured(connection, hub))
    assert told[0] == told[1]


def test_people_to_look_at_are_named_by_record_and_matter(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    for number in range(12):
        put_record(snapshot, f"health:{number:02d}", **AMINA, nhs="9990000018", feed=f"feed{number % 6}")
    put_record(snapshot, "police:1", **AMINA, nhs="9990000026")
    build(snapshot, hub)
    snapshot.execute("UPDATE membership SET person_id = 'one'")
    snapshot.execute("UPDATE person SET person_id = 'one', record_count = 13 WHERE record_count > 1")
    snapshot.execute("UPDATE record SET date_of_birth = DATE '1981-05-17' WHERE record_id = 'police:1'")
    quality = measured(snapshot, hub)
    found = {kind.title: kind for kind in quality.people}
    assert found["Two NHS numbers"].people[0].matter == "2 NHS numbers"
    assert found["Born in years apart"].people[0].matter == "years of birth from 1981 to 2011"
    assert found["More than 10 records"].people_in_all == 1
    assert found["Known to more than 4 feeds"].people[0].agencies == 2
    assert found["Known to more than 4 feeds"].people[0].records == 13
    assert quality.record_ids == {f"health:{number:02d}" for number in range(6)}


def test_two_firm_parts_with_a_weak_link_between_hang_by_a_thread(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    people(snapshot, put_record, 2, copies=3)
    build(snapshot, hub)
    assert next(kind for kind in measured(snapshot, hub).people if "weak" in kind.title).people_in_all == 0
    snapshot.execute("UPDATE membership SET person_id = 'one'")
    snapshot.execute(
        "INSERT INTO link BY NAME SELECT a.record_id AS record_id_a, b.record_id AS record_id_b, 4.25 AS weight,"
        " a.record_number AS number_a, b.record_number AS number_b, '11111111' AS comparisons"
        " FROM comparison_record a, comparison_record b WHERE a.record_id = 'health:0-2' AND b.record_id = 'police:1-1'"
    )
    held = next(kind for kind in measured(snapshot, hub).people if "weak" in kind.title)
    assert held.people_in_all == 1
    assert held.people[0].matter == "3 and 3 records, held by the link of the first two (+4.2 bits)"
    assert held.people[0].record_ids[:2] == ("health:0-2", "police:1-1")
    assert len(held.people[0].record_ids) == 6


def test_an_interval_holds_its_ends() -> None:
    assert Estimate(0.9, 0.8, 1.0).holds(0.8)
    assert not Estimate(0.9, 0.8, 1.0).holds(0.79)


def test_an_empty_snapshot_is_measured_too(snapshot: Snapshot, hub: Scope) -> None:
    build(snapshot, hub)
    quality = measured(snapshot, hub)
    assert (quality.built.records, quality.estimates, quality.record_ids) == (0, (), frozenset())
