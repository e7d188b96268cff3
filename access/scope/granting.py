"""What the ledger says a reader gets beyond, or in spite of, the labels: grants, marks, consent, refusals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import duckdb

from access.policy import NO_GRANT, Label, Policies
from access.principal import CONSENT_EXPECTED, Principal, Purpose
from records.ledger import Grant, LedgerState, marks_by_record, records_agreed
from records.scope import Addition, Scope
from records.snapshot.scoped import INTELLIGENCE, SOURCE_ROLE

ADDING_KINDS: Final = ("release", "meeting_list", "break_glass")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, for what, on which day, under which policies and with what standing in the ledger."""

    principal: Principal
    purpose: Purpose
    policies: Policies
    state: LedgerState
    on: date

    def allows(self, labels: Sequence[Label], grant: str = NO_GRANT) -> list[bool]:
        """For each label, whether the policy lets this reader use rows that carry it."""
        decisions = self.policies.may_see(self.principal, labels, self.purpose.code, grant, self.on)
        return [decision.allowed for decision in decisions]


@dataclass(frozen=True, slots=True)
class _Known:
    """A record that the ledger names: its label, and the same with the marking that its agency gave it since."""

    record_id: str
    label: Label
    marked: Label


def removed_records(principal: Principal, state: LedgerState, on: date) -> frozenset[str]:
    """Records that seals, hide orders and restrictions take from this reader, whatever their labels.

    Seals take the protected side from everyone: the seal keeper works on seals, not on rows. A broken glass
    opens a restriction, never a seal or a hide order.
    """
    removed: set[str] = set()
    opened: set[str] = set()
    for grant in state.grants:
        if not grant.lasts(on):
            continue
        if grant.kind == "restriction" and principal.subject not in grant.actors:
            removed |= grant.record_ids
        if grant.kind == "break_glass" and principal.subject in grant.actors:
            opened |= grant.record_ids
    return frozenset(removed - opened) | sealed_records(state) | hidden_records(principal, state)


def sealed_records(state: LedgerState) -> frozenset[str]:
    """The protected side of every seal."""
    return frozenset[str]().union(*(seal.protected_record_ids for seal in state.seals))


def hidden_records(principal: Principal, state: LedgerState) -> frozenset[str]:
    """Records that hide orders answer as unknown to this reader."""
    hidden: set[str] = set()
    for order in state.hide_orders:
        if principal.subject not in order.named_actors:
            hidden |= order.record_ids
    return frozenset(hidden)


def named_records(reading: Reading, kind: str) -> frozenset[str]:
    """Records that grants of a kind, in force for this reader and purpose, name.

    Where consent is expected, a release reaches only records for which it was given, or overridden with grounds; and
    never those that their agency refuses to share.
    """
    named = frozenset[str]().union(*(grant.record_ids for grant in _in_force(reading, kind)))
    if kind == "release":
        if reading.purpose.code in CONSENT_EXPECTED:
            named &= records_agreed(reading.state.consents)
        named -= frozenset[str]().union(*(one.record_ids for one in reading.state.refusals))
    return named


def with_ledger(
    connection: duckdb.DuckDBPyConnection, scope: Scope, reading: Reading, marks_open: bool
) -> Scope:
    """The scope of the labels, changed by what the ledger says of single records.

    A mark that tightens takes the record away at once; one that loosens lets grants reach the record and, where
    ``marks_open``, the reader as well. Each kind of grant adds the rows that the policy reaches under it, no others.
    """
    marks = marks_by_record(reading.state.marks)
    named = {kind: named_records(reading, kind) - scope.removed_record_ids for kind in ADDING_KINDS}
    known = _known(connection, frozenset(marks).union(*named.values()) - scope.removed_record_ids, marks)
    additions = [
        _addition(connection, scope, reading, kind, [one for one in known if one.record_id in named[kind]])
        for kind in ADDING_KINDS
    ]
    usual = reading.allows([one.marked for one in known])
    if marks_open:
        opened = [
            one for one, allowed in zip(known, usual, strict=True) if allowed and one.marked != one.label
        ]
        additions.append(_addition(connection, scope, reading, NO_GRANT, opened))
    found = tuple(one for several in additions for one in several)
    reached = frozenset[str]().union(*(one.record_ids for one in found))
    closed = {
        one.record_id
        for one, allowed in zip(known, usual, strict=True)
        if not allowed and one.record_id not in reached and one.marked != one.label
    }
    return replace(
        scope,
        added_record_ids=reached,
        added_event_ids=frozenset[str]().union(*(one.event_ids for one in found)),
        removed_record_ids=scope.removed_record_ids | closed,
        additions=found,
    )


