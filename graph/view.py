"""The graph of one scope as questions see it, whether it stands in the snapshot or is formed on demand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import duckdb

from graph.adjacency import Adjacency, Window, node_numbers
from graph.evidence import trimmed_to
from graph.on_demand import Kept, Surroundings
from graph.standing import StandingGraph
from graph.values import NetworkEdge
from linkage import NO_RULINGS, HouseholdSpell, LinkageCalibration, Rulings, incidents_of, people_of
from records.errors import BadInput, NotThere
from records.scope import Scope
from records.snapshot.about import among, stored_about


class GraphView:
    """Asks of one scope. The same questions give the same answers in a standing scope and on demand.

    ``standing`` is the graph of a standing scope that readers of a snapshot share; without it the whole is loaded at the
    first question. On demand the surroundings of the people
    asked about are formed from the rows of the scope, with ``calibration`` and ``rulings`` deciding who they are.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        scope: Scope,
        calibration: LinkageCalibration | None = None,
        rulings: Rulings | None = None,
        standing: StandingGraph | None = None,
        kept: Kept | None = None,
    ) -> None:
        """``kept`` is of a caller who keeps people and graphs of the scope itself."""
        self.connection = connection
        self.scope = scope
        self._standing = standing
        self._adjacency: Adjacency | None = None
        self._surroundings: Surroundings | None = None
        if not scope.standing:
            if kept is None and calibration is None:
                raise BadInput(
                    f"The scope {scope.name} does not stand in the snapshot: give the calibration."
                )
            if kept is None and calibration is not None:
                kept = Kept(
                    partial(
                        people_of, connection, scope, calibration=calibration, rulings=rulings or NO_RULINGS
                    )
                )
            assert kept is not None  # noqa: S101 - one of the two was given
            self._surroundings = Surroundings(connection, scope, kept)

    def person_of(self, record_id: str) -> str:
        """The person of the scope who holds a record; on demand this is how a person comes into view.

        Raises NotThere when the record is not in the scope.
        """
        held = self.holding([record_id])
        if record_id not in held:
            raise NotThere("There is no such record.")
        return held[record_id]

    def holding(self, record_ids: Collection[str]) -> dict[str, str]:
        """Record id to the person who holds it; a record outside the scope is left out."""
        if self._surroundings is not None:
            return self._surroundings.holding(record_ids)
        rows = self.connection.execute(
            f"""SELECT record_id, person_id FROM {stored_about("membership", self.scope, "record_id", record_ids)}
               ORDER BY record_id"""
        ).fetchall()
        return dict(rows)

    def members_of(self, person_ids: Collection[str]) -> dict[str, str]:
        """Record id to person id for the records of these people."""
        if self._surroundings is not None:
            return self._surroundings.members_of(person_ids)
        rows = self.connection.execute(
            f"""SELECT record_id, person_id FROM {stored_about("membership", self.scope, "person_id", person_ids)}
               ORDER BY record_id"""
        ).fetchall()
        return dict(rows)

    def around(self, node_ids: Collection[str], hops: int, hub_cap: int | None = None) -> Adjacency:
        """The graph that holds these people or things with everything within ``hops`` of them.

        ``hub_cap``: things with more people are not followed by the question; None where it follows them all. Raises NotThere when one of them is nobody, or nothing, of this scope.
        """
        if self._surroundings is not None:
            graph = self._surroundings.around(node_ids, hops)
        elif self._standing is not None:
            graph = self._standing.around(self.connection, node_ids, hops, hub_cap)
        else:
            if self._adjacency is None:
                self._adjacency = Adjacency.load(self.connection, self.scope)
            graph = self._adjacency
        if any(graph.number_of(node_id) is None for node_id in node_ids):
            raise NotThere("There is no such person or thing.")
        return graph

    def households(self, person_ids: Collection[str]) -> list[HouseholdSpell]:
        """The households of these people with all who lived in them, oldest first."""
        if self._surroundings is not None:
            spells = self._surroundings.households(person_ids)
        else:
            own = stored_about("household_spell", self.scope, "person_id", person_ids)
            homes = self.connection.execute(f"SELECT DISTINCT household_id FROM {own}").fetchall()
            everyone = stored_about(
                "household_spell", self.scope, "household_id", [home for (home,) in homes]
            )
            rows = self.connection.execute(
                f"""SELECT household_id, person_id, place_id, valid_from, valid_to, evidence_record_ids
                    FROM {everyone}"""
            ).fetchall()
            spells = [_spell(row) for row in rows]
        return sorted(
            spells, key=lambda spell: (spell.valid_from or date.min, spell.household_id, spell.person_id)
        )

    def incidents(self, members: Mapping[str, str]) -> dict[str, str]:
        """Event id to incident id for the events of ``members`` (record id to person id)."""
        if self._surroundings is not None:
            return incidents_of(self.connection, self.scope, members)
        parts = self.connection.execute(
            f"SELECT DISTINCT event_id FROM involvement WHERE {among('record_id', members)}"
        ).fetchall()
        told = stored_about("incident", self.scope, "event_id", [event_id for (event_id,) in parts])
        rows = self.connection.execute(f"SELECT event_id, incident_id FROM {told}").fetchall()
        return dict(rows)

    def described(self, person_ids: Collection[str]) -> list[tuple[str, date | None, int | None, str | None]]:
        """(person id, date of birth, year of birth, sex) of these people, as linkage describes them, in order of ids."""
        if self._surroundings is not None:
            return self._surroundings.described(person_ids)
        return self.connection.execute(
            f"""SELECT person_id, date_of_birth, birth_year, sex
                FROM {stored_about("person", self.scope, "person_id", person_ids)} ORDER BY person_id"""
        ).fetchall()

    def edges_of(self, node_ids: Collection[str], as_of: date | None = None) -> list[NetworkEdge]:
        """Every edge that leaves the nodes, as known on ``as_of``; sorted by source, then target, kind and role."""
        graph = self.around([], 1)
        window = Window(as_of=as_of)
        found: list[NetworkEdge] = []
        for number in sorted(node_numbers(graph, node_ids)):
            positions: Sequence[int] = graph.edges_from(number, window).tolist()
            found += graph.edges([number] * len(positions), positions)
        return trimmed_to(self.connection, found, as_of)


def _spell(row: tuple[Any, ...]) -> HouseholdSpell:
    return HouseholdSpell(row[0], row[1], row[2], row[3], row[4], tuple(row[5]))
