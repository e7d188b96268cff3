"""Counts over a scope: each equals the rows that it opens, and nothing outside the scope moves one."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from access import (
    POLICY_SETS,
    PURPOSES,
    QUESTIONS,
    BadInput,
    HubFigures,
    Policies,
    Principal,
    Purpose,
    StatisticCell,
    StatisticRequest,
    as_plain,
)
from access import ROLES as ALL_ROLES

pytestmark = pytest.mark.xdist_group("statistics")
PLANNING = Purpose("service_planning", "Annual report")
YEAR = {"date_from": date(2025, 3, 1), "date_to": date(2026, 2, 28)}
FIGURES = HubFigures(unit_costs={"contact": 35.0, "referral": 120.0}, joined_on={"police": date(2025, 10, 1)})
HIDDEN = ("restricted", "staff_or_relative")


def with_front_door(world, hidden=False):
    """Twelve contacts of the family's council, some that become referrals, some again; and calls."""
    label = HIDDEN if hidden else ("shareable", "ordinary")
    mark = "h" if hidden else "c"
    for number in range(12):
        day = date(2025, 4, 7) + timedelta(days=24 * number)
        came = datetime(day.year, day.month, day.day, 15)  # noqa: DTZ001 - snapshots hold local times
        event = f"council:{mark}{number}"
        world.event(
            event, day, {"council:m1": "subject"}, label, kind="contact", concern="neglect" if number % 3 else "emotional",
            authority="north" if number % 2 else "south", referrer=("Polcie", "St Marys Prim", None)[number % 3],
            rag_initial=("red", "amber", "green", None)[number % 4], rag_final=("red", "green")[number % 2], started_at=came,
            decided_at=came + timedelta(hours=(2, 30, -3)[number % 3]), outcome="referral" if number % 4 == 0 else "no further action",
        )  # fmt: skip
        if number % 4 == 0:
            world.event(
                f"{event}r", day, {"council:m1": "subject", "council:l1": "parent_carer"}, label, kind="referral",
                authority=("north", "south")[number % 8 // 4], related_event_id=event, started_at=came + timedelta(hours=1),
                ended_on=day + timedelta(days=30), outcome="assessment",
            )  # fmt: skip
        world.event(
            f"police:{mark}call{number}", day, {"police:l1": "reporter"}, label, kind="call", authority="north", wait_seconds=number * 40
        )  # fmt: skip
    return world


@pytest.fixture(scope="module")
def scenes(open_worlds, quick_stages, tmp_path_factory):
    """The same world without and with restricted rows, at desks with the same keys."""
    open_scene, make_family = open_worlds
    folder = tmp_path_factory.mktemp("statistics")
    with open_scene(folder, with_front_door(make_family()), stages=quick_stages(False)) as scene:
        scene.desk.figures = FIGURES
        before = {key: answers(scene, *key) for key in ASKED}
        scene.rebuild(with_front_door(with_front_door(make_family()), hidden=True))
        yield scene, before


ROLES = ("analyst", "decision_maker", "operator")
NARROWED = ({}, {"district": "north"}, {"source": "police"})
ASKED = list(product(ROLES[:1], QUESTIONS, range(len(NARROWED))))


def may_open(policies, role, purpose):
    return policies.may_do(Principal("x", "X", role, "council", "home"), "statistics", purpose).allowed


def asked(statistic, narrowed=0):
    return StatisticRequest(statistic, **YEAR, **NARROWED[narrowed])


def answers(scene, role, statistic, narrowed):
    """A statistic with the rows of all of its cells, as plain values."""
    request = asked(statistic, narrowed)
    answer = scene.read(role, "statistics", lambda view: view.statistic(request), purpose=PLANNING)
    cells = [StatisticCell(cell.values) for cell in answer.cells[:2]]
    rows = [
        scene.read(
            role, "statistics", lambda view, one=cell: view.statistic_rows(request, one), purpose=PLANNING
        )
        for cell in cells
    ]
    return as_plain([answer, rows])


def test_rows_outside_the_scope_change_no_figure_and_no_row(scenes):
    scene, before = scenes
    for key, expected in before.items():
        assert answers(scene, *key) == expected, key


def test_statistics_are_opened_by_those_who_are_tried_here():
    for folder in sorted(one for one in POLICY_SETS.iterdir() if any(one.glob("*.cedar"))):
        policies = Policies.load(folder)
        may = {role for role in ALL_ROLES for purpose in PURPOSES if may_open(policies, role, purpose)}
        assert may == set(ROLES), folder.name


@pytest.mark.parametrize(
    ("role", "purpose", "narrowed", "every"),
    [
        ("analyst", "service_planning", 0, 1),
        ("operator", "service_planning", 1, 5),
        ("decision_maker", "service_planning", 2, 5),
        # Rows that no build stored: people, names and figures are formed on demand.
        ("decision_maker", "crime_prevention", 0, 9),
        ("operator", "crime_prevention", 1, 9),
    ],
)
def test_a_figure_equals_the_count_of_the_rows_that_it_opens(scenes, role, purpose, narrowed, every):
    """For everybody who may open statistics; ``every`` so many cells one is opened, and all rows together."""
    scene, _ = scenes
    for statistic in QUESTIONS:
        request = asked(statistic, narrowed)
        with scene.desk.open(scene.principal(role), Purpose(purpose, "Annual report"), "statistics") as view:
            answer = view.statistic(request)
            whole = view.statistic_rows(request, StatisticCell((None,) * len(answer.dimensions)))
            tried = answer.cells[::every]
            opened = [view.statistic_rows(request, StatisticCell(cell.values)) for cell in tried]
        assert [rows.count for rows in opened] == [cell.count for cell in tried], statistic
        assert [len(rows.rows) for rows in opened] == [cell.count for cell in tried], statistic
        assert whole.count == len(whole.rows) == answer.count, statistic


def test_a_scope_formed_on_demand_counts_as_a_stored_one_does(scenes):
    scene, _ = scenes
    stored = {name: answers(scene, "analyst", name, 0)[0]["cells"] for name in QUESTIONS}
    reader = scene.principal("decision_maker")
    crime = Purpose("crime_prevention", "A reader whose rows no build stored")
    with scene.desk.open(reader, crime, "statistics") as view:
        counted = {name: view.statistic(asked(name)) for name in QUESTIONS}
    # The decision-maker sees the restricted half as well, from people resolved on demand: nobody stored them here.
    for name in ("cases", "outcomes", "rag_change", "languages", "calls"):
        # The family's own referral, of September, is in both halves one.
        shared = 1 if name in ("cases", "outcomes", "languages") else 0
        assert counted[name].count == 2 * sum(cell["count"] for cell in stored[name]) - shared, name


def test_a_contact_that_became_a_referral_is_one_case(scenes):
    scene, _ = scenes
    cells = answers(scene, "analyst", "cases", 0)[0]["cells"]
    steps = {}
    for cell in cells:
        steps[cell["values"][0]] = steps.get(cell["values"][0], 0) + cell["count"]
    # Twelve contacts, three of which became referrals; the family's own referral came without a contact.
    assert steps == {"contact only": 9, "contact that became a referral": 3, "referral without a contact": 1}


def test_misspelt_referrers_are_resolved_and_rows_are_masked_for_planning(scenes):
    scene, _ = scenes
    request = asked("cases")
    rows = scene.read(
        "analyst", "statistics", lambda view: view.statistic_rows(request, StatisticCell((None, "police", None))), purpose=PLANNING
    )  # fmt: skip
    assert rows.count == 4
    assert all(row.referrer is None and "council" not in row.event for row in rows.rows)
    entry = scene.last()
    assert (entry.act, entry.details["statistic"]) == ("statistics", "cases")


def test_a_partner_is_not_blamed_for_cases_from_before_it_joined(scenes):
    scene, _ = scenes
    cells = answers(scene, "analyst", "contribution", 0)[0]["cells"]
    of = {}
    for cell in cells:
        of[cell["values"][0]] = of.get(cell["values"][0], 0) + cell["count"]
    assert of["council"] == 13
    assert of["police"] == 4  # it joined in October


def test_a_referral_soon_after_another_is_one_again_but_not_while_a_case_is_open(scenes):
    scene, _ = scenes
    cells = {
        tuple(cell["values"]): cell["count"]
        for cell in answers(scene, "analyst", "re_referrals", 0)[0]["cells"]
    }
    assert sum(cells.values()) == 4
    assert cells[("first in 12 months", "north", "not stated")] == 1
    assert cells[("again, other authority", "south", "not stated")] == 1


@pytest.mark.parametrize(
    "request_",
    [
        StatisticRequest("nothing", **YEAR),
        StatisticRequest("cases", date(2026, 1, 1), date(2025, 1, 1)),
        StatisticRequest("cases", date(2010, 1, 1), date(2026, 1, 1)),
    ],
)
def test_what_cannot_be_counted_is_refused(scenes, request_):
    scene, _ = scenes
    with pytest.raises(BadInput):
        scene.read("analyst", "statistics", lambda view: view.statistic(request_), purpose=PLANNING)


def test_what_a_referral_for_sexual_health_was_about_is_no_figure_and_no_row(
    open_scene, make_family, tmp_path, whole_hub
):
    world = make_family()
    world.event(
        "council:sh1", date(2025, 6, 2), {"council:m1": "subject"}, ("restricted", "sexual_health"), kind="referral",
        concern="self_harm", outcome="assessment", rag_initial="red", referrer="A clinic", authority="north",
    )  # fmt: skip
    with open_scene(tmp_path, world, stages=whole_hub) as scene:
        scene.desk.figures = FIGURES
        every = StatisticCell((None, None, None))
        for purpose, concern in (("safeguarding_s17", None), ("safeguarding_s47", "self_harm")):
            who = {"purpose": Purpose(purpose, "Annual report")}
            needs = scene.read(
                "decision_maker", "statistics", lambda view: view.statistic(asked("needs")), **who
            )
            assert ("self_harm" in {cell.values[0] for cell in needs.cells}) is (concern is not None)
            rows = scene.read(
                "decision_maker", "statistics", lambda view: view.statistic_rows(asked("needs"), every), **who
            )
            (row,) = (one for one in rows.rows if one.event == "council:sh1")
            assert (row.concern, row.kind) == (concern, "referral")
            assert all(
                (told is None) is (concern is None) for told in (row.outcome, row.rag_initial, row.referrer)
            )
