"""The queue of links for people to look at, the second opinion, and the path by which a record came to its person."""

import math
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage import (
    NO_RULINGS,
    WHY_APART,
    LinkageCalibration,
    Rulings,
    describe_people,
    explain_link,
    explain_membership,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
    store_review,
    why_apart,
)
from linkage.people.weak_holds import weak_holds
from linkage.review.queue import opinions_on, uncertainty
from linkage.review.second_opinion import second_opinions
from records.errors import BadInput, NotThere
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
AS_OF = date(2026, 3, 1)
AMINA = {
    "given": "Amina",
    "family": "Okonkwo",
    "born": "2011-05-17",
    "sex": "female",
    "postcode": "ZZ1 2AB",
    "address": "14 Larch Way",
}
TWIN = AMINA | {"given": "Blessing"}


@dataclass(frozen=True)
class Said:
    record_id_a: str
    record_id_b: str
    decision: str


@dataclass(frozen=True)
class Seal:
    protected_record_ids: frozenset[str]
    other_record_ids: frozenset[str]


def build(
    connection: Snapshot,
    scope: Scope,
    rulings: Rulings = NO_RULINGS,
    calibration: LinkageCalibration | None = None,
) -> list[dict[str, Any]]:
    """The stages up to the queue; the queue's rows, in its order."""
    calibration = calibration or shipped_calibration()
    standardise(connection, calibration)
    score_pairs(connection, calibration, rulings.seals)
    resolve_people(connection, scope, calibration, rulings)
    describe_people(connection, scope)
    store_review(connection, scope, calibration, AS_OF)
    return rows(connection, scope)


