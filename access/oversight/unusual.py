"""Unusual access: what an auditor should ask about, from the ledger's looks; each rule is one function and a sentence.

Nothing here is a judgement of anybody: a look at one's own street may be the job. Lines name workers, counts and entries,
never whom they looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from records.ledger import Look
from records.snapshot.about import FEW, among

_HERE: Final = ZoneInfo("Europe/London")
# Entries that a line names; the search by worker gives the rest.
_ENTRIES_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class UnusualLine:
    """Something to ask a worker about. ``usual`` is what colleagues in the role do, in the unit of ``count``."""

    kind: str
    actor: str
    role: str
    count: int
    usual: float | None
    says: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OversightThresholds:
    """When a rule speaks.

    ``day_looks``: looks in a day below which none is many. ``times_usual``: how far above colleagues in the role.
    ``opens``, ``closes``: the hub's hours, Monday to Friday, local time. ``odd_hours``: looks outside them before it is asked
    why. ``address_looks``, ``address_days``: looks at people of one address, and days they spread over.
    """

    day_looks: int = 40
    times_usual: float = 3.0
    opens: int = 7
    closes: int = 20
    odd_hours: int = 5
    address_looks: int = 8
    address_days: int = 3


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the rules need beside the looks.

    ``names``: a worker's family name where a sign-in told it, casefolded. ``families``: record to its family names,
    casefolded. ``name_share``: family name to its share of all records. ``addresses``: record to its addresses.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)
    name_share: Mapping[str, float] = field(default_factory=dict)
    addresses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    thresholds: OversightThresholds = field(default_factory=OversightThresholds)


def unusual(looks: Sequence[Look], known: Circumstances) -> tuple[UnusualLine, ...]:
    """Every line that some rule raises, by kind and worker."""
    found = [line for rule in RULES for line in rule(looks, known)]
    return tuple(
        sorted(found, key=lambda line: (line.kind, line.actor, line.role, -line.count, line.entries))
    )


def many_in_a_day(looks: Sequence[Look], known: Circumstances) -> Iterable[UnusualLine]:
    """Many more looks in a day than colleagues in the same role make on theirs."""
    days: dict[tuple[str, str, date], list[Look]] = defaultdict(list)
    for look in looks:
        days[look.role, look.actor, _local(look).date()].append(look)
    for role, of_role in groupby(sorted(days), key=lambda key: key[0]):
        keys = list(of_role)
        for key in keys:
            theirs, others = len(days[key]), [len(days[one]) for one in keys if one[1] != key[1]]
            usual = float(median(others)) if others else None
            if theirs > max(known.thresholds.day_looks, known.thresholds.times_usual * (usual or 0)):
                says = f"{theirs} looks on {key[2]:%d %B %Y}."
                yield _line("volume", (key[1], role), days[key], usual, says)


def outside_hours(looks: Sequence[Look], known: Circumstances) -> Iterable[UnusualLine]:
    """Looks at night or at a weekend, by somebody whose colleagues in the role seldom make them then."""
    terms = known.thresholds
    odd: dict[tuple[str, str], list[Look]] = defaultdict(list)
    total: Counter[tuple[str, str]] = Counter()
    for look in looks:
        total[look.actor, look.role] += 1
        at = _local(look)
        if at.weekday() >= 5 or not terms.opens <= at.hour < terms.closes:
            odd[look.actor, look.role].append(look)
    for worker, theirs in odd.items():
        others = [one for one in total if one[1] == worker[1] and one != worker]
        made = sum(total[one] for one in others)
        share = sum(len(odd.get(one, ())) for one in others) / made if made else 0.0
        usual = share * total[worker]
        if len(theirs) >= terms.odd_hours and len(theirs) > terms.times_usual * usual:
            says = f"{len(theirs)} of {total[worker]} looks were outside the hub's hours."
            yield _line("hours", worker, theirs, usual, says)


def own_family(looks: Sequence[Look], known: Circumstances) -> Iterable[UnusualLine]:
    """Looks at people who bear the worker's own family name, more than the name's frequency explains."""
    by_worker: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        by_worker[look.actor, look.role].append(look)
    for worker, theirs in by_worker.items():
        name = known.names.get(worker[0])
        if name is None:
            continue
        same = [
            look for look in theirs if any(name in known.families.get(one, ()) for one in look.record_ids)
        ]
        shown = sum(len(look.record_ids) for look in theirs)
        usual = known.name_share.get(name, 0.0) * shown
        if same and len(same) > known.thresholds.times_usual * usual:
            says = f"{len(same)} looks at people with the worker's own family name."
            yield _line("own_family", worker, same, usual, says)


def one_address(looks: Sequence[Look], known: Circumstances) -> Iterable[UnusualLine]:
    """A worker who comes back to the people of one address, day after day."""
    visited: dict[tuple[str, str, str], list[Look]] = defaultdict(list)
    for look in looks:
        for address in frozenset[str]().union(
            *(known.addresses.get(one, frozenset()) for one in look.record_ids)
        ):
            visited[look.actor, look.role, address].append(look)
    for (actor, role, _), theirs in visited.items():
        days = {_local(look).date() for look in theirs}
        if len(theirs) >= known.thresholds.address_looks and len(days) >= known.thresholds.address_days:
            says = f"{len(theirs)} looks at people of one address, on {len(days)} days."
            yield _line("one_address", (actor, role), theirs, None, says)


RULES: Final[tuple[Callable[[Sequence[Look], Circumstances], Iterable[UnusualLine]], ...]] = (
    many_in_a_day,
    outside_hours,
    own_family,
    one_address,
)


def circumstances(
    connection: duckdb.DuckDBPyConnection,
    looks: Sequence[Look],
    names: Mapping[str, str],
    thresholds: OversightThresholds | None = None,
    shares: dict[str, float] | None = None,
) -> Circumstances:
    """What the snapshot says of the records looked at; ``names`` are workers' full names by their id.

    ``shares``: of the family names that were asked of this snapshot before; those of others are added to it.
    """
    own = {actor: name.split()[-1].casefold() for actor, name in names.items() if name.split()}
    wanted = sorted(frozenset[str]().union(*(look.record_ids for look in looks)))
    families = _grouped(_stated_of(connection, "SELECT record_id, lower(family_name) FROM record", wanted))
    homes = """SELECT record_id, CASE WHEN address IS NOT NULL THEN upper(concat_ws('|', address, postcode)) END
               FROM address_spell"""
    addresses = _grouped(_stated_of(connection, homes, wanted))
    shares = {} if shares is None else shares
    _add_shares(connection, sorted(set(own.values()) - shares.keys()), shares)
    return Circumstances(
        own,
        families,
        {name: shares[name] for name in sorted(set(own.values()))},
        addresses,
        thresholds or OversightThresholds(),
    )


def _add_shares(
    connection: duckdb.DuckDBPyConnection, family_names: Sequence[str], shares: dict[str, float]
) -> None:
    """The share of all records that bear each of the names: every record is read, so it is done once a name."""
    if not family_names:
        return
    found = connection.execute(
        """SELECT lower(family_name), count(*) / (SELECT count(*) FROM record) FROM record
           WHERE lower(family_name) IN (SELECT unnest($1)) GROUP BY ALL ORDER BY ALL""",
        [list(family_names)],
    ).fetchall()
    shares.update(dict.fromkeys(family_names, 0.0) | {str(name): float(share) for name, share in found})


def _stated_of(
    connection: duckdb.DuckDBPyConnection, stated: str, record_ids: Sequence[str]
) -> list[tuple[str, str | None]]:
    """What the query ``stated`` says of these records, in order; found by index where they are few."""
    if len(record_ids) > FEW:
        asked = f"{stated} WHERE record_id IN (SELECT unnest($1::VARCHAR[]))"
        return connection.execute(
            f"SELECT DISTINCT * FROM ({asked}) ORDER BY ALL", [list(record_ids)]
        ).fetchall()
    asked = f"{stated} WHERE {among('record_id', record_ids)}"
    return connection.execute(
        f"WITH found AS MATERIALIZED ({asked}) SELECT DISTINCT * FROM found ORDER BY ALL"
    ).fetchall()


def _grouped(rows: Iterable[tuple[str, str | None]]) -> dict[str, frozenset[str]]:
    told = (row for row in rows if row[1] is not None)
    return {
        key: frozenset(str(value) for _, value in pairs)
        for key, pairs in groupby(told, key=lambda row: row[0])
    }


def _local(look: Look) -> datetime:
    return look.at.astimezone(_HERE)


def _line(
    kind: str, worker: tuple[str, str], looks: Sequence[Look], usual: float | None, says: str
) -> UnusualLine:
    entries = tuple(look.sequence for look in looks[:_ENTRIES_NAMED])
    rounded = None if usual is None else round(usual, 1)
    return UnusualLine(kind, *worker, len(looks), rounded, says, entries)
