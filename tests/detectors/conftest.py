"""A tiny world written row by row, and the shortest way to run a detector on it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import duckdb
import pytest

from detectors import DETECTORS, Baselines, EvidenceRows, Finding, Settings, replay, run_all
from records.scope import Scope
from records.snapshot.schema import TABLES, create_table

TODAY = date(2025, 6, 30)
SCOPE = Scope("hub", frozenset({0}), standing=True)


@dataclass
class World:
    """Rows of a snapshot, one method a kind of statement; ids are made from the person's and event's names."""

    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    events: int = 0
    today: date = TODAY
    scope: Scope = SCOPE

    def __post_init__(self) -> None:
        for table in TABLES:
            self.connection.execute(create_table(table))
        self._insert(
            "label", label_id=0, hub="hub", agency="police", marking="shareable", category="ordinary"
        )

    def _insert(self, table: str, **values: object) -> None:
        names, marks = ", ".join(values), ", ".join("?" for _ in values)
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))

    def person(self, name: str, born: date | None = None, agency: str = "police", **record: object) -> str:
        """A person with one record of ``agency``; returns the record's id. Call again for a further record."""
        record_id = f"{agency}:{name}"
        filled = {"authority": "east", "extracted_on": date(2022, 1, 1), "is_professional": False} | record
        self._insert("record", record_id=record_id, agency=agency, date_of_birth=born, label_id=0, **filled)
        self._insert("membership", scope="hub", record_id=record_id, person_id=name)
        if not self.connection.execute("SELECT 1 FROM person WHERE person_id = ?", [name]).fetchall():
            held = {"authority": filled["authority"], "is_professional": filled["is_professional"]}
            self._insert("person", scope="hub", person_id=name, date_of_birth=born, **held)
        return record_id

    def event(
        self, kind: str, day: date, parts: dict[str, str], agency: str = "police", **event: object
    ) -> str:
        """An event with ``parts`` (record id to role), known the day it happened unless said otherwise."""
        self.events += 1
        event_id = f"{agency}:e{self.events}"
        incident = event.pop("incident_id", None)
        filled = {"known_on": day, "authority": "east"} | event
        start = datetime.combine(day, datetime.min.time())
        self._insert(
            "event", event_id=event_id, agency=agency, kind=kind, started_at=start, label_id=0, **filled
        )
        for record_id, role in parts.items():
            self._insert("involvement", event_id=event_id, record_id=record_id, role=role, label_id=0)
        if incident:
            self._insert("incident", scope="hub", event_id=event_id, incident_id=incident)
        return event_id

    def phone(self, record_id: str, value: str, since: date) -> None:
        self._insert(
            "thing_use", record_id=record_id, kind="phone", value=value, valid_from=since, label_id=0
        )

    def home(self, name: str, record_id: str, place: str, since: date, until: date | None = None) -> None:
        """``name`` lives at ``place`` (``"<district>/<number>"``), as ``record_id`` states."""
        district, number = place.split("/")
        address, postcode = f"{number} High Street", f"{district} 1AA"
        place_id = f"place:{place}"
        known = [place_id]
        if not self.connection.execute("SELECT 1 FROM place_of WHERE place_id = ?", known).fetchall():
            self._insert("place_of", address=address, postcode=postcode, place_id=place_id, is_communal=False)
        dates = {"valid_from": since, "valid_to": until}
        self._insert(
            "address_spell",
            record_id=record_id,
            kind="home",
            address=address,
            postcode=postcode,
            label_id=0,
            **dates,
        )
        self._insert(
            "household_spell", scope="hub", household_id=f"h:{place}", person_id=name, place_id=place_id,
            evidence_record_ids=[record_id], **dates,
        )  # fmt: skip

    def kin(self, record_id: str, other_record_id: str, kind: str) -> None:
        self._insert(
            "relationship", record_id=record_id, other_record_id=other_record_id, kind=kind, label_id=0
        )

    def link(self, one: str, other: str, weight: float) -> None:
        left, right = sorted((one, other))
        self._insert("link", record_id_a=left, record_id_b=right, weight=weight)

    def find(self, detector: str, *dates: date, settings: Settings | None = None) -> list[Finding]:
        """What one detector finds, today unless dates are given; a failure is raised."""
        chosen = [known for known in DETECTORS if known.name == detector]
        report = run_all(
            self.connection, SCOPE, dates or (TODAY,), settings or Settings(baselines=Baselines()), chosen
        )
        assert not report.failed
        return list(report.findings)

    def days_ago(self, days: int) -> date:
        return TODAY - timedelta(days=days)

    def replay(
        self, finding: Finding, only: EvidenceRows | None = None, settings: Settings | None = None
    ) -> Finding | None:
        return replay(self.connection, SCOPE, finding, settings or Settings(baselines=Baselines()), only)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def new_world() -> type[World]:
    """The class itself, for tests that make many worlds."""
    return World
