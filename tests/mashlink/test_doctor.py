"""``mashlink doctor`` finds what is wrong with a hub, says how to mend it, and changes nothing."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from mashlink.checkups import Checkup
from mashlink.doctor import examine
from mashlink.serve import ServeOptions, serve
from mashlink.settings import Settings
from records.erasure import ErasureKey
from records.errors import BadInput
from records.ledger import Actor, Entry, ErasureTerms, Ledger, Partner, erase_rows, hide, keep_partner
from records.snapshot import TABLES, Store, create_table

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENTRY = Entry("dana", "analyst", "home", "lookup", "answered", reason="Weekly review")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    with store.begin_build() as one:
        for table in TABLES:
            one.connection.execute(create_table(table))
        one.connection.execute(
            "INSERT INTO build (snapshot_id, build_number, as_of, hub) VALUES ('000001', 1, '2026-03-01', 'home')"
        )
        one.publish()
    with Ledger.open(store.ledger_path, store.keys_path, clock=lambda: NOW) as ledger:
        ledger.append(ENTRY)
    return store


def ill(store: Store, settings: Settings | None = None, now: datetime = NOW) -> list[Checkup]:
    return [one for one in examine(store.path, settings or Settings(), now) if one.verdict == "ill"]


def test_a_hub_that_stands_well_has_nothing_ill(store: Store) -> None:
    found = examine(store.path, Settings(), NOW)
    assert [one for one in found if one.verdict == "ill"] == []
    assert {one.of for one in found} >= {"settings", "keys", "snapshot", "ledger", "disk", "memory"}
    # What only somebody can decide is told, with its mend.
    assert all(one.mend for one in found if one.verdict == "look")


def test_a_hub_that_people_sign_in_to_has_a_name_of_its_own(store: Store) -> None:
    def named(name: str) -> list[str]:
        known = Settings.model_fields["hub_name"].default if name == "shipped" else name
        settings = Settings(oidc_issuer="http://127.0.0.1:9", hub_name=known)
        return [one.mend for one in examine(store.path, settings, NOW) if "made-up name" in one.said]

    assert "Set hub_name" in " ".join(named("shipped"))
    assert named("Larkhaven MASH") == []


def test_a_ledger_that_is_gone_is_ill(store: Store) -> None:
    store.ledger_path.unlink()
    [found] = ill(store)
    assert (found.of, found.said) == ("ledger", "No ledger.sqlite, though keys/head.json vouches for one.")
    assert not store.ledger_path.exists()


def test_findings_that_wait_for_a_build_are_told_of_and_of_whom_is_not(store: Store) -> None:
    officer = Actor("po", "privacy_officer", "home", "audit", "In danger")
    with Ledger.open(store.ledger_path, store.keys_path, clock=lambda: NOW) as ledger:
        hide(ledger, officer, ["police:e1"], ["mo"])
    (found,) = (one for one in examine(store.path, Settings(), NOW) if one.of == "findings")
    assert (found.verdict, found.mend[:18]) == ("look", "Run mashlink build")
    assert "police" not in found.said


def test_a_damaged_snapshot_is_found(store: Store) -> None:
    path = store.current_path()
    content = bytearray(path.read_bytes())
    for place in range(12_288, len(content)):
        content[place] ^= 0xFF
    path.write_bytes(bytes(content))
    assert [one.of for one in ill(store)] == ["snapshot"]


def test_another_hubs_settings_are_found(store: Store) -> None:
    (found,) = ill(store, Settings(hub="elsewhere"))
    assert "elsewhere" in found.said


def test_a_key_that_others_may_read_is_found(store: Store) -> None:
    (store.keys_path / "ledger-signing.key").chmod(0o644)
    (found,) = ill(store)
    assert found.mend.startswith("chmod 600")


def test_snapshots_that_everybody_may_read_are_found(store: Store) -> None:
    assert ill(store) == []
    store.snapshots_path.chmod(0o755)
    (found,) = ill(store)
    assert found.mend.startswith("chmod o-rwx")


def test_a_lost_erasure_key_is_found(store: Store) -> None:
    key = ErasureKey.of(store.keys_path)
    with Ledger.open(store.ledger_path, store.keys_path) as ledger:
        actor = Actor("op", "operator", "home", "data_rights", "Request granted")
        erase_rows(ledger, actor, ErasureTerms("person", key.key_id, key.digests("record", ["a:1"])))
    (store.keys_path / "erasure.key").unlink()
    assert any("erasure.key" in one.said for one in ill(store, now=datetime.now(UTC)))


def test_a_clock_that_was_put_back_is_found(store: Store) -> None:
    (found,) = ill(store, now=NOW - timedelta(hours=1))
    assert (found.of, "1:00:00" in found.said) == ("clock", True)


@pytest.fixture
def provider() -> Iterator[HTTPServer]:
    """A provider that calls itself by its own address; its clock is this machine's."""

    class Discovery(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is http.server's
            host, port = self.server.server_address[:2]
            body = f'{{"issuer": "http://{host!s}:{port}"}}'.encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Discovery)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_provider_is_asked_who_it_is_and_what_time_it_has(store: Store, provider: HTTPServer) -> None:
    address = f"http://127.0.0.1:{provider.server_port}"
    now = datetime.now(UTC)
    assert ill(store, Settings(oidc_issuer=address), now) == []
    (named,) = ill(store, Settings(oidc_issuer=address + "/"), now)
    assert "oidc_issuer" in named.mend
    (late,) = ill(store, Settings(oidc_issuer=address), now + timedelta(minutes=5))
    assert late.of == "clock"


