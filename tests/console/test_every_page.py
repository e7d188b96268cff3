"""Every page in every role, the pages found by asking the application: fit for everyone, from this host alone, and light.

A new page is walked as soon as it has a route. What its address takes beside fixed words is looked up in ``Places``.
"""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import duckdb
import httpx
import pytest
from fastapi.routing import APIRoute

from api import MADE_UP_USERS
from api.app import PAGES
from records.snapshot import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hub")]
PURPOSES = {
    "amina": "emerging_harm",
    "daniel": "safeguarding_s47",
    "priya": "safeguarding_s47",
    "marek": "safeguarding_s47",
    "eleri": "cross_border",
    "rosa": "data_quality",
    "gwen": "marac",
    "ines": "audit",
    "sol": "data_quality",
    "anwen": "data_quality",
    "tom": "audit",
}
# The ways in and out, and what answers with a file or a part of a page.
NO_PAGES = re.compile(r"^/sign-in|^/sign-out|\.\{form\}$|/draft$|/network/more$|/review/next$|/lives-with$")
# With everything that it loads.
HEAVIEST = 300_000
# 400% of 1280 pixels.
NARROW = 320


def page_routes() -> list[str]:
    """The address of every page that is asked for by GET, as its route has it."""
    found = {
        route.path
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in route.methods and not NO_PAGES.search(route.path)
    }
    assert len(found) > 30
    return sorted(found)


@dataclass
class Places:
    """What stands in the addresses of pages for one reader; "nobody" where they see none of the kind."""

    of: dict[str, str] = field(default_factory=dict)

    def fill(self, route: str) -> str:
        """The address of a route; a part of a name that is not known fails, so that a new kind of page is not passed by."""
        known = {"statistic": "cases", "request_id": "none", **self.of}
        address = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], route)
        if route.endswith("/rows"):
            return address + "?cell=&cell=&cell="
        return address + (f"?to={known['handle']}" if route.endswith("/paths") else "")


def places_of(reader: httpx.Client, hub: Any) -> Places:
    """A person, finding, pair, meeting and case that this reader may open, found as they would find them."""
    places = Places(dict.fromkeys(("handle", "finding_id", "pair", "meeting", "case"), "nobody"))

    def look(name: str, where: str, pattern: str) -> None:
        if found := re.search(pattern, reader.get(where).text):
            places.of[name] = found[1]

    look("finding_id", "/findings", r'href="/findings/([^"?]+)" data-row')
    look("pair", "/review", r'href="/review/([^"?]+)" data-row')
    look("handle", f"/findings/{places.of['finding_id']}", r'href="/people/([^"/]+)"')
    if places.of["handle"] == "nobody":
        with duckdb.connect(str(Store(hub.store).current_path()), read_only=True) as connection:
            [described] = connection.execute(
                """SELECT concat_ws(' ', given_name, family_name, date_of_birth) FROM record JOIN label USING (label_id)
                   WHERE label.agency = 'police' AND category = 'ordinary' AND given_name IS NOT NULL
                     AND date_of_birth IS NOT NULL ORDER BY record_id LIMIT 1"""
            ).fetchone() or ("",)
        told = reader.post("/search", data={"anything": described}).text
        if found := re.search(r'href="/people/([^"/]+)"', told):
            places.of["handle"] = found[1]
    if "Plan a meeting" in reader.get("/meetings").text:
        planned = {"reference": "MARAC-9", "held_on": "2099-11-20", "area": "Larkhaven"}
        places.of["meeting"] = reader.post("/meetings", data=planned).url.path.rpartition("/")[2]
        way = f"/meetings/{places.of['meeting']}"
        if candidate := re.search(r'name="candidate" value="([^"]+)"', reader.get(f"{way}/candidates").text):
            listed = {"candidate": candidate[1], "grounds": "Referred to MARAC"}
            reader.post(f"{way}/cases", data=listed)
            look("case", way, rf'href="{way}/cases/([^"/]+)"')
    return places


