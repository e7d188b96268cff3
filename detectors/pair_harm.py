"""Harm between two people: who was harmed in a happening in which somebody else was suspected."""

from typing import Final

from detectors.facts import Facts

# Concerns of abuse between partners or family members, for the rules that ask for domestic abuse.
DOMESTIC: Final = ("domestic_abuse", "honour_based")
# Kinds that follow on harm and are not harm themselves.
_FOLLOWING: Final = "('plan', 'attendance', 'order', 'assessment', 'strategy_discussion', 's47_enquiry', 'marac_referral', 'custody')"


def make_pair_harm(facts: Facts) -> None:
    """Make ``pair_harm``: one row a pair, a happening and a combination of the rows that state the two roles.

    Columns: victim_id, suspect_id, happening_id, happened_on, known_on (when both sides were known), severity,
    offence, is_crime, concern, kind, outcome, source_key, and event_id, record_id and role of either side (``victim_…``,
    ``suspect_…``). Somebody recorded as ``subject`` counts as harmed only where nobody is recorded as victim. The
    two sides may be told by different agencies; the happening holds them together.
    """
    facts.make(
        "pair_harm",
        f"""
        WITH harmed AS (
            SELECT *, bool_or(role = 'victim') OVER (PARTITION BY happening_id) AS has_victim
            FROM fact_part WHERE role IN ('victim', 'subject') AND kind NOT IN {_FOLLOWING}),
        suspected AS (
            SELECT * FROM fact_part WHERE role IN ('suspect', 'offender') AND kind NOT IN {_FOLLOWING})
        SELECT h.person_id AS victim_id, s.person_id AS suspect_id, h.happening_id,
               least(h.happened_on, s.happened_on) AS happened_on, greatest(h.known_on, s.known_on) AS known_on,
               greatest(h.severity, s.severity) AS severity, coalesce(s.offence, h.offence) AS offence,
               ((h.offence IS NOT NULL OR s.offence IS NOT NULL)
                AND NOT regexp_matches(lower(concat_ws(' ', coalesce(s.outcome, h.outcome), coalesce(s.offence, h.offence))),
                                   'no crime|non[- ]crime|cancelled')) AS is_crime,
               coalesce(s.concern, h.concern) AS concern, s.kind, coalesce(s.outcome, h.outcome) AS outcome,
               r.source_key,
               h.event_id AS victim_event_id, h.record_id AS victim_record_id, h.role AS victim_role,
               s.event_id AS suspect_event_id, s.record_id AS suspect_record_id, s.role AS suspect_role
        FROM harmed h
        JOIN suspected s ON s.happening_id = h.happening_id AND s.person_id <> h.person_id
        LEFT JOIN fact_lay_reporter r ON r.event_id = s.event_id
        WHERE h.role = 'victim' OR NOT h.has_victim""",
    )
