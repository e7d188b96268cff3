"""A MARAC from planning to pack: who sees what, what the rules flag, what leaves and what the ledger keeps of it."""

import hashlib
from datetime import date

import pytest

from access import (
    ActionGiven,
    CaseGiven,
    Conflict,
    Denied,
    FeedbackGiven,
    MeetingPlanned,
    NotThere,
    Purpose,
    ResearchGiven,
    as_plain,
)
from products import Issuer, IssueRequest, issue
from records.ledger import Actor, GrantTerms, end_grant, restrict

pytestmark = pytest.mark.xdist_group("meetings")

MEETING = MeetingPlanned("MARAC-4", date(2026, 3, 20), "North", "DI Okafor")
ISSUER = Issuer("Carys", "MARAC", date(2026, 3, 2), date(2026, 3, 1))
HIDDEN = ("restricted", "police_intelligence")
OFFICER = Actor("po", "privacy_officer", "home", "audit", "In danger")


def with_referral(world):
    """Lena was referred to MARAC, with a checklist and how to reach her; her former partner harmed another woman before."""
    world.event(
        "council:q1", date(2026, 1, 12), {"council:l1": "victim", "police:e1": "suspect"}, kind="marac_referral", referrer="IDVA"
    )  # fmt: skip
    about = {"record_id": "council:l1", "event_id": "council:q1"}
    for number in range(1, 25):
        answer = "yes" if number in (1, 2, 8, 10, 15) else "no"
        world.add("risk_answer", "council", **about, question=f"dash_{number}", answer=answer)
    for kind, value in (("safe_contact", "By the school office"), ("unsafe_to_tell", "Egon Thrupp")):
        world.add(
            "contact_arrangement", "council", record_id="council:l1", kind=kind, value=value, agreed_on=date(2026, 1, 12)
        )  # fmt: skip
    world.person("police:w1", full_name="Wanda Sorrel", date_of_birth=date(1990, 3, 4))
    world.event("police:w9", date(2024, 9, 1), {"police:w1": "victim", "police:e1": "suspect"})
    return world


def planned(scene, add=True):
    """A meeting with Lena's case on its list; its names."""
    meeting = scene.read("marac_coordinator", "plan_meeting", lambda view: view.plan_meeting(MEETING)).name
    if not add:
        return meeting
    waiting = scene.read(
        "marac_coordinator", "meeting_candidates", lambda view: view.candidates(meeting)
    ).candidates
    given = CaseGiven(meeting, "Referred by the IDVA", candidate=waiting[0].candidate)
    case = scene.read("marac_coordinator", "meeting_case", lambda view: view.add_case(given)).name
    return meeting, case


