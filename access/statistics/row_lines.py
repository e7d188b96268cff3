"""The rows behind a figure, each with what the pan-London audit pro-forma asks of a case."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa

from access.hub_figures import HubFigures
from access.scope.untold import untold_labels
from access.sight import Sight
from access.statistics.front_door import AGAIN_DAYS
from access.statistics.working_time import minutes_at
from access.values import RowLine
from records.snapshot.about import rows_about


class RowLines:
    """Reads events of one scope as rows; the calendar of working days and the agencies' names are there already."""

    def __init__(self, sight: Sight, figures: HubFigures) -> None:
        self._sight = sight
        self._figures = figures

    def lines(self, event_ids: Sequence[str]) -> tuple[RowLine, ...]:
        """What each row shows, oldest first; an event counted twice is listed twice."""
        listed = list(event_ids)
        sight = self._sight
        known = {row[0]: row for row in self._told(sorted(set(listed)))}
        shown = sight.cards.mask.usual
        sight.log.details["rows"] = len(listed)
        sight.log.saw(frozenset(one for row in known.values() for one in row[13]))
        lines = [
            RowLine(
                event=event_id if shown.identity else sight.cards.handles.reference("event", event_id),
                kind=kind,
                received_at=received_at,
                agency=agency,
                source=source,
                referrer=referrer if shown.narrative else None,
                district=district,
                concern=concern,
                rag_initial=rag_initial,
                rag_final=rag_final,
                outcome=outcome,
                decided_at=decided_at,
                working_hours=None if minutes is None else round(minutes / 60, 2),
                agencies=tuple(agencies),
                previous_on=date.fromisoformat(before[0]) if before else None,
                previous_outcome=before[1] if before else None,
            )
            for (
                event_id, kind, received_at, agency, source, referrer, district, concern, rag_initial, rag_final, outcome,
                decided_at, minutes, _, agencies, before,
            ) in (known[one] for one in listed if one in known)
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda line: (str(line.received_at), line.event)))

    def _told(self, event_ids: list[str]) -> list[tuple[Any, ...]]:
        """The events with what is known of the same people: under every name and number, whichever agency holds it."""
        connection, figures = self._sight.connection, self._figures
        named = self._about("involvement", "event_id", event_ids)
        rows = connection.execute(f"SELECT DISTINCT record_id FROM {named}").fetchall()
        holders = self._sight.cards.people.holding(sorted(record_id for (record_id,) in rows))
        people = {person.person_id: person for person in holders.values()}
        held = sorted((one, person.person_id) for person in people.values() for one in person.record_ids)
        of_people = self._about("involvement", "record_id", [one for one, _ in held])
        rows = connection.execute(f"SELECT DISTINCT event_id FROM {of_people}").fetchall()
        columns = {"record_id": [one for one, _ in held], "person_id": [one for _, one in held]}
        connection.register("row_holder", pa.table(columns, schema=_HOLDER))
        try:
            return connection.execute(
                _ROWS.format(
                    event=self._about("event", "event_id", event_ids),
                    named=named,
                    of_people=of_people,
                    other=self._about("event", "event_id", [event_id for (event_id,) in rows]),
                    received=minutes_at("e.started_at", figures),
                    decided=minutes_at("e.decided_at", figures),
                    days=AGAIN_DAYS,
                ),
                {
                    "scope": self._sight.scope.name,
                    "untold": untold_labels(connection, self._sight.cards.mask),
                },
            ).fetchall()
        finally:
            connection.unregister("row_holder")

    def _about(self, table: str, column: str, ids: Collection[str]) -> str:
        return rows_about(self._sight.connection, table, self._sight.scope, column, ids)


_HOLDER: Final = pa.schema([("record_id", pa.string()), ("person_id", pa.string())])
_ROWS: Final = """
    WITH asked AS MATERIALIZED (
        -- Of what is not told of sexual health: date, agency and kind.
        SELECT * REPLACE (CASE WHEN is_told THEN concern END AS concern, CASE WHEN is_told THEN outcome END AS outcome,
                          CASE WHEN is_told THEN referrer END AS referrer, CASE WHEN is_told THEN rag_initial END AS rag_initial,
                          CASE WHEN is_told THEN rag_final END AS rag_final)
        FROM (SELECT *, NOT list_contains($untold::INTEGER[], label_id) AS is_told FROM {event})
    ), named AS MATERIALIZED (SELECT event_id, record_id, role FROM {named}),
    other AS MATERIALIZED (SELECT * FROM {other}), part AS MATERIALIZED (
        SELECT DISTINCT i.event_id, h.person_id, i.role FROM {of_people} i JOIN row_holder h USING (record_id)
    ), report AS MATERIALIZED (
        -- Held apart, so that the days are compared of reports about the same people alone.
        SELECT DISTINCT a.event_id, a.started_at AS came_at, p.event_id AS other_id, p.role
        FROM asked a JOIN named n USING (event_id) JOIN row_holder h USING (record_id) JOIN part p USING (person_id)
        WHERE n.role NOT IN ('professional', 'reporter') AND p.role NOT IN ('professional', 'reporter')
    ), earlier AS (
        SELECT p.event_id, arg_max({{'on': r.started_at::DATE, 'outcome': CASE WHEN NOT list_contains($untold::INTEGER[], r.label_id) THEN r.outcome END}}, (r.started_at, r.event_id)) AS latest
        FROM report p JOIN other r ON r.event_id = p.other_id
        WHERE p.role = 'subject' AND r.kind = 'referral' AND r.event_id <> p.event_id
          AND r.started_at < p.came_at AND r.started_at >= p.came_at - INTERVAL {days} DAY
        GROUP BY p.event_id
    ), told AS (
        SELECT p.event_id, list(DISTINCT e.agency ORDER BY e.agency) AS agencies
        FROM report p JOIN other e ON e.event_id = p.other_id
        WHERE e.started_at <= p.came_at AND e.started_at >= p.came_at - INTERVAL {days} DAY
        GROUP BY p.event_id
    ), parts AS (SELECT event_id, list(DISTINCT record_id ORDER BY record_id) AS record_ids FROM named GROUP BY event_id)
    SELECT e.event_id, e.kind, e.started_at, e.agency,
           coalesce(n.kind, CASE WHEN e.referrer IS NULL THEN 'not stated' ELSE 'not resolved' END),
           e.referrer, e.authority, e.concern, e.rag_initial, e.rag_final, e.outcome, e.decided_at,
           CASE WHEN e.decided_at >= e.started_at THEN {decided} - {received} END,
           coalesce(p.record_ids, []), coalesce(t.agencies, [e.agency]), CASE WHEN b.latest IS NOT NULL THEN [b.latest."on"::VARCHAR, b.latest.outcome] END
    FROM asked e LEFT JOIN agency_name n ON n.scope = $scope AND n.text = e.referrer
    LEFT JOIN working_day c_started_at ON c_started_at.day = e.started_at::DATE
    LEFT JOIN working_day c_decided_at ON c_decided_at.day = e.decided_at::DATE
    LEFT JOIN parts p USING (event_id) LEFT JOIN told t USING (event_id) LEFT JOIN earlier b USING (event_id)
    ORDER BY e.started_at, e.event_id"""
