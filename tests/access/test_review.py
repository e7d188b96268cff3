"""The review of links at the desk: what is listed, shown, judged and told, and to whom."""

from datetime import date

import pytest

from access import BadInput, Denied, Description, JudgementGiven, NotThere, as_plain
from records.ledger import Actor, judge, seal

KEEPER = Actor("sam", "seal_keeper", "home", "safeguarding_s47", "Adoption order")
MANAGER = Actor("mo", "operator", "home", "data_quality", "Review")
MARTA = {
    "given_name": "Marta",
    "family_name": "Quillfeather",
    "full_name": "Marta Quillfeather",
    "date_of_birth": date(2013, 5, 2),
}
# Like enough to Marta to be looked at, too little to join: another family name, another place.
MAYBE_MARTA = MARTA | {
    "family_name": "Thrupp",
    "full_name": "Marta Thrupp",
    "home": ("3 Elm Close", "ZZ2 9XY", None),
}
NOT_SAME = JudgementGiven("not_same", "Cousins: the school knows both mothers")


@pytest.fixture
def doubtful(make_family, open_scene, tmp_path):
    """The family, and a housing record that may be Marta's; a restricted one that may be hers too."""
    world = make_family()
    world.person("housing:m1", **MAYBE_MARTA)
    world.person("health:m2", ("restricted", "sexual_health"), **MAYBE_MARTA)
    with open_scene(tmp_path, world, people_alone=True) as scene:
        yield scene, world


def queue(scene, role="link_reviewer", **page):
    return scene.read(role, "review", lambda view: view.review(**page))


def opened(scene, pair, role="link_reviewer"):
    return scene.read(role, "review", lambda view: view.review_pair(pair))


def judged(scene, pair, given, subject=None):
    return scene.read("link_reviewer", "judge", lambda view: view.judge_pair(pair, given), subject=subject)


def pair_of(scene, records):
    """The line of the queue that compares exactly these two records."""
    for line in queue(scene).lines:
        shown = opened(scene, line.pair)
        if {shown.explanation.record_a, shown.explanation.record_b} == set(records):
            return line, shown
    return None


def test_the_queue_names_nobody_and_a_pair_opens_both_identities_each_logged(doubtful):
    scene, _ = doubtful
    shown = queue(scene)
    assert shown.ready
    assert len(shown.lines) == shown.total > 0
    assert "Marta" not in str(as_plain(shown))
    assert "housing:m1" not in str(as_plain(shown))
    line = next(line for line in shown.lines if "housing" in (*line.agencies_a, *line.agencies_b))
    assert line.kind == "near_threshold"
    assert (line.children, line.records_moved) == (2, 1)
    moved = line.records_moved + line.open_events + line.children + line.agencies_joined
    assert line.expected_change == pytest.approx(line.uncertainty * moved, abs=1e-4)

    before = len(scene.ledger.entries())
    pair = opened(scene, line.pair)
    assert len(scene.ledger.entries()) == before + 1
    entry = scene.last()
    assert (entry.act, entry.outcome) == ("review", "answered")
    assert {pair.explanation.record_a, pair.explanation.record_b} <= set(entry.subjects)
    assert {pair.side_a.person.name, pair.side_b.person.name} == {"Marta Quillfeather", "Marta Thrupp"}
    assert sum(step.weight for step in pair.explanation.comparisons) == pytest.approx(
        pair.explanation.weight, abs=0.02
    )


def test_an_analyst_gets_no_queue_and_explains_links_under_pseudonyms(doubtful):
    scene, _ = doubtful
    with pytest.raises(Denied):
        queue(scene, "analyst")
    handle = scene.find(
        "analyst",
        Description(given_name="Marta", family_name="Quillfeather", date_of_birth=MARTA["date_of_birth"]),
    )
    links = scene.read("analyst", "links", lambda view: view.links(handle))
    one, other = links.records[:2]
    explained = scene.read("analyst", "explain_link", lambda view: view.explain_link(one, other))
    assert explained.sentence
    assert all(step.value_a is None for step in explained.comparisons)
    assert "Marta" not in str(as_plain(explained))