def _in_force(reading: Reading, kind: str) -> Iterable[Grant]:
    principal = reading.principal
    for grant in reading.state.grants:
        if grant.kind != kind or not grant.lasts(reading.on):
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


def _known(
    connection: duckdb.DuckDBPyConnection, record_ids: frozenset[str], marks: dict[str, str]
) -> list[_Known]:
    if not record_ids:
        return []
    rows = connection.execute(
        """SELECT record_id, hub, label.agency, marking, category FROM record JOIN label USING (label_id)
           WHERE record_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY record_id""",
        [sorted(record_ids)],
    ).fetchall()
    known = []
    for record_id, *facts in rows:
        label = Label(*facts)
        known.append(_Known(record_id, label, replace(label, marking=marks.get(record_id, label.marking))))
    return known


def _addition(
    connection: duckdb.DuckDBPyConnection, scope: Scope, reading: Reading, kind: str, named: Sequence[_Known]
) -> list[Addition]:
    """What a kind of grant adds: the named records that it reaches, rows about them and their events.

    Rows of a marked record are judged as if its agency's rows carried the mark. Where the grant reaches no label that
    the reader lacks, nothing is added: the scope of a reader who sees it all anyway stays what it was.
    """
    reached = [
        one
        for one, allowed in zip(named, reading.allows([one.marked for one in named], kind), strict=True)
        if allowed
    ]
    labels = _labels(connection) if reached else {}
    groups: dict[tuple[str, str] | None, set[str]] = {}
    for one in reached:
        mark = (one.label.agency, one.marked.marking) if one.marked != one.label else None
        groups.setdefault(mark, set()).add(one.record_id)
    additions = []
    for mark, record_ids in sorted(groups.items(), key=lambda item: item[0] or ("", "")):
        judged = [
            replace(label, marking=mark[1]) if mark is not None and label.agency == mark[0] else label
            for label in labels.values()
        ]
        allowed = reading.allows(judged, kind)
        label_ids = frozenset(label_id for label_id, yes in zip(labels, allowed, strict=True) if yes)
        label_ids -= scope.label_ids
        if not label_ids:
            continue
        kept_back = [i for i, one in labels.items() if one.category == INTELLIGENCE]
        reaching = _Reaching(
            parts=scope.label_ids | label_ids,
            events=label_ids,
            sources_kept=frozenset(kept_back) - scope.source_label_ids,
        )
        events = _events_of(connection, frozenset(record_ids), reaching)
        additions.append(Addition(frozenset(record_ids), events, label_ids))
    return additions


def _labels(connection: duckdb.DuckDBPyConnection) -> dict[int, Label]:
    rows = connection.execute(
        "SELECT label_id, hub, agency, marking, category FROM label ORDER BY label_id"
    ).fetchall()
    return {label_id: Label(*facts) for label_id, *facts in rows}


@dataclass(frozen=True, slots=True)
class _Reaching:
    """Labels of parts, and of events, that a grant reaches; and of intelligence whose source is kept back."""

    parts: frozenset[int]
    events: frozenset[int]
    sources_kept: frozenset[int]


def _events_of(
    connection: duckdb.DuckDBPyConnection, record_ids: frozenset[str], reaching: _Reaching
) -> frozenset[str]:
    """Events in which an added record has a part that the reader may know of; a source's part opens nothing."""
    rows = connection.execute(
        f"""SELECT DISTINCT event.event_id FROM event JOIN involvement USING (event_id)
           WHERE involvement.record_id IN (SELECT unnest($1::VARCHAR[]))
             AND list_contains($2::INTEGER[], involvement.label_id)
             AND list_contains($3::INTEGER[], event.label_id)
             AND NOT (involvement.role IS NOT DISTINCT FROM '{SOURCE_ROLE}'
                      AND (list_contains($4::INTEGER[], involvement.label_id)
                           OR list_contains($4::INTEGER[], event.label_id)))""",
        [
            sorted(record_ids),
            *(sorted(one) for one in (reaching.parts, reaching.events, reaching.sources_kept)),
        ],
    ).fetchall()
    return frozenset(event_id for (event_id,) in rows)
