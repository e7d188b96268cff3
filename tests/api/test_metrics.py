"""What the service says about itself: numbers and log lines by route, and not a word of whom anybody looked for."""

import io
import json
import logging
import logging.config
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr

from api import ApiSettings, create_app
from mashlink.logs import logging_of

TOKEN = "a-token-for-prometheus"
SECRETS = ("Quillfeather", "Zebedee", "9990000018", "MASH-7", "pxyzhandle", "Strategy")


@dataclass(frozen=True)
class Client:
    """Asks the application in this process."""

    app: Any

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, **more)

        # In a thread of its own: a browser test before this one may have left a loop running in this thread.
        with start_blocking_portal() as portal:
            return portal.call(asked)


@pytest.fixture
def client(desk: Any) -> Client:
    settings = ApiSettings(demo=True, metrics_token=SecretStr(TOKEN))
    return Client(create_app(settings, desk))


def ask(client: Client) -> None:
    who = {
        "Authorization": "Bearer demo-daniel",
        "Purpose": "safeguarding_s47",
        "Purpose-Reason": "Strategy%20on%20Zebedee",
        "Case-Reference": "MASH-7",
    }
    client.post("/v1/lookup", headers=who, json={"given_name": "Zebedee", "family_name": "Quillfeather"})
    client.get("/v1/persons/pxyzhandle/chronology?nhs=9990000018", headers=who)
    client.get("/nowhere/Quillfeather")
    client.get("/healthz")


def test_requests_are_counted_by_route_and_status(client: Client) -> None:
    ask(client)
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'mashlink_requests_total{method="GET",route="/healthz",status="200"} 1.0' in page
    assert 'route="/v1/persons/{handle}/chronology"' in page
    assert 'route="none",status="404"} 1.0' in page
    assert not [one for one in SECRETS if one in page]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN[:-1]}])
def test_without_its_token_there_is_no_page_of_numbers(client: Client, header: dict[str, str]) -> None:
    assert client.get("/metrics", headers=header).status_code == 404


def test_without_a_token_in_the_settings_nobody_has_one(desk: Any) -> None:
    bare = Client(create_app(ApiSettings(demo=True), desk))
    assert bare.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def logged(shown: str, client: Client) -> str:
    """What a service so configured writes while it is asked, and while something fails."""
    written = io.StringIO()
    config = logging_of(shown)  # type: ignore[arg-type] # parametrised by its two values
    config["handlers"]["stderr"]["stream"] = written
    # All there are: configuring "uvicorn" resets the loggers below it too, and then the server of the other tests would
    # tell each request's path.
    kept = [logging.getLogger(name) for name in ("", *config["loggers"], *logging.root.manager.loggerDict)]
    before = [(one, list(one.handlers), one.level, one.propagate) for one in kept]
    logging.config.dictConfig(config)
    try:
        ask(client)
        fail_with_a_name()
    finally:
        for one, handlers, level, propagate in before:
            one.handlers, one.propagate = handlers, propagate
            one.setLevel(level)
    return written.getvalue()


def fail_with_a_name() -> None:
    log = logging.getLogger("mashlink.api")
    try:
        raise ValueError("Quillfeather, 9990000018")
    except ValueError:
        log.exception("An answer failed")
    logging.getLogger("sqlalchemy.engine").error("INSERT … 'Quillfeather'")


def test_each_request_is_one_line_of_json_without_personal_data(client: Client) -> None:
    text = logged("json", client)
    lines = [json.loads(line) for line in text.splitlines()]
    requests = [one for one in lines if one["logger"] == "mashlink.request"]
    assert [(one["method"], one["route"]) for one in requests] == [
        ("POST", "/v1/lookup"),
        ("GET", "/v1/persons/{handle}/chronology"),
        ("GET", "none"),
        ("GET", "/healthz"),
    ]
    (failed,) = [one for one in lines if one["level"] == "error" and "error" in one]
    assert (failed["message"], failed["error"]) == ("An answer failed", "ValueError")
    assert not [one for one in SECRETS if one in text]


def test_text_tells_what_to_look_at_and_no_request(client: Client) -> None:
    text = logged("text", client)
    assert "An answer failed (ValueError at " in text
    assert "/healthz" not in text
    assert not [one for one in SECRETS if one in text]
