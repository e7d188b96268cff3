from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.pairs.scoring import CROSSED_FORENAME
from linkage.people.agreement import (
    BIRTH,
    CONFLICT,
    FORENAME,
    IDENTIFIER,
    NHS_NUMBER,
    OTHER_NUMBER,
    OTHER_SEX,
    PHONE,
    SEX,
    SIDE_BY_SIDE,
    TWO_NAMES,
    TWO_TRADITIONS,
    WIDTH,
    Agreement,
    Weight,
)
from linkage.people.clustering import SAME_BIRTHDAY, Component, Pair, Terms, cluster

UNKNOWN = -1.0
SAME_FORENAME = 8.0
ALIAS = 6.0
CROSSED = 4.0
DIFFERENT = 0.0


def says(bits: float, forename: float = SAME_FORENAME, number: float = UNKNOWN) -> Agreement:
    """One pair of records whose given names carry all the weight there is."""
    agreement = [0.0] * WIDTH
    agreement[:3] = [1.0, bits, bits]
    for place in range(FORENAME, IDENTIFIER + 1):
        agreement[place] = UNKNOWN
    agreement[FORENAME], agreement[NHS_NUMBER] = forename, number
    return agreement


def mean_of_pairs(agreement: Agreement) -> Weight:
    bits = agreement[1] / agreement[0] if agreement[0] else -30.0
    return Weight(bits, bits)


TERMS = Terms(mean_of_pairs, join_bits=3.0, contradicted_bits=10.0)
# Terms on which different numbers alone bar nothing.
OVERWHELMED = Terms(mean_of_pairs, join_bits=3.0, contradicted_bits=3.0)


def of(agreements: dict[Pair, Agreement], terms: Terms = TERMS, **bars: frozenset[Pair]) -> Component:
    records = sorted({record for pair in agreements for record in pair})
    weights = {pair: terms.weigh(agreement) for pair, agreement in agreements.items()}
    return Component(records, agreements, weights, **bars)


def component(size: int, bits: dict[Pair, float], **bars: frozenset[Pair]) -> Component:
    """All pairs of ``size`` records; those without bits speak against one person."""
    return of({pair: says(bits.get(pair, -30.0)) for pair in combinations(range(size), 2)}, **bars)


def test_a_chain_of_good_links_is_one_person_when_nothing_speaks_against_it() -> None:
    assert cluster(component(3, {(0, 1): 20.0, (1, 2): 15.0, (0, 2): -6.0}), TERMS) == [[0, 1, 2]]


def test_a_weak_bridge_between_two_people_breaks() -> None:
    weights = {(0, 1): 25.0, (2, 3): 25.0, (1, 2): 5.0, (0, 2): -24.0, (0, 3): -24.0, (1, 3): -24.0}
    assert cluster(component(4, weights), TERMS) == [[0, 1], [2, 3]]


def test_a_record_that_could_be_either_of_two_people_is_neither() -> None:
    twins = component(3, {(0, 1): 6.0, (0, 2): 5.5, (1, 2): 4.0}, apart=frozenset({(1, 2)}))
    assert cluster(twins, TERMS) == [[0], [1], [2]]


def test_a_record_that_fits_one_of_two_people_clearly_better_is_that_one() -> None:
    twins = component(3, {(0, 1): 16.0, (0, 2): 5.5, (1, 2): 4.0}, apart=frozenset({(1, 2)}))
    assert cluster(twins, TERMS) == [[0, 1], [2]]


def test_two_people_are_rivals_by_what_strangers_could_share_and_not_by_what_a_household_shares() -> None:
    # The contact at one address has a namesake elsewhere; only the home makes the weight of the first small.
    home = {(0, 1): (20.0, 7.0), (0, 2): (5.0, 5.0), (1, 2): (-20.0, -20.0)}

    def weigh(agreement: Agreement) -> Weight:
        return Weight(agreement[1] / agreement[0], agreement[2] / agreement[0])

    terms = Terms(weigh, 3.0, 10.0)
    agreements = {}
    for pair, (strangers, in_all) in home.items():
        agreements[pair] = says(0.0)
        agreements[pair][1:3] = [strangers, in_all]
    assert cluster(of(agreements, terms), terms) == [[0, 1], [2]]


def test_of_a_namesake_at_home_and_one_across_the_town_the_one_at_home_comes_first() -> None:
    """Mengyao is 0, at home 2, and Emily 3 there; her namesake is 1. Only the home makes the weights there small."""

    def weigh(agreement: Agreement) -> Weight:
        return Weight(agreement[1] / agreement[0], agreement[2] / agreement[0])

    terms = Terms(weigh, 3.0, 10.0)
    agreements = {pair: says(0.0) for pair in combinations(range(4), 2)}
    at_home = {(0, 2): (26.0, 7.3), (2, 3): (22.0, 6.9), (0, 3): (4.0, -1.0)}
    across_town = {(0, 1): (8.1, 8.0), (1, 2): (-8.0, -8.0), (1, 3): (-30.0, -30.0)}
    for pair, bits in (at_home | across_town).items():
        agreements[pair][1:3] = bits
    assert cluster(of(agreements, terms), terms) == [[0, 2, 3], [1]]


