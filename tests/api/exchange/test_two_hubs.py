"""Two hubs as two processes on loopback, each with a store and keys of its own: ask, hit, request, grant in part."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from access import Description, ExchangeKeys, PartnerUnavailable
from api.exchange.messages import BODY_BYTES, padded
from api.exchange.signing import SignedAs, sign_request
from benchmarks.certificates import IS_OVER, Authority
from benchmarks.exchange_over_tls import listening
from linkage import PersonFacts, gathered, tokens
from mashlink.build import BuildRequest, build
from mashlink.demo_hubs import home_settings, make_partners, neighbour_settings
from mashlink.reconciling import exchange_witnesses, reconcile_with
from mashlink.settings import Settings
from mashlink.wiring import hub_client, open_desk, open_ledger
from records.ledger import Actor
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]
BASIS = "children_act_1989_s47"
QUESTIONS = "/v1/exchange/hub/questions"


@dataclass
class Running:
    """A hub in a process of its own."""

    settings: Settings
    store: Path
    address: str

    def ask(self, user: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer demo-{user}",
            "Purpose": "cross_border",
            "Purpose-Reason": "Family moved",
            "Case-Reference": "X-1",
        }
        return httpx.request(method, self.address + path, json=body, headers=headers, timeout=120)

    def entries(self, act: str) -> list[Any]:
        with open_ledger(Store(self.store), self.settings) as ledger:
            return [one.entry for one in ledger.entries(act=act)]


@dataclass
class Pair:
    home: Running
    neighbour: Running

    def send(self, body: bytes, **changed: Any) -> httpx.Response:
        """A message of the home hub's own keys to the neighbour; what is signed may be changed."""
        keys = ExchangeKeys(Store(changed.pop("keys", self.home.store)).keys_path, "home")
        now = int(time.time())
        signed = SignedAs(
            **({"hub": "home", "created": now, "expires": now + 45, "nonce": secrets.token_hex(16)} | changed)
        )
        headers = sign_request(keys.sign, signed, QUESTIONS, body)
        return httpx.post(self.neighbour.address + QUESTIONS, content=body, headers=headers, timeout=120)

    def question(self, **changed: Any) -> bytes:
        keys = ExchangeKeys(Store(self.home.store).keys_path, "home")
        with open_ledger(Store(self.home.store), self.home.settings) as ledger:
            partner = ledger.state().exchange.partners["neighbour"]
        epoch = time.strftime("%Y-%m", time.gmtime())
        facts = PersonFacts("Ottoline", "Brackwater", None, date(2012, 3, 9), nhs_number=None)
        message = {
            "version": 1,
            "kind": "question",
            "from": "home",
            "to": "neighbour",
            "id": secrets.token_hex(16),
            "worker": secrets.token_hex(16),
            "role": "exchange_officer",
            "purpose": "cross_border",
            "legal_basis": BASIS,
            "epoch": epoch,
            "tokens": tokens(keys.pair_key(partner, epoch), gathered([facts])),
        }
        return padded(message | changed, BODY_BYTES)


def ports(count: int) -> list[int]:
    import socket  # noqa: PLC0415 - for this alone

    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@pytest.fixture(scope="module")
