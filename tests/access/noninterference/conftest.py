"""Worlds that are changed where no reader of a kind may look, and every read that such a reader can come to."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from changed_worlds import CHANGES, Change

from access import (
    Description,
    FindingFilters,
    MashlinkError,
    NetworkRequest,
    PathRequest,
    Pattern,
    PatternRequest,
    StatisticRequest,
    as_plain,
)
from records.ledger import (
    Actor,
    CaseTerms,
    GrantTerms,
    add_case,
    hide,
    judge,
    list_for_meeting,
    plan_meeting,
    protect_location,
    release,
    restrict,
    save_picture,
    seal,
)

SOUGHT = (
    Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2)),
    Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20)),
    Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14)),
    Description(given_name="Nora", family_name="Thrupp", date_of_birth=date(1990, 2, 3)),
    Description(family_name="Quillfeather", postcode="ZZ1 4AB", date_of_birth=date(2013, 5, 2)),
    Description(identifiers=(("nhs_number", "9990000018"),)),
)
MANAGER = Actor("mo", "decision_maker", "home", "safeguarding_s47", "Strategy discussion")
YEAR = (date(2025, 3, 1), date(2026, 2, 28))
MET = Pattern.model_validate({"tied": [{"over": ["incident", "place"], "to": {"age_to": 17}}]})
BESIDE = NetworkRequest(hops=2)

OF_A_PERSON: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "person": ("person", lambda view, one: view.person(one)),
    "chronology": ("chronology", lambda view, one: view.chronology(one)),
    "network": ("network", lambda view, one: view.network(one, BESIDE)),
    "households": ("households", lambda view, one: view.households(one)),
    "factors": ("households", lambda view, one: view.factors(one)),
    "lived": ("households", lambda view, one: view.lived(one)),
    "links": ("links", lambda view, one: view.links(one)),
    "changes": ("network", lambda view, one: view.changes(one, *YEAR)),
    "groups": ("network", lambda view, one: view.groups(one)),
    "pattern": ("patterns", lambda view, one: view.match(MET, PatternRequest(around=(one,)))),
    "sharing": ("grants", lambda view, one: view.sharing_about(one)),
    "several": ("network", lambda view, one: view.networks((one,), NetworkRequest(hops=1))),
    "other hubs": ("chronology", lambda view, one: view.from_other_hubs(one)),
    "file": ("print", lambda view, one: written(lambda out: view.network_file((one,), out), "csv")),
}
OF_THE_SCOPE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "conflicts": ("review", lambda view: view.conflicts()),
    "everywhere": ("patterns", lambda view: view.match(MET)),
    "grants": ("grants", lambda view: view.grants()),
    "contributions": ("contributions", lambda view: view.contributions()),
    "meetings": ("meetings", lambda view: view.meetings()),
    "referrals": ("meeting_candidates", lambda view: view.referrals_waiting()),
    "outcomes": ("outcomes", lambda view: view.outcomes()),
    "precision": ("findings", lambda view: view.track_records()),
    "what if": ("findings", lambda view: view.what_if({})),
    "rules": ("findings", lambda view: view.rules()),
    "inbox": ("exchange_inbox", lambda view: view.exchange_inbox()),
    "unanswered": ("feedback", lambda view: view.unanswered_referrals()),
    "extract": ("extract", lambda view: view.audit_extract(StatisticRequest("cases", *YEAR))),
    "days": ("statistics", lambda view: (*view.days(), view.may_print())),
    "as of": ("waiting", lambda view: view.as_of),
    "table": ("export", lambda view: written(lambda out: view.export("findings", out), "csv")),
    "drawn up": ("export", lambda view: view.draw_up("quality", records_drawn).rows),
    "vehicle": ("lookup", lambda view: view.vehicle_users("AB12CDE")),
    **{
        f"statistic {name}": (
            "statistics",
            lambda view, one=name: view.statistic(StatisticRequest(one, *YEAR)),
        )
        for name in ("cases", "re_referrals", "contribution", "disabilities", "calls", "costed_families")
    },
}


# Methods of a view that are not asked, with the reason.
NOT_ASKED: dict[str, tuple[str, ...]] = {
    "an act changes what stands on the ledger for the reads that follow; its answer repeats what was given": (
        *("add_case", "add_research", "agree_action", "break_glass", "consent", "decide_request", "dispose"),
        *(
            "drop_case",
            "end_action",
            "end_grant",
            "end_suppression",
            "erase",
            "give_feedback",
            "hide",
            "hold",
        ),
        *("issue_pack", "judge_pair", "judge_records", "lift_hide", "lift_hold", "lift_seal", "mark"),
        *("list_for_meeting", "note_attendance", "plan_meeting", "protect_location", "refuse_to_share"),
        *(
            "release",
            "restrict",
            "retain",
            "reveal",
            "save_picture",
            "seal",
            "suppress",
            "withdraw_disposition",
        ),
        *("withdraw_judgement", "write_minute"),
    ),
    "it answers from the ledger, or from settings, and looks at no row": (
        *("hide_orders", "hub_figures", "next_copy", "seal_conflicts", "seals"),
    ),
    "between hubs a question counts against a budget, so it is not asked twice: tests/access/test_exchange.py": (
        *(
            "answer_hub",
            "ask_hub",
            "collect_detail",
            "disclose",
            "exchange_request",
            "request_detail",
            "take_request",
        ),
    ),
    "for the operator of the host, who holds the file, and over all that is kept of somebody": (
        *("erasure_plan", "retention_plan", "subject_access"),
    ),
    "it is another one of these under another name": ("network", "path", "statistic_rows"),
}
METHODS_ASKED: set[str] = set()


class Watched:
    """A view that notes which of its methods are asked."""

    def __init__(self, view: Any) -> None:
        self._view = view

    def __getattr__(self, name: str) -> Any:
        METHODS_ASKED.add(name)
        return getattr(self._view, name)


@dataclass(frozen=True)
class Drawn:
    """Rows that a report was drawn up of."""

    record_ids: frozenset[str]
    rows: tuple[tuple[Any, ...], ...]


def records_drawn(connection: Any, scope: Any, _: Any) -> Drawn:
    """What a report may count: the people of the scope and how many records each has."""
    rows = connection.execute(
        "SELECT count(*) AS records FROM membership WHERE scope = ? GROUP BY person_id ORDER BY records",
        [scope.name],
    ).fetchall()
    return Drawn(frozenset(), tuple(rows))


def written(write: Callable[[Path], Any], ending: str) -> list[str]:
    """The texts of the files that a reader gets."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / f"file.{ending}")
        return [one.read_text() for one in sorted(Path(folder).iterdir())]


