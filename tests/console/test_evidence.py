"""Evidence grouped for the reader: nothing left out, nothing said twice."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from access import EvidenceLine
from api.console.evidence import facts_of

DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 4))
LINES = st.lists(
    st.builds(
        lambda agency, day, words, role: EvidenceLine(agency, None, role, day, day, words, None),
        st.sampled_from(["police", "health"]),
        DAYS,
        st.sampled_from(["Called to an argument.", "Attended.", None]),
        st.sampled_from(["victim", "suspect"]),
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
        part.statement == words for fact in facts for words, said in fact.said.items() for part in said
    )
