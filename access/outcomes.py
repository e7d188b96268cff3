"""What referrers are told of their own referrals: what the decision-maker released, and nothing else."""

from access.sight import Sight
from access.values import OutcomeLine, OutcomeList


class Outcomes:
    """Reads feedback that names the reader, or the reader's agency."""

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
