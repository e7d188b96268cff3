"""Repeat notifications: who the hub is told of again and again, harmed or suspected."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple

from detectors.baselines import age_band
from detectors.drafting import Draft, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.notices import distinct_notices, make_notices
from detectors.sentences import share_of, spelt

MEASURE = "distinct notifications, ranked by how many times the usual they are at the least"


class RepeatNotifications:
    """Somebody was notified to the hub several times within 12 months, clearly more often than is usual.

    Counted are distinct happenings, on one side: as the one harmed or at risk (subject, victim), or as the one
    suspected (suspect, offender); the two are never added. One happening told by several agencies counts once,
    and so does everything that one private person brought and that was closed without further action. A contact
    or referral of somebody whose case is open does not count; a contact with the referral that it became within a
    week is one, and so is an incident with the custody that followed it. Agencies differ in what they
    notify: where one of an authority sends twice as many of a kind as in the whole hub, each of them counts half here, and where
    it sends few each counts for more. Usual is what the hub's agencies notify of people of this age on this side.
    """

    name: ClassVar[str] = "repeat_notifications"
    version: ClassVar[str] = "4"
    grows: ClassVar[bool] = False

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which something new was known of the person."""
        make_notices(facts)
        limits = facts.thresholds.repeat_notifications
        found = facts.rows(
            f"""
            WITH news AS (
                SELECT DISTINCT n.person_id, n.side, a.day AS as_of
                FROM notice n ASOF JOIN as_of a ON n.known_on <= a.day)
            SELECT w.person_id, w.side, w.as_of, any_value(f.born) AS born,
                   list((n.happening_id, n.private_source, n.happened_on, n.event_id, n.record_id, n.role,
                         n.agency, n.authority, n.kind, n.known_on)
                        ORDER BY n.happened_on, n.event_id, n.record_id, n.role)
            FROM news w
            JOIN notice n ON n.person_id = w.person_id AND n.side = w.side
             AND n.known_on <= w.as_of AND n.happened_on > w.as_of - INTERVAL {limits.window_days} DAY
            JOIN fact_person f ON f.person_id = w.person_id
            GROUP BY w.person_id, w.side, w.as_of
            HAVING count(DISTINCT n.happening_id) >= $least
            ORDER BY w.person_id, w.side, w.as_of""",
            least=limits.least_notifications,
        )
        drafts = [_draft(facts, _Case(*case), [_Telling(*row) for row in rows]) for *case, rows in found]
        return write_out(facts, self, [draft for draft in drafts if draft])


class _Case(NamedTuple):
    person_id: str
    side: str
    as_of: date
    born: date | None


class _Telling(NamedTuple):
    happening_id: str
    private_source: str | None
    happened_on: date
    event_id: str
    record_id: str
    role: str
    agency: str
    authority: str | None
    kind: str
    known_on: date


def _draft(facts: Facts, case: _Case, tellings: Sequence[_Telling]) -> Draft | None:
    limits = facts.thresholds.repeat_notifications
    counted = distinct_notices((telling.happening_id, telling.private_source) for telling in tellings)
    observed = len(counted)
    if observed < limits.least_notifications:
        return None
    at_usual_rates = sum(
        facts.baselines.worth(first.authority, first.agency, first.kind, case.side)
        for first in _first_tellings(tellings, counted)
    )
    if at_usual_rates < limits.least_at_usual_rates:
        return None
    authority = _commonest(telling.authority for telling in tellings)
    age = (case.as_of - case.born).days / 365.25 if case.born else None
    years = limits.window_days / 365.25
    expected = facts.baselines.expected(authority, case.side, age_band(age)) * years
    usual = facts.baselines.expected_at_usual(case.side, age_band(age)) * years
    low, mean, _ = facts.baselines.ratio(case.side, at_usual_rates, usual)
    if low < limits.least_ratio:
        return None
    newest_first = sorted({t.happened_on for t in tellings}, reverse=True)
    still = newest_first[min(limits.least_notifications, len(newest_first)) - 1]
    return Draft(
        anchor=(case.person_id, case.side),
        as_of=case.as_of,
        subjects=[(case.person_id, telling.role) for telling in tellings],
        parts=[(telling.event_id, telling.record_id, telling.role) for telling in tellings],
        expires_on=min(
            case.as_of + facts.thresholds.review_period(), still + timedelta(days=limits.window_days)
        ),
        observed=observed,
        baseline=round(expected, 3),
        excess=round(low, 4),
        measure=f"{MEASURE}; they are worth {at_usual_rates:.1f} at the hub's usual rates, {mean:.1f} times what is usual at this age "
        f"and at least {low:.1f} times (lower end of the 90% interval)",
        clears=_clears(observed, limits.least_notifications),
        aged=[case.person_id] if case.born else [],
        counter_evidence=_counter_evidence(tellings, observed),
    )


def _first_tellings(tellings: Sequence[_Telling], counted: set[str]) -> list[_Telling]:
    """The telling by which each of ``counted`` (``notices.distinct_notices``) was first known."""
    first: dict[str, _Telling] = {}
    for telling in sorted(tellings, key=lambda one: (one.known_on, one.agency, one.event_id)):
        own = telling.happening_id
        first.setdefault(own if own in counted else f"private:{telling.private_source}", telling)
    return [first[key] for key in sorted(counted)]


def _commonest(values: Any) -> str | None:
    counted = Counter(value for value in values if value)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def _clears(observed: int, least: int) -> str:
    spare = share_of(observed - least + 1, observed, "notifications")
    return f"It clears when {spare} prove not to be about this person or not to be new."


def _counter_evidence(tellings: Sequence[_Telling], observed: int) -> tuple[str, ...]:
    said = []
    if len({telling.happening_id for telling in tellings}) > observed:
        said.append(
            "Some came from one private person and were closed without further action; they count once."
        )
    agencies = sorted({telling.agency for telling in tellings})
    if len(agencies) == 1:
        said.append(f"All of it comes from one agency ({spelt(agencies[0])}).")
    return tuple(said)