def test_a_provider_that_is_down_is_found(store: Store) -> None:
    (found,) = ill(store, Settings(oidc_issuer="http://127.0.0.1:9"))
    assert (found.of, "Nobody can sign in" in found.mend) == ("provider", True)


def test_where_nothing_was_built_the_other_checks_go_on_and_make_nothing(tmp_path: Path) -> None:
    found = ill(Store(tmp_path))
    assert [one.of for one in found] == ["snapshot"]
    assert "mashlink build" in found[0].said
    # A ledger or a key made by whoever looks would lock out the user that runs the hub.
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_of_other_tables_is_found(store: Store) -> None:
    path = store.current_path()
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE finding_evidence")
    (store.path / "CURRENT").write_text(f"000001\n{path.stat().st_size}\n")
    (found,) = ill(store)
    assert (found.of, "finding_evidence" in found.said, "mashlink build" in found.said) == (
        "snapshot",
        True,
        True,
    )


def test_learnt_numbers_and_weights_that_cannot_be_used_are_found(store: Store, tmp_path: Path) -> None:
    missing = tmp_path / "weights.csv"
    for wrong in (
        Settings(harm_weights=missing),
        Settings(thresholds={"no_such_detector": {"days": 3}}),
        Settings(statistics={"opens_at": "nine"}),
    ):
        (found,) = ill(store, wrong)
        assert (found.of, len(found.said) > 40) == ("calibration", True), found
    missing.write_text("offence,weight,source\nrobbery,365,Own\n")
    assert ill(store, Settings(harm_weights=missing)) == []
    store.calibration_path.write_text("{}")
    (found,) = ill(store)
    assert (found.of, "Put the last good copy back" in found.said) == ("calibration", True)


def feeds_told(store: Store, feeds: Path) -> list[Checkup]:
    return [one for one in examine(store.path, Settings(), NOW, feeds) if one.of == "feeds"]


