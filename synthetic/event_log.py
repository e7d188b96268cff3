"""What happened, as the agencies that noticed it would each report it: events and people's parts in them."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from synthetic.options import NOBODY, Days, Indices, Texts

TEXT_COLUMNS: Final = (
    "agency", "system", "kind", "plan_kind", "concern", "offence", "status", "outcome", "rag_initial", "rag_final",
    "referrer", "note", "vehicle", "phone",
)  # fmt: skip
# severity 0: not stated. minute, ended, wait, talk, possible, absent -1: not stated. delay: days until recorded.
# reference: the tenancy of a tenancy event. related and incident are event numbers; an event without another report of it is its own incident.
NUMBER_COLUMNS: Final = {
    "severity": 0, "day": 0, "minute": NOBODY, "ended": NOBODY, "delay": 0, "related": NOBODY, "address": NOBODY,
    "possible": NOBODY, "absent": NOBODY, "wait": NOBODY, "talk": NOBODY, "incident": NOBODY, "authority": NOBODY,
    "reference": NOBODY,
}  # fmt: skip


@dataclass(slots=True)
class Events:
    """All events, column by column (names: ``TEXT_COLUMNS`` and ``NUMBER_COLUMNS``), and all parts in them."""

    columns: dict[str, Any]
    part_event: Indices
    part_person: Indices
    part_role: Texts

    def __len__(self) -> int:
        return len(self.columns["day"])

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]


@dataclass(slots=True)
class EventLog:
    """Collects events in batches, or one by one for the stories that are told one by one."""

    _batches: list[dict[str, Any]] = field(default_factory=list)
    _parts: list[tuple[Indices, Indices, Texts]] = field(default_factory=list)
    _single: list[dict[str, Any]] = field(default_factory=list)
    _single_parts: list[tuple[int, int, str]] = field(default_factory=list)
    _count: int = 0

    def many(self, day: Days, **values: Any) -> Indices:
        """Add an event a row of ``day``; other columns are arrays or one value for all. Returns event numbers."""
        self._settle()
        count = len(day)
        batch: dict[str, Any] = {"day": np.asarray(day, dtype=np.int64)}
        for name, value in values.items():
            if name in TEXT_COLUMNS:
                column = np.empty(count, dtype=object)
                column[:] = value
            else:
                column = np.broadcast_to(np.asarray(value, dtype=np.int64), (count,))
            batch[name] = column
        return self._take(batch, count)

    def take_part(self, events: Indices, person: Indices, role: str | Texts) -> None:
        """Add a part a row: ``person`` in ``role``; rows whose person or event is ``NOBODY`` are left out."""
        known = (np.asarray(person) != NOBODY) & (np.asarray(events) != NOBODY)
        roles = np.empty(len(events), dtype=object)
        roles[:] = role
        self._parts.append((np.asarray(events)[known], np.asarray(person)[known], roles[known]))

    def one(self, day: int, parts: list[tuple[int, str]], **values: Any) -> int:
        """Add one event with its parts; returns its number."""
        number = self._count + len(self._single)
        self._single.append({"day": int(day)} | values)
        self._single_parts.extend((number, int(person), role) for person, role in parts if person != NOBODY)
        return number

    def _take(self, batch: dict[str, Any], count: int) -> Indices:
        numbers = np.arange(self._count, self._count + count)
        self._count += count
        self._batches.append(batch)
        return numbers

    def _settle(self) -> None:
        """Turn the single events so far into a batch, so that numbers stay in order."""
        if not self._single:
            return
        rows, parts = self._single, self._single_parts
        self._single, self._single_parts = [], []
        batch: dict[str, Any] = {}
        for name in TEXT_COLUMNS:
            batch[name] = np.array([row.get(name, "") for row in rows], dtype=object)
        for name, default in NUMBER_COLUMNS.items():
            batch[name] = np.array([row.get(name, default) for row in rows], dtype=np.int64)
        self._take(batch, len(rows))
        if parts:
            events, people, roles = zip(*parts, strict=True)
            self._parts.append((np.array(events), np.array(people), np.array(roles, dtype=object)))

    def so_far(self) -> Events:
        """All events and parts collected, ``incident`` filled in."""
        self._settle()
        columns: dict[str, Any] = {}
        for name in TEXT_COLUMNS:
            columns[name] = np.concatenate(
                [b.get(name, np.full(len(b["day"]), "", dtype=object)) for b in self._batches]
            )
        for name, default in NUMBER_COLUMNS.items():
            columns[name] = np.concatenate(
                [b.get(name, np.full(len(b["day"]), default)) for b in self._batches]
            )
        columns["incident"] = np.where(
            columns["incident"] == NOBODY, np.arange(self._count), columns["incident"]
        )
        event, person, role = (np.concatenate([part[i] for part in self._parts]) for i in range(3))
        # A role is held once: a person listed twice by one story is one row.
        keys = event * (int(person.max()) + 2) + person
        order = np.lexsort((role.astype(str), keys))
        fresh = np.r_[True, (keys[order][1:] != keys[order][:-1]) | (role[order][1:] != role[order][:-1])]
        kept = order[fresh]
        return Events(columns, event[kept], person[kept], role[kept])
