"""Every route that the service has, found by asking it: one ledger entry for each of its answers to each made-up user.

What is asked is made of the routes' own schemas and examples, so a new route is walked as soon as it is there. Where a
form needs values that its schema does not tell, the table ``FORMS`` has them; a route that reads nothing is in ``QUIET``.
"""

import copy
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from route_tables import FILES, FORMS, FROM_HUBS, OPEN, PLACES, PURPOSES, QUIET, SEVERAL, WAYS_IN

from api import MADE_UP_USERS, ApiSettings, create_app
from mashlink.settings import Settings
from mashlink.wiring import open_desk, open_ledger
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]


@dataclass(frozen=True, slots=True)
class Route:
    """One way to ask: its method and path as a template, and what the service's document says of it."""

    method: str
    path: str
    document: dict[str, Any] = field(repr=False)
    schemas: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_page(self) -> bool:
        return not self.path.startswith("/v1/")

    def ask(self, client: httpx.Client, known: dict[str, str], **headers: str) -> httpx.Response:
        """Ask with the examples of the schemas; ``known``: what stands for the examples' names."""
        places = {
            one["name"]: (one["in"], self._place(one, known))
            for one in self.document.get("parameters", ())
            if one["in"] != "header" and one.get("required")
        }
        # A page may leave a part of its address to others: it is filled in all the same.
        path = re.sub(
            r"\{(\w+)\}",
            lambda found: places.get(found[1], ("", PLACES.get(found[1], "nothing").format(**known)))[1],
            self.path,
        )
        query = {name: value for name, (where, value) in places.items() if where == "query"}
        content = self.document.get("requestBody", {}).get("content", {})
        form = {name: value.format(**known) for name, value in FORMS.get(self.name, {}).items()}
        body = (
            _known(self._schema(content["application/json"]["schema"]), known)
            if "application/json" in content
            else None
        )
        return client.request(
            self.method,
            path,
            params=query,
            headers=headers,
            json=body,
            data=form if self.is_page else None,
            files=FILES.get(self.name),
        )

    def _place(self, parameter: dict[str, Any], known: dict[str, str]) -> str:
        if parameter["name"] in PLACES:
            return PLACES[parameter["name"]].format(**known)
        schema = self._resolved(parameter["schema"])
        if schema.get("format") == "date":
            return "2026-03-01"
        return str([*schema.get("enum", ()), *schema.get("examples", ()), "nothing"][0])

    def _schema(self, schema: dict[str, Any]) -> Any:
        found = self._resolved(schema)
        example = found["examples"][0] if "examples" in found else {}
        # The purpose is stated once for all requests, by their headers.
        return {name: value for name, value in example.items() if name not in ("purpose", "reason")}

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        reference = schema.get("$ref")
        found: dict[str, Any] = self.schemas[reference.rsplit("/", 1)[1]] if reference else schema
        return found


def _known(example: Any, known: dict[str, str]) -> Any:
    """An example with the hub's own handles, findings and records where it names made-up ones."""
    if isinstance(example, dict):
        return {name: _known(value, known) for name, value in example.items()}
    if isinstance(example, list):
        return [_known(value, known) for value in example]
    if isinstance(example, str) and re.fullmatch(r"p-?[0-9a-f]{8}", example):
        return known["person"]
    return example


def routes_of(app: FastAPI) -> list[Route]:
    """Every route, whether the published document has it or not; a kind that is not known here fails."""
    shown, others = [], []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            shown.append(copy.copy(context.original_route))
            shown[-1].include_in_schema = True
        else:
            others.append(context.path)
    assert others == ["/v1/openapi.json", "/static"]
    document = get_openapi(title="every route", version="1", routes=shown)
    found = [
        Route(method.upper(), path, told, document["components"]["schemas"])
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]
    assert len(found) == sum(len(route.methods) for route in shown)
    return found


def json_views(found: list[Route]) -> list[Route]:
    return [one for one in found if one.path.startswith("/v1/") and not one.path.startswith(FROM_HUBS)]


def pages(found: list[Route]) -> list[Route]:
    # The purpose is stated before the walk.
    return [one for one in found if one.is_page and one.name not in OPEN | WAYS_IN | {"POST /purpose"}]


@dataclass(frozen=True, slots=True)
class OwnHub:
    """A hub with a store of its own, so that what is done at it changes nothing for other tests."""

    address: str
    routes: list[Route]
    entries: Callable[[], int]
    known: dict[str, str]


