"""Escalating harm: one person harming another more often, or worse."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import comb, exp, log1p, sqrt
from typing import Any, ClassVar, NamedTuple, Protocol

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.harm_weights import HarmWeights
from detectors.pair_harm import make_pair_harm
from detectors.sentences import falling_away
from detectors.thresholds import EscalatingHarm as Limits

MEASURE = "harm of late between the two, by the hub's harm weights, above what the same harm spread evenly over the year would leave"


class EscalatingHarm:
    """The same person is suspected of harming the same victim often within 12 months, and it is getting worse.

    Often is at least 5 incidents, or at least 3 that are crimes. Getting worse is, of 5 or more, twice as many in
    the later half of the time since the first of them as in the earlier, the first itself not counted, and closer
    and closer together (Laplace's test of trend), without their growing milder; or, of any, incidents that grow
    steadily graver without growing fewer. How often and how grave are judged apart. An incident is as grave as its
    offence in the hub's table of harm weights; where no table names the offence, as the stated scale has its
    severity. Both people stay in the roles the records give them. One incident told by several agencies counts once,
    and two people who each accuse the other are two pairs, shown as such.
    """

    name: ClassVar[str] = "escalating_harm"
    version: ClassVar[str] = "4"
    grows: ClassVar[bool] = False

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which something new was known of the pair."""
        make_pair_harm(facts)
        limits = facts.thresholds.escalating_harm
        found = facts.rows(
            f"""
            WITH news AS (
                SELECT DISTINCT h.victim_id, h.suspect_id, a.day AS as_of
                FROM pair_harm h ASOF JOIN as_of a ON h.known_on <= a.day),
            counted AS (
                SELECT w.victim_id, w.suspect_id, w.as_of, h.happening_id, min(h.happened_on) AS happened_on,
                       list_sort(list_distinct(list((h.offence, h.severity)))) AS told, max(h.severity) AS severity,
                       bool_or(h.is_crime) AS is_crime,
                       list_sort(list_distinct(flatten(list([
                           (h.victim_event_id, h.victim_record_id, h.victim_role),
                           (h.suspect_event_id, h.suspect_record_id, h.suspect_role)])))) AS parts
                FROM news w JOIN pair_harm h ON h.victim_id = w.victim_id AND h.suspect_id = w.suspect_id
                 AND h.known_on <= w.as_of AND h.happened_on > w.as_of - INTERVAL {limits.window_days} DAY
                GROUP BY ALL)
            SELECT victim_id, suspect_id, as_of,
                   list((happened_on, told, severity, is_crime, parts) ORDER BY happened_on, happening_id)
            FROM counted GROUP BY ALL HAVING count(*) >= $least ORDER BY ALL""",
            least=min(limits.least_incidents, limits.least_crimes),
        )
        mutual = {(victim, suspect) for victim, suspect, *_ in found}
        drafts = []
        for victim, suspect, as_of, rows in found:
            incidents = [_Incident.of(row, limits, facts.harm) for row in rows]
            draft = _draft(facts, (victim, suspect), as_of, incidents)
            if draft:
                drafts.append(draft if (suspect, victim) not in mutual else _say_mutual(draft))
        return write_out(facts, self, drafts)


class _Incident(NamedTuple):
    """``harm``: of the gravest telling, in the unit of the weights; ``is_ordinal``: from the scale for severities."""

    happened_on: date
    harm: float
    is_ordinal: bool
    is_crime: bool
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, row: tuple[Any, ...], limits: Limits, weights: HarmWeights) -> "_Incident":
        happened_on, told, severity, has_offence, parts = row
        gravest = max((weights.of(*telling) for telling in told), key=lambda harm: (harm.weight, harm.named))
        is_crime = has_offence or (severity or 0) >= limits.crime_severity
        return cls(happened_on, gravest.weight, gravest.is_ordinal, is_crime, tuple(parts))


class HarmfulIncident(Protocol):
    """What the rule asks of an incident between two people."""

    @property
    def happened_on(self) -> date:
        """Its day."""
        ...

    @property
    def harm(self) -> float:
        """Its weight."""
        ...

    @property
    def is_crime(self) -> bool:
        """Whether it counts as a crime."""
        ...


