"""Where protected people are, and everything else in the reader's rows that would give it away.

Somebody whose location is protected (a victim in hiding; a PDS record flagged S) is found through others as well:
through those who live with them, through their next of kin's address, through the place of an event, through a node
of a network. So what is left out is worked out from the protected people outwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import duckdb

from access.person.people import People
from access.principal import Principal
from records.ledger import LedgerState
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

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
        """A text without the words of the places."""
        if text is not None:
            for word in self.words:
                text = text.replace(word, PROTECTED_PLACE)
        return text


def protected_records(principal: Principal, state: LedgerState, on: date) -> frozenset[str]:
    """Records of people whose location the ledger protects from this reader on the day."""
    return frozenset[str]().union(
        *(
            grant.record_ids
            for grant in state.grants
            if grant.kind == "location_protection"
            and grant.lasts(on)
            and principal.subject not in grant.actors
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
        living_there = self._all_of(self._living_at(places))
        concerned = close | living_there
        return Whereabouts(concerned, places, self._organisations_of(concerned), self._words_of(places))

    def _all_of(self, record_ids: frozenset[str]) -> frozenset[str]:
        """Every record of the people who hold these."""
        holders = self.people.holding(sorted(record_ids)).values()
        return frozenset(record_id for holder in holders for record_id in holder.record_ids)

    def _close_to(self, record_ids: frozenset[str]) -> frozenset[str]:
        rows = self.connection.execute(
            f"""SELECT record_id, other_record_id FROM {rows_in_scope("relationship", self.scope)}
                WHERE kind IN (SELECT unnest($2::VARCHAR[]))
                  AND (record_id IN (SELECT unnest($1::VARCHAR[]))
                       OR other_record_id IN (SELECT unnest($1::VARCHAR[])))""",
            [sorted(record_ids), list(_CLOSE)],
        ).fetchall()
        return frozenset(one for row in rows for one in row)

    def _places_of(self, record_ids: frozenset[str]) -> frozenset[str]:
        rows = self.connection.execute(
            f"""SELECT DISTINCT p.place_id FROM {rows_in_scope("address_spell", self.scope)} a
                JOIN place_of p ON {_SAME_WORDS} WHERE a.record_id IN (SELECT unnest($1::VARCHAR[]))""",
            [sorted(record_ids)],
        ).fetchall()
        return frozenset(place_id for (place_id,) in rows if place_id is not None)

    def _living_at(self, place_ids: frozenset[str]) -> frozenset[str]:
        rows = self.connection.execute(
            f"""SELECT DISTINCT a.record_id FROM {rows_in_scope("address_spell", self.scope)} a
                JOIN place_of p ON {_SAME_WORDS} WHERE p.place_id IN (SELECT unnest($1::VARCHAR[]))""",
            [sorted(place_ids)],
        ).fetchall()
        return frozenset(record_id for (record_id,) in rows)

    def _organisations_of(self, record_ids: frozenset[str]) -> frozenset[str]:
        rows = self.connection.execute(
            f"""SELECT DISTINCT 'organisation:' || organisation_key FROM {rows_in_scope("organisation_tie", self.scope)} o
                WHERE o.record_id IN (SELECT unnest($1::VARCHAR[])) AND organisation_key IS NOT NULL""",
            [sorted(record_ids)],
        ).fetchall()
        return frozenset(node_id for (node_id,) in rows)

    def _words_of(self, place_ids: frozenset[str]) -> tuple[str, ...]:
        """The addresses and postcodes of the places, the longest first so that none is left in pieces."""
        rows = self.connection.execute(
            f"""SELECT DISTINCT a.address, a.postcode FROM {rows_in_scope("address_spell", self.scope)} a
                JOIN place_of p ON {_SAME_WORDS} WHERE p.place_id IN (SELECT unnest($1::VARCHAR[]))""",
            [sorted(place_ids)],
        ).fetchall()
        words = {word for row in rows for word in row if word}
        return tuple(sorted(words, key=lambda word: (-len(word), word)))


_SAME_WORDS: Final = """p.address IS NOT DISTINCT FROM a.address
    AND p.postcode IS NOT DISTINCT FROM a.postcode AND p.uprn IS NOT DISTINCT FROM a.uprn"""
