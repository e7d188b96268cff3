"""Erasing one person: what goes, what stays because it is somebody else's too, and the act itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from access.keeping.recipients import recipients_of
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import ErasureDone, ErasurePlan
from records.errors import NotThere
from records.ledger import Actor, ErasureTerms, erase_rows
from records.snapshot.scoped import rows_in_scope

# Whose part in an event does not make it theirs: it was written about somebody else.
_BESIDE_THE_MATTER: Final = ("professional", "reporter")
# Words too short to know anybody by.
_SHORTEST_WORD: Final = 3


@dataclass(frozen=True, slots=True)
class PersonRows:
    """Everything of one person: records, events about nobody else, and events that others take part in.

    ``told``: how many of either, as far as the reader sees who takes part. Somebody sealed or hidden keeps an event from being
    erased, and no count says so.
    """

    person: KnownPerson
    own_events: frozenset[str]
    shared_events: frozenset[str]
    told: tuple[int, int]


class PersonErasure:
    """Erases one person whom the reader's scope holds; somebody sealed or hidden is as not there."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def plan(self, record_id: str) -> ErasurePlan:
        """What erasing the person who holds a record would take. Raises NotThere."""
        rows = self._rows(record_id)
        ids = rows.person.record_ids
        held = [one for one in self._sight.state.holds if not one.record_ids.isdisjoint(ids)]
        entries = {entry.sequence for one in ids for entry in self._sight.ledger.entries(subject=one)}
        self._sight.log.saw(ids)
        return ErasurePlan(
            records=len(ids),
            agencies=rows.person.agencies,
            events_erased=rows.told[0],
            events_reduced=rows.told[1],
            entries=len(entries),
            held_by=tuple(f"{one.hold_id}: {one.reference}" for one in held),
            left_the_hub=tuple(one for one in recipients_of(self._sight.ledger, ids) if one.to),
        )

    def erase(self, record_id: str, actor: Actor) -> ErasureDone:
        """Erase the person who holds a record, for good. Raises NotThere, and Conflict where a hold stands."""
        rows = self._rows(record_id)
        key = self._sight.erasure_key()
        receipt = erase_rows(
            self._sight.ledger,
            actor,
            ErasureTerms(
                kind="person",
                key_id=key.key_id,
                records=key.digests("record", rows.person.record_ids),
                events=key.digests("event", rows.own_events),
                reduced_events=key.digests("event", rows.shared_events),
                record_ids=frozenset(rows.person.record_ids),
                words=self._words(rows.person.record_ids),
            ),
        )
        self._sight.log.logged = True
        return ErasureDone(len(rows.person.record_ids), *rows.told, (receipt.sequence,))

    def _rows(self, record_id: str) -> PersonRows:
        person = self._sight.cards.people.holding([record_id]).get(record_id)
        if person is None:
            raise NotThere("There is no such record here.")
        own, shared = self._events("(SELECT * FROM involvement)", person.record_ids)
        seen = self._events(rows_in_scope("involvement", self._sight.scope), person.record_ids)
        return PersonRows(person, own, shared, (len(seen[0]), len(seen[1])))

    def _events(self, parts: str, record_ids: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Events in which these records have a part: those about nobody else among ``parts``, and the others."""
        found = self._sight.connection.execute(
            f"""SELECT event_id, bool_or(record_id NOT IN (SELECT unnest($1::VARCHAR[]))
                                         AND role NOT IN (SELECT unnest($2::VARCHAR[]))) AS is_shared
                FROM {parts} part WHERE event_id IN (
                    SELECT event_id FROM {parts} own WHERE record_id IN (SELECT unnest($1::VARCHAR[])))
                GROUP BY event_id""",
            [sorted(record_ids), list(_BESIDE_THE_MATTER)],
        ).fetchall()
        return (
            frozenset(event_id for event_id, is_shared in found if not is_shared),
            frozenset(event_id for event_id, is_shared in found if is_shared),
        )

    def _words(self, record_ids: Sequence[str]) -> frozenset[str]:
        """Names and identifiers by which a reason in the ledger may name the person."""
        words: set[str] = set()
        for table, columns in (
            ("record", ("given_name", "family_name", "full_name")),
            ("name", ("given_name", "family_name", "full_name")),
            ("identifier", ("value",)),
            ("thing_use", ("value",)),
        ):
            rows = self._sight.connection.execute(
                f"""SELECT DISTINCT {", ".join(columns)} FROM {rows_in_scope(table, self._sight.scope)} t
                    WHERE record_id IN (SELECT unnest($1::VARCHAR[]))""",
                [list(record_ids)],
            ).fetchall()
            words |= {word for row in rows for value in row if value for word in value.split()}
        return frozenset(word for word in words if len(word) >= _SHORTEST_WORD)