def test_rows_outside_the_scope_are_not_in_the_queue(doubtful):
    scene, world = doubtful
    # The reviewer has no restricted rows; the decision-maker has, and sees the same two children with the hidden record.
    ordinary, whole = queue(scene), queue(scene, "decision_maker")
    assert all("health" not in (*line.agencies_a, *line.agencies_b) for line in ordinary.lines)
    assert any("health" in (*line.agencies_a, *line.agencies_b) for line in whole.lines)
    before = [as_plain(ordinary), *(as_plain(opened(scene, line.pair)) for line in ordinary.lines)]
    world.rows[:] = [row for row in world.rows if row[2].get("record_id") not in ("health:m2", "health:m1")]
    scene.rebuild(world)
    after = queue(scene)
    assert [as_plain(after), *(as_plain(opened(scene, line.pair)) for line in after.lines)] == before


def test_a_pair_of_another_role_or_none_is_not_there(doubtful):
    scene, _ = doubtful
    theirs = queue(scene, "decision_maker").lines[0].pair
    for pair in (theirs, "nothing", ""):
        with pytest.raises(NotThere, match="There is no such pair, or not for you"):
            opened(scene, pair)
        with pytest.raises(NotThere):
            judged(scene, pair, NOT_SAME)
        assert scene.last().outcome == "empty"


def test_a_judged_pair_leaves_the_queue_until_there_are_new_records(doubtful):
    scene, world = doubtful
    line, shown = pair_of(scene, ("housing:m1", "council:m1")) or pair_of(scene, ("housing:m1", "police:m1"))
    total = queue(scene).total
    before = len(scene.ledger.entries())
    taken = judged(scene, line.pair, JudgementGiven("cannot_say", "Not enough to go by"))
    assert len(scene.ledger.entries()) == before + 1
    assert (taken.judgement.decision, taken.conflicts) == ("cannot_say", ())
    assert scene.last().act == "judge"
    assert set(scene.last().details["seen_record_ids"]) == {*shown.side_a.records, *shown.side_b.records}
    assert queue(scene).total == total - 1
    scene.rebuild(world)
    assert queue(scene).total == total - 1, "the same rows are no news"
    world.person("police:m9", **MAYBE_MARTA)
    scene.rebuild(world)
    again = [line for line in queue(scene).lines if line.reopened]
    assert len(again) == 1
    assert [one.decision for one in opened(scene, again[0].pair).judgements] == ["cannot_say"]


def test_a_judgement_binds_the_next_build_and_is_its_cause(doubtful):
    scene, world = doubtful
    line, shown = pair_of(scene, ("housing:m1", "council:m1")) or pair_of(scene, ("housing:m1", "police:m1"))
    assert not shown.explanation.same_person
    judged(scene, line.pair, JudgementGiven("same", "The school confirms it"))
    scene.rebuild(world)
    after = opened(scene, line.pair)
    assert after.explanation.same_person
    assert after.explanation.judgement == "same"
    assert "judged" in after.explanation.sentence
    with scene.store.open_current() as connection:
        causes = connection.execute(
            "SELECT DISTINCT cause FROM identity WHERE until_build IS NULL AND since_build = 2 AND scope = 'hub_ordinary'"
        ).fetchall()
    assert causes == [("judgement",)]


