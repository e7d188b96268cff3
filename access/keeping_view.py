"""How long things are kept: erasures, holds, the end of retention periods, and what is held about one person."""

from datetime import date

from access.acting_view import ActingView
from access.keeping.erasing import PersonErasure
from access.keeping.retention import Retention, RetentionSchedule
from access.keeping.subject_access import SubjectAccess, held_about
from access.values import ErasureDone, ErasurePlan, RetentionPlan
from records.errors import NotThere
from records.ledger import hold, lift_hold


class KeepingView(ActingView):
    """The acts on what is kept, of one read in one scope. A method raises Denied where the role may not act so."""

    def erasure_plan(self, record_id: str) -> ErasurePlan:
        """What erasing the person who holds a record would take. Raises NotThere."""
        self._sight.require("erasure_plan")
        return PersonErasure(self._sight).plan(record_id)

    def erase(self, record_id: str, grounds: str) -> ErasureDone:
        """Erase the person who holds a record, at once and for good; the erasure is the ledger entry of this read.

        Raises NotThere, Conflict where a litigation hold stands, and BadInput when the grounds name the person.
        """
        self._sight.require("erasure")
        return PersonErasure(self._sight).erase(record_id, self._sight.actor(grounds))

    def retention_plan(self, schedule: RetentionSchedule, day: date | None = None) -> RetentionPlan:
        """What would go by the schedule on a day (the snapshot's, without one), in numbers."""
        self._sight.require("erasure_plan")
        return Retention(self._sight, schedule, day or self._sight.as_of).plan()

    def retain(self, schedule: RetentionSchedule, grounds: str, day: date | None = None) -> ErasureDone:
        """Erase, or reduce to key features, what is due by the schedule; the erasures are the entries of this read."""
        self._sight.require("erasure")
        return Retention(self._sight, schedule, day or self._sight.as_of).carry_out(
            self._sight.actor(grounds)
        )

    def hold(self, record_id: str, reference: str, grounds: str) -> str:
        """Keep everything of the person who holds a record from being erased; the hold's name. Raises NotThere."""
        self._sight.require("hold")
        person = self._sight.cards.people.holding([record_id]).get(record_id)
        if person is None:
            raise NotThere("There is no such record here.")
        receipt = hold(self._sight.ledger, self._sight.actor(grounds), person.record_ids, reference)
        self._sight.log.logged = True
        return f"hold-{receipt.sequence}"

    def lift_hold(self, hold_id: str, grounds: str) -> None:
        """End a litigation hold. Raises Conflict when it does not stand."""
        self._sight.require("hold")
        lift_hold(self._sight.ledger, self._sight.actor(grounds), hold_id)
        self._sight.log.logged = True

    def subject_access(self, record_id: str) -> SubjectAccess:
        """Everything held about the person who holds a record, third parties left out. Raises NotThere."""
        self._sight.require("subject_access")
        return held_about(self._sight, record_id)
