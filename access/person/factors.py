"""Domestic abuse, mental ill health and substance misuse around a person: side by side, with evidence and dates.

The three are shown and never multiplied or added, since the published evidence that they compound is weak. What is
not recorded is not a factor that is absent.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Final

from access.person.households import HouseholdViews
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import Factor, FactorFact, HouseholdFactors
from linkage import incidents_of
from records.snapshot.about import rows_about, stored_about

# Each factor with the concerns that tell of it.
FACTORS: Final[dict[str, tuple[str, ...]]] = {
    "domestic_abuse": ("domestic_abuse", "honour_based"),
    "mental_ill_health": ("mental_health", "self_harm"),
    "substance_misuse": ("substance_misuse",),
}
# How far back the picture goes; a hub's choice [check].
LOOK_BACK_DAYS: Final = 730
NOTE: Final = (
    "Shown side by side, not added up: three factors together do not tell how likely harm is. An empty column means that no "
    "agency recorded it here, not that it is absent."
)


class FactorViews:
    """Reads the three-factor picture of the household that a person lives in."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def around(self, person: KnownPerson, as_of: date) -> HouseholdFactors:
        """The picture of ``person`` and of those who live with them on ``as_of``, for the two years before it."""
        members = HouseholdViews(self._sight).living_with(person, as_of)
        holder = {record: one for one in members.values() for record in one.record_ids}
        since = as_of - timedelta(days=LOOK_BACK_DAYS)
        rows = self._rows(sorted(holder), since, as_of)
        incidents = self._incidents({row[0] for row in rows}, members)
        told: dict[str, list[FactorFact]] = defaultdict(list)
        happenings: dict[str, set[str]] = defaultdict(set)
        for event_id, record_id, role, *facts in rows:
            factor = next(name for name, concerns in FACTORS.items() if facts[4] in concerns)
            told[factor].append(self._fact(holder[record_id], role, facts))
            happenings[factor].add(incidents.get(event_id, event_id))
        cards = self._sight.cards
        ordered = sorted(members.values(), key=lambda one: (one.person_id != person.person_id, one.anchor))
        return HouseholdFactors(
            person=cards.card(person),
            members=tuple(cards.card(one) for one in ordered),
            since=since,
            until=as_of,
            factors=tuple(
                Factor(
                    factor=name,
                    happenings=len(happenings[name]),
                    agencies=tuple(sorted({fact.agency for fact in told[name]})),
                    evidence=tuple(told[name]),
                )
                for name in FACTORS
            ),
            note=NOTE,
        )

    def _fact(self, person: KnownPerson, role: str, facts: list[Any]) -> FactorFact:
        happened_on, known_on, agency, kind, concern, severity = facts
        return FactorFact(
            happened_on, known_on, agency, kind, concern, severity, self._sight.cards.card(person), role
        )

    def _rows(self, record_ids: list[str], since: date, as_of: date) -> list[Any]:
        """(event, record, role, happened, known, agency, kind, concern, severity) of the members' parts, oldest first."""
        connection, scope = self._sight.connection, self._sight.scope
        concerns = [concern for told in FACTORS.values() for concern in told]
        parts = rows_about(connection, "involvement", scope, "record_id", record_ids)
        event_ids = {
            one for (one,) in connection.execute(f"SELECT DISTINCT event_id FROM {parts}").fetchall()
        }
        rows = connection.execute(
            f"""SELECT DISTINCT e.event_id, v.record_id, v.role, coalesce(e.started_at::DATE, e.known_on) AS happened_on,
                       e.known_on, e.agency, e.kind, e.concern, e.severity, label.category
                FROM {parts} v JOIN {rows_about(connection, "event", scope, "event_id", event_ids)} e USING (event_id)
                JOIN label ON label.label_id = e.label_id
                WHERE v.role NOT IN ('professional', 'reporter') AND e.concern IN (SELECT unnest($1::VARCHAR[]))
                  AND coalesce(e.started_at::DATE, e.known_on) BETWEEN $2 AND $3
                  AND coalesce(e.known_on, e.started_at::DATE) <= $3
                ORDER BY happened_on, e.event_id, v.record_id, v.role""",
            [concerns, since, as_of],
        ).fetchall()
        # What was of concern at a visit for sexual health is not told by the column that the visit stands in, either.
        mask = self._sight.cards.mask
        return [
            facts
            for *facts, category in rows
            if category != "sexual_health" or mask.of_row(facts[5]).sexual_health
        ]

    def _incidents(self, event_ids: set[str], members: dict[str, KnownPerson]) -> dict[str, str]:
        sight = self._sight
        if not sight.scope.standing:
            held = {record: one.person_id for one in members.values() for record in one.record_ids}
            return incidents_of(sight.connection, sight.scope, held)
        stored = stored_about("incident", sight.scope, "event_id", event_ids)
        return dict(sight.connection.execute(f"SELECT event_id, incident_id FROM {stored}").fetchall())
