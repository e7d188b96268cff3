"""Everything held about one person, for that person (UK GDPR Art 15): what, from whom, and who received it.

What others said in confidence and who they are is left out: other people's names go from texts, a referrer that is no
agency is not named, police intelligence is left to a decision of the police (DPA 2018 s45). A person reads the document
before it leaves: no program can tell whether a sentence gives somebody away (DPA 2018 Sch 2 Part 3, Sch 3 Part 2).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from access.keeping.recipients import recipients_of
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import Recipient
from records.errors import NotThere
from records.snapshot.scoped import rows_in_scope

ANOTHER_PERSON: Final = "[another person]"
# Left to a decision of the agency: to say that such a row exists can do harm already.
WITHHELD: Final = frozenset({"police_intelligence"})
# Acts of the hub's own about the request itself, which would make every document differ from the last.
_OWN_ACTS: Final = ("subject_access", "erasure_plan")
_SHORTEST_WORD: Final = 2

# The details of a record, each with the columns that state it.
_STATED: Final[dict[str, tuple[str, str]]] = {
    "name": ("kind", "coalesce(nullif(concat_ws(' ', given_name, family_name), ''), full_name)"),
    "identifier": ("kind", "value"),
    "address_spell": ("kind", "concat_ws(', ', address, postcode, uprn)"),
    "thing_use": ("kind", "value"),
    "organisation_tie": ("kind", "coalesce(organisation_name, organisation_key)"),
}


@dataclass(frozen=True, slots=True)
class HeldStatement:
    """One thing that a record says: its kind, the value, and from when to when."""

    kind: str
    value: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One agency's description of the person, with the file and line it came from."""

    record_id: str
    agency: str
    system: str | None
    category: str
    source_file: str
    source_line: int | None
    extracted_on: date | None
    statements: tuple[HeldStatement, ...]


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """Something that happened with the person in it. ``others``: how many other people have a part; none is named."""

    event_id: str
    agency: str
    category: str
    happened_on: date | None
    kind: str
    facts: tuple[HeldStatement, ...]
    roles: tuple[str, ...]
    others: int
    summary: str | None
    opinion: str | None
    source_file: str
    source_line: int | None


@dataclass(frozen=True, slots=True)
class SubjectAccess:
    """What is held about one person on the snapshot's day.

    ``relations``: how others stand to the person, without who they are. ``findings``: what the hub's rules raised, by
    detector with its period. ``recipients``: without the workers' names. ``withheld_rows`` is for whoever answers the
    request, and stands in no document.
    """

    as_of: date
    hub: str
    records: tuple[HeldRecord, ...]
    events: tuple[HeldEvent, ...]
    relations: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, date, date], ...]
    recipients: tuple[Recipient, ...]
    withheld_rows: int


def held_about(sight: Sight, record_id: str) -> SubjectAccess:
    """What the reader's scope holds of the person who holds a record. Raises NotThere; also of a sealed or hidden one."""
    person = sight.cards.people.holding([record_id]).get(record_id)
    if person is None:
        raise NotThere("There is no such record here.")
    sight.log.saw(person.record_ids)
    held = _Held(sight, person)
    records, events = held.records(), held.events()
    shown_records = tuple(one for one in records if one.category not in WITHHELD)
    shown_events = tuple(one for one in events if one.category not in WITHHELD)
    return SubjectAccess(
        as_of=sight.as_of,
        hub=sight.principal.hub,
        records=shown_records,
        events=shown_events,
        relations=held.relations(),
        findings=held.findings(),
        recipients=recipients_of(sight.ledger, person.record_ids, without=_OWN_ACTS),
        withheld_rows=len(records) + len(events) - len(shown_records) - len(shown_events),
    )


