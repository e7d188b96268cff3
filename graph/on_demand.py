"""The graph around some people in a scope that the snapshot does not hold, formed from the scope's rows alone."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Protocol

import duckdb

from graph.adjacency import Adjacency
from graph.drawing import draw_edges, forget_drawing
from graph.meetings import hubs_met, records_at, records_met
from linkage import HouseholdSpell, describe_people, households_of, incidents_of, records_around, scope_rows
from records.errors import NotThere
from records.scope import Scope
from records.snapshot import TABLES

# Where a person's surroundings hold more records than this, those found first (nearest) are what is shown.
MOST_RECORDS = 4_000
# Neighbours, the neighbours' kin, and who lived where those did: what a household depends on.
_HOUSEHOLD_ROUNDS = 3


class Resolved(Protocol):
    """A person as linkage resolves one: an id, the records, and the bits that hold each."""

    @property
    def person_id(self) -> str:
        """The id in this answer; another answer may give another."""

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The records held to be this person, in order."""

    @property
    def weights(self) -> tuple[float | None, ...]:
        """The bits that hold each record, None for one held by nothing."""


Resolve = Callable[[Collection[str]], Mapping[str, Resolved]]


@dataclass(frozen=True, slots=True)
class Formed:
    """A graph formed on demand, with the people that came into view by it."""

    graph: Adjacency
    people: tuple[Resolved, ...]


