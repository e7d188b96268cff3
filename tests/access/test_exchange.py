"""What a hub answers another: as much whoever is known, nothing of the hidden, and detail by a person's word alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from access import (
    BadInput,
    BudgetSpent,
    Conflict,
    DecisionGiven,
    Description,
    ExchangeKeys,
    HubMessage,
    HubQuestion,
    HubRequest,
    MessageRefused,
    NotThere,
    Partner,
    Principal,
    Purpose,
    QuestionGiven,
    RequestGiven,
)
from access.exchange import deciding
from linkage import PersonFacts, gathered, tokens
from records.ledger import Actor, GrantTerms, hide, keep_partner, protect_location

BASIS = "children_act_1989_s47"
MARTA = PersonFacts("Marta", "Quillfeather", None, date(2013, 5, 2), "female")
NOBODY = PersonFacts("Ottoline", "Brackwater", None, date(2012, 3, 9), "female")
WHY = Purpose("cross_border", "Message of neighbour", "X-9")
OPERATOR = Actor("op", "operator", "home", "audit", "Agreement of the two hubs")


class Neighbour:
    """The other hub, as far as its messages go."""

    def __init__(self, scene: Any, folder: Path) -> None:
        self.scene = scene
        self.keys = ExchangeKeys(folder / "neighbour", "neighbour")
        self.card = self.keys.card("Eastmere", "https://hub.invalid", "Ring Eastmere")
        keep_partner(scene.ledger, OPERATOR, self.card)
        own = scene.desk.exchange_keys("home").card("Northmere", "https://home.invalid", "Ring")
        self.key = self.keys.pair_key(own, "2026-03")
        self.reader = scene.desk.partner_reader("home", "neighbour")
        self.sent = 0

    def message(self, name: str, **facts: Any) -> HubMessage:
        self.sent += 1
        usual = {
            "hub": "neighbour",
            "message_id": name,
            "worker": "w" * 32,
            "role": "exchange_officer",
            "purpose": WHY.code,
            "legal_basis": BASIS,
            "case_reference": "X-9",
            "nonce": f"nonce-{self.sent}",
            "nonce_until": self.scene.desk.now() + timedelta(seconds=90),
            "digest": name,
        }
        return HubMessage(**(usual | facts))

    def question(self, facts: PersonFacts, epoch: str = "2026-03") -> HubQuestion:
        made = tokens(self.key, gathered([facts]))
        return HubQuestion(
            epoch, {kind: tuple(bytes.fromhex(one) for one in several) for kind, several in made.items()}
        )

    def ask(self, facts: PersonFacts, name: str = "question-1", **changed: Any) -> Any:
        message = self.message(name, **changed)
        with self.scene.desk.open(self.reader, WHY, "exchange_answer") as view:
            return view.answer_hub(message, self.question(facts))

    def request(self, handle: str, name: str = "request-1", question: str = "question-1") -> None:
        with self.scene.desk.open(self.reader, WHY, "exchange_requested") as view:
            view.take_request(
                self.message(name), HubRequest(question, handle, "Concerns", "Family moved here")
            )

    def collect(self, name: str = "request-1") -> Any:
        with self.scene.desk.open(self.reader, WHY, "exchange_disclose") as view:
            return view.disclose(self.message(f"collect-{self.sent}"), name)


@pytest.fixture
def neighbour(own_family: Any, tmp_path: Path) -> Neighbour:
    return Neighbour(own_family, tmp_path)


def last(scene: Any) -> Any:
    return scene.ledger.entries()[-1].entry


def test_a_hit_and_a_miss_differ_in_the_status_alone(own_family: Any, neighbour: Neighbour) -> None:
    hit, miss = neighbour.ask(MARTA, "a"), neighbour.ask(NOBODY, "b")
    assert (hit.status, miss.status) == ("Match", "NoMatch")
    assert hit.contact == miss.contact
    assert len(hit.handle) == len(miss.handle)
    first, second = own_family.ledger.entries()[-2:]
    assert (first.entry.act, first.entry.outcome, second.entry.outcome) == (
        "exchange_answer",
        "answered",
        "empty",
    )
    assert "police:m1" in first.entry.subjects
    assert first.entry.actor == "hub:neighbour"


def test_restricted_rows_meet_nobody(neighbour: Neighbour) -> None:
    with_number = replace(
        NOBODY, given_name=None, family_name=None, date_of_birth=None, nhs_number="9990000018"
    )
    assert neighbour.ask(with_number, "a").status == "Match"
    assert neighbour.ask(replace(with_number, nhs_number="9990000034"), "b").status == "NoMatch"


def test_the_hidden_are_unknown_and_raise_a_silent_alert(own_family: Any, neighbour: Neighbour) -> None:
    hide(own_family.ledger, OPERATOR, ["police:m1", "council:m1", "health:m1"], ["named"])
    hidden, unknown = neighbour.ask(MARTA, "a"), neighbour.ask(NOBODY, "b")
    assert replace(hidden, handle="") == replace(unknown, handle="")
    first, second = (one.entry for one in own_family.ledger.entries()[-2:])
    assert (first.outcome, second.outcome) == ("empty", "empty")
    assert [one["kind"] for one in first.details["alerts"]] == ["hide_order"]
    assert "alerts" not in second.details
    with pytest.raises(NotThere):
        neighbour.request(hidden.handle, question="a")


def test_the_same_question_again_is_answered_alike_and_counts_once(
    own_family: Any, neighbour: Neighbour
) -> None:
    first, again = neighbour.ask(MARTA), neighbour.ask(MARTA)
    assert first == again
    assert len(own_family.ledger.state().exchange.answered_today) == 1
    with pytest.raises(Conflict):
        neighbour.ask(NOBODY, digest="another body")


def test_a_nonce_is_good_once(own_family: Any, neighbour: Neighbour) -> None:
    neighbour.ask(MARTA, "a", nonce="once")
    with pytest.raises(MessageRefused) as refused:
        neighbour.ask(MARTA, "a", nonce="once")
    assert refused.value.code == "replayed"
    assert last(own_family).outcome == "denied"


def test_tokens_of_another_epoch_are_refused(own_family: Any, neighbour: Neighbour) -> None:
    with (
        pytest.raises(MessageRefused),
        own_family.desk.open(neighbour.reader, WHY, "exchange_answer") as view,
    ):
        view.answer_hub(neighbour.message("a"), neighbour.question(MARTA, "2025-11"))


@pytest.mark.parametrize("facts", [MARTA, NOBODY], ids=["known", "unknown"])
def test_a_subject_may_be_asked_about_three_times_a_day(neighbour: Neighbour, facts: PersonFacts) -> None:
    for name in "abc":
        neighbour.ask(facts, name)
    with pytest.raises(BudgetSpent) as spent:
        neighbour.ask(facts, "d")
    assert (
        str(spent.value) == "This was asked 3 times today. Ask the other hub by telephone, or again tomorrow."
    )


def test_going_through_dates_of_birth_is_told_of(own_family: Any, neighbour: Neighbour) -> None:
    for day in range(10, 15):
        neighbour.ask(replace(NOBODY, date_of_birth=date(2012, 3, day)), f"day-{day}")
    assert {"kind": "exchange_enumeration", "why": "near"} in last(own_family).details["alerts"]


def test_detail_goes_by_the_word_of_a_person_alone(own_family: Any, neighbour: Neighbour) -> None:
    reply = neighbour.ask(MARTA)
    with pytest.raises(NotThere):
        neighbour.request("0" * 32)
    neighbour.request(reply.handle)
    assert neighbour.collect() == (None, None)

    inbox = own_family.read("decision_maker", "exchange_inbox", lambda view: view.exchange_inbox())
    assert [one.state for one in inbox.requests] == ["waiting"]
    assert [hit.person.name for hit in inbox.hits] == ["Marta Quillfeather"]
    page = own_family.read(
        "decision_maker", "exchange_inbox", lambda view: view.exchange_request("request-1")
    )
    granted = page.events[0].event
    assert len(page.events) > 1
    part = DecisionGiven("granted_in_part", "Relevant", (granted,), "Not to be passed on", date(2026, 6, 30))

    def decide(view: Any) -> Any:
        return view.decide_request("request-1", part)

    assert own_family.read("decision_maker", "exchange_decide", decide).state == "granted_in_part"
    with pytest.raises(Conflict):
        own_family.read("decision_maker", "exchange_decide", decide)

    decision, package = neighbour.collect()
    assert decision.decision == "granted_in_part"
    assert len(package["lines"]) == 1
    assert package["conditions"] == "Not to be passed on"
    assert "Lena" not in str(package)
    assert "Egon" not in str(package)
    assert "Larch" not in str(package)
    hide(own_family.ledger, OPERATOR, ["police:m1"], ["named"])
    assert neighbour.collect()[1] is None


def test_no_words_of_a_protected_place_leave_though_whoever_grants_them_knows_it(
    own_family: Any, neighbour: Neighbour, make_family: Any, whole_hub: Any
) -> None:
    world = make_family()
    for table, _, values in world.rows:
        if table == "event":
            values["summary"] = "Shouting heard in LARCH ROW, zz14ab"
    replace(own_family, stages=replace(whole_hub, detect=False)).rebuild(world)
    protect_location(own_family.ledger, OPERATOR, ["council:m1"], GrantTerms(actors=frozenset({"mo"})))
    neighbour.request(neighbour.ask(MARTA).handle)
    who = {"subject": "mo"}
    page = own_family.read(
        "decision_maker", "exchange_inbox", lambda view: view.exchange_request("request-1"), **who
    )
    assert {line.summary for line in page.events} == {"Shouting heard in LARCH ROW, zz14ab"}
    everything = tuple(line.event for line in page.events)
    given = DecisionGiven("granted", "Relevant", everything, "", date(2026, 6, 30), words=True)
    own_family.read(
        "decision_maker", "exchange_decide", lambda view: view.decide_request("request-1", given), **who
    )
    _, package = neighbour.collect()
    assert {line["summary"] for line in package["lines"]} == {
        "Shouting heard in a protected place, a protected place"
    }


def test_hits_about_people_out_of_sight_take_no_place_in_the_inbox(
    own_family: Any, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "READ_AT_ONCE", 1)
    lena = replace(NOBODY, given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20))
    assert [neighbour.ask(one, name).status for one, name in ((MARTA, "a"), (lena, "b"))] == [
        "Match",
        "Match",
    ]

    def in_the_inbox() -> list[str]:
        inbox = own_family.read("decision_maker", "exchange_inbox", lambda view: view.exchange_inbox())
        return [hit.person.name for hit in inbox.hits]

    assert in_the_inbox() == ["Lena Quillfeather", "Marta Quillfeather"]
    hide(own_family.ledger, OPERATOR, ["police:l1", "council:l1"], ["named"])
    assert in_the_inbox() == ["Marta Quillfeather"]


def test_a_grant_of_nothing_or_of_an_event_elsewhere_is_refused(
    own_family: Any, neighbour: Neighbour
) -> None:
    neighbour.request(neighbour.ask(MARTA).handle)
    until = date(2026, 6, 30)
    for given in (
        DecisionGiven("granted_in_part", "Relevant", (), "", until),
        DecisionGiven("granted_in_part", "Relevant", ("police:x1",), "", until),
        DecisionGiven("granted", "Relevant", (), "", until),
        DecisionGiven("granted_in_part", "Relevant", ("council:r1",), "", date(2020, 1, 1)),
    ):
        with pytest.raises(BadInput):
            own_family.read("decision_maker", "exchange_decide", lambda view, one=given: view.decide_request("request-1", one))  # fmt: skip


def test_a_decision_on_a_request_that_is_not_there_decides_nothing_and_stops_nobody(own_family: Any) -> None:
    given = DecisionGiven("refused", "Not ours", (), "", None)
    with pytest.raises(NotThere):
        own_family.read("decision_maker", "exchange_decide", lambda view: view.decide_request("none", given))
    assert own_family.ledger.state().exchange.decisions == {}
    assert (
        own_family.read("decision_maker", "exchange_inbox", lambda view: view.exchange_inbox()).requests == ()
    )


def test_what_another_hub_grants_stands_beside_the_chronology_until_it_runs_out(
    own_family: Any, neighbour: Neighbour
) -> None:
    sent: list[tuple[str, Mapping[str, Any]]] = []
    package = {
        "from": "neighbour",
        "hub_name": "Eastmere",
        "granted": "granted_in_part",
        "conditions": "Not to be passed on",
        "granted_on": "2026-03-02",
        "ends_on": "2026-06-30",
        "person": {"name": "M Quillfeather"},
        "lines": [
            {"agency": "police", "kind": "incident", "summary": "Shouting", "happened_at": "2025-08-01"}
        ],
    }

    def send(partner: Partner, path: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        sent.append((path, message))
        answers = {
            "questions": {
                "in_reply_to": message["id"],
                "status": "Match",
                "contact": "Ring",
                "handle": "f" * 32,
            },
            "requests": {"state": "received"},
            "collections": {"state": "granted_in_part", "package": package},
        }
        return answers[path]

    described = Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2))
    question = QuestionGiven("neighbour", "q" * 16, BASIS, description=described)
    answer = own_family.read("exchange_officer", "exchange_ask", lambda view: view.ask_hub(question, send))
    assert answer.hit
    assert "Quillfeather" not in str(sent)
    request = RequestGiven("q" * 16, "neighbour", "r" * 16, BASIS, "Concerns of two years")
    own_family.read("exchange_officer", "exchange_request", lambda view: view.request_detail(request, send))
    got = own_family.read(
        "exchange_officer", "exchange_collect", lambda view: view.collect_detail("r" * 16, "c" * 16, send)
    )
    assert got.history.lines[0].summary == "Shouting"

    handle = own_family.find("decision_maker", described)
    told = own_family.read("decision_maker", "chronology", lambda view: view.chronology(handle))
    assert [one.hub_name for one in told.from_other_hubs] == ["Eastmere"]
    assert "Shouting" not in {line.summary for line in told.lines if line.event.startswith("neighbour")}
    analyst = own_family.find("analyst", described)
    assert (
        own_family.read("analyst", "chronology", lambda view: view.chronology(analyst)).from_other_hubs == ()
    )
    # Whoever asked goes by the rules of the purpose as well: planning shows no identities and no words.
    who = {"subject": "exchange_officer-1", "purpose": Purpose("service_planning", "Annual report")}
    planned = own_family.read("decision_maker", "chronology", lambda view: view.chronology(handle), **who)
    (history,) = planned.from_other_hubs
    assert history.person == {}
    assert [(line.kind, line.summary) for line in history.lines] == [("incident", None)]


def test_too_little_is_not_asked(own_family: Any, neighbour: Neighbour) -> None:
    def send(*_: Any) -> Any:
        raise AssertionError("nothing may be sent")

    for described in (
        Description(given_name="Marta"),
        Description(given_name="Marta", family_name="Quillfeather"),
    ):
        question = QuestionGiven("neighbour", "q" * 16, BASIS, description=described)
        with pytest.raises(BadInput):
            own_family.read(
                "exchange_officer", "exchange_ask", lambda view, one=question: view.ask_hub(one, send)
            )
    stranger = Principal("x", "X", "contributor", "police", "home")
    with (
        pytest.raises(Exception, match="may not do this"),
        own_family.desk.open(stranger, WHY, "exchange_ask"),
    ):
        pass
