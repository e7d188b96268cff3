"""A tiny hand-made snapshot: the Ash family, their flat, their school and what happened."""

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from graph import build_edges
from linkage import resolve_places
from records.scope import HUB, Scope
from records.snapshot.schema import TABLES, create_table

EXTRACT = date(2026, 8, 31)


class Town:
    """Writes rows of a snapshot; every record is a person of its own unless told otherwise."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        for table in TABLES:
            self.connection.execute(create_table(table))
        self._add("label", label_id=0, hub="home", agency="any", marking="shareable", category="ordinary")
        self._add(
            "label", label_id=1, hub="home", agency="any", marking="restricted", category="sexual_health"
        )
        self.scope = Scope(HUB, frozenset({0, 1}), standing=True)

    def _add(self, table: str, **values: object) -> None:
        columns = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))

    def record(self, record_id: str, person_id: str, full_name: str | None = None, **values: object) -> None:
        agency = record_id.split(":", maxsplit=1)[0]
        self._add(
            "record",
            record_id=record_id,
            agency=agency,
            full_name=full_name,
            extracted_on=EXTRACT,
            label_id=values.pop("label_id", 0),
            **values,
        )
        self._add(
            "membership", scope=HUB, record_id=record_id, person_id=person_id, weight=values.get("weight")
        )
        if not self.connection.execute("SELECT 1 FROM person WHERE person_id = ?", [person_id]).fetchone():
            self._add("person", scope=HUB, person_id=person_id, full_name=full_name)

    def address(
        self,
        record_id: str,
        address: str,
        start: date | None = None,
        end: date | None = None,
        kind: str = "home",
        postcode: str = "ZQ1 1AA",
        label_id: int = 0,
    ) -> None:
        self._add(
            "address_spell",
            record_id=record_id,
            kind=kind,
            address=address,
            postcode=postcode,
            valid_from=start,
            valid_to=end,
            label_id=label_id,
        )

    def thing(
        self, record_id: str, kind: str, value: str, start: date | None = None, label_id: int = 0
    ) -> None:
        self._add(
            "thing_use", record_id=record_id, kind=kind, value=value, valid_from=start, label_id=label_id
        )

    def organisation(
        self, record_id: str, kind: str, key: str, start: date | None = None, end: date | None = None
    ) -> None:
        self._add(
            "organisation_tie",
            record_id=record_id,
            kind=kind,
            organisation_key=key,
            organisation_name=key.title(),
            valid_from=start,
            valid_to=end,
            label_id=0,
        )

    def related(self, record_id: str, kind: str, other: str, label_id: int = 0) -> None:
        self._add("relationship", record_id=record_id, other_record_id=other, kind=kind, label_id=label_id)

    def event(
        self,
        event_id: str,
        on: str,
        parts: dict[str, str],
        known_on: date | None = None,
        incident: str | None = None,
        label_id: int = 0,
        **values: object,
    ) -> None:
        self._add(
            "event",
            event_id=event_id,
            agency=event_id.split(":", maxsplit=1)[0],
            kind=values.pop("kind", "incident"),
            started_at=datetime.fromisoformat(on),
            date_precision=values.pop("date_precision", "time"),
            known_on=known_on or date.fromisoformat(on[:10]),
            label_id=label_id,
            **values,
        )
        for record_id, role in parts.items():
            self._add("involvement", event_id=event_id, record_id=record_id, role=role, label_id=label_id)
        self._add("incident", scope=HUB, event_id=event_id, incident_id=incident or f"incident:{event_id}")

    def household(
        self,
        household_id: str,
        person_id: str,
        record_ids: list[str],
        start: date | None,
        end: date | None = None,
    ) -> None:
        self._add(
            "household_spell",
            scope=HUB,
            household_id=household_id,
            person_id=person_id,
            valid_from=start,
            valid_to=end,
            evidence_record_ids=record_ids,
        )

    def draw(self) -> duckdb.DuckDBPyConnection:
        resolve_places(self.connection)
        build_edges(self.connection, self.scope)
        return self.connection


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.connection.close()


@pytest.fixture
def ash(town: Town) -> Town:
    """Amira (a), her son Ben (b), Cal (c) who is with another child Dee (d) in the same flat later, school of all."""
    town.record("police:1", "a", "Amira Ash")
    town.record("school:1", "b", "Ben Ash")
    town.record("care:1", "b", "Ben Ash")
    town.record("police:2", "c", "Cal Moor")
    town.record("school:2", "d", "Dee Rowan")
    town.address("police:1", "1 Mill Lane", date(2024, 1, 1))
    town.address("school:1", "1, Mill Ln", date(2024, 3, 1))
    town.address("care:1", "1 Mill Lane", date(2024, 2, 1))
    town.address("police:2", "9 Quay Street", date(2024, 2, 1))
    town.address("school:2", "9 Quay St", date(2025, 2, 1), date(2025, 9, 1))
    town.related("police:1", "parent", "school:1")
    town.thing("police:2", "vehicle", "QA12ABC", date(2024, 5, 1))
    town.thing("care:1", "vehicle", "QA12ABC", date(2025, 5, 1))
    for record_id in ("school:1", "school:2"):
        town.organisation(record_id, "school", "9901001", date(2023, 9, 1))
    town.event(
        "police:e1",
        "2025-06-01 22:00",
        {"police:1": "victim", "police:2": "suspect"},
        incident="incident:1",
    )
    town.event(
        "care:e2",
        "2025-06-02",
        {"care:1": "subject"},
        known_on=date(2025, 6, 20),
        incident="incident:1",
        kind="contact",
        date_precision="day",
    )
    town.household("household:1", "a", ["police:1"], date(2024, 1, 1))
    town.household("household:1", "b", ["care:1", "school:1"], date(2024, 2, 1))
    return town
