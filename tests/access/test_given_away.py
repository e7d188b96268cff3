"""What a count, a distance or an old action would give away of rows that the reader does not see."""

from dataclasses import replace
from datetime import date

from access import ConsentGiven, Description, KeptToGiven, ReleaseGiven
from records.ledger import (
    ActionTerms,
    Actor,
    CaseTerms,
    GrantTerms,
    add_case,
    agree_action,
    plan_meeting,
    release,
)

MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")
MARTA = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
LENA = Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20))
EVERYTHING = ("council:m1", "health:m1", "police:m1")


def test_of_what_a_release_names_only_records_that_the_reader_sees_are_counted(own_family):
    release(own_family.ledger, MANAGER, EVERYTHING, GrantTerms(agencies=frozenset({"police"})))
    who = {"agency": "police"}
    handle = own_family.find("contributor", MARTA, **who)
    card = own_family.read("contributor", "person", lambda view: view.person(handle), **who).card
    listed = own_family.read("contributor", "grants", lambda view: view.grants(), **who).lines
    about = own_family.read("contributor", "grants", lambda view: view.sharing_about(handle), **who).lines
    assert card.record_count == 2
    assert [line.record_count for line in (*listed, *about)] == [2, 2]


def test_actions_of_an_earlier_case_that_the_reader_does_not_see_are_not_carried_on(own_family):
    ledger = own_family.ledger
    terms = CaseTerms(
        meeting_id="",
        reference="MARAC-1",
        victim_record_ids=frozenset({"health:m1"}),
        perpetrator_record_ids=frozenset({"police:e1"}),
        record_ids=frozenset({"health:m1"}),
        origin="referral",
        event_id=None,
        ends_on=date(2026, 4, 3),
    )
    meetings = []
    for reference, victims in (("MARAC-1", {"health:m1"}), ("MARAC-2", {"health:m1", "police:m1"})):
        planned = plan_meeting(ledger, MANAGER, reference, date(2026, 3, 6), "North")
        meetings.append(f"meeting-{planned.sequence}")
        about = replace(
            terms,
            meeting_id=meetings[-1],
            reference=reference,
            victim_record_ids=frozenset(victims),
            record_ids=frozenset(victims),
        )
        taken = add_case(ledger, MANAGER, about)
        if reference == "MARAC-1":
            what = ActionTerms(meetings[0], f"case-{taken.sequence}", "Ring the clinic", "health", None)
            agree_action(ledger, MANAGER, what)

    def carried(role, **who):
        page = own_family.read(role, "meetings", lambda view: view.meeting(meetings[1]), **who)
        assert len(page.cases) == 1
        return [line.what for line in page.carried]

    assert carried("decision_maker") == ["Ring the clinic"]
    marac = own_family.purpose_of("marac_coordinator")
    assert carried("contributor", agency="police", purpose=marac) == []


def test_how_alike_two_addresses_are_is_not_told_of_who_is_protected(own_family):
    def explained():
        return own_family.read(
            "decision_maker", "explain_link", lambda view: view.explain_link("council:m1", "council:l1")
        )

    before = explained()
    assert "place" in {line.field for line in before.comparisons}
    given = KeptToGiven((own_family.find("decision_maker", MARTA),), ("mo",), None, "In refuge")
    own_family.read("decision_maker", "location_protection", lambda view: view.protect_location(given))
    after = explained()
    assert "place" not in {line.field for line in after.comparisons}
    assert abs(after.weight - sum(line.weight for line in after.comparisons)) < 0.01
    assert after.weight != before.weight
    assert "%" not in after.sentence


def test_how_surely_records_are_held_is_not_told_where_a_place_is_protected(own_family):
    def told():
        (line,) = own_family.read("decision_maker", "findings", lambda view: view.findings()).findings
        page = own_family.read("decision_maker", "finding", lambda view: view.finding(line.finding_id))
        clearing = own_family.read("decision_maker", "finding", lambda view: view.clearing(line.finding_id))
        return page.would_clear, clearing

    would_clear, clearing = told()
    assert "most weakly" in would_clear
    given = KeptToGiven((own_family.find("decision_maker", LENA),), ("mo",), None, "In refuge")
    own_family.read("decision_maker", "location_protection", lambda view: view.protect_location(given))
    kept, after = told()
    assert would_clear.startswith(kept)
    assert "weight" not in kept
    assert (after.record, after.weight) == (clearing.record, None)
    assert "weight" not in after.words


def test_a_release_by_handle_names_every_record_to_its_maker(own_family):
    """The maker sees them all, so the count that a reader of fewer gets is another."""
    handle = own_family.find("decision_maker", MARTA)
    given = ReleaseGiven((handle,), ("police",), ("safeguarding_s47",), date(2026, 4, 1), "Agreed")
    own_family.read(
        "decision_maker", "consent", lambda view: view.consent(ConsentGiven(handle, "given", "Asked"))
    )
    taken = own_family.read("decision_maker", "release", lambda view: view.release(given))
    listed = own_family.read("decision_maker", "grants", lambda view: view.grants()).lines
    assert [line.record_count for line in listed] == [taken.record_count] == [len(EVERYTHING)]
