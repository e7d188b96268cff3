"""What is handed over: the wheel holds all that the program reads, and the container files name what is there."""

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from mashlink.settings import Settings, load_settings
from records.errors import BadInput

ROOT = Path(__file__).parents[2]
PACKAGES = ("mashlink", "api", "products", "access", "detectors", "graph", "linkage", "records", "synthetic")
CONTAINERS = ("Dockerfile", "docker-compose.yml")
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
