"""Another vendor's program, written from docs/exchange-protocol.md alone: nothing of the house signs, pads or makes a token here."""

import base64
import hashlib
import hmac
import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from access import Partner
from api import create_exchange_app
from mashlink.settings import Settings
from mashlink.wiring import card_of, exchange_api_settings, open_desk, open_ledger
from records.ledger import Actor, keep_partner
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]
NUMBER = {"number": 2, "named": 4, "called": 8, "turned": 4, "part": 9, "slip": 36, "heard": 6, "sound": 3}
OWN = "othervendor"


def body_of(message: dict[str, Any]) -> bytes:
    def written(one: dict[str, Any]) -> bytes:
        return json.dumps(one, sort_keys=True, separators=(",", ":")).encode("ascii")

    bare = written(message | {"padding": ""})
    return written(message | {"padding": " " * (-len(bare) % 8192)})


def tokens_of(key: bytes, given: str, family: str, born: str) -> dict[str, list[str]]:
    """A program that knows neither sounds nor short forms fills the kinds that it does not make."""
    year, month, day = born.split("-")
    pair = "|".join(sorted((given, family)))
    texts = {kind: [] for kind in NUMBER} | {
        "named": [f"named|{pair}|{born}"],
        "called": [f"called|{pair}|{born}"],
        "turned": [f"turned|{pair}|{year}|{min(day, month)}|{max(day, month)}"],
        "part": [f"part|{pair}|{one}" for one in (f"{year}-{month}-??", f"{year}-??-{day}", f"{year[:3]}?-{month}-{day}")],
    }  # fmt: skip
    every = "\n".join(sorted(text for several in texts.values() for text in several))

    def token(text: str) -> str:
        return hmac.digest(key, text.encode(), hashlib.sha256)[:16].hex()

    return {
        kind: sorted(
            [token(text) for text in several]
            + [token(f"filling|{kind}|{place}|{every}") for place in range(NUMBER[kind] - len(several))]
        )
        for kind, several in texts.items()
    }


@dataclass
class OtherVendor:
    """A hub of another make: its keys, and the card of the hub that it talks to."""

    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    agreement: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    partner: Any = None
    address: str = ""

    def card(self) -> Partner:
        keys = (one.public_key().public_bytes_raw().hex() for one in (self.signing, self.agreement))
        return Partner(OWN, "Another hub", "https://other.invalid", "Ring", *keys)

    def key(self, epoch: str) -> bytes:
        shared = self.agreement.exchange(
            X25519PublicKey.from_public_bytes(bytes.fromhex(self.partner.agreement_key))
        )
        info = b"\x1f".join(
            [b"mashlink exchange tokens v1", *sorted((OWN.encode(), self.partner.hub.encode()))]
        )
        return HKDF(hashes.SHA256(), 32, epoch.encode(), info).derive(shared)

    def send(self, path: str, kind: str, **members: Any) -> dict[str, Any]:
        message = {
            "version": 1, "kind": kind, "from": OWN, "to": self.partner.hub, "id": secrets.token_hex(16), "worker": "a" * 32,
            "role": "exchange_officer", "purpose": "cross_border", "legal_basis": "children_act_1989_s47", "case_reference": None,
        }  # fmt: skip
        body, where, now = body_of(message | members), f"/v1/exchange/hub/{path}", int(time.time())
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        parameters = (
            f'("@method" "@path" "content-type" "content-digest");created={now};keyid="{OWN}";alg="ed25519";'
            f'expires={now + 45};nonce="{secrets.token_hex(16)}";tag="mashlink-exchange"'
        )
        base = (
            f'"@method": POST\n"@path": {where}\n"content-type": application/json\n"content-digest": {digest}\n'
            f'"@signature-params": {parameters}'
        )
        signature = base64.b64encode(self.signing.sign(base.encode())).decode()
        headers = {
            "Content-Type": "application/json",
            "Content-Digest": digest,
            "Signature-Input": f"hub={parameters}",
            "Signature": f"hub=:{signature}:",
        }
        answer = httpx.post(self.address + where, content=body, headers=headers, timeout=120)
        self._check(answer, digest)
        return {"status_code": answer.status_code, "length": len(answer.content)} | answer.json()

    def _check(self, answer: httpx.Response, asked: str) -> None:
        told = answer.headers
        assert (
            told["content-digest"]
            == f"sha-256=:{base64.b64encode(hashlib.sha256(answer.content).digest()).decode()}:"
        )
        base = (
            f'"@status": {answer.status_code}\n"content-type": {told["content-type"]}\n"content-digest": {told["content-digest"]}\n'
            f'"content-digest";req: {asked}\n"@signature-params": {told["signature-input"].partition("=")[2]}'
        )
        signature = base64.b64decode(told["signature"].partition("=")[2].strip(":"))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.partner.signing_key)).verify(
            signature, base.encode()
        )


