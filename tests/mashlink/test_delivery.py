"""What is handed over: the wheel holds all that the program reads, and the container files name what is there."""

import json
import os
import re
import ssl
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from access import ROLES
from api.console.sign_in import CALLBACK
from api.console.visit import ENDED_BY_PROVIDER
from api.settings import ClaimMapping
from mashlink.settings import Settings, load_settings
from records.errors import BadInput

ROOT = Path(__file__).parents[2]
PACKAGES = ("mashlink", "api", "products", "access", "detectors", "graph", "linkage", "records", "synthetic")
CONTAINERS = ("Dockerfile", "docker-compose.yml")
PREPARE = str(ROOT / "examples" / "compose" / "prepare.sh")
NOT_SETTINGS = {"MASHLINK_SECRETS_DIR", "MASHLINK_SETTINGS_FILE"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (made,) = WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
    )
    return Path(made)


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if ".dist-info/" not in name}
    here = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == here


def test_every_source_that_the_dockerfile_copies_is_there() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert copied
    for sources in copied:
        for source in sources.split():
            assert (ROOT / source).exists(), source
    for lock in re.findall(r"requirements/\S+\.lock", text):
        assert (ROOT / lock).is_file(), lock
    assert re.search(r"^USER (?!root|0)\w+$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_setting_that_a_container_file_names_is_one(name: str) -> None:
    named = set(re.findall(r"\bmashlink_[a-z_]+|\bMASHLINK_[A-Z_]+", (ROOT / name).read_text()))
    known = {f"MASHLINK_{field.upper()}" for field in Settings.model_fields} | NOT_SETTINGS
    assert {one.upper() for one in named} <= known


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compose")
    subprocess.run([PREPARE], cwd=folder, check=True, capture_output=True)
    return folder


def test_what_the_compose_file_reads_is_made_and_never_made_over(prepared: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    named = set(re.findall(r"\./(secrets/[\w./-]+)", text))
    assert len(named) == 12
    for one in named:
        assert (prepared / one).stat().st_size, one
    assert {line.split("=")[0] for line in (prepared / ".env").read_text().splitlines()} == set(
        re.findall(r"\$\{(\w+):\?", text)
    )
    before = {path: path.read_bytes() for path in prepared.rglob("*") if path.is_file()}
    again = subprocess.run([PREPARE], cwd=prepared, check=False, capture_output=True, text=True)
    assert again.returncode == 1
    assert "secrets is there already" in again.stderr
    assert before == {path: path.read_bytes() for path in prepared.rglob("*") if path.is_file()}


@pytest.mark.parametrize("hub", ["northmere", "eastmere"])
def test_a_partner_accepts_the_certificate_that_was_made_for_a_hub(prepared: Path, hub: str) -> None:
    for purpose in ("sslserver", "sslclient"):
        asked = [
            "-purpose",
            purpose,
            "-verify_hostname",
            f"{hub}-exchange",
            "-CAfile",
            "secrets/authority.pem",
        ]
        verify = ["openssl", "verify", *asked, f"secrets/{hub}/exchange.pem"]
        subprocess.run(verify, cwd=prepared, check=True, capture_output=True)
    at_home = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=prepared / "secrets/authority.pem")
    at_home.load_cert_chain(
        prepared / f"secrets/{hub}/exchange.pem", prepared / f"secrets/{hub}/exchange.key"
    )


@pytest.mark.parametrize(("hub", "port"), [("northmere", 8000), ("eastmere", 8001)])
def test_the_realm_that_is_imported_is_of_the_hubs_as_they_are_set(
    prepared: Path, hub: str, port: int
) -> None:
    realm = json.loads((prepared / "secrets/realm.json").read_text())
    (client,) = [one for one in realm["clients"] if one["clientId"] == f"{hub}-console"]
    assert client["secret"] == (prepared / f"secrets/{hub}/mashlink_oidc_client_secret").read_text()
    assert client["redirectUris"] == [f"http://127.0.0.1:{port}{CALLBACK}"]
    assert client["attributes"]["backchannel.logout.url"] == f"http://{hub}:8000{ENDED_BY_PROVIDER}"
    told = {one["name"]: one["config"] for one in client["protocolMappers"]}
    assert told["audience"]["included.custom.audience"] == hub
    assert f"MASHLINK_OIDC_AUDIENCE: {hub}\n" in (ROOT / "docker-compose.yml").read_text()
    claims = {one["claim.name"] for one in told.values() if "claim.name" in one}
    assert claims == set(ClaimMapping().model_dump(include={"role", "agency", "authorities"}).values())
    assert {one["name"] for one in realm["roles"]["client"][f"{hub}-console"]} == set(ROLES) - {"operator"}


def test_a_secret_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mashlink_oidc_client_secret").write_text("kept apart\n")
    (tmp_path / "exchange.key").write_text("no setting")
    monkeypatch.setenv("MASHLINK_SECRETS_DIR", str(tmp_path))
    assert load_settings().oidc_client_secret == "kept apart"
    assert "kept apart" not in repr(load_settings())
    monkeypatch.setenv("MASHLINK_OIDC_CLIENT_SECRET", "of the environment")
    assert load_settings().oidc_client_secret == "of the environment"
    monkeypatch.setenv("MASHLINK_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(BadInput, match="MASHLINK_SECRETS_DIR"):
        load_settings()


def test_a_settings_file_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hub.toml"
    file.write_text('hub = "eastmere"\n')
    monkeypatch.setenv("MASHLINK_SETTINGS_FILE", str(file))
    assert load_settings().hub == "eastmere"


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_the_wheel_runs_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """Installed from the locks beside nothing of the sources; a region is made, built and told of."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    locked = (
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-deps",
        "-r",
        str(ROOT / "requirements/run.lock"),
    )
    for arguments in (locked, ("--no-deps", "--no-index", str(wheel))):
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=True
        )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MASHLINK_"))}
    done = subprocess.run(
        [python.with_name("mashlink"), "demo", "--people", "800", "--port", "0", "--hubs", "2"],
        cwd=tmp_path, env=kept, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout + done.stderr
    assert sys.prefix not in done.stderr
    assert (tmp_path / "demo").is_dir()
