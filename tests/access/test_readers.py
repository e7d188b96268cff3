"""What each role gets, and how grants, seals, hide orders and restrictions act on the next read."""

import json
from datetime import date

import pytest

from access import (
    Denied,
    Description,
    FindingFilters,
    LedgerFilters,
    NetworkRequest,
    NotThere,
    Principal,
    Purpose,
    as_plain,
)
from records.ledger import (
    Actor,
    GrantTerms,
    break_glass,
    hide,
    list_for_meeting,
    release,
    restrict,
    seal,
)

MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
EGON = Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14))
TODAY = date(2026, 3, 2)
SAFEGUARDING = Purpose("safeguarding_s47", "Strategy discussion called for today", "MASH-7")
MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")


def names_in(answer):
    return json.dumps(as_plain(answer))


ROUTES = {
    "lookup": lambda view, handle: view.lookup(MARTA),
    "person": lambda view, handle: view.person(handle),
    "chronology": lambda view, handle: view.chronology(handle),
    "network": lambda view, handle: view.network(handle, NetworkRequest(hops=2)),
    "households": lambda view, handle: view.households(handle),
    "links": lambda view, handle: view.links(handle),
    "paths": lambda view, handle: view.path(handle, "pnobody"),
    "findings": lambda view, handle: view.findings(FindingFilters()),
    "finding": lambda view, handle: view.finding("nothing"),
    "explain_link": lambda view, handle: view.explain_link("police:m1", "council:m1"),
    "disposition": lambda view, handle: view.dispose("nothing", "watch", "Known to the team"),
    "reveal": lambda view, handle: view.reveal(handle),
}


def test_the_decision_maker_sees_who_and_where_and_what(family):
    page = family.read(
        "decision_maker", "person", lambda view: view.person(family.find("decision_maker", MARTA))
    )
    assert (page.card.name, page.card.date_of_birth, page.card.age_band) == (
        "Marta Quillfeather",
        date(2013, 5, 2),
        "10 to 15",
    )
    assert page.card.agencies == ("council", "health", "police")
    assert {line.address for line in page.addresses} == {"12 Larch Row"}
    assert [(line.person.name, line.kind, line.agency) for line in page.relations] == [
        ("Lena Quillfeather", "parent", "council")
    ]
    chronology = family.read("decision_maker", "chronology", lambda view: view.chronology(page.card.handle))
    assert [line.event for line in chronology.lines] == ["police:n1", "council:r1", "health:v1"]
    assert [[(one.person.name, one.role) for one in line.others] for line in chronology.lines] == [
        [("Lena Quillfeather", "victim"), ("Egon Thrupp", "suspect")],
        [("Lena Quillfeather", "parent_carer")],
        [],
    ]


IDENTITIES = (
    "Marta",
    "Lena",
    "Egon",
    "Quillfeather",
    "Thrupp",
    "2013-05-02",
    "9990000018",
    "Larch",
    "ZZ1",
    "+4477",
    ":m1",
    ":l1",
    "Shouting",
)


def test_the_analyst_works_under_pseudonyms_throughout(family):
    handle = family.find("analyst", MARTA)
    for act, ask in ROUTES.items():
        if act in ("paths", "finding", "disposition", "reveal", "explain_link"):
            continue
        shown = names_in(family.read("analyst", act, lambda view, ask=ask: ask(view, handle)))
        assert [word for word in IDENTITIES if word in shown] == [], act
    page = family.read("analyst", "person", lambda view: view.person(handle))
    assert (page.card.age_band, page.card.sex, page.card.agencies) == (
        "10 to 15",
        "female",
        ("council", "police"),
    )
    links = family.read("analyst", "links", lambda view: view.links(handle))
    explained = family.read("analyst", "explain_link", lambda view: view.explain_link(*links.records))
    assert explained == links.links[0]
    with pytest.raises(NotThere):
        family.read("analyst", "explain_link", lambda view: view.explain_link("police:m1", "council:m1"))