def rows(connection: Snapshot, scope: Scope) -> list[dict[str, Any]]:
    cursor = connection.execute(
        "SELECT * EXCLUDE (scope, person_id_a, person_id_b) FROM review_pair WHERE scope = ?", [scope.name]
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def together(connection: Snapshot, entry: dict[str, Any]) -> float:
    """Half the best pair's bits, half the mean of all pairs between the sides, by the explanation of each."""
    bits = [
        explain_link(connection, Scope("any", frozenset({0, 1})), one, other, shipped_calibration()).weight
        for one in entry["record_ids_a"]
        for other in entry["record_ids_b"]
    ]
    return float((max(bits) + sum(bits) / len(bits)) / 2)


def test_twins_stand_in_the_queue_with_what_a_judgement_would_move(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    for record_id, facts in (("police:1", AMINA), ("health:1", AMINA), ("education:1", TWIN)):
        put_record(snapshot, record_id, **facts)
    snapshot.execute(
        "INSERT INTO event BY NAME SELECT unnest(['e:1', 'e:2', 'e:3']) AS event_id, unnest(['open', 'open', 'closed']) AS status, 0 AS label_id"
    )
    snapshot.execute(
        "INSERT INTO involvement BY NAME SELECT unnest(['e:1', 'e:1', 'e:2', 'e:3']) AS event_id,"
        " unnest(['police:1', 'education:1', 'health:1', 'police:1']) AS record_id, 'subject' AS role, 0 AS label_id"
    )
    (entry,) = build(snapshot, hub)
    assert (entry["kind"] in ("near_threshold", "kept_apart"), entry["rule"]) == (True, "twins")
    sides = {tuple(entry["record_ids_a"]), tuple(entry["record_ids_b"])}
    assert sides == {("education:1",), ("health:1", "police:1")}
    stakes = [entry[name] for name in ("records_moved", "open_events", "children", "agencies_joined")]
    assert stakes == [1, 2, 2, 3]
    assert entry["uncertainty"] == pytest.approx(
        uncertainty(opinions_on(together(snapshot, entry), True, None)), abs=1e-6
    )
    assert entry["expected_change"] == pytest.approx(entry["uncertainty"] * sum(stakes), abs=1e-5)


def test_stated_kin_and_two_numbers_of_one_feed_without_duplicates_need_no_review(
    new_snapshot: Callable[[], Snapshot], hub: Scope, put_record: Put
) -> None:
    with new_snapshot() as kin:
        put_record(kin, "police:1", **AMINA)
        put_record(kin, "health:1", **TWIN)
        kin.execute("INSERT INTO relationship VALUES ('health:1', 'police:1', 'sibling', NULL, NULL, 0)")
        assert build(kin, hub) == []
    with new_snapshot() as once:
        for record_id in ("gp:1", "gp:2"):
            put_record(once, record_id, **AMINA, feed="gp", duplicate_free=True)
        assert build(once, hub) == []


def test_a_sealed_pair_is_in_nobodys_queue(snapshot: Snapshot, hub: Scope, put_record: Put) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "health:1", **TWIN)
    assert len(build(snapshot, hub)) == 1
    sealed = Rulings(seals=(Seal(frozenset({"police:1"}), frozenset({"health:1"})),))
    assert build(snapshot, hub, sealed) == []


@pytest.mark.parametrize(
    ("chance", "bits"), [(0.5, 1.0), (0.25, 0.8112781), (0.0, 0.0), (1.0, 0.0), (0.9999, 0.0014730)]
)
def test_uncertainty_is_entropy(chance: float, bits: float) -> None:
    assert uncertainty([chance]) == pytest.approx(bits, abs=1e-6)
    assert uncertainty([0.0, 1.0]) == 1.0


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(
        st.fixed_dictionaries(
            {
                "given": st.sampled_from(["Amina", "Aminah", "Blessing", "Chidi"]),
                "born": st.sampled_from(["2011-05-17", "2011-05-18", "1985-03-02"]),
                "postcode": st.sampled_from(["ZZ1 2AB", "ZZ9 2AD"]),
                "label": st.sampled_from([0, 0, 1]),
            }
        ),
        min_size=2,
        max_size=8,
    ),
    seed=st.integers(0, 99),
)
def test_the_queue_depends_on_the_rows_in_scope_alone(
    new_snapshot: Callable[[], Snapshot],
    put_record: Put,
    ordinary: Scope,
    records: list[dict[str, Any]],
    seed: int,
) -> None:
    numbered = list(enumerate(records))
    with new_snapshot() as whole, new_snapshot() as without:
        for number, facts in random.Random(seed).sample(numbered, len(numbered)):
            put_record(whole, f"police:{number}", family="Okonkwo", **facts)
        for number, facts in numbered:
            if facts["label"] == 0:
                put_record(without, f"police:{number}", family="Okonkwo", **facts)
        assert build(whole, ordinary) == build(without, ordinary)


def linked(connection: Snapshot, links: list[tuple[int, int, float]], people: list[int]) -> None:
    """Made-up links between records 0, 1, 2 … and whose they are."""
    connection.execute("CREATE TEMP TABLE held (record_number INTEGER, person_id VARCHAR)")
    connection.executemany(
        "INSERT INTO held VALUES (?, ?)", [(at, f"p{who}") for at, who in enumerate(people)]
    )
    for low, high, bits in links:
        connection.execute(
            "INSERT INTO link BY NAME SELECT ? AS number_a, ? AS number_b, ?::DOUBLE AS weight",
            [low, high, bits],
        )


def test_a_person_in_two_parts_hangs_on_the_best_link_between_them(snapshot: Snapshot) -> None:
    sure = [(0, 1, 20.0), (2, 3, 18.0)]
    linked(snapshot, [*sure, (1, 2, 4.0), (0, 3, 3.5), (4, 5, 4.5), (3, 4, -1.0)], [0, 0, 0, 0, 1, 1])
    found = weak_holds(snapshot, "held", shipped_calibration(), 6.6)
    told = [(hold.number_a, hold.number_b, set(hold.part_a), set(hold.part_b)) for hold in found]
    assert told == [(1, 2, {0, 1}, {2, 3}), (4, 5, {4}, {5})]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(3.1, 9.0)), max_size=12))
