"""Rows that were erased, left out of what the feeds hand in again: after all statements are read, before they are settled.

The statements lie in temporary tables here, so not a byte of an erased row is ever written into the snapshot.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from records.erasure import EMPTIED_COLUMNS, ERASED_TEXT, ErasedRows
from records.intake.settling import StatementTable
from records.intake.staging import Intake
from records.mapping import Mapping

ERASED_TABLES: Final = ("erased_record", "erased_event", "reduced_event")
_TOKEN: Final = re.compile(r"[\w/+'-]+")


@dataclass(slots=True)
class RawTextEraser:
    """Empties raw texts of quarantined rows that are of somebody erased.

    Known by a word of the text that is an erased id as the agency writes it, by an identifier, or by both names.
    """

    erased: ErasedRows
    prefixes: dict[str, tuple[str, ...]]
    identifiers: frozenset[str]
    given_by_family: dict[str, set[str]] = field(default_factory=dict)

    def cleared(self, feed: str, text: str) -> str:
        """The text as it is, or the word that stands for an erased one."""
        return ERASED_TEXT if self._is_erased(feed, text) else text

    def empty_unusable(self, intake: Intake) -> None:
        """Clear the raw texts of rows that could not even be read."""
        rows = intake.connection.execute("SELECT rowid, file_id, raw FROM unusable").fetchall()
        gone = [
            number
            for number, file_id, raw in rows
            if raw and self._is_erased(intake.files[file_id].feed, raw)
        ]
        intake.connection.execute(
            "UPDATE unusable SET raw = $1 WHERE rowid IN (SELECT unnest($2::BIGINT[]))", [ERASED_TEXT, gone]
        )

    def _is_erased(self, feed: str, text: str) -> bool:
        words = _TOKEN.findall(text)
        folded = {word.casefold() for word in words}
        if not folded.isdisjoint(self.identifiers):
            return True
        if any(not folded.isdisjoint(self.given_by_family.get(word, ())) for word in folded):
            return True
        key, records = self.erased.key, self.erased.records | self.erased.inactive_records
        ids = {prefix + word for word in words for prefix in self.prefixes.get(feed, ())}
        return any(key.digest("record", one) in records for one in ids)


def leave_out_erased(
    intake: Intake, tables: Sequence[StatementTable], mappings: Sequence[Mapping], erased: ErasedRows
) -> RawTextEraser:
    """Take the rows of erased records and events out of the statements, and all but the key features of reduced events.

    Returns what clears the raw texts that are written later.
    """
    _list_erased(intake, tables, erased)
    eraser = RawTextEraser(
        erased,
        {mapping.feed: _prefixes(mapping) for mapping in mappings},
        _identifiers(intake, tables),
        _names(intake, tables),
    )
    connection = intake.connection
    for one in tables:
        for column, gone in (
            ("record_id", "erased_record"),
            ("other_record_id", "erased_record"),
            ("event_id", "erased_event"),
        ):
            if column in one.columns and not (one.kind == "Thing" and column == "event_id"):
                connection.execute(f"DELETE FROM {one.table} WHERE {column} IN (FROM {gone})")
        for column in ("event_id", "related_event_id"):
            if column in one.columns and (one.kind == "Thing" or column == "related_event_id"):
                connection.execute(
                    f"UPDATE {one.table} SET {column} = NULL WHERE {column} IN (FROM erased_event)"
                )
        if one.kind == "Event":
            emptied = [f"{name} = NULL" for name in EMPTIED_COLUMNS if name in one.columns]
            connection.execute(
                f"UPDATE {one.table} SET {', '.join(emptied)} WHERE event_id IN (FROM reduced_event)"
            )
    about = " OR ".join(f"about IN (FROM {name})" for name in ERASED_TABLES)
    connection.execute(f"DELETE FROM left_aside WHERE {about}")
    return eraser


def _list_erased(intake: Intake, tables: Sequence[StatementTable], erased: ErasedRows) -> None:
    """Temporary ``erased_record``, ``erased_event`` and ``reduced_event``: the ids at hand that the digests stand for."""
    connection = intake.connection
    events = _stated(tables, ("event_id", "related_event_id"))
    _match(intake, "erased_event", ("event", events), erased, erased.events)
    _match(intake, "reduced_event", ("event", events), erased, erased.reduced_events)
    parts = " UNION ".join(
        f"SELECT record_id FROM {one.table} WHERE event_id NOT IN (FROM erased_event)"
        for one in tables
        if one.kind == "Involvement"
    )
    records = _stated(tables, ("record_id", "other_record_id"))
    _match(intake, "erased_record", ("record", records), erased, erased.inactive_records)
    if parts:
        connection.execute(f"DELETE FROM erased_record WHERE id IN ({parts})")
    _match(intake, "erased_for_good", ("record", records), erased, erased.records)
    connection.execute(
        "INSERT INTO erased_record SELECT id FROM erased_for_good EXCEPT SELECT id FROM erased_record"
    )
    connection.execute("DROP TABLE erased_for_good")


def _match(
    intake: Intake, name: str, stated: tuple[str, str], erased: ErasedRows, digests: frozenset[str]
) -> None:
    kind, ids = stated
    intake.connection.register("known_digest", pa.table({"digest": pa.array(sorted(digests), pa.string())}))
    intake.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT id FROM ({ids}) "
        f"WHERE {erased.key.sql(kind, 'id')} IN (SELECT digest FROM known_digest)"
    )
    intake.connection.unregister("known_digest")


def _stated(tables: Sequence[StatementTable], columns: Sequence[str]) -> str:
    found = [
        f"SELECT {column} AS id FROM {one.table} WHERE {column} IS NOT NULL"
        for one in tables
        for column in columns
        if column in one.columns
    ]
    return " UNION ".join(found) or "SELECT NULL::VARCHAR AS id WHERE FALSE"


def _identifiers(intake: Intake, tables: Sequence[StatementTable]) -> frozenset[str]:
    found: set[str] = set()
    for one in tables:
        if one.kind == "Identifier":
            rows = intake.connection.execute(
                f"SELECT DISTINCT value FROM {one.table} WHERE value IS NOT NULL AND record_id IN (FROM erased_record)"
            )
            found |= {str(value).casefold() for (value,) in rows.fetchall()}
    return frozenset(found)


def _names(intake: Intake, tables: Sequence[StatementTable]) -> dict[str, set[str]]:
    """Family name -> given names, each their first word, of the records that are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in tables:
        if {"record_id", "given_name", "family_name"} <= one.columns:
            rows = intake.connection.execute(
                f"""SELECT DISTINCT given_name, family_name FROM {one.table}
                    WHERE given_name IS NOT NULL AND family_name IS NOT NULL AND record_id IN (FROM erased_record)"""
            )
            for given, family in rows.fetchall():
                first, last = _TOKEN.findall(given.casefold()), _TOKEN.findall(family.casefold())
                if first and last:
                    found[last[-1]].add(first[0])
    return dict(found)


def _prefixes(mapping: Mapping) -> tuple[str, ...]:
    """What stands before an agency's own id in the ids of a feed."""
    agency = f"{mapping.agency}:"
    return (agency, f"{agency}{mapping.system}/") if mapping.system else (agency,)
