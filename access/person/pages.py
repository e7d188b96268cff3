"""A person's page: what each agency says of them, side by side, conflicts kept."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

from access.person.cards import Cards
from access.person.people import KnownPerson
from access.scope.untold import untold_labels
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
        cards: Cards,
        together: Sequence[KnownPerson] = (),
    ) -> None:
        """``together``: people whose pages are made in one read; their rows are then fetched at once."""
        self._connection = connection
        self._cards = cards
        self._holders = {one: person.person_id for person in together for one in person.record_ids}
        self._related: list[Any] | None = None
        self._fetched: dict[tuple[str, str, str], dict[str, list[Any]]] = {}
        self._agencies: dict[int, str] = {}
        self._untold: list[int] | None = None

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

    def _rows(self, table: str, columns: str, person: KnownPerson) -> list[Any]:
        """Rows about the person's records with the agency of each, each once, in order."""
        holders = self._holders
        if person.record_ids[0] not in holders:
            holders = dict.fromkeys(person.record_ids, person.person_id)
        key = (table, columns, "" if holders is self._holders else person.person_id)
        if key not in self._fetched:
            self._fetched[key] = self._rows_of(table, columns, holders)
        return self._fetched[key].get(person.person_id, [])

    def _rows_of(self, table: str, columns: str, holders: Mapping[str, str]) -> dict[str, list[Any]]:
        """The same of everyone who holds one of these records, by person."""
        # Joined, made distinct and ordered here: of so few rows the database would spend its time on the plan.
        rows = self._connection.execute(
            f"SELECT {columns}, t.record_id, t.label_id FROM {self._cards.people.about.rows(table, 'record_id', holders)} t"
        ).fetchall()
        found: dict[str, set[tuple[Any, ...]]] = {}
        for *row, record_id, label_id in rows:
            found.setdefault(holders[record_id], set()).add((*row, self._agency_of[label_id]))
        return {person_id: sorted(each, key=_nothing_last) for person_id, each in found.items()}

    @property
    def _agency_of(self) -> dict[int, str]:
        if not self._agencies:
            self._agencies = dict(self._connection.execute("SELECT label_id, agency FROM label").fetchall())
        return self._agencies

    def _about(self, table: str, person: KnownPerson) -> str:
        return self._cards.people.about.rows(table, "record_id", person.record_ids)

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
        rows = self._rows("address_spell", columns, person)
        # The latest first, and of those one that goes on; one without a beginning last.
        rows = sorted(rows, key=lambda row: row[4] or date.max, reverse=True)
        rows = sorted(rows, key=lambda row: row[3] or date.min, reverse=True)
        return tuple(AddressLine(*row) for row in rows)

    def _things(self, person: KnownPerson) -> tuple[TieLine, ...]:
        columns = "t.kind, t.value, t.valid_from, t.valid_to"
        return tuple(TieLine(*row) for row in self._rows("thing_use", columns, person))

    def _organisations(self, person: KnownPerson) -> tuple[TieLine, ...]:
        if self._untold is None:
            self._untold = untold_labels(self._connection, self._cards.mask)
        untold = ", ".join(str(int(label_id)) for label_id in self._untold)
        is_told = f"t.label_id NOT IN ({untold})" if untold else "true"
        columns = (
            f"t.kind, CASE WHEN {is_told} THEN coalesce(t.organisation_name, t.organisation_key) END AS named, "
            f"t.valid_from, t.valid_to, {is_told} AS is_told"
        )
        rows = self._rows("organisation_tie", columns, person)
        return tuple(
            TieLine(kind, named, valid_from, valid_to, agency)
            for kind, named, valid_from, valid_to, is_told, agency in rows
            if named or not is_told
        )

    def _relationships(self, record_ids: Collection[str]) -> list[Any]:
        """What is stated of how these records and others are related, in either direction; the same may stand twice."""
        either = (
            self._cards.people.about.rows("relationship", column, record_ids)
            for column in ("record_id", "other_record_id")
        )
        columns = "record_id, other_record_id, kind, valid_from, valid_to, label_id"
        return self._connection.execute(
            " UNION ALL ".join(f"SELECT {columns} FROM {about}" for about in either)
        ).fetchall()

    def _relations(self, person: KnownPerson) -> tuple[RelationLine, ...]:
        own = set(person.record_ids)
        if person.record_ids[0] not in self._holders:
            rows = self._relationships(person.record_ids)
        else:
            if self._related is None:
                self._related = self._relationships(tuple(self._holders))
            rows = [row for row in self._related if row[0] in own or row[1] in own]
        stated = [
            (record_id, kind, valid_from, valid_to, self._agency_of[label_id])
            if other in own
            else (other, _INVERSE.get(kind, kind), valid_from, valid_to, self._agency_of[label_id])
            for record_id, other, kind, valid_from, valid_to, label_id in rows
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


def _nothing_last(row: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(value is None, value) for value in row]


def _most_said(said: Iterable[_Said], fact: str) -> str | None:
    """What most records say; of equals the first in the alphabet."""
    counted = Counter(value for one in said if (value := getattr(one, fact)) is not None)
    return min(counted, key=lambda value: (-counted[value], value), default=None)
