"""What stands around every request: body size, headers, where a post comes from, what a session is."""

import ast
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

import api
from api import ApiSettings, OidcSettings, create_app


def test_a_large_body_is_refused_whether_or_not_it_says_its_length(api: httpx.Client) -> None:
    large = b"x" * 300_000

    def in_pieces() -> Any:
        yield large

    for content in (large, in_pieces()):
        answer = api.post("/v1/lookup", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["title"]) == (413, "The request is too large")


@pytest.mark.parametrize(
    "path", ["/v1/persons/known", "/v1/persons/other", "/sign-in", "/no-such-page", "/healthz"]
)
def test_every_answer_is_strict(api: httpx.Client, path: str) -> None:
    headers = api.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'nonce-[\w-]{24}'", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


def test_an_unforeseen_error_tells_nothing_and_stays_strict(
    api: httpx.Client, desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = api.get("/v1/persons/broken")
    assert (answer.status_code, answer.json()["title"]) == (500, "Something went wrong")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Quillfeather" not in answer.text + caplog.text
    assert "RuntimeError at" in caplog.text
    assert [asked.outcome for asked in desk.asked] == ["RuntimeError"]


def test_a_refused_sign_in_is_noted_without_its_token(
    browser_like: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser_like.get("/v1/persons/known", headers={"Authorization": "Bearer demo-somebody"})
    assert answer.status_code == 401
    assert "Refused without proof of who asks (GET)" in caplog.text
    assert "somebody" not in caplog.text
    assert "known" not in caplog.text


def test_the_nonce_is_never_the_same(api: httpx.Client) -> None:
    assert len({api.get("/sign-in").headers["content-security-policy"] for _ in range(5)}) == 5


def test_scripts_of_a_page_carry_its_nonce(browser_like: httpx.Client) -> None:
    answer = browser_like.get("/sign-in")
    [nonce] = set(re.findall(r"nonce-([\w-]+)", answer.headers["content-security-policy"]))
    executed = [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "application/json" not in tag]
    assert executed
    assert all(f'nonce="{nonce}"' in tag for tag in executed)
    assert not re.search(r"\son\w+=|style=|javascript:", answer.text)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "SAME"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_post_from_another_site_does_nothing(browser_like: httpx.Client, headers: dict[str, str]) -> None:
    del browser_like.headers["Sec-Fetch-Site"]
    own = {
        name: str(browser_like.base_url).rstrip("/") if value == "SAME" else value
        for name, value in headers.items()
    }
    answer = browser_like.post("/sign-in", data={"user": "amina"}, headers=own)
    assert answer.status_code == 403
    assert not browser_like.cookies


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(browser_like: httpx.Client) -> None:
    del browser_like.headers["Sec-Fetch-Site"]
    own = {"Origin": str(browser_like.base_url).rstrip("/")}
    answer = browser_like.post("/sign-in", data={"user": "amina"}, headers=own)
    assert answer.status_code == 200
    assert "Amina Castellan" in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser_like: httpx.Client) -> None:
    answer = browser_like.post("/sign-in", data={"user": "amina"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("mashlink=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age" not in cookie


def test_signing_out_ends_the_session_on_the_server(browser_like: httpx.Client) -> None:
    browser_like.post("/sign-in", data={"user": "amina"})
    kept = dict(browser_like.cookies)
    browser_like.post("/sign-out")
    browser_like.cookies.update(kept)
    assert str(browser_like.get("/findings").url).endswith("/sign-in?next=/findings")


@pytest.mark.parametrize(
    "next_page", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x", "/a b"]
)
def test_signing_in_leads_to_no_other_site(browser_like: httpx.Client, next_page: str) -> None:
    answer = browser_like.post("/sign-in", data={"user": "amina", "next": next_page}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_page_asks_for_the_purpose_before_anything_is_read(browser_like: httpx.Client, desk: Any) -> None:
    browser_like.post("/sign-in", data={"user": "amina"})
    assert "Why are you looking?" in browser_like.get("/people/known").text
    assert desk.asked == []
    browser_like.post(
        "/purpose", data={"purpose": "emerging_harm", "reason": "Weekly review", "next": "/people/known"}
    )
    [asked] = desk.asked
    assert (asked.act, asked.purpose.code) == ("person", "emerging_harm")


def test_a_page_that_is_not_there_says_the_same_for_everything(browser_like: httpx.Client) -> None:
    browser_like.post("/sign-in", data={"user": "amina"})
    browser_like.post("/purpose", data={"purpose": "emerging_harm", "reason": "Weekly review"})

    def body(path: str) -> tuple[int, str]:
        answer = browser_like.get(path)
        return answer.status_code, re.sub(r'nonce="[^"]*"', "", answer.text)

    assert body("/people/one") == body("/people/another") == body("/findings/none")
    assert body("/people/one")[0] == 404


def test_what_is_on_a_page_is_escaped(browser_like: httpx.Client) -> None:
    browser_like.post("/sign-in", data={"user": "amina"})
    answer = browser_like.post("/purpose", data={"purpose": "", "reason": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


PROVIDER = OidcSettings(issuer="https://id.example", audience="urn:mashlink", client_id="console")


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, "--demo"),
        ({"demo": True, "oidc": PROVIDER}, "never mix"),
        ({"oidc": PROVIDER, "public_base_url": "http://mash.example"}, "https"),
    ],
)
def test_settings_that_would_be_unsafe_are_refused(settings: dict[str, Any], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        ApiSettings(**settings)


def test_made_up_users_do_not_sign_in_where_a_provider_does(serve: Any, desk: Any) -> None:
    address = serve(lambda here: create_app(ApiSettings(oidc=PROVIDER, public_base_url=here), desk))
    answer = httpx.post(
        f"{address}/sign-in", data={"user": "amina"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 401
    assert (
        httpx.get(f"{address}/v1/findings", headers={"Authorization": "Bearer demo-amina"}).status_code == 401
    )
    assert "Castellan" not in httpx.get(f"{address}/sign-in").text


def test_over_tls_the_cookie_is_bound_to_the_host() -> None:
    settings = ApiSettings(oidc=PROVIDER, public_base_url="https://mash.example")
    app = create_app(settings, desk=None)  # type: ignore[arg-type]  # no request is made
    assert app.state.hub.sessions.cookie == "__Host-mashlink"


def test_every_answer_is_whole_before_its_first_byte_leaves() -> None:
    """Entries are written when a read ends: an answer made while it is sent would leave before its own, and could break off."""
    made = [
        f"{file.name}: {node.id}"
        for file in sorted(Path(api.__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
        and node.id in ("StreamingResponse", "FileResponse", "EventSourceResponse")
    ]
    assert made == []


def test_an_answer_that_breaks_off_does_not_look_whole(serve: Any, desk: Any) -> None:
    app = create_app(ApiSettings(demo=True), desk)

    async def half(_: Request) -> Response:
        class Half(Response):
            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                await send(
                    {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]}
                )
                await send({"type": "http.response.body", "body": b"half", "more_body": True})
                raise RuntimeError("Marta Quillfeather")

        return Half()

    app.add_route("/half", half)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{serve(lambda _: app)}/half")
