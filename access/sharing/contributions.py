"""What an agency handed in, and what people decided where it was evidence: the answer to "what became of it?".

It is a function of the agency's own rows and of what people did, as the ledger keeps it, and of nobody else's rows: a
decision names the evidence it was made on by digest, so the agency's own evidence is found in it without a look at
the finding. Grounds are not told: they may repeat what other agencies said.
"""

from typing import Final

from access.findings.standing import DIGEST_IN_SQL
from access.sight import Sight
from access.values import AgencyContributions, ContributionLine
from records.snapshot.scoped import rows_in_scope

# Lines told, of all on which anybody decided.
LATEST: Final = 100


class ContributionViews:
    """Reads the contributions of the reader's own agency."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def own(self) -> AgencyContributions:
        """What the reader's agency handed in, and what was decided on it."""
        sight, agency = self._sight, self._sight.principal.agency
        decisions = {
            digest: one
            for one in sorted(sight.state.dispositions.values(), key=lambda one: (one.at, one.finding_id))
            for digest in one.seen_evidence
        }
        handling = sight.connection.execute(
            f"""SELECT label.marking, label.category, count(*)
                FROM {rows_in_scope("event", sight.scope)} t JOIN label USING (label_id)
                WHERE label.agency = $1 GROUP BY ALL ORDER BY ALL""",
            [agency],
        ).fetchall()
        found = sight.connection.execute(
            f"""SELECT e.event_id, e.kind, e.started_at::DATE, e.outcome, digest
                FROM (SELECT event_id, {DIGEST_IN_SQL} AS digest
                      FROM {rows_in_scope("involvement", sight.scope)} t JOIN label USING (label_id)
                      WHERE label.agency = $1) own
                JOIN {rows_in_scope("event", sight.scope)} e USING (event_id)
                WHERE digest IN (SELECT unnest($2::VARCHAR[])) ORDER BY ALL""",
            [agency, sorted(decisions)],
        ).fetchall()
        latest = {
            event_id: ContributionLine(event_id, kind, day, outcome, decided.decision, decided.at)
            for event_id, kind, day, outcome, digest in sorted(
                found, key=lambda row: (decisions[row[4]].at, row[0], row[4])
            )
            for decided in (decisions[digest],)
        }
        lines = sorted(latest.values(), key=lambda line: (line.decided_on, line.event), reverse=True)
        sight.log.answered = bool(handling)
        return AgencyContributions(agency, tuple(handling), len(lines), tuple(lines[:LATEST]))
