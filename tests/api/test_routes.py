"""Every JSON view: what it asks of the desk, what it answers, and that each read is written down once."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

NOT_FOUND = b'{"type":"about:blank","title":"Not found","status":404,"detail":"There is nothing here for you under this address."}'
JUDGEMENT = {"decision": "not_same", "grounds": "Cousins"}
ABOUT = {"handle": "known", "grounds": "Agreed at the strategy discussion"}
SHARED = {"handles": ["known"], "ends_on": "2026-12-31", "grounds": "Agreed at the strategy discussion"}
ID = "5f1c1c0e7a5b4f0d"
BASIS = {"hub": "neighbour", "legal_basis": "children_act_1989_s47", "question_id": ID}
GLASS = {"verdict": "justified", "grounds": "The child was found there"}
# Every view that reads personal data: method, path, body, the act it opens.
READS: list[tuple[str, str, dict[str, Any] | None, str]] = [
    ("POST", "/v1/lookup", {"family_name": "Quillfeather"}, "lookup"),
    ("GET", "/v1/persons/known", None, "person"),
    ("GET", "/v1/persons/known/chronology", None, "chronology"),
    ("GET", "/v1/persons/known/network", None, "network"),
    ("GET", "/v1/persons/known/households", None, "households"),
    ("GET", "/v1/persons/known/factors", None, "households"),
    ("GET", "/v1/persons/known/links", None, "links"),
    ("POST", "/v1/paths", {"from_handle": "known", "to_handle": "known"}, "paths"),
    ("POST", "/v1/paths", {"among": ["known", "known"]}, "paths"),
    ("POST", "/v1/shared", {"from_handle": "known", "to_handle": "known"}, "paths"),
    ("GET", "/v1/nodes/known/network", None, "network"),
    ("POST", "/v1/networks", {"around": ["known", "police:1"]}, "network"),
    ("POST", "/v1/networks/gexf", {"around": ["known"]}, "print"),
    ("GET", "/v1/persons/known/lived", None, "households"),
    ("GET", "/v1/persons/known/changes?after=2026-01-01&until=2026-02-01", None, "network"),
    ("GET", "/v1/persons/known/groups", None, "network"),
    ("POST", "/v1/patterns", {"pattern": {"tied": [{"over": ["place"]}]}}, "patterns"),
    ("GET", "/v1/findings", None, "findings"),
    ("GET", "/v1/findings/f-1", None, "finding"),
    (
        "POST",
        "/v1/findings/f-1/disposition",
        {"decision": "watch", "grounds": "Plan in place"},
        "disposition",
    ),
    ("POST", "/v1/findings/f-1/suppression", {"grounds": "In court"}, "disposition"),
    ("GET", "/v1/findings/f-1/clearing", None, "finding"),
    ("POST", "/v1/findings/what-if", {"thresholds": {"gang_network": {"least_members": 4}}}, "findings"),
    ("POST", "/v1/links/explain", {"record_a": "police:1", "record_b": "council:1"}, "explain_link"),
    ("GET", "/v1/review", None, "review"),
    ("GET", "/v1/review/conflicts", None, "review"),
    ("GET", "/v1/review/seal-conflicts", None, "seal_conflicts"),
    ("GET", "/v1/review/r-1", None, "review"),
    ("POST", "/v1/review/r-1/judgement", JUDGEMENT, "judge"),
    ("POST", "/v1/sharing/releases", SHARED | {"agencies": ["police"], "purposes": ["marac"]}, "release"),
    ("POST", "/v1/sharing/meeting-lists", SHARED | {"meeting": "MARAC-3"}, "meeting_list"),
    ("POST", "/v1/sharing/restrictions", SHARED | {"workers": ["mo"]}, "restriction"),
    ("POST", "/v1/sharing/locations", SHARED | {"workers": ["mo"]}, "location_protection"),
    ("POST", "/v1/sharing/consent", ABOUT | {"answer": "given"}, "consent"),
    ("POST", "/v1/sharing/consent", ABOUT | {"answer": "overridden"}, "override"),
    ("POST", "/v1/sharing/refusals", ABOUT | {"basis": "would_not_help"}, "refusal"),
    ("POST", "/v1/sharing/marks", ABOUT | {"marking": "restricted"}, "mark"),
    ("GET", "/v1/sharing", None, "grants"),
    ("POST", "/v1/sharing/release-7/end", {"grounds": "Over"}, "end_grant"),
    ("POST", "/v1/persons/known/reveal", {}, "reveal"),
    ("POST", "/v1/break-glass", ABOUT, "break_glass"),
    ("GET", "/v1/break-glass", None, "glass_reviews"),
    ("POST", "/v1/break-glass/break_glass-9/review", GLASS, "review_glass"),
    ("POST", "/v1/exchange/questions", BASIS | {"handle": "known"}, "exchange_ask"),
    ("POST", "/v1/exchange/requests", BASIS | {"request_id": ID, "asked": "All of it"}, "exchange_request"),
    ("POST", f"/v1/exchange/requests/{ID}/collect", {"message_id": ID}, "exchange_collect"),
    ("GET", "/v1/exchange/inbox", None, "exchange_inbox"),
    ("GET", f"/v1/exchange/requests/{ID}", None, "exchange_inbox"),
    (
        "POST",
        f"/v1/exchange/requests/{ID}/decision",
        {"decision": "refused", "grounds": "Not relevant"},
        "exchange_decide",
    ),
    ("POST", "/v1/links/judgement", {"record_a": "police:1", "record_b": "council:1", **JUDGEMENT}, "judge"),
]
ids = [f"{method} {path}" for method, path, _, _ in READS]


@pytest.mark.parametrize(("method", "path", "body", "act"), READS, ids=ids)
def test_an_answered_read_is_written_down_once(
    api: httpx.Client, desk: Any, method: str, path: str, body: Any, act: str
) -> None:
    answer = api.request(method, path, json=body)
    assert answer.status_code == 200, answer.text
    [asked] = desk.asked
    assert (asked.act, asked.outcome, asked.principal.role) == (act, "answered", "analyst")
    assert asked.purpose.reason == "Strategy discussion today"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("method", "path", "body", "act"), READS, ids=ids)
def test_without_a_purpose_nothing_is_read_and_the_refusal_is_written_down(
    api: httpx.Client, desk: Any, method: str, path: str, body: Any, act: str
) -> None:
    del api.headers["Purpose"], api.headers["Purpose-Reason"]
    answer = api.request(method, path, json=body)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "A purpose and a reason are needed"
    assert [asked.outcome for asked in desk.asked] == ["PurposeMissing"]


@pytest.mark.parametrize(("method", "path", "body", "act"), READS, ids=ids)
def test_a_role_without_the_act_is_refused_and_that_is_written_down(
    api: httpx.Client, desk: Any, method: str, path: str, body: Any, act: str
) -> None:
    answer = api.request(method, path, json=body, headers={"Authorization": "Bearer demo-tom"})
    assert (answer.status_code, answer.json()["title"]) == (403, "Not allowed")
    assert [asked.outcome for asked in desk.asked] == ["Denied"]


@pytest.mark.parametrize(("method", "path", "body", "act"), READS, ids=ids)
def test_without_proof_of_who_asks_nothing_reaches_the_desk(
    api: httpx.Client, desk: Any, method: str, path: str, body: Any, act: str
) -> None:
    for value in ("Bearer no-such-token", "Basic YTpi", "Bearer"):
        answer = api.request(method, path, json=body, headers={"Authorization": value})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert desk.asked == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (method, path.replace("known", "other").replace("f-1", "f-2").replace("r-1", "r-2"), body)
        for method, path, body, _ in READS
        if "known" in path or "f-1" in path or "r-1" in path
    ]
    + [
        ("POST", "/v1/paths", {"from_handle": "known", "to_handle": "other"}),
        ("POST", "/v1/links/explain", {"record_a": "police:1", "record_b": "police:9"}),
        ("GET", "/v1/no-such-view", None),
    ],
)
def test_not_there_and_not_yours_are_one_answer(api: httpx.Client, method: str, path: str, body: Any) -> None:
    answer = api.request(method, path, json=body)
    assert (answer.status_code, answer.content) == (404, NOT_FOUND)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_may_state_the_purpose_and_wins_over_the_headers(api: httpx.Client, desk: Any) -> None:
    stated = {"purpose": "cross_border", "reason": "Family moved", "case_reference": "C-7"}
    api.post("/v1/lookup", json={"family_name": "Quillfeather", **stated})
    purpose = desk.asked[0].purpose
    assert (purpose.code, purpose.reason, purpose.case_reference) == ("cross_border", "Family moved", "C-7")


def test_headers_carry_any_language_percent_encoded(api: httpx.Client, desk: Any) -> None:
    api.get(
        "/v1/persons/known",
        headers={"Purpose-Reason": "S%C5%82u%C5%BCba zapyta%C5%82a", "Case-Reference": "50%"},
    )
    assert (desk.asked[0].purpose.reason, desk.asked[0].purpose.case_reference) == ("Służba zapytała", "50%")


@pytest.mark.parametrize("reason", ["%FF%FE", "a%00b"])
def test_a_purpose_header_that_is_no_text_is_refused(api: httpx.Client, desk: Any, reason: str) -> None:
    assert api.get("/v1/persons/known", headers={"Purpose-Reason": reason}).status_code == 400
    assert desk.asked == []


def test_a_half_stated_purpose_goes_to_the_desk_to_be_refused(api: httpx.Client, desk: Any) -> None:
    del api.headers["Purpose-Reason"]
    assert api.get("/v1/persons/known").status_code == 403
    assert desk.asked[0].outcome == "PurposeMissing"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"given_name": "  "},
        {"given_name": "A\u0000B"},
        {"given_name": "A" * 201},
        {"date_of_birth": "2013-02-30"},
        {"family_name": "Quillfeather", "favourite_colour": "green"},
        {"identifiers": [{"kind": "nhs_number", "value": "1"}] * 11},
    ],
)
def test_what_cannot_be_understood_is_told_by_place_and_never_repeated(
    api: httpx.Client, desk: Any, body: Any
) -> None:
    answer = api.post("/v1/lookup", json=body)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert problem["errors"]
    assert "Quillfeather" not in answer.text
    assert "AAAA" not in answer.text
    assert desk.asked == []


LEDGER = [
    ("POST", "/v1/ledger/entries", {"act": "person"}),
    ("GET", "/v1/ledger/verification", None),
    ("GET", "/v1/ledger/checkpoint?since=3", None),
    ("POST", "/v1/ledger/workers", {"since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}),
    ("POST", "/v1/ledger/unusual", {"since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}),
    ("POST", "/v1/ledger/subjects", {"record_id": "police:1"}),
]


@pytest.mark.parametrize(("method", "path", "body"), LEDGER)
def test_the_ledger_is_read_by_auditors_and_that_too_is_written_down(
    api: httpx.Client, desk: Any, method: str, path: str, body: Any
) -> None:
    assert api.request(method, path, json=body).status_code == 403
    auditor = {"Authorization": "Bearer demo-tom", "Purpose": "audit"}
    assert api.request(method, path, json=body, headers=auditor).status_code == 200
    assert [(asked.act, asked.outcome) for asked in desk.asked] == [
        ("ledger", "Denied"),
        ("ledger", "answered"),
    ]


def test_the_ledger_comes_in_pages_that_end(api: httpx.Client) -> None:
    auditor = {"Authorization": "Bearer demo-tom", "Purpose": "audit"}
    seen: list[int] = []
    cursor = None
    for _ in range(3):
        page = api.post("/v1/ledger/entries", json={"limit": 50, "cursor": cursor}, headers=auditor).json()
        seen += [entry["sequence"] for entry in page["entries"]]
        cursor = page["next"]
    assert (seen, cursor) == (list(range(120, 0, -1)), None)


def test_anyone_may_ask_why(api: httpx.Client, desk: Any) -> None:
    question = {"kind": "rows", "agency": "health", "marking": "restricted", "category": "sexual_health"}
    assert api.post("/v1/access/explain", json=question).json()["allowed"] is True
    assert [asked.act for asked in desk.asked] == ["explain_access"]


def test_findings_come_in_pages_that_end(api: httpx.Client) -> None:
    seen, cursor = 0, None
    for _ in range(3):
        page = api.get("/v1/findings", params={"limit": 12, **({"cursor": cursor} if cursor else {})}).json()
        seen += len(page["findings"])
        cursor = page["next"]
    assert (seen, cursor, page["total"]) == (30, None, 30)


def test_the_review_comes_in_pages_that_end_and_says_how_it_is_ordered(api: httpx.Client) -> None:
    first = api.get("/v1/review", params={"limit": 20}).json()
    second = api.get("/v1/review", params={"limit": 20, "cursor": first["next"]}).json()
    assert (len(first["entries"]), len(second["entries"]), second["next"]) == (20, 10, None)
    assert (first["order"], first["total"]) == ("By expected change.", 30)


def test_a_judgement_needs_one_of_three_decisions_and_grounds(api: httpx.Client, desk: Any) -> None:
    for body in ({"decision": "perhaps", "grounds": "x"}, {"decision": "same"}, {"grounds": "x"}):
        assert api.post("/v1/review/r-1/judgement", json=body).status_code == 422
    assert desk.asked == []


@pytest.mark.parametrize("cursor", ["", "x", "W10", "Wy0xXQ", "WzEuNV0", "W3RydWVd", "A" * 300, "é"])
def test_a_made_up_cursor_is_refused(api: httpx.Client, cursor: str) -> None:
    answer = api.get("/v1/findings", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["title"]) == (400, "The request cannot be understood")


def test_no_view_takes_a_search_in_its_address(api: httpx.Client) -> None:
    document = api.get("/v1/openapi.json").json()
    told = {
        parameter["name"]
        for path in document["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    of_the_network = {"hops", "nodes", "page", "as_of", "since", "kinds", "after", "until", "resolution"}
    of_statistics = {"date_from", "date_to", "district", "source", "cell", "form"}
    assert told == of_the_network | of_statistics | {"detector", "decision", "cursor", "limit"}


def test_a_network_is_handed_over_as_a_file_that_says_what_it_is(api: httpx.Client) -> None:
    answer = api.post("/v1/networks/graphml", json={"around": ["known"]})
    assert (answer.headers["content-type"], answer.content) == ("application/graphml+xml", b"drawn")
    assert answer.headers["content-disposition"] == 'attachment; filename="network.graphml"'
    tables = api.post("/v1/networks/csv", json={"around": ["known"]})
    assert tables.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(tables.content)) as archive:
        assert archive.namelist() == ["network.nodes.csv", "network.edges.csv"]
    assert api.post("/v1/networks/docx", json={"around": ["known"]}).status_code == 422


def test_the_document_has_an_example_for_every_body(api: httpx.Client) -> None:
    schemas = api.get("/v1/openapi.json").json()["components"]["schemas"]
    of_the_network = ("NetworksRequest", "PathsRequest", "SharedRequest", "PatternSearch")
    for name in (
        "LookupRequest",
        *of_the_network,
        "LinkRequest",
        "DispositionRequest",
        "JudgementRequest",
        "ReleaseRequest",
        "GlassRequest",
    ):
        assert schemas[name].get("examples"), name


def test_health_needs_no_sign_in(api: httpx.Client) -> None:
    del api.headers["Authorization"]
    assert api.get("/healthz").json() == {"status": "ok"}
    assert api.get("/readyz").json() == {"status": "ok"}
