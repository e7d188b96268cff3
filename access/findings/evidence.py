"""The evidence behind a finding as a reader sees it, how its rows may be handled, and the rule that it was found by."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from access.findings.standing import Part
from access.person.cards import Cards
from access.person.people import KnownPerson
from access.values import EvidenceLine, HandlingLine, ThresholdLine
from records.snapshot.about import among


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """The thresholds that a detector of the snapshot decided by, and the version of the hub's configuration."""

    thresholds: tuple[ThresholdLine, ...]
    configuration: str


def rule_of(connection: duckdb.DuckDBPyConnection, detector: str) -> AppliedRule:
    """The rule as the build applied it; empty where the build noted none."""
    row = connection.execute(
        "SELECT thresholds, configuration FROM detector_rule WHERE detector = ?", [detector]
    ).fetchone()
    if row is None:
        return AppliedRule((), "shipped")
    lines = tuple(
        ThresholdLine(one["name"], one["value"], one["shipped"], one["source"]) for one in json.loads(row[0])
    )
    return AppliedRule(lines, row[1])


class FindingEvidence:
    """The evidence in the body of one finding of a scope."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, cards: Cards, body: dict[str, Any]) -> None:
        self._connection = connection
        self._cards = cards
        self._items: list[dict[str, Any]] = body["evidence"]
        self.holders: dict[str, KnownPerson] = cards.people.holding(
            {item["record_id"] for item in self._items}
        )

    def lines(self, new_parts: frozenset[Part]) -> tuple[EvidenceLine, ...]:
        """Each row in order; ``new_parts`` are those that came since people last decided."""
        asked = [item["event_id"] for item in self._items if item["event_id"]]
        kinds, kept_back = self._event_words(asked)
        lines = []
        for item in self._items:
            holder = self.holders.get(item["record_id"])
            shown = self._cards.mask.usual if holder is None else self._cards.shown(holder)
            lines.append(
                EvidenceLine(
                    agency=item["agency"],
                    record=self._cards.record_reference(item["record_id"], shown.identity),
                    role=item["role"],
                    happened_on=date.fromisoformat(item["happened_on"]),
                    known_on=date.fromisoformat(item["known_on"]),
                    statement=(
                        self._cards.mask.whereabouts.left_out_of(item["statement"])
                        if shown.narrative and item["event_id"] not in kept_back
                        else kinds.get(item["event_id"])
                    ),
                    person=None if holder is None else self._cards.handles.of_record(holder.anchor),
                    is_new=(item["event_id"], item["record_id"], item["role"]) in new_parts,
                    precision=item.get("precision"),
                )
            )
        return tuple(lines)

    def handling(self) -> tuple[HandlingLine, ...]:
        """How many of the records and events behind the finding carry each agency, marking and category."""
        about = self._cards.people.about
        records = about.rows("record", "record_id", {item["record_id"] for item in self._items})
        events = about.rows(
            "event", "event_id", {item["event_id"] for item in self._items if item["event_id"]}
        )
        rows = self._connection.execute(
            f"""SELECT l.agency, l.marking, l.category, count(*)
                FROM (SELECT label_id FROM {records} UNION ALL SELECT label_id FROM {events}) t
                JOIN label l USING (label_id) GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
        return tuple(HandlingLine(*row) for row in rows)

    def _event_words(self, event_ids: list[str]) -> tuple[dict[str, str], set[str]]:
        """What can be said of events without free text: kind, concern, severity; and those of which the kind alone can.

        The latter are of sexual health, where the reader is told nothing beyond date, agency and kind.
        """
        rows = self._connection.execute(
            f"""SELECT event_id, kind, concern, severity, label.category, label.agency
                FROM (SELECT event_id, kind, concern, severity, label_id FROM event WHERE {among("event_id", event_ids)})
                JOIN label USING (label_id)"""
        ).fetchall()
        kept_back = {
            event_id
            for event_id, *_, category, agency in rows
            if category == "sexual_health" and not self._cards.mask.of_row(agency).sexual_health
        }
        words = {
            event_id: ", ".join(
                [kind.replace("_", " ")]
                + ([concern.replace("_", " ")] if concern and event_id not in kept_back else [])
                + ([f"severity {severity}"] if severity and event_id not in kept_back else [])
            )
            for event_id, kind, concern, severity, *_ in rows
        }
        return words, kept_back
