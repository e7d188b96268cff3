"""Tokens between hubs: what meets what, in fixed numbers, and nothing without the key."""

from datetime import date

import pytest

from linkage import (
    TOKEN_SLOTS,
    PersonFacts,
    TokenIndex,
    gathered,
    shipped_calibration,
    status_of,
    texts_of,
    token,
    tokens,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
BORN = date(2013, 5, 2)
MARTA = PersonFacts("Marta", "Quillfeather", None, BORN, "female", "9990000018")


def asked(*facts: PersonFacts, key: bytes = KEY) -> dict[str, list[bytes]]:
    made = tokens(key, gathered(facts))
    return {kind: [bytes.fromhex(one) for one in several] for kind, several in made.items()}


def status(held: PersonFacts, *sought: PersonFacts, key: bytes = KEY) -> str:
    met = TokenIndex(KEY, {held: ("police:1",)}).meeting(asked(*sought, key=key), shipped_calibration())
    return status_of(one.weight for one in met)


@pytest.mark.parametrize(
    "sought",
    [
        PersonFacts("Marta", "Quillfeather", None, BORN),
        PersonFacts("Quillfeather", "Marta", None, BORN),
        PersonFacts("MARTA", "QUILLFEATHER", None, BORN),
        PersonFacts("Marta", "Quilfeather", None, BORN),
        PersonFacts("Matra", "Quillfeather", None, BORN),
        PersonFacts("Marta", "Killfeather", None, BORN, "female"),
        PersonFacts("Marta", "Quillfeather", None, date(2013, 2, 5)),
        PersonFacts("Marta", "Quillfeather", None, date(2013, 5, 12)),
        PersonFacts("Marta", "Quillfeather", None, date(2015, 5, 2)),
        PersonFacts(nhs_number="999 000 0018"),
    ],
    ids=["same", "order", "case", "letter lost", "letters swapped", "sound", "day and month", "one part", "year", "number"],
)  # fmt: skip
def test_one_person_is_met_however_the_two_wrote_it(sought: PersonFacts) -> None:
    assert status(MARTA, sought) in ("Match", "PotentialMatch")


@pytest.mark.parametrize(
    "sought",
    [
        PersonFacts("Lena", "Quillfeather", None, BORN, "female"),
        PersonFacts("Marta", "Quillfeather", None, date(1986, 11, 20)),
        PersonFacts("Marta", "Thrupp", None, BORN),
        PersonFacts(nhs_number="9990000026"),
    ],
    ids=["sister", "other day", "other family", "other number"],
)
def test_another_person_is_not(sought: PersonFacts) -> None:
    assert status(MARTA, sought) == "NoMatch"


def test_nothing_is_met_under_the_key_of_another_pair_or_epoch() -> None:
    assert status(MARTA, MARTA, key=OTHER_KEY) == "NoMatch"


def test_a_question_has_as_many_tokens_whatever_is_known_and_the_same_ones_each_time() -> None:
    for facts in (MARTA, PersonFacts(nhs_number="9990000018")):
        made = tokens(KEY, gathered([facts]))
        assert {kind: len(several) for kind, several in made.items()} == TOKEN_SLOTS
        assert made == tokens(KEY, gathered([facts]))
        assert {len(one) for several in made.values() for one in several} == {32}


def test_a_birthday_of_which_only_the_year_is_known_names_nobody() -> None:
    assert texts_of(PersonFacts("Marta", "Quillfeather", None, date(2013, 1, 1))) == {}
    assert texts_of(PersonFacts("Marta", "Quillfeather")) == {}


def test_two_people_alike_are_many() -> None:
    twin = PersonFacts("Marta", "Quillfeather", None, BORN)
    index = TokenIndex(KEY, {MARTA: ("police:1",), twin: ("health:1",)})
    met = index.meeting(asked(twin), shipped_calibration())
    assert status_of(one.weight for one in met) == "ManyMatch"
    assert status_of([]) == "NoMatch"


def test_the_texts_of_the_protocol() -> None:
    """The forms that docs/exchange-protocol.md gives, so that they do not change unseen."""
    texts = texts_of(PersonFacts("Ann", "Lee", None, date(2013, 5, 2), "female", "9990000018"))
    assert texts == {
        "number": ("number|9990000018",),
        "named": ("named|ann|lee|2013-05-02",),
        "called": ("called|ann|lee|2013-05-02",),
        "turned": ("turned|ann|lee|2013|02|05",),
        "part": ("part|ann|lee|2013-05-??", "part|ann|lee|2013-??-02", "part|ann|lee|201?-05-02"),
        "slip": ("slip|ann|lee|2013-05-02",),
        "heard": ("heard|ann|lee|2013-05-02|female", "heard|an|lee|2013-05-02|female"),
        "sound": ("sound|an|lee|2013-05-02|female",),
    }
    told = texts_of(MARTA)
    assert told["slip"][:3] == ("slip|marta|quillfeather|2013-05-02", "slip|marta|uillfeather|2013-05-02", "slip|marta|qillfeather|2013-05-02")  # fmt: skip
    assert told["sound"] == ("sound|klftr|mrt|2013-05-02|female",)
    vectors = {"number": "5d189338b98b4febf425086c24ac2653", "named": "610616985d6a9a6ffdbfc743df595508"}
    key = bytes(range(32))
    assert {kind: token(key, told[kind][0]).hex() for kind in vectors} == vectors
