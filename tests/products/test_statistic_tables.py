"""Tables as reports publish them, from rows made to match; exports that tell no small number and hold no formula."""

import csv
import io
from datetime import date
from itertools import product

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from access import CellCount, HubFigures, StatisticAnswer, StatisticRequest
from products import StatisticTable, as_csv, as_workbook, exported_rows, statistic_table, suppressed
from products.statistics.intervals import rate_interval, share_interval

SINCE, UNTIL = date(2012, 4, 1), date(2013, 3, 31)


def table(
    statistic: str,
    dimensions: tuple[str, ...],
    cells: list[CellCount],
    figures: HubFigures | None = None,
    measure: str | None = None,
) -> StatisticTable:
    answer = StatisticAnswer(
        StatisticRequest(statistic, SINCE, UNTIL), dimensions, measure, tuple(cells), sum(one.count for one in cells), (), (), UNTIL
    )  # fmt: skip
    return statistic_table(answer, figures or HubFigures())


def shown(found: StatisticTable) -> dict[str, list[str]]:
    return {label: [cell.text for cell in cells] for label, cells in found.rows}


def test_westminsters_turnaround_by_initial_rating() -> None:
    """Rating by rating: how many in time, how many late, with the median in working hours and the share in time."""
    cells = [
        CellCount(("red", "within target", "Westminster"), 41, 2.5, (1.0, 3.5)),
        CellCount(("red", "late", "Westminster"), 9, 6.0, (5.0, 9.0)),
        CellCount(("amber", "within target", "Westminster"), 310, 5.0, (3.0, 7.0)),
        CellCount(("amber", "decided before it came", "Westminster"), 3),
    ]
    found = table("turnaround", ("rag_initial", "decided", "district"), cells, measure="working hours")
    assert found.header[:4] == ("rag_initial", "within target", "late", "not decided")
    rows = shown(found)
    assert list(rows) == ["red", "amber", "Total"]
    assert rows["red"][:2] == ["41", "9"]
    assert rows["red"][5:7] == ["50", "82.0% (69.2% to 90.2%)"]
    assert "stamped before its receipt" in found.definition.reads


def test_westminsters_change_of_rating() -> None:
    cells = [
        CellCount((one, other, "W"), count)
        for (one, other), count in {
            ("red", "red"): 30,
            ("red", "amber"): 12,
            ("amber", "red"): 5,
            ("amber", "green"): 44,
        }.items()
    ]
    rows = shown(table("rag_change", ("rag_initial", "rag_final", "district"), cells))
    assert rows["red"][:4] == ["30", "12", "0", "0"]
    assert rows["amber"][:4] == ["5", "0", "44", "0"]
    assert rows["Total"][-1] == "91"


def test_warwickshires_sources_by_contact_and_referral_sum_to_cases() -> None:
    steps = ("contact only", "contact that became a referral", "referral without a contact")
    made = {"police": (400, 120, 3), "school": (150, 80, 0), "not resolved": (12, 1, 0)}
    cells = [
        CellCount((step, source, "Rugby"), count)
        for source, counts in made.items()
        for step, count in zip(steps, counts, strict=True)
        if count
    ]
    found = table("cases", ("step", "source", "district"), cells)
    rows = shown(found)
    assert rows["police"][:4] == ["400", "120", "3", "523"]
    assert rows["police"][4].startswith("23.1%")  # of contacts: the referrals without one are none
    assert rows["Total"][:4] == ["562", "201", "3", "766"]
    for _, shown_cells in found.rows:
        counts = [cell.count for cell in shown_cells[: found.counted]]
        assert sum(counts[:-1]) == counts[-1]
    assert "never added up" in found.definition.reads


def test_northumberlands_contributions_have_denominators_of_their_own() -> None:
    cells = [
        CellCount(("police", "contributed"), 180), CellCount(("police", "nothing known"), 20),
        CellCount(("probation", "contributed"), 30), CellCount(("probation", "nothing known"), 10),
    ]  # fmt: skip
    rows = shown(table("contribution", ("agency", "contributed"), cells))
    assert rows["police"][2:] == ["200", "90.0% (85.1% to 93.4%)"]
    assert rows["probation"][2] == "40"


def test_rates_and_costs_need_the_hubs_own_figures() -> None:
    cells = [
        CellCount(("first in 12 months", "North"), 40),
        CellCount(("again, same authority", "North"), 10),
    ]
    assert len(table("re_referrals", ("again", "district"), cells).header) == 7
    with_children = table("re_referrals", ("again", "district"), cells, HubFigures(children={"North": 9000}))
    assert shown(with_children)["North"][-1].startswith("55.6 (41.2")


def test_intervals_are_those_of_the_textbooks() -> None:
    assert share_interval(0, 0) is None
    assert [round(one, 4) for one in share_interval(81, 263) or ()] == [0.2553, 0.3662]  # Newcombe 1998
    assert [round(one, 1) for one in rate_interval(65, 100_000, 100_000) or ()] == [50.2, 82.8]


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 14), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@settings(deadline=None, max_examples=150)
@given(inner=tables, smallest=st.integers(2, 6))
def test_no_small_count_is_shown_or_left_over_by_a_subtraction(inner: list[list[int]], smallest: int) -> None:
    rows = [[*row, sum(row)] for row in inner]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    told = suppressed(rows, smallest)
    for counts, line in zip(rows, told, strict=True):
        for count, one in zip(counts, line, strict=True):
            assert one in (None, count)
            assert not 0 < (one or 0) < smallest
            assert count or one == 0
    lines = [
        *zip(rows, told, strict=True),
        *zip(zip(*rows, strict=True), zip(*told, strict=True), strict=True),
    ]
    for counts, line in lines:
        out = [count for count, one in zip(counts, line, strict=True) if one is None]
        left = [count for count, one in zip(counts, line, strict=True) if one]
        # Where a count is out, another is as well, together at least the threshold; or nothing of the line is left.
        assert not out or (len(out) > 1 and sum(out) >= smallest) or not left


def test_an_export_holds_the_definition_no_small_number_and_no_formula() -> None:
    cells = [
        CellCount((concern, district), 2 if concern == "=HYPERLINK(1)" else 20)
        for concern, district in product(("=HYPERLINK(1)", "neglect", "physical"), ("North", "South"))
    ]
    rows = exported_rows(table("needs", ("concern", "district"), cells), 5)
    text = as_csv(rows).decode("utf-8-sig")
    assert "'=hyperlink" in text.lower()
    assert "\n=" not in text
    assert ",2," not in text
    assert ",c," in text
    assert "Definition:" in text
    content = as_workbook("Need", rows)
    assert content == as_workbook("Need", rows)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.integers(), st.text(st.sampled_from("=+-@\t\r\n'\",;a1 "), max_size=6)),
            min_size=1,
            max_size=4,
        ),
        max_size=5,
    )
)
def test_whatever_stands_in_a_cell_it_is_no_formula(rows: list[list[str | int]]) -> None:
    told = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    texts = [
        (cell, shown)
        for row, line in zip(rows, told, strict=True)
        for cell, shown in zip(row, line or [""], strict=True)
        if isinstance(cell, str)
    ]
    assert all(not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for _, shown in texts)
    assert all(shown.removeprefix("'") == cell.removeprefix("'") for cell, shown in texts)
