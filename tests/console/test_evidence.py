"""Evidence grouped for the reader: nothing left out, nothing said twice."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from access import EvidenceLine
from api.console.evidence import argued, facts_of, without_role

DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 4))
LINES = st.lists(
    st.builds(
        lambda agency, day, words, role: EvidenceLine(agency, None, role, day, day, words, None),
        st.sampled_from(["police", "health"]),
        DAYS,
        st.sampled_from(["Called to an argument; in it as victim.", "Attended.", None]),
        st.sampled_from(["victim", "suspect", None]),
    ),
    max_size=20,
)


@settings(deadline=None)
@given(LINES)
def test_every_line_stands_in_one_fact_under_its_own_words(lines: list[EvidenceLine]) -> None:
    facts = facts_of(lines)
    parts = [part for fact in facts for said in fact.said.values() for part in said]
    assert sorted(map(repr, parts)) == sorted(map(repr, lines))
    assert len({(fact.agency, fact.happened_on) for fact in facts}) == len(facts)
    assert all(
        without_role(part.statement) == words
        for fact in facts
        for words, said in fact.said.items()
        for part in said
    )


@settings(deadline=None)
@given(LINES)
def test_every_line_is_a_happening_or_a_record_and_none_is_both(lines: list[EvidenceLine]) -> None:
    facts = argued(lines)
    happenings = [part for fact in facts.happenings for part in fact.parts]
    records = [part for fact in facts.records for part in fact.parts]
    assert all(part.role for part in happenings)
    assert not any(part.role for part in records)
    assert sorted(map(repr, happenings + records)) == sorted(map(repr, lines))


def test_a_sentence_loses_the_part_that_stands_beside_it_and_nothing_else() -> None:
    assert without_role("Police recorded a contact (neglect); in it as parent or carer.") == (
        "Police recorded a contact (neglect)."
    )
    assert without_role("He said: in it as a joke. All laughed.") == "He said: in it as a joke. All laughed."
