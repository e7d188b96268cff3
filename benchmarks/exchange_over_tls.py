"""Two hubs over TLS with client certificates on loopback: one asks, the other listens in a process of its own."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from access import Description, Principal, Purpose, QuestionGiven
from benchmarks.certificates import Authority, Certificate
from mashlink.demo_hubs import home_settings, make_partners, neighbour_settings
from mashlink.settings import Settings, load_settings
from mashlink.wiring import hub_client, open_desk, open_ledger
from records.errors import PartnerUnavailable
from records.ledger import Actor, keep_partner
from records.snapshot import Store

BASIS: Final = "children_act_1989_s47"
WHY: Final = Purpose("cross_border", "Benchmark")
ANSWER_MS: Final = 150
_LETTERS: Final = "abcdefghij"
_ROOT: Final = Path(__file__).parents[1]
_TRIES: Final = 600


@dataclass(frozen=True, slots=True)
class Listening:
    """A hub that listens over TLS: its address, what it logs, and the settings with which the other asks it."""

    address: str
    log: Path
    settings: Settings
    home: Path
    neighbour: Path

    def ask(self, description: Description) -> tuple[str, float]:
        """Status of the answer to one question, and its milliseconds from the desk to the entry on the asker's ledger."""
        return self.ask_all([description])[0]

    def ask_all(self, descriptions: list[Description]) -> list[tuple[str, float]]:
        """The same of several, one after the other, over the connection that the first one opens."""
        reader = Principal("op", "Op", "operator", self.settings.hub, self.settings.hub)
        told = []
        with open_desk(self.home, self.settings) as desk, hub_client(desk, self.settings) as client:
            for description in descriptions:
                question = QuestionGiven("neighbour", secrets.token_hex(16), BASIS, description=description)
                began = time.perf_counter()
                with desk.open(reader, WHY, "exchange_ask") as view:
                    status = view.ask_hub(question, client.send).status
                told.append((status, (time.perf_counter() - began) * 1000))
        return told

    def entries(self) -> tuple[int, int]:
        """Questions answered, on the asking hub's ledger and on the other's."""
        counted = []
        for store, act, hub in (
            (self.home, "exchange_ask", "home"),
            (self.neighbour, "exchange_answer", "neighbour"),
        ):
            with open_ledger(Store(store), self.settings.model_copy(update={"hub": hub})) as ledger:
                found = [one.entry for one in ledger.entries(act=act)]
                counted.append(sum(one.outcome in ("answered", "empty") for one in found))
        return counted[0], counted[1]

    def with_certificate(self, shown: Certificate | None) -> "Listening":
        """The same hub asked by somebody who shows another certificate, or none."""
        changed = {
            "exchange_certificate": shown.certificate if shown else None,
            "exchange_certificate_key": shown.key if shown else None,
        }
        return replace(self, settings=self.settings.model_copy(update=changed))


@contextmanager
def listening(
    home: tuple[Path, Settings], neighbour: tuple[Path, Settings], authority: Authority
) -> Iterator[Listening]:
    """The neighbour listening over TLS while the block lasts; the home hub knows its address from then on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, log = f"https://127.0.0.1:{port}", authority.file.with_name("neighbour.log")
    settings = home[1].model_copy(
        update=_tls(authority.certify("home"))
        | {"exchange_worker_a_day": 10_000, "exchange_hub_a_day": 10_000}
    )
    actor = Actor("benchmark", "operator", settings.hub, "audit", "Address over TLS")
    with open_ledger(Store(home[0]), settings) as ledger:
        partner = ledger.state().exchange.partners["neighbour"]
        keep_partner(ledger, actor, replace(partner, address=address))
    theirs = _tls(authority.certify("neighbour")) | {
        "hub": neighbour[1].hub,
        "exchange_band_seconds": neighbour[1].exchange_band_seconds,
        "exchange_worker_a_day": 10_000,
        "exchange_hub_a_day": 10_000,
    }
    told = {f"MASHLINK_{name.upper()}": str(value) for name, value in theirs.items()} | {
        "PYTHONPATH": str(_ROOT)
    }
    command = [
        sys.executable,
        "-m",
        "mashlink",
        "exchange",
        "serve",
        "--store",
        str(neighbour[0]),
        "--port",
        str(port),
    ]
    with (
        log.open("wb") as written,
        subprocess.Popen(command, env=os.environ | told, stderr=written) as process,
    ):
        try:
            found = Listening(address, log, settings, home[0], neighbour[0])
            _wait_for(found, process)
            yield found
        finally:
            process.terminate()


def over_tls(stores: tuple[Path, Path], questions: int) -> list[tuple[str, str, str, bool]]:
    """Figure, what was measured, the bar and whether it is reached, of so many questions after a warm one."""
    strangers = [
        Description(
            given_name=f"Qu{''.join(_LETTERS[int(digit)] for digit in str(number))}",
            family_name="Brackwater",
            date_of_birth=date(2012, 3, 9),
        )
        for number in range(questions)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        copies = [Path(scratch) / name for name in ("home", "neighbour")]
        for store, copy in zip(stores, copies, strict=True):
            shutil.copytree(store, copy, ignore=shutil.ignore_patterns("ledger*", "keys", "*.lock"))
        settings = home_settings(load_settings(), 1), neighbour_settings(load_settings(), 2)
        hubs = (copies[0], settings[0]), (copies[1], settings[1])
        make_partners(*hubs)
        with listening(*hubs, Authority(Path(scratch) / "certificates")) as hub:
            before = hub.entries()
            took = sorted(ms for _, ms in hub.ask_all(strangers))
            after = hub.entries()
    band = settings[1].exchange_band_seconds * 1000
    at95, bar = took[int(0.95 * len(took)) - 1], ANSWER_MS + band
    written = [one - two for one, two in zip(after, before, strict=True)]
    return [
        (
            "one question over TLS, both ledgers written, 95th",
            f"{at95:.0f} ms (median {took[len(took) // 2]:.0f})",
            f"≤ {ANSWER_MS} ms and the band of {band:.0f}",
            at95 <= bar,
        ),
        ("entries of those questions on either ledger", f"{written[0]} and {written[1]}", str(questions), written == [questions] * 2),
    ]  # fmt: skip


def _tls(shown: Certificate) -> dict[str, Path | str | float | int]:
    return {
        "exchange_certificate": shown.certificate,
        "exchange_certificate_key": shown.key,
        "exchange_authority": shown.authority,
    }


def _wait_for(hub: Listening, process: subprocess.Popen[bytes]) -> None:
    """Return once a question is answered, however long the machine takes. Raises PartnerUnavailable when the hub has ended."""
    somebody = Description(given_name="Ottoline", family_name="Warmley", date_of_birth=date(1990, 3, 9))
    for tried in range(_TRIES):
        try:
            hub.ask(somebody)
        except PartnerUnavailable:
            if process.poll() is not None or tried == _TRIES - 1:
                raise
            time.sleep(0.5)
        else:
            return
