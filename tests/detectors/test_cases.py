"""One case with several reasons: the same people on the same evidence, by other rules, and nobody through a third."""

from datetime import date

from detectors.cases import cases_of
from detectors.finding import Evidence, Finding, Subject

DAY = date(2026, 3, 1)


def finding(name, detector, people, events):
    rows = tuple(Evidence(f"police:{e}", e, "subject", "police", DAY, DAY, "") for e in events)
    return Finding(
        name, detector, "1", "", tuple(Subject(p, "subject") for p in people), DAY, DAY, DAY, DAY, 1, 0, (0, 1), 1, "",
        rows, "",
    )  # fmt: skip


def test_a_finding_joins_the_one_that_holds_its_people_and_half_of_its_events():
    pair = finding("pair", "escalating_harm", "vs", "abcd")
    repeat = finding("repeat", "repeat_notifications", "v", "abxy")
    other = finding("other", "repeat_notifications", "s", "xyz")
    assert cases_of([repeat, other, pair]) == {"pair": "pair", "repeat": "pair", "other": "other"}


def test_findings_of_one_detector_are_never_one_case_and_nobody_joins_through_a_third():
    one = finding("one", "escalating_harm", "vs", "abcd")
    twin = finding("twin", "escalating_harm", "vs", "abcd")
    assert set(cases_of([one, twin]).values()) == {"one", "twin"}
    left, right = (
        finding("left", "gang_network", "pqr", "abcd"),
        finding("right", "exploitation_network", "pxy", "efgh"),
    )
    between = finding("between", "repeat_notifications", "p", "abef")
    cases = cases_of([left, right, between])
    assert cases["left"] != cases["right"]
    assert cases["between"] in ("left", "right")


def test_a_finding_without_events_stands_alone():
    bare = finding("bare", "missing_from_view", "v", "")
    assert cases_of([bare, finding("pair", "escalating_harm", "vs", "ab")])["bare"] == "bare"