@pytest.fixture(scope="module")
def folder(open_worlds, quick_stages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("meetings")
    open_scene, make_family = open_worlds
    with open_scene(folder, with_referral(make_family()), stages=quick_stages(True)) as scene:
        yield scene


@pytest.fixture(scope="module")
def held(folder):
    return folder, *planned(folder)


def test_referrals_wait_with_names_and_what_rules_found_without(folder):
    meeting = folder.read(
        "marac_coordinator", "plan_meeting", lambda view: view.plan_meeting(MeetingPlanned("A", date(2026, 4, 1), "North"))
    ).name  # fmt: skip
    found = folder.read(
        "marac_coordinator", "meeting_candidates", lambda view: view.candidates(meeting)
    ).candidates
    assert [one.victim.name for one in found if one.origin == "referral"] == ["Lena Quillfeather"]
    ruled = [one for one in found if one.origin == "rule"]
    assert ruled
    assert all(
        card.name is None and card.date_of_birth is None
        for one in ruled
        for card in (one.victim, *one.perpetrators)
    )


def test_a_referral_waits_until_a_list_has_it_and_who_works_on_the_case_is_called_by_name(
    tmp_path, open_worlds, quick_stages
):
    open_scene, make_family = open_worlds

    def waiting(scene):
        return scene.read("marac_coordinator", "meeting_candidates", lambda view: view.referrals_waiting())

    with open_scene(tmp_path, with_referral(make_family()), stages=quick_stages(False)) as scene:
        assert waiting(scene) == 1
        # What was found is kept for the next home page, and not past what the ledger says since.
        granted = restrict(
            scene.ledger, OFFICER, ["council:l1"], GrantTerms(actors=frozenset({"somebody-else"}))
        )
        assert waiting(scene) == 0
        end_grant(scene.ledger, OFFICER, f"restriction-{granted.sequence}")
        assert waiting(scene) == 1
        _, case = planned(scene)
        assert waiting(scene) == 0
        given = ResearchGiven(case, "Two calls", "Rising", "Log")
        for role in ("marac_coordinator", "decision_maker"):
            scene.read(
                role,
                "meeting_research",
                lambda view: view.add_research(given),
                purpose=Purpose("marac", "Research", "M-1"),
            )
        scene.desk.note_visit(scene.principal("marac_coordinator"), "sign_in")
        file = scene.read("marac_coordinator", "marac_pack", lambda view: view.case_file(case))
        assert {one.by for one in file.research} == {
            "Marac_Coordinator, MARAC coordinator",
            "decision_maker-1",
        }


def test_only_a_listed_case_opens_its_people(held):
    scene, meeting, case = held
    page = scene.read("marac_coordinator", "meetings", lambda view: view.meeting(meeting))
    assert [(one.case, one.victim.name) for one in page.cases] == [(case, "Lena Quillfeather")]
    # Health knows nobody of the case: to its worker the list is empty, and the case is as not there.
    who = {"agency": "housing", "purpose": scene.purpose_of("marac_coordinator")}
    assert scene.read("contributor", "meetings", lambda view: view.meeting(meeting), **who).cases == ()
    given = ResearchGiven(case, "Rent arrears", None, "Account")
    with pytest.raises(NotThere):
        scene.read("contributor", "meeting_research", lambda view: view.add_research(given), **who)
    with pytest.raises(Denied):
        scene.read(
            "analyst", "meetings", lambda view: view.meetings(), purpose=scene.purpose_of("marac_coordinator")
        )


def test_flags_state_their_rule_and_their_evidence(held):
    scene, meeting, _ = held
    flags = {
        flag.rule: flag
        for one in scene.read("marac_coordinator", "meetings", lambda view: view.meeting(meeting)).cases
        for flag in one.flags
    }
    assert set(flags) == {"repeat", "serial", "escalation"}
    assert {one.event for one in flags["repeat"].evidence} >= {"council:q1", "police:x4"}
    assert "police:w9" in {one.event for one in flags["serial"].evidence}


def test_the_file_holds_what_the_domain_asks(held):
    scene, _, case = held
    file = scene.read("marac_coordinator", "marac_pack", lambda view: view.case_file(case))
    assert [(one.part, one.page.card.name) for one in file.people][:3] == [
        ("victim", "Lena Quillfeather"), ("perpetrator", "Egon Thrupp"), ("child", "Marta Quillfeather"),
    ]  # fmt: skip
    assert sum(one.answer == "yes" for one in file.answers) == 5
    assert {one.kind: one.value for one in file.arrangements}["unsafe_to_tell"] == "Egon Thrupp"
    assert "police_intelligence" not in str(as_plain(file))


def test_an_issued_pack_is_numbered_kept_and_the_same_for_the_same(held):
    scene, _, case = held
    request = IssueRequest("case", case, "PS Reader, police")
    first = scene.read("marac_coordinator", "issue_pack", lambda view: issue(view, request, ISSUER))
    entry = scene.last()
    assert (entry.act, entry.details["copy_number"], entry.details["recipient"]) == (
        "issue_pack",
        1,
        "PS Reader, police",
    )
    assert entry.details["digest"] == hashlib.sha256(first.content).hexdigest()
    assert {"council:q1", "police:n1"} <= set(entry.details["event_ids"])
    assert "police:l1" in entry.subjects
    second = scene.read("marac_coordinator", "issue_pack", lambda view: issue(view, request, ISSUER))
    assert second.copy_number == 2


def test_minutes_actions_and_research_stand_and_open_actions_are_carried(held):
    scene, meeting, case = held
    police = {"agency": "police", "purpose": scene.purpose_of("marac_coordinator")}
    scene.read(
        "contributor", "meeting_research", lambda view: view.add_research(ResearchGiven(case, "Two calls", "Rising", "Log")), **police
    )  # fmt: skip
    action = scene.read(
        "marac_coordinator", "meeting_minutes", lambda view: view.agree_action(ActionGiven(case, "Change locks", "housing", date(2026, 3, 1)))
    ).name  # fmt: skip
    later = scene.read(
        "marac_coordinator", "plan_meeting", lambda view: view.plan_meeting(MeetingPlanned("MARAC-5", date(2026, 4, 17), "North"))
    ).name  # fmt: skip
    lena = scene.read("marac_coordinator", "marac_pack", lambda view: view.case_file(case)).line.victim.handle
    again = CaseGiven(later, "Carried from MARAC-4", victim=lena)
    scene.read("marac_coordinator", "meeting_case", lambda view: view.add_case(again))
    with pytest.raises(Conflict):
        scene.read("marac_coordinator", "meeting_case", lambda view: view.add_case(again))
    carried = scene.read("marac_coordinator", "meetings", lambda view: view.meeting(later)).carried
    assert [(one.what, one.is_overdue) for one in carried] == [("Change locks", True)]
    scene.read(
        "marac_coordinator", "meeting_research", lambda view: view.end_action(action, "done", "Changed")
    )
    assert scene.read("marac_coordinator", "meetings", lambda view: view.meeting(later)).carried == ()
    assert scene.read("marac_coordinator", "meetings", lambda view: view.meeting(meeting)).cases[
        0
    ].research_from == ("police",)


def test_the_pack_of_a_meeting_says_who_was_there_and_what_was_minuted(folder):
    meeting = folder.read(
        "marac_coordinator", "plan_meeting", lambda view: view.plan_meeting(MeetingPlanned("MARAC-6", date(2026, 5, 15), "North"))
    ).name  # fmt: skip

    def write(act):
        folder.read("marac_coordinator", "meeting_minutes", act)

    def pack():
        request = IssueRequest("meeting", meeting, "Reader", "html")
        return folder.read(
            "marac_coordinator", "issue_pack", lambda view: issue(view, request, ISSUER)
        ).content.decode()

    assert "Attendance and apologies" not in pack()
    write(lambda view: view.note_attendance(meeting, "housing", "Bo Tench", "apologies"))
    write(lambda view: view.write_minute(meeting, None, "The protocol was agreed."))
    issued = pack()
    assert "<td>Housing</td><td>Bo Tench</td><td>Apologies</td>" in issued
    assert "The protocol was agreed. (" in issued


def test_a_referrer_hears_what_was_released_and_nothing_else(folder):
    given = FeedbackGiven("council:r1", "school-17", "Assessment begun", "Thank you")
    folder.read("decision_maker", "feedback", lambda view: view.give_feedback(given))
    told = folder.read("referrer", "outcomes", lambda view: view.outcomes(), subject="school-17").outcomes
    assert [(one.outcome, one.words, one.received_on) for one in told] == [
        ("Assessment begun", "Thank you", date(2025, 9, 5))
    ]
    assert "council:r1" not in str(as_plain(told))
    assert folder.read("referrer", "outcomes", lambda view: view.outcomes(), subject="another").outcomes == ()
    assert folder.last().outcome == "empty"


def test_rows_out_of_scope_change_no_byte_of_a_pack(held, make_family):
    scene, meeting, case = held
    asked = [IssueRequest("case", case, "Reader", "html"), IssueRequest("meeting", meeting, "Reader", "html")]

    def packs():
        found = []
        for request in asked:
            issued = scene.read(
                "marac_coordinator", "issue_pack", lambda view, one=request: issue(view, one, ISSUER)
            )
            found.append(issued.content.replace(f"copy {issued.copy_number}".encode(), b"copy"))
        return found

    before = packs()
    world = with_referral(make_family())
    world.person("police:z1", HIDDEN, full_name="Egon Thrupp", date_of_birth=date(1984, 7, 14))
    world.event("police:z9", date(2026, 2, 1), {"police:l1": "victim", "police:e1": "suspect"}, HIDDEN)
    world.event("police:z8", date(2026, 2, 2), {"police:z1": "suspect", "police:w1": "victim"}, HIDDEN)
    scene.rebuild(world)
    assert packs() == before
