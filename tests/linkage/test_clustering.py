from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from linkage.clustering import Component, cluster

JOIN = 3.0


def test_a_chain_of_good_links_is_one_person_when_nothing_speaks_against_it() -> None:
    chain = Component([0, 1, 2], {(0, 1): 20.0, (1, 2): 15.0, (0, 2): -6.0})
    assert cluster(chain, JOIN) == [[0, 1, 2]]


def test_a_weak_bridge_between_two_people_breaks() -> None:
    weights = {(0, 1): 25.0, (2, 3): 25.0, (1, 2): 5.0, (0, 2): -24.0, (0, 3): -24.0, (1, 3): -24.0}
    assert cluster(Component([0, 1, 2, 3], weights), JOIN) == [[0, 1], [2, 3]]


def test_a_record_that_could_be_either_of_two_people_is_neither() -> None:
    twins = Component([0, 1, 2], {(0, 1): 6.0, (0, 2): 5.5, (1, 2): 4.0}, apart=frozenset({(1, 2)}))
    assert cluster(twins, JOIN) == [[0], [1], [2]]


def test_a_record_that_fits_one_of_two_people_clearly_better_is_that_one() -> None:
    twins = Component([0, 1, 2], {(0, 1): 16.0, (0, 2): 5.5, (1, 2): 4.0}, apart=frozenset({(1, 2)}))
    assert cluster(twins, JOIN) == [[0, 1], [2]]


def test_a_judgement_binds_the_whole_cluster() -> None:
    weights = {(0, 1): 25.0, (2, 3): 25.0, (1, 2): 12.0, (0, 2): 12.0, (0, 3): 12.0, (1, 3): 12.0}
    assert cluster(Component([0, 1, 2, 3], weights), JOIN) == [[0, 1, 2, 3]]
    assert cluster(Component([0, 1, 2, 3], weights, forbidden=frozenset({(0, 3)})), JOIN) == [[0, 1], [2, 3]]
    unlike = {(0, 1): 25.0, (2, 3): 25.0}
    assert cluster(Component([0, 1, 2, 3], unlike, together=frozenset({(0, 3)})), JOIN) == [[0, 1, 2, 3]]


def test_same_is_stronger_than_a_rule_and_weaker_than_a_seal() -> None:
    pair = frozenset({(0, 1)})
    assert cluster(Component([0, 1], {(0, 1): 3.0}, apart=pair, together=pair), JOIN) == [[0, 1]]
    assert cluster(Component([0, 1], {(0, 1): 30.0}, forbidden=pair, together=pair), JOIN) == [[0], [1]]


@given(st.data())
def test_clusters_are_a_partition_that_honours_every_bar_and_no_order(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 7))
    pairs = list(combinations(range(size), 2))
    weights = {pair: data.draw(st.floats(-25, 25)) for pair in pairs if data.draw(st.booleans())}
    forbidden = frozenset(pair for pair in pairs if data.draw(st.integers(0, 9)) == 0)
    together = frozenset(pair for pair in pairs if data.draw(st.integers(0, 9)) == 0)
    found = cluster(Component(list(range(size)), weights, frozenset(), forbidden, together), JOIN)
    assert sorted(record for members in found for record in members) == list(range(size))
    person = {record: place for place, members in enumerate(found) for record in members}
    assert all(person[low] != person[high] for low, high in forbidden)
    shuffled = dict(data.draw(st.permutations(list(weights.items()))))
    assert cluster(Component(list(range(size)), shuffled, frozenset(), forbidden, together), JOIN) == found
