"""What happened to people, in order, with every agency's version; and where and with whom they lived."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from graph.view import GraphView
from linkage import scope_rows
from records.snapshot import rows_in_scope


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part in an event, as stated: a row a record and role."""

    person_id: str
    role: str
    record_id: str


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One agency's version of one happening. Versions of the same happening share ``incident_id``.

    ``parts``: everybody's in the scope, sorted by person, role and record; roles as stated.
    """

    event_id: str
    incident_id: str
    agency: str
    kind: str
    concern: str | None
    severity: int | None
    started_at: datetime | None
    date_precision: str | None
    ended_on: date | None
    known_on: date | None
    summary: str | None
    parts: tuple[Part, ...]
    versions: int


@dataclass(frozen=True, slots=True)
class HouseholdStay:
    """A spell of a person in a household, with those who shared it and when."""

    household_id: str
    place_id: str
    valid_from: date | None
    valid_to: date | None
    evidence_record_ids: tuple[str, ...]
    with_people: tuple[tuple[str, date | None, date | None], ...]


def timeline(view: GraphView, person_ids: Collection[str], as_of: date | None = None) -> list[TimelineEvent]:
    """The events in which any of ``person_ids`` has a part, oldest first; with ``as_of``, those recorded by then.

    ``versions`` counts those of the events listed that tell the same happening, each itself included.
    """
    own = view.members_of(person_ids)
    members = view.holding(_records_beside(view, own)) | own
    incident_of = view.incidents(members)
    with scope_rows(view.connection, view.scope, members):
        rows = view.connection.execute(
            """SELECT e.event_id, e.agency, e.kind, e.concern, e.severity, e.started_at, e.date_precision, e.ended_on,
                      e.known_on, e.summary,
                      list_sort(list_distinct(list([i.person_id, i.role, i.record_id]))) AS parts
               FROM scope_event e JOIN scope_involvement i USING (event_id)
               WHERE $1::DATE IS NULL OR coalesce(e.known_on, CAST(e.started_at AS DATE)) <= $1::DATE
               GROUP BY ALL HAVING bool_or(list_contains($2::VARCHAR[], i.record_id))
               ORDER BY e.started_at NULLS FIRST, e.event_id""",
            [as_of, sorted(own)],
        ).fetchall()
    versions = Counter(incident_of[row[0]] for row in rows)
    return [
        TimelineEvent(
            row[0],
            incident_of[row[0]],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            row[6],
            row[7],
            row[8],
            row[9],
            tuple(Part(*part) for part in row[10]),
            versions[incident_of[row[0]]],
        )
        for row in rows
    ]


def _records_beside(view: GraphView, members: Mapping[str, str]) -> set[str]:
    """Records that have a part, within the scope, in an event of ``members``."""
    rows = view.connection.execute(
        f"""SELECT DISTINCT i.record_id FROM {rows_in_scope("involvement", view.scope)} i WHERE i.event_id IN (
                SELECT event_id FROM involvement WHERE record_id IN (SELECT unnest($1::VARCHAR[])))""",
        [sorted(members)],
    ).fetchall()
    return {row[0] for row in rows}


def household_history(view: GraphView, person_id: str, as_of: date | None = None) -> list[HouseholdStay]:
    """Where and with whom a person lived, oldest first; with ``as_of``, spells that had begun by then."""
    begun = [
        spell
        for spell in view.households([person_id])
        if as_of is None or spell.valid_from is None or spell.valid_from <= as_of
    ]
    return [
        HouseholdStay(
            own.household_id,
            own.place_id,
            own.valid_from,
            own.valid_to,
            own.evidence_record_ids,
            tuple(
                (other.person_id, other.valid_from, other.valid_to)
                for other in begun
                if (other.household_id, other.place_id) == (own.household_id, own.place_id)
                and other.person_id != person_id
            ),
        )
        for own in begun
        if own.person_id == person_id
    ]
