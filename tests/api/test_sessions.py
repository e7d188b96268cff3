"""Sessions outlive a process, are known to all of them, and end when they must."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from starlette.responses import Response

from access import KeptAttempt, KeptVisit, LedgerUnavailable, Principal, Purpose
from api import ApiSettings, create_app
from api.sessions import Sessions
from api.visits import VisitsInMemory, VisitStore
from records.ledger import Ledger

AMINA = Principal("amina", "Amina Castellan", "analyst", "social_care", "home", ("northmere",))


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.faults])]
)
def visits(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VisitStore]:
    if request.param == "memory":
        yield VisitsInMemory()
        return
    address: str | Path = tmp_path / "ledger.sqlite"
    if request.param == "postgres":
        address = request.getfixturevalue("postgres_server").database(f"visits_{secrets.token_hex(6)}")
    with Ledger.open(address, tmp_path / "keys") as ledger:
        yield ledger.visits()


class Browser:
    """Keeps the cookies that responses set, as a browser does."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def request(self) -> Request:
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return Request({"type": "http", "headers": [(b"cookie", header.encode())]})

    def take(self, response: Response) -> None:
        for name, value in response.raw_headers:
            if name == b"set-cookie":
                cookie, _, rest = value.decode().partition(";")
                key, _, token = cookie.partition("=")
                if "Max-Age=0" in rest:
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = token


class Clock:
    def __init__(self) -> None:
        self.now = 1_770_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(visits: VisitStore, clock: Clock) -> Callable[[], Sessions]:
    """Makes the sessions of one more process of the hub, half an hour idle and eight hours long at most."""
    settings = ApiSettings(demo=True, session_minutes=30, session_hours=8)
    return lambda: Sessions(settings, visits, lambda _: {"marac": frozenset({"person"})}, clock)


def signed_in(sessions: Sessions, browser: Browser) -> None:
    response = Response()
    sessions.begin(browser.request(), response, AMINA)
    browser.take(response)


def test_every_process_knows_a_session_its_purpose_and_its_end(process: Callable[[], Sessions]) -> None:
    one, other, browser = process(), process(), Browser()
    assert one.of(browser.request()) is None
    signed_in(one, browser)
    purpose = Purpose("marac", "Meeting on Thursday", "MARAC-3")
    other.set_purpose(browser.request(), purpose)
    session = process().of(browser.request())
    assert session is not None
    assert (session.principal, session.purpose) == (AMINA, purpose)
    assert session.may("person")
    assert not session.may("ledger")
    kept = dict(browser.cookies)
    response = Response()
    other.end(browser.request(), response)
    browser.take(response)
    assert browser.cookies == {}
    browser.cookies = kept
    assert one.of(browser.request()) is None


@pytest.mark.parametrize(
    ("pauses", "alive"),
    [([1799], True), ([1801], False), ([1700] * 16, True), ([1700] * 17, False), ([20] * 89 + [1769], True)],
)
def test_idleness_and_age_end_a_session(
    process: Callable[[], Sessions], clock: Clock, pauses: list[int], alive: bool
) -> None:
    sessions, browser = process(), Browser()
    signed_in(sessions, browser)
    for pause in pauses:
        clock.now += pause
        session = sessions.of(browser.request())
    assert (session is not None) == alive
    clock.now -= min(pauses[-1], 50)
    assert (sessions.of(browser.request()) is not None) == alive


def test_a_clock_that_is_put_back_ends_sessions_rather_than_make_them_longer(
    process: Callable[[], Sessions], clock: Clock
) -> None:
    sessions, browser = process(), Browser()
    signed_in(sessions, browser)
    # Another host's clock may be a little behind.
    clock.now -= 50
    assert sessions.of(browser.request()) is not None
    clock.now -= 3 * 3600
    assert sessions.of(browser.request()) is None
    clock.now += 3 * 3600
    assert sessions.of(browser.request()) is None


def test_signing_in_again_rotates_the_cookie_and_ends_what_was(process: Callable[[], Sessions]) -> None:
    sessions, browser, planted = process(), Browser(), Browser()
    signed_in(sessions, browser)
    planted.cookies = dict(browser.cookies)
    signed_in(sessions, browser)
    assert browser.cookies != planted.cookies
    assert sessions.of(browser.request()) is not None
    assert sessions.of(planted.request()) is None
    made_up = Browser()
    made_up.cookies = {sessions.cookie: "made-up"}
    signed_in(sessions, made_up)
    assert made_up.cookies[sessions.cookie] != "made-up"