def test_a_reveal_opens_one_identity_to_one_reader_for_one_case(own_family):
    handle = own_family.find("analyst", MARTA)
    with pytest.raises(Denied):
        own_family.read(
            "analyst",
            "reveal",
            lambda view: view.reveal(handle),
            purpose=Purpose("safeguarding_s47", "Urgent"),
        )
    assert own_family.last().outcome == "denied"
    card = own_family.read("analyst", "reveal", lambda view: view.reveal(handle))
    assert card.name == "Marta Quillfeather"
    assert own_family.last().act == "reveal"

    def named(**who):
        return own_family.read("analyst", "person", lambda view: view.person(handle), **who).card.name

    assert named() == "Marta Quillfeather"
    assert named(subject="analyst-2") is None
    assert named(purpose=Purpose("safeguarding_s47", "Another", "MASH-8")) is None
    network = own_family.read("analyst", "network", lambda view: view.network(handle, NetworkRequest(hops=2)))
    assert {node.person.name for node in network.nodes if node.person} == {"Marta Quillfeather", None}


def test_the_exchange_officer_learns_of_hit_and_contact_alone(family):
    answer = family.read("exchange_officer", "lookup", lambda view: view.lookup(MARTA))
    assert as_plain(answer) == {
        "status": "Match",
        "hit": True,
        "candidates": [],
        "contact_agencies": ["council", "police"],
    }


def test_a_contributor_sees_their_own_agencys_rows_and_what_was_released(own_family):

    def agencies():
        page = own_family.read(
            "contributor",
            "person",
            lambda view: view.person(own_family.find("contributor", MARTA, agency="police")),
            agency="police",
        )
        return page.card.agencies

    assert agencies() == ("police",)
    release(
        own_family.ledger,
        MANAGER,
        ["council:m1", "health:m1"],
        GrantTerms(agencies=frozenset({"police"}), ends_on=TODAY),
    )
    assert agencies() == ("council", "police")
    handle = own_family.find("contributor", MARTA, agency="police")
    chronology = own_family.read(
        "contributor", "chronology", lambda view: view.chronology(handle), agency="police"
    )
    assert [line.event for line in chronology.lines] == ["police:n1", "council:r1"]


@pytest.mark.parametrize(
    "terms",
    [
        GrantTerms(agencies=frozenset({"health"})),
        GrantTerms(agencies=frozenset({"police"}), purposes=frozenset({"marac"})),
        GrantTerms(agencies=frozenset({"police"}), ends_on=date(2026, 3, 1)),
    ],
)
def test_a_release_to_others_for_another_purpose_or_past_its_end_opens_nothing(own_family, terms):
    release(own_family.ledger, MANAGER, ["council:m1"], terms)
    handle = own_family.find("contributor", MARTA, agency="police")
    assert own_family.read(
        "contributor", "person", lambda view: view.person(handle), agency="police"
    ).card.agencies == ("police",)


def test_a_meeting_list_opens_its_people_to_the_coordinator_alone(own_family):
    assert own_family.find("marac_coordinator", MARTA) is None
    list_for_meeting(
        own_family.ledger, MANAGER, ["council:m1", "police:m1", "health:m1"], GrantTerms(reference="MARAC-3")
    )
    page = own_family.read(
        "marac_coordinator", "person", lambda view: view.person(own_family.find("marac_coordinator", MARTA))
    )
    assert page.card.agencies == ("council", "police")
    assert own_family.find("contributor", MARTA, agency="housing") is None


def test_broken_glass_opens_the_records_named_to_who_broke_it_until_the_day(own_family):
    actor = Actor("cara", "contributor", "home", "safeguarding_s47", "Child in the room next door")
    break_glass(own_family.ledger, actor, ["health:m1"], TODAY)
    assert own_family.find("contributor", MARTA, agency="housing", subject="cara") is not None
    assert own_family.find("contributor", MARTA, agency="housing", subject="dora") is None


