from collections.abc import Callable

import duckdb
import pytest
from linked_people import people

from records.scope import Scope

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
CALLER = {"given": "Katarzyna", "family": "Wisniewska", "feed": "phone log"}
CLIENT = {"given": "Katarzyna", "family": "Wisniewska", "feed": "case log"}


def take_part(
    connection: Snapshot,
    record_id: str,
    event: tuple[str, str, str],
    label: int = 0,
    concern: str | None = None,
) -> None:
    connection.execute(
        "INSERT INTO event BY NAME SELECT 'event of ' || $1 AS event_id, $2 AS feed, $3 AS kind, $4::TIMESTAMP AS started_at,"
        " 'time' AS date_precision, $5 AS label_id, $6 AS concern",
        [record_id, *event, label, concern],
    )
    connection.execute(
        "INSERT INTO involvement BY NAME SELECT 'event of ' || $1 AS event_id, $1 AS record_id, 'reporter' AS role, $2 AS label_id",
        [record_id, label],
    )


@pytest.mark.parametrize(
    ("opened_at", "family", "is_one"),
    [
        ("2026-03-03 10:20", "Wisniewska", True),
        ("2026-03-03 10:05", "Wiśniewska", True),
        ("2026-03-04 10:20", "Wisniewska", False),
        ("2026-03-03 10:20", "Kowalczyk", False),
    ],
)
def test_a_caller_is_the_client_of_that_name_whose_case_is_opened_soon_after(
    snapshot: Snapshot, hub: Scope, put_record: Put, opened_at: str, family: str, is_one: bool
) -> None:
    put_record(snapshot, "line:1", **CALLER)
    take_part(snapshot, "line:1", ("phone log", "call", "2026-03-03 10:02"))
    put_record(snapshot, "desk:1", **{**CLIENT, "family": family})
    take_part(snapshot, "desk:1", ("case log", "contact", opened_at))
    person = people(snapshot, hub)
    assert (person["line:1"] == person["desk:1"]) is is_one


def test_a_case_outside_the_scope_ties_nobody(
    snapshot: Snapshot, hub: Scope, ordinary: Scope, put_record: Put
) -> None:
    put_record(snapshot, "line:1", **CALLER)
    take_part(snapshot, "line:1", ("phone log", "call", "2026-03-03 10:02"))
    put_record(snapshot, "desk:1", **CLIENT)
    take_part(snapshot, "desk:1", ("case log", "contact", "2026-03-03 10:20"), label=1)
    whole, part = people(snapshot, hub), people(snapshot, ordinary)
    assert whole["line:1"] == whole["desk:1"]
    assert part["line:1"] != part["desk:1"]


def test_a_caller_who_could_be_either_of_two_clients_is_neither(
    snapshot: Snapshot, hub: Scope, put_record: Put
) -> None:
    put_record(snapshot, "line:1", **CALLER)
    take_part(snapshot, "line:1", ("phone log", "call", "2026-03-03 10:02"))
    for number, born in enumerate(("1971-02-03", "1998-08-30")):
        put_record(snapshot, f"desk:{number}", **CLIENT, born=born)
        take_part(snapshot, f"desk:{number}", ("case log", "contact", "2026-03-03 10:20"))
    person = people(snapshot, hub)
    assert len(set(person.values())) == 3


@pytest.mark.parametrize(
    ("opened_at", "concern", "is_one"),
    [
        ("2026-02-20 16:00", "neglect", True),
        ("2026-02-20 16:00", "violence", False),
        ("2026-01-20 16:00", "neglect", False),
    ],
)
def test_a_caller_is_the_client_of_that_name_who_has_a_case_open_for_the_concern(
    snapshot: Snapshot, hub: Scope, put_record: Put, opened_at: str, concern: str, is_one: bool
) -> None:
    put_record(snapshot, "line:1", **CALLER)
    take_part(snapshot, "line:1", ("phone log", "call", "2026-03-03 10:02"), concern="neglect")
    put_record(snapshot, "desk:1", **CLIENT)
    take_part(snapshot, "desk:1", ("case log", "contact", opened_at), concern=concern)
    person = people(snapshot, hub)
    assert (person["line:1"] == person["desk:1"]) is is_one
