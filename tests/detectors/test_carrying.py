"""A finding keeps its id from build to build: when people come and go, when ids merge and split, when nothing happens."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors import Baselines, Carrying, Settings, carry_findings, run_all
from detectors.finding import Evidence, Finding, Subject

REVIEW = timedelta(days=91)


class Builds:
    """Carries the findings of a world from build to build, each read back from the file of the last."""

    def __init__(self, folder):
        self.folder, self.number, self.path = folder, 0, None

    def carry(self, world, findings, day=None):
        self.number += 1
        carrying = Carrying(self.number, day or world.today, self.path, REVIEW)
        kept = carry_findings(world.connection, world.scope, findings, carrying)
        self.path = self.folder / f"{self.number}.duckdb"
        world.connection.execute(f"ATTACH '{self.path}' AS published")
        for table in ("finding_identity", "finding_trace"):
            world.connection.execute(f"CREATE TABLE published.{table} AS FROM {table}")
        world.connection.execute("DETACH published")
        return kept

    def build(self, world, day=None):
        report = run_all(world.connection, world.scope, [day or world.today], Settings(baselines=Baselines()))
        assert not report.failed
        return self.carry(world, report.findings, day)


@pytest.fixture
def builds(tmp_path):
    return Builds(tmp_path)


def states(world):
    return dict(world.connection.execute("SELECT finding_id, state FROM finding_identity").fetchall())


def successors(world):
    return dict(
        world.connection.execute(
            "SELECT finding_id, successor_id FROM finding_identity WHERE state = 'merged'"
        ).fetchall()
    )


def ids(findings):
    return [finding.finding_id for finding in findings]


def notified(world, name, days, agency="police", record=None):
    record = record or world.person(name, agency=agency)
    for day in days:
        world.event("contact", world.days_ago(day), {record: "subject"}, agency=agency)
    return record


def hold(world, record_id, person_id):
    """The linkage changed its mind about whose record it is."""
    world.connection.execute(
        "UPDATE membership SET person_id = ? WHERE record_id = ?", [person_id, record_id]
    )
    if not world.connection.execute("SELECT 1 FROM person WHERE person_id = ?", [person_id]).fetchall():
        world.connection.execute(
            "INSERT INTO person (scope, person_id, authority, is_professional) VALUES ('hub', ?, 'east', false)",
            [person_id],
        )


def test_the_window_moves_on_and_the_finding_stays(world, builds):
    record = notified(world, "kit", (300, 250, 200, 150))
    first = builds.build(world)
    notified(world, "kit", (60, 40, 20, 10), record=record)
    world.connection.execute("DELETE FROM event WHERE known_on < ?", [world.days_ago(100)])
    second = builds.build(world)
    assert ids(second) == ids(first)
    assert not {row.event_id for row in first[0].evidence if row.event_id} & {
        row.event_id for row in second[0].evidence if row.event_id
    }


def test_person_ids_merge_and_the_lesser_finding_points_to_the_greater(world, builds):
    more = notified(world, "kit", (300, 250, 200, 150, 100))
    fewer = notified(world, "kitty", (280, 230, 180, 130), agency="health")
    before = {finding.anchor[0]: finding.finding_id for finding in builds.build(world)}
    for record in (more, fewer):
        hold(world, record, "kitty")
    after = builds.build(world)
    assert ids(after) == [before["kit"]]
    assert successors(world) == {before["kitty"]: before["kit"]}
    assert ids(builds.build(world)) == [before["kit"]]
    assert successors(world) == {before["kitty"]: before["kit"]}


def test_a_person_splits_and_the_finding_follows_its_evidence(world, builds):
    events = notified(world, "kit", (300, 250, 200, 150))
    other = world.person("kit", agency="school")
    (before,) = builds.build(world)
    hold(world, events, "kit-2")
    (after,) = builds.build(world)
    assert (after.anchor, after.finding_id) == (("kit-2", "harmed"), before.finding_id)
    notified(world, "kit", (90, 70, 50, 30), agency="school", record=other)
    both = {finding.anchor[0]: finding.finding_id for finding in builds.build(world)}
    assert both["kit-2"] == before.finding_id != both["kit"]


def test_a_finding_lapses_without_new_evidence_and_comes_back_with_it_under_its_id(world, builds):
    record = notified(world, "kit", (30, 25, 20, 15))
    (first,) = builds.build(world)
    later = world.today + timedelta(days=91)
    assert builds.build(world, world.today + timedelta(days=90))[0].expires_on == later
    assert builds.build(world, later) == []
    assert states(world) == {first.finding_id: "lapsed"}
    world.event("contact", later, {record: "subject"})
    (again,) = builds.build(world, later)
    assert (again.finding_id, states(world)) == (first.finding_id, {first.finding_id: "raised"})


def test_a_finding_that_the_rule_finds_no_more_is_remembered_until_its_records_are_gone(world, builds):
    record = notified(world, "kit", (300, 250, 200, 150))
    (first,) = builds.build(world)
    assert builds.carry(world, []) == []
    assert states(world) == {first.finding_id: "cleared"}
    world.connection.execute("DELETE FROM membership WHERE record_id = ?", [record])
    builds.carry(world, [])
    assert states(world) == {}


def test_an_event_that_is_gone_is_remembered_of_no_finding(world, builds):
    notified(world, "kit", (300, 250, 200, 150))
    builds.build(world)
    ((gone,),) = world.connection.execute("SELECT min(event_id) FROM finding_trace").fetchall()
    world.connection.execute("DELETE FROM event WHERE event_id = ?", [gone])
    builds.carry(world, [])
    kept = world.connection.execute("SELECT DISTINCT event_id FROM finding_trace").fetchall()
    assert kept
    assert (gone,) not in kept


def test_a_person_whose_records_are_gone_is_named_by_no_finding(world, builds):
    for name in ("mia", "sam"):
        world.person(name)
    raised = group(("mia", "sam"), world, "escalating_harm")
    own_words = tuple(replace(row, event_id=None) for row in raised.evidence)
    (first,) = builds.carry(world, [replace(raised, evidence=own_words)])
    anchors = "SELECT finding_id, anchor FROM finding_identity"
    assert world.connection.execute(anchors).fetchall() == [(first.finding_id, ["mia", "sam"])]
    world.connection.execute("DELETE FROM membership WHERE person_id = 'mia'")
    builds.carry(world, [])
    assert world.connection.execute(anchors).fetchall() == [(first.finding_id, ["sam"])]


def group(people, world, detector="gang_network", anchor=None):
    """A finding about some people, an event each."""
    day = world.today
    rows = tuple(Evidence(f"police:{p}", f"police:{p}-e", "suspect", "police", day, day, "") for p in people)
    return Finding(
        "derived-" + "-".join(people), detector, "1", "", tuple(Subject(p, "suspect") for p in people), day, day,
        day, day + REVIEW, 1, 0, (0, 1), 1, "", rows, "", anchor=anchor or tuple(people[:2]),
    )  # fmt: skip


def test_members_come_and_go_and_the_group_stays(world, builds):
    for name in "abcdef":
        world.person(name)
        world.connection.execute("INSERT INTO event (event_id) VALUES (?)", [f"police:{name}-e"])
    first = builds.carry(world, [group("abcd", world)])
    grown = builds.carry(world, [group("bcdef", world)])
    assert ids(grown) == ids(first)
    apart = builds.carry(world, [group("bcd", world), group("ef", world)])
    assert apart[0].finding_id == first[0].finding_id != apart[1].finding_id


def test_a_couple_does_not_inherit_from_another_couple_of_the_same_man(world, builds):
    for name in ("mia", "noor", "sam"):
        world.person(name)
    first = builds.carry(world, [group(("mia", "sam"), world, "escalating_harm")])
    second = builds.carry(world, [group(("noor", "sam"), world, "escalating_harm")])
    assert ids(second) != ids(first)


people = st.integers(0, 5)
parts = st.lists(st.tuples(people, st.sampled_from(["subject", "victim", "suspect"])), min_size=1, max_size=3)
happening = st.tuples(st.sampled_from(["contact", "incident"]), parts, st.integers(1, 350))
numbered = count()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(happening, min_size=8, max_size=24), st.lists(happening, max_size=10), st.randoms())
def test_a_rebuild_changes_no_id_and_neither_do_rows_of_others(new_world, tmp_path, drawn, unrelated, dice):
    world = new_world()
    folder = tmp_path / str(next(numbered))
    folder.mkdir()
    builds = Builds(folder)
    loose = Settings(baselines=Baselines())
    loose = replace(
        loose,
        thresholds=loose.thresholds.from_profile(
            {
                "repeat_notifications": {"least_notifications": 2, "least_ratio": 1.0},
                "gang_network": {"least_incidents": 2},
            }
        ),
    )

    def tell(rows, names):
        records = [world.person(f"{names}{number}", date(1990, 1, 1)) for number in range(6)]
        for kind, involved, days in rows:
            held = {records[number]: role for number, role in involved}
            world.event(kind, world.days_ago(days), held, concern="violence", severity=1 + days % 5)

    def carried():
        found = list(run_all(world.connection, world.scope, [world.today], loose).findings)
        dice.shuffle(found)
        kept = builds.carry(world, found)
        assert len(set(ids(kept))) == len(kept)
        return {(finding.detector, finding.anchor): finding.finding_id for finding in kept}

    tell(drawn, "p")
    first = carried()
    assert carried() == first
    tell(unrelated, "stranger")
    again = carried()
    assert {key: again[key] for key in first} == first
    world.connection.close()
