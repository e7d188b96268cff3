"""The scopes that every build materialises, and whether what it materialised is still a reader's scope."""

import hashlib
from datetime import date

import duckdb

from access.policy import Label
from access.scope.sources import without_sources
from records.ledger import LedgerState, marks_by_record
from records.scope import HUB, HUB_ORDINARY, Scope
from records.snapshot.scoped import rows_in_scope
from records.vocabulary import RESTRICTED_CATEGORIES


def standing_scopes(
    connection: duckdb.DuckDBPyConnection, state: LedgerState | None = None, on: date | None = None
) -> list[Scope]:
    """The standing scopes of the rows at hand: ``hub``, then ``hub_ordinary``.

    ``hub`` is every row; ``hub_ordinary`` leaves out rows of restricted categories and rows marked restricted.
    With the ledger's ``state``, both also leave out records that seals, hide orders and restrictions in force
    ``on`` the day (without a day: all that are not ended) take from nearly every reader, and ``hub_ordinary`` those
    that their agency marked restricted since, so that those readers find their own scope ready made. Neither tells who
    gave a piece of police intelligence.
    """
    labels = labels_of(connection)
    removed = frozenset() if state is None else overlaid_records(state, on)
    marked = frozenset() if state is None else _marked_restricted(state)
    return [
        without_sources(
            connection, Scope(HUB, frozenset(labels), removed_record_ids=removed, standing=True), labels
        ),
        Scope(
            HUB_ORDINARY,
            frozenset(label_id for label_id, label in labels.items() if is_ordinary(label)),
            removed_record_ids=removed | marked,
            standing=True,
        ),
    ]


def note_kept_back(connection: duckdb.DuckDBPyConnection, state: LedgerState, on: date) -> None:
    """Write beside the standing scopes which records the ledger kept out of them; part of a build, with the same ``on``."""
    removed = overlaid_records(state, on)
    for name in (HUB, HUB_ORDINARY):
        connection.execute(
            "INSERT INTO scope_kept_back SELECT $1, unnest($2::VARCHAR[])",
            [name, sorted(kept_back(name, removed, state))],
        )


def kept_back(name: str, removed: frozenset[str], state: LedgerState) -> frozenset[str]:
    """Digests of the records that the ledger keeps out of a standing scope: ``removed``, and what is marked restricted."""
    marked = _marked_restricted(state) if name == HUB_ORDINARY else frozenset()
    return frozenset(hashlib.sha256(one.encode()).hexdigest()[:32] for one in removed | marked)


def kept_back_then(connection: duckdb.DuckDBPyConnection, name: str) -> frozenset[str] | None:
    """The same as it was when the scope was built; None of a snapshot whose build did not write it down."""
    there = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE table_name = 'scope_kept_back' UNION ALL "
        "SELECT 1 FROM duckdb_views() WHERE view_name = 'scope_kept_back'"
    ).fetchall()
    if not there:
        return None
    rows = connection.execute("SELECT record_digest FROM scope_kept_back WHERE scope = ?", [name]).fetchall()
    return frozenset(digest for (digest,) in rows)


def keeps_more_back(connection: duckdb.DuckDBPyConnection, state: LedgerState, on: date) -> bool:
    """Whether the ledger keeps more from readers on a day than when the snapshot was built, so that findings wait."""
    removed = overlaid_records(state, on)
    then = {name: kept_back_then(connection, name) for name in (HUB, HUB_ORDINARY)}
    return any(
        before is not None and not kept_back(name, removed, state) <= before for name, before in then.items()
    )


def is_ordinary(label: Label) -> bool:
    """Whether rows with this label stand in ``hub_ordinary``."""
    return label.marking != "restricted" and label.category not in RESTRICTED_CATEGORIES


def labels_of(connection: duckdb.DuckDBPyConnection) -> dict[int, Label]:
    """The labels of a snapshot by their id."""
    rows = connection.execute(
        "SELECT label_id, hub, agency, marking, category FROM label ORDER BY label_id"
    ).fetchall()
    return {
        label_id: Label(hub, agency, marking, category) for label_id, hub, agency, marking, category in rows
    }


def overlaid_records(state: LedgerState, on: date | None) -> frozenset[str]:
    """Every record that a seal protects, a hide order hides or a restriction in force on the day restricts."""
    found: set[str] = set()
    for seal in state.seals:
        found |= seal.protected_record_ids
    for order in state.hide_orders:
        found |= order.record_ids
    for grant in state.grants:
        if grant.kind == "restriction" and grant.lasts(on):
            found |= grant.record_ids
    return frozenset(found)


def _marked_restricted(state: LedgerState) -> frozenset[str]:
    marks = marks_by_record(state.marks)
    return frozenset(record_id for record_id, marking in marks.items() if marking == "restricted")


def is_materialised(connection: duckdb.DuckDBPyConnection, scope: Scope) -> bool:
    """Whether the people that the build stored under the scope's name were made of exactly the scope's records."""
    if scope.added_record_ids or scope.added_event_ids or scope.removed_event_ids or scope.additions:
        return False
    (stored, astray, wanted) = connection.execute(
        f"""SELECT (SELECT count(*) FROM membership WHERE scope = $1),
                   (SELECT count(*) FROM membership WHERE scope = $1 AND list_contains($2::VARCHAR[], record_id)),
                   (SELECT count(*) FROM {rows_in_scope("record", scope)})""",
        [scope.name, sorted(scope.removed_record_ids)],
    ).fetchall()[0]
    return bool(stored == wanted and astray == 0)
