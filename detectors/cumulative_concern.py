"""Cumulative concern: several agencies, each below its own threshold, together above."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from math import log
from typing import ClassVar, NamedTuple

from detectors.baselines import age_band
from detectors.drafting import Draft, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.notices import CLOSED, distinct_notices, make_signals

MEASURE = "notes short of each agency's own threshold, ranked by how far they exceed what is usual, added over agencies on a logarithmic scale"
# Half a signal on either side of each ratio, so that one event at a rare agency is not an infinity.
SMOOTHING = 0.5
# Concerns that two agencies tell no further apart are one matter, whatever word each has for it.
ONE_MATTER_DAYS = 1


class CumulativeConcern:
    """Three or more agencies each noted something about a child within 6 months, none enough to act on alone.

    Counted are slight concerns, missed appointments, absence (once a school year), exclusions, rent arrears in which the child is
    named and the like, each happening once at the agency that told of it first. What several agencies tell on the same day or
    the next is one matter, and so is the same concern within three days; what one private person brought in vain counts once in all.
    What an agency passed on or took up is not counted: there its own threshold was reached. What each agency noted is compared
    with what it usually notes of children of this age here. These excesses are added on a logarithmic scale, and no agency may add more than
    its cap, so that one busy agency cannot raise a child by itself. Where somebody acts already, the child is not raised here: after a
    referral or an enquiry, while a plan is in force, after a grave event. A grave concern that was closed with no further action is not
    counted, but hides nothing either.
    """

    name: ClassVar[str] = "cumulative_concern"
    version: ClassVar[str] = "4"
    grows: ClassVar[bool] = False

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which something new was noted of the child."""
        make_signals(facts)
        limits = facts.thresholds.cumulative_concern
        facts.make(
            "acted_on",
            f"""
            SELECT person_id, happened_on, known_on, coalesce(ended_on, happened_on) AS until FROM fact_part
            WHERE role IN ('subject', 'victim')
              AND (kind IN ('s47_enquiry', 'strategy_discussion', 'referral', 'assessment')
                   OR (concern IS NOT NULL AND severity > $highest
                       AND NOT coalesce(regexp_matches(lower(outcome), '{CLOSED}'), false)))
            UNION ALL
            SELECT person_id, happened_on, known_on, coalesce(ended_on, DATE '9999-12-31') FROM fact_part
            WHERE role = 'subject' AND kind = 'plan' AND plan_kind IN ('cin', 'cp', 'looked_after')""",
            highest=limits.highest_severity,
        )
        found = facts.rows(
            f"""
            WITH news AS (SELECT DISTINCT s.person_id, a.day AS as_of FROM signal s ASOF JOIN as_of a ON s.known_on <= a.day)
            SELECT n.person_id, n.as_of, any_value(f.born),
                   list((s.happening_id, s.private_source, s.concern, s.brought_by, s.agency, s.authority, s.happened_on, s.event_id, s.record_id, s.role)
                        ORDER BY s.known_on, s.event_id, s.record_id, s.role)
            FROM news n
            JOIN fact_person f ON f.person_id = n.person_id AND f.born + INTERVAL {limits.child_age} YEAR > n.as_of
            JOIN signal s ON s.person_id = n.person_id AND s.known_on <= n.as_of
             AND s.happened_on > n.as_of - INTERVAL {limits.window_days} DAY
            WHERE NOT EXISTS (
                SELECT 1 FROM acted_on o WHERE o.person_id = n.person_id AND o.known_on <= n.as_of
                 AND o.until > n.as_of - INTERVAL {limits.window_days} DAY)
            GROUP BY n.person_id, n.as_of HAVING count(DISTINCT s.agency) >= $least
            ORDER BY n.person_id, n.as_of""",
            least=limits.least_agencies,
        )
        drafts = [
            _draft(facts, (person, as_of, born), [_Signal(*row) for row in rows])
            for person, as_of, born, rows in found
        ]
        return write_out(facts, self, [draft for draft in drafts if draft])


class _Signal(NamedTuple):
    happening_id: str
    private_source: str | None
    concern: str | None
    brought_by: str | None
    agency: str
    authority: str | None
    happened_on: date
    event_id: str
    record_id: str
    role: str


def _first_told(signals: Sequence[_Signal], retold_days: int) -> list[_Signal]:
    """One signal a happening, the first to be known; everything that one private person brought in vain is one.

    Another agency's word of the same concern within ``retold_days`` is the same matter told again, and so is what the
    agency brought that noted something in those days, and any concern of the same day or the next: one writes neglect, the
    other physical, of one injury.
    """
    counted = distinct_notices((signal.happening_id, signal.private_source) for signal in signals)
    first: dict[str, _Signal] = {}
    for signal in signals:
        private = f"private:{signal.private_source}"
        key = signal.happening_id if signal.happening_id in counted or private not in counted else private
        if not any(_retells(signal, known, retold_days) for known in first.values()):
            first.setdefault(key, signal)
    return list(first.values())


def _retells(signal: _Signal, known: _Signal, retold_days: int) -> bool:
    apart = abs((known.happened_on - signal.happened_on).days)
    if signal.agency == known.agency or apart > retold_days:
        return False
    if signal.concern is None or known.concern is None:
        return signal.brought_by == known.agency
    return apart <= ONE_MATTER_DAYS or signal.concern == known.concern or signal.brought_by == known.agency


def _draft(facts: Facts, child: tuple[str, date, date], signals: Sequence[_Signal]) -> Draft | None:
    limits = facts.thresholds.cumulative_concern
    person, as_of, born = child
    first_told = _first_told(signals, limits.retold_days)
    by_agency: dict[str, list[_Signal]] = defaultdict(list)
    for signal in first_told:
        by_agency[signal.agency].append(signal)
    if len(by_agency) < limits.least_agencies:
        return None
    band = age_band((as_of - born).days / 365.25)
    total = expected_total = 0.0
    for agency, told in sorted(by_agency.items()):
        authority = min((signal.authority for signal in told if signal.authority), default=None)
        expected = (
            facts.baselines.expected_of(agency, authority, "signal", band) * limits.window_days / 365.25
        )
        expected_total += expected
        total += min(max(log((len(told) + SMOOTHING) / (expected + SMOOTHING)), 0.0), limits.cap_per_agency)
    if total < limits.least_sum:
        return None
    newest = sorted((max(s.happened_on for s in told) for told in by_agency.values()), reverse=True)
    return Draft(
        anchor=(person,),
        as_of=as_of,
        subjects=sorted({(person, signal.role) for signal in signals}),
        parts=[(signal.event_id, signal.record_id, signal.role) for signal in signals],
        expires_on=min(
            as_of + facts.thresholds.review_period(),
            newest[limits.least_agencies - 1] + timedelta(days=limits.window_days),
        ),
        observed=float(len(first_told)),
        baseline=round(expected_total, 3),
        excess=round(total, 4),
        measure=f"{MEASURE}; {len(by_agency)} agencies, together {total:.1f}, raised from {limits.least_sum:g}",
        clears=f"It clears when the notes of fewer than {limits.least_agencies} agencies stand, or when what stands adds up to less than "
        f"{limits.least_sum:g} (now {total:.1f}).",
        aged=[person],
    )
