"""The set of rows a reader may use, as a value that every room can take as an argument."""

from dataclasses import dataclass

HUB = "hub"
HUB_ORDINARY = "hub_ordinary"


@dataclass(frozen=True, slots=True)
class Addition:
    """Rows that one kind of grant opens: about these records and events, where their label is among ``label_ids``.

    What holds of the records and events themselves stands in the scope's ``added_...`` fields.
    """

    record_ids: frozenset[str]
    event_ids: frozenset[str]
    label_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows allowed to a reader: by label, plus and minus single records and events that grants name.

    ``name`` keys handles and materialised tables: ``hub`` and ``hub_ordinary`` stand in the snapshot, any
    other name is formed on demand. ``label_ids`` are those of the snapshot at hand. A record is in scope when
    its label is allowed or it was added, and it was not removed; an event likewise. Any other row (a name, an
    address, an involvement, a relationship ...) is in scope when its own label is allowed, or when one of its
    ends was added and its label is among ``granted_label_ids``, or an ``Addition`` names both; and all of its ends must
    be in scope. So a grant that adds a record does not bring along a row of it whose label the grant does not reach.
    Whoever gave a piece of police intelligence has no part in it here, their phone in it is not theirs, and the words for
    them are not there, unless the intelligence bears one of ``source_label_ids``.
    ``standing`` says that the snapshot holds people, households, edges and findings of exactly these rows.
    """

    name: str
    label_ids: frozenset[int]
    added_record_ids: frozenset[str] = frozenset()
    removed_record_ids: frozenset[str] = frozenset()
    added_event_ids: frozenset[str] = frozenset()
    removed_event_ids: frozenset[str] = frozenset()
    standing: bool = False
    granted_label_ids: frozenset[int] = frozenset()
    additions: tuple[Addition, ...] = ()
    source_label_ids: frozenset[int] = frozenset()
