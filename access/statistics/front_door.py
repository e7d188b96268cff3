"""The contacts and referrals of a hub's front door in a period, each case once: what most statistics count."""

from typing import Final

from access.hub_figures import HubFigures
from access.statistics.working_time import minutes_at
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

# A re-referral is one within 12 months of a previous one (DfE, children in need census).
AGAIN_DAYS: Final = 365


def front(scope: Scope, figures: HubFigures) -> str:
    """SQL of the common relations, from WITH on: ``front``, ``linked`` and ``case_row`` between $from and $to."""
    event = rows_in_scope("event", scope)
    received, decided = minutes_at("r.received_at", figures), minutes_at("r.decided_at", figures)
    return f"""
        WITH front AS MATERIALIZED (
            SELECT e.event_id, e.kind, e.agency, e.authority, e.started_at, e.ended_on, e.concern, e.outcome,
                   e.rag_initial, e.rag_final, e.decided_at, e.related_event_id,
                   coalesce(n.kind, CASE WHEN e.referrer IS NULL THEN 'not stated' ELSE 'not resolved' END) AS source
            FROM {_as_told(event)} e LEFT JOIN agency_name n ON n.scope = $scope AND n.text = e.referrer
            WHERE e.kind IN ('contact', 'referral') AND e.agency IN (SELECT unnest($front::VARCHAR[]))
              AND e.started_at >= $from::DATE - {AGAIN_DAYS}
        ), linked AS (
            SELECT c.event_id, min(r.event_id) AS referral_id FROM front c JOIN front r ON r.related_event_id = c.event_id
            WHERE c.kind = 'contact' AND r.kind = 'referral' GROUP BY c.event_id
        ), received AS (
            SELECT f.*, f.started_at AS received_at,
                   CASE WHEN f.kind = 'referral' THEN 'referral without a contact'
                        WHEN l.referral_id IS NOT NULL THEN 'contact that became a referral' ELSE 'contact only' END AS step
            FROM front f LEFT JOIN linked l USING (event_id)
            WHERE f.started_at >= $from::DATE AND f.started_at < $to::DATE + 1
              AND (f.kind = 'contact' OR f.related_event_id IS NULL
                   OR f.related_event_id NOT IN (SELECT event_id FROM front WHERE kind = 'contact'))
              AND ($district IS NULL OR coalesce(f.authority, 'not stated') = $district)
              AND ($source IS NULL OR f.source = $source)
        ), case_row AS (
            SELECT r.*, coalesce(r.authority, 'not stated') AS district,
                   CASE WHEN r.decided_at >= r.received_at THEN {decided} - {received} END AS minutes
            FROM received r LEFT JOIN working_day c_received_at ON c_received_at.day = r.received_at::DATE
                 LEFT JOIN working_day c_decided_at ON c_decided_at.day = r.decided_at::DATE
        )"""


def _as_told(event: str) -> str:
    """The events, less what those of sexual health say where the reader is not told ($untold: the labels of these)."""
    said = ("concern", "outcome", "referrer", "rag_initial", "rag_final")
    kept = ", ".join(
        f"CASE WHEN NOT list_contains($untold::INTEGER[], label_id) THEN {name} END AS {name}"
        for name in said
    )
    return f"(SELECT * REPLACE ({kept}) FROM {event})"
