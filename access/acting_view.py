"""What a reader may do about what they see: each act is the ledger entry of its read."""

from datetime import date
from functools import cached_property
from typing import Final

from access.findings.standing import FindingStandings
from access.findings.views import FindingViews, FoundIn
from access.links.reviews import Reviews
from access.network.saved_pictures import SavedPictures
from access.scope.granting import Reading
from access.scope.scoping import findings_scope
from access.sharing.glass import GlassViews
from access.sharing.hiding import HidingViews
from access.sharing.sealing import SealingViews
from access.sharing.views import SharingViews
from access.sight import Sight
from access.values import (
    ConsentGiven,
    Disposition,
    GlassBroken,
    GlassOpened,
    HideGiven,
    JudgementGiven,
    JudgementTaken,
    KeptToGiven,
    MarkGiven,
    MeetingListGiven,
    PersonCard,
    PictureGiven,
    RefusalGiven,
    ReleaseGiven,
    SavedPicture,
    SealGiven,
    SharingTaken,
    Suppression,
)
from records.errors import BadInput, Denied
from records.ledger import dispose, end_suppression, reveal, suppress, withdraw_disposition

LONGEST_SUPPRESSION_DAYS: Final = 365


class ActingView:
    """The acts of one read in one scope. A method raises Denied where the reader's role may not act so for the purpose."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    @cached_property
    def _findings(self) -> FindingViews:
        # Most reads are not of findings, and where they stand is asked of the snapshot.
        sight = self._sight
        reading = Reading(sight.principal, sight.purpose, sight.policies, sight.state, sight.today)
        where, scope = findings_scope(sight.connection, reading, sight.scope)
        standings = FindingStandings(sight.connection, scope, sight.state, sight.today)
        return FindingViews(sight.connection, FoundIn(where, scope), sight.cards, standings, sight.workers)

    def judge_pair(self, pair: str, given: JudgementGiven) -> JudgementTaken:
        """Judge a pair of the review; the judgement is the ledger entry of this read, the next build obeys it.

        Raises BadInput for another decision or without grounds.
        """
        self._sight.require("judge")
        return Reviews(self._sight).judge_pair(pair, given, self._sight.actor(given.grounds))

    def judge_records(self, record_a: str, record_b: str, given: JudgementGiven) -> JudgementTaken:
        """Judge two records as answers name them; otherwise as ``judge_pair``."""
        self._sight.require("judge")
        return Reviews(self._sight).judge_records(
            (record_a, record_b), given, self._sight.actor(given.grounds)
        )

    def withdraw_judgement(self, pair: str) -> None:
        """Take back what the reader judged of a pair; what others said stays. Raises Conflict when nothing of theirs stands."""
        self._sight.require("judge")
        Reviews(self._sight).withdraw(pair, self._sight.actor("Taken back by who judged."))

    def dispose(self, finding_id: str, decision: str, reason: str, whole_case: bool = True) -> Disposition:
        """Decide on a finding: confirmed, not_confirmed, watch or escalated_to_manager, with a reason.

        The decision is the ledger entry of this read, and covers what else waits for one in the finding's case unless
        ``whole_case`` is false. Evidence that comes later opens the finding again. Raises BadInput for another
        decision or an empty reason.
        """
        self._sight.require("disposition")
        known, terms = self._findings.decided_on(finding_id, whole_case)
        receipt = dispose(self._sight.ledger, self._sight.actor(reason), known, decision, terms)
        self._sight.log.logged = True
        return Disposition(decision, reason, self._sight.principal.subject, receipt.at)

    def withdraw_disposition(self, finding_id: str) -> None:
        """Take back the reader's own decision on a finding, and on what was decided along with it; what stood stands again.

        Raises Conflict when no decision of theirs stands.
        """
        self._sight.require("disposition")
        known, _ = self._findings.decided_on(finding_id, whole_case=False)
        withdraw_disposition(self._sight.ledger, self._sight.actor("Taken back by who decided."), known)
        self._sight.log.logged = True

    def release(self, given: ReleaseGiven) -> SharingTaken:
        """Release people to agencies; like every act below, it is the ledger entry of this read."""
        self._sight.require("release")
        return SharingViews(self._sight).release(given)

    def list_for_meeting(self, given: MeetingListGiven) -> SharingTaken:
        """Put people, with those tied to them, on a meeting's list."""
        self._sight.require("meeting_list")
        return SharingViews(self._sight).list_for_meeting(given)

    def restrict(self, given: KeptToGiven) -> SharingTaken:
        """Keep people's records to named workers."""
        self._sight.require("restriction")
        return SharingViews(self._sight).restrict(given)

    def protect_location(self, given: KeptToGiven) -> SharingTaken:
        """Keep where people are to named workers."""
        self._sight.require("location_protection")
        return SharingViews(self._sight).protect_location(given)

    def consent(self, given: ConsentGiven) -> SharingTaken:
        """Record an answer about consent to share, or why it is overridden."""
        self._sight.require("override" if given.answer == "overridden" else "consent")
        return SharingViews(self._sight).consent(given)

    def refuse_to_share(self, given: RefusalGiven) -> SharingTaken:
        """Refuse to share the records that the reader's agency holds of a person."""
        self._sight.require("refusal")
        return SharingViews(self._sight).refuse(given)

    def mark(self, given: MarkGiven) -> SharingTaken:
        """Mark how the records that the reader's agency holds of a person are to be handled."""
        self._sight.require("mark")
        return SharingViews(self._sight).mark(given)

    def end_grant(self, sharing: str, grounds: str) -> SharingTaken:
        """End what ``grants`` lists, by its name there."""
        self._sight.require("end_grant")
        return SharingViews(self._sight).end(sharing, grounds)

    def break_glass(self, given: GlassBroken) -> GlassOpened:
        """Open a person's records at once; the privacy officer is alerted."""
        self._sight.require("break_glass")
        return GlassViews(self._sight).broken(given)

    def suppress(self, finding_id: str, reason: str, until: date | None = None) -> Suppression:
        """Keep a finding out of the list, up to and with a day, or without one until new evidence comes.

        The suppression is the ledger entry of this read. Raises BadInput for a day that is past or more than a year
        ahead, and for an empty reason.
        """
        self._sight.require("disposition")
        if until is not None and not 0 <= (until - self._sight.today).days <= LONGEST_SUPPRESSION_DAYS:
            raise BadInput(
                "A finding is kept out of the list from today up to a year ahead; name a day between, or none to wait "
                "for new evidence."
            )
        known, terms = self._findings.decided_on(finding_id, whole_case=False)
        receipt = suppress(self._sight.ledger, self._sight.actor(reason), known, until, terms)
        self._sight.log.logged = True
        return Suppression(until, reason, self._sight.principal.subject, receipt.at)

    def end_suppression(self, finding_id: str, reason: str) -> None:
        """Let a finding back into the list; the act is the ledger entry of this read. Raises Conflict when it is in it."""
        self._sight.require("disposition")
        known, terms = self._findings.decided_on(finding_id, whole_case=False)
        end_suppression(self._sight.ledger, self._sight.actor(reason), known, terms)
        self._sight.log.logged = True

    def seal(self, given: SealGiven) -> None:
        """Keep two sets of records apart for good, the protected side as not there. Raises BadInput for unknown records."""
        self._sight.require("seal")
        SealingViews(self._sight).set(given)

    def lift_seal(self, seal: str, grounds: str) -> None:
        """Lift a seal, by its name in the list. Raises Conflict when it does not stand."""
        self._sight.require("seal")
        SealingViews(self._sight).lift(seal, grounds)

    def hide(self, given: HideGiven) -> None:
        """Answer lookups of records as unknown to all but named workers. Raises BadInput for unknown records."""
        self._sight.require("hide")
        HidingViews(self._sight).set(given)

    def lift_hide(self, order: str, grounds: str) -> None:
        """Lift a hide order, by its name in the list. Raises Conflict when it does not stand."""
        self._sight.require("hide")
        HidingViews(self._sight).lift(order, grounds)

    def save_picture(self, handle: str, given: PictureGiven) -> SavedPicture:
        """Keep a picture of a person's network for the case that the purpose names: what was asked, and where nodes stand.

        What it shows is drawn anew for whoever opens it, in their own scope. Raises Denied without a case reference.
        """
        self._sight.require("save_picture")
        return SavedPictures(self._sight).save(handle, given, self._sight.actor(given.title))

    def reveal(self, handle: str) -> PersonCard:
        """Open who someone is to a reader under pseudonyms, from now on and for this purpose.

        The reveal is the ledger entry of this read. Raises Denied without a case reference in the purpose.
        """
        self._sight.require("reveal")
        person = self._sight.cards.behind(handle)
        if not self._sight.purpose.case_reference:
            raise Denied("An identity is revealed for a case; name its reference.")
        reveal(self._sight.ledger, self._sight.actor(self._sight.purpose.reason), person.record_ids)
        self._sight.log.logged = True
        return self._sight.revealing(person.record_ids).card(person)
