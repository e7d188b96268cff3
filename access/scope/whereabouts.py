"""Where protected people are, and everything else in the reader's rows that would give it away.

Somebody whose location is protected (a victim in hiding; a PDS record flagged S) is found through others as well:
through those who live with them, through their next of kin's address, through the place of an event, through a node
of a network. So what is left out is worked out from the protected people outwards.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import duckdb

from access.person.people import People
from access.principal import Principal
from access.scope.place_words import pattern_of, telling_words
from records.ledger import LedgerState
from records.scope import Scope
from records.snapshot.about import among, rows_about

# Whoever stands in one of these to a protected person may live with them, or say where they are.
_CLOSE: Final = (
    "parent",
    "child",
    "sibling",
    "partner",
    "carer",
    "cared_for",
    "kin",
    "co_tenant",
    "next_of_kin",
    "associate",
)
PROTECTED_PLACE: Final = "a protected place"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What gives protected people away: records of people, places, and the words by which rows name these places.

    ``organisation_ids``: the schools, practices and employers of these people, as nodes of the network are named.
    """

    record_ids: frozenset[str] = frozenset()
    place_ids: frozenset[str] = frozenset()
    organisation_ids: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    def concerns(self, record_ids: Iterable[str]) -> bool:
        """Whether the location of the person who holds these records would give somebody away."""
        return not self.record_ids.isdisjoint(record_ids)

    def left_out_of(self, text: str | None) -> str | None:
        """A text without the words of the places, however they are written in it."""
        if text is None or not self.words:
            return text
        return pattern_of(self.words).sub(PROTECTED_PLACE, text)


def protected_records(principal: Principal | None, state: LedgerState, on: date) -> frozenset[str]:
    """Records of people whose location the ledger protects from this reader on the day; without one, from anybody."""
    return frozenset[str]().union(
        *(
            grant.record_ids
            for grant in state.grants
            if grant.kind == "location_protection"
            and grant.lasts(on)
            and (principal is None or principal.subject not in grant.actors)
        )
    )


@dataclass(slots=True)
class Hiding:
    """Works out, when first asked and only where somebody is protected, what gives them away in one scope."""

    connection: duckdb.DuckDBPyConnection
    scope: Scope
    people: People
    protected: frozenset[str]
    _known: Whereabouts | None = field(default=None)

    def whereabouts(self) -> Whereabouts:
        """What gives the protected people away; nothing where nobody of the scope is protected."""
        if self._known is None:
            self._known = self._found()
        return self._known

    def _found(self) -> Whereabouts:
        themselves = self._all_of(self.protected)
        if not themselves:
            return Whereabouts()
        close = self._all_of(themselves | self._close_to(themselves))
        places = self._places_of(close)
        told = self._told_of(places)
        concerned = close | self._all_of(frozenset(record_id for record_id, _, _ in told))
        words = telling_words((address, postcode) for _, address, postcode in told)
        return Whereabouts(concerned, places, self._organisations_of(concerned), words)

    def _all_of(self, record_ids: frozenset[str]) -> frozenset[str]:
        """Every record of the people who hold these."""
        holders = self.people.holding(sorted(record_ids)).values()
        return frozenset(record_id for holder in holders for record_id in holder.record_ids)

    def _rows(self, table: str, column: str, ids: Collection[str]) -> str:
        return rows_about(self.connection, table, self.scope, column, ids)

    def _close_to(self, record_ids: frozenset[str]) -> frozenset[str]:
        found: set[str] = set()
        for column in ("record_id", "other_record_id"):
            rows = self.connection.execute(
                f"""SELECT record_id, other_record_id FROM {self._rows("relationship", column, record_ids)}
                    WHERE kind IN (SELECT unnest($1::VARCHAR[]))""",
                [list(_CLOSE)],
            ).fetchall()
            found.update(one for row in rows for one in row)
        return frozenset(found)

    def _places_of(self, record_ids: frozenset[str]) -> frozenset[str]:
        rows = self.connection.execute(
            f"""SELECT DISTINCT p.place_id FROM {self._rows("address_spell", "record_id", record_ids)} a
                JOIN place_of p ON {_SAME_WORDS}"""
        ).fetchall()
        return frozenset(place_id for (place_id,) in rows if place_id is not None)

    def _told_of(self, place_ids: frozenset[str]) -> list[tuple[str, str | None, str | None]]:
        """Who gives one of the places, and by which address and postcode."""
        if not place_ids:
            return []
        written = f"(SELECT address, postcode, uprn FROM place_of WHERE {among('place_id', place_ids)})"
        # Who may have written it is asked of the table as it is; whether the scope holds that, of their rows alone.
        near = self.connection.execute(
            f"SELECT DISTINCT a.record_id FROM address_spell a JOIN {written} p ON {_SAME_WORDS}"
        ).fetchall()
        rows = self._rows("address_spell", "record_id", [record_id for (record_id,) in near])
        return self.connection.execute(
            f"SELECT DISTINCT a.record_id, a.address, a.postcode FROM {rows} a JOIN {written} p ON {_SAME_WORDS}"
        ).fetchall()

    def _organisations_of(self, record_ids: frozenset[str]) -> frozenset[str]:
        rows = self.connection.execute(
            f"""SELECT DISTINCT 'organisation:' || organisation_key
                FROM {self._rows("organisation_tie", "record_id", record_ids)} WHERE organisation_key IS NOT NULL"""
        ).fetchall()
        return frozenset(node_id for (node_id,) in rows)


_SAME_WORDS: Final = """p.address IS NOT DISTINCT FROM a.address
    AND p.postcode IS NOT DISTINCT FROM a.postcode AND p.uprn IS NOT DISTINCT FROM a.uprn"""
