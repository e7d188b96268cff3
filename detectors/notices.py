"""Notifications of a person, each happening once: what repeat notifications and the baselines count."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from detectors.facts import Facts

SIDES: Final = ("harmed", "suspected", "signal")
# Outcomes that say an agency looked and found nothing to act on.
CLOSED: Final = "(no further action|no_further_action|\\bnfa\\b|unsubstantiated|unfounded)"
# Outcomes that say an agency passed a matter on or took it up: its own threshold was reached.
ACTED_ON: Final = (
    "(shared with|referral|referred|assessment|strategy|plan\\b|section 47|investigation|\\bcharged)"
)
# A plan to pay off rent is none about a child.
RENT_PLAN: Final = "(re)?payment plan"
# Outcomes by which an agency says itself that a contact was news about a case it had open, and no new one.
IN_OPEN_CASE: Final = (
    "\\b(open|existing|current|allocated) (case|(social )?worker)|case (is )?(already )?(open|allocated)"
)
# A contact becomes a referral by a decision due within a working day (Working Together), an incident custody by an arrest on
# the spot or soon after; recorded, with weekends, within a week. Either is a step of one matter, no second one.
FOLLOWS_WITHIN_DAYS: Final = 7
# Concerns that a clinic treats: attending for them is care received.
CONDITIONS: Final = ("mental_health", "self_harm", "substance_misuse", "other")


def make_notices(facts: Facts) -> None:
    """Make ``notice``, one row a telling of a happening about a person on one side.

    Columns: person_id, side, happening_id, event_id, record_id, role, agency, authority, happened_on, known_on, kind,
    private_source. ``private_source`` names the private person who brought what was closed without further action, NULL for all
    else; ``distinct_notices`` counts. A contact or referral of somebody whose case is open is no new notification (DfE)
    and is left out; an agency's referral within a week of its own contact about the person is that contact, decided on, and
    custody within a week of its own incident is that incident.
    """
    repeat = facts.thresholds.repeat_notifications
    _make_open_cases(facts)
    facts.make(
        "told_notice",
        f"""
        SELECT p.person_id, CASE WHEN p.role IN ('subject', 'victim') THEN 'harmed' ELSE 'suspected' END AS side,
               p.happening_id, p.event_id, p.record_id, p.role, p.agency, p.authority, p.happened_on, p.known_on, p.kind,
               CASE WHEN regexp_matches(lower(p.outcome), '{CLOSED}') THEN s.source_key END AS private_source
        FROM fact_part p
        LEFT JOIN fact_lay_reporter s ON s.event_id = p.event_id
        WHERE p.role IN ('subject', 'victim', 'suspect', 'offender')
          AND (p.kind IN (SELECT unnest($kinds))
               OR (p.concern IS NOT NULL AND p.kind IN (SELECT unnest($kinds_with_concern))))
          AND NOT (p.role IN ('subject', 'victim') AND p.kind IN (SELECT unnest($referral_kinds)) AND (
              coalesce(regexp_matches(lower(p.outcome), '{IN_OPEN_CASE}'), false) OR EXISTS (
              SELECT 1 FROM open_case c
              WHERE c.person_id = p.person_id AND c.opened_on < p.happened_on AND p.happened_on <= c.closed_on)))""",
        kinds=list(repeat.kinds),
        kinds_with_concern=list(repeat.kinds_with_concern),
        referral_kinds=list(repeat.referral_kinds),
    )
    facts.make(
        "notice",
        f"""
        WITH first_step AS (
            SELECT person_id, side, agency, happened_on, min(happening_id) AS happening_id,
                   CASE kind WHEN 'contact' THEN 'referral' ELSE 'custody' END AS next_kind
            FROM told_notice WHERE kind IN ('contact', 'incident') GROUP BY ALL)
        SELECT t.* REPLACE (
            CASE WHEN f.happened_on >= t.happened_on - INTERVAL {FOLLOWS_WITHIN_DAYS} DAY
                 THEN f.happening_id ELSE t.happening_id END AS happening_id)
        FROM told_notice t ASOF LEFT JOIN first_step f
          ON f.person_id = t.person_id AND f.side = t.side AND f.agency = t.agency AND f.next_kind = t.kind
         AND f.happened_on <= t.happened_on""",
    )


def _make_open_cases(facts: Facts) -> None:
    """``open_case``: from a plan's start, or from a referral, assessment or enquiry whose end is told, to the end.

    A plan without an end goes on; of the other acts only those count that say when they were closed.
    """
    facts.make(
        "open_case",
        """
        SELECT DISTINCT person_id, happened_on AS opened_on, coalesce(ended_on, DATE '9999-12-31') AS closed_on
        FROM fact_part
        WHERE role = 'subject'
          AND ((kind = 'plan' AND plan_kind IN ('cin', 'cp', 'looked_after'))
               OR (kind IN ('referral', 'assessment', 's47_enquiry') AND ended_on IS NOT NULL))""",
    )


def make_signals(facts: Facts) -> None:
    """Make ``signal``: what an agency noted of a child short of its own threshold, columns as ``notice``, with concern.

    A concern of any kind about the child as subject or victim, and the everyday signs: much absence, exclusion, a
    missed appointment, a concern at school. What the agency passed on or acted on was above its threshold, as plans
    and enquiries are. ``brought_by``: the agency that a contact came from, where its referrer says so.
    Much absence is one matter for all of a school year. Care for a condition is not a concern about a child, and so a clinic's attendance counts only for harm by others.
    """
    facts.make(
        "signal",
        f"""
        SELECT p.person_id, 'signal' AS side,
               CASE WHEN p.kind = 'attendance' THEN p.agency || ' absence ' || year(p.happened_on - INTERVAL 8 MONTH)
                    ELSE p.happening_id END AS happening_id, p.event_id, p.record_id, p.role, p.agency, p.authority,
               p.happened_on, p.known_on, p.kind,
               CASE WHEN regexp_matches(lower(p.outcome), '{CLOSED}') THEN s.source_key END AS private_source, p.concern,
               CASE WHEN p.kind = 'contact' THEN p.brought_by END AS brought_by
        FROM fact_part p
        LEFT JOIN fact_lay_reporter s ON s.event_id = p.event_id
        WHERE p.role IN ('subject', 'victim')
          AND NOT coalesce(regexp_matches(regexp_replace(lower(p.outcome), '{RENT_PLAN}', ''), '{ACTED_ON}'), false)
          AND NOT (p.concern IS NOT NULL AND coalesce(p.severity > $highest, false))
          AND (p.kind IN ('missed_appointment', 'exclusion', 'school_concern', 'missing_episode', 'arrears')
               OR (p.kind = 'attendance' AND p.sessions_absent >= $absence * p.sessions_possible)
               OR (p.concern IS NOT NULL
                   AND p.kind IN ('contact', 'incident', 'ed_attendance', 'antisocial_behaviour', 'call'))
               OR (p.concern NOT IN (SELECT unnest($conditions))
                   AND p.kind IN ('clinic_attendance', 'midwifery_booking')))""",
        conditions=list(CONDITIONS),
        highest=facts.thresholds.cumulative_concern.highest_severity,
        absence=facts.thresholds.exploitation_network.absence_rate,
    )


def distinct_notices(tellings: Iterable[tuple[str, str | None]]) -> set[str]:
    """What counts among (happening_id, private_source): each happening once, and each private source once.

    A happening that anybody else told of too, or that was acted on, is not private.
    """
    sources: dict[str, set[str | None]] = defaultdict(set)
    for happening, source in tellings:
        sources[happening].add(source)
    return {
        f"private:{only}" if len(told) == 1 and (only := next(iter(told))) is not None else happening
        for happening, told in sources.items()
    }
