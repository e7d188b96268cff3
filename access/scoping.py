"""From policy and ledger to a scope: the one place where it is decided which rows a reader may use."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from access.policy import NO_GRANT, Label, Policies
from access.principal import Principal, Purpose
from access.standing import is_materialised, is_ordinary, labels_of
from records.ledger import Grant, LedgerState
from records.scope import HUB, HUB_ORDINARY, Scope
from records.vocabulary import CATEGORIES, MARKINGS

_ADDING_KINDS = ("release", "meeting_list", "break_glass")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, for what, on which day, under which policies and with what standing in the ledger."""

    principal: Principal
    purpose: Purpose
    policies: Policies
    state: LedgerState
    on: date


def scope_of(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Scope:
    """The scope of a reading on the snapshot at hand: labels that the policy allows, and grants.

    It is a standing scope when its rows are exactly those that the build materialised under that name; any
    other scope is named after the reader's role, agency and hub and a digest of what it holds.
    """
    labels = labels_of(connection)
    allowed = _allowed_labels(reading, labels, NO_GRANT)
    scope = Scope(
        "", allowed, removed_record_ids=removed_records(reading.principal, reading.state, reading.on)
    )
    scope = _with_grants(connection, scope, reading, labels)
    standing = _standing_name(reading)
    if standing is not None:
        candidate = replace(scope, name=standing, standing=True)
        if is_materialised(connection, candidate):
            return candidate
    return replace(scope, name=_name(reading.principal, scope, labels))


def namespace_of(principal: Principal) -> str:
    """Readers of one namespace share handles: one role of a hub; of contributors, those of one agency."""
    own = [principal.agency] if principal.role in ("contributor", "referrer") else []
    return json.dumps([principal.hub, principal.role, *own])


def removed_records(principal: Principal, state: LedgerState, on: date) -> frozenset[str]:
    """Records that seals, hide orders and restrictions take from this reader, whatever their labels.

    Seals take the protected side from everyone: the seal keeper works on seals, not on rows. A broken glass
    opens a restriction, never a seal or a hide order.
    """
    removed: set[str] = set()
    opened: set[str] = set()
    for grant in state.grants:
        if grant.ends_on is not None and on > grant.ends_on:
            continue
        if grant.kind == "restriction" and principal.subject not in grant.actors:
            removed |= grant.record_ids
        if grant.kind == "break_glass" and principal.subject in grant.actors:
            opened |= grant.record_ids
    removed -= opened
    for seal in state.seals:
        removed |= seal.protected_record_ids
    return frozenset(removed) | hidden_records(principal, state)


def hidden_records(principal: Principal, state: LedgerState) -> frozenset[str]:
    """Records that hide orders answer as unknown to this reader."""
    hidden: set[str] = set()
    for order in state.hide_orders:
        if principal.subject not in order.named_actors:
            hidden |= order.record_ids
    return frozenset(hidden)


def _standing_name(reading: Reading) -> str | None:
    """The standing scope that the policy's rule for this reader amounts to, None when it is another.

    The rule is tried on every marking and category, of the reader's agency and of another; were it tried on the
    labels at hand, a row outside a reader's scope could decide whether their scope stands.
    """
    principal = reading.principal
    labels = [
        Label(principal.hub, agency, marking, category)
        for agency in (principal.agency, f"not {principal.agency}")
        for marking in sorted(MARKINGS)
        for category in sorted(CATEGORIES)
    ]
    decisions = reading.policies.may_see(principal, labels, reading.purpose.code)
    allowed = [decision.allowed for decision in decisions]
    if all(allowed):
        return HUB
    return HUB_ORDINARY if allowed == [is_ordinary(label) for label in labels] else None


def _allowed_labels(reading: Reading, labels: dict[int, Label], grant: str) -> frozenset[int]:
    decisions = reading.policies.may_see(
        reading.principal, list(labels.values()), reading.purpose.code, grant
    )
    return frozenset(
        label_id for label_id, decision in zip(labels, decisions, strict=True) if decision.allowed
    )


def _with_grants(
    connection: duckdb.DuckDBPyConnection, scope: Scope, reading: Reading, labels: dict[int, Label]
) -> Scope:
    """Add the records that grants name, as far as their labels allow under that kind of grant, and their events.

    Rows other than the record itself are added under labels that every kind of grant in play reaches: one
    scope has one set of granted labels, and the narrower is the safe one.
    """
    granted_labels: frozenset[int] | None = None
    added: set[str] = set()
    for kind in _ADDING_KINDS:
        named = frozenset[str]().union(*(grant.record_ids for grant in _in_force(reading, kind)))
        named -= scope.removed_record_ids
        reached = _allowed_labels(reading, labels, kind) - scope.label_ids if named else frozenset()
        if reached:
            granted_labels = reached if granted_labels is None else granted_labels & reached
            added |= _records_with(connection, named, reached)
    if not granted_labels or not added:
        return scope
    scope = replace(scope, added_record_ids=frozenset(added), granted_label_ids=granted_labels)
    return replace(scope, added_event_ids=_events_of(connection, scope))


def _in_force(reading: Reading, kind: str) -> Iterable[Grant]:
    principal = reading.principal
    for grant in reading.state.grants:
        if grant.kind != kind or (grant.ends_on is not None and reading.on > grant.ends_on):
            continue
        if grant.purposes and reading.purpose.code not in grant.purposes:
            continue
        reaches = {
            "release": principal.agency in grant.agencies,
            "meeting_list": not grant.actors or principal.subject in grant.actors,
            "break_glass": principal.subject in grant.actors,
        }
        if reaches[kind]:
            yield grant


def _records_with(
    connection: duckdb.DuckDBPyConnection, record_ids: frozenset[str], label_ids: frozenset[int]
) -> set[str]:
    rows = connection.execute(
        """SELECT record_id FROM record
           WHERE list_contains($1::VARCHAR[], record_id) AND list_contains($2::INTEGER[], label_id)""",
        [sorted(record_ids), sorted(label_ids)],
    ).fetchall()
    return {record_id for (record_id,) in rows}


def _events_of(connection: duckdb.DuckDBPyConnection, scope: Scope) -> frozenset[str]:
    """Events in which an added record has a part, where both event and part carry labels that the grant reaches."""
    usable = sorted(scope.label_ids | scope.granted_label_ids)
    rows = connection.execute(
        """SELECT DISTINCT event.event_id FROM event JOIN involvement USING (event_id)
           WHERE list_contains($1::VARCHAR[], involvement.record_id)
             AND list_contains($2::INTEGER[], involvement.label_id)
             AND list_contains($3::INTEGER[], event.label_id)""",
        [sorted(scope.added_record_ids), usable, sorted(scope.granted_label_ids)],
    ).fetchall()
    return frozenset(event_id for (event_id,) in rows)


def _name(principal: Principal, scope: Scope, labels: dict[int, Label]) -> str:
    """A name that two scopes share only when they hold the same rows (label ids differ between snapshots)."""
    content = [
        sorted(
            [one.hub, one.agency, one.marking, one.category]
            for i, one in labels.items()
            if i in scope.label_ids
        ),
        sorted(
            [one.hub, one.agency, one.marking, one.category]
            for i, one in labels.items()
            if i in scope.granted_label_ids
        ),
        sorted(scope.added_record_ids),
        sorted(scope.removed_record_ids),
        sorted(scope.added_event_ids),
    ]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    return f"{principal.hub}:{principal.role}:{principal.agency}:{digest}"
