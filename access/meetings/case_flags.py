"""The flags of a MARAC case by rule: repeat, serial, escalation; from the rows of the reader's scope alone.

The rules are those of the detectors of the same names, with the hub's own thresholds, put to the people of one case: a
scope formed on demand has no findings, and a flag must not rest on rows that its reader may not see.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from access.meetings.happenings import incidents_among
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import CaseFlag, FlagEvidence
from detectors import Settings, Thresholds, escalation_of
from records.snapshot.about import rows_about

_HARMED: Final = frozenset({"victim", "subject"})
_HARMING: Final = frozenset({"suspect", "offender"})
# What happened between two people, not what agencies did about it afterwards.
_WORK: Final = ("assessment", "strategy_discussion", "s47_enquiry", "plan", "custody", "order", "referral")
ADULT_VICTIM_AGE: Final = 16


@dataclass(frozen=True, slots=True)
class PairEvent:
    """One agency's report of harm between a victim and a perpetrator."""

    event_id: str
    incident: str
    agency: str
    kind: str
    happened_on: date
    harm: float
    is_crime: bool
    victim: str
    perpetrator: str


def case_flags(
    sight: Sight,
    pairs: Mapping[str, tuple[KnownPerson, tuple[KnownPerson, ...]]],
    incidents: Mapping[str, str] | None = None,
) -> dict[str, tuple[CaseFlag, ...]]:
    """The flags of each case (its name to victim and perpetrators), as of the snapshot's day.

    ``incidents``: event -> happening over the whole scope, where the read found them already.
    """
    everyone = [person for victim, others in pairs.values() for person in (victim, *others)]
    events = _pair_events(sight, everyone, incidents)
    ages = _born(sight, events)
    limits = sight.detecting().thresholds
    flags: dict[str, tuple[CaseFlag, ...]] = {}
    for name, (victim, perpetrators) in pairs.items():
        raised: list[CaseFlag] = []
        for perpetrator in perpetrators:
            between = [
                one
                for one in events
                if (one.victim, one.perpetrator) == (victim.person_id, perpetrator.person_id)
            ]
            by_them = [one for one in events if one.perpetrator == perpetrator.person_id]
            raised += _repeat(sight, between, limits) + _serial(sight, by_them, ages, limits)
            raised += _escalation(sight, between, limits)
        flags[name] = tuple(dict.fromkeys(raised))
    return flags


def _pair_events(
    sight: Sight, people: Sequence[KnownPerson], known: Mapping[str, str] | None
) -> list[PairEvent]:
    """Every report in which one of the people harms, or is harmed by, somebody: a row a pair."""
    parts = _rows_about(
        sight, "involvement", "record_id", {one for person in people for one in person.record_ids}
    )
    named = sight.connection.execute(
        f"SELECT DISTINCT event_id FROM {parts} WHERE role IN (SELECT unnest($1::VARCHAR[]))",
        [sorted(_HARMED | _HARMING)],
    ).fetchall()
    told = _abuse(sight, {event_id for (event_id,) in named})
    rows = sight.connection.execute(
        f"""SELECT event_id, record_id, role FROM {_rows_about(sight, "involvement", "event_id", told)}
            WHERE role IN (SELECT unnest($1::VARCHAR[])) ORDER BY ALL""",
        [sorted(_HARMED | _HARMING)],
    ).fetchall()
    holders = sight.cards.people.holding(sorted({record_id for _, record_id, _ in rows}))
    event_ids = sorted({event_id for event_id, _, _ in rows})
    incidents = (
        incidents_among(sight, event_ids, holders.values())
        if known is None
        else {event_id: known.get(event_id, event_id) for event_id in event_ids}
    )
    settings = sight.detecting()
    sides: dict[str, tuple[list[str], list[str]]] = {event_id: ([], []) for event_id in told}
    for event_id, record_id, role in rows:
        if record_id in holders:
            harmed, harming = sides[event_id]
            (harmed if role in _HARMED else harming).append(holders[record_id].person_id)
    return [
        PairEvent(event_id, incidents[event_id], *_facts(told[event_id], settings), victim, perpetrator)
        for event_id, (harmed, harming) in sides.items()
        for victim in dict.fromkeys(harmed)
        for perpetrator in dict.fromkeys(harming)
        if victim != perpetrator
    ]


def _abuse(sight: Sight, event_ids: Iterable[str]) -> dict[str, tuple[object, ...]]:
    """Those of the events that report domestic abuse, oldest first, with what the rules need of each."""
    rows = sight.connection.execute(
        f"""SELECT event_id, agency, kind, started_at::DATE, severity, offence
            FROM {_rows_about(sight, "event", "event_id", set(event_ids))}
            WHERE concern = 'domestic_abuse' AND started_at IS NOT NULL AND kind NOT IN (SELECT unnest($1::VARCHAR[]))
            ORDER BY started_at, event_id""",
        [list(_WORK)],
    ).fetchall()
    return {row[0]: row for row in rows}


