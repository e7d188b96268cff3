"""The JSON views over a real build: what each role gets, and that answers are the same twice."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from api import MADE_UP_USERS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]
PURPOSES = {"auditor": "audit", "exchange_officer": "cross_border", "link_reviewer": "data_quality"}


@pytest.fixture
def ask(hub: Any) -> Iterator[Callable[..., httpx.Response]]:
    """Ask the hub as a made-up user, for the purpose that their role works for."""
    roles = {user.key: user.role for user in MADE_UP_USERS}
    with httpx.Client(base_url=hub.address, timeout=60) as client:

        def asking(user: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
            purpose = PURPOSES.get(roles[user], "safeguarding_s47")
            stated = {"Purpose": purpose, "Purpose-Reason": "Test", "Authorization": f"Bearer demo-{user}"}
            return client.request(method, path, json=body, headers=stated | headers)

        yield asking


def routes(ask: Callable[..., httpx.Response]) -> list[tuple[str, str, Any]]:
    finding = ask("daniel", "GET", "/v1/findings").json()["findings"][0]
    handle = finding["subjects"][0]["person"]["handle"]
    return [
        ("POST", "/v1/lookup", {"family_name": "Quillfeather", "date_of_birth": "2013-05-02"}),
        *(
            ("GET", f"/v1/persons/{handle}{end}", None)
            for end in ("", "/chronology", "/network", "/households", "/links")
        ),
    ]


def test_what_is_not_there_and_what_is_another_roles_are_the_same_bytes(
    ask: Callable[..., httpx.Response],
) -> None:
    theirs = ask("daniel", "GET", "/v1/findings").json()["findings"][0]["subjects"][0]["person"]["handle"]
    shut = [ask("amina", "GET", f"/v1/persons/{handle}") for handle in (theirs, "nobody", "p" * 74)]
    assert {answer.status_code for answer in shut} == {404}
    assert len({answer.content for answer in shut}) == 1
    told = [
        {
            name: value
            for name, value in answer.headers.items()
            if name not in ("date", "content-security-policy")
        }
        for answer in shut
    ]
    assert told[0] == told[1] == told[2]


def test_the_same_question_has_the_same_bytes_twice(ask: Callable[..., httpx.Response]) -> None:
    for user in ("amina", "daniel"):
        for method, path, body in routes(ask) if user == "daniel" else [("GET", "/v1/findings", None)]:
            assert ask(user, method, path, body).content == ask(user, method, path, body).content


def test_each_role_gets_its_own_view(ask: Callable[..., httpx.Response]) -> None:
    person = ask("daniel", "GET", "/v1/findings").json()["findings"][0]["subjects"][0]["person"]
    given, family = person["name"].split()[0], person["name"].split()[-1]
    sought = {"given_name": given, "family_name": family, "date_of_birth": person["date_of_birth"]}

    analyst = ask("amina", "POST", "/v1/lookup", sought).json()
    assert analyst["hit"]
    assert {candidate["person"]["name"] for candidate in analyst["candidates"]} == {None}
    assert family not in ask("amina", "POST", "/v1/lookup", sought).text

    officer = ask("eleri", "POST", "/v1/lookup", sought).json()
    assert officer["hit"]
    assert officer["contact_agencies"]
    assert officer["candidates"] == []
    assert ask("eleri", "GET", f"/v1/persons/{person['handle']}").status_code == 403

    assert ask("tom", "POST", "/v1/lookup", sought).status_code == 403
    assert ask("priya", "GET", "/v1/findings").status_code == 403


def test_a_chronology_names_the_source_of_each_line(ask: Callable[..., httpx.Response]) -> None:
    handle = ask("daniel", "GET", "/v1/findings").json()["findings"][0]["subjects"][0]["person"]["handle"]
    lines = ask("daniel", "GET", f"/v1/persons/{handle}/chronology").json()["lines"]
    assert lines
    assert all(line["event"].startswith(f"{line['agency']}:") for line in lines)
    days = [line["happened_at"] for line in lines if line["happened_at"]]
    assert days == sorted(days)


def test_the_hub_is_ready(hub: Any) -> None:
    assert httpx.get(f"{hub.address}/readyz").json() == {"status": "ok"}
