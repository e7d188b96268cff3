"""The chronology pro-forma: every report once, incidents once, gaps shown, roles never merged."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from access import (
    Chronology,
    ChronologyLine,
    Household,
    HouseholdList,
    HouseholdMember,
    InvolvedPerson,
    PersonCard,
)
from products import ChronologyChoice, Gap, Happening, arrange, chronology_proforma
from products.chronology_document import chronology_blocks
from products.documents import Grid

CARD = PersonCard("p", None, None, "10-15", "female", ("police",), 1, False)
OTHER = PersonCard("q", None, None, "25-34", "male", ("police",), 1, False)
START = datetime(2025, 1, 1)  # noqa: DTZ001 - the hub's own days carry no zone


def line(event: str, day: int | None, **given: object) -> ChronologyLine:
    values: dict[str, object] = {
        "event": event,
        "incident": f"incident {event}",
        "happened_at": None if day is None else START + timedelta(days=day),
        "date_precision": "day",
        "agency": event.split(":", maxsplit=1)[0],
        "kind": "incident",
        "roles": ("victim",),
        "others": (),
        "flags": (),
    }
    names = ChronologyLine.__dataclass_fields__
    return ChronologyLine(**{name: (values | given).get(name) for name in names})  # type: ignore[arg-type]  # by name, as the test gives them


def proforma(*lines: ChronologyLine, choice: ChronologyChoice | None = None, gap_days: int = 180) -> Any:
    return arrange(Chronology(CARD, lines), choice or ChronologyChoice(), gap_days)


def test_one_happening_told_by_two_agencies_stands_once_with_both_versions() -> None:
    shown = proforma(
        line("police:1", 3, incident="i", summary="Called to an argument.", opinion="Looked frightened."),
        line("health:9", 4, incident="i", kind="contact", summary="Told by police.", roles=("subject",)),
    )
    [happening] = shown.entries
    assert isinstance(happening, Happening)
    assert [(version.agency, version.fact, version.opinion) for version in happening.versions] == [
        ("police", "Called to an argument.", "Looked frightened."),
        ("health", "Told by police.", None),
    ]
    assert happening.roles == ("victim", "subject")
    assert happening.happened_at == START + timedelta(days=3)


def test_the_most_exact_date_speaks_for_the_happening() -> None:
    shown = proforma(
        line("health:1", 0, incident="i", date_precision="month"),
        line("police:1", 20, incident="i", date_precision="time"),
    )
    [happening] = shown.entries
    assert (happening.happened_at, happening.date_precision) == (START + timedelta(days=20), "time")


def test_a_person_in_two_roles_stands_in_both() -> None:
    others = (
        InvolvedPerson(OTHER, "victim"),
        InvolvedPerson(OTHER, "suspect"),
        InvolvedPerson(OTHER, "victim"),
    )
    [happening] = proforma(line("police:1", 0, others=others)).entries
    assert [other.role for other in happening.others] == ["victim", "suspect"]


def test_a_report_states_its_plan_offence_rating_and_sessions_missed() -> None:
    stated = {
        "plan_kind": "cp",
        "offence": "Common assault",
        "rag_initial": "red",
        "rag_final": "amber",
        "sessions_absent": 24,
        "sessions_possible": 110,
    }
    [happening] = proforma(line("police:1", 0, **stated)).entries
    [told] = chronology_blocks(proforma(line("police:1", 0, **stated)))
    assert dict(happening.versions[0].particulars) == {
        "Plan": "child protection",
        "Offence": "Common assault",
        "Rated": "red, then amber",
        "Sessions missed": "24 of 110",
    }
    assert isinstance(told, Grid)
    assert told.rows[0].cells[2] == (
        "Plan: child protection.\nOffence: Common assault.\nRated: red, then amber.\nSessions missed: 24 of 110."
    )
    same = proforma(line("police:1", 0, rag_initial="red", rag_final="red", sessions_absent=0)).entries[0]
    assert same.versions[0].particulars == (("Rated", "red"), ("Sessions missed", "0"))
    assert proforma(line("police:1", 0)).entries[0].versions[0].particulars == ()


def test_a_long_silence_is_shown_and_a_short_one_is_not() -> None:
    shown = proforma(line("a:1", 0), line("a:2", 179), line("a:3", 179 + 180))
    assert [type(entry) for entry in shown.entries] == [Happening, Happening, Gap, Happening]
    gap = shown.entries[2]
    assert (gap.after, gap.before, gap.days) == (date(2025, 6, 29), date(2025, 12, 26), 180)


def test_what_lasts_is_no_silence() -> None:
    shown = proforma(
        line("a:1", 0, kind="plan", ended_on=date(2025, 12, 1)), line("a:2", 10), line("a:3", 365)
    )
    assert not [entry for entry in shown.entries if isinstance(entry, Gap)]


def test_what_has_no_date_stands_apart() -> None:
    shown = proforma(line("a:1", None), line("a:2", 5))
    assert [item.versions[0].source for item in shown.undated] == ["a:1"]
    assert len(shown.entries) == 1


def test_the_decision_maker_chooses_what_goes_in() -> None:
    lines = (
        line("police:1", 0),
        line("health:1", 10),
        line("health:2", 40, kind="admission"),
        line("health:3", None),
    )

    def sources(**chosen: object) -> list[str]:
        shown = proforma(*lines, choice=ChronologyChoice(**chosen))  # type: ignore[arg-type]  # as above
        every = [*(entry for entry in shown.entries if isinstance(entry, Happening)), *shown.undated]
        return [version.source for item in every for version in item.versions]

    assert sources(agencies=frozenset({"health"})) == ["health:1", "health:2", "health:3"]
    assert sources(kinds=frozenset({"admission"})) == ["health:2"]
    assert sources(date_from=date(2025, 1, 11)) == ["health:1", "health:2"]
    assert sources(date_from=date(2025, 1, 2), date_to=date(2025, 1, 11)) == ["health:1"]


LINES = st.lists(
    st.builds(
        lambda number, day, incident, agency: line(f"{agency}:{number}", day, incident=f"i{incident}"),
        st.integers(0, 10_000),
        st.none() | st.integers(0, 2000),
        st.integers(0, 12),
        st.sampled_from(["police", "health", "education"]),
    ),
    max_size=25,
    unique_by=lambda one: one.event,
)


@given(LINES, st.randoms(use_true_random=False))
def test_every_report_stands_exactly_once_in_an_order_that_rows_do_not_decide(
    lines: list[ChronologyLine], chance: random.Random
) -> None:
    shown = proforma(*lines)
    happenings = [*(entry for entry in shown.entries if isinstance(entry, Happening)), *shown.undated]
    assert sorted(version.source for item in happenings for version in item.versions) == sorted(
        one.event for one in lines
    )
    assert len({item.incident for item in happenings}) == len(happenings)
    dates = [entry.happened_at for entry in shown.entries if isinstance(entry, Happening)]
    assert dates == sorted(dates)
    mixed = list(lines)
    chance.shuffle(mixed)
    assert proforma(*mixed) == shown


class FakeView:
    """A mother and her partner who live together; each chronology names a happening after its own first report."""

    def __init__(self) -> None:
        hers = (line("police:1", 0, incident="a"), line("health:2", 1, incident="a", roles=("subject",)))
        his = (
            line("health:2", 1, incident="b", roles=("suspect",), others=(InvolvedPerson(CARD, "subject"),)),
            line("housing:3", 2, incident="b", roles=("subject",)),
            line("police:9", 300, roles=("suspect",)),
        )
        self.told = {"p": Chronology(CARD, hers), "q": Chronology(OTHER, his)}

    def chronology(self, handle: str) -> Chronology:
        return self.told[handle]

    def households(self, handle: str) -> HouseholdList:
        members = (HouseholdMember(CARD, None, None), HouseholdMember(OTHER, None, None))
        return HouseholdList(CARD, (Household("h", None, None, members),))


def test_a_households_chronology_tells_each_report_once_and_a_shared_happening_as_one() -> None:
    shown = chronology_proforma(FakeView(), "p", ChronologyChoice(whole_household=True))  # type: ignore[arg-type]  # answers as a view does
    assert [card.handle for card in shown.members] == ["p", "q"]
    first, gap, last = shown.entries
    assert isinstance(first, Happening)
    assert [version.source for version in first.versions] == ["police:1", "health:2", "housing:3"]
    assert isinstance(gap, Gap)
    assert isinstance(last, Happening)
    assert [(one.person.handle, one.role) for one in last.others] == [("q", "suspect")]
