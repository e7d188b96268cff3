"""Who is this? An ad-hoc description against the snapshot, with the weights that linked the records themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

from linkage.blocking import key_query
from linkage.calibration import LinkageCalibration
from linkage.names import name_parts, nickname_roots
from linkage.people import ResolvedPerson, people_of
from linkage.phonetics import sound, sounds_of
from linkage.places_lived import address_parts, postcode_parts
from linkage.rulings import NO_RULINGS, Rulings
from linkage.scoring import levels_query, weights_query
from linkage.standardise import (
    COMPARED_TABLES,
    frequency_bits,
    household_bits,
    standardise_within,
    together_bits,
)
from linkage.waterfall import ComparisonLine, probability, waterfall
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

MATCH: Final = 0.95
POTENTIAL: Final = 0.85
LOW: Final = 0.2
# A best candidate this many bits ahead of the next is the match, though others pass as well.
CLEAR_BITS: Final = 6.0
MOST_CANDIDATES: Final = 10


@dataclass(frozen=True, slots=True)
class Description:
    """Whom someone looks for: what they know, None for the rest; ``identifiers`` are (kind, value) pairs."""

    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    date_of_birth: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    postcode: str | None = None
    address: str | None = None
    phone: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be meant: the weight of their best record against the description, and its waterfall."""

    person: ResolvedPerson
    best_record_id: str
    weight: float
    probability: float
    lines: tuple[ComparisonLine, ...]


@dataclass(frozen=True, slots=True)
class LookupResult:
    """``status``: Match, PotentialMatch, LowConfidenceMatch, ManyMatch or NoMatch (after the DfE SUI matcher).

    ``candidates``: people by falling weight, at most ``MOST_CANDIDATES``, none below a chance of ``LOW``.
    """

    status: str
    candidates: tuple[Candidate, ...]


# The columns of comparison_record that a description fills, with their types; the rest of blocking's are below.
_COLUMNS: Final = {
    "forename": "VARCHAR", "forename_sound": "VARCHAR", "forename_roots": "VARCHAR[]", "given_tokens": "VARCHAR[]",
    "given_sounds": "VARCHAR[]", "surname": "VARCHAR", "surname_sound": "VARCHAR", "family_tokens": "VARCHAR[]",
    "family_sounds": "VARCHAR[]", "birth_date": "DATE", "birth_year": "SMALLINT", "sex": "VARCHAR",
    "postcodes": "VARCHAR[]", "sectors": "VARCHAR[]", "districts": "VARCHAR[]", "dwellings": "VARCHAR[]",
    "doors": "VARCHAR[]", "address_words": "VARCHAR[]", "phones": "VARCHAR[]", "nhs_numbers": "VARCHAR[]",
    "identifiers": "VARCHAR[]", "identifier_kinds": "VARCHAR[]", "forename_bits": "FLOAT", "household_bits": "FLOAT",
    "surname_bits": "FLOAT", "together_bits": "FLOAT",
}  # fmt: skip


def comparable(description: Description, calibration: LinkageCalibration) -> dict[str, Any]:
    """The description as ``standardise`` would store it: column of comparison_record to value."""
    parts = name_parts(description.given_name, description.family_name, description.full_name)
    forename = parts.given[0] if parts.given else None
    surname = "".join(parts.family) or None
    born = description.date_of_birth
    address = address_parts(description.address) if description.address else None
    postcode = postcode_parts(description.postcode) if description.postcode else None
    house = address.house if address and postcode else None
    others = [(kind, value) for kind, value in description.identifiers if kind != "nhs_number"]
    return {
        "forename": forename,
        "forename_sound": sound(forename) if forename else None,
        "forename_roots": (list(nickname_roots(forename)) or None) if forename else None,
        "given_tokens": list(parts.given) or None,
        "given_sounds": list(sounds_of(parts.given)) or None,
        "surname": surname,
        "surname_sound": sound(surname) if surname else None,
        "family_tokens": list(parts.family) or None,
        "family_sounds": list(sounds_of(parts.family)) or None,
        "birth_date": None if born is None or (born.day, born.month) == (1, 1) else born,
        "birth_year": born.year if born else description.birth_year,
        "sex": description.sex if description.sex in ("female", "male") else None,
        "postcodes": [postcode.postcode] if postcode else None,
        "sectors": [postcode.sector] if postcode else None,
        "districts": [postcode.district] if postcode else None,
        "dwellings": [f"{postcode.postcode}|{house}"] if postcode and house else None,
        "doors": [address.door] if address and address.door else None,
        "address_words": list(address.words) or None if address else None,
        "phones": [description.phone] if description.phone else None,
        "nhs_numbers": [value for kind, value in description.identifiers if kind == "nhs_number"] or None,
        "identifiers": [f"{kind}:{value}" for kind, value in others] or None,
        "identifier_kinds": sorted({kind for kind, _ in others}) or None,
        "forename_bits": frequency_bits(calibration, "forename", forename) if forename else None,
        "household_bits": household_bits(calibration, forename) if forename else None,
        "surname_bits": frequency_bits(calibration, "surname", surname) if surname else None,
        "together_bits": together_bits(calibration, forename, surname),
    }