def test_every_hold_is_the_strongest_way_across_its_cut(
    new_snapshot: Callable[[], Snapshot], drawn: list[tuple[int, int, float]]
) -> None:
    links = {(low, high): bits for low, high, bits in drawn if low < high}
    with new_snapshot() as connection:
        linked(connection, [(*pair, bits) for pair, bits in links.items()], [0] * 7)
        for hold in weak_holds(connection, "held", shipped_calibration(), 6.6):
            across = [
                bits
                for (low, high), bits in links.items()
                if (low in hold.part_a and high in hold.part_b)
                or (low in hold.part_b and high in hold.part_a)
            ]
            assert max(across) == hold.weight < 6.6
            assert not set(hold.part_a) & set(hold.part_b)


def many(connection: Snapshot, put: Put, count: int = 250) -> list[tuple[str, str]]:
    """People told of by two agencies each; the last ten pairs given are of two people."""
    chance = np.random.default_rng(5)
    families = [
        f"{start}{end}"
        for start in ("Ab", "Corr", "Dun", "Fell", "Grim", "Hart")
        for end in ("bott", "igan", "more", "ow", "shaw", "well")
    ]
    givens = [
        "Amina",
        "Blessing",
        "Chidi",
        "Dora",
        "Egon",
        "Farah",
        "Gita",
        "Hugo",
        "Ines",
        "Jonas",
        "Karol",
        "Lena",
    ]
    for number in range(count):
        facts = {
            "given": givens[int(chance.integers(len(givens)))],
            "family": families[int(chance.integers(len(families)))],
            "born": f"{int(chance.integers(1950, 2020))}-{int(chance.integers(1, 13)):02}-{int(chance.integers(1, 28)):02}",
            "sex": ("female", "male")[int(chance.integers(2))],
            "postcode": f"ZZ{number % 9} {number % 7}AB",
        }
        put(connection, f"police:{number}", **facts)
        put(connection, f"health:{number}", **facts)
    right = [(f"health:{number}", f"police:{number}") for number in range(count)]
    return right + [(f"health:{number}", f"police:{number + 7}") for number in range(10)]


