"""Small worlds, built by the real stages, and a desk over them."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_worlds import AS_OF, World, family_world, fill

from access import Description, Desk, Policies, Principal, Purpose, note_kept_back, standing_scopes
from detectors import (
    Carrying,
    Settings,
    Thresholds,
    carry_findings,
    run_all,
    shipped_baselines,
    store_findings,
    store_rules,
)
from graph import build_edges
from linkage import (
    Rulings,
    carry_identity,
    describe_people,
    resolve_households,
    resolve_incidents,
    resolve_people,
    resolve_places,
    score_pairs,
    shipped_calibration,
    standardise,
    store_review,
)
from records.ledger import Entry, Ledger, LedgerState
from records.scope import HUB, HUB_ORDINARY
from records.snapshot import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALIBRATION = shipped_calibration()


@dataclass(frozen=True)
class Stages:
    """How far a build goes: it may end at people and their links, leave out the detectors, or all scopes but some.

    ``hasty``: the database takes queries as they are written. On a few rows, planning is nearly all that they cost.
    """

    people_alone: bool = False
    detect: bool = True
    scopes: tuple[str, ...] = (HUB, HUB_ORDINARY)
    hasty: bool = False


class HastyStore(Store):
    """A store whose snapshots are read without planning."""

    def open_at(self, path: Path) -> duckdb.DuckDBPyConnection:
        connection = super().open_at(path)
        take_as_written(connection)
        return connection


def take_as_written(connection: duckdb.DuckDBPyConnection) -> None:
    """Switch every optimizer of the database off, for all of its connections."""
    names = [name for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()]
    connection.execute(f"SET GLOBAL disabled_optimizers = '{','.join(names)}'")
    connection.execute("SET GLOBAL threads = 1")


def build(store: Store, world: World, state: LedgerState | None = None, stages: Stages | None = None) -> None:
    """The stages of a build, as mashlink runs them, over a world; all of them unless told otherwise."""
    state, stages = state or LedgerState(), stages or Stages()
    rulings = Rulings(tuple(state.judgements.values()), state.seals)
    detecting = Settings(Thresholds(), shipped_baselines())
    with store.begin_build() as snapshot:
        connection = snapshot.connection
        if stages.hasty:
            take_as_written(connection)
        fill(connection, world)
        standardise(connection, CALIBRATION)
        resolve_places(connection)
        score_pairs(connection, CALIBRATION, state.seals)
        for scope in standing_scopes(connection, state, AS_OF):
            if scope.name not in stages.scopes:
                continue
            resolve_people(connection, scope, CALIBRATION, rulings)
            carry_identity(connection, scope, snapshot.previous_path, snapshot.build_number, rulings)
            describe_people(connection, scope)
            store_review(connection, scope, CALIBRATION, AS_OF)
            if stages.people_alone:
                continue
            resolve_households(connection, scope)
            resolve_incidents(connection, scope)
            build_edges(connection, scope)
            if not stages.detect:
                continue
            report = run_all(connection, scope, [AS_OF], detecting)
            assert not report.failed, report.failed
            carrying = Carrying(
                snapshot.build_number, AS_OF, snapshot.previous_path, detecting.thresholds.review_period()
            )
            store_findings(connection, scope, carry_findings(connection, scope, report.findings, carrying))
        note_kept_back(connection, state, AS_OF)
        store_rules(connection, detecting.thresholds)
        connection.execute(
            "INSERT INTO build (snapshot_id, build_number, as_of, hub) VALUES (?, ?, ?, 'home')",
            [snapshot.snapshot_id, snapshot.build_number, AS_OF],
        )
        snapshot.publish()


@dataclass(frozen=True)
class Scene:
    """A desk over a world, and short ways to read at it."""

    desk: Desk
    ledger: Ledger
    store: Store
    stages: Stages = Stages()

    def read(self, role: str, act: str, ask: Callable[[Any], Any], **who: Any) -> Any:
        """What ``ask`` gets from the view; ``agency``, ``subject`` and ``purpose`` may be said."""
        purpose = who.pop("purpose", None) or purpose_of(role)
        with self.desk.open(principal(role, **who), purpose, act) as view:
            return ask(view)

    def find(self, role: str, description: Description, **who: Any) -> str | None:
        """The handle of the best candidate of a lookup."""
        answer = self.read(role, "lookup", lambda view: view.lookup(description), **who)
        return answer.candidates[0].person.handle if answer.candidates else None

    def rebuild(self, world: World, before_acts: bool = False) -> None:
        """Build the world anew, with what stands in the ledger, or as it was before anybody did anything."""
        build(self.store, world, LedgerState() if before_acts else self.ledger.state(), self.stages)

    def last(self) -> Entry:
        """The newest entry of the ledger."""
        return self.ledger.entries()[-1].entry

    @staticmethod
    def principal(role: str, agency: str = "council", subject: str | None = None) -> Principal:
        """Somebody in a role."""
        return principal(role, agency, subject)

    @staticmethod
    def purpose_of(role: str) -> Purpose:
        """A purpose that the role has."""
        return purpose_of(role)


@contextmanager
def scene_of(
    folder: Path, world: World, people_alone: bool = False, stages: Stages | None = None
) -> Iterator[Scene]:
    """A desk over a world built in ``folder``; keys already there are used again, so that handles compare."""
    stages = stages or Stages(people_alone)
    store = HastyStore(folder) if stages.hasty else Store(folder)
    folder.mkdir(parents=True, exist_ok=True)
    build(store, world, stages=stages)
    with Ledger.open(store.ledger_path, store.keys_path, clock=lambda: NOW) as ledger:
        desk = Desk(store, ledger, Policies.load(), lambda: CALIBRATION, clock=lambda: NOW)
        try:
            yield Scene(desk, ledger, store, stages)
        finally:
            desk.close()


def principal(role: str, agency: str = "council", subject: str | None = None) -> Principal:
    return Principal(subject or f"{role}-1", role.title(), role, agency, "home")


SAFEGUARDING = Purpose("safeguarding_s47", "Strategy discussion called for today", "MASH-7")
PURPOSE_OF = {
    "exchange_officer": Purpose("cross_border", "Family moved here", "X-1"),
    "marac_coordinator": Purpose("marac", "Meeting on Friday", "MARAC-3"),
    "auditor": Purpose("audit", "Monthly sample"),
    "privacy_officer": Purpose("audit", "Alert review"),
    "link_reviewer": Purpose("data_quality", "Weekly review"),
}


def purpose_of(role: str) -> Purpose:
    return PURPOSE_OF.get(role, SAFEGUARDING)


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The family's world, shared by tests that only read."""
    with scene_of(tmp_path_factory.mktemp("family"), family_world()) as scene:
        yield scene


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(Store(folder), family_world())
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.faults])])
def ledger_address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where the ledger of one test lies: what is done at a desk is the same in either database."""
    if request.param == "sqlite":
        return Store(tmp_path).ledger_path
    address: str = request.getfixturevalue("postgres_server").database(f"desk_{secrets.token_hex(6)}")
    return address


@pytest.fixture
def own_family(_built: Path, tmp_path: Path, ledger_address: str | Path) -> Iterator[Scene]:
    """The family's world for one test to change: a copy of a snapshot built once."""
    shutil.copytree(_built, tmp_path, dirs_exist_ok=True)
    store = Store(tmp_path)
    with Ledger.open(ledger_address, store.keys_path, clock=lambda: NOW) as ledger:
        desk = Desk(store, ledger, Policies.load(), lambda: CALIBRATION, clock=lambda: NOW)
        yield Scene(desk, ledger, store)
        desk.close()


@pytest.fixture
def make_family() -> Callable[[], World]:
    """A fresh copy of the family's world, to add to."""
    return family_world


@pytest.fixture
def open_scene() -> Callable[..., AbstractContextManager[Scene]]:
    """Build a world and open a desk over it."""
    return scene_of


@pytest.fixture(scope="session")
def open_worlds() -> tuple[Callable[..., AbstractContextManager[Scene]], Callable[[], World]]:
    """``open_scene`` and ``make_family`` for fixtures that a whole module shares."""
    return scene_of, family_world


@pytest.fixture(scope="session")
def quick_stages() -> Callable[[bool], Stages]:
    """A build of the one standing scope that readers without restricted rows use, with detectors or without."""
    return lambda detect: Stages(detect=detect, scopes=(HUB_ORDINARY,))


@pytest.fixture(scope="session")
def whole_hub() -> Stages:
    """A build of the standing scope of every row alone, with detectors."""
    return Stages(scopes=(HUB,))
