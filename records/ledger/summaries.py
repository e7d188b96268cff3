"""What the ledger says of workers and of subjects, counted by the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, distinct, func, select

from records.ledger.entry import OUTCOMES, instant_of, instant_text
from records.ledger.tables import ALERT, ENTRY, SUBJECT


@dataclass(frozen=True, slots=True)
class WorkerSummary:
    """What one worker did in one role. ``days``: days (UTC) with an entry; ``records``: different record ids concerned."""

    actor: str
    role: str
    entries: int
    answered: int
    empty: int
    denied: int
    failed: int
    records: int
    days: int
    alerts: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class SubjectReader:
    """How often one worker, in one role, for one purpose, did one thing that concerned a record."""

    actor: str
    role: str
    hub: str
    purpose: str | None
    act: str
    entries: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """One read that was answered: its number and time, who made it, and the records that it showed."""

    sequence: int
    at: datetime
    actor: str
    role: str
    record_ids: frozenset[str]


def by_worker(connection: Connection, since: datetime, until: datetime) -> list[WorkerSummary]:
    """Every worker with an entry from ``since`` to before ``until``, by actor and role."""
    here = _between(since, until)
    day = func.substr(ENTRY.c.at, 1, 10)
    counts = [func.sum(case((ENTRY.c.outcome == outcome, 1), else_=0)).label(outcome) for outcome in OUTCOMES]
    rows = connection.execute(
        select(ENTRY.c.actor, ENTRY.c.role, func.count().label("entries"), *counts)
        .add_columns(func.count(distinct(day)).label("days"))
        .add_columns(func.min(ENTRY.c.at).label("first_at"), func.max(ENTRY.c.at).label("last_at"))
        .where(*here)
        .group_by(ENTRY.c.actor, ENTRY.c.role)
        .order_by(ENTRY.c.actor, ENTRY.c.role)
    ).all()
    records = _counted(
        connection, _of_workers(func.count(distinct(SUBJECT.c.record_id)), SUBJECT, since, until)
    )
    alerts = _counted(connection, _of_workers(func.count(), ALERT, since, until))
    return [
        WorkerSummary(
            actor=row.actor,
            role=row.role,
            entries=int(row.entries),
            answered=int(row.answered),
            empty=int(row.empty),
            denied=int(row.denied),
            failed=int(row.failed),
            records=records.get((row.actor, row.role), 0),
            days=int(row.days),
            alerts=alerts.get((row.actor, row.role), 0),
            first=instant_of(row.first_at),
            last=instant_of(row.last_at),
        )
        for row in rows
    ]


def readers_of(connection: Connection, record_id: str) -> list[SubjectReader]:
    """Who did what that concerned a record, the latest first. Entries whose payload was erased are not found."""
    what = (ENTRY.c.actor, ENTRY.c.role, ENTRY.c.hub, ENTRY.c.purpose, ENTRY.c.act)
    rows = connection.execute(
        select(*what, func.count().label("entries"))
        .add_columns(func.min(ENTRY.c.at).label("first_at"), func.max(ENTRY.c.at).label("last_at"))
        .join(SUBJECT, SUBJECT.c.sequence == ENTRY.c.sequence)
        .where(SUBJECT.c.record_id == record_id)
        .group_by(*what)
    ).all()
    found = [
        SubjectReader(
            row.actor,
            row.role,
            row.hub,
            row.purpose,
            row.act,
            int(row.entries),
            instant_of(row.first_at),
            instant_of(row.last_at),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.last, one.actor, one.act, one.purpose or ""), reverse=True)


def looks(connection: Connection, since: datetime, until: datetime, acts: frozenset[str]) -> list[Look]:
    """The answered entries of these acts from ``since`` to before ``until``, in their order."""
    rows = connection.execute(
        select(ENTRY.c.sequence, ENTRY.c.at, ENTRY.c.actor, ENTRY.c.role, SUBJECT.c.record_id)
        .outerjoin(SUBJECT, SUBJECT.c.sequence == ENTRY.c.sequence)
        .where(*_between(since, until), ENTRY.c.outcome == "answered", ENTRY.c.act.in_(sorted(acts)))
        .order_by(ENTRY.c.sequence)
        .execution_options(yield_per=5000)
    )
    facts: dict[int, tuple[str, str, str]] = {}
    shown: dict[int, set[str]] = {}
    for row in rows:
        facts[row.sequence] = (row.at, row.actor, row.role)
        records = shown.setdefault(row.sequence, set())
        if row.record_id is not None:
            records.add(row.record_id)
    return [
        Look(number, instant_of(at), actor, role, frozenset(shown[number]))
        for number, (at, actor, role) in facts.items()
    ]


def _between(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return ENTRY.c.at >= instant_text(since), ENTRY.c.at < instant_text(until)


def _of_workers(count: ColumnElement[int], table: Table, since: datetime, until: datetime) -> Select[Any]:
    joined = select(ENTRY.c.actor, ENTRY.c.role, count).join(table, table.c.sequence == ENTRY.c.sequence)
    return joined.where(*_between(since, until)).group_by(ENTRY.c.actor, ENTRY.c.role)


def _counted(connection: Connection, statement: Select[Any]) -> dict[tuple[str, str], int]:
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(statement)}
