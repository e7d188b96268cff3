"""What speaks against a finding, read from the same rows for every detector: said beside it, never used to drop it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from detectors.facts import Facts
from detectors.notices import CLOSED
from detectors.sentences import share_of
from graph import day_as_told

Part = tuple[str, str, str]
# From here on a finding tells of something that went quiet, in days.
QUIET_DAYS: Final = 90
# "Discharged" and "no charge" are no charge.
_CHARGED: Final = r"(?<!no )\b(charged?|convicted|conviction|postal requisition)\b"
_HARM_BY_SOMEBODY: Final = frozenset({"exploitation_network", "bridging_adult"})
_CONCERN_ASKED: Final = frozenset({"missing_from_view", "cross_boundary_family"})
_GRAVITY_ASKED: Final = frozenset({"cumulative_concern", "exploitation_network", "repeat_notifications"})
_EXPLOITATION: Final = frozenset({"exploitation_network"})
_CRIME_ASKED: Final = frozenset({"gang_network", "serial_perpetrator", "escalating_harm", "repeat_marac"})


@dataclass(frozen=True, slots=True)
class Against:
    """A sentence, and the detectors whose findings it speaks against; None: of all."""

    sentence: str
    detectors: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """A part of a person in an event behind a finding."""

    event_id: str
    role: str
    agency: str
    happened_on: date
    concern: str | None
    severity: int | None
    outcome: str | None
    is_closed: bool
    source_key: str | None
    precision: str | None


def counter_evidence(
    facts: Facts, findings: Sequence[tuple[Iterable[Part], date]]
) -> list[tuple[Against, ...]]:
    """Per finding, given as its (event, record, role) rows and its as-of date, what speaks against it."""
    told: dict[int, list[_Told]] = defaultdict(list)
    facts.load(
        "asked_of",
        "finding INTEGER, as_of DATE, event_id VARCHAR, record_id VARCHAR, role VARCHAR",
        [
            (number, as_of, *part)
            for number, (parts, as_of) in enumerate(findings)
            for part in sorted(set(parts))
        ],
    )
    for number, *row in facts.rows(
        f"""SELECT DISTINCT a.finding, p.event_id, p.role, p.agency, p.happened_on, p.concern, p.severity, p.outcome,
                   coalesce(regexp_matches(lower(p.outcome), '{CLOSED}'), false), s.source_key, p.precision
            FROM asked_of a JOIN fact_part p USING (event_id, record_id, role)
            LEFT JOIN fact_lay_reporter s ON s.event_id = p.event_id ORDER BY ALL"""
    ):
        told[number].append(_Told(*row))
    helped = _open_plans(facts)
    return [
        tuple(
            against for rule in _RULES if told[number] and (against := rule(told[number], as_of)) is not None
        )
        + ((helped[number],) if number in helped else ())
        for number, (_, as_of) in enumerate(findings)
    ]


def _open_plans(facts: Facts) -> dict[int, Against]:
    """Findings of whose people some have a plan in force: somebody works with them already."""
    found = facts.rows(
        """SELECT a.finding, count(DISTINCT p.person_id), min(o.happened_on), arg_min_null(o.precision, o.happened_on)
           FROM asked_of a JOIN fact_part p USING (event_id, record_id, role)
           JOIN fact_part o ON o.person_id = p.person_id AND o.kind = 'plan' AND o.role = 'subject'
            AND o.known_on <= a.as_of AND o.happened_on <= a.as_of AND coalesce(o.ended_on, a.as_of) >= a.as_of
           GROUP BY a.finding"""
    )
    return {
        number: Against(
            f"Already worked with: {_people(people)} {'has' if people == 1 else 'have'} a plan in force, since "
            f"{day_as_told(since, precision)} at the earliest."
        )
        for number, people, since, precision in found
    }


def _one_agency(told: Sequence[_Told], _as_of: date) -> Against | None:
    agencies = {row.agency for row in told}
    if len(agencies) > 1:
        return None
    return Against(f"All of it comes from one agency ({min(agencies).replace('_', ' ')}).")


def _closed(told: Sequence[_Told], _as_of: date) -> Against | None:
    events, closed = _events(told), _events(row for row in told if row.is_closed)
    if not closed:
        return None
    were = "was" if len(closed) == 1 else "were"
    share = share_of(len(closed), len(events), "events")
    return Against(f"{share[0].upper()}{share[1:]} {were} closed with nothing to act on.")


def _one_source(told: Sequence[_Told], _as_of: date) -> Against | None:
    by_source: dict[str, set[str]] = defaultdict(set)
    for row in told:
        if row.source_key is not None:
            by_source[row.source_key].add(row.event_id)
    most = max((len(events) for events in by_source.values()), default=0)
    if most < 2:
        return None
    return Against(f"One and the same private person brought {share_of(most, len(_events(told)), 'events')}.")


def _quiet(told: Sequence[_Told], as_of: date) -> Against | None:
    newest = max(told, key=lambda row: (row.happened_on, row.precision or ""))
    days = (as_of - newest.happened_on).days
    if days < QUIET_DAYS:
        return None
    if newest.precision:
        return Against(
            f"Quiet since: the latest of it happened in {day_as_told(newest.happened_on, newest.precision)}."
        )
    return Against(
        f"Quiet since: the latest of it happened on {day_as_told(newest.happened_on, None)}, {days} days before this was raised."
    )


def _nobody_suspected(told: Sequence[_Told], _as_of: date) -> Against | None:
    if any(row.role in ("suspect", "offender") for row in told):
        return None
    return Against("Nobody is recorded in it as a suspect or an offender.", _HARM_BY_SOMEBODY)


def _no_concern(told: Sequence[_Told], _as_of: date) -> Against | None:
    if any(row.concern for row in told):
        return None
    return Against("No event in it carries a concern about anybody.", _CONCERN_ASKED)


def _never_named(told: Sequence[_Told], _as_of: date) -> Against | None:
    if any(row.concern in ("sexual_exploitation", "criminal_exploitation") for row in told):
        return None
    return Against("No agency has named exploitation as its concern in it.", _EXPLOITATION)


def _mild(told: Sequence[_Told], _as_of: date) -> Against | None:
    grades = [row.severity for row in told if row.severity is not None]
    if not grades or max(grades) > 2:
        return None
    return Against(f"No event in it is graver than severity {max(grades)} of 5.", _GRAVITY_ASKED)


def _nothing_charged(told: Sequence[_Told], _as_of: date) -> Against | None:
    outcomes = {row.outcome.casefold() for row in told if row.outcome}
    if not outcomes or any(re.search(_CHARGED, outcome) for outcome in outcomes):
        return None
    return Against("No charge or conviction is recorded in it.", _CRIME_ASKED)


_RULES: Final[tuple[Callable[[Sequence[_Told], date], Against | None], ...]] = (
    _one_agency,
    _closed,
    _one_source,
    _quiet,
    _nobody_suspected,
    _no_concern,
    _never_named,
    _mild,
    _nothing_charged,
)


def _events(told: Iterable[_Told]) -> set[str]:
    return {row.event_id for row in told}


def _people(number: int) -> str:
    return "1 of its people" if number == 1 else f"{number} of its people"