@pytest.fixture(scope="module")
def own(hub: Any, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> Iterator[OwnHub]:
    store = shutil.copytree(hub.store, tmp_path_factory.mktemp("own") / "store")
    settings = Settings(exchange_band_seconds=0.05)
    with open_desk(Path(store), settings) as desk, open_ledger(Store(Path(store)), settings) as ledger:
        made: list[FastAPI] = []

        def make(address: str) -> FastAPI:
            made.append(create_app(ApiSettings(demo=True, public_base_url=address), desk))
            return made[0]

        address = serve(make)
        with signed_in(address, "daniel") as client:
            line = client.get("/v1/findings").json()["findings"][0]
            handle = line["subjects"][0]["person"]["handle"]
            record = client.get(f"/v1/persons/{handle}/links").json()["records"][0]
        known = {"person": handle, "finding": line["finding_id"], "record": record}
        yield OwnHub(address, routes_of(made[0]), lambda: ledger.head().tree_size, known)


def signed_in(address: str, user: str) -> httpx.Client:
    """A program of a made-up user, who works for the purpose of their role."""
    role = next(one.role for one in MADE_UP_USERS if one.key == user)
    stated = {"Purpose": PURPOSES.get(role, "safeguarding_s47"), "Purpose-Reason": "Test"}
    return httpx.Client(
        base_url=address, headers=stated | {"Authorization": f"Bearer demo-{user}"}, timeout=60
    )


@pytest.fixture
def browser(own: OwnHub) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=own.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60) as client:
        yield client


USERS = [user.key for user in MADE_UP_USERS]
# Of two users in one role the second walks with the longer tests.
OFTEN = [pytest.param(one, marks=pytest.mark.faults if one == "marek" else ()) for one in USERS]
PAGES_OFTEN = ("daniel", "ines")
REFUSED_OFTEN = ("amina", "eleri", "tom")


def walk(own: OwnHub, user: str, known: dict[str, str], **headers: str) -> list[tuple[str, int, int]]:
    """The views that answered in another way than they may, or left another number of entries than one."""
    wrong = []
    with signed_in(own.address, user) as client:
        for route in json_views(own.routes):
            before = own.entries()
            answer = route.ask(client, known, **headers)
            left = own.entries() - before
            may = (403,) if headers else (200, 400, 403, 404, 409)
            if left != 1 or answer.status_code not in may:
                wrong.append((route.name, answer.status_code, left))
    return wrong


@pytest.mark.parametrize("user", OFTEN)
def test_every_view_leaves_exactly_one_entry_whatever_it_answers(own: OwnHub, user: str) -> None:
    assert walk(own, user, own.known) == []


# A purpose is refused before anything else is looked at: three roles in every run, the others with the longer tests.
@pytest.mark.parametrize(
    "user",
    [pytest.param(one, marks=() if one in REFUSED_OFTEN else pytest.mark.faults) for one in USERS],
)
def test_every_view_leaves_exactly_one_entry_for_a_purpose_that_is_none(own: OwnHub, user: str) -> None:
    assert walk(own, user, own.known, Purpose="no_such_purpose") == []


@pytest.mark.faults
@pytest.mark.parametrize("user", USERS)
def test_an_empty_answer_leaves_exactly_one_entry_too(own: OwnHub, user: str) -> None:
    assert walk(own, user, dict.fromkeys(own.known, "nobody")) == []


@pytest.mark.parametrize(
    "user", [pytest.param(one, marks=() if one in PAGES_OFTEN else pytest.mark.faults) for one in USERS]
)
def test_every_page_leaves_exactly_one_entry_whatever_it_answers(
    own: OwnHub, browser: httpx.Client, user: str
) -> None:
    role = next(one.role for one in MADE_UP_USERS if one.key == user)
    browser.post("/sign-in", data={"user": user})
    stated = {"purpose": PURPOSES.get(role, "safeguarding_s47"), "reason": "Every page"}
    assert browser.post("/purpose", data=stated).status_code == 303
    wrong = []
    for route in pages(own.routes):
        before = own.entries()
        answer = route.ask(browser, own.known)
        left = own.entries() - before
        statuses = {200, 303, 400, 403, 404, 409} | ({422} if route.name in {*SEVERAL, *FILES} else set())
        several = SEVERAL.get(route.name, {1}) if answer.status_code in (200, 422) else {1}
        if left not in ({0} if route.name in QUIET else several) or answer.status_code not in statuses:
            wrong.append((route.name, answer.status_code, left))
    assert wrong == []


def test_nothing_but_the_doors_answers_who_is_not_signed_in(own: OwnHub, browser: httpx.Client) -> None:
    wrong = []
    for route in own.routes:
        before = own.entries()
        answer = route.ask(browser, own.known)
        left = own.entries() - before
        to_sign_in = answer.headers.get("location", "").startswith("/sign-in")
        shut = answer.status_code == 303 and to_sign_in if route.is_page else answer.status_code == 401
        # A message that no partner signed is written down; nobody else left their name.
        expected = (True, 1) if route.path.startswith(FROM_HUBS) else (True, 0)
        if route.name not in OPEN | WAYS_IN and (bool(shut), left) != expected:
            wrong.append((route.name, answer.status_code, left))
    assert wrong == []


def test_no_page_shows_anything_before_a_purpose_is_stated(own: OwnHub, browser: httpx.Client) -> None:
    browser.post("/sign-in", data={"user": "daniel"})
    wrong = []
    for route in pages(own.routes):
        if route.name == "GET /purpose":
            continue
        before = own.entries()
        answer = route.ask(browser, own.known)
        asked = answer.status_code == 303 and answer.headers["location"].startswith("/purpose")
        if own.entries() != before or not (asked or (route.name == "GET /" and answer.status_code == 200)):
            wrong.append((route.name, answer.status_code, answer.headers.get("location")))
    assert wrong == []