def lookup(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    description: Description,
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> LookupResult:
    """The people of ``scope`` who fit ``description``; only its rows count, so hidden ones change nothing."""
    _store_description(connection, comparable(description, calibration))
    found = _weigh_candidates(connection, scope, calibration)
    people = people_of(connection, scope, [row["record_id"] for row in found], calibration, rulings)
    shown = _values_described(description)
    candidates: dict[str, Candidate] = {}
    for row in found:
        person = people[row["record_id"]]
        if person.person_id in candidates or len(candidates) == MOST_CANDIDATES:
            continue
        weight, lines = waterfall(row, calibration, shown, {})
        candidates[person.person_id] = Candidate(person, row["record_id"], weight, probability(weight), lines)
    for name in ("described", "described_anew", "near", "near_key", "near_record", "partly_hidden"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
    return LookupResult(_status(list(candidates.values())), tuple(candidates.values()))


def _store_description(connection: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
    columns = ", ".join(f"?::{kind} AS {name}" for name, kind in _COLUMNS.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE described AS SELECT -1 AS record_number, {columns}",
        [values[name] for name in _COLUMNS],
    )


def _weigh_candidates(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> list[dict[str, Any]]:
    """The records of the scope that share a key with the description, with levels, heaviest first."""
    keys = [
        key
        for (key,) in connection.execute(f"SELECT DISTINCT key FROM ({key_query('described')})").fetchall()
    ]
    if not keys:
        return []
    if not _gather_near(connection, scope, calibration, keys):
        return []
    cursor = connection.execute(
        f"""
        WITH levels AS MATERIALIZED ({levels_query("near", left="described", right="near_record", carried=("record_id",))})
        SELECT w.weight, l.* FROM ({weights_query("SELECT * FROM levels", calibration)}) w
        JOIN levels l ON l.number_b = w.number_b
        WHERE w.weight >= log2({LOW} / (1 - {LOW})) ORDER BY w.weight DESC, l.record_id LIMIT {20 * MOST_CANDIDATES}"""
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _gather_near(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration, keys: list[int]
) -> bool:
    """Temporary ``near_record`` (as comparison_record) and ``near``: who shares a usable key in the scope, if anyone."""
    # Literals, so that DuckDB reads only the parts of the sorted table that can hold them.
    listed = ", ".join(str(int(key)) for key in keys)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE near_key AS
        SELECT k.key, k.record_number, c.record_id FROM blocking_key k JOIN comparison_record c USING (record_number)
        WHERE k.key IN ({listed}) AND c.record_id IN (SELECT record_id FROM {rows_in_scope("record", scope)})"""
    )
    numbers = connection.execute("SELECT DISTINCT record_number FROM near_key ORDER BY 1").fetchall()
    if not numbers:
        return False
    near = ", ".join(str(int(number)) for (number,) in numbers)
    # The few rows in question are taken out first: a join would read every column of every record.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE near_record AS SELECT * FROM comparison_record WHERE record_number IN ({near})"
    )
    _leave_out_hidden_parts(connection, scope, calibration, listed)
    # A key that too many share is passed over; only the scope's records count, or hidden ones would take some away.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE near AS
        WITH usable AS (SELECT key FROM near_key GROUP BY key HAVING count(*) <= {20 * calibration.block_cap})
        SELECT DISTINCT -1 AS number_a, record_number AS number_b, record_id FROM near_key SEMI JOIN usable USING (key)"""
    )
    return True


def _leave_out_hidden_parts(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration, listed: str
) -> None:
    """Describe records in ``near_record`` and ``near_key`` anew where some of their rows are outside the scope.

    Otherwise a search for a protected address would tell whose it is.
    """
    labels = {label_id for (label_id,) in connection.execute("SELECT label_id FROM label").fetchall()}
    if labels <= scope.label_ids and not scope.removed_event_ids:
        return
    counted = " UNION ALL ".join(
        f"SELECT record_id, 1 AS one FROM {name} SEMI JOIN near_record USING (record_id) UNION ALL"
        f" SELECT record_id, -1 FROM {rows_in_scope(name, scope)} SEMI JOIN near_record USING (record_id)"
        for name in COMPARED_TABLES
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE partly_hidden AS SELECT record_id FROM ({counted})"
        " GROUP BY record_id HAVING sum(one) <> 0"
    )
    if connection.execute("SELECT 1 FROM partly_hidden LIMIT 1").fetchall():
        standardise_within(connection, scope, calibration, "partly_hidden", "described_anew")
        connection.execute(
            "UPDATE described_anew SET record_number = n.record_number FROM near_record n"
            " WHERE n.record_id = described_anew.record_id"
        )
        for name in ("near_record", "near_key"):
            connection.execute(f"DELETE FROM {name} WHERE record_id IN (SELECT record_id FROM partly_hidden)")
        connection.execute("INSERT INTO near_record BY NAME SELECT * FROM described_anew")
        connection.execute(
            f"INSERT INTO near_key BY NAME SELECT DISTINCT k.key, d.record_number, d.record_id"
            f" FROM ({key_query('described_anew')}) k JOIN described_anew d USING (record_number)"
            f" WHERE k.key IN ({listed})"
        )


def _status(candidates: list[Candidate]) -> str:
    if not candidates:
        return "NoMatch"
    best = candidates[0]
    rivals = [other for other in candidates[1:] if other.probability >= POTENTIAL]
    if best.probability >= POTENTIAL and rivals and best.weight - rivals[0].weight < CLEAR_BITS:
        return "ManyMatch"
    if best.probability >= MATCH:
        return "Match"
    return "PotentialMatch" if best.probability >= POTENTIAL else "LowConfidenceMatch"


def _values_described(description: Description) -> dict[str, str | None]:
    born = description.date_of_birth
    return {
        "forename": description.given_name or description.full_name,
        "surname": description.family_name or description.full_name,
        "birth": born.isoformat()
        if born
        else (str(description.birth_year) if description.birth_year else None),
        "sex": description.sex,
        "place": ", ".join(part for part in (description.address, description.postcode) if part) or None,
        "phone": description.phone,
        "nhs_number": next((value for kind, value in description.identifiers if kind == "nhs_number"), None),
        "identifier": "; ".join(
            f"{kind} {value}" for kind, value in description.identifiers if kind != "nhs_number"
        )
        or None,
    }
