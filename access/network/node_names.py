"""What the places, organisations, things and incidents of the network are called for one reader."""

from collections.abc import Iterable
from typing import Final

import graph
from access.scope.untold import untold_labels
from access.sight import Sight
from records.snapshot.scoped import rows_in_scope

# Which kind of field the name of a node is; what an incident was is told to everyone who sees it.
_NAMED_BY: Final[dict[str, str]] = {
    "place": "location",
    "household": "location",
    "organisation": "location",
    "phone": "identity",
    "vehicle": "identity",
}
# An incident is named after the earliest event that tells of it.
_INCIDENT: Final = "incident:"


class NodeNames:
    """Names of nodes that are not people, as far as the policy, the category of a row and protected places allow."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._sexual_health: dict[str, str] = {}
        self._clinics: frozenset[str] | None = None

    def learn(self, nodes: Iterable[graph.NetworkNode]) -> None:
        """Which of the incidents among the nodes are of sexual health and not to be told; needed before ``of``."""
        self._sexual_health |= self._kept_back(
            [node.node_id.removeprefix(_INCIDENT) for node in nodes if node.kind == "incident"]
        )
        self._learn_clinics()

    def learn_all(self) -> None:
        """The same of every incident of the scope."""
        self._sexual_health = self._kept_back(None)
        self._learn_clinics()

    def of(self, node: graph.NetworkNode) -> str | None:
        """The name of a node, None where the reader may not know it. Of a person nothing is said here."""
        whereabouts = self._sight.cards.mask.whereabouts
        if node.kind == "person" or node.node_id in whereabouts.place_ids | whereabouts.organisation_ids:
            return None
        if node.node_id in self._sexual_health:
            # Its name is what was of concern and the day; of these the day is told.
            return f"{self._sexual_health[node.node_id]} {(node.name or '').rpartition(' ')[2]}".strip()
        if node.node_id in (self._clinics or ()):
            return None
        field = _NAMED_BY.get(node.kind)
        shown = field is None or getattr(self._sight.cards.mask.usual, field)
        return node.name if shown else None

    def _learn_clinics(self) -> None:
        if self._clinics is None:
            self._clinics = frozenset(f"organisation:{key}" for key in self._of_sexual_health_alone())

    def _of_sexual_health_alone(self) -> list[str]:
        """Keys of organisations that rows of sexual health alone name: their name says what a tie to them is about."""
        connection, scope = self._sight.connection, self._sight.scope
        labels = ", ".join(str(int(one)) for one in untold_labels(connection, self._sight.cards.mask))
        if not labels:
            return []
        # Most hubs have no such row: the ties of the scope are walked for the few organisations that have one.
        named = connection.execute(
            f"SELECT DISTINCT organisation_key FROM organisation_tie WHERE label_id IN ({labels})"
        ).fetchall()
        if not named:
            return []
        rows = connection.execute(
            f"""SELECT organisation_key FROM {rows_in_scope("organisation_tie", scope)}
                WHERE organisation_key IN (SELECT unnest($1::VARCHAR[]))
                GROUP BY organisation_key HAVING bool_and(label_id IN ({labels})) ORDER BY organisation_key""",
            [[key for (key,) in named]],
        ).fetchall()
        return [key for (key,) in rows]

    def _kept_back(self, event_ids: list[str] | None) -> dict[str, str]:
        """Incident -> kind of event, of those of sexual health of which this reader is told no more."""
        events = (
            rows_in_scope("event", self._sight.scope)
            if event_ids is None
            else self._sight.cards.people.about.rows("event", "event_id", event_ids)
        )
        rows = self._sight.connection.execute(
            f"""SELECT e.event_id, e.kind, label.agency FROM {events} e
                JOIN label USING (label_id) WHERE label.category = 'sexual_health'"""
        ).fetchall()
        mask = self._sight.cards.mask
        return {
            f"{_INCIDENT}{event_id}": kind.replace("_", " ")
            for event_id, kind, agency in rows
            if not mask.of_row(agency).sexual_health
        }