def test_the_second_opinion_tells_pairs_of_one_person_from_others_without_labels(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    asked = many(snapshot, put_record)
    put_record(snapshot, "housing:1", given="Amina", family="Okonkwo")
    calibration = shipped_calibration()
    standardise(snapshot, calibration)
    score_pairs(snapshot, calibration)
    found = second_opinions(snapshot, hub, [*asked, ("health:1", "housing:1")])
    assert all(found[pair] > 0.9 for pair in asked[:-10])
    assert all(found[pair] < 0.1 for pair in asked[-10:])
    assert ("health:1", "housing:1") not in found, "there is no opinion on who has no date of birth"
    assert found == second_opinions(snapshot, hub, [*asked, ("health:1", "housing:1")])


def test_with_too_little_to_learn_from_there_is_no_second_opinion(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    asked = many(snapshot, put_record, 20)
    standardise(snapshot, shipped_calibration())
    score_pairs(snapshot, shipped_calibration())
    assert second_opinions(snapshot, hub, asked) == {}
    assert second_opinions(snapshot, hub, []) == {}


def test_the_library_of_the_second_opinion_is_imported_by_those_who_ask_it_alone() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, linkage, access; print({'recordlinkage', 'sklearn'} & set(sys.modules))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert told.stdout.strip() == "set()"


def test_a_membership_by_way_of_others_is_told_step_by_step(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "police:1", given="Amina", family="Okonkwo", born="2011-05-17", nhs="9990000018")
    put_record(snapshot, "health:1", **AMINA, nhs="9990000018", phone="+447700900001")
    put_record(
        snapshot,
        "school:1",
        given="Amina",
        phone="+447700900001",
        postcode="ZZ1 2AB",
        address="14 Larch Way",
        sex="female",
    )
    judged = Rulings((Said("health:1", "school:1", "same"),))
    build(snapshot, hub, judged)
    calibration = shipped_calibration()
    told = explain_membership(snapshot, hub, ("police:1", "school:1"), calibration, judged)
    assert told.record_ids == ("police:1", "health:1", "school:1")
    assert [hop.judged for hop in told.hops] == [False, True]
    assert told.weakest == told.hops[0].explanation.weight
    assert told.sentence.startswith("The two are one person by way of another record; the weakest step has")
    direct = explain_membership(snapshot, hub, ("police:1", "health:1"), calibration, judged)
    assert direct.record_ids == ("police:1", "health:1")
    assert direct.sentence == "The two are linked directly."
    on_demand = Scope("someone's", hub.label_ids)
    assert explain_membership(snapshot, on_demand, ("police:1", "school:1"), calibration, judged) == told


def test_what_is_not_one_person_has_no_path_but_a_reason(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "health:1", **TWIN)
    put_record(snapshot, "housing:1", given="Lena", family="Novak", born="1979-11-30")
    build(snapshot, hub)
    calibration = shipped_calibration()
    with pytest.raises(BadInput, match="not one person"):
        explain_membership(snapshot, hub, ("police:1", "health:1"), calibration)

    def reason(one: str, other: str, rulings: Rulings = NO_RULINGS) -> str:
        link = explain_link(snapshot, hub, one, other, calibration, rulings)
        return why_apart(snapshot, hub, link, ({one}, {other}), calibration, rulings)

    assert reason("police:1", "health:1") == "twins"
    assert reason("police:1", "housing:1") == "not alike enough"
    judged = Rulings((Said("housing:1", "police:1", "not_same"),))
    assert reason("police:1", "housing:1", judged) == "judged not the same"
    # The twins once more, as two who could join: a weight that is heavy enough, and what else keeps them apart.
    link = replace(explain_link(snapshot, hub, "police:1", "health:1", calibration), weight=9.0, rule=None)

    def heavy() -> str:
        return why_apart(snapshot, hub, link, ({"police:1"}, {"health:1"}), calibration, NO_RULINGS)

    assert heavy() in ("could be either of two", "the rest speaks against it")
    snapshot.execute("UPDATE record SET duplicate_free = TRUE")
    assert heavy() == "a feed without duplicates"
    snapshot.execute("INSERT INTO relationship VALUES ('health:1', 'police:1', 'sibling', NULL, NULL, 0)")
    assert heavy() == "stated kin"
    told = {"twins", "not alike enough", "judged not the same", "a feed without duplicates", "stated kin"}
    assert told <= set(WHY_APART)


def test_a_sealed_record_answers_like_one_that_does_not_exist(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "police:1", **AMINA)
    put_record(snapshot, "health:1", **AMINA)
    put_record(snapshot, "housing:1", given="Lena", family="Novak", born="1979-11-30")
    sealed = Rulings(seals=(Seal(frozenset({"police:1"}), frozenset({"health:1"})),))
    build(snapshot, hub, sealed)
    said = []
    for asked in ("police:1", "police:none"):
        for explain in (explain_link, lambda c, s, a, b, m, r: explain_membership(c, s, (a, b), m, r)):
            with pytest.raises(NotThere) as refused:
                explain(snapshot, hub, asked, "health:1", shipped_calibration(), sealed)
            said.append(str(refused.value).replace(asked, "…"))
    assert len(set(said)) == 1
    found = explain_link(snapshot, hub, "health:1", "housing:1", shipped_calibration(), sealed)
    unsealed = explain_link(snapshot, hub, "health:1", "housing:1", shipped_calibration())
    assert found == unsealed
    assert math.isclose(sum(line.weight for line in found.lines), found.weight, abs_tol=0.06)
