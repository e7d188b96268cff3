"""Judgements bind whole clusters, whatever their order, and those that cannot all be true are found."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linkage import (
    Rulings,
    carry_identity,
    judgement_conflicts,
    judgements_against_seals,
    resolve_people,
    score_pairs,
    shipped_calibration,
    standardise,
)
from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
AMINA = {"given": "Amina", "family": "Okonkwo", "born": "2011-05-17", "nhs": "9990000018"}
LENA = {"given": "Lena", "family": "Novak", "born": "1979-11-30", "nhs": "9990000026"}
EGON = {"given": "Egon", "family": "Thrupp", "born": "1984-07-14", "nhs": "9990000034"}
RECORDS = {"a:1": AMINA, "a:2": AMINA, "a:3": AMINA, "b:1": LENA, "b:2": LENA, "c:1": EGON, "c:2": EGON}


@dataclass(frozen=True)
class Said:
    record_id_a: str
    record_id_b: str
    decision: str
    by: str = "lena"


@dataclass(frozen=True)
class Seal:
    protected_record_ids: frozenset[str]
    other_record_ids: frozenset[str]


def same(one: str, other: str, by: str = "lena") -> Said:
    return Said(min(one, other), max(one, other), "same", by)


def not_same(one: str, other: str, by: str = "lena") -> Said:
    return Said(min(one, other), max(one, other), "not_same", by)


PAIRS = st.sampled_from(list(itertools.combinations(sorted(RECORDS), 2)))
JUDGEMENTS = st.lists(
    st.builds(
        lambda pair, decision: Said(*pair, decision),
        PAIRS,
        st.sampled_from(["same", "not_same", "cannot_say"]),
    ),
    max_size=7,
)


@pytest.fixture
def compared(new_snapshot: Callable[[], Snapshot], put_record: Put) -> Iterator[Snapshot]:
    """Three people of two or three records each, compared once."""
    with new_snapshot() as connection:
        for record_id, facts in RECORDS.items():
            put_record(connection, record_id, **facts)
        standardise(connection, shipped_calibration())
        score_pairs(connection, shipped_calibration())
        yield connection


def people(connection: Snapshot, scope: Scope, judgements: list[Said]) -> dict[str, str]:
    resolve_people(connection, scope, shipped_calibration(), Rulings(tuple(judgements)))
    return dict(connection.execute("SELECT record_id, person_id FROM membership").fetchall())


def test_three_people_without_a_judgement(compared: Snapshot, hub: Scope) -> None:
    assert len(set(people(compared, hub, []).values())) == 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(judgements=JUDGEMENTS, seed=st.integers(0, 99))
@example([same("a:1", "b:1"), not_same("a:2", "b:2")], 0)
@example([same("a:1", "b:1"), same("b:2", "c:1"), not_same("a:3", "c:2")], 1)
def test_judgements_bind_in_any_order_and_none_is_lost_in_silence(
    compared: Snapshot, hub: Scope, judgements: list[Said], seed: int
) -> None:
    found = people(compared, hub, judgements)
    shuffled = random.Random(seed).sample(judgements, len(judgements))
    assert people(compared, hub, shuffled) == found
    conflicts = judgement_conflicts(judgements, found)
    for one in judgements:
        together = found[one.record_id_a] == found[one.record_id_b]
        if one.decision == "not_same":
            assert not together
        elif one.decision == "same" and not together:
            assert any(one in conflict.judgements for conflict in conflicts), (one, conflicts)


@pytest.mark.parametrize(("one", "other"), [("a:1", "b:1"), ("a:3", "b:2"), ("c:1", "a:2")])
def test_same_joins_whole_people(compared: Snapshot, hub: Scope, one: str, other: str) -> None:
    found = people(compared, hub, [same(one, other)])
    whole = {record_id for record_id in RECORDS if record_id[0] in (one[0], other[0])}
    assert {record_id for record_id in RECORDS if found[record_id] == found[one]} == whole


def test_not_same_parts_a_person_and_keeps_apart_what_else_was_judged_the_same(
    compared: Snapshot, hub: Scope
) -> None:
    found = people(compared, hub, [not_same("a:1", "a:2")])
    assert found["a:1"] != found["a:2"]
    found = people(compared, hub, [same("a:1", "b:1"), not_same("a:2", "b:2")])
    assert not {found["a:2"]} & {found["b:2"]}


def oracle(judgements: list[Said]) -> set[tuple[frozenset[Said], str, str]]:
    """Each contradiction by its ends, with every "same" on some simple path between them (networkx)."""
    graph = nx.MultiGraph()
    for one in judgements:
        if one.decision == "same":
            graph.add_edge(one.record_id_a, one.record_id_b, said=one)
    found = set()
    for pair in {(one.record_id_a, one.record_id_b) for one in judgements if one.decision == "not_same"}:
        if pair[0] in graph and pair[1] in graph and nx.has_path(graph, *pair):
            on_paths = {
                graph.edges[edge]["said"] for path in nx.all_simple_edge_paths(graph, *pair) for edge in path
            }
            found.add((frozenset(on_paths), *pair))
    return found


@settings(max_examples=80, deadline=None)
@given(JUDGEMENTS)
def test_contradictions_are_those_that_a_graph_of_judgements_has(judgements: list[Said]) -> None:
    judgements = list(dict.fromkeys(judgements))
    found = judgement_conflicts(judgements)
    told = {
        (conflict.judgements[0].record_id_a, conflict.judgements[0].record_id_b): {
            one for one in conflict.judgements if one.decision == "same"
        }
        for conflict in found
    }
    expected = oracle(judgements)
    assert set(told) == {(a, b) for _, a, b in expected}
    for on_paths, a, b in expected:
        # What ties the ends is all there; what hangs on a loop beside the way may be too.
        assert on_paths <= told[a, b]
    assert found == judgement_conflicts(list(reversed(judgements)))


def test_a_conflict_is_of_a_pair_along_a_chain_or_between_people() -> None:
    pair = [same("a:1", "b:1"), not_same("a:1", "b:1", by="mo")]
    chain = [same("a:1", "b:1"), same("b:1", "c:1"), not_same("a:1", "c:1"), same("c:1", "c:9")]
    between = [same("a:1", "b:1"), not_same("a:2", "b:2"), not_same("a:1", "a:2")]
    who = {"a:1": "A", "a:2": "A", "b:1": "B", "b:2": "B"}
    assert [one.kind for one in judgement_conflicts(pair)] == ["pair"]
    assert [(one.kind, len(one.judgements)) for one in judgement_conflicts(chain)] == [("chain", 3)]
    assert judgement_conflicts(between) == []
    (found,) = judgement_conflicts(between, who)
    assert (found.kind, set(found.judgements)) == ("people", {between[0], between[1]})


def test_a_chain_of_judgements_across_a_seal_is_found() -> None:
    seal = Seal(frozenset({"a:1"}), frozenset({"c:1", "c:2"}))
    chain = [same("a:1", "b:1"), same("b:1", "c:1"), same("b:1", "b:2"), not_same("a:1", "c:2")]
    (found,) = judgements_against_seals(chain, [seal])
    assert (found.kind, set(found.judgements)) == ("seal", {chain[0], chain[1]})
    assert judgements_against_seals(chain[1:], [seal]) == []


def kept(connection: Snapshot, path: Path) -> Path:
    connection.execute(f"ATTACH '{path}' AS kept; CREATE TABLE kept.identity AS FROM identity; DETACH kept")
    return path


def test_the_history_says_where_a_judgement_made_the_difference(
    compared: Snapshot, hub: Scope, tmp_path: Path
) -> None:
    rulings = [[], [same("a:2", "b:1")], [], [not_same("a:1", "a:2")], []]
    previous, causes = None, []
    for build, judgements in enumerate(rulings, start=1):
        people(compared, hub, judgements)
        carry_identity(compared, hub, previous, build, Rulings(tuple(judgements)))
        rows = compared.execute(
            "SELECT record_id, cause FROM identity WHERE until_build IS NULL AND since_build = ?", [build]
        ).fetchall()
        causes.append(dict(rows))
        previous = kept(compared, tmp_path / f"{build}.duckdb")
    assert set(causes[0].values()) == {"new"}
    assert causes[1] == {"b:1": "judgement", "b:2": "judgement"}
    assert causes[2] == {"b:1": "split", "b:2": "split"}, "a tie taken back is nobody's judgement"
    assert "judgement" in (causes[3].get("a:1"), causes[3].get("a:2"))
    assert {record_id[0] for record_id in causes[3]} == {"a"}
    assert set(causes[4].values()) == {"merge"}


def test_rulings_without_records_of_a_scope_say_nothing(
    compared: Snapshot, hub: Scope, ordinary: Scope
) -> None:
    far: list[Any] = [same("x:1", "x:2"), not_same("x:1", "a:1")]
    assert people(compared, hub, far) == people(compared, hub, [])
