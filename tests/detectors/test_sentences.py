"""The words of evidence: every kind, concern and part of the vocabulary in English that can be read out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentences import falling_away, happening_sentence, odds_in_words, seen_against, share_of
from records import vocabulary


@pytest.mark.parametrize("kind", sorted(vocabulary.EVENT_KINDS))
def test_every_kind_has_words_of_its_own(kind):
    said = happening_sentence("social_care", kind, None, None, "parent_carer", None)
    assert re.fullmatch(r"Social care recorded (an? |the )?[A-Za-z7' 4-]+; in it as parent or carer\.", said)
    assert not re.search(r"\b(ed|gp|marac|s47|an? [bcdfghjklmnpqrtvwxz]?arrears)\b", said)
    assert not re.search(r"\ba [aeio]|\ban [^aeiou]", said)


@pytest.mark.parametrize("concern", sorted(vocabulary.CONCERNS))
def test_no_concern_is_a_bare_adjective(concern):
    said = happening_sentence("police", "incident", None, concern, "victim", None)
    assert not re.search(r"\((physical|emotional|sexual|other|honour based)\)", said)


def test_a_sentence_says_the_plan_the_month_and_nothing_twice():
    assert happening_sentence("social_care", "plan", "cp", "neglect", "subject", "March 2025") == (
        "Social care recorded a child protection plan (neglect) in March 2025; in it as subject."
    )
    assert happening_sentence("police", "missing_episode", None, "missing", "subject", None) == (
        "Police recorded a missing episode; in it as subject."
    )


@given(st.floats(-40, 60))
def test_odds_grow_with_the_weight_and_are_never_certainty(bits):
    said = odds_in_words(bits)
    assert said.startswith("odds ")
    if 1 <= bits < 20:
        told = int(re.sub(r"\D", "", said.split(" to ")[0]))
        assert 0.9 * 2**bits - 1 <= told <= 1.1 * 2**bits + 1


def test_shares_are_counted_as_people_count():
    assert [share_of(1, 1, "events"), share_of(2, 2, "events"), share_of(3, 3, "events"), share_of(1, 3, "events")] == [
        "its only event", "both of its events", "all 3 of its events", "1 of its 3 events"]  # fmt: skip
    assert falling_away(1, 5, "incidents") == "1 of its 5 incidents falls away"
    assert falling_away(2, 5, "incidents") == "2 of its 5 incidents fall away"


def test_what_was_seen_stands_beside_what_is_ordinary():
    assert seen_against("repeat_notifications", 10, 0.091) == "10 seen, 0.09 usual"
    assert seen_against("escalating_harm", 5.0, 4.0) == "5 seen, no pattern up to 4"