def test_a_record_under_both_names_makes_one_person_of_two_who_look_like_twins() -> None:
    agreements = {
        (0, 1): says(12.0, DIFFERENT),
        (0, 2): says(12.0, SAME_FORENAME),
        (1, 2): says(11.0, SAME_FORENAME),
    }
    looks = frozenset({(0, 1)})
    assert cluster(of(agreements, twins=looks), TERMS) == [[0, 1, 2]]
    del agreements[(0, 2)], agreements[(1, 2)]
    assert cluster(of(agreements, twins=looks), TERMS) == [[0], [1]]


def test_a_number_that_twins_share_is_no_proof_where_another_number_denies_it() -> None:
    one_number = says(12.0, DIFFERENT, number=1.0)
    one_number[BIRTH] = SAME_BIRTHDAY
    looks = frozenset({(0, 1)})
    assert cluster(of({(0, 1): one_number}, twins=looks), TERMS) == [[0, 1]]
    two_numbers = list(one_number)
    two_numbers[CONFLICT] = 1.0
    assert cluster(of({(0, 1): two_numbers}, twins=looks), TERMS) == [[0], [1]]


def test_a_number_shared_under_two_given_names_is_doubtful_where_one_of_them_has_another_number() -> None:
    other_number = says(6.0, SAME_FORENAME, number=0.0)
    other_number[OTHER_NUMBER] = 1.0
    conflict = says(-9.0, DIFFERENT, number=0.0)
    conflict[CONFLICT] = 1.0
    one_number = says(12.0, DIFFERENT, number=1.0)
    one_number[BIRTH] = SAME_BIRTHDAY
    agreements = {(0, 1): other_number, (0, 2): one_number, (1, 2): conflict}
    looks = frozenset({(1, 2)})
    assert cluster(of(agreements, OVERWHELMED, twins=looks), OVERWHELMED) == [[0, 1], [2]]
    agreements[(0, 1)] = says(-9.0)
    assert cluster(of(agreements, OVERWHELMED, twins=looks), OVERWHELMED) == [[0, 2], [1]]


@pytest.mark.parametrize(
    ("forename", "birthday", "people"),
    [
        (DIFFERENT, UNKNOWN, 2),
        (DIFFERENT, 0.0, 2),
        (DIFFERENT, SAME_BIRTHDAY, 1),
        (TWO_TRADITIONS, UNKNOWN, 1),
        (SAME_FORENAME, UNKNOWN, 1),
    ],
)
def test_a_number_beside_quite_another_given_name_needs_a_date_of_birth(
    forename: float, birthday: float, people: int
) -> None:
    """The number of a brother or a sister gets onto a form; nothing else of this one is known to be the other's."""
    one_number = says(12.0, forename, number=1.0)
    one_number[BIRTH] = birthday
    assert len(cluster(of({(0, 1): one_number}), TERMS)) == people


@pytest.mark.parametrize(
    ("bits", "people"), [(4.0, [[0, 1], [2]]), (3.0, [[0], [1], [2]]), (2.0, [[0, 2], [1]])]
)
def test_a_shared_home_makes_one_name_in_the_others_place_no_better_than_both_names(
    bits: float, people: list[list[int]]
) -> None:
    """Salim Farah is Farah Salim, who has moved, and not Fatima Salim, her twin, who has not; unless that is likelier."""

    def of_two_sides(agreement: Agreement) -> Weight:
        return Weight(agreement[1] / agreement[0], agreement[2] / agreement[0])

    terms = Terms(of_two_sides, join_bits=1.0, contradicted_bits=10.0)
    both, half = says(bits), says(3.0, CROSSED_FORENAME)
    half[1] = 17.0
    agreements = {(0, 1): both, (0, 2): half, (1, 2): says(-9.0, DIFFERENT)}
    assert cluster(of(agreements, terms), terms) == people


def test_whom_an_agency_states_to_be_kin_of_the_best_named_does_not_join_the_second_best() -> None:
    """A brother of Emeka is written Emeka too; Chukwuemeka, whom the best link leaves over, is no clearer for it."""
    agreements = {(0, 1): says(9.0), (0, 2): says(4.0, ALIAS), (1, 2): says(-9.0, DIFFERENT)}
    kin = frozenset({(0, 1)})
    assert cluster(of(agreements, apart=kin), TERMS) == [[0, 2], [1]]
    assert cluster(of(agreements, apart=kin, stated=kin), TERMS) == [[0], [1], [2]]
    # What a human parts says nothing of anybody else.
    assert cluster(of(agreements, forbidden=kin, apart=kin, stated=kin), TERMS) == [[0, 2], [1]]
    # A son who bears his father's name fits both as well.
    agreements[(0, 2)] = says(8.0)
    assert cluster(of(agreements, apart=kin, stated=kin), TERMS) == [[0, 2], [1]]


