"""Fields that are kept back though the row is seen: where protected people are, who gave intelligence, former selves."""

import json
from dataclasses import replace
from datetime import date

import pytest

from access import Description, KeptToGiven, NetworkRequest, NotThere, Purpose, as_plain
from records.ledger import Actor, judge

CRIME = Purpose("crime_prevention", "Operation Larch", "OP-1")
S17 = Purpose("safeguarding_s17", "Early help plan", "MASH-7")
WHY = "In refuge"
LENA = Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20))
MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
EGON = Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14))
NILS = Description(given_name="Nils", family_name="Brackenbury", date_of_birth=date(2013, 8, 9))
TESS = Description(given_name="Tess", family_name="Oakhanger", date_of_birth=date(1999, 6, 1))
pytestmark = pytest.mark.xdist_group("fields")
HOME, CODE = "12 Larch Row", "ZZ1 4AB"


@pytest.fixture(scope="module")
def hub(tmp_path_factory, open_worlds):
    """The family; Orla Fenwright gave the intelligence on Egon; Tess Oakhanger was Tom once; Lena called herself Lee."""
    scene_of, family_world = open_worlds
    world = family_world()
    orla = {"given_name": "Orla", "family_name": "Fenwright", "date_of_birth": date(1970, 3, 3)}
    tess = {"family_name": "Oakhanger", "date_of_birth": date(1999, 6, 1), "nhs": "9990000034"}
    world.person("police:o1", **orla, full_name="Orla Fenwright")
    world.add(
        "involvement",
        "police",
        ("restricted", "police_intelligence"),
        event_id="police:i1",
        record_id="police:o1",
        role="reporter",
    )
    for agency in ("council", "health"):
        world.person(f"{agency}:t1", given_name="Tess", full_name="Tess Oakhanger", **tess)
    world.person("police:t1", given_name="Tom", full_name="Tom Oakhanger", **tess, sex="male")
    world.add("name", "council", record_id="council:l1", kind="former", full_name="Lee Quillfeather")
    world.event(
        "police:n9",
        date(2025, 11, 11),
        {"police:e1": "suspect"},
        place=HOME,
        postcode=CODE,
        summary=f"Seen outside {HOME}",
    )
    world.person("council:n1", given_name="Nils", family_name="Brackenbury", date_of_birth=date(2013, 8, 9))
    school = {"kind": "school", "organisation_key": "s1", "organisation_name": "Far Lane School"}
    for record_id in ("council:m1", "council:n1"):
        world.add("organisation_tie", "council", record_id=record_id, **school)
    clinic = {"kind": "other", "organisation_key": "c1", "organisation_name": "Willow Clinic"}
    world.add("organisation_tie", "health", ("restricted", "sexual_health"), record_id="health:m1", **clinic)
    with scene_of(tmp_path_factory.mktemp("fields"), world) as scene:
        reviewer = Actor("rosa", "link_reviewer", "home", "data_quality", "Both are Tess")
        judge(scene.ledger, reviewer, "council:t1", "police:t1", "same")
        scene.rebuild(world)
        yield scene


def told(scene, act, ask, description, **who):
    handle = scene.find("decision_maker", description, **who)
    return json.dumps(as_plain(scene.read("decision_maker", act, lambda view: ask(view, handle), **who)))


ABOUT = {
    "person": lambda view, handle: view.person(handle),
    "chronology": lambda view, handle: view.chronology(handle),
    "network": lambda view, handle: view.network(handle, NetworkRequest(hops=2)),
    "households": lambda view, handle: view.households(handle),
    "links": lambda view, handle: view.links(handle),
}


def test_who_is_protected_is_given_away_by_nobody_they_live_with_nor_by_event_path_or_network(hub):
    given = KeptToGiven((hub.find("decision_maker", MARTA),), ("mo",), None, WHY)
    everybody = {act: [told(hub, act, ask, one) for one in (MARTA, LENA, EGON)] for act, ask in ABOUT.items()}
    assert all(HOME in text for text in everybody["person"] + everybody["households"])
    guess = hub.read("decision_maker", "lookup", lambda view: view.lookup(replace(MARTA, postcode=CODE)))
    plain = hub.read("decision_maker", "lookup", lambda view: view.lookup(MARTA))
    assert guess.candidates[0].weight > plain.candidates[0].weight
    taken = hub.read("decision_maker", "location_protection", lambda view: view.protect_location(given))
    try:
        for act, ask in ABOUT.items():
            for one in (MARTA, LENA, EGON):
                text = told(hub, act, ask, one)
                assert HOME not in text, (act, one)
                assert CODE not in text, (act, one)
            assert HOME in told(hub, "person", ABOUT["person"], MARTA, subject="mo")
        for wanted in (replace(MARTA, postcode=CODE), replace(MARTA, postcode="ZZ9 9ZZ"), MARTA):
            answer = hub.read("decision_maker", "lookup", lambda view, one=wanted: view.lookup(one))
            assert answer.candidates[0].weight == plain.candidates[0].weight
        by_place = Description(postcode=CODE, address=HOME)
        assert hub.read("decision_maker", "lookup", lambda view: view.lookup(by_place)).candidates == ()
        findings = hub.read("decision_maker", "findings", lambda view: view.findings())
        for line in findings.findings:
            page = hub.read("decision_maker", "finding", lambda view, one=line: view.finding(one.finding_id))
            assert HOME not in json.dumps(as_plain(page))
    finally:
        hub.read("decision_maker", "end_grant", lambda view: view.end_grant(taken.sharing, "Moved on"))
    assert HOME in told(hub, "person", ABOUT["person"], LENA)