@dataclass(frozen=True)
class Asked:
    """One read: in which role, of which agency, what, and what was answered in the world as it was."""

    role: str
    agency: str
    name: str
    act: str
    question: Callable[[Any], Any]
    answered: str = ""

    def now(self, scene: Any) -> str:
        """The answer as it is now, as JSON, or the error in words."""
        try:
            return json.dumps(as_plain(scene.read(self.role, self.act, self._watched, agency=self.agency)))
        except MashlinkError as error:
            return f"{error.status} {error}"

    def _watched(self, view: Any) -> Any:
        return self.question(Watched(view))


def every_read(scene: Any, role: str, agency: str, briefly: bool = False) -> list[Asked]:
    """Every read that this reader can come to from a few searches, with its answer; and one that is refused.

    ``briefly``: the searches and the lists alone.
    """
    asked: list[Asked] = []
    allowed = scene.desk.offers(scene.principal(role, agency))[scene.purpose_of(role).code]

    def ask(name: str, act: str, question: Callable[[Any], Any]) -> dict[str, Any]:
        if act not in allowed and any(one.act not in allowed for one in asked):
            return {}
        one = Asked(role, agency, name, act, question)
        asked.append(replace(one, answered=one.now(scene)))
        return json.loads(asked[-1].answered) if asked[-1].answered[:1] == "{" else {}

    handles: dict[str, None] = {}
    for number, sought in enumerate(SOUGHT):
        answer = ask(f"lookup {number}", "lookup", lambda view, one=sought: view.lookup(one))
        handles |= dict.fromkeys(one["person"]["handle"] for one in answer.get("candidates", ()))
    first, *others = handles or ["nobody"]
    for handle in () if briefly else (first, *others[:1]):
        for name, (act, of_person) in OF_A_PERSON.items():
            answer = ask(f"{name} {handle}", act, lambda view, one=handle, put=of_person: put(view, one))
            if name == "links" and len(held := answer.get("records", ())) > 1:
                ask("explain own", "explain_link", lambda view, two=held[:2]: view.explain_link(*two))
    for other in () if briefly else others:
        ask(f"person {other}", "person", lambda view, one=other: view.person(one))
        ask("paths", "paths", lambda view, one=other: view.paths([one, first], PathRequest(most=2)))
        ask("shared", "paths", lambda view, one=other: view.shared(one, first))
    for name, (act, question) in OF_THE_SCOPE.items():
        ask(name, act, question)
    for line in ask("findings", "findings", lambda view: view.findings(FindingFilters())).get("findings", ()):
        ask("finding", "finding", lambda view, one=line["finding_id"]: view.finding(one))
    opened = [
        json.loads(one.answered)["line"]["finding_id"]
        for one in asked
        if one.name == "finding" and one.answered[:1] == "{"
    ]
    # It tries links out for seconds, so one finding a reader is enough.
    for finding_id in opened[:1]:
        ask("clearing", "finding", lambda view, one=finding_id: view.clearing(one))
    for kept in (ask("pictures", "network", lambda view: view.pictures()) or {}).get("pictures", ()):
        ask("picture", "network", lambda view, one=kept["picture"]: view.picture(one))
    for line in ask("review", "review", lambda view: view.review()).get("lines", ()):
        ask("pair", "review", lambda view, one=line["pair"]: view.review_pair(one))
    for record in ("health:m1", "police:e2", "health:new0", "police:m1", "council:h1"):
        ask(
            f"explain {record}", "explain_link", lambda view, one=record: view.explain_link("council:l1", one)
        )
    planned = scene.ledger.state().meetings
    for meeting in planned.meetings:
        ask("meeting", "meetings", lambda view, one=meeting.meeting_id: view.meeting(one))
        ask("pack", "marac_pack", lambda view, one=meeting.meeting_id: view.meeting_file(one))
        ask("candidates", "meeting_candidates", lambda view, one=meeting.meeting_id: view.candidates(one))
    for case in planned.cases:
        ask("case file", "marac_pack", lambda view, one=case.case_id: view.case_file(one))
    return asked


