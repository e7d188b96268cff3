"""Small worlds as tests write them: rows by table, each with its label, and the family that most tests are about."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb

from records.snapshot import ROW_TABLES, TABLES, create_table

AS_OF = date(2026, 3, 1)
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
