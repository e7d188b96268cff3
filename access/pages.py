"""A person's page: what each agency says of them, side by side, conflicts kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

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
from records.snapshot.about import rows_about

# The other side of a relationship, as that side's page states it.
_INVERSE = {"parent": "child", "child": "parent", "carer": "cared_for", "cared_for": "carer"}


_NAME: Final = "coalesce(t.full_name, nullif(concat_ws(' ', t.given_name, t.family_name), ''))"


@dataclass(frozen=True, slots=True)
class _Said:
    """What one record says of a person."""

    record_id: str
    name: str | None
    sex: str | None
    date_of_birth: str | None
    died_on: str | None
    ethnic_group: str | None
    first_language: str | None
    disability: str | None
    agency: str

    def of_another_sex(self, person: KnownPerson) -> bool:
        """Whether it states another sex than the description of the person."""
        return None not in (self.sex, person.sex) and self.sex != person.sex


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
        said = self._said(person)
        background = said if shown.background else ()
        return PersonPage(
            card=self._cards.card(person),
            ethnic_group=_most_said(background, "ethnic_group"),
            first_language=_most_said(background, "first_language"),
            disability=_most_said(background, "disability"),
            names=self._names(person, said) if shown.identity else (),
            identifiers=self._identifiers(person) if shown.identity else (),
            addresses=self._addresses(person) if shown.location else (),
            things=self._things(person) if shown.identity else (),
            organisations=self._organisations(person) if shown.location else (),
            relations=self._relations(person),
            findings=findings,
            stated=self._stated(person, said),
        )

    def _rows(self, table: str, columns: str, person: KnownPerson, order: str = "ALL") -> list[Any]:
        """Rows about the person's records with the agency of each."""
        if person.record_ids[0] in self._holders:
            return self._rows_of_all(table, columns, order).get(person.person_id, [])
        return self._connection.execute(
            f"""SELECT DISTINCT {columns}, label.agency
                FROM {self._about(table, person)} t JOIN label USING (label_id) ORDER BY {order}"""
        ).fetchall()

    def _rows_of_all(self, table: str, columns: str, order: str) -> dict[str, list[Any]]:
        """The same by person, for everyone whose page this read makes."""
        key = (table, columns, order)
        if key not in self._fetched:
            about = rows_about(self._connection, table, self._scope, "record_id", self._holders)
            rows = self._connection.execute(
                f"""SELECT DISTINCT {columns}, label.agency, t.record_id
                    FROM {about} t JOIN label USING (label_id) ORDER BY {order}"""
            ).fetchall()
            found: dict[str, dict[Any, None]] = {}
            for *row, record_id in rows:
                found.setdefault(self._holders[record_id], {})[tuple(row)] = None
            self._fetched[key] = {person_id: list(each) for person_id, each in found.items()}
        return self._fetched[key]

    def _about(self, table: str, person: KnownPerson, column: str = "record_id") -> str:
        return rows_about(self._connection, table, self._scope, column, person.record_ids)

    def _said(self, person: KnownPerson) -> list[_Said]:
        """What each record says of the person, in the order of the records."""
        columns = f"""t.record_id, {_NAME}, t.sex, t.date_of_birth::VARCHAR, t.died_on::VARCHAR,
            t.ethnic_group, t.first_language, t.disability"""
        return [_Said(*row) for row in self._rows("record", columns, person)]

    def _shows_history(self, agency: str) -> bool:
        """Whether rows of this agency may tell the reader of another sex or a former name."""
        return self._cards.mask.of_row(agency).sex_and_name_history

    def _stated(self, person: KnownPerson, said: Sequence[_Said]) -> tuple[StatedFact, ...]:
        """What each agency states of the person, fact by fact; as with names, no history of sex and name."""
        shown = self._cards.shown(person)
        facts = ["sex"]
        facts += ["date_of_birth", "died_on"] if shown.identity else []
        facts += ["ethnic_group", "first_language"] if shown.background else []
        lines = {
            StatedFact(fact, value, one.agency)
            for fact in facts
            for one in said
            if (value := getattr(one, fact))
            and (fact != "sex" or not one.of_another_sex(person) or self._shows_history(one.agency))
        }
        return tuple(sorted(lines, key=lambda line: (facts.index(line.fact), line.value, line.agency)))

    def _names(self, person: KnownPerson, said: Sequence[_Said]) -> tuple[NameLine, ...]:
        """Names by agency; former ones, and those on records of another sex, where the reader may see that history."""
        another_sex = {one.record_id for one in said if one.of_another_sex(person)}
        written = [("current", one.name, one.record_id, one.agency) for one in said]
        written += self._rows("name", f"t.kind, {_NAME}, t.record_id", person)
        lines = {
            NameLine(kind, name, agency)
            for kind, name, record_id, agency in written
            if name and ((kind != "former" and record_id not in another_sex) or self._shows_history(agency))
        }
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
            f"""SELECT t.record_id, t.other_record_id, t.kind, t.valid_from, t.valid_to, label.agency
                FROM (SELECT * FROM {self._about("relationship", person)}
                      UNION SELECT * FROM {self._about("relationship", person, "other_record_id")}) t
                JOIN label USING (label_id)"""
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


def _most_said(said: Iterable[_Said], fact: str) -> str | None:
    """What most records say; of equals the first in the alphabet."""
    counted = Counter(value for one in said if (value := getattr(one, fact)) is not None)
    return min(counted, key=lambda value: (-counted[value], value), default=None)
