"""A whole desk at work, and a build: nobody of the store stands in what they write to their logs, or in their numbers."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api import MADE_UP_USERS
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900), pytest.mark.xdist_group("hub")]
TOKEN, SECRET = "a-token-for-prometheus", "a-secret-of-the-provider"
ENVIRONMENT = {"MASHLINK_LOG_FORMAT": "json", "MASHLINK_METRICS_TOKEN": TOKEN}


def people(store: Path) -> tuple[set[str], set[str]]:
    """The words of names in a store, lower-case; and its dates of birth, numbers, telephones and addresses as they are written."""
    with Store(store).open_current() as connection:
        names = connection.execute(
            "SELECT given_name FROM record UNION SELECT family_name FROM record UNION SELECT full_name FROM record"
        ).fetchall()
        numbers = connection.execute(
            """SELECT value FROM identifier UNION SELECT value FROM thing_use UNION SELECT address FROM address_spell
               UNION SELECT postcode FROM address_spell UNION SELECT strftime(date_of_birth, '%Y-%m-%d') FROM record
               UNION SELECT strftime(date_of_birth, '%d/%m/%Y') FROM record UNION SELECT record_id FROM record
               UNION SELECT original FROM set_aside"""
        ).fetchall()
    words = {word.lower() for (name,) in names if name for word in re.findall(r"[^\W\d_]{3,}", name)}
    # A short number may stand in a time of day.
    return words, {str(value) for (value,) in numbers if value and len(str(value)) >= 6}


def told_of(text: str, store: Path, own: str) -> tuple[set[str], set[str]]:
    """Whom a text names, beside words of ``own``: what the program says whomever it works for."""
    words, numbers = people(store)
    assert len(words) > 100
    assert len(numbers) > 1_000
    said = {word.lower() for word in re.findall(r"[^\W\d_]{3,}", text)}
    said -= {word.lower() for word in re.findall(r"[^\W\d_]{3,}", own)}
    return said & words, {one for one in numbers if one in text}


@pytest.fixture
def serving(hub: Any, tmp_path: Path, unused_port: int) -> Iterator[tuple[str, Path, Path]]:
    """A service over a copy of the hub's store: its address, its store, and the file of its log."""
    store, log = tmp_path / "store", tmp_path / "log"
    store.mkdir()
    shutil.copytree(hub.store / "snapshots", store / "snapshots")
    shutil.copy(hub.store / "CURRENT", store)
    command = [
        sys.executable,
        "-m",
        "mashlink",
        "serve",
        "--store",
        str(store),
        "--demo",
        "--port",
        str(unused_port),
    ]
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            stdout=written,
            stderr=written,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())} | ENVIRONMENT,
        )
    address = f"http://127.0.0.1:{unused_port}"
    try:
        for _ in range(600):
            with suppress(httpx.HTTPError):
                if httpx.get(f"{address}/readyz").status_code == 200:
                    break
            time.sleep(0.1)
        yield address, store, log
    finally:
        process.terminate()
        process.wait(60)


def walk(client: httpx.Client, document: dict[str, Any], person: dict[str, str]) -> None:
    """Ask every JSON view about a real person: their name, number and day of birth in path, query, body and reason."""
    stated = {
        "Purpose-Reason": quote(f"{person['given_name']} {person['family_name']}"),
        "Case-Reference": person["number"],
    }
    for purpose in ("safeguarding_s47", "audit", "no_such_purpose"):
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                where = re.sub(r"\{\w+\}", person["handle"], path)
                body = (
                    told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                )
                given = dict.fromkeys(("family_name", "given_name", "date_of_birth"))
                client.request(
                    method.upper(),
                    where,
                    params={
                        "q": person["family_name"],
                        "record": person["record"],
                        "handle": person["handle"],
                    },
                    json={name: person[name] for name in given} if body else None,
                    headers=stated | {"Purpose": purpose},
                )
    for path in (
        f"/v1/persons/{person['family_name']}",
        f"/people/{person['number']}",
        f"/{person['given_name']}",
    ):
        client.get(path, headers=stated | {"Purpose": "safeguarding_s47"})
    client.post("/v1/lookup", content=json.dumps(person["family_name"]), headers=stated)
    client.get("/v1/findings", headers=stated | {"Authorization": f"Bearer {quote(person['family_name'])}"})


