"""What referrers are told of their own referrals: what the decision-maker released, and nothing else; and who still waits."""

from datetime import timedelta
from typing import Any, Final

from access.scope.untold import untold_labels
from access.sight import Sight
from access.values import OutcomeLine, OutcomeList, UnansweredReferral, UnansweredReferrals
from linkage import AgencyList, agency_list, resolve_agency
from records.snapshot.about import rows_about
from records.snapshot.scoped import rows_in_scope

# How far back somebody still waits for an answer: a quarter.
WAITING_DAYS: Final = 92
MOST_LISTED: Final = 25


class Outcomes:
    """Reads feedback that names the reader, or the reader's agency; and for those who give it, who has had none."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def own(self) -> OutcomeList:
        """The latest feedback on each referral, latest first. No row of the snapshot is looked at."""
        sight = self._sight
        latest = {
            one.event_id: one
            for one in sight.state.meetings.feedback
            if one.to in (sight.principal.subject, sight.principal.agency)
        }
        found = sorted(latest.values(), key=lambda one: (one.at, one.event_id), reverse=True)
        sight.log.saw([])
        sight.log.answered = bool(found)
        return OutcomeList(
            tuple(
                OutcomeLine(
                    sight.cards.handles.reference("outcome", one.event_id),
                    one.received_on,
                    one.outcome,
                    one.words,
                    one.at.date(),
                )
                for one in found
            )
        )

    def unanswered(self) -> UnansweredReferrals:
        """Contacts and referrals of the last quarter whose referrer was told nothing, those with an outcome first.

        A referral made of a contact is not listed beside it: one case, one answer.
        """
        sight = self._sight
        told = {one.event_id for one in sight.state.meetings.feedback}
        rows = sight.connection.execute(
            f"""SELECT event_id, kind, started_at::DATE, agency, referrer,
                    CASE WHEN NOT list_contains($2::INTEGER[], label_id) THEN outcome END AS outcome
                FROM {rows_in_scope("event", sight.scope)}
                WHERE kind IN ('contact', 'referral') AND started_at >= $1 AND referrer IS NOT NULL
                  AND (kind = 'contact' OR related_event_id IS NULL)
                ORDER BY outcome IS NULL, started_at, event_id""",
            [
                sight.as_of - timedelta(days=WAITING_DAYS),
                untold_labels(sight.connection, sight.cards.mask),
            ],
        ).fetchall()
        waiting = [row for row in rows if row[0] not in told]
        listed = waiting[:MOST_LISTED]
        subjects = self._subjects([row[0] for row in listed])
        agencies = self._agencies()
        known = agency_list(agencies, ())
        sight.log.answered = bool(listed)
        lines = tuple(self._line(row, subjects, known) for row in listed)
        return UnansweredReferrals(lines, len(waiting), agencies)

    def _agencies(self) -> tuple[str, ...]:
        """The agencies whose events the scope holds."""
        rows = self._sight.connection.execute(
            f"SELECT DISTINCT agency FROM {rows_in_scope('event', self._sight.scope)} ORDER BY agency"
        ).fetchall()
        return tuple(agency for (agency,) in rows)

    def _subjects(self, event_ids: list[str]) -> dict[str, str]:
        """Event -> the record of its first subject."""
        parts = rows_about(self._sight.connection, "involvement", self._sight.scope, "event_id", event_ids)
        rows = self._sight.connection.execute(
            f"SELECT event_id, min(record_id) FROM {parts} WHERE role IN ('subject', 'victim') GROUP BY event_id"
        ).fetchall()
        self._sight.cards.people.holding(sorted(record_id for _, record_id in rows))
        return dict(rows)

    def _line(self, row: tuple[Any, ...], subjects: dict[str, str], known: AgencyList) -> UnansweredReferral:
        event_id, kind, received_on, agency, referrer, outcome = row
        cards = self._sight.cards
        person = cards.people.holding([subjects[event_id]]) if event_id in subjects else {}
        shown = cards.mask.usual
        return UnansweredReferral(
            event=event_id if shown.identity else cards.handles.reference("event", event_id),
            kind=kind,
            received_on=received_on,
            agency=agency,
            referrer=referrer if shown.narrative else None,
            to=_agency_key(referrer, known),
            person=next((cards.card(one) for one in person.values()), None),
            outcome=outcome,
        )


def _agency_key(referrer: str, known: AgencyList) -> str | None:
    """The agency of the feeds that a referrer's words stand for, None where that cannot be told."""
    kind, _, key = (resolve_agency(referrer, known).agency_key or "").partition(":")
    return key if kind == "agency" else None