def two_names(sex: float = 1.0, phone: float = 1.0, **marks: int) -> Agreement:
    """One pair of records under given names of two traditions, with the levels of sex and phone and the marks given."""
    agreement = says(12.0, TWO_TRADITIONS)
    agreement[SEX], agreement[PHONE], agreement[TWO_NAMES] = sex, phone, 1.0
    for place in marks.values():
        agreement[place] = 1.0
    return agreement


def test_given_names_of_two_traditions_are_no_twins_where_nothing_tells_two_people_apart() -> None:
    assert cluster(of({(0, 1): two_names()}), TERMS) == [[0, 1]]


def test_a_record_with_its_names_swapped_hides_no_second_tradition() -> None:
    """Fung Tao and Tao Fung are one; Eric Fung, who has the family name of the one in the place of the given name, may be him."""
    agreements = {(0, 1): says(20.0), (0, 2): says(4.0, CROSSED), (1, 2): two_names()}
    assert cluster(of(agreements), TERMS) == [[0, 1, 2]]
    side_by_side = {**agreements, (1, 2): two_names(mark=SIDE_BY_SIDE)}
    assert cluster(of(side_by_side), TERMS) == [[0, 1], [2]]


@pytest.mark.parametrize(
    "agreement",
    [
        two_names(sex=UNKNOWN),
        two_names(sex=0.0, mark=OTHER_SEX),
        two_names(phone=0.0),
        two_names(mark=OTHER_SEX),
        two_names(mark=CONFLICT),
        two_names(mark=SIDE_BY_SIDE),
    ],
    ids=[
        "sex not known",
        "another sex",
        "no home or phone in common",
        "another sex in one pair",
        "numbers differ",
        "side by side",
    ],
)
def test_given_names_of_two_traditions_are_two_people_where_anything_tells_them_apart(
    agreement: Agreement,
) -> None:
    assert cluster(of({(0, 1): agreement}), TERMS) == [[0], [1]]
    proven = list(agreement)
    proven[NHS_NUMBER] = 1.0
    parted = [[0], [1]] if agreement[CONFLICT] else [[0, 1]]
    assert cluster(of({(0, 1): proven}), TERMS) == parted


def test_what_tells_one_pair_of_two_people_apart_holds_for_all_their_records() -> None:
    agreements = {
        (0, 1): says(20.0),
        (0, 2): two_names(),
        (1, 2): two_names(mark=SIDE_BY_SIDE),
    }
    assert cluster(of(agreements), TERMS) == [[0, 1], [2]]


def test_numbers_that_differ_bar_unless_the_rest_is_overwhelming() -> None:
    assert cluster(of({(0, 1): says(9.0, number=0.0)}), TERMS) == [[0], [1]]
    assert cluster(of({(0, 1): says(11.0, number=0.0)}), TERMS) == [[0, 1]]


def test_a_judgement_binds_the_whole_cluster() -> None:
    weights = {(0, 1): 25.0, (2, 3): 25.0, (1, 2): 12.0, (0, 2): 12.0, (0, 3): 12.0, (1, 3): 12.0}
    assert cluster(component(4, weights), TERMS) == [[0, 1, 2, 3]]
    assert cluster(component(4, weights, forbidden=frozenset({(0, 3)})), TERMS) == [[0, 1], [2, 3]]
    unlike = {(0, 1): 25.0, (2, 3): 25.0}
    assert cluster(component(4, unlike, together=frozenset({(0, 3)})), TERMS) == [[0, 1, 2, 3]]


def test_same_is_stronger_than_a_rule_and_weaker_than_a_seal() -> None:
    pair = frozenset({(0, 1)})
    assert cluster(component(2, {(0, 1): 3.0}, apart=pair, together=pair), TERMS) == [[0, 1]]
    assert cluster(component(2, {(0, 1): 3.0}, twins=pair, together=pair), TERMS) == [[0, 1]]
    assert cluster(component(2, {(0, 1): 30.0}, forbidden=pair, together=pair), TERMS) == [[0], [1]]


def test_records_that_are_together_at_the_start_stay_so() -> None:
    assert cluster(component(3, {(1, 2): 20.0}), TERMS, [[0, 1], [2]]) == [[0, 1], [2]]


@given(st.data())
def test_clusters_are_a_partition_that_honours_every_bar_and_no_order(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 7))
    pairs = list(combinations(range(size), 2))
    weights = {pair: data.draw(st.floats(-25, 25)) for pair in pairs if data.draw(st.booleans())}
    forbidden = frozenset(pair for pair in pairs if data.draw(st.integers(0, 9)) == 0)
    together = frozenset(pair for pair in pairs if data.draw(st.integers(0, 9)) == 0)
    found = cluster(component(size, weights, forbidden=forbidden, together=together), TERMS)
    assert sorted(record for members in found for record in members) == list(range(size))
    person = {record: place for place, members in enumerate(found) for record in members}
    assert all(person[low] != person[high] for low, high in forbidden)
    shuffled = dict(data.draw(st.permutations(list(weights.items()))))
    assert cluster(component(size, shuffled, forbidden=forbidden, together=together), TERMS) == found