def test_feeds_that_a_build_could_not_read_are_found(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = tmp_path / "feeds"
    (found,) = feeds_told(store, feeds)
    assert (found.verdict, "--feeds names the directory" in found.said) == ("ill", True)
    feeds.mkdir()
    (feeds / "m.toml").write_text(
        'feed = "own"\nagency = "police"\n[label]\nmarking = "=shareable"\ncategory = "=ordinary"\n'
        '[files.people]\npath = "people*.csv"\n[[record]]\nfrom = "people"\nid = "ID"\n'
    )
    (found,) = feeds_told(store, feeds)
    assert (found.verdict, "people*.csv" in found.said) == ("ill", True)
    (feeds / "people1.csv").write_text("ID\n1\n")
    assert [one.verdict for one in feeds_told(store, feeds)] == ["well"]
    with monkeypatch.context() as held:
        # Root may read everything.
        held.setattr("os.access", lambda path, _: Path(path).suffix != ".csv")
        (found,) = feeds_told(store, feeds)
    assert (found.verdict, "people1.csv" in found.said) == ("ill", True)
    with monkeypatch.context() as held:
        held.setattr("os.access", lambda path, _: Path(path) != feeds)
        (found,) = feeds_told(store, feeds)
    assert (found.verdict, "may not look into" in found.said) == ("ill", True)


def test_an_address_that_somebody_else_has_is_found(store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listening = taken.getsockname()
        (found,) = [
            one for one in examine(store.path, Settings(), NOW, None, listening) if one.of == "address"
        ]
        assert (found.verdict, "ss -ltnp" in found.said) == ("ill", True)
        with pytest.raises(BadInput, match="ss -ltnp"):
            serve(store.path, Settings(), ServeOptions(demo=True, port=listening[1]), lambda: None)
    (found,) = [one for one in examine(store.path, Settings(), NOW, None, listening) if one.of == "address"]
    assert found.verdict == "well"


def test_whoever_is_not_the_user_of_the_store_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "disk" not in looks(store)
    other = os.geteuid() + 1
    monkeypatch.setattr("os.geteuid", lambda: other)
    assert "disk" in looks(store)


def looks(store: Store, settings: Settings | None = None, now: datetime = NOW) -> set[str]:
    return {one.of for one in examine(store.path, settings or Settings(), now) if one.verdict == "look"}


def test_each_fault_is_found_with_its_mend_and_gone_once_it_is_mended(store: Store, tmp_path: Path) -> None:
    """By the words that say how: profile, key file, ledger, and the folder of the store."""
    key_file = tmp_path / "snapshot.keys"
    faults = [
        ("settings", Settings(profile="nowhere")),
        ("settings", Settings(retention={"ordinary": {"months": -1}})),
        ("keys", Settings(snapshot_key_file=key_file)),
        ("ledger", Settings(ledger_url="postgresql://127.0.0.1:9/ledger")),
        ("ledger", Settings(ledger_url="mysql://127.0.0.1/ledger")),
        ("partners", Settings(exchange_certificate=key_file)),
    ]
    for of, settings in faults:
        (found,) = ill(store, settings)
        assert (found.of, bool(found.said), bool(found.mend)) == (of, True, True), found
    assert ill(store) == []


def test_a_store_that_cannot_be_written_or_holds_too_little_room_is_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as held:
        # Root may write everywhere, so what the system would say to others stands in for it.
        held.setattr("os.access", lambda *_: False)
        assert {one.of for one in ill(store)} >= {"disk"}
    usage = shutil.disk_usage(store.path)
    with monkeypatch.context() as held:
        held.setattr("shutil.disk_usage", lambda _: usage._replace(free=1_000_000))
        assert "disk" in looks(store)
    assert "disk" not in looks(store)
    assert "memory" in looks(store, Settings(memory_limit_gb=10_000))
    assert "memory" not in looks(store, Settings(memory_limit_gb=0.1))


def test_builds_that_stopped_or_were_killed_are_found(store: Store) -> None:
    assert "snapshot" not in looks(store)
    assert "snapshot" in looks(store, now=NOW + timedelta(days=30))
    (store.snapshots_path / "000002.duckdb.partial").touch()
    assert "snapshot" in looks(store)


def test_a_store_rolled_back_behind_its_kept_head_is_found(store: Store) -> None:
    before = store.ledger_path.read_bytes()
    with Ledger.open(store.ledger_path, store.keys_path, clock=lambda: NOW) as ledger:
        ledger.append(ENTRY)
    for one in store.path.glob("ledger.sqlite*"):
        one.unlink()
    store.ledger_path.write_bytes(before)
    (found,) = ill(store)
    assert (found.of, "restore" in found.mend) == ("ledger", True)


def test_partners_are_asked_whether_they_are_there(store: Store, provider: HTTPServer) -> None:
    actor = Actor("op", "operator", "home", "audit", "Agreed with Eastmere")
    here, nowhere = f"http://127.0.0.1:{provider.server_port}", "http://127.0.0.1:9"
    for address, expected in ((here, "well"), (nowhere, "look")):
        with Ledger.open(store.ledger_path, store.keys_path, clock=lambda: NOW) as ledger:
            keep_partner(ledger, actor, Partner("east", "Eastmere", address, "Ring Jo", "ab" * 32, "cd" * 32))
        found = [one for one in examine(store.path, Settings(), datetime.now(UTC)) if one.of == "partners"]
        assert [one.verdict for one in found] == [expected]
    assert "Ring Jo" in found[0].mend


def test_a_certificate_that_runs_out_is_found(store: Store, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub.example")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NOW - timedelta(days=100), NOW + timedelta(days=60)
    )
    file = tmp_path / "hub.pem"
    file.write_bytes(made.sign(key, None).public_bytes(Encoding.PEM))
    settings = Settings(exchange_certificate=file)

    def said(days: int) -> str:
        (found,) = [
            one for one in examine(store.path, settings, NOW + timedelta(days=days)) if one.of == "partners"
        ]
        return found.verdict

    assert [said(days) for days in (0, 40, 61)] == ["well", "look", "ill"]
