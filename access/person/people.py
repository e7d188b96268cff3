"""People of a scope: read from the snapshot where the scope stands in it, resolved on demand elsewhere."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

import duckdb

from graph import Formed, Kept
from linkage import HouseholdSpell, LinkageCalibration, ResolvedPerson, Rulings, describe_people, people_of
from records.scope import Scope
from records.snapshot import TABLES
from records.snapshot.about import RowsAbout, stored_about

_DESCRIPTION: Final = (
    "given_name",
    "family_name",
    "full_name",
    "date_of_birth",
    "birth_year",
    "sex",
    "ethnic_group",
    "died_on",
    "is_professional",
    "agencies",
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of a scope: the records held there, in order, and the best-supported description of them."""

    person_id: str
    record_ids: tuple[str, ...]
    given_name: str | None
    family_name: str | None
    full_name: str | None
    date_of_birth: date | None
    birth_year: int | None
    sex: str | None
    ethnic_group: str | None
    died_on: date | None
    is_professional: bool
    agencies: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The record that the person's handle is made of: the first of those in the scope."""
        return self.record_ids[0]


@dataclass(slots=True)
class OfEveryone:
    """What was worked out of a scope as a whole.

    Where it lists its people, and None until it is asked for: ``happenings``, event id -> the incident that it tells of, and
    ``spells``, their households. ``counted``: the latest statistics by what was asked. ``referrals``: the referrals to
    MARAC that may still wait for a meeting, None until they were asked for.
    """

    happenings: dict[str, str] | None = None
    spells: list[HouseholdSpell] | None = None
    counted: dict[Hashable, Any] = field(default_factory=dict)
    referrals: frozenset[str] | None = None


class FoundBefore(Protocol):
    """People of the scope that earlier reads found; ``access.person.remembered.PeopleOfScope`` is one."""

    by_record: dict[str, KnownPerson]
    by_id: dict[str, KnownPerson]
    resolved: dict[str, ResolvedPerson]
    graphs: dict[tuple[frozenset[str], int], Formed]
    of_everyone: OfEveryone


