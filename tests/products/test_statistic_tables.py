"""Tables as reports publish them, from rows made to match; exports that tell no small number and hold no formula."""

import csv
import io
from datetime import date
from itertools import product

import numpy as np
import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from access import CellCount, HubFigures, MeasuredOf, StatisticAnswer, StatisticRequest
from products import HEADING_LINES, StatisticTable, as_csv, as_workbook, exported_rows, statistic_table
from products.statistics.intervals import rate_interval, share_interval
from products.statistics.suppression import Key, withheld

SINCE, UNTIL = date(2012, 4, 1), date(2013, 3, 31)


def table(
    statistic: str,
    dimensions: tuple[str, ...],
    cells: list[CellCount],
    figures: HubFigures | None = None,
    measured: tuple[str, tuple[MeasuredOf, ...]] | None = None,
) -> StatisticTable:
    return statistic_table(answer(statistic, dimensions, cells, measured), figures or HubFigures())


def answer(
    statistic: str,
    dimensions: tuple[str, ...],
    cells: list[CellCount],
    measured: tuple[str, tuple[MeasuredOf, ...]] | None = None,
    district: str | None = None,
) -> StatisticAnswer:
    measure, margins = measured or (None, ())
    request = StatisticRequest(statistic, SINCE, UNTIL, district)
    count = sum(one.count for one in cells)
    return StatisticAnswer(request, dimensions, measure, tuple(cells), count, (), (), UNTIL, margins)


def shown(found: StatisticTable) -> dict[str, list[str]]:
    return {label: [cell.text for cell in cells] for label, cells in found.rows}


def test_westminsters_turnaround_by_initial_rating() -> None:
    """Rating by rating: how many in time, how many late, with the median in working hours and the share in time."""
    cells = [
        CellCount(("red", "within target", "Westminster"), 41, 2.5, (1.0, 3.5)),
        CellCount(("red", "late", "Westminster"), 9, 6.0, (5.0, 9.0)),
        CellCount(("amber", "within target", "Westminster"), 310, 5.0, (3.0, 7.0)),
        CellCount(("amber", "decided before it came", "Westminster"), 3),
        CellCount(("blue", "no target", "Westminster"), 12),
    ]
    hours = MeasuredOf(("red", None, None), 2.9, (1.2, 3.9), None)
    found = table(
        "turnaround", ("rag_initial", "decided", "district"), cells, measured=("working hours", (hours,))
    )
    assert found.header[:4] == ("rag_initial", "within target", "late", "not decided")
    rows = shown(found)
    assert list(rows) == ["red", "amber", "blue", "Total"]
    assert rows["red"][:2] == ["41", "9"]
    assert rows["red"][5:] == ["50", "82.0% (69.2% to 90.2%)", "2.9 (quartiles 1.2 to 3.9)"]
    # A case stamped as decided before it came is no case in time or late, nor is one whose rating has no target.
    assert rows["amber"][-2:] == ["100.0% (98.8% to 100.0%)", "not measured"]
    assert rows["blue"][-2] == "none to share"
    assert rows["Total"][-2] == "97.5% (95.3% to 98.7%)"
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


def test_rates_need_the_hubs_own_populations_and_are_of_all_sources() -> None:
    cells = [
        CellCount(("North", "contact only", "police"), 40),
        CellCount(("South", "contact only", "police"), 10),
    ]
    dimensions = ("district", "step", "source")
    assert len(table("areas", dimensions, cells).header) == 6
    rows = shown(table("areas", dimensions, cells, HubFigures(children={"North": 9000, "South": 1000})))
    assert rows["North"][-1].startswith("44.4 (31.7")
    assert rows["Total"][-1].startswith("50.0 (")
    narrowed = answer("areas", dimensions, cells[:1], district="North")
    assert shown(statistic_table(narrowed, HubFigures(children={"North": 9000, "South": 1000})))["Total"][
        -1
    ].startswith("44.4")


def costed(referrals: int) -> tuple[StatisticTable, StatisticAnswer]:
    cells = [CellCount(("assessment", "North"), 10), CellCount(("referral", "North"), referrals)]
    margins = (
        MeasuredOf(("assessment", None), None, None, 6400.0),
        MeasuredOf(("referral", None), None, None, 120.0 * referrals),
        MeasuredOf((None, None), None, None, 6400.0 + 120 * referrals),
    )
    found = answer("costs", ("kind", "district"), cells, ("pounds", margins))
    return statistic_table(found, HubFigures(unit_costs={"referral": 120.0, "assessment": 640.0})), found


def test_what_a_referral_cost_is_the_cost_of_all_the_work_by_the_referrals() -> None:
    found, _ = costed(20)
    assert found.header[-2:] == ("Cost", "Cost per referral")
    assert {label: cells[-1] for label, cells in shown(found).items()} == {
        "assessment": "£320.00", "referral": "£120.00", "Total": "£440.00",
    }  # fmt: skip


def test_a_cost_tells_no_count_that_is_withheld() -> None:
    assert "£" in as_csv(exported_rows(*costed(20), 5)).decode()
    assert "£" not in as_csv(exported_rows(*costed(3), 5)).decode()


def test_families_are_told_with_what_each_cost() -> None:
    margins = (MeasuredOf(("North",), None, None, 900.0), MeasuredOf((None,), None, None, 900.0))
    found = table("costed_families", ("district",), [CellCount(("North",), 6)], measured=("pounds", margins))
    assert shown(found) == {"North": ["6", "£900.00", "£150.00"], "Total": ["6", "£900.00", "£150.00"]}


