"""A person's page: what each agency says of them, side by side, conflicts kept."""

from collections.abc import Sequence
from typing import Any

import duckdb

from access.cards import Cards
from access.people import KnownPerson
from access.values import (
    AddressLine,
    FindingLine,
    IdentifierLine,
    NameLine,
    PersonPage,
    RelationLine,
    StatedFact,
    TieLine,
)
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# The other side of a relationship, as that side's page states it.
_INVERSE = {"parent": "child", "child": "parent", "carer": "cared_for", "cared_for": "carer"}


class PersonPages:
    """Reads the statements about one person that a scope holds."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        scope: Scope,
        cards: Cards,
        together: Sequence[KnownPerson] = (),
    ) -> None:
        """``together``: people whose pages are made in one read; their rows are then fetched at once."""
        self._connection = connection
        self._scope = scope
        self._cards = cards
        self._holders = {one: person.person_id for person in together for one in person.record_ids}
        self._fetched: dict[tuple[str, str, str], dict[str, list[Any]]] = {}

    def page(self, person: KnownPerson, findings: tuple[FindingLine, ...]) -> PersonPage:
        """The page of ``person``; ``findings`` are those about them."""
        shown = self._cards.shown(person)
        background = self._background(person) if shown.background else (None, None, None)
        return PersonPage(
            card=self._cards.card(person),
            ethnic_group=background[0],
            first_language=background[1],
            disability=background[2],
            names=self._names(person) if shown.identity else (),
            identifiers=self._identifiers(person) if shown.identity else (),
            addresses=self._addresses(person) if shown.location else (),
            things=self._things(person) if shown.identity else (),
            organisations=self._organisations(person) if shown.location else (),
            relations=self._relations(person),
            findings=findings,
            stated=self._stated(person),
        )

    def _rows(self, table: str, columns: str, person: KnownPerson, order: str = "ALL") -> list[Any]:
        """Rows about the person's records with the agency of each."""
        if person.record_ids[0] in self._holders:
            return self._rows_of_all(table, columns, order).get(person.person_id, [])
        return self._connection.execute(
            f"""SELECT DISTINCT {columns}, label.agency
                FROM {rows_in_scope(table, self._scope)} t JOIN label USING (label_id)
                WHERE t.record_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY {order}""",
            [list(person.record_ids)],
        ).fetchall()

    def _rows_of_all(self, table: str, columns: str, order: str) -> dict[str, list[Any]]:
        """The same by person, for everyone whose page this read makes."""
        key = (table, columns, order)
        if key not in self._fetched:
            rows = self._connection.execute(
                f"""SELECT DISTINCT {columns}, label.agency, p.person_id
                    FROM {rows_in_scope(table, self._scope)} t JOIN label USING (label_id)
                    JOIN (SELECT unnest($1::VARCHAR[]) AS record_id, unnest($2::VARCHAR[]) AS person_id) p
                      ON p.record_id = t.record_id
                    ORDER BY {order}""",
                [list(self._holders), list(self._holders.values())],
            ).fetchall()
            found: dict[str, list[Any]] = {}
            for *row, person_id in rows:
                found.setdefault(person_id, []).append(tuple(row))
            self._fetched[key] = found
        return self._fetched[key]

    def _background(self, person: KnownPerson) -> Sequence[str | None]:
        """For ethnic group, language and disability: what most records say, the first in the alphabet of equals."""
        columns = ("ethnic_group", "first_language", "disability")
        modes = ", ".join(f"mode(t.{column} ORDER BY t.{column})" for column in columns)
        row = self._connection.execute(
            f"""SELECT {modes} FROM {rows_in_scope("record", self._scope)} t
                WHERE t.record_id IN (SELECT unnest($1::VARCHAR[]))""",
            [list(person.record_ids)],
        ).fetchone()
        return row or (None, None, None)

    def _stated(self, person: KnownPerson) -> tuple[StatedFact, ...]:
        """What each agency states of the person, fact by fact; as with names, no history of sex and name."""
        shown = self._cards.shown(person)
        facts = ["sex"]
        facts += ["date_of_birth", "died_on"] if shown.identity else []
        facts += ["ethnic_group", "first_language"] if shown.background else []
        columns = ", ".join(f"t.{fact}::VARCHAR" for fact in facts)
        lines = set()
        for *values, record_id, agency in self._rows("record", f"{columns}, t.record_id", person):
            for fact, value in zip(facts, values, strict=True):
                history = fact == "sex" and record_id in person.other_sex_record_ids
                if value and (not history or self._cards.mask.of_row(agency).sex_and_name_history):
                    lines.add(StatedFact(fact, value, agency))
        return tuple(sorted(lines, key=lambda line: (facts.index(line.fact), line.value, line.agency)))

    def _names(self, person: KnownPerson) -> tuple[NameLine, ...]:
        """Names by agency; former ones, and those on records of another sex, where the reader may see that history."""
        written = "coalesce(t.full_name, concat_ws(' ', t.given_name, t.family_name))"
        current = self._rows("record", f"'current', {written}, t.record_id", person)
        others = self._rows("name", f"t.kind, {written}, t.record_id", person)
        lines: dict[NameLine, None] = {}
        for kind, name, record_id, agency in sorted(current, key=str) + sorted(others, key=str):
            history = kind == "former" or record_id in person.other_sex_record_ids
            shown = self._cards.mask.of_row(agency).sex_and_name_history
            if name and (shown or not history):
                lines[NameLine(kind, name, agency)] = None
        return tuple(
            sorted(lines, key=lambda line: (line.kind != "current", line.kind, line.name, line.agency))
        )

    def _identifiers(self, person: KnownPerson) -> tuple[IdentifierLine, ...]:
        return tuple(IdentifierLine(*row) for row in self._rows("identifier", "t.kind, t.value", person))

    def _addresses(self, person: KnownPerson) -> tuple[AddressLine, ...]:
        columns = "t.kind, t.address, t.postcode, t.valid_from, t.valid_to"
        rows = self._rows(
            "address_spell", columns, person, "4 DESC NULLS LAST, 5 DESC NULLS FIRST, 1, 2, 3, 6"
        )
        return tuple(AddressLine(*row) for row in rows)

    def _things(self, person: KnownPerson) -> tuple[TieLine, ...]:
        columns = "t.kind, t.value, t.valid_from, t.valid_to"
        return tuple(TieLine(*row) for row in self._rows("thing_use", columns, person))

    def _organisations(self, person: KnownPerson) -> tuple[TieLine, ...]:
        columns = (
            "t.kind, coalesce(t.organisation_name, t.organisation_key) AS named, t.valid_from, t.valid_to"
        )
        return tuple(TieLine(*row) for row in self._rows("organisation_tie", columns, person) if row[1])

    def _relations(self, person: KnownPerson) -> tuple[RelationLine, ...]:
        rows = self._connection.execute(
            f"""SELECT DISTINCT t.record_id, t.other_record_id, t.kind, t.valid_from, t.valid_to, label.agency
                FROM {rows_in_scope("relationship", self._scope)} t JOIN label USING (label_id)
                WHERE t.record_id IN (SELECT unnest($1::VARCHAR[]))
                   OR t.other_record_id IN (SELECT unnest($1::VARCHAR[]))""",
            [list(person.record_ids)],
        ).fetchall()
        own = set(person.record_ids)
        stated = [
            (record_id, kind, *rest) if other in own else (other, _INVERSE.get(kind, kind), *rest)
            for record_id, other, kind, *rest in rows
            if not (record_id in own and other in own)
        ]
        holders = self._cards.people.holding([record_id for record_id, *_ in stated])
        lines = {
            (holders[record_id].anchor, kind, valid_from, valid_to, agency)
            for record_id, kind, valid_from, valid_to, agency in stated
            if record_id in holders
        }
        anchors = {holder.anchor: holder for holder in holders.values()}
        return tuple(
            RelationLine(self._cards.card(anchors[anchor]), kind, valid_from, valid_to, agency)
            for anchor, kind, valid_from, valid_to, agency in sorted(
                lines, key=lambda line: [str(part) for part in line]
            )
        )