# Graphs of one scope, by the people or things asked about and the hops.
FormedGraphs = dict[tuple[frozenset[str], int], Formed]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a caller keeps of one scope: who resolves its people in place of ``linkage.people_of``, and graphs formed of them.

    ``formed`` may hold what was formed of these very rows by the same ``resolve``, for whoever reads the same scope.
    """

    resolve: Resolve
    formed: FormedGraphs = field(default_factory=dict)


class Surroundings:
    """People and edges of one scope, formed as they are asked for; beyond the reading, graphs are in ``kept`` alone."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scope: Scope, kept: Kept) -> None:
        self._connection = connection
        self._scope = scope
        self._resolve = kept.resolve
        self._people: dict[str, Resolved] = {}
        self._person_of: dict[str, str] = {}
        self._formed = kept.formed

    def members_of(self, person_ids: Collection[str]) -> dict[str, str]:
        """Record id to person id; people who did not come into view yet are left out."""
        return {
            record_id: person_id
            for person_id in sorted(set(person_ids) & self._people.keys())
            for record_id in self._people[person_id].record_ids
        }

    def around(self, node_ids: Collection[str], hops: int) -> Adjacency:
        """The people or things with everything within ``hops`` of them.

        Raises NotThere for a person who never came into view and for a thing at which nobody of the scope is,
        BadInput for a thing with more records than can be formed on demand.
        """
        asked = frozenset(node_ids)
        people = {node_id for node_id in asked if ":" not in node_id}
        if not people <= self._people.keys():
            raise NotThere("There is no such person.")
        for node_id in sorted(asked - people):
            people |= set(self.holding(records_at(self._connection, self._scope, node_id)).values())
        formed = self._formed.get((asked, hops))
        if formed is None:
            # Seen from a thing, its people are a step away: what lies beyond them is a step less to go.
            graph, members = self._form(frozenset(people), hops)
            in_view = tuple(self._people[person_id] for person_id in sorted(set(members.values())))
            formed = self._formed[asked, hops] = Formed(graph, in_view)
        self._take(formed.people)
        return formed.graph

    def households(self, asked: Collection[str]) -> list[HouseholdSpell]:
        """The households of people in view, with all who lived in them."""
        members = self.members_of(asked)
        for _ in range(_HOUSEHOLD_ROUNDS):
            if len(members) >= MOST_RECORDS:
                break
            members |= self._members(records_around(self._connection, self._scope, members))
        return households_of(self._connection, self._scope, members, asked)

    def holding(self, record_ids: Collection[str]) -> dict[str, str]:
        """Record id to the person who holds it; a record outside the scope is left out."""
        self._learn(record_ids)
        return {
            record_id: self._person_of[record_id]
            for record_id in sorted(set(record_ids))
            if record_id in self._person_of
        }

    def described(self, person_ids: Collection[str]) -> list[tuple[str, date | None, int | None, str | None]]:
        """(person id, date of birth, year of birth, sex) of people in view, described as the build describes them."""
        members = self.members_of(person_ids)
        # A temporary table hides the stored one of its name from every query of this connection.
        for name in ("membership", "person"):
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({TABLES[name]})")
        try:
            self._connection.execute(
                """INSERT INTO temp.membership (scope, record_id, person_id)
                   SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[])""",
                [self._scope.name, list(members), list(members.values())],
            )
            describe_people(self._connection, self._scope)
            return self._connection.execute(
                "SELECT person_id, date_of_birth, birth_year, sex FROM temp.person ORDER BY person_id"
            ).fetchall()
        finally:
            for name in ("membership", "person"):
                self._connection.execute(f"DROP TABLE temp.{name}")

    def _form(self, asked: frozenset[str], hops: int) -> tuple[Adjacency, dict[str, str]]:
        """The graph, and the records it was formed of, each with its person."""
        members = self._widened(self.members_of(asked), (hops + 1) // 2)
        spells = self.households(set(members.values()))
        members |= self._members({record_id for spell in spells for record_id in spell.evidence_record_ids})
        # One round more, so that what the outermost people are tied to is counted and their happenings told whole.
        members = self._widened(members, 1)
        told = incidents_of(self._connection, self._scope, members)
        weights = {
            record_id: weight
            for person_id in set(members.values())
            for record_id, weight in zip(
                self._people[person_id].record_ids, self._people[person_id].weights, strict=True
            )
        }
        hubs = hubs_met(self._connection, self._scope, members)
        with scope_rows(self._connection, self._scope, members, weights):
            self._set_out("edge_incident", "event_id VARCHAR, incident_id VARCHAR", list(told.items()))
            self._set_out(
                "edge_household",
                "household_id VARCHAR, person_id VARCHAR, place_id VARCHAR, valid_from DATE, valid_to DATE,"
                " evidence_record_ids VARCHAR[]",
                [astuple(spell) for spell in spells],
            )
            self._set_out("edge_hub", "node_id VARCHAR, degree BIGINT", list(hubs.items()))
            self._name_people()
            draw_edges(self._connection)
            graph = Adjacency.load_drawn(self._connection)
            forget_drawing(self._connection)
        for table in ("edge_incident", "edge_household", "edge_hub", "edge_person"):
            self._connection.execute(f"DROP TABLE temp.{table}")
        return graph, members

    def _widened(self, members: dict[str, str], rounds: int) -> dict[str, str]:
        for _ in range(rounds):
            if len(members) < MOST_RECORDS:
                members = members | self._members(records_met(self._connection, self._scope, members))
        return members

    def _learn(self, record_ids: Collection[str]) -> None:
        unknown = set(record_ids) - self._person_of.keys()
        if not unknown:
            return
        self._take(self._resolve(sorted(unknown)).values())

    def _take(self, people: Iterable[Resolved]) -> None:
        for person in people:
            self._people[person.person_id] = person
            self._person_of.update(dict.fromkeys(person.record_ids, person.person_id))

    def _members(self, record_ids: Collection[str]) -> dict[str, str]:
        """All records of the people who hold ``record_ids``, each with its person."""
        return self.members_of(set(self.holding(record_ids).values()))

    def _set_out(self, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _name_people(self) -> None:
        """Each person by the name that most of their records give, as far as the scope's rows go."""
        self._connection.execute(
            """CREATE OR REPLACE TEMP TABLE edge_person AS
               SELECT person_id, min_by(name, (-n, name)) AS name FROM (
                   SELECT person_id, coalesce(full_name, concat_ws(' ', given_name, family_name)) AS name, count(*) AS n
                   FROM scope_record GROUP BY ALL)
               GROUP BY person_id"""
        )