def test_a_caseload_says_how_much_each_holds_on_average() -> None:
    cells = [
        CellCount((worker, "referral", "North"), count)
        for worker, count in (("Ada Finch", 4), ("Ben Moss", 8))
    ]
    found = table("caseload", ("worker", "kind", "district"), cells)
    assert found.notes[0] == "2 workers, 6.0 pieces of work each on average."


def test_intervals_are_those_of_the_textbooks() -> None:
    assert share_interval(0, 0) is None
    assert [round(one, 4) for one in share_interval(81, 263) or ()] == [0.2553, 0.3662]  # Newcombe 1998
    assert [round(one, 1) for one in rate_interval(65, 100_000, 100_000) or ()] == [50.2, 82.8]


cubes = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from("NSE"), st.integers(0, 14)),
    max_size=24,
).map(lambda found: {(row, column, district): count for row, column, district, count in found})


def with_margins(cube: dict[tuple[str, ...], int]) -> dict[Key, int]:
    counts: dict[Key, int] = {}
    for values, count in cube.items():
        for key in product(*((value, None) for value in values)):
            counts[key] = counts.get(key, 0) + count
    return counts


def lines_of(counts: dict[Key, int]) -> dict[tuple[int, Key], list[Key]]:
    lines: dict[tuple[int, Key], list[Key]] = {}
    for key in counts:
        for place in range(len(key)):
            lines.setdefault((place, (*key[:place], *key[place + 1 :])), []).append(key)
    return lines


@settings(deadline=None, max_examples=120)
@given(cube=cubes, smallest=st.integers(2, 6))
def test_no_small_count_is_shown_or_left_over_by_a_subtraction_in_any_district(
    cube: dict[tuple[str, ...], int], smallest: int
) -> None:
    counts = with_margins(cube)
    out = withheld(cube, smallest)
    assert out <= counts.keys()
    assert not [key for key, count in counts.items() if 0 < count < smallest and key not in out]
    for line in lines_of(counts).values():
        lacking = [key for key in line if key in out]
        left = [key for key in line if key not in out and counts[key]]
        # Where a count is out, another is as well, together at least the threshold; or nothing of the line is left.
        assert (
            not lacking or (len(lacking) > 1 and sum(counts[key] for key in lacking) >= smallest) or not left
        )


@settings(deadline=None, max_examples=120)
@given(cube=cubes, district=st.sampled_from([None, *"NSE"]), smallest=st.integers(2, 6))
def test_all_the_subtractions_of_a_table_together_tell_no_withheld_count(
    cube: dict[tuple[str, ...], int], district: str | None, smallest: int
) -> None:
    """Linear algebra as the oracle: a withheld count is told when no other counts fit what is shown."""
    counts = with_margins(cube)
    shown = [key for key in counts if key[2] == district]
    out = withheld(cube, smallest, shown)
    unknown = [key for key in shown if key in out]
    lines = [line for (place, _), line in lines_of({key: counts[key] for key in shown}).items() if place < 2]
    matrix = np.array(
        [
            [(-1 if None in (key[0], key[1]) and key == line[-1] else 1) * (key in line) for key in unknown]
            for line in (sorted(line, key=lambda key: (key[0] is None) + (key[1] is None)) for line in lines)
        ]
    ).reshape(len(lines), len(unknown))
    rank = np.linalg.matrix_rank(matrix) if matrix.size else 0
    for place, key in enumerate(unknown):
        one = np.zeros((1, len(unknown)))
        one[0, place] = 1
        told = np.linalg.matrix_rank(np.vstack([matrix, one])) == rank
        assert not told or not any(counts[other] for other in shown if other not in out), key


def test_the_export_of_one_district_beside_that_of_all_tells_no_small_count() -> None:
    """All 23, North 10, South 10: shown, these three would tell the 3 of East."""
    made = {"North": 10, "South": 10, "East": 3}
    dimensions = ("outcome", "step", "district")
    cells = [CellCount(("closed", "contact only", district), count) for district, count in made.items()]
    cells += [CellCount(("assessed", "contact only", district), 40) for district in made]
    whole, told = answer("outcomes", dimensions, cells), {}
    for district in (None, *made):
        kept = [cell for cell in cells if district in (None, cell.values[2])]
        narrowed = statistic_table(answer("outcomes", dimensions, kept, district=district), HubFigures())
        told[district] = next(row[1] for row in exported_rows(narrowed, whole, 5) if row[:1] == ["Closed"])
    assert [told[None], told["East"]] == [23, "c"]
    assert [told["North"], told["South"]].count("c") == 1


def test_an_export_holds_the_definition_no_small_number_and_no_formula() -> None:
    cells = [
        CellCount((concern, district), 2 if concern == "=HYPERLINK(1)" else 20)
        for concern, district in product(("=HYPERLINK(1)", "neglect", "physical"), ("North", "South"))
    ]
    made = answer("needs", ("concern", "district"), cells)
    rows = exported_rows(statistic_table(made, HubFigures()), made, 5)
    text = as_csv(rows).decode("utf-8-sig")
    assert "'=hyperlink" in text.lower()
    assert "\n=" not in text
    assert ",2," not in text
    assert ",c," in text
    assert "Definition:" in text
    content = as_workbook("Need & want", rows, HEADING_LINES)
    assert content == as_workbook("Need & want", rows, HEADING_LINES)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    # What is suppressed stands under the figures, and what is said above the table is no wider than it.
    table = list(sheet.iter_rows(min_row=HEADING_LINES + 1))
    assert {cell.value for cell in table[1][1:]} & {"c"}
    assert {cell.alignment.horizontal for row in table for cell in row[1:]} == {"right"}
    assert {cell.alignment.horizontal for row in table for cell in row[:1]} == {None}
    assert {spanned.max_col for spanned in sheet.merged_cells.ranges} == {len(table[0])}


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