def escalation_of(
    incidents: Sequence[HarmfulIncident], as_of: date, limits: Limits
) -> tuple[bool, bool] | None:
    """Whether incidents of one pair, oldest first, came more often, and grew graver; None where the rule does not hold."""
    often = len(incidents) >= limits.least_incidents
    if not often and sum(incident.is_crime for incident in incidents) < limits.least_crimes:
        return None
    more, graver = _rise(incidents, as_of)
    steadiness = _steadiness(incidents)
    is_more = often and more >= limits.least_more and _trend(incidents) >= limits.least_trend
    is_more = is_more and steadiness >= limits.may_ease
    is_graver = more >= 1 and graver >= limits.least_graver and steadiness >= limits.least_steadiness
    return (is_more, is_graver) if is_more or is_graver else None


def _draft(facts: Facts, pair: tuple[str, str], as_of: date, incidents: Sequence[_Incident]) -> Draft | None:
    limits = facts.thresholds.escalating_harm
    if escalation_of(incidents, as_of, limits) is None:
        return None
    often = len(incidents) >= limits.least_incidents
    more, graver = _rise(incidents, as_of)
    now, even = _decayed(incidents, as_of, limits)
    needed = limits.least_incidents if often else limits.least_crimes
    still = sorted((incident.happened_on for incident in incidents), reverse=True)[needed - 1]
    roles = {part[2] for incident in incidents for part in incident.parts}
    victim, suspect = pair
    subjects = [(victim, role) for role in roles & {"victim", "subject"}]
    subjects += [(suspect, role) for role in roles & {"suspect", "offender"}]
    return Draft(
        anchor=pair,
        as_of=as_of,
        subjects=subjects,
        parts=[part for incident in incidents for part in incident.parts],
        expires_on=min(as_of + facts.thresholds.review_period(), still + timedelta(days=limits.window_days)),
        observed=len(incidents),
        baseline=float(needed - 1),
        excess=round(now - even, 4),
        measure=f"{MEASURE}; in the later half {more:.1f} times as many incidents, {graver:.1f} times as much harm in each; "
        f"{sum(incident.is_ordinal for incident in incidents)} of {len(incidents)} weighed by severity alone",
        clears=f"It clears when {falling_away(len(incidents) - needed + 1, len(incidents), 'incidents')}.",
    )


def _rise(incidents: Sequence[HarmfulIncident], as_of: date) -> tuple[float, float]:
    """Later over earlier: (incidents in either half of the time since the first, harm an incident in either half of them).

    The first begins the time and belongs to neither half: incidents that go on evenly from it are as many in both, however
    lately they began.
    Weights span three orders of magnitude: their geometric mean (of one more, as a weight may be nought) lets no
    single grave incident speak for a half.
    """
    first, since = incidents[0].happened_on, incidents[1:]
    middle = first + (as_of - first) / 2
    later = sum(incident.happened_on > middle for incident in since)
    more = later / max(len(since) - later, 0.5)
    half = len(incidents) // 2
    rise = sum(log1p(incident.harm) for incident in incidents[-half:]) - sum(
        log1p(incident.harm) for incident in incidents[:half]
    )
    return more, exp(rise / half)


def _trend(incidents: Sequence[HarmfulIncident]) -> float:
    """Laplace's test of trend: how much later than evenly those between the first and the last came, in standard deviations.

    Halves alone are not enough: of five incidents at even distances, one day may put the third in either half.
    """
    first, last = incidents[0].happened_on, incidents[-1].happened_on
    between = incidents[1:-1]
    if not between or first == last:
        return 0.0
    mean = sum((one.happened_on - first) / (last - first) for one in between) / len(between)
    return (mean - 0.5) * sqrt(12 * len(between))


def _steadiness(incidents: Sequence[HarmfulIncident]) -> float:
    """How steadily harm grows from each incident to the later ones: Kendall's concordance, ties counting nothing, -1 to 1."""
    seen: Counter[float] = Counter()
    concordance = 0
    for incident in incidents:
        for harm, times in seen.items():
            concordance += times * ((incident.harm > harm) - (incident.harm < harm))
        seen[incident.harm] += 1
    return concordance / comb(len(incidents), 2)


def _decayed(incidents: Sequence[_Incident], as_of: date, limits: Limits) -> tuple[float, float]:
    """Harm decayed to ``as_of``, as it is and as it would be spread evenly over the window."""
    decay = 0.5 ** (1 / limits.half_life_days)
    now = sum(incident.harm * decay ** (as_of - incident.happened_on).days for incident in incidents)
    days = range(limits.window_days)
    mean = sum(decay**day for day in days) / limits.window_days
    return now, mean * sum(incident.harm for incident in incidents)


def _say_mutual(draft: Draft) -> Draft:
    return replace(
        draft,
        counter_evidence=(
            *draft.counter_evidence,
            "Each of the two is also recorded as harmed by the other.",
        ),
    )