def _rows_about(sight: Sight, table: str, column: str, ids: Collection[str]) -> str:
    return rows_about(sight.connection, table, sight.scope, column, ids)


def _facts(row: tuple[object, ...], settings: Settings) -> tuple[str, str, date, float, bool]:
    _, agency, kind, on, severity, offence = row
    assert isinstance(on, date)  # noqa: S101 - the query leaves undated events out
    grade = severity if isinstance(severity, int) else None
    named = None if offence is None else str(offence)
    is_crime = named is not None or (grade or 0) >= settings.thresholds.escalating_harm.crime_severity
    return str(agency), str(kind), on, settings.harm.of(named, grade).weight, is_crime


def _born(sight: Sight, events: Iterable[PairEvent]) -> dict[str, date | None]:
    people = sight.cards.people.with_ids({one.victim for one in events})
    return {person_id: person.date_of_birth for person_id, person in people.items()}


def _repeat(sight: Sight, between: Sequence[PairEvent], limits: Thresholds) -> list[CaseFlag]:
    days = limits.repeat_marac.window_days
    referrals = [one for one in between if one.kind == "marac_referral"]
    for referral in reversed(referrals):
        until = referral.happened_on + timedelta(days=days)
        again = [
            one
            for one in between
            if referral.happened_on < one.happened_on <= until and one.incident != referral.incident
        ]
        if again and (sight.as_of - again[-1].happened_on).days <= days:
            count = len({one.incident for one in again})
            words = (
                f"Referred to MARAC on {_day(referral.happened_on)}; abuse between the same two people was reported "
                f"{_times(count)} since, the latest on {_day(again[-1].happened_on)}."
            )
            return [
                _flag(
                    sight,
                    "repeat",
                    words,
                    "SafeLives: any abuse within 12 months of the last referral",
                    [referral, *again],
                )
            ]
    return []


def _serial(
    sight: Sight, by_them: Sequence[PairEvent], born: Mapping[str, date | None], limits: Thresholds
) -> list[CaseFlag]:
    since = sight.as_of - timedelta(days=limits.serial_perpetrator.window_days)
    counted = [
        one for one in by_them if one.happened_on > since and _is_adult(born.get(one.victim), one.happened_on)
    ]
    victims = {one.victim for one in counted}
    if len(victims) < limits.serial_perpetrator.least_victims:
        return []
    if (sight.as_of - counted[-1].happened_on).days > limits.serial_perpetrator.live_days:
        return []
    words = (
        f"Suspected of domestic abuse of {len(victims)} people aged 16 or over within "
        f"{limits.serial_perpetrator.window_days // 365} years, the latest on {_day(counted[-1].happened_on)}."
    )
    return [
        _flag(
            sight,
            "serial",
            words,
            "Two or more victims within 3 years; Domestic Abuse Act 2021 for the age",
            counted,
        )
    ]


def _escalation(sight: Sight, between: Sequence[PairEvent], limits: Thresholds) -> list[CaseFlag]:
    rule = limits.escalating_harm
    since = sight.as_of - timedelta(days=rule.window_days)
    recent = [one for one in between if one.happened_on > since and one.kind != "marac_referral"]
    gravest: dict[str, PairEvent] = {}
    for one in recent:
        if one.incident not in gravest or one.harm > gravest[one.incident].harm:
            gravest[one.incident] = one
    happenings = sorted(gravest.values(), key=lambda one: (one.happened_on, one.event_id))
    rising = escalation_of(happenings, sight.as_of, rule)
    if rising is None:
        return []
    crimes = sum(one.is_crime for one in happenings)
    how = " and ".join(word for word, yes in zip(("more often", "graver"), rising, strict=True) if yes)
    words = (
        f"{len(happenings)} incidents between the two in {rule.window_days // 30} months, {crimes} of them crimes, "
        f"and {how} in the later half."
    )
    source = f"Local MARAC escalation rule: {rule.least_incidents} incidents or {rule.least_crimes} crimes in 12 months, rising"
    return [_flag(sight, "escalation", words, source, happenings)]


def _flag(sight: Sight, rule: str, words: str, source: str, stands_on: Iterable[PairEvent]) -> CaseFlag:
    identity = sight.cards.mask.usual.identity
    evidence = tuple(
        FlagEvidence(
            one.event_id if identity else sight.cards.handles.reference("event", one.event_id),
            one.agency,
            one.kind,
            one.happened_on,
        )
        for one in {one.event_id: one for one in stands_on}.values()
    )
    return CaseFlag(rule, words, source, evidence)


def _is_adult(born: date | None, on: date) -> bool:
    """Whether a victim counts for the rule; somebody whose birth date no agency knows does."""
    return (
        born is None
        or (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) >= ADULT_VICTIM_AGE
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