def test_the_school_of_who_is_protected_is_told_by_no_tie_of_theirs(hub):
    nils = hub.find("decision_maker", NILS)
    marta = hub.find("decision_maker", MARTA)
    questions = {
        "network": lambda view: view.network(nils, NetworkRequest(hops=2)),
        "paths": lambda view: (view.path(nils, marta), view.shared(nils, marta)),
    }
    before = {
        act: json.dumps(as_plain(hub.read("decision_maker", act, ask))) for act, ask in questions.items()
    }
    assert all(marta in text and "Far Lane School" in text for text in before.values())
    given = KeptToGiven((marta,), ("mo",), None, WHY)
    taken = hub.read("decision_maker", "location_protection", lambda view: view.protect_location(given))
    try:
        for act, ask in questions.items():
            text = json.dumps(as_plain(hub.read("decision_maker", act, ask)))
            assert marta not in text, act
            assert "Far Lane" not in text, act
        files = hub.read(
            "operator", "export", lambda view: view.export("graph", hub.store.path / "graph.csv")
        )
        nodes = files[0].read_text()
        assert "organisation:s1" in nodes
        assert "Far Lane" not in nodes
        assert HOME not in nodes
    finally:
        hub.read("decision_maker", "end_grant", lambda view: view.end_grant(taken.sharing, "Moved on"))


def test_what_a_visit_for_sexual_health_was_about_is_told_by_no_column_and_no_name(hub):
    def about(**who):
        marta = hub.find("decision_maker", MARTA, **who)
        picture = hub.read("decision_maker", "network", lambda view: view.network(marta), **who)
        factors = hub.read("decision_maker", "households", lambda view: view.factors(marta), **who)
        facts = [fact for factor in factors.factors for fact in factor.evidence]
        return {node.name for node in picture.nodes if node.kind == "incident"}, {fact.kind for fact in facts}

    names, kinds = about()
    assert "domestic abuse 2026-01-07" in names
    assert "clinic_attendance" in kinds
    kept, fewer = about(purpose=S17)
    assert kept - names == {"clinic attendance 2026-01-07"}
    assert fewer == kinds - {"clinic_attendance"}


def test_a_clinic_for_sexual_health_is_named_for_protection_alone(hub):
    def clinic(**who):
        marta = hub.find("decision_maker", MARTA, **who)
        page = hub.read("decision_maker", "person", lambda view: view.person(marta), **who)
        picture = hub.read("decision_maker", "network", lambda view: view.network(marta), **who)
        names = {node.name for node in picture.nodes if node.kind == "organisation"}
        return {line.value for line in page.organisations}, names

    assert clinic() == ({"Far Lane School", "Willow Clinic"}, {"Far Lane School", "Willow Clinic"})
    assert clinic(purpose=S17) == ({"Far Lane School", None}, {"Far Lane School", None})


def test_what_rows_of_sexual_health_say_is_shown_for_protection_alone(hub):
    def visit(**who):
        handle = hub.find("decision_maker", MARTA, **who)
        lines = hub.read("decision_maker", "chronology", lambda view: view.chronology(handle), **who).lines
        (line,) = (line for line in lines if line.agency == "health")
        return line

    assert (visit().summary, visit().concern) == ("Shouting heard", "domestic_abuse")
    kept = visit(purpose=S17)
    assert (kept.kind, kept.summary, kept.concern, kept.flags) == ("clinic_attendance", None, None, ())


def test_who_gave_intelligence_is_told_to_the_police_alone(hub):
    def about(role, **who):
        handle = hub.find(role, EGON, **who)
        lines = hub.read(role, "chronology", lambda view: view.chronology(handle), **who).lines
        (line,) = (line for line in lines if line.event == "police:i1")
        return {other.person.name for other in line.others}

    assert about("decision_maker") == set()
    assert about("contributor", agency="police") == {"Orla Fenwright"}
    orla = hub.find(
        "decision_maker",
        Description(given_name="Orla", family_name="Fenwright", date_of_birth=date(1970, 3, 3)),
    )
    assert hub.read("decision_maker", "chronology", lambda view: view.chronology(orla)).lines == ()
    picture = hub.read("decision_maker", "network", lambda view: view.network(orla, NetworkRequest(hops=2)))
    assert [node.kind for node in picture.nodes] == ["person"]
    egon = hub.find("decision_maker", EGON)
    assert hub.read("decision_maker", "paths", lambda view: view.path(egon, orla)).paths == ()
    with pytest.raises(NotThere):
        hub.read("decision_maker", "person", lambda view: view.person("pnobody"))


def test_former_names_and_another_sex_are_told_against_crime_alone(hub):
    for description, former in ((TESS, "Tom Oakhanger"), (LENA, "Lee Quillfeather")):
        assert former not in told(hub, "person", ABOUT["person"], description)
        assert former.split()[0] not in told(hub, "links", ABOUT["links"], description)
        assert former in told(hub, "person", ABOUT["person"], description, purpose=CRIME)
    tom = replace(TESS, given_name="Tom")
    found = hub.read("decision_maker", "lookup", lambda view: view.lookup(tom)).candidates
    lines = [line for one in found for line in one.comparisons]
    assert {line.value_b for line in lines if line.field in ("forename", "sex")} == {None}


def test_an_agency_sees_its_own_rows_in_full(hub):
    handle = hub.find("contributor", replace(TESS, given_name="Tom"), agency="police")
    page = hub.read("contributor", "person", lambda view: view.person(handle), agency="police")
    assert [line.name for line in page.names] == ["Tom Oakhanger"]