class People:
    """Finds the people of one scope, each asked for once.

    ``about``: rows of the scope about some of them; ``kept``: these people and graphs of them, for questions about the graph;
    ``of_everyone``: what follows from all of them, where the scope lists them.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        scope: Scope,
        calibration: LinkageCalibration,
        rulings: Rulings,
        before: FoundBefore | None = None,
    ) -> None:
        self.about = RowsAbout(connection, scope)
        self.kept = Kept(self.resolved, {} if before is None else before.graphs)
        self.of_everyone = OfEveryone() if before is None else before.of_everyone
        self._connection = connection
        self._before = before
        self._scope = scope
        self._calibration = calibration
        self._rulings = rulings
        self._resolved: dict[str, ResolvedPerson] = {} if before is None else before.resolved
        self._by_record: dict[str, KnownPerson] = {}
        self._by_id: dict[str, KnownPerson] = {}

    @property
    def stands(self) -> bool:
        """Whether they are read from the snapshot, under the ids that the build gave them."""
        return self._scope.standing

    def holding(self, record_ids: Collection[str]) -> dict[str, KnownPerson]:
        """Record id -> the person who holds it; a record outside the scope is left out."""
        if self._before is not None:
            self._remember(known for one in record_ids if (known := self._before.by_record.get(one)))
        missing = sorted(set(record_ids) - self._by_record.keys())
        if missing:
            self._keep(
                self._stored(self._holders(missing)) if self._scope.standing else self._on_demand(missing)
            )
        return {
            record_id: self._by_record[record_id] for record_id in record_ids if record_id in self._by_record
        }

    def with_former_names(self, record_ids: Collection[str]) -> frozenset[str]:
        """Those of the records of which the scope holds a former name."""
        names = self.about.rows("name", "record_id", record_ids)
        rows = self._connection.execute(f"SELECT record_id FROM {names} WHERE kind = 'former'").fetchall()
        return frozenset(record_id for (record_id,) in rows)

    def of_another_sex(self, people: Iterable[KnownPerson]) -> frozenset[str]:
        """Those of the people's records that state another sex than the description of their person."""
        described = {record_id: person.sex for person in people for record_id in person.record_ids}
        records = self.about.rows("record", "record_id", described)
        rows = self._connection.execute(
            f"SELECT record_id, sex FROM {records} WHERE sex IS NOT NULL"
        ).fetchall()
        return frozenset(record_id for record_id, sex in rows if described[record_id] not in (None, sex))

    def with_ids(self, person_ids: Collection[str]) -> dict[str, KnownPerson]:
        """Person id -> person. On demand, only people whom an earlier call resolved have an id."""
        if self._scope.standing and self._before is not None:
            self._remember(known for one in person_ids if (known := self._before.by_id.get(one)))
        missing = sorted(set(person_ids) - self._by_id.keys())
        if missing and self._scope.standing:
            self._keep(self._stored(missing))
        return {person_id: self._by_id[person_id] for person_id in person_ids if person_id in self._by_id}

    def _keep(self, people: Sequence[KnownPerson]) -> None:
        """Remember for this read, and for those that follow."""
        self._remember(people)
        if self._before is not None:
            for person in people:
                self._before.by_id[person.person_id] = person
                self._before.by_record.update(dict.fromkeys(person.record_ids, person))

    def _remember(self, people: Iterable[KnownPerson]) -> None:
        for person in people:
            self._by_id[person.person_id] = person
            self._by_record.update(dict.fromkeys(person.record_ids, person))

    def _holders(self, record_ids: Collection[str]) -> list[str]:
        rows = self._connection.execute(
            f"SELECT DISTINCT person_id FROM {stored_about('membership', self._scope, 'record_id', record_ids)}"
        ).fetchall()
        return [person_id for (person_id,) in rows]

    def _stored(self, person_ids: Collection[str]) -> list[KnownPerson]:
        # Two short queries: planning one that joins them takes longer than both.
        held: dict[str, list[str]] = {}
        for person_id, record_id in self._connection.execute(
            f"SELECT person_id, record_id FROM {stored_about('membership', self._scope, 'person_id', person_ids)}"
        ).fetchall():
            held.setdefault(person_id, []).append(record_id)
        rows = self._connection.execute(
            f"""SELECT person_id, {", ".join(_DESCRIPTION)}
                FROM {stored_about("person", self._scope, "person_id", held)}"""
        ).fetchall()
        return [_known(row, held[row[0]]) for row in sorted(rows, key=lambda row: str(row[0]))]

    def learn(self, resolved: Collection[ResolvedPerson]) -> None:
        """Take people whom another question resolved in this very scope on demand, so that they are not resolved again."""
        new = [one for one in resolved if one.person_id not in self._by_id]
        if new and not self._scope.standing:
            self._note(new)
            self._keep(self._described(new))

    def resolved(self, record_ids: Collection[str]) -> dict[str, ResolvedPerson]:
        """The people of a scope on demand who hold some records, by record id, as ``linkage.people_of`` gives them."""
        missing = sorted(set(record_ids) - self._resolved.keys())
        if missing:
            found = people_of(self._connection, self._scope, missing, self._calibration, self._rulings)
            self._note(found.values())
        return {one: self._resolved[one] for one in sorted(set(record_ids)) if one in self._resolved}

    def _note(self, people: Iterable[ResolvedPerson]) -> None:
        for person in people:
            self._resolved.update(dict.fromkeys(person.record_ids, person))

    def _on_demand(self, record_ids: list[str]) -> list[KnownPerson]:
        """Resolve and describe by the functions of the build."""
        found = self.resolved(record_ids).values()
        return self._described({person.person_id: person for person in found}.values())

    def _described(self, resolved: Collection[ResolvedPerson]) -> list[KnownPerson]:
        """Describe people by the functions of the build, on temporary tables in place of the stored ones."""
        connection = self._connection
        rows = sorted({(one, person.person_id) for person in resolved for one in person.record_ids})
        # A temporary table hides the stored one of its name from every query of this connection.
        for name in ("membership", "person"):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({TABLES[name]})")
        try:
            connection.execute(
                """INSERT INTO temp.membership (scope, record_id, person_id)
                   SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[])""",
                [self._scope.name, [one for one, _ in rows], [person_id for _, person_id in rows]],
            )
            describe_people(connection, self._scope)
            return self._stored([person.person_id for person in resolved])
        finally:
            for name in ("membership", "person"):
                connection.execute(f"DROP TABLE temp.{name}")


def _known(row: Sequence[Any], record_ids: Iterable[str]) -> KnownPerson:
    person_id, *described = row
    facts = dict(zip(_DESCRIPTION, described, strict=True))
    facts["is_professional"] = bool(facts["is_professional"])
    facts["agencies"] = tuple(facts["agencies"] or ())
    return KnownPerson(
        person_id=person_id,
        record_ids=tuple(sorted(record_ids)),
        **facts,
    )