def test_whoever_is_looked_for_stands_in_no_log_and_no_number(serving: tuple[str, Path, Path]) -> None:
    address, store, log = serving
    with Store(store).open_current() as connection:
        row = connection.execute(
            """SELECT r.given_name, r.family_name, strftime(r.date_of_birth, '%Y-%m-%d'), r.record_id, i.value
               FROM record r JOIN identifier i USING (record_id)
               WHERE r.date_of_birth IS NOT NULL AND r.given_name IS NOT NULL ORDER BY r.record_id LIMIT 1"""
        ).fetchall()[0]
    person = dict(zip(("given_name", "family_name", "date_of_birth", "record", "number"), row, strict=True))
    with httpx.Client(base_url=address, timeout=60) as client:
        document = client.get("/v1/openapi.json").json()
        for user in MADE_UP_USERS:
            client.headers["Authorization"] = f"Bearer demo-{user.key}"
            found = client.post("/v1/lookup", json={name: person[name] for name in ("given_name", "family_name", "date_of_birth")},
                headers={"Purpose": "safeguarding_s47", "Purpose-Reason": "Test"})  # fmt: skip
            candidates = found.json().get("candidates") or [{"person": {"handle": "nobody"}}]
            walk(client, document, person | {"handle": candidates[0]["person"]["handle"]})
        numbers = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    written = log.read_text()
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert len(lines) > 500
    assert {one["level"] for one in lines} <= {"info", "warning"}
    # What the service says whoever is asked for: its routes, and the words around them.
    own = " ".join(
        [
            *document["paths"],
            *(one["route"] for one in lines if "route" in one),
            *(one["logger"] for one in lines),
        ]
    )
    own += " ".join({one["message"] for one in lines if one["logger"].startswith("uvicorn")}) + str(store)
    shown = "\n".join(one["message"] for one in lines)
    assert told_of(shown, store, own + " Refused without proof who asks") == (set(), set())
    assert told_of(
        numbers, store, own + " ".join(line for line in numbers.splitlines() if line.startswith("#"))
    ) == (set(), set())
    assert all(secret not in written + numbers for secret in (TOKEN, SECRET, "demo-"))


def test_a_build_names_nobody_whatever_is_wrong_with_its_feeds(hub: Any, tmp_path: Path) -> None:
    feeds = shutil.copytree(hub.store.parent / "region" / "feeds", tmp_path / "feeds")
    store = shutil.copytree(hub.store, tmp_path / "store")
    settings = tmp_path / "hub.toml"
    settings.write_text(f'oidc_client_secret = "{SECRET}"\nmetrics_token = "{TOKEN}"\n')
    said = []

    def build(*more: str) -> int:
        command = [
            sys.executable,
            "-m",
            "mashlink",
            "build",
            "--feeds",
            str(feeds),
            "--store",
            str(store),
            "--settings",
            str(settings),
        ]
        done = subprocess.run(
            [*command, *more],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )
        said.append(done.stdout + done.stderr)
        return done.returncode

    files = sorted(one for one in feeds.rglob("*.csv"))
    whole = files[0].read_bytes()
    # Torn in the middle of a row, then without its header, then with bytes of another encoding in it.
    files[0].write_bytes(whole[: len(whole) - 37])
    assert build() == 0
    files[0].write_bytes(whole.partition(b"\n")[2])
    assert build() != 0
    files[0].write_bytes(whole[:5_000] + b"\xff\x00\xfe" + whole[5_000:])
    assert build("--json") == 0
    files[0].write_bytes(whole)
    settings.write_text(f'oidc_client_secret = "{SECRET}"\nmetrics_token = ["{TOKEN}"]\n')
    assert build() != 0
    names, numbers = told_of(
        "\n".join(said), store, " ".join(one.stem + one.parent.name for one in feeds.rglob("*"))
    )
    # Words of ours that are names as well; somebody's name would come with their number.
    assert names <= {
        "first",
        "may",
        "mark",
        "will",
        "grant",
        "read",
        "house",
        "page",
        "hall",
        "day",
        "law",
        "rule",
        "rose",
        "bond",
    }
    assert numbers == set()
    assert all(secret not in "".join(said) for secret in (TOKEN, SECRET))