def pair(hub: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("two-hubs")
    home, neighbour = folder / "home", folder / "neighbour"
    shutil.copytree(hub.store, home, ignore=shutil.ignore_patterns("ledger*", "keys", "*.lock"))
    first, second = ports(2)
    settings = home_settings(Settings(), first), neighbour_settings(Settings(), second)
    build(
        BuildRequest(feeds=hub.store.parent / "region" / "neighbour" / "feeds", store=neighbour), settings[1]
    )
    make_partners((home, settings[0]), (neighbour, settings[1]))
    running, processes = [], []
    with ExitStack() as ended:
        for store, own, port in ((home, settings[0], first), (neighbour, settings[1], second)):
            told = {
                "PYTHONPATH": str(Path.cwd()),
                "MASHLINK_HUB": own.hub,
                "MASHLINK_EXCHANGE_ADDRESS": own.exchange_address or "",
                "MASHLINK_EXCHANGE_BAND_SECONDS": "0.1",
            }
            command = [
                sys.executable,
                "-m",
                "mashlink",
                "serve",
                "--demo",
                "--store",
                str(store),
                "--port",
                str(port),
            ]
            process = subprocess.Popen(command, env=os.environ | told, stderr=subprocess.DEVNULL)
            ended.callback(process.wait)
            ended.callback(process.terminate)
            processes.append(process)
            running.append(Running(own, store, f"http://127.0.0.1:{port}"))
        for one, process in zip(running, processes, strict=True):
            wait_for(one.address, process)
        yield Pair(*running)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the hub answers, however long the machine takes; fail when it has ended."""
    while process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail("A hub did not start.")


def somebody_at(store: Path) -> dict[str, str]:
    """A person of whom the store has several dated events."""
    (snapshot,) = (store / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        given, family, born = connection.execute(
            """SELECT given_name, family_name, date_of_birth FROM person p
               JOIN membership m USING (scope, person_id) JOIN involvement USING (record_id)
               WHERE scope = 'hub_ordinary' AND given_name IS NOT NULL AND NOT is_professional
                 AND day(date_of_birth) > 1
               GROUP BY ALL ORDER BY count(DISTINCT event_id) DESC, 1, 2 LIMIT 1"""
        ).fetchone() or ("", "", "")
    return {"given_name": given, "family_name": family, "date_of_birth": str(born)}


def test_ask_request_and_grant_in_part_on_both_ledgers(pair: Pair) -> None:
    question, request = secrets.token_hex(16), secrets.token_hex(16)
    about = {"hub": "neighbour", "question_id": question, "legal_basis": BASIS}
    answer = pair.home.ask(
        "eleri", "POST", "/v1/exchange/questions", about | {"sought": somebody_at(pair.neighbour.store)}
    )
    assert (answer.status_code, answer.json()["hit"]) == (200, True), answer.text

    wanted = about | {"request_id": request, "asked": "Concerns of two years"}
    assert pair.home.ask("eleri", "POST", "/v1/exchange/requests", wanted).json()["state"] == "waiting"
    page = pair.neighbour.ask("daniel", "GET", f"/v1/exchange/requests/{request}").json()
    decision = {
        "decision": "granted_in_part",
        "grounds": "Relevant to the enquiry",
        "events": [page["events"][0]["event"]],
        "conditions": "Not to be passed on",
        "ends_on": str(date.today() + timedelta(days=30)),  # noqa: DTZ011 - the hub under test goes by the host's day
    }
    path = f"/v1/exchange/requests/{request}"
    assert len(page["events"]) > 1
    assert pair.neighbour.ask("daniel", "POST", f"{path}/decision", decision).status_code == 200
    got = pair.home.ask("eleri", "POST", f"{path}/collect", {"message_id": secrets.token_hex(16)}).json()
    assert (got["state"], len(got["history"]["lines"])) == ("granted_in_part", 1)
    assert got["history"]["conditions"] == "Not to be passed on"

    assert [one.details["status"] for one in pair.home.entries("exchange_ask")] == [answer.json()["status"]]
    assert [one.details["decision"] for one in pair.neighbour.entries("exchange_decide")] == [
        "granted_in_part"
    ]
    for acts in (("exchange_ask", "exchange_answer"), ("exchange_request", "exchange_requested"), ("exchange_collect", "exchange_disclose")):  # fmt: skip
        assert len(pair.home.entries(acts[0])) == len(pair.neighbour.entries(acts[1])) == 1
    actor = Actor("op", "operator", "home", "audit", "Comparing")
    until = datetime.now(UTC) + timedelta(hours=1)
    with (
        open_desk(pair.home.store, pair.home.settings) as desk,
        hub_client(desk, pair.home.settings) as client,
    ):
        found = reconcile_with(desk, client, actor, "neighbour", (until - timedelta(days=1), until))
        kept = exchange_witnesses(desk, client, actor, "neighbour")
    assert (found.agrees, found.compared) == (True, 3)
    assert min(kept) > 0


def test_what_does_not_hold_is_refused_and_written_down(pair: Pair, tmp_path: Path) -> None:
    now = int(time.time())
    altered = pair.question()
    nonce = secrets.token_hex(16)
    assert pair.send(pair.question(), nonce=nonce).status_code == 200
    cases = {
        "replayed": pair.send(pair.question(), nonce=nonce),
        "expired": pair.send(pair.question(), created=now - 300, expires=now - 255),
        "clock": pair.send(pair.question(), created=now + 300, expires=now + 345),
        "signature": pair.send(pair.question(), keys=tmp_path),
        "unknown_hub": pair.send(pair.question(), hub="nobody"),
        "too_large": pair.send(b" " * 70_000),
        "version": pair.send(pair.question(version=2)),
        "form": pair.send(pair.question(to="another")),
        "epoch": pair.send(pair.question(epoch="2020-01")),
    }
    headers = sign_request(
        ExchangeKeys(Store(pair.home.store).keys_path, "home").sign,
        SignedAs("home", now, now + 45, secrets.token_hex(16)), QUESTIONS, altered,
    )  # fmt: skip
    body = altered.replace(b'"cross_border"', b'"safeguarding"')
    cases["altered"] = httpx.post(
        pair.neighbour.address + QUESTIONS, content=body, headers=headers, timeout=120
    )
    for code, answer in cases.items():
        assert (answer.status_code, answer.json()["refused"]) == (401, code)
    denied = [one for one in pair.neighbour.entries("exchange_answer") if one.outcome == "denied"]
    assert len(denied) == len(cases)
    huge = httpx.post(pair.neighbour.address + QUESTIONS, content=b" " * 300_000, timeout=120)
    assert huge.status_code == 413
    assert pair.neighbour.entries("exchange_answer")[-1].details["refused"] == "too_large"


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_over_tls_only_a_partner_with_a_certificate_that_holds_is_spoken_to(
    pair: Pair, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "ours")
    home, neighbour = (pair.home.store, pair.home.settings), (pair.neighbour.store, pair.neighbour.settings)
    asked = Description(given_name="Quabella", family_name="Brackwater", date_of_birth=date(2012, 3, 9))
    with listening(home, neighbour, authority) as hub:
        before = hub.entries()
        assert hub.ask(asked)[0] == "NoMatch"
        assert hub.entries() == (before[0] + 1, before[1] + 1)
        stranger = replace(Authority(tmp_path / "theirs").certify("hub"), authority=authority.file)
        for shown, why in (
            (None, "PEER_DID_NOT_RETURN_A_CERTIFICATE"),
            (authority.certify("late", IS_OVER), "certificate has expired"),
            (stranger, "unable to get local issuer certificate"),
        ):
            with pytest.raises(PartnerUnavailable, match="cannot be reached"):
                hub.with_certificate(shown).ask(asked)
            assert f"turned away before any message: {why}" in hub.log.read_text()
        # The other way round: a hub that shows a certificate of nobody's is not told anything.
        unknown = hub.settings.model_copy(update={"exchange_authority": Authority(tmp_path / "other").file})
        with pytest.raises(PartnerUnavailable, match="cannot be reached"):
            replace(hub, settings=unknown).ask(asked)
        assert hub.entries()[1] == before[1] + 1