def test_a_restriction_takes_records_from_all_but_the_named_at_once(own_family):
    handle = own_family.find("decision_maker", EGON)
    restrict(own_family.ledger, MANAGER, ["police:e1", "police:e2"], GrantTerms(actors=frozenset({"mo"})))
    assert own_family.find("decision_maker", EGON) is None
    with pytest.raises(NotThere):
        own_family.read("decision_maker", "person", lambda view: view.person(handle))
    assert own_family.find("decision_maker", EGON, subject="mo") == handle


def test_a_sealed_side_is_not_there_at_once_and_the_other_side_is(own_family):
    seal(
        own_family.ledger,
        Actor("sam", "seal_keeper", "home", "safeguarding_s47", "Order"),
        ["council:m1"],
        ["police:m1", "health:m1"],
    )
    shown = names_in(own_family.read("decision_maker", "lookup", lambda view: view.lookup(MARTA)))
    assert "council" not in shown
    assert '"agencies": ["health", "police"]' in shown
    with pytest.raises(NotThere) as sealed:
        own_family.read("operator", "explain_link", lambda view: view.explain_link("council:m1", "police:m1"))
    with pytest.raises(NotThere) as nothing:
        own_family.read("operator", "explain_link", lambda view: view.explain_link("council:zz", "police:m1"))
    assert str(sealed.value) == str(nothing.value)


def test_a_hide_order_answers_unknown_and_alerts_in_silence(own_family):
    nobody = own_family.read(
        "decision_maker", "lookup", lambda view: view.lookup(Description(given_name="Zeb", family_name="No"))
    )
    hide(own_family.ledger, MANAGER, ["police:m1", "council:m1", "health:m1"], ["mo"])
    assert own_family.read("decision_maker", "lookup", lambda view: view.lookup(MARTA)) == nobody
    entry = own_family.last()
    assert (entry.outcome, entry.details) == (
        "empty",
        {"alerts": [{"kind": "hide_order", "order": "hide-2"}]},
    )
    own_family.find("decision_maker", EGON)
    assert own_family.last().details == {}
    assert own_family.find("decision_maker", MARTA, subject="mo") is not None
    assert own_family.last().details == {}
    lines = own_family.desk.ledger_entries(
        own_family.principal("privacy_officer"),
        own_family.purpose_of("privacy_officer"),
        LedgerFilters(act="lookup"),
    ).lines
    assert [line.alerts for line in lines] == [(), (), ("hide_order",), ()]


def test_a_stranger_to_the_hub_gets_nothing(family):
    neighbour = Principal("nat", "Nat", "decision_maker", "council", "next")
    with family.desk.open(neighbour, SAFEGUARDING, "lookup") as view:
        assert view.lookup(MARTA).candidates == ()
    with (
        pytest.raises(Denied),
        family.desk.open(Principal("x", "X", "wizard", "council", "home"), SAFEGUARDING, "lookup"),
    ):
        pass


def test_a_seal_taken_into_the_build_leaves_the_scope_standing(tmp_path, make_family, open_scene):
    with open_scene(tmp_path, make_family()) as family:
        seal(
            family.ledger,
            Actor("sam", "seal_keeper", "home", "safeguarding_s47", "Order"),
            ["council:m1"],
            ["police:m1"],
        )
        formed = family.read(
            "decision_maker",
            "lookup",
            lambda view: (view._sight.scope.standing, as_plain(view.lookup(MARTA))),
        )
        family.rebuild(make_family())
        standing = family.read(
            "decision_maker",
            "lookup",
            lambda view: (view._sight.scope.standing, as_plain(view.lookup(MARTA))),
        )
        assert (formed[0], standing[0]) == (False, True)
        assert formed[1] == standing[1]


def test_links_join_all_records_of_a_person_with_one_link_fewer(family):
    handle = family.find("decision_maker", MARTA)
    answer = family.read("decision_maker", "links", lambda view: view.links(handle))
    assert answer.records == ("council:m1", "health:m1", "police:m1")
    assert {record for link in answer.links for record in (link.record_a, link.record_b)} == set(
        answer.records
    )
    assert [link.same_person for link in answer.links] == [True, True]
    assert all(
        link.weight == pytest.approx(sum(line.weight for line in link.comparisons), abs=0.1)
        for link in answer.links
    )
