"""Names of agencies in free text: what they stand for, how sure, and when they stand for nothing."""

import string

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linkage import Organisation, agency_list, resolve_agency, resolve_agency_names
from linkage.agencies.kinds import spellings
from linkage.agencies.words import LETTERS_THAT_BEAR_A_SLIP
from records.scope import HUB, Scope
from records.snapshot.schema import TABLES, create_table

SCHOOLS = [
    Organisation("S1", "school", "St Mary's Catholic Primary School"),
    Organisation("S2", "school", "St Mary's High School"),
    Organisation("S3", "school", "Oakfield Primary School"),
    Organisation("S4", "school", "Harbour Academy"),
    Organisation("G1", "general_practice", "Oakfield Surgery"),
]
KNOWN = agency_list(["police", "social_care", "health", "education", "housing"], SCHOOLS)
LISTED = set(spellings())


@pytest.mark.parametrize(
    ("text", "key", "kind"),
    [
        ("Polcie", "agency:police", "police"),
        ("Met Pol", "agency:police", "police"),
        ("police - PPN", "agency:police", "police"),
        ("CSC", "agency:social_care", "childrens_social_care"),
        ("Other LA", "agency:social_care", "social_care"),
        ("Soc1al W0rker", "agency:social_care", "social_care"),
        ("socialcare", "agency:social_care", "social_care"),
        ("St Marys Prim", "organisation:S1", "school"),
        ("Saint Mary's High Sch", "organisation:S2", "school"),
        ("OAKFEILD SURG", "organisation:G1", "general_practice"),
        ("Harbor Acad", "organisation:S4", "school"),
        ("DSL at Oakfield Primary", "organisation:S3", "school"),
        ("Sch00l", "agency:education", "school"),
        ("NHS - ED", "agency:health", "emergency_department"),
        ("Hospital A & E", "agency:health", "emergency_department"),
        ("Midwfe", "agency:health", "midwifery"),
        ("school nurse", "agency:health", "school_nursing"),
        ("Housing Assoc.", "agency:housing", "housing"),
        ("Mother via school", "agency:education", "school"),
        ("Neighbour", "kind:neighbour", "neighbour"),
        ("Member of public", "kind:public", "public"),
        ("NSPCC", "kind:nspcc", "nspcc"),
        ("YOT", "kind:youth_justice", "youth_justice"),
    ],
)
def test_what_a_name_stands_for(text: str, key: str, kind: str) -> None:
    found = resolve_agency(text, KNOWN)
    assert (found.agency_key, found.kind) == (key, kind)
    assert 0.8 <= found.score <= 1


@pytest.mark.parametrize(
    "text", ["", "???", "999 call", "patrol", "Mrs Okafor", "store", "nurser", "x" * 2000]
)
def test_a_name_of_nobody_stands_for_nothing(text: str) -> None:
    found = resolve_agency(text, KNOWN)
    assert (found.agency_key, found.kind, found.score, found.alternatives) == (None, None, 0.0, ())


def test_what_could_be_two_is_neither_and_both_are_told() -> None:
    both = resolve_agency("police and school", KNOWN)
    assert (both.agency_key, both.kind) == (None, None)
    assert {choice.kind for choice in both.alternatives} == {"police", "school"}
    one_of = resolve_agency("St Mary's", KNOWN)
    assert (one_of.agency_key, one_of.kind, one_of.score) == (None, "school", 0.5)
    assert [choice.agency_key for choice in one_of.alternatives] == ["organisation:S1", "organisation:S2"]
    oakfield = resolve_agency("Oakfield", KNOWN)
    assert (oakfield.agency_key, oakfield.kind, len(oakfield.alternatives)) == (None, None, 2)


def test_a_slip_lowers_the_score_and_so_does_a_stranger() -> None:
    scores = [resolve_agency(text).score for text in ("police", "polcie", "polcie larkhaven")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_each_spelling_stands_for_its_own_kind() -> None:
    wrong = [
        " ".join(spelling.words)
        for spelling in LISTED
        if resolve_agency(" ".join(spelling.words)).kind != spelling.kind
    ]
    assert wrong == []


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(LISTED, key=lambda one: one.words)), st.data())
def test_one_typo_never_makes_another_agency_of_a_name(spelling, data) -> None:
    long_words = [place for place, word in enumerate(spelling.words) if len(word) >= LETTERS_THAT_BEAR_A_SLIP]
    assume(long_words)
    place = data.draw(st.sampled_from(long_words))
    word = spelling.words[place]
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    typo = data.draw(
        st.sampled_from(
            [
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            ]
        )
    )
    words = [*spelling.words[:place], typo, *spelling.words[place + 1 :]]
    assert resolve_agency(" ".join(words)).sector in {spelling.sector, None}


def test_the_build_notes_each_referrer_of_the_scope() -> None:
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(create_table(table))
        for event_id, referrer, label in (
            ("care:1", "Polcie", 0),
            ("care:2", "Oakfield Prim", 0),
            ("police:1", "patrol", 0),
            ("care:3", "Harbour", 4),
        ):
            connection.execute(
                "INSERT INTO event (event_id, agency, kind, referrer, label_id) VALUES ($1, split_part($1, ':', 1), 'contact', $2, $3)",
                [event_id, referrer, label],
            )
        connection.execute(
            "INSERT INTO record (record_id, agency, label_id) VALUES ('school:1', 'education', 0)"
        )
        connection.execute(
            "INSERT INTO organisation_tie (record_id, kind, organisation_key, organisation_name, label_id) VALUES"
            " ('school:1', 'school', 'S3', 'Oakfield Primary School', 0)"
        )
        resolve_agency_names(connection, Scope(HUB, frozenset({0}), standing=True))
        rows = connection.execute(
            "SELECT text, agency_key, kind, score FROM agency_name WHERE scope = 'hub' ORDER BY text"
        ).fetchall()
    assert rows == [
        ("Oakfield Prim", "organisation:S3", "school", 1.0),
        ("Polcie", "agency:police", "police", 0.9),
        ("patrol", None, None, 0.0),
    ]