class _Held:
    def __init__(self, sight: Sight, person: KnownPerson) -> None:
        self._sight = sight
        self._person = person
        self._ids = sorted(person.record_ids)

    def records(self) -> list[HeldRecord]:
        said: dict[str, list[HeldStatement]] = {one: [] for one in self._ids}
        for table, (kind, value) in _STATED.items():
            dated = "NULL::DATE, NULL::DATE" if table == "identifier" else "t.valid_from, t.valid_to"
            for record_id, *statement in self._rows(
                f"SELECT t.record_id, {kind}, {value}, {dated} FROM {rows_in_scope(table, self._sight.scope)} t"
                " JOIN label USING (label_id)"
                f" WHERE list_contains($1::VARCHAR[], t.record_id) AND {_shown('label.category')} ORDER BY ALL"
            ):
                if statement[1]:
                    said[record_id].append(HeldStatement(*statement))
        found = []
        for row in self._rows(
            f"""SELECT t.record_id, t.agency, t.system, label.category, t.source_file, t.source_line, t.extracted_on,
                       t.title, coalesce(t.full_name, concat_ws(' ', t.given_name, t.family_name)), t.date_of_birth,
                       t.birth_year, t.sex, t.ethnic_group, t.first_language, t.disability, t.died_on, t.authority
                FROM {rows_in_scope("record", self._sight.scope)} t JOIN label USING (label_id)
                WHERE list_contains($1::VARCHAR[], t.record_id) ORDER BY t.record_id"""
        ):
            head, facts = row[:7], row[7:]
            own = [
                HeldStatement(kind, str(value), None, None)
                for kind, value in zip(_OF_A_RECORD, facts, strict=True)
                if value not in (None, "")
            ]
            record_id, agency, system, category, file, line, extracted_on = head
            statements = (*own, *said[record_id])
            found.append(
                HeldRecord(record_id, agency, system, category, file or "", line, extracted_on, statements)
            )
        return found

    def events(self) -> list[HeldEvent]:
        parts: dict[str, tuple[set[str], set[str]]] = {}
        for event_id, record_id, role in self._rows(
            f"""SELECT t.event_id, t.record_id, t.role FROM {rows_in_scope("involvement", self._sight.scope)} t
                WHERE t.event_id IN (SELECT event_id FROM {rows_in_scope("involvement", self._sight.scope)} o
                                     WHERE list_contains($1::VARCHAR[], o.record_id)) ORDER BY ALL"""
        ):
            roles, others = parts.setdefault(event_id, (set(), set()))
            if record_id in self._ids:
                roles.add(role)
            else:
                others.add(record_id)
        names = self._names_of(sorted({one for _, others in parts.values() for one in others}))
        holders = self._sight.cards.people.holding(
            sorted({one for _, other in parts.values() for one in other})
        )
        found = []
        for row in self._rows(
            f"""SELECT t.event_id, t.agency, label.category, t.started_at::DATE, t.kind, t.plan_kind, t.concern, t.severity,
                       t.offence, t.ended_on, t.known_on, t.status, t.outcome, t.rag_initial, t.rag_final,
                       t.summary, t.opinion, t.source_file, t.source_line
                FROM {rows_in_scope("event", self._sight.scope)} t JOIN label USING (label_id)
                WHERE list_contains($1::VARCHAR[], t.event_id) ORDER BY t.started_at NULLS LAST, t.event_id""",
            sorted(parts),
        ):
            roles, others = parts[row[0]]
            words = frozenset(word for one in others for word in names.get(one, ()))
            event_id, agency, category, happened_on, kind = row[:5]
            summary, opinion, file, line = row[15:]
            found.append(
                HeldEvent(
                    event_id=event_id,
                    agency=agency,
                    category=category,
                    happened_on=happened_on,
                    kind=kind,
                    facts=tuple(
                        HeldStatement(name, str(value), None, None)
                        for name, value in zip(_OF_AN_EVENT, row[5:15], strict=True)
                        if value is not None
                    ),
                    roles=tuple(sorted(roles)),
                    others=len({holders[one].person_id if one in holders else one for one in others}),
                    summary=self._redacted(summary, words),
                    opinion=self._redacted(opinion, words),
                    source_file=file or "",
                    source_line=line,
                )
            )
        return found

    def relations(self) -> tuple[tuple[str, int], ...]:
        """How many other people stand in each kind of relation to the person."""
        rows = self._rows(
            f"""SELECT DISTINCT t.other_record_id, t.kind FROM {rows_in_scope("relationship", self._sight.scope)} t
                WHERE list_contains($1::VARCHAR[], t.record_id) ORDER BY ALL"""
        )
        holders = self._sight.cards.people.holding(sorted({other for other, _ in rows}))
        by_kind: dict[str, set[str]] = {}
        for other, kind in rows:
            if other not in self._ids:
                holder = holders.get(other)
                by_kind.setdefault(kind, set()).add(other if holder is None else holder.person_id)
        return tuple(sorted((kind, len(people)) for kind, people in by_kind.items()))

    def findings(self) -> tuple[tuple[str, date, date], ...]:
        """What stands in the snapshot about the person, where the scope is one that it holds findings of."""
        if not self._sight.scope.standing:
            return ()
        rows = self._rows(
            """SELECT DISTINCT f.detector, f.window_from, f.window_to FROM finding f
               JOIN finding_subject s ON s.scope = f.scope AND s.finding_id = f.finding_id
               WHERE f.scope = $2 AND list_contains($1::VARCHAR[], s.person_id) ORDER BY ALL""",
            [self._person.person_id],
            self._sight.scope.name,
        )
        return tuple((detector, start, end) for detector, start, end in rows)

    def _names_of(self, record_ids: Sequence[str]) -> dict[str, set[str]]:
        """Record of somebody else -> the words of their names that are none of the person's own."""
        own = {word.casefold() for word in self._words(self._ids)}
        found: dict[str, set[str]] = {}
        for table in ("record", "name"):
            for record_id, *names in self._rows(
                f"""SELECT t.record_id, t.given_name, t.family_name, t.full_name
                    FROM {rows_in_scope(table, self._sight.scope)} t WHERE list_contains($1::VARCHAR[], t.record_id)
                    ORDER BY ALL""",
                record_ids,
            ):
                words = {word for name in names if name for word in _split(name)}
                found.setdefault(record_id, set()).update(
                    word for word in words if word.casefold() not in own
                )
        return found

    def _words(self, record_ids: Sequence[str]) -> set[str]:
        rows = self._rows(
            f"""SELECT t.given_name, t.family_name, t.full_name FROM {rows_in_scope("record", self._sight.scope)} t
                WHERE list_contains($1::VARCHAR[], t.record_id) ORDER BY ALL""",
            record_ids,
        )
        return {word for row in rows for name in row if name for word in _split(name)}

    def _redacted(self, text: str | None, words: Iterable[str]) -> str | None:
        if not text:
            return text
        for word in sorted(words, key=lambda one: (-len(one), one)):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", ANOTHER_PERSON, text, flags=re.IGNORECASE)
        return re.sub(rf"(?:{re.escape(ANOTHER_PERSON)}\W*)+(?={re.escape(ANOTHER_PERSON)})", "", text)

    def _rows(self, query: str, ids: Sequence[str] | None = None, *more: object) -> list[Any]:
        return self._sight.connection.execute(
            query, [list(self._ids if ids is None else ids), *more]
        ).fetchall()


_OF_A_RECORD: Final = (
    "title",
    "name",
    "date of birth",
    "year of birth",
    "sex",
    "ethnic group",
    "first language",
    "disability",
    "died on",
    "authority",
)
_OF_AN_EVENT: Final = (
    "plan",
    "concern",
    "severity",
    "offence",
    "ended on",
    "recorded on",
    "status",
    "outcome",
    "first rating",
    "last rating",
)


def _shown(column: str) -> str:
    return f"{column} NOT IN ({', '.join(repr(one) for one in sorted(WITHHELD))})"


def _split(name: str) -> list[str]:
    return [word for word in re.findall(r"[\w'-]+", name) if len(word) >= _SHORTEST_WORD]
