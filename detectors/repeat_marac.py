"""Repeat MARAC: abuse again after a case was heard at the conference."""

from typing import ClassVar

from detectors.drafting import Draft, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.pair_harm import make_pair_harm

MEASURE = "happenings between the pair since the last MARAC referral; a repeat begins at one"


class RepeatMarac:
    """A victim whose case went to MARAC was abused again by the same person within 12 months of the referral.

    Any abuse counts, whether or not it is a crime, from whichever agency it comes (SafeLives' definition of a
    repeat), and so does a further referral of the same two people. What led to the referral itself is not a
    repeat, and after 12 months a case is a new one.
    """

    name: ClassVar[str] = "repeat_marac"
    version: ClassVar[str] = "1"
    grows: ClassVar[bool] = False

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which something new was known of the pair after its referral."""
        make_pair_harm(facts)
        days = facts.thresholds.repeat_marac.window_days
        _make_referrals(facts)
        _make_repeats(facts, days)
        found = facts.rows(
            """
            WITH news AS (
                SELECT DISTINCT r.victim_id, r.suspect_id, a.day AS as_of
                FROM marac_repeat r ASOF JOIN as_of a ON r.known_on <= a.day)
            SELECT w.victim_id, w.suspect_id, w.as_of, count(DISTINCT r.happening_id), max(r.expires_on),
                   list_sort(list_distinct(flatten(list(r.parts))))
            FROM news w JOIN marac_repeat r ON r.victim_id = w.victim_id AND r.suspect_id = w.suspect_id
             AND r.known_on <= w.as_of AND r.expires_on > w.as_of
            GROUP BY w.victim_id, w.suspect_id, w.as_of ORDER BY w.victim_id, w.suspect_id, w.as_of"""
        )
        drafts = []
        for victim, suspect, as_of, times, until, parts in found:
            roles = {part[2] for part in parts}
            drafts.append(
                Draft(
                    anchor=(victim, suspect),
                    as_of=as_of,
                    subjects=[(victim, role) for role in roles & {"victim", "subject"}]
                    + [(suspect, role) for role in roles & {"suspect", "offender"}],
                    parts=[(part[0], part[1], part[2]) for part in parts],
                    expires_on=min(as_of + facts.thresholds.review_period(), until),
                    observed=times,
                    baseline=0.0,
                    excess=float(times),
                    measure=MEASURE,
                    clears=f"It clears when none of the {times} happenings since the referral stands.",
                )
            )
        return write_out(facts, self, drafts)


def _make_referrals(facts: Facts) -> None:
    """``marac_pair``: the pairs of each MARAC referral, with the rows that say so."""
    facts.make(
        "marac_pair",
        """
        SELECT v.person_id AS victim_id, s.person_id AS suspect_id, v.happening_id, v.event_id,
               v.happened_on AS referred_on, greatest(v.known_on, s.known_on) AS known_on,
               [[v.event_id, v.record_id, v.role], [s.event_id, s.record_id, s.role]] AS parts
        FROM fact_part v JOIN fact_part s ON s.event_id = v.event_id AND s.person_id <> v.person_id
        WHERE v.kind = 'marac_referral' AND v.role IN ('victim', 'subject') AND s.role IN ('suspect', 'offender')
          AND (v.role = 'victim' OR NOT EXISTS (
              SELECT 1 FROM fact_part o WHERE o.event_id = v.event_id AND o.role = 'victim'))""",
    )


def _make_repeats(facts: Facts, days: int) -> None:
    """``marac_repeat``: what came within ``days`` after a referral, with the rows of both."""
    facts.make(
        "marac_repeat",
        f"""
        WITH again AS (
            SELECT victim_id, suspect_id, happening_id, happened_on, known_on,
                   [[victim_event_id, victim_record_id, victim_role],
                    [suspect_event_id, suspect_record_id, suspect_role]] AS parts
            FROM pair_harm
            UNION ALL
            SELECT victim_id, suspect_id, event_id, referred_on, known_on, parts FROM marac_pair)
        SELECT a.victim_id, a.suspect_id, a.happening_id, greatest(a.known_on, m.known_on) AS known_on,
               (m.referred_on + INTERVAL {days} DAY)::DATE AS expires_on, list_concat(m.parts, a.parts) AS parts
        FROM marac_pair m JOIN again a ON a.victim_id = m.victim_id AND a.suspect_id = m.suspect_id
         AND a.happened_on > m.referred_on AND a.happened_on <= m.referred_on + INTERVAL {days} DAY
         AND a.happening_id <> m.happening_id AND a.happening_id <> m.event_id""",
    )