def acts_before(ledger: Any) -> None:
    """What people did before anybody reads: a release, a meeting with a case, and what keeps records back."""
    people = ["council:m1", "council:l1", "health:m1"]
    release(ledger, MANAGER, people, GrantTerms(agencies=frozenset({"police"})))
    named = ["council:m1", "council:l1", "police:l1", "police:e1", "police:e2", "health:m1"]
    list_for_meeting(ledger, MANAGER, named, GrantTerms(reference="MARAC-3"))
    planned = plan_meeting(ledger, MANAGER, "MARAC-3", date(2026, 3, 6), "North")
    case = CaseTerms(
        meeting_id=f"meeting-{planned.sequence}",
        reference="MARAC-3",
        victim_record_ids=frozenset({"council:l1", "police:l1"}),
        perpetrator_record_ids=frozenset({"police:e1"}),
        record_ids=frozenset(named),
        origin="referral",
        event_id=None,
        ends_on=date(2026, 4, 3),
    )
    add_case(ledger, MANAGER, case)
    for case in ("MASH-7", "MARAC-3", "X-1"):
        facts = {"terms": [], "places": {}, "namespace": "none"}
        save_picture(ledger, replace(MANAGER, case_reference=case), "council:m1", facts)
    keeper, officer = replace(MANAGER, role="seal_keeper"), replace(MANAGER, role="privacy_officer")
    judge(ledger, replace(MANAGER, role="link_reviewer"), "council:h1", "council:l1", "same")
    judge(ledger, replace(MANAGER, role="link_reviewer"), "council:m1", "health:s1", "same")
    # A conflict that everybody sees, so that there is a pair to open.
    for judge_id, decision in (("rosa", "same"), ("rufus", "not_same")):
        judging = replace(MANAGER, subject=judge_id, role="link_reviewer")
        judge(ledger, judging, "council:m1", "police:e1", decision)
    hide(ledger, officer, ["council:h1", "police:h1"], ["nobody-here"])
    seal(ledger, keeper, ["health:s1", "council:s1"], ["council:m1"])
    restrict(ledger, MANAGER, ["police:r1"], GrantTerms(actors=frozenset({"nobody-here"})))
    protect_location(ledger, MANAGER, ["council:h1"], GrantTerms(actors=frozenset({"nobody-here"})))


@pytest.fixture(scope="session")
def ask_everything() -> Callable[[Any, str, str], list[Asked]]:
    """Every read that a reader can come to, with its answer."""
    return every_read


@pytest.fixture(scope="session")
def act_before() -> Callable[[Any], None]:
    """What people did before anybody reads, put on a ledger."""
    return acts_before


@pytest.fixture(scope="session")
def changes() -> dict[str, Change]:
    """The ways to change a world where some readers may not look."""
    return CHANGES


@pytest.fixture(scope="session")
def not_asked() -> dict[str, tuple[str, ...]]:
    """Methods of a view that no read here asks, under the reason."""
    return NOT_ASKED


@pytest.fixture(scope="session")
def methods_asked() -> set[str]:
    """Methods of a view that reads asked so far."""
    return METHODS_ASKED
