"""The network's questions through the desk: pseudonyms, one entry each, and nothing learnt of rows outside the scope."""

import json
import random
from datetime import date

import pytest

from access import (
    BadInput,
    Denied,
    Description,
    MashlinkError,
    NetworkRequest,
    NotThere,
    PathRequest,
    Pattern,
    PatternRequest,
    as_plain,
)
from records.ledger import Actor, GrantTerms, release

MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")
MET = Pattern.model_validate({"tied": [{"over": ["incident", "place"], "to": {"age_to": 17}}]})
DAYS = (date(2025, 1, 1), date(2026, 2, 1))
QUESTIONS = {
    "network": lambda view, one: view.network(one, NetworkRequest(hops=2, node_cap=6, page=2)),
    "lived": lambda view, one: view.lived(one),
    "changes": lambda view, one: view.changes(one, *DAYS, NetworkRequest(hops=2)),
    "groups": lambda view, one: view.groups(one),
    "paths": lambda view, one: view.paths([one, "police:e1"], PathRequest(most=2)),
    "shared": lambda view, one: view.shared(one, "police:e1"),
    "patterns": lambda view, one: view.match(MET, PatternRequest(around=(one,))),
}
ACTS = {"lived": "households", "changes": "network", "groups": "network", "shared": "paths"}
IDENTITIES = (
    "Quillfeather",
    "Marta",
    "Lena",
    "Egon",
    "Thrupp",
    "2013-05-02",
    "Larch",
    "ZZ1",
    "+4477",
    ":m1",
    ":l1",
)


def asked(scene, role, agency, name, handle):
    """The answer as JSON, or how it was refused."""
    try:
        answer = scene.read(
            role, ACTS.get(name, name), lambda view: QUESTIONS[name](view, handle), agency=agency
        )
    except MashlinkError as error:
        return f"{error.status} {error}"
    return json.dumps(as_plain(answer))


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name not in ("paths", "shared")])
def test_the_analyst_sees_pseudonyms_in_answers_and_sentences(family, name):
    handle = family.find("analyst", MARTA)
    shown = asked(family, "analyst", "council", name, handle)
    assert not shown.startswith("4"), shown
    assert [word for word in IDENTITIES if word in shown] == []


def test_a_record_is_named_as_answers_name_it_and_no_other_way(family):
    links = family.read("analyst", "links", lambda view: view.links(family.find("analyst", MARTA)))
    picture = family.read("analyst", "network", lambda view: view.network(links.records[0]))
    assert picture.centre == family.find("analyst", MARTA)
    with pytest.raises(NotThere):
        family.read("analyst", "network", lambda view: view.network("police:m1"))
    of_the_manager = family.read("decision_maker", "network", lambda view: view.network("police:m1"))
    place = next(node for node in of_the_manager.nodes if node.kind == "place")
    people = family.read("decision_maker", "network", lambda view: view.network(place.node))
    assert {node.person.name for node in people.nodes if node.person} >= {"Marta Quillfeather"}
    assert all(edge.records for edge in people.edges)
    with pytest.raises(NotThere):  # another role's reference leads nowhere
        family.read("analyst", "network", lambda view: view.network(place.node))


def test_every_question_leaves_one_entry_and_a_way_says_what_each_hop_stands_on(family):
    handle = family.find("decision_maker", MARTA)
    for name in QUESTIONS:
        before = len(family.ledger.entries())
        shown = asked(family, "decision_maker", "council", name, handle)
        assert not shown.startswith("4"), (name, shown)
        (entry,) = family.ledger.entries()[before:]
        assert (entry.entry.act, entry.entry.outcome) == (ACTS.get(name, name), "answered")
    answer = family.read("decision_maker", "paths", lambda view: view.paths([handle, "police:e1"]))
    for step in answer.paths[0].steps:
        assert step.sentence
        assert all(edge.records for edge in step.edges)
    assert answer.paths[0].nodes[0].node == handle
    with pytest.raises(BadInput, match="2 to 8"):
        family.read("decision_maker", "paths", lambda view: view.paths([handle, "police:m1"]))


def test_a_contributor_may_not_trawl_for_a_pattern(family):
    with pytest.raises(Denied):
        family.read("contributor", "patterns", lambda view: view.match(MET), agency="police")


@pytest.mark.parametrize(
    ("role", "agency", "hidden"), [("analyst", "council", ()), ("contributor", "police", ("health",))]
)
def test_rows_outside_the_scope_change_no_byte_of_any_question(
    tmp_path, open_scene, make_family, role, agency, hidden
):
    label = ("restricted", "police_intelligence") if not hidden else ("ask_originator", "ordinary")
    owner = hidden[0] if hidden else "police"
    with open_scene(tmp_path, make_family()) as scene:
        if role == "contributor":
            release(
                scene.ledger,
                MANAGER,
                ["council:m1", "council:l1"],
                GrantTerms(agencies=frozenset({"police"})),
            )
        handle = scene.find(role, MARTA, agency=agency)
        expected = {name: asked(scene, role, agency, name, handle) for name in QUESTIONS}
        assert '"kind"' in expected["changes"]
        for seed in (1,):
            chance, world = random.Random(seed), make_family()
            for number in range(3):
                record_id = f"{owner}:z{number}"
                world.person(
                    record_id,
                    label,
                    given_name="Otto",
                    family_name=f"Zander{number}",
                    full_name=f"Otto Zander{number}",
                    date_of_birth=date(1990 + number * 9, 4, 4),
                    home=("12 Larch Row", "ZZ1 4AB", date(2024, 1, 1 + chance.randint(0, 20))),
                    phone="+447700900123",
                )
                parts = {
                    record_id: "suspect",
                    chance.choice(("police:l1", "police:m1", "police:e1")): "victim",
                }
                world.event(f"{owner}:z{number}", date(2025, 11, 1 + number), parts, label)
            scene.rebuild(world)
            assert {name: asked(scene, role, agency, name, handle) for name in QUESTIONS} == expected
