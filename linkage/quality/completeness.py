"""What each feed says of its people, as linkage can use it: the share of records that hold each field."""

from dataclasses import dataclass
from typing import Final

import duckdb

from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# Over ``c`` (comparison_record) and ``r`` (record): what is left of a field once placeholders are taken out of it.
FIELDS: Final[dict[str, str]] = {
    "Given name": "c.forename IS NOT NULL",
    "Family name": "c.surname IS NOT NULL",
    "Full date of birth": "c.birth_date IS NOT NULL",
    "Year of birth": "c.birth_year IS NOT NULL",
    "Sex": "c.sex IS NOT NULL",
    "Ethnic group": "r.ethnic_group IS NOT NULL",
    "Address": "c.address_words IS NOT NULL",
    "Postcode": "c.postcodes IS NOT NULL",
    "NHS number": "c.nhs_numbers IS NOT NULL",
    "Other identifier": "c.identifiers IS NOT NULL",
    "Phone": "c.phones IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class FeedCompleteness:
    """One feed of one agency: how many records it has, and which share of them (0 to 1) holds each of ``FIELDS``."""

    agency: str
    feed: str
    records: int
    shares: dict[str, float]


def completeness(connection: duckdb.DuckDBPyConnection, scope: Scope) -> tuple[FeedCompleteness, ...]:
    """Completeness of every feed that has records in ``scope``, by agency and feed.

    1 January counts as a year of birth alone, a name that is a placeholder as none, an identifier whose check does
    not hold or that is over-common as none: linkage can make nothing of them.
    """
    shares = ", ".join(f"avg(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in FIELDS.values())
    rows = connection.execute(
        f"""SELECT coalesce(r.agency, ''), coalesce(r.feed, ''), count(*), {shares}
            FROM {rows_in_scope("record", scope)} r JOIN comparison_record c ON c.record_id = r.record_id
            GROUP BY 1, 2 ORDER BY 1, 2"""
    ).fetchall()
    return tuple(
        FeedCompleteness(agency, feed, records, dict(zip(FIELDS, values, strict=True)))
        for agency, feed, records, *values in rows
    )