@pytest.fixture
def vendor(hub: Any, tmp_path: Path, serve: Callable[..., str]) -> Iterator[tuple[OtherVendor, Path]]:
    store = tmp_path / "store"
    shutil.copytree(hub.store, store, ignore=shutil.ignore_patterns("ledger*", "keys", "*.lock"))
    settings = Settings(exchange_address="https://home.invalid", exchange_band_seconds=0.05)
    other = OtherVendor()
    with open_ledger(Store(store), settings) as ledger:
        keep_partner(ledger, Actor("op", "operator", "home", "audit", "Agreed"), other.card())
    other.partner = card_of(store, settings)
    with open_desk(store, settings) as desk:
        other.address = serve(lambda _: create_exchange_app(exchange_api_settings(settings), desk))
        yield other, store


def test_a_program_that_follows_the_page_asks_is_answered_and_asks_for_detail(
    vendor: tuple[OtherVendor, Path],
) -> None:
    other, store = vendor
    epoch = time.strftime("%Y-%m", time.gmtime())
    (snapshot,) = (store / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        given, family, born = connection.execute(
            """SELECT lower(given_name), lower(family_name), date_of_birth::VARCHAR FROM person
               WHERE scope = 'hub_ordinary' AND day(date_of_birth) > 1 AND NOT is_professional
                 AND regexp_full_match(given_name, '[A-Za-z]{4,}') AND regexp_full_match(family_name, '[A-Za-z]{4,}')
               ORDER BY record_count DESC, person_id LIMIT 1"""
        ).fetchone() or ("", "", "")
    question = secrets.token_hex(16)
    made = tokens_of(other.key(epoch), given, family, born)
    known = other.send("questions", "question", id=question, epoch=epoch, tokens=made)
    strange = tokens_of(other.key(epoch), "zorbax", "quinderley", "2012-03-09")
    unknown = other.send("questions", "question", epoch=epoch, tokens=strange)
    assert known["status"] in {"Match", "PotentialMatch"}
    assert unknown["status"] == "NoMatch"
    assert (known.keys(), known["length"], known["contact"]) == (unknown.keys(), 2048, unknown["contact"])

    wanted = {"question_id": question, "handle": known["handle"], "asked": "Concerns", "reason": "Enquiry"}
    request = secrets.token_hex(16)
    assert other.send("requests", "request", id=request, **wanted)["state"] == "received"
    assert other.send("collections", "collect", request_id=request)["state"] == "waiting"
    period = {"since": "2020-01-01T00:00:00+00:00", "until": "2099-01-01T00:00:00+00:00"}
    assert len(other.send("comparisons", "reconcile", **period)["answered"]) == 4
    assert other.send("witnesses", "witness", kept=0)["status_code"] == 200
    refused = other.send("questions", "question", id=question, epoch=epoch, tokens=strange)
    assert (refused["status_code"], refused["refused"]) == (409, "conflict")
