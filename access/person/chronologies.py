"""A person's chronology: every event of the scope in which they have a part, each agency's report a line."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import duckdb

from access.person.cards import Cards, in_order
from access.person.people import KnownPerson
from access.values import Chronology, ChronologyLine, InvolvedPerson
from linkage import incidents_of
from records.scope import Scope
from records.snapshot.about import among, stored_about

_FACTS = (
    "event_id",
    "started_at",
    "date_precision",
    "ended_on",
    "known_on",
    "agency",
    "kind",
    "plan_kind",
    "concern",
    "severity",
    "offence",
    "status",
    "outcome",
    "rag_initial",
    "rag_final",
    "place",
    "postcode",
    "summary",
    "opinion",
    "flags",
    "sessions_possible",
    "sessions_absent",
)
# Of these, what a row of sexual health tells beyond its date, agency and kind.
_TELLING = ("concern", "severity", "offence", "outcome", "place", "postcode", "summary", "opinion", "flags")


class Chronologies:
    """Reads the events around one person that a scope holds."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        scope: Scope,
        cards: Cards,
        incidents: Mapping[str, str] | None = None,
    ) -> None:
        """``incidents``: event -> happening for every event of the scope, where a read of many people found them at once."""
        self._connection = connection
        self._scope = scope
        self._cards = cards
        self._known_incidents = incidents

    def chronology(self, person: KnownPerson) -> Chronology:
        """The chronology of ``person``, oldest first, undated events last."""
        parts = self._parts(person)
        roles: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        holders = self._cards.people.holding({record_id for _, record_id, _ in parts})
        events = self._events(sorted({event_id for event_id, _, _ in parts}))
        for event_id, record_id, role in parts:
            if record_id in holders:
                roles[event_id][holders[record_id].person_id].add(role)
        people = {holder.person_id: holder for holder in holders.values()}
        incidents = self._incidents(sorted(facts["event_id"] for facts in events), people.values())
        lines = tuple(
            self._line(person, facts, roles[facts["event_id"]], people, incidents) for facts in events
        )
        return Chronology(self._cards.card(person), lines)

    def _parts(self, person: KnownPerson) -> list[tuple[str, str, str]]:
        """(event, record, role) of everyone in the events in which the person has a part."""
        own = self._about("involvement", "record_id", person.record_ids)
        rows = self._connection.execute(f"SELECT DISTINCT event_id FROM {own}").fetchall()
        shared = self._about("involvement", "event_id", [event_id for (event_id,) in rows])
        return self._connection.execute(
            f"SELECT event_id, record_id, role FROM {shared} ORDER BY ALL"
        ).fetchall()

    def _events(self, event_ids: list[str]) -> list[dict[str, Any]]:
        rows = self._connection.execute(
            f"""SELECT {", ".join(f"e.{column}" for column in _FACTS)}, label.category
                FROM {self._about("event", "event_id", event_ids)} e JOIN label USING (label_id)
                ORDER BY started_at NULLS LAST, known_on NULLS LAST, event_id"""
        ).fetchall()
        at_hidden_places = self._at_hidden_places(event_ids)
        return [
            self._told(dict(zip((*_FACTS, "category"), row, strict=True)))
            | {"is_at_hidden_place": row[0] in at_hidden_places}
            for row in rows
        ]

    def _at_hidden_places(self, event_ids: list[str]) -> frozenset[str]:
        """Those of the events that happened where somebody is hidden."""
        place_ids = self._cards.mask.whereabouts.place_ids
        if not place_ids:
            return frozenset()
        rows = self._connection.execute(
            f"""SELECT event_id FROM {self._about("event", "event_id", event_ids)} e
                JOIN (SELECT * FROM place_of WHERE {among("place_id", place_ids)}) p
                ON p.address IS NOT DISTINCT FROM e.place
                    AND p.postcode IS NOT DISTINCT FROM e.postcode AND p.uprn IS NOT DISTINCT FROM e.uprn"""
        ).fetchall()
        return frozenset(event_id for (event_id,) in rows)

    def _about(self, table: str, column: str, ids: Collection[str]) -> str:
        return self._cards.people.about.rows(table, column, ids)

    def _told(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The facts of an event as far as its category and its agency let this reader know them."""
        shown = self._cards.mask.of_row(facts["agency"])
        if facts["category"] == "sexual_health" and not shown.sexual_health:
            facts |= dict.fromkeys(_TELLING)
        return facts

    def _incidents(self, event_ids: list[str], people: Iterable[KnownPerson]) -> dict[str, str]:
        """Event -> a reference that the reports of one happening share: made of the first of them shown here."""
        if self._known_incidents is not None:
            found = dict(self._known_incidents)
        elif self._scope.standing:
            stored = stored_about("incident", self._scope, "event_id", event_ids)
            rows = self._connection.execute(
                f"SELECT event_id, incident_id FROM {stored} ORDER BY event_id"
            ).fetchall()
            found = dict(rows)
        else:
            members = {record_id: person.person_id for person in people for record_id in person.record_ids}
            found = incidents_of(self._connection, self._scope, members)
        first: dict[str, str] = {}
        # Where the whole scope is known, a happening is called the same in the chronology of everyone in it.
        for event_id in event_ids if self._known_incidents is None else sorted(found.keys() | event_ids):
            first.setdefault(found.get(event_id, event_id), event_id)
        return {
            event_id: self._cards.handles.reference("incident", first[found.get(event_id, event_id)])
            for event_id in event_ids
        }

    def _line(
        self,
        person: KnownPerson,
        facts: dict[str, Any],
        roles: dict[str, set[str]],
        people: dict[str, KnownPerson],
        incidents: dict[str, str],
    ) -> ChronologyLine:
        shown = self._cards.shown(person)
        others = in_order([people[other] for other in roles if other != person.person_id])
        event_id = facts["event_id"]
        whereabouts = self._cards.mask.whereabouts
        given_away = facts["is_at_hidden_place"] or any(
            whereabouts.concerns(people[one].record_ids) for one in roles
        )
        located = shown.location and not given_away
        return ChronologyLine(
            event=event_id if shown.identity else self._cards.handles.reference("event", event_id),
            incident=incidents[event_id],
            happened_at=facts["started_at"],
            date_precision=facts["date_precision"],
            ended_on=facts["ended_on"],
            known_on=facts["known_on"],
            agency=facts["agency"],
            kind=facts["kind"],
            plan_kind=facts["plan_kind"],
            concern=facts["concern"],
            severity=facts["severity"],
            offence=facts["offence"],
            status=facts["status"],
            outcome=facts["outcome"],
            rag_initial=facts["rag_initial"],
            rag_final=facts["rag_final"],
            roles=tuple(sorted(roles[person.person_id])),
            others=tuple(
                InvolvedPerson(self._cards.card(other), role)
                for other in others
                for role in sorted(roles[other.person_id])
            ),
            place=facts["place"] if located else None,
            postcode=facts["postcode"] if located else None,
            summary=whereabouts.left_out_of(facts["summary"]) if shown.narrative else None,
            opinion=whereabouts.left_out_of(facts["opinion"]) if shown.narrative else None,
            flags=tuple(facts["flags"] or ()),
            sessions_possible=facts["sessions_possible"],
            sessions_absent=facts["sessions_absent"],
        )