def test_a_sign_in_is_taken_once_by_one_process_and_not_for_long(
    process: Callable[[], Sessions], clock: Clock
) -> None:
    one, other, browser = process(), process(), Browser()

    def begin() -> Any:
        response = Response()
        attempt = one.begin_attempt(response, "/findings")
        browser.take(response)
        return attempt

    attempt = begin()
    assert other.take_attempt(browser.request()) == attempt
    assert one.take_attempt(browser.request()) is None
    assert begin() != attempt
    clock.now += 601
    assert one.take_attempt(browser.request()) is None
    assert one.take_attempt(Browser().request()) is None


def test_every_session_of_a_worker_ends_at_once(process: Callable[[], Sessions], visits: VisitStore) -> None:
    sessions, browsers = process(), [Browser(), Browser()]
    for browser in browsers:
        signed_in(sessions, browser)
    assert visits.end_all_of("somebody else") == 0
    assert visits.end_all_of("amina") == 2
    assert [sessions.of(browser.request()) for browser in browsers] == [None, None]


def test_neither_cookie_nor_table_gives_the_other_away(tmp_path: Path, clock: Clock) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys") as ledger:
        sessions = Sessions(ApiSettings(demo=True), ledger.visits(), lambda _: {}, clock)
        browser = Browser()
        signed_in(sessions, browser)
        response = Response()
        sessions.begin_attempt(response, "/")
        browser.take(response)
        assert ledger.verify().sound
        assert ledger.entries() == []
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.sqlite*"))
    assert b"Amina Castellan" in kept
    assert len(browser.cookies) == 2
    assert not any(token.encode() in kept for token in browser.cookies.values())


def test_a_session_past_its_hours_is_swept_out_by_the_next_sign_in(visits: VisitStore, process: Any) -> None:
    for key, began in (("old", 0.0), ("new", 60.0)):
        visits.begin(KeptVisit(key, "amina", began, began, "{}"), oldest=began - 60)
    visits.begin(KeptVisit("newest", "amina", 61.0, 61.0, "{}"), oldest=1.0)
    assert [visits.of(key) is None for key in ("old", "new", "newest")] == [True, False, False]
    for key, began in (("first", 0.0), ("second", 60.0)):
        visits.begin_attempt(KeptAttempt(key, began, "{}"), oldest=began - 59)
    assert visits.take_attempt("first") is None
    assert visits.take_attempt("second") == KeptAttempt("second", 60.0, "{}")


def test_two_served_processes_share_a_session_and_write_down_who_comes_and_goes(
    serve: Callable[..., str], desk: Any, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        databases = [
            opened.enter_context(Ledger.open(tmp_path / "ledger.sqlite", tmp_path / "keys")) for _ in range(2)
        ]
        one, other = (
            serve(
                lambda here, ledger=ledger: create_app(
                    ApiSettings(demo=True, public_base_url=here), desk, ledger.visits()
                )
            )
            for ledger in databases
        )
        same = {"Sec-Fetch-Site": "same-origin"}
        with httpx.Client(headers=same) as client:
            client.post(f"{one}/sign-in", data={"user": "amina"})
            assert "Amina Castellan" in client.get(f"{other}/").text
            client.post(f"{other}/sign-out")
            assert desk.visits == [("demo:amina", "sign_in"), ("demo:amina", "sign_out")]
            assert client.get(f"{one}/").headers["location"].startswith("/sign-in")


def test_nobody_comes_in_unnoticed(
    serve: Callable[..., str], desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LedgerUnavailable("The ledger cannot be written.")

    address = serve(lambda here: create_app(ApiSettings(demo=True, public_base_url=here), desk))
    monkeypatch.setattr(desk, "note_visit", refuse)
    with httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}) as client:
        answer = client.post(f"{address}/sign-in", data={"user": "amina"})
        assert (answer.status_code, dict(client.cookies)) == (503, {})


def test_sessions_that_cannot_be_read_are_a_503_page(serve: Callable[..., str], desk: Any) -> None:
    class Broken(VisitsInMemory):
        def of(self, key: str) -> None:
            raise LedgerUnavailable("The ledger cannot be read.")

    address = serve(lambda here: create_app(ApiSettings(demo=True, public_base_url=here), desk, Broken()))
    with httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}) as client:
        client.post(f"{address}/sign-in", data={"user": "amina"})
        for path in ("/", "/v1/findings"):
            assert client.get(f"{address}{path}").status_code == 503
    assert desk.asked == []
