"""The three factors of a household stand side by side with their evidence, and nothing adds them up."""

from dataclasses import fields
from datetime import date

from access import Description, HouseholdFactors

LENA = Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20))


def test_each_factor_has_its_own_evidence_of_everyone_in_the_home(tmp_path, make_family, open_scene):
    world = make_family()
    drink = {"kind": "ed_attendance", "concern": "substance_misuse", "severity": 2}
    world.event("council:a1", date(2026, 2, 1), {"police:e1": "subject"}, **drink)
    world.event("council:a2", date(2023, 2, 1), {"police:e1": "subject"}, **drink)
    with open_scene(tmp_path, world) as scene:
        handle = scene.find("decision_maker", LENA)
        shown = scene.read("decision_maker", "households", lambda view: view.factors(handle))
        hidden = scene.read("analyst", "households", lambda view: view.factors(scene.find("analyst", LENA)))
    named = {factor.factor: factor for factor in shown.factors}
    assert list(named) == ["domestic_abuse", "mental_ill_health", "substance_misuse"]
    assert {card.name for card in shown.members} == {"Lena Quillfeather", "Marta Quillfeather", "Egon Thrupp"}
    assert shown.members[0].name == "Lena Quillfeather"
    (fact,) = named["substance_misuse"].evidence
    assert (fact.happened_on, fact.person.name, fact.role) == (date(2026, 2, 1), "Egon Thrupp", "subject")
    assert named["mental_ill_health"].evidence == ()
    abuse = named["domestic_abuse"]
    assert {(fact.person.name, fact.role) for fact in abuse.evidence} >= {
        ("Lena Quillfeather", "victim"),
        ("Egon Thrupp", "suspect"),
    }
    assert 0 < abuse.happenings < len(abuse.evidence)
    assert {card.name for card in hidden.members} == {None}
    assert not {"score", "sum", "total", "risk"} & {field.name for field in fields(HouseholdFactors)}