def faults(page: Any, axe_script: str) -> list[str]:
    page.evaluate(axe_script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def unsafe(headers: dict[str, str]) -> list[str]:
    """What a policy of a page allows that it should not."""
    policy = headers.get("content-security-policy", "")
    return [word for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*") if word in policy] + (
        [] if "default-src 'none'" in policy or "default-src 'self'" in policy else ["no default"]
    )


def enter(page: Any, reader: httpx.Client, hub: Any) -> None:
    """Go on in the browser where the reader without one stands."""
    page.context.add_cookies(
        [{"name": name, "value": value, "url": hub.address} for name, value in reader.cookies.items()]
    )


@pytest.mark.faults
@pytest.mark.parametrize("user", [one.key for one in MADE_UP_USERS])
@pytest.mark.timeout(1500)
def test_every_page_of_a_role_is_fit_for_everyone(
    page: Any, hub: Any, reader: Callable[..., httpx.Client], axe_script: str, user: str
) -> None:
    client = reader(user, PURPOSES[user])
    places = places_of(client, hub)
    enter(page, client, hub)
    page.set_default_timeout(60_000)
    sent: list[Any] = []
    page.on("response", lambda answer: sent.append(answer))  # noqa: PLW0108 - Playwright asks a handler for its module
    found: list[str] = []
    refused: set[int] = set()
    for route in page_routes():
        address = places.fill(route)
        sent.clear()
        page.set_viewport_size({"width": 1200, "height": 900})
        answer = page.goto(address)
        page.wait_for_load_state("networkidle")
        found += [f"{route}: the policy allows {word}" for word in unsafe(answer.headers)]
        heavy = sum(_weight(one) for one in sent)
        found += [f"{route} weighs {heavy:,} bytes"] if heavy > HEAVIEST else []
        if answer.status in refused:
            continue  # The page that says no is the same whatever was asked for.
        if answer.status != 200:
            assert answer.status in (400, 403, 404), address
            refused.add(answer.status)
        found += faults(page, axe_script)
        page.set_viewport_size({"width": NARROW, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{route} is {wide} pixels wide"] if wide > NARROW else []
    assert found == []


def _weight(answer: Any) -> int:
    """Compressed bytes: files as they are sent; a page, which is sent as it is lest its size tell what is on it, as it would be."""
    if not answer.ok:
        return 0
    length = answer.headers.get("content-length")
    is_file = "/static/" in answer.url
    return int(length) if is_file and length else len(gzip.compress(answer.body()))


@pytest.mark.faults
@pytest.mark.parametrize("user", [one.key for one in MADE_UP_USERS])
@pytest.mark.timeout(900)
def test_every_page_says_its_words_with_scripts_off(
    chromium: Any, page: Any, hub: Any, reader: Callable[..., httpx.Client], user: str
) -> None:
    client = reader(user, PURPOSES[user])
    places = places_of(client, hub)
    enter(page, client, hub)
    plain = chromium.new_context(base_url=hub.address, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    without = plain.new_page()
    for one in (page, without):
        one.set_default_timeout(60_000)
    differs = []
    for route in page_routes():
        address = places.fill(route)
        if page.goto(address).status != 200:
            continue
        without.goto(address)
        for what in ("h1", "main table tbody tr", "main form", "main a[href]"):
            # Whom somebody lives with is fetched after the page; without scripts a link leads there.
            rows = [
                one.locator(what).and_(one.locator(":not(#lives-with *)")).count() for one in (page, without)
            ]
            if rows[0] != rows[1]:
                differs.append(f"{route}: {rows[0]} and {rows[1]} of {what}")
    plain.close()
    assert differs == []


def test_before_signing_in_too(page: Any, axe_script: str) -> None:
    page.goto("/sign-in")
    assert faults(page, axe_script) == []