def test_judgements_in_conflict_come_first_and_say_who_said_what(doubtful):
    scene, _ = doubtful
    line, _ = pair_of(scene, ("housing:m1", "council:m1")) or pair_of(scene, ("housing:m1", "police:m1"))
    assert scene.read("link_reviewer", "review", lambda view: view.conflicts()).conflicts == ()
    judged(scene, line.pair, NOT_SAME, subject="rosa")
    taken = judged(scene, line.pair, JudgementGiven("same", "I know the family"), subject="bela")
    (conflict,) = taken.conflicts
    assert conflict.kind == "pair"
    assert [(one.by, one.decision, one.reason) for one in conflict.judgements] == [
        ("rosa", "not_same", NOT_SAME.grounds),
        ("bela", "same", "I know the family"),
    ]
    assert all(one.at is not None for one in conflict.judgements)
    first = queue(scene).lines[0]
    assert (first.kind, first.pair) == ("conflict", line.pair)
    assert scene.read("link_reviewer", "review", lambda view: view.conflicts()).conflicts == (conflict,)
    settled = judged(scene, line.pair, JudgementGiven("not_same", "Both met", settles=True), subject="lead")
    assert settled.conflicts == ()
    assert all(one.kind != "conflict" for one in queue(scene).lines)


def test_a_conflict_over_a_hidden_record_is_not_told(doubtful):
    scene, _ = doubtful
    said = (
        ("council:m1", "health:m2", "same"),
        ("health:m2", "housing:m1", "same"),
        ("council:m1", "housing:m1", "not_same"),
    )
    for one, other, decision in said:
        judge(scene.ledger, MANAGER, one, other, decision)
    hidden = scene.read("link_reviewer", "review", lambda view: view.conflicts())
    assert hidden.conflicts == ()
    told = scene.read("decision_maker", "review", lambda view: view.conflicts())
    assert [one.kind for one in told.conflicts] == ["chain"]


def test_a_judgement_against_a_seal_is_for_the_seal_keeper_alone(doubtful):
    scene, world = doubtful
    line, _ = pair_of(scene, ("housing:m1", "council:m1")) or pair_of(scene, ("housing:m1", "police:m1"))
    judged(scene, line.pair, JudgementGiven("same", "The school confirms it"))
    seal(scene.ledger, KEEPER, ["housing:m1"], ["council:m1", "police:m1"])
    for _ in range(2):
        for role in ("link_reviewer", "decision_maker"):
            told = scene.read(role, "review", lambda view: view.conflicts())
            assert told.conflicts == ()
            assert all(
                "housing" not in (*one.agencies_a, *one.agencies_b) for one in queue(scene, role).lines
            )
            with pytest.raises(Denied):
                scene.read(role, "seal_conflicts", lambda view: view.seal_conflicts())
        with pytest.raises(NotThere, match="There is no such pair, or not for you"):
            opened(scene, line.pair)
        (conflict,) = scene.read(
            "seal_keeper", "seal_conflicts", lambda view: view.seal_conflicts()
        ).conflicts
        assert (conflict.kind, conflict.pair) == ("seal", None)
        assert {conflict.judgements[0].record_a, conflict.judgements[0].record_b} >= {"housing:m1"}
        scene.rebuild(world)


def test_a_sealed_pair_explains_itself_like_one_that_is_not_there(doubtful):
    scene, _ = doubtful
    seal(scene.ledger, KEEPER, ["housing:m1"], ["council:m1"])
    said = []
    for other in ("housing:m1", "housing:none"):
        with pytest.raises(NotThere) as refused:
            scene.read(
                "link_reviewer",
                "explain_link",
                lambda view, other=other: view.explain_link("council:m1", other),
            )
        said.append((str(refused.value), scene.last().outcome))
    assert said[0] == said[1]
    explained = scene.read(
        "link_reviewer", "explain_link", lambda view: view.explain_link("council:m1", "police:e1")
    )
    assert not explained.same_person
    assert explained.sentence.endswith("not enough to join them.")


def test_judging_needs_a_decision_and_grounds(doubtful):
    scene, _ = doubtful
    pair = queue(scene).lines[0].pair
    for given in (JudgementGiven("perhaps", "x"), JudgementGiven("same", "  ")):
        with pytest.raises(BadInput):
            judged(scene, pair, given)
    with pytest.raises(BadInput, match="two records"):
        scene.read(
            "link_reviewer", "judge", lambda view: view.judge_records("police:m1", "police:m1", NOT_SAME)
        )
    assert scene.ledger.state().judgements == {}
