"""From policy and ledger to a scope: the one place where it is decided which rows a reader may use."""

import hashlib
import json
from dataclasses import replace

import duckdb

from access.policy import NO_GRANT, Label
from access.principal import Principal
from access.scope.granting import Reading, hidden_records, removed_records, sealed_records, with_ledger
from access.scope.sources import sources_told, without_sources
from access.scope.standing import is_materialised, is_ordinary, kept_back, kept_back_then, labels_of
from records.scope import HUB, HUB_ORDINARY, Scope
from records.vocabulary import CATEGORIES, MARKINGS


def scope_of(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Scope:
    """The scope of a reading on the snapshot at hand: labels that the policy allows, and what the ledger says.

    It is a standing scope when its rows are exactly those that the build materialised under that name; any
    other scope is named after the reader's role, agency and hub and a digest of what it holds.
    """
    labels = labels_of(connection)
    scope = Scope(
        "",
        _allowed_labels(reading, labels, NO_GRANT),
        removed_record_ids=removed_records(reading.principal, reading.state, reading.on),
        source_label_ids=sources_told(reading, labels),
    )
    standing = _standing_name(reading)
    scope = with_ledger(connection, scope, reading, marks_open=standing is None)
    scope = without_sources(connection, scope, labels)
    if standing is not None:
        candidate = replace(scope, name=standing, standing=True)
        if _stands(connection, candidate, reading):
            return candidate
    return replace(scope, name=_name(reading.principal, scope, labels))


def findings_scope(
    connection: duckdb.DuckDBPyConnection, reading: Reading, scope: Scope
) -> tuple[str, Scope]:
    """Where a reader's findings are, and the scope that they were raised in: their own, or a standing one within it.

    ``stand``: every record that was there when the findings were raised is still the reader's, so they may see them, also
    where they have been given more since. ``next_build``: the ledger keeps more from them than it did then. Which of
    these it is follows from the ledger alone, so it tells of no row. ``not_here``: none are raised on what their role sees.
    """
    if scope.standing:
        return "stand", scope
    name = _standing_name(reading)
    if name is None:
        return "not_here", scope
    removed = removed_records(reading.principal, reading.state, reading.on)
    then = kept_back_then(connection, name)
    if then is None or not kept_back(name, removed, reading.state) <= then:
        return "next_build", scope
    return "stand", Scope(name, scope.label_ids, removed_record_ids=scope.removed_record_ids, standing=True)


def glass_scope(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Scope:
    """Every row that this reader could reach by breaking the glass: all but seals and hide orders, as labels allow."""
    labels = labels_of(connection)
    reached = _allowed_labels(reading, labels, "break_glass") | _allowed_labels(reading, labels, NO_GRANT)
    closed = sealed_records(reading.state) | hidden_records(reading.principal, reading.state)
    scope = Scope(
        "",
        reached,
        removed_record_ids=closed,
        source_label_ids=sources_told(reading, labels),
    )
    scope = without_sources(connection, scope, labels)
    return replace(scope, name=_name(reading.principal, scope, labels))


def listable_scope(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Scope:
    """Every row that this reader could reach by a meeting's list, as labels allow; a standing scope where it is one."""
    labels = labels_of(connection)
    reached = _allowed_labels(reading, labels, "meeting_list") | _allowed_labels(reading, labels, NO_GRANT)
    removed = removed_records(reading.principal, reading.state, reading.on)
    scope = Scope("", reached, removed_record_ids=removed)
    wanted = {label_id for label_id, label in labels.items() if is_ordinary(label)}
    for name, label_ids in ((HUB, set(labels)), (HUB_ORDINARY, wanted)):
        candidate = replace(scope, name=name, standing=True)
        if reached == label_ids and _stands(connection, candidate, reading):
            return candidate
    return replace(scope, name=_name(reading.principal, scope, labels))


def namespace_of(principal: Principal) -> str:
    """Readers of one namespace share handles: one role of a hub; of contributors, those of one agency."""
    own = [principal.agency] if principal.role in ("contributor", "referrer") else []
    return json.dumps([principal.hub, principal.role, *own])


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
    allowed = reading.allows(labels)
    if all(allowed):
        return HUB
    return HUB_ORDINARY if allowed == [is_ordinary(label) for label in labels] else None


def _stands(connection: duckdb.DuckDBPyConnection, candidate: Scope, reading: Reading) -> bool:
    """Whether what the build made under the candidate's name was made of exactly its rows.

    Of what the ledger keeps back it is asked what the ledger says, not which rows there are: a reader must not learn from
    a list that stands, or does not, whether anybody was there to keep back.
    """
    then = kept_back_then(connection, candidate.name)
    removed = removed_records(reading.principal, reading.state, reading.on)
    if then is not None and then != kept_back(candidate.name, removed, reading.state):
        return False
    return is_materialised(connection, candidate)


def _allowed_labels(reading: Reading, labels: dict[int, Label], grant: str) -> frozenset[int]:
    allowed = reading.allows(list(labels.values()), grant)
    return frozenset(label_id for label_id, yes in zip(labels, allowed, strict=True) if yes)


def _name(principal: Principal, scope: Scope, labels: dict[int, Label]) -> str:
    """A name that two scopes share only when they hold the same rows (label ids differ between snapshots)."""

    def told(label_ids: frozenset[int]) -> list[list[str]]:
        return sorted(
            [one.hub, one.agency, one.marking, one.category] for i, one in labels.items() if i in label_ids
        )

    content = [
        told(scope.label_ids),
        [[told(one.label_ids), sorted(one.record_ids), sorted(one.event_ids)] for one in scope.additions],
        sorted(scope.removed_record_ids),
        told(scope.source_label_ids),
        sorted(scope.removed_event_ids),
    ]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    return f"{principal.hub}:{principal.role}:{principal.agency}:{digest}"
