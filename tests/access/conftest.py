"""Small worlds, built by the real stages, and a desk over them."""

import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

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
from records.snapshot import ROW_TABLES, TABLES, Store, create_table

AS_OF = date(2026, 3, 1)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALIBRATION = shipped_calibration()
ORDINARY = ("shareable", "ordinary")


@dataclass
class World:
    """Rows by table, each with its agency, marking and category; ``hub`` is everyone's."""

    rows: list[tuple[str, tuple[str, str, str, str], dict[str, Any]]] = field(default_factory=list)

    def add(self, table: str, owner: str, label: tuple[str, str] = ORDINARY, **values: Any) -> None:
        columns = {column.split()[0] for column in ROW_TABLES[table].replace("\n", " ").split(",")}
        assert set(values) <= columns, set(values) - columns
        self.rows.append((table, ("home", owner, *label), values))

    def person(self, record_id: str, label: tuple[str, str] = ORDINARY, **facts: Any) -> None:
        """A record with, as far as given, an NHS number, an address and a phone."""
        agency = record_id.split(":", maxsplit=1)[0]
        about = {"record_id": record_id}
        nhs, home, phone = facts.pop("nhs", None), facts.pop("home", None), facts.pop("phone", None)
        usual = {
            "feed": agency,
            "agency": agency,
            "extracted_on": AS_OF,
            "authority": "north",
            "sex": "female",
        }
        self.add("record", agency, label, **(about | usual | facts))
        if nhs:
            self.add("identifier", agency, label, **about, kind="nhs_number", value=nhs)
        if home:
            address, postcode, since = home
            self.add(
                "address_spell",
                agency,
                label,
                **about,
                kind="home",
                address=address,
                postcode=postcode,
                valid_from=since,
            )
        if phone:
            self.add("thing_use", agency, label, **about, kind="phone", value=phone)

    def event(
        self, event_id: str, day: date, parts: dict[str, str], label: tuple[str, str] = ORDINARY, **facts: Any
    ) -> None:
        """An event with parts: record id to role."""
        agency = event_id.split(":", maxsplit=1)[0]
        usual = {
            "kind": "incident",
            "concern": "domestic_abuse",
            "severity": 3,
            "summary": "Shouting heard",
            "started_at": datetime(day.year, day.month, day.day, 20),  # noqa: DTZ001 - snapshots hold local times
        }
        self.add(
            "event",
            agency,
            label,
            event_id=event_id,
            feed=agency,
            agency=agency,
            date_precision="time",
            known_on=day,
            **(usual | facts),
        )
        for record_id, role in parts.items():
            self.add("involvement", agency, label, event_id=event_id, record_id=record_id, role=role)


def fill(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """Create the tables, and write the rows of a world into the row tables."""
    for name in TABLES:
        connection.execute(create_table(name))
    labels = sorted({label for _, label, _ in world.rows})
    for label_id, label in enumerate(labels):
        connection.execute("INSERT INTO label VALUES (?, ?, ?, ?, ?)", [label_id, *label])
    numbered = {label: label_id for label_id, label in enumerate(labels)}
    alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for table, label, values in world.rows:
        row = values | {"label_id": numbered[label]}
        alike[table, *row].append(list(row.values()))
    for (table, *columns), rows in alike.items():
        marks = ", ".join(f"({', '.join('?' for _ in columns)})" for _ in rows)
        flat = [value for row in rows for value in row]
        connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}", flat)


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

    def rebuild(self, world: World) -> None:
        """Build the world anew, with what stands in the ledger."""
        build(self.store, world, self.ledger.state(), self.stages)

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


def family_world() -> World:
    """Marta and her mother Lena Quillfeather, known to police, health and council; her mother's partner Egon Thrupp.

    Marta's health record is of sexual health; a second, restricted police record of Egon is intelligence.
    """
    world = World()
    home = ("12 Larch Row", "ZZ1 4AB", date(2024, 1, 1))
    marta = {
        "given_name": "Marta",
        "family_name": "Quillfeather",
        "full_name": "Marta Quillfeather",
        "date_of_birth": date(2013, 5, 2),
        "nhs": "9990000018",
    }
    lena = {
        "given_name": "Lena",
        "family_name": "Quillfeather",
        "full_name": "Lena Quillfeather",
        "date_of_birth": date(1986, 11, 20),
        "nhs": "9990000026",
    }
    egon = {
        "given_name": "Egon",
        "family_name": "Thrupp",
        "full_name": "Egon Thrupp",
        "date_of_birth": date(1984, 7, 14),
        "sex": "male",
    }
    world.person("police:m1", **marta, home=home)
    world.person("council:m1", **marta, home=home)
    world.person("health:m1", ("restricted", "sexual_health"), **marta)
    world.person("council:l1", **lena, home=home, phone="+447700900123")
    world.person("police:l1", **lena, home=home, phone="+447700900123")
    world.person("police:e1", **egon, home=home, phone="+447700900456")
    world.person("police:e2", ("restricted", "police_intelligence"), **egon, phone="+447700900456")
    world.add("relationship", "council", record_id="council:l1", other_record_id="council:m1", kind="parent")
    world.event(
        "police:n1", date(2025, 9, 4), {"police:l1": "victim", "police:e1": "suspect", "police:m1": "witness"}
    )
    world.event(
        "council:r1",
        date(2025, 9, 5),
        {"council:m1": "subject", "council:l1": "parent_carer"},
        kind="referral",
    )
    world.event("police:n2", date(2025, 12, 24), {"police:l1": "victim", "police:e1": "suspect"})
    world.event(
        "police:i1", date(2025, 12, 30), {"police:e2": "associate"}, ("restricted", "police_intelligence")
    )
    world.event(
        "health:v1",
        date(2026, 1, 7),
        {"health:m1": "subject"},
        ("restricted", "sexual_health"),
        kind="clinic_attendance",
    )
    for number in range(5):
        world.event(
            f"police:x{number}",
            date(2026, 1, 3 + number * 5),
            {"police:l1": "victim", "police:e1": "suspect"},
            severity=3 + number % 3,
        )
    return world


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
